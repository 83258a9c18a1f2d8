"""A game in words for the board: sides, the turn, what is known, what is asked, what it was worth."""

from __future__ import annotations

from math import isfinite
from typing import Any

from reabm.app.words import NOTHING, month_words, percent, points_words, rounded
from reabm.sides import SIDES, Decision, Ending, Game, Item, Outcome
from reabm.sides.game import END, START, TURN

UNITS = {"share": "%", "ratio": "times"}


def cards() -> list[dict[str, Any]]:
    """The sides to choose from."""
    return [{"name": side.name, "title": side.title, "wants": side.wants} for side in SIDES.values()]


def turn_words(game: Game | None) -> dict[str, Any]:
    """Where the game stands; without one, the months that a new one is offered for."""
    if game is None:
        return {"start": START, "end": END}
    return {
        "number": game.turn,
        "of": game.n_turns,
        "over": game.is_over,
        "side": game.side.title,
        "wants": game.side.wants,
        "months": "" if game.is_over else f"{month_words(game.month)} to {month_words(game.month + TURN - 1)}",
        "seed": str(game.seed),
    }


def information(game: Game | None) -> list[dict[str, str]]:
    """What the side knows, in words."""
    if game is None:
        return []
    return [
        {"label": item.label, "value": value_words(item), "change": _change(item), "known": item.known}
        for item in game.information
    ]


def value_words(item: Item) -> str:
    """The value of one thing known, with its unit."""
    if item.value is None:
        return NOTHING
    if isinstance(item.value, str):
        return item.value
    if item.unit == "share":
        return percent(item.value)
    return f"{rounded(item.value)} {item.unit}".rstrip()


def _change(item: Item) -> str:
    if item.change is None or not isfinite(item.change):
        return ""
    if item.unit == "share":
        return points_words(100 * item.change)
    sign = "+" if item.change > 0 else "−" if item.change < 0 else "±"
    return f"{sign}{rounded(abs(item.change))}"


def questions(game: Game | None) -> list[dict[str, Any]]:
    """What is to be decided: the control of each decision, in the unit that people read."""
    if game is None:
        return []
    return [_question(option.decision, option.default) for option in game.options]


def _question(decision: Decision, default: float | None) -> dict[str, Any]:
    scale = 100.0 if decision.unit == "share" and decision.choices != (0.0, 1.0) else 1.0
    return {
        "path": decision.path,
        "label": decision.label,
        "unit": UNITS.get(decision.unit, decision.unit) if scale == 100.0 or decision.unit != "share" else "",
        "low": decision.low * scale,
        "high": decision.high * scale,
        "step": decision.step * scale,
        "scale": scale,
        "default": None if default is None or not isfinite(default) else round(default * scale, 6),
        "choices": [
            {"value": value * scale, "words": _choice(decision, value)} for value in decision.choices
        ],
    }  # fmt: skip


def _choice(decision: Decision, value: float) -> str:
    if decision.choices == (0.0, 1.0):
        return "yes" if value == 1.0 else "no"
    return f"{value:g}"


def ending_table(ending: Ending | None, game: Game | None) -> dict[str, Any]:
    """What every way to play was worth, the best first."""
    if ending is None or game is None:
        return {}
    terms = [
        term for term, value in ending.own.terms.items() if any(abs(one.terms.get(term, 0.0)) > 0.05 for one in ending.outcomes)
    ]
    rows = [
        {
            "name": way_words(ending, outcome),
            "what": outcome.what,
            "total": money(outcome.total),
            "own": outcome.name == "you",
            "terms": [money(outcome.terms.get(term, 0.0)) for term in terms],
        }
        for outcome in ways_to_play(ending)
    ]
    return {"rows": rows, "terms": terms, "sentence": ending.sentence, "over": game.is_over}


def ways_to_play(ending: Ending) -> list[Outcome]:
    """The ways to play, the best first; the script of history is listed once, though it is a strategy too."""
    scripted = [one for one in ending.outcomes if one.name == "scripted_history" and one.terms == ending.history.terms]
    return [one for one in ending.outcomes if one not in scripted]


def is_best_reply(ending: Ending, outcome: Outcome) -> bool:
    """Whether a way to play is the best reply; history is, where it is that of the script, which is not listed twice."""
    listed = ways_to_play(ending)
    best = ending.best if ending.best in listed else ending.history
    return outcome is best


def way_words(ending: Ending, outcome: Outcome) -> str:
    """A way to play in words; the best reply is said to be it."""
    words = {"you": "You", "history": "History"}.get(outcome.name, outcome.name.replace("_", " "))
    return f"{words} (best reply)" if is_best_reply(ending, outcome) else words


def money(musd: float) -> str:
    """M USD, to the nearest million where there are many."""
    return f"{musd:,.0f}" if abs(musd) >= 100 else f"{musd:,.1f}"
