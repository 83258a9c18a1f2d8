"""A game of two players in words, and its table as rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from reabm.app.rivals import Payoffs, Who
from reabm.app.rivals_solved import Blend, Pure, Solved, best_replies, standard_errors
from reabm.app.words import month_words, name_words
from reabm.games.normal_form import Array
from reabm.rules.strategies import STRATEGIES
from reabm.scenario.lever_table import agent_kind

ABOVE, BELOW, LEFT, RIGHT = "↑", "↓", "←", "→"
TOWARDS = {ABOVE: "better above", BELOW: "better below", LEFT: "better to the left", RIGHT: "better to the right"}
BEST = "★"
MOST_NAMED = 3  # equilibria in the sentence
SMALL_MUSD = 0.05  # pay-offs nearer than this read the same


def table_of(found: Payoffs, solved: Solved, against_now: bool) -> dict[str, Any]:
    """The pay-off table: strategies of the first player down, of the second across, what each of them earns in a cell.

    Parameters
    ----------
    against_now : whether pay-offs are shown less what each earns where all go on as now
    """
    shape = found.table.shape
    values = found.table.replicates()[..., 0]
    if against_now:
        values = values - found.now[None]
    mean = np.nanmean(values, axis=2).T.reshape(solved.payoffs.shape)
    error = standard_errors(values).T.reshape(solved.payoffs.shape)
    is_best, shade = best_replies(solved), shades(solved.payoffs)
    best = [solved.payoffs[i].argmax(axis=i) for i in range(2)]
    held = {profile for one in solved.pure for profile in one.profiles}
    rows = []
    for a in range(shape[0]):
        cells = []
        for b in range(shape[1]):
            halves = []
            for i, (own, other) in enumerate(((a, b), (b, a))):
                there = int(best[i][other])
                arrow = (
                    "" if is_best[i, a, b] else (BELOW if there > own else ABOVE) if i == 0 else RIGHT if there > own else LEFT
                )
                halves.append({
                    "text": signed(mean[i, a, b]) if against_now else money(mean[i, a, b]), "error": error_words(error[i, a, b]),
                    "best": bool(is_best[i, a, b]), "arrow": arrow, "unsure": bool(solved.unsure[i, a, b]),
                    "shade": round(float(shade[i, a, b]), 3), "said": _said(is_best[i, a, b], arrow, solved.unsure[i, a, b]),
                })  # fmt: skip
            cells.append({"halves": halves, "held": (a, b) in held})
        rows.append({**_head(found, 0, a), "cells": cells})
    first, second = found.whos
    return {
        "caption": f"What each pair of strategies pays, {unit(against_now)}: {capital(first.short)} down, {second.short} across",
        "players": [capital(first.short), capital(second.short)], "heads": [_head(found, 1, b) for b in range(shape[1])],
        "rows": rows,
    }  # fmt: skip


def shades(payoffs: Array) -> Array:
    """How strong the colour of a pay-off is, 0 to 1: between the worst and the best of its player."""
    flat = payoffs.reshape(len(payoffs), -1)
    low, wide = flat.min(axis=1), flat.max(axis=1) - flat.min(axis=1)
    return np.asarray((flat - low[:, None]) / np.where(wide > 0.0, wide, 1.0)[:, None]).reshape(payoffs.shape)


def _said(is_best: bool, arrow: str, unsure: bool) -> str:
    words = "best reply" if is_best else TOWARDS[arrow]
    return f"{words}, not sure" if unsure else words


def _head(found: Payoffs, i: int, k: int) -> dict[str, Any]:
    """A strategy as the head of a row or column."""
    who, game = found.whos[i], found.game
    name = who.strategies[k]
    now = game.scenario.at(game.first).strategies
    return {
        "name": name_words(name), "rule": STRATEGIES[agent_kind(game.scenario, who.agents[0])][name].sentence,
        "now": all(now[agent] == name for agent in who.agents),
    }  # fmt: skip


def unit(against_now: bool) -> str:
    """The unit of the table's figures."""
    return "M USD more or less than if all go on as now" if against_now else "M USD"


def money(musd: float) -> str:
    """M USD, whole where there are many."""
    return f"{musd:,.0f}" if abs(musd) >= 100 else f"{musd:,.1f}"


def signed(musd: float) -> str:
    """M USD more or less."""
    if abs(musd) < SMALL_MUSD:
        return "±0"
    return f"{'+' if musd > 0 else '−'}{money(abs(musd))}"


def error_words(musd: float) -> str:
    """A standard error."""
    return f"±{money(musd)}" if musd >= SMALL_MUSD else ""


