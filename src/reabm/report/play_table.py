"""What a person sees of a game that was played: its turns, what it was worth beside other ways to play, and by what."""

from __future__ import annotations

from rich import box
from rich.table import Table

from reabm.scenario.months import month_text
from reabm.sides import Ending, Game
from reabm.sides.game import TURN


def turns_table(game: Game) -> Table:
    """What was decided in each half-year."""
    table = Table(box=box.SIMPLE, pad_edge=False, header_style="bold")
    table.add_column("half-year from", no_wrap=True)
    table.add_column("decided")
    for n, turn in enumerate(game.turns):
        decided = ", ".join(f"{path} {value:g}" for path, value in turn.items())
        table.add_row(month_text(game.first + TURN * n), decided or "nothing new")
    return table


def ranking_table(ending: Ending) -> Table:
    """Ways to play on the same luck, the best first."""
    table = Table(box=box.SIMPLE, pad_edge=False, header_style="bold")
    table.add_column("way to play", no_wrap=True)
    table.add_column("M USD", justify="right", no_wrap=True)
    table.add_column("to history", justify="right", no_wrap=True)
    table.add_column("what it is")
    for outcome in ending.outcomes:
        against = outcome.total - ending.history.total
        style = "bold" if outcome is ending.own else None
        table.add_row(outcome.name, f"{outcome.total:,.1f}", f"{against:+,.1f}", outcome.what, style=style)
    return table


def terms_table(ending: Ending) -> Table:
    """By what the player gained and lost, beside history."""
    table = Table(box=box.SIMPLE, pad_edge=False, header_style="bold")
    for heading in ("M USD", "you", "history", "difference"):
        table.add_column(heading, justify="left" if heading == "M USD" else "right", no_wrap=True)
    for term, own in ending.own.terms.items():
        then = ending.history.terms[term]
        table.add_row(term, f"{own:,.1f}", f"{then:,.1f}", f"{own - then:+,.1f}")
    return table
