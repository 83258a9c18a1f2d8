"""Why a maker wants a line in China, or not: the terms of its choice of location."""

from __future__ import annotations

import numpy as np

from reabm.app.charts.bars import Bar, Bars
from reabm.app.in_force import MAKERS, params_of
from reabm.app.measures import plain
from reabm.app.moves import BENEFIT, PLAN
from reabm.app.reasons.common import Why, listed, month_of
from reabm.app.roster import Agent, title_of
from reabm.app.snapshot import Track
from reabm.app.words import percent
from reabm.report.palette import LINES
from reabm.rules.maker_plans import (
    GLOBAL_GAME,
    JOINT_VENTURE,
    MOVE,
    SPLIT,
    THIRD_COUNTRY,
    global_game_threshold,
    planned_share,
)  # fmt: skip
from reabm.rules.makers import (
    BEST_REPLY,
    DIRECTED,
    IN_CHINA,
    LOGIT,
    STAY,
    USUAL_MEMORY_MONTHS,
    WORK_MEMORY_MONTHS,
    directed_share,
    move_probability,
    remembered_work,
)
from reabm.rules.policy import SCRIPTED_PROGRAMME
from reabm.rules.strategies import OWN
from reabm.world.history import MAKER_COLUMNS
from reabm.world.state import LINES as LINE_NAMES
from reabm.world.state import MOVE_TERMS

TERM_WORDS = {
    "price_gap": ("price gap", "what oxide at the inside price saves"),
    "herding": ("others already there", "gain from the others' capacity in China (herding)"),
    "rebate": ("tax rebate", "rebate on exports of finished magnets"),
    "fixed_cost": ("cost of moving", "building the plant; half of it where one stands there"),
    "leak": ("leakage", "rent at risk to the partner of a joint venture, as far as know-how is not there yet"),
    "risk": ("unreliability", "doubt about deliveries in China, as its country's importers see it"),
    "home_subsidy": ("subsidy at home", "what its government pays it to stay"),
    "reluctance": ("own reluctance", "its own aversion to moving"),
}

OTHER_PLANS = {
    MOVE: "all lines go to plants of its own in China",
    SPLIT: "the commodity line goes to China, the premium line stays at home",
    JOINT_VENTURE: "all lines go to China, with a local partner who bears its share of the cost",
    THIRD_COUNTRY: "what stands at home goes to a third country",
}


def move_terms(track: Track, row: int, maker: int) -> list[tuple[int, list[float], float]]:
    """Of every line a maker has: row of the line, the terms of the decision, and the benefit that the record holds."""
    capacity = track.history.makers[row, maker, :6].reshape(2, 3)
    return [
        (
            l,
            [float(term) for term in track.history.move_terms[row, maker, l]],
            float(track.history.makers[row, maker, BENEFIT + l]),
        )
        for l in range(2)
        if capacity[l].sum() > 0.0
    ]


def wanted_share(track: Track, row: int, maker: int, line: int) -> float:
    """Share of a line that a maker's rule wants in China, given the benefit; NaN where it has no wish, or it cannot be known."""
    known = params_of(track, row)
    code = known.makers.strategy[maker]
    benefit = float(track.history.makers[row, maker, BENEFIT + line])
    if code in (STAY, THIRD_COUNTRY, GLOBAL_GAME) or code >= OWN or known.on.relocation < 0.5:
        return float("nan")  # a private signal is not kept, and a rule of its own is not known
    if code in (MOVE, SPLIT, JOINT_VENTURE):
        return float(plain(planned_share)(code, line, 0.0, 0.0, 0.0, 0.0, 0.0))
    if code == DIRECTED:
        told = float(plain(directed_share)(known.makers, maker, line, row))
        return told if told >= 0.0 else float("nan")
    if code == BEST_REPLY:
        return 1.0 if benefit > 0.0 else 0.0
    return float(plain(move_probability)(benefit, known.knobs.makers.logit_precision))


def maker(track: Track, row: int, j: int) -> Why:
    """The reasons of a maker."""
    known, name = params_of(track, row), title_of(track, Agent(MAKERS, j))
    if known.makers.home[j] < 0.5:
        return Why([f"At home in China, {name} has no line to move there; capacity grows as scripted."], [], [], None)
    lines = move_terms(track, row, j)
    said = [_maker_sentence(track, row, j, l, terms, benefit) for l, terms, benefit in lines]
    government = next(
        (g for g in range(len(track.names.governments)) if known.governments.destination[g] == known.makers.home[j]), -1
    )
    if government >= 0 and known.governments.strategy[government] == SCRIPTED_PROGRAMME:
        block = float(known.script.venture_block[government, row]) * known.on.home_programmes
        if block > 0.0:
            said.append(f"Its government stops {percent(block)} of the moves that firms would start this month.")
    if _is_idle(track, row, j):
        late, usual = work_shares(track, row, j)
        said.append(
            f"Only {percent(late)} of the magnet capacity of its country's makers was at work of late, of {percent(usual)} "
            f"usually: an alloy maker that has been in China builds no more there, and gives its plants up with a chance of up "
            f"to {percent(known.knobs.makers.idle_closing_hazard)} a month."
        )
    heads = ["Term, as a share of unit cost", *(f"{LINE_NAMES[l]} line" for l, _, _ in lines), "what it is"]
    rows = [
        [TERM_WORDS[term][0], *(percent(terms[k]) for _, terms, _ in lines), TERM_WORDS[term][1]]
        for k, term in enumerate(MOVE_TERMS)
    ]  # fmt: skip
    rows.append(["benefit: the sum", *(percent(benefit) for _, _, benefit in lines), "what the rule of choice gets to see"])
    rows.append(["wanted in China", *(percent(wanted_share(track, row, j, l)) for l, _, _ in lines), "by the rule it plays"])
    plans = [float(track.history.makers[row, j, PLAN + l]) for l, _, _ in lines]
    rows.append(["planned in China", *(percent(plan) for plan in plans), "the plan goes there step by step, back more slowly"])
    rows.append(
        ["stands in China", *(percent(_stands(track, row, j, l)) for l, _, _ in lines), "it builds once the plan is a step ahead"]
    )
    labels = [TERM_WORDS[term][0] for term in MOVE_TERMS] + ["benefit: the sum"]
    bars = Bars("Terms of having the line in China", "% of unit cost", labels, [
        Bar(f"{LINE_NAMES[l]} line", LINES[LINE_NAMES[l]], [100 * value for value in (*terms, benefit)])
        for l, terms, benefit in lines
    ], is_stacked=False)  # fmt: skip
    return Why(said, heads, rows, bars)