def capital(text: str) -> str:
    """With a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def caption(found: Payoffs) -> str:
    """What was played."""
    table = found.table
    n_runs = int(np.prod(table.shape) + 1) * len(table.seeds)
    failed = f" {table.n_failed} of them did not close and are left out." if table.n_failed else ""
    return (
        f"The world as it stands, played on from {month_words(found.game.first)} for {found.question.years} years with each pair"
        f" of strategies on the same {len(table.seeds)} courses of luck: {n_runs:,} runs in {found.seconds:.1f} s.{failed}"
    )


def sentences(found: Payoffs, solved: Solved) -> list[str]:
    """What the table says, for somebody who never saw one."""
    whos = found.whos
    said = []
    if solved.pure:
        one = solved.pure[0]
        said.append(
            f"If both know this table, nobody wants to move from “{both(whos, one)}”: alone, neither can earn more."
            f" It is so in {often(one.probability)}."
        )  # fmt: skip
        said.append(_beside_now(found, solved, one))
        if len(solved.pure) > 1:
            more = "; ".join(f"“{both(whos, other)}” ({often(other.probability)})" for other in solved.pure[1:MOST_NAMED])
            more += f"; and {len(solved.pure) - MOST_NAMED} more" if len(solved.pure) > MOST_NAMED else ""
            said.append(
                f"It is not the only such pair: {more}. Which one comes about is a matter of what "
                "each expects of the other."
            )  # fmt: skip
        said += _both_better(found, solved, one)
    elif solved.mixed:
        said.append(
            "No pair of plain strategies holds: whatever both do, one of them would rather do something else."
            " Only a mix, of which the other cannot know what comes, leaves nobody better off by moving."
        )
    else:
        said.append("No pair of plain strategies holds: whatever both do, one of them would rather do something else.")
    for blend in solved.mixed:
        also = "There is also a mix" if solved.pure else "The mix"
        said.append(f"{also}: {mix_words(whos, blend)} ({often(blend.probability)}).")
    if solved.rivals:
        more = "; ".join(f"“{both(whos, other)}” ({often(other.probability)})" for other in solved.rivals[:MOST_NAMED])
        said.append(f"With other luck it might be: {more}.")
    return [one for one in said if one]


def both(whos: Sequence[Who], one: Pure) -> str:
    """A pair of strategies; where several pay all the same, all of them."""
    parts = []
    for i, who in enumerate(whos):
        names = [name_words(who.strategies[k]) for k in sorted({profile[i] for profile in one.profiles})]
        parts.append(f"{who.short}: {' or '.join(names)}")
    return capital(", ".join(parts))


def mix_words(whos: Sequence[Who], blend: Blend) -> str:
    """What both mix."""
    parts = []
    for who, own in zip(whos, blend.mixed):
        shares = " and ".join(f"{name_words(who.strategies[k])} {100 * own[k]:.0f} %" for k in np.flatnonzero(own > 0.0005))
        parts.append(f"{who.short}: {shares}")
    return "; ".join(parts)


def often(probability: float) -> str:
    """How often it is found when the luck is drawn anew."""
    if probability >= 0.995:
        return "all redraws of the luck"
    if probability < 0.005:
        return "hardly any redraw of the luck"
    return f"{100 * probability:.0f} % of the redraws of the luck"


def _beside_now(found: Payoffs, solved: Solved, one: Pure) -> str:
    """What the players earn there, beside what they earn if all go on as now."""
    apart = solved.payoffs[(slice(None), *one.profiles[0])] - np.nanmean(found.now, axis=1)
    if np.abs(apart).max() < SMALL_MUSD:
        return "That is what happens anyway if all go on as now."
    words = [
        "no more or less" if abs(own) < SMALL_MUSD else f"{money(abs(own))} M USD {'more' if own > 0 else 'less'}"
        for own in apart
    ]
    first, second = found.whos
    return f"There, {first.short} would earn {words[0]} and {second.short} {words[1]} than if all go on as now."


def _both_better(found: Payoffs, solved: Solved, one: Pure) -> list[str]:
    """A pair at which both earn more, and who would leave it: the dilemma, where there is one."""
    here = solved.payoffs[(slice(None), *one.profiles[0])]
    gain = (solved.payoffs - here[:, None, None]).min(axis=0)
    at = np.unravel_index(int(gain.argmax()), gain.shape)
    if gain[at] < max(SMALL_MUSD, 0.001 * float(np.abs(here).max())):
        return []
    profile = (int(at[0]), int(at[1]))
    movers = [who.short for i, who in enumerate(found.whos) if solved.gains[(i, *profile)] > 0.0]
    if not movers:
        return []
    return [
        f"Both would earn more at “{both(found.whos, Pure((profile,), 0.0))}”, but from there {' and '.join(movers)} would move."
    ]
