"""Play a side: a person decides in half-years with what that side would know; at the end, what it was worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from reabm.app.chart import Chart
from reabm.app.charts import play as charts
from reabm.app.live import Live
from reabm.app.picker import load_shipped, shipped_names
from reabm.app.play_forms import cards, ending_table, information, questions, turn_words
from reabm.app.visit import Visit
from reabm.engine.run import RunError
from reabm.scenario import Fault, ScenarioError, dump_scenario, with_months
from reabm.sides import Game, ending_of, game_text, new_game
from reabm.sides.file import read_game


@solara.component_vue("play.vue")
def _Board(
    cards: list[dict[str, Any]],
    scenarios: list[dict[str, str]],
    chosen: str,
    seed: str,
    turn: dict[str, Any],
    known: list[dict[str, str]],
    questions: list[dict[str, Any]],
    ending: dict[str, Any],
    fault: str,
    files: dict[str, dict[str, str]],
    event_begin: Callable[[dict[str, Any]], None],
    event_decide: Callable[[dict[str, Any]], None],
    event_leave: Callable[[Any], None],
    event_look: Callable[[Any], None],
    event_load: Callable[[str], None],
    prices: solara.Element | None = None,
    gains: solara.Element | None = None,
) -> None:
    """The browser's part."""


@solara.component
def Play(visit: Visit) -> None:
    """The board: choose a side, decide turn by turn, see what it was worth."""
    fault = solara.use_reactive("")
    game = visit.game.value
    ending = solara.use_memo(lambda: None if game is None else ending_of(game), [game])
    snapshot = visit.snapshot.value
    titles = solara.use_memo(lambda: [{"name": name, "title": load_shipped(name).title} for name in shipped_names()], [])

    def attempt(play: Callable[[], Game | None]) -> None:
        try:
            visit.game.value = play()
            fault.value = ""
        except (ScenarioError, RunError) as error:
            fault.value = str(error)

    def begin(asked: dict[str, Any]) -> None:
        attempt(lambda: _begun(asked))

    def decide(asked: dict[str, Any]) -> None:
        if game is not None:
            attempt(
                lambda: game.decide(int(asked["turn"]), {path: float(value) for path, value in asked["values"].items()}, "turn")
            )

    def look(_: Any) -> None:
        if game is not None:
            visit.do(lambda live: _show(live, game))
            visit.tab.value = "overview"

    files = solara.use_memo(lambda: _files(game), [game])
    prices = gains = None
    if game is not None:
        prices = Chart(charts.prices(game), label="Prices of NdPr that the side knows", file="game-prices", height="240px")
    if ending is not None:
        gains = Chart(charts.gains(ending), label="What was gained, beside other ways to play", file="game-gains", height="240px")
    _Board(
        cards=cards(), scenarios=titles, chosen=snapshot.name if snapshot is not None else "history",
        seed=str(snapshot.track.seed) if snapshot is not None else "0", turn=turn_words(game), known=information(game),
        questions=questions(game), ending=ending_table(ending, game), fault=fault.value, files=files, event_begin=begin,
        event_decide=decide, event_leave=lambda _: attempt(lambda: None), event_look=look,
        event_load=lambda text: attempt(lambda: read_game(text, "game file")), prices=prices, gains=gains,
    )  # fmt: skip


def _begun(asked: dict[str, Any]) -> Game:
    """A new game as the form asks for it."""
    seed = str(asked["seed"])
    if not seed.isdecimal() or int(seed) >= 2**63:
        raise ScenarioError([_fault("seed", f"got {seed!r}; allowed a whole number from 0 to 2**63 - 1")])
    try:
        scenario = load_shipped(str(asked["scenario"]))
    except ValueError as error:
        raise ScenarioError([_fault("scenario", str(error).partition(": ")[2])]) from None
    return new_game(scenario, str(asked["side"]), int(seed), str(asked["start"]), str(asked["end"]))


def _fault(field: str, message: str) -> Fault:
    return Fault("game", 1, field, message)


def _show(live: Live, game: Game) -> None:
    """Let the other tabs show the world of a game, month by month what was decided in it as the visitor's changes."""
    name = next((name for name in shipped_names() if load_shipped(name) == game.given), f"game-of-{game.side.name}")
    given = game.given
    n_own = len(with_months(given, end=game.last).interventions)  # those after the game's end are not in its scenario
    changes = game.scenario.interventions[n_own:]
    live.resume(name, given, game.seed, changes, game.month - given.start)


def _files(game: Game | None) -> dict[str, dict[str, str]]:
    """What can be taken away: the game, and the scenario that it is."""
    if game is None or game.turn == 0:
        return {}
    name = f"{game.side.name}-seed{game.seed}"
    return {
        "game": {"name": f"{name}.game.yaml", "text": game_text(game)},
        "scenario": {"name": f"{name}.scenario.yaml", "text": dump_scenario(game.scenario)},
    }
