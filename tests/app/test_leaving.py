"""Who leaves is heard between any two scenarios that are made ready, and soon while worlds are played: counted, not timed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from reabm.app import regret_here, restraint_here, rivals
from reabm.app.background import Asked, Superseded
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.snapshot import Snapshot
from reabm.empirical import regret, restraint
from reabm.engine import ensemble

SHOWN = 24


@cache
def snapshot() -> Snapshot:
    live = Live("history", load_shipped("history"))
    live.go_to(SHOWN)
    return live.snapshot()


def a_game(asked: Asked) -> object:
    question = rivals.question_of(snapshot(), "beijing", "tokyo", 1)
    assert question is not None
    return rivals.play_game(question, asked)


def a_map(asked: Asked) -> object:
    question = restraint_here.question_of(snapshot(), 5, "coercive_ban", "licence_with_restraint")
    assert question is not None
    return restraint_here.compare(question, asked)


def a_regret(asked: Asked) -> object:
    return regret_here.measure(regret_here.question_of(snapshot(), "tdk", 1), asked, lambda _done, _of: None)


WORK = {"game": a_game, "map": a_map, "regret": a_regret}


class Leaving:
    """A visitor who leaves at the n-th step of the work."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.asked = Asked()
        self.steps: list[str] = []

    def watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            self.steps.append(name)
            if len(self.steps) == self.at:
                self.asked.is_stale.set()
            return call(*given, **named)

        return step


@pytest.mark.parametrize("at", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("work", WORK)
def test_nothing_more_is_made_ready_for_a_visitor_who_left(work: str, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Leaving(at)
    for module in (rivals, restraint_here, regret_here):
        monkeypatch.setattr(module, "replay", visitor.watched("replay", module.replay))
    for module in (rivals, restraint_here, regret_here, restraint, regret):
        monkeypatch.setattr(module, "prepare", visitor.watched("prepare", module.prepare))
    monkeypatch.setattr(restraint_here, "study_of", visitor.watched("study", restraint_here.study_of))
    for module in (rivals, restraint):
        monkeypatch.setattr(module, "CHUNK", 64)  # so many worlds that a chunk holds several scenarios
    with pytest.raises(Superseded):
        WORK[work](visitor.asked)
    assert len(visitor.steps) == at + _goes_with(visitor.steps[:at], visitor.steps)


def _goes_with(before: list[str], steps: list[str]) -> int:
    """A replay follows at once on what it is prepared for: the two are one step."""
    return int(before[-1] == "prepare" and steps[len(before) :] == ["replay"])


@pytest.mark.parametrize("work", WORK)
def test_few_worlds_are_played_for_a_visitor_who_left(work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Leaving(1)
    monkeypatch.setattr(ensemble, "play_job", visitor.watched("world", ensemble.play_job))
    with pytest.raises(Superseded):
        WORK[work](visitor.asked)
    in_hand = rivals.WORKERS * ensemble.CHUNKS_AHEAD * rivals.CHUNK
    assert len(visitor.steps) <= in_hand


def test_who_leaves_while_the_last_worlds_are_played_is_heard_too(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Leaving(len(restraint_here.FACTORS) * 2 * rivals.N_SEEDS - 2 * rivals.CHUNK)
    monkeypatch.setattr(ensemble, "play_job", visitor.watched("world", ensemble.play_job))
    with pytest.raises(Superseded):
        a_map(visitor.asked)
