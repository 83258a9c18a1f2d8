"""Strategies of a user's own in a run: each month is played after their rules have written what their agents choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba.core.errors import NumbaError

from reabm.rules.own_strategies import own_rule
from reabm.rules.rule import entry
from reabm.rules.strategies import OWN, STRATEGIES
from reabm.world.params import Params


class OwnRow(NamedTuple):
    """An agent that plays a rule of a user's own."""

    rule: Callable[..., Any]
    row: int
    who: str  # for messages: kind and strategy


def own_rows(params: Params) -> tuple[OwnRow, ...]:
    """Agents with rules of their own, in the order in which they are asked; nearly always nobody."""
    found = []
    for group, kind in (
        ("governments", ""),
        ("importers", "importer"),
        ("mines", "mine"),
        ("makers", "maker"),
        ("users", "user"),
    ):
        codes = getattr(params, group).strategy
        for row in np.flatnonzero(codes >= OWN):
            of = kind or ("state" if params.governments.is_chinese[row] > 0.5 else "government")
            name = next((name for name, own in STRATEGIES[of].items() if own.code == int(codes[row])), "forgotten")
            found.append(OwnRow(own_rule(codes[row]), int(row), f"strategy {name} ({of})"))
    return tuple(found)


def ready_to_ask(own: tuple[OwnRow, ...], state: Any, params: Any) -> tuple[Callable[[int], None], ...]:
    """The rules as functions of the month, compiled for this state and these parameters, all by reference.

    Raises
    ------
    ValueError
        Where a rule cannot be compiled: one line that says why.
    """
    return tuple(_asked(one, state, params) for one in own)


def _asked(one: OwnRow, state: Any, params: Any) -> Callable[[int], None]:
    try:
        play = entry(one.rule, (state, params, one.row, 0))
    except NumbaError as error:
        raise ValueError(f"{one.who} cannot be compiled: {_reason(str(error))}") from error

    def ask(month: int) -> None:
        play(state, params, one.row, month)

    return ask


def _reason(said: str) -> str:
    """The line of numba's message that says what is wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(("Failed in", "During", "File ", "[", "-", "<", "def ", "@"))]
    return (telling or lines)[0].partition(";")[0]
