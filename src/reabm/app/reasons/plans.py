"""Why one that plans ahead plays what it plays: the candidates it weighed last, and what each promised."""

from __future__ import annotations

from typing import NamedTuple

from reabm.app.charts.bars import Bar, Bars
from reabm.app.in_force import params_of
from reabm.app.reasons.common import month_of
from reabm.app.roster import MUSD
from reabm.app.snapshot import Track
from reabm.app.words import name_words, percent, rounded
from reabm.engine.plan import WORTHLESS_KUSD, candidates_of
from reabm.report.palette import GREEN
from reabm.rules.planned import EXPORT_PATH, STOCKPILE, SUBSIDISE, SUBSIDISE_AND_STOCKPILE
from reabm.rules.strategies import STRATEGIES
from reabm.world.history import PLAN_COLUMNS

PROGRAMMES = {SUBSIDISE: "subsidies", STOCKPILE: "a stockpile", SUBSIDISE_AND_STOCKPILE: "subsidies and a stockpile"}
PROMISED = PLAN_COLUMNS.index("promised_kusd_0")


class Weighed(NamedTuple):
    """One candidate of the last plan."""

    words: str
    promised_musd: float | None  # None: its months did not close


def weighed(track: Track, row: int, g: int) -> list[Weighed]:
    """What was weighed at the plan that stands in a month of the run, in order."""
    known = params_of(track, row)
    kept = track.history.plans[row, g, PROMISED:]
    kind = "state" if known.governments.is_chinese[g] > 0.5 else "government"
    names = {float(strategy.code): f"“{name_words(name)}”" for name, strategy in STRATEGIES[kind].items()}
    found = []
    for candidate, promised in zip(candidates_of(known, g, 1.0), kept):
        if candidate.code == EXPORT_PATH:
            words = f"a quota of {percent(float(candidate.path_t[0]))} of use outside"
        else:
            words = PROGRAMMES.get(int(candidate.code)) or names[candidate.code]
        found.append(Weighed(words, None if promised <= WORTHLESS_KUSD else float(promised) / MUSD))
    return found


def reasons_of_plan(track: Track, row: int, g: int) -> tuple[list[str], Bars]:
    """The plan that stands in a month of the run: in sentences, and what each candidate promised."""
    known = params_of(track, row)
    plan = track.history.plans[row, g]
    own = known.knobs.plan
    found = [one for one in weighed(track, row, g) if one.promised_musd is not None]
    best, *others = sorted(found, key=lambda one: -(one.promised_musd or 0.0))
    when = month_of(track, int(plan[PLAN_COLUMNS.index("plan_month")]))
    said = [
        f"In {when} it tried {len(found)} candidates over {rounded(own.horizon_months)} months, each on the same "
        f"{rounded(own.draws)} courses of luck that it made up, in the world as it believed it to be: without knowing stocks, "
        f"illegal output or what is to come. It chose {best.words}."
    ]
    if plan[PLAN_COLUMNS.index("choice")] == EXPORT_PATH:
        said[0] = said[0][:-1] + f", {rounded(float(plan[PLAN_COLUMNS.index('path_t')]))} t a month."
    if others:
        ahead = (best.promised_musd or 0.0) - (others[0].promised_musd or 0.0)
        said.append(f"It promised {rounded(ahead)} M USD more than the next, {others[0].words}.")
    values = [one.promised_musd or 0.0 for one in found]
    bars = Bars(
        f"What each candidate promised in {when}",
        "M USD",
        [one.words for one in found],
        [Bar("", GREEN, values)],
        is_stacked=False,
    )
    return said, bars