def work_shares(track: Track, row: int, maker: int) -> tuple[float, float]:
    """Magnet capacity of a maker's country that was at work, as the rule remembers it in a month: of late, and usually."""
    known = params_of(track, row).makers
    rows = np.flatnonzero((known.home == known.home[maker]) & (known.makes_alloy < 0.5))
    made = track.history.makers[:row, rows, MAKER_COLUMNS.index("output_t")].sum(axis=1)
    capacity = track.history.makers[:row, rows, :6].sum(axis=(1, 2))
    late, usual = 0.0, 0.0
    for now in made / np.maximum(capacity, 1e-12):
        late = plain(remembered_work)(late, float(now), WORK_MEMORY_MONTHS)
        usual = plain(remembered_work)(usual, float(now), USUAL_MEMORY_MONTHS)
    return late, usual


def _is_idle(track: Track, row: int, maker: int) -> bool:
    known = params_of(track, row)
    if (
        known.makers.makes_alloy[maker] < 0.5
        or known.makers.strategy[maker] not in (LOGIT, BEST_REPLY, GLOBAL_GAME)
        or known.on.relocation < 0.5
    ):
        return False
    late, usual = work_shares(track, row, maker)
    return late < known.knobs.makers.idle_share * usual


def _stands(track: Track, row: int, maker: int, line: int) -> float:
    capacity = track.history.makers[row, maker, 3 * line : 3 * line + 3]
    return float(capacity[IN_CHINA]) / max(float(capacity.sum()), 1e-12)


def _maker_sentence(track: Track, row: int, j: int, l: int, terms: list[float], benefit: float) -> str:
    known = params_of(track, row)
    named = [(TERM_WORDS[term][0], terms[k]) for k, term in enumerate(MOVE_TERMS)]
    named = [one for one in sorted(named, key=lambda one: -abs(one[1])) if abs(one[1]) >= 0.005]
    gains = [f"{percent(value)} by {_article(term)}" for term, value in named if value > 0.0]
    losses = [f"{percent(-value)} is lost to {_article(term)}" for term, value in named if value < 0.0]
    gained = listed([gains[0].replace(" by ", " is gained by ", 1), *gains[1:]]) if gains else "nothing is gained"
    lost = listed([losses[0], *(one.replace(" is lost", "") for one in losses[1:])]) if losses else "nothing is lost"
    start = (
        f"In {month_of(track, row)}, of the unit cost of the {LINE_NAMES[l]} line of {title_of(track, Agent(MAKERS, j))}, "
        f"{gained}, and {lost}: in all a line in China would {'bring' if benefit > 0.0 else 'cost'} it {percent(abs(benefit))}."
    )
    plan, stands = float(track.history.makers[row, j, PLAN + l]), _stands(track, row, j, l)
    now = f"the plan stands at {percent(plan)}, and {percent(stands)} of the line is there"
    code = known.makers.strategy[j]
    wanted = wanted_share(track, row, j, l)
    if known.on.relocation < 0.5:
        return f"{start} Relocation is switched off: nobody moves."
    if code == STAY:
        return f"{start} But plants are kept where they are, whatever the terms; {percent(stands)} of the line is in China."
    if code == DIRECTED and not np.isfinite(wanted):
        return f"{start} But the firm is directed, and told nothing about this line: {percent(stands)} of it stays in China."
    if code == DIRECTED:
        return f"{start} But the firm is directed: it is told to have {percent(wanted)} of the line there; {now}."
    if code in OTHER_PLANS:
        return f"{start} But it plays its plan whatever the terms: {OTHER_PLANS[code]}; {now}."
    if code == GLOBAL_GAME:
        others, seen = terms[MOVE_TERMS.index("herding")], known.knobs.makers.herding * known.on.herding
        return (
            f"{start} Without the others that is {percent(benefit - others)}. It sees this with an error of its own, and moves "
            f"from {percent(float(plain(global_game_threshold)(seen)))} on, at which it expects half of them to move; {now}."
        )
    if code >= OWN:
        return f"{start} It plays a rule of its own: {now}."
    how = "As soon as the benefit is positive all of the line is wanted there" if code == BEST_REPLY else "By the logit"
    return f"{start} {how}: {percent(wanted)} wanted in China; {now}."


def _article(term: str) -> str:
    return {
        "price gap": "the price gap", "others already there": "the others already there", "tax rebate": "the tax rebate",
        "cost of moving": "the cost of moving", "unreliability": "China's unreliability",
        "subsidy at home": "the subsidy at home",
        "own reluctance": "its own reluctance",
    }.get(term, term)  # fmt: skip
