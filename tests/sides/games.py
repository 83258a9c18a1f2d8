"""Games of the shipped history that several tests look at; read only."""

from __future__ import annotations

from functools import cache
from typing import Any

from reabm.engine.run import RunRecord, prepare, simulate
from reabm.scenario import Scenario, find_configs, load_scenario, with_months
from reabm.sides import Game, new_game

SEED = 3
SIDES = ("beijing", "tokyo", "hitachi_metals", "lynas")
SHORT = ("2010-01", "2011-12")
# What each side decides in a game in which much happens.
BUSY: dict[str, list[dict[str, float]]] = {
    "beijing": [
        {"export_quota.t_per_year": 30_000, "export_tax.share": 0.3},
        {"embargo.japan.share": 0.9, "embargo.months": 3},
        {"licence.approval.usa": 0.5, "crackdown.share": 0.4},
        {"production_quota.scale": 0.8},
    ],
    "tokyo": [
        {"governments.japan.subsidy": 0.1},
        {"governments.japan.stockpile": 6, "governments.japan.mine_support": 0.8},
        {"governments.japan.thrift_programme": 2},
        {"governments.japan.stockpile": 0},
    ],
    "hitachi_metals": [
        {"makers.hitachi_metals.commodity_in_china": 0.6},
        {},
        {"makers.hitachi_metals.premium_in_china": 0.2},
        {"makers.hitachi_metals.commodity_in_china": 0.1},
    ],
    "lynas": [{"mines.mount_weld_1.build": 1}, {}, {"mines.mount_weld_2.build": 1}, {"mines.mount_weld_1.output": 0.5}],
}


@cache
def history() -> Scenario:
    return load_scenario(find_configs() / "scenarios" / "history.yaml")


@cache
def begun(side: str, start: str = SHORT[0], end: str = SHORT[1]) -> Game:
    """A game at its first turn."""
    return new_game(history(), side, SEED, start, end)


@cache
def busy(side: str) -> Game:
    """A short game, played to its end."""
    game = begun(side)
    for n, turn in enumerate(BUSY[side]):
        game = game.decide(n, turn)
    return game


@cache
def idle(side: str, start: str = SHORT[0], end: str = SHORT[1]) -> Game:
    """A game in which nothing is decided."""
    game = begun(side, start, end)
    while not game.is_over:
        game = game.decide(game.turn)
    return game


@cache
def plain(end: str = SHORT[1]) -> RunRecord:
    """History as it ships, until a month."""
    return simulate(prepare(with_months(history(), end=end)), SEED)


def bits(found: Any) -> tuple[bytes, bytes]:
    """State and record of a world or a run."""
    return found.block.tobytes(), b"".join(part.tobytes() for part in found.history)
