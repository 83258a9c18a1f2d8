"""Small games for the tests: Cournot on the oligopoly of the verification cases, and a few months of history."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from reabm.empirical.game import Game
from reabm.empirical.game_file import read_game
from reabm.empirical.kept import KeptRuns
from reabm.empirical.payoff_table import Table, plan_of, play_table
from reabm.empirical.solve import candidates
from reabm.scenario import find_configs

OLIGOPOLY = find_configs() / "verification" / "oligopoly.yaml"  # P = 100 - 0.002 Q, cost 20 USD/kg, capacity 50000 t a month
COLLUDE, COURNOT, FLOOD = 10_000.0, 40_000.0 / 3.0, 20_000.0  # t a month of two mines: half a monopoly's, Cournot's, too much


def told(mine: str, *outputs_t: float) -> str:
    """Strategies of a mine that is told its output, as YAML."""
    return "[" + ", ".join(
        f"{{name: out_{round(output)}, plays: directed, settings: {{mines.{mine}.output: {output / 50_000.0}}}}}"
        for output in outputs_t
    ) + "]"  # fmt: skip


COURNOT_GAME = f"""# Cournot's duopoly, played out.
scenario: {OLIGOPOLY}
from: 2005-01
to: 2005-02
seeds: {{start: 2, most: 2}}
candidates: 1
players:
  one: {{agent: first, strategies: {told("first", COLLUDE, COURNOT, FLOOD)}}}
  two: {{agent: second, strategies: {told("second", COLLUDE, COURNOT, FLOOD)}}}
"""

BLOCK_GAME = f"""# Two mines that are one player, beside a small third one.
scenario: {OLIGOPOLY}
from: 2005-01
to: 2005-02
seeds: {{start: 1, most: 1}}
candidates: 1
players:
  pair:
    agents: [first, second]
    strategies:
      - {{name: collude, plays: directed, settings: {{mines.AGENT.output: {COLLUDE / 50_000.0}}}}}
      - {{name: cournot, plays: directed, settings: {{mines.AGENT.output: {COURNOT / 50_000.0}}}}}
  small: {{agent: third, strategies: {told("third", 0.0, 100.0)}}}
"""

HISTORY_GAME = """# A quota, and makers who may move: two years of history.
scenario: history
from: 2006-01
to: 2006-12
seeds: {first: 3, start: 3, step: 2, most: 6, alone: 2}
candidates: 1
players:
  China:
    agent: china_state
    strategies: [open_trade, {name: tight, plays: scripted_history, settings: {export_quota.scale: 0.5}}]
  makers:
    agents: [hitachi_metals, tdk]
    strategies: [stay, {name: move, plays: directed, settings: {makers.hitachi_metals.commodity_in_china: 0.5}}]
    deviations: [logit]
"""


def game_of(text: str, folder: Path, n_sets: int = 1, n_seeds: int | None = None, name: str = "game") -> Game:
    """A game that was written as text."""
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return read_game(file, n_sets, n_seeds)


def play(game: Game, out: Path, workers: int = 1) -> tuple[Table, KeptRuns]:
    """A game's table, played into a folder."""
    kept = KeptRuns(out, plan_of(game), resume=False)
    return play_table(game, kept, lambda table: candidates(table, game.candidates), workers), kept


@cache
def cournot() -> Table:
    """The table of Cournot's duopoly."""
    folder = Path(mkdtemp())
    return play(game_of(COURNOT_GAME, folder), folder / "out")[0]


@cache
def history_game() -> tuple[Game, Table]:
    """Two years of history with two players."""
    folder = Path(mkdtemp())
    game = game_of(HISTORY_GAME, folder)
    return game, play(game, folder / "out")[0]
