"""Why an agent did what it did: the terms of its last decision, as the rules weigh them, with their sizes.

Every figure is the record's, or follows from it by the rule that the model used; what the record does not hold (draws of luck)
is said to be chance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from reabm.app.charts.bars import Bar, Bars
from reabm.app.in_force import GOVERNMENTS, IMPORTERS, MAKERS, MINES, params_of, strategy_of
from reabm.app.measures import measures, plain
from reabm.app.moves import BENEFIT, PLAN
from reabm.app.roster import GOVERNMENT, IMPORTER, MINE, MUSD, Agent, kind_of, title_of
from reabm.app.snapshot import Snapshot, Track
from reabm.app.words import month_words, name_words, percent, rounded
from reabm.report.palette import BLUE, GREEN, GREY, LINES, ORANGE, RED, SKY
from reabm.rules.importers import (
    COVER_AND_PREPAY,
    JUST_IN_TIME,
    PREPAY_SHARE,
    SECURITY_PREMIUM,
    interruption_cover_months,
)  # fmt: skip
from reabm.rules.makers import BEST_REPLY, DIRECTED, IN_CHINA, STAY, move_probability
from reabm.rules.mines import DIRECTED as MINE_DIRECTED
from reabm.rules.mines import OUTSIDE_CHINA, PRICE_FRINGE, SCRIPTED, WAIT, annuity
from reabm.rules.policy import LIMIT_PRICING, SCRIPTED_PROGRAMME, THRESHOLD
from reabm.world.state import BUILDING, CLOSED, DESTINATIONS, GAINS, IDEA, MOTHBALLED, MOVE_TERMS, PRODUCING
from reabm.world.state import LINES as LINE_NAMES

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
GAIN_WORDS = {
    "producer_surplus": "producers", "treasury": "treasury", "downstream": "magnet making", "technology": "know-how gained",
    "domestic_users": "domestic users", "environment": "environment", "retaliation": "retaliation", "reputation": "reputation",
}  # fmt: skip


class Why(NamedTuple):
    """The reasons of a decision."""

    sentences: list[str]
    heads: list[str]
    rows: list[list[str]]
    bars: Bars | None


def why(snapshot: Snapshot, agent: Agent) -> Why:
    """The last decision of an agent up to the month on the screen."""
    track, row = snapshot.track, snapshot.row
    return REASONS[kind_of(track, agent)](track, row, agent.row)


def _month(track: Track, row: int) -> str:
    return month_words(track.scenario.start + row)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


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
    """Share of a line that a maker's rule wants in China, given the benefit; NaN where it is told nothing or stays."""
    known = params_of(track, row)
    code = known.makers.strategy[maker]
    benefit = float(track.history.makers[row, maker, BENEFIT + line])
    if code == STAY or known.on.relocation < 0.5:
        return float("nan")
    if code == DIRECTED:
        told = float(known.makers.directed_share[maker, line, row])
        return told if told >= 0.0 else float("nan")
    if code == BEST_REPLY:
        return 1.0 if benefit > 0.0 else 0.0
    return float(plain(move_probability)(benefit, known.knobs.makers.logit_precision))


def _maker(track: Track, row: int, j: int) -> Why:
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
        Bar(f"{LINE_NAMES[l]} line", LINES[LINE_NAMES[l]], [100 * value for value in (*terms, benefit)]) for l, terms, benefit in lines
    ], is_stacked=False)  # fmt: skip
    return Why(said, heads, rows, bars)


def _stands(track: Track, row: int, maker: int, line: int) -> float:
    capacity = track.history.makers[row, maker, 3 * line : 3 * line + 3]
    return float(capacity[IN_CHINA]) / max(float(capacity.sum()), 1e-12)


def _maker_sentence(track: Track, row: int, j: int, l: int, terms: list[float], benefit: float) -> str:
    known = params_of(track, row)
    named = [(TERM_WORDS[term][0], terms[k]) for k, term in enumerate(MOVE_TERMS)]
    named = [one for one in sorted(named, key=lambda one: -abs(one[1])) if abs(one[1]) >= 0.005]
    gains = [f"{percent(value)} by {_article(term)}" for term, value in named if value > 0.0]
    losses = [f"{percent(-value)} is lost to {_article(term)}" for term, value in named if value < 0.0]
    gained = _listed([gains[0].replace(" by ", " is gained by ", 1), *gains[1:]]) if gains else "nothing is gained"
    lost = _listed([losses[0], *(one.replace(" is lost", "") for one in losses[1:])]) if losses else "nothing is lost"
    start = (
        f"In {_month(track, row)}, of the unit cost of the {LINE_NAMES[l]} line of {title_of(track, Agent(MAKERS, j))}, "
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
    how = "As soon as the benefit is positive all of the line is wanted there" if code == BEST_REPLY else "By the logit"
    return f"{start} {how}: {percent(wanted)} wanted in China; {now}."


def _article(term: str) -> str:
    return {
        "price gap": "the price gap", "others already there": "the others already there", "tax rebate": "the tax rebate",
        "cost of moving": "the cost of moving", "unreliability": "China's unreliability", "subsidy at home": "the subsidy at home",
        "own reluctance": "its own reluctance",
    }.get(term, term)  # fmt: skip


class Hurdle(NamedTuple):
    """What the expected basket of a mine must pay, USD/kg."""

    running: float
    capital: float  # repaid over the mine's life
    waiting: float  # what the option to wait is worth


def hurdle_of(track: Track, row: int, m: int) -> Hurdle:
    """The parts of a mine's hurdle; they sum to the record's."""
    known = params_of(track, row)
    prepaid = PREPAY_SHARE if _was_financed(track, row, m) else 0.0
    rate = plain(annuity)(known.knobs.mines.discount_rate, known.knobs.mines.life_years)
    running = float(known.mines.opex_usd_kg[m])
    capital = float(known.mines.capex_usd_kg[m]) * (1.0 - prepaid) * rate
    return Hurdle(running, capital, float(track.history.mines[row, m, MINE["hurdle_usd_kg"]]) - running - capital)


def _was_financed(track: Track, row: int, m: int) -> bool:
    """Whether a partner advanced a part of the capital cost before this month: offers come after the mines decide."""
    return bool((track.history.mines[:row, m, MINE["contract_share"]] > 0.0).any())


def partner_of(track: Track, row: int, m: int) -> str:
    """Importer that holds a mine's contract: whose loans rose as it was signed. Empty where there is none, or it is unknown."""
    contract = track.history.mines[: row + 1, m, MINE["contract_share"]]
    if contract[-1] <= 0.0 or not track.history.importers.shape[0]:
        return ""
    signed = int(np.flatnonzero(np.diff(np.concatenate([[0.0], contract])) > 0.0)[-1])
    known = params_of(track, signed)
    lent = track.history.importers[:, :, IMPORTER["lent_kusd"]]
    rose = lent[signed] - (lent[signed - 1] if signed else 0.0) > 0.0
    fits = rose & (known.mines.offtake_ok[m] > 0.5) & (known.importers.offtake_share == contract[signed])
    found = np.flatnonzero(fits)
    return title_of(track, Agent(IMPORTERS, int(found[0]))) if len(found) else ""


def running_cost(track: Track, row: int, m: int) -> float:
    """Cash cost of a mine's ore: after a bankruptcy that of the plant that restarts (USD/kg)."""
    known, kept = params_of(track, row).mines, track.history.mines[: row + 1, m]
    debt, status = kept[:, MINE["debt_kusd"]], kept[:, MINE["status"]]
    failed = (debt[1:] == 0.0) & (debt[:-1] > 0.0) & (status[1:] == MOTHBALLED)
    return float(known.restart_opex_usd_kg[m] if failed.any() else known.opex_usd_kg[m])


def _mine(track: Track, row: int, m: int) -> Why:
    known, kept = params_of(track, row), track.history.mines[row, m]
    name, when = title_of(track, Agent(MINES, m)), _month(track, row)
    basket = float(kept[MINE["basket_usd_kg"]])
    ore = float(kept[MINE["ore_t"]])
    if known.mines.kind[m] != OUTSIDE_CHINA:
        rule = (
            "output goes as far as the share in the production quota" if known.mines.kind[m] == 0.0
            else "output follows the price inside China, less what a crackdown suppresses"
        )  # fmt: skip
        rows = [
            ["value of the basket", f"{rounded(basket)} USD/kg", "oxide from a kilogram in ore, at today's prices"],
            ["running cost", f"{rounded(float(known.mines.opex_usd_kg[m]))} USD/kg", "cash cost of oxide in ore"],
            ["ore", f"{rounded(ore)} t/month", "oxide contained"],
        ]
        return Why([f"{name}: {rule}, {rounded(ore)} t of oxide in {when}."], ["Term", "size", "what it is"], rows, None)
    parts = hurdle_of(track, row, m)
    expected, hurdle = float(kept[MINE["expected_usd_kg"]]), float(kept[MINE["hurdle_usd_kg"]])
    opex, partner = running_cost(track, row, m), partner_of(track, row, m)
    restart = known.knobs.mines.restart_margin * float(known.mines.restart_opex_usd_kg[m])
    contract = float(kept[MINE["contract_share"]])
    rows = [
        ["basket at today's prices", f"{rounded(basket)} USD/kg", "oxide from a kilogram in ore"],
        ["basket it expects", f"{rounded(expected)} USD/kg", "at expected prices, less the fear of a crash and of lost customers"],
        ["hurdle", f"{rounded(hurdle)} USD/kg", "running cost, capital cost and the worth of waiting"],
        ["· running cost", f"{rounded(parts.running)} USD/kg", "cash cost of oxide in ore"],
        ["· capital cost", f"{rounded(parts.capital)} USD/kg", "repaid over the mine's life" + (", half advanced by a partner" if _was_financed(track, row, m) else "")],
        ["· worth of waiting", f"{rounded(max(parts.waiting, 0.0))} USD/kg", "the more, the more volatile the prices"],
        ["volatility", f"{percent(float(kept[MINE['volatility']]))} a year", "of its basket, less what is sold ahead"],
        ["sold ahead", percent(contract), f"to {partner}" if partner else "no partner" if contract <= 0.0 else "share of its output"],
    ]  # fmt: skip
    if float(kept[MINE["status"]]) == MOTHBALLED:
        rows.append(["restarts from", f"{rounded(restart)} USD/kg", "expected basket at which a mothballed mine restarts"])
    bars = Bars("What it would be paid, and what it needs", "USD/kg", ["today's basket", "expected basket", "hurdle"], [
        Bar("basket", BLUE, [basket, expected, 0.0]), Bar("running cost", GREY, [0.0, 0.0, parts.running]),
        Bar("capital cost", ORANGE, [0.0, 0.0, parts.capital]), Bar("worth of waiting", SKY, [0.0, 0.0, max(parts.waiting, 0.0)]),
    ], is_stacked=True)  # fmt: skip
    sentence = _mine_sentence(track, row, m, opex, restart)
    return Why([sentence], ["Term", "size", "what it is"], rows, bars)


def _mine_sentence(track: Track, row: int, m: int, opex: float, restart: float) -> str:
    known, kept = params_of(track, row), track.history.mines[row, m]
    name, when = title_of(track, Agent(MINES, m)), _month(track, row)
    status, code = int(kept[MINE["status"]]), known.mines.strategy[m]
    basket, expected = float(kept[MINE["basket_usd_kg"]]), float(kept[MINE["expected_usd_kg"]])
    hurdle = float(kept[MINE["hurdle_usd_kg"]])
    weighed = f"it expects {rounded(expected)} USD/kg against a hurdle of {rounded(hurdle)}"
    if code == PRICE_FRINGE and status != CLOSED:
        return (
            f"In {when} {name} adds or drops capacity with the price at once: its basket is worth {rounded(basket)} USD/kg, its "
            f"full cost is {rounded(hurdle)}."
        )
    if status == IDEA:
        return f"In {when} {name} does not build: " + _why_idle(track, row, m, weighed)
    if status == BUILDING:
        began = _begun(track, row, m)
        if began < 0:
            return f"In {when} {name} is being built, as the world opens with it."
        was = track.history.mines[began, m]
        then = f"{rounded(float(was[MINE['expected_usd_kg']]))} USD/kg"
        first = track.history.mines[began - 1, m, MINE["status"]] if began else float(IDEA)
        if code == MINE_DIRECTED:
            return f"{name} has been under construction since {_month(track, began)}, as it was told."
        if first == MOTHBALLED:
            return f"{name} has been restarting since {_month(track, began)}: it then expected {then}, and restarts from {rounded(restart)}."
        if known.mines.committed[m] >= 0.0:
            return f"{name} has been under construction since {_month(track, began)}: that was settled whatever the price."
        at = rounded(float(was[MINE["hurdle_usd_kg"]]))
        return (
            f"{name} has been under construction since {_month(track, began)}: it then expected {then} against a hurdle of {at}."
        )
    if status == PRODUCING:
        margin = basket - opex
        does = "so it ramps up as far as it can" if margin >= 0.0 else "so it runs down, and closes if that lasts"
        if code == MINE_DIRECTED and known.mines.directed_output[m, row] >= 0.0:
            does = f"and it is told to run {percent(float(known.mines.directed_output[m, row]))} of its capacity"
        return (
            f"In {when} a kilogram of {name} is worth {rounded(basket)} USD and costs {rounded(opex)}: {does}. It works "
            f"{percent(float(kept[MINE['utilisation']]))} of its capacity."
        )
    if status == MOTHBALLED:
        if code == MINE_DIRECTED:
            return f"In {when} {name} stands still until it is told to restart."
        if code == WAIT:
            return f"In {when} {name} stands still, and never restarts: so it plays."
        if row < known.mines.earliest[m]:
            return f"In {when} {name} stands still; it cannot restart before {_month(track, int(known.mines.earliest[m]))}."
        passed = expected > restart
        wait = (
            f"finance can be closed with a chance of {percent(known.knobs.mines.open_window)} a month"
            if passed
            else "so it waits"
        )
        return (
            f"In {when} {name} stands still: it expects {rounded(expected)} USD/kg and restarts above {rounded(restart)}; {wait}."
        )
    return f"{name} is closed."


def _why_idle(track: Track, row: int, m: int, weighed: str) -> str:
    known = params_of(track, row)
    code = known.mines.strategy[m]
    committed = known.mines.committed[m]
    if known.on.outside_investment < 0.5:
        return f"investment outside China is switched off ({weighed})."
    if code == MINE_DIRECTED:
        return f"it was not told to ({weighed})."
    if code == WAIT:
        return f"it never builds: so it plays ({weighed})."
    if committed >= 0.0:
        return f"its construction is settled for {_month(track, int(committed))}, whatever the price ({weighed})."
    if row < known.mines.earliest[m]:
        return f"it cannot before {_month(track, int(known.mines.earliest[m]))} ({weighed})."
    if code == SCRIPTED:
        return f"it builds at a scripted date only, and has none ({weighed})."
    if track.history.mines[row, m, MINE["route"]] > 0.5 and known.on.concentrate_route < 0.5:
        return f"it would have to ship concentrate to China, and that route is switched off ({weighed})."
    kept = track.history.mines[row, m]
    if kept[MINE["expected_usd_kg"]] < kept[MINE["hurdle_usd_kg"]]:
        return f"{weighed}, so it waits."
    return (
        f"{weighed}, so it would build; finance can be closed with a chance of {percent(known.knobs.mines.open_window)} a month."
    )


def _begun(track: Track, row: int, m: int) -> int:
    """Month in which the construction that goes on began; -1 where the world opened with it."""
    status = track.history.mines[: row + 1, m, MINE["status"]]
    other = np.flatnonzero(status != BUILDING)
    if len(other):
        return int(other[-1]) + 1
    return -1 if params_of(track, 0).mines.opening_status[m] == BUILDING else 0


def risk_cover(track: Track, row: int, i: int) -> float:
    """Months of stock that an importer wants against an interruption."""
    known = params_of(track, row)
    if known.importers.strategy[i] == JUST_IN_TIME:
        return 0.0
    knobs = known.knobs.stocks
    trust = float(track.history.importers[row, i, IMPORTER["reliability"]])
    months = plain(interruption_cover_months)(
        trust, knobs.interruption_months, knobs.shortage_multiple, knobs.carrying_share, knobs.risk_cap_months
    )
    return float(known.on.precaution * knobs.risk_weight * months)


def _importer(track: Track, row: int, i: int) -> Why:
    known, kept = params_of(track, row), track.history.importers[row, i]
    knobs = known.knobs.stocks
    name, trust = title_of(track, Agent(IMPORTERS, i)), float(kept[IMPORTER["reliability"]])
    base, cover = float(known.importers.base_cover_months[i]), float(kept[IMPORTER["cover_months"]])
    risk, stock, bought = cover - base, float(kept[IMPORTER["stock_t"]]), float(kept[IMPORTER["bought_t"]])
    hazard = (1.0 - trust) / knobs.interruption_months
    worth = hazard * knobs.shortage_multiple
    home = int(known.importers.destination[i])
    if known.importers.strategy[i] == JUST_IN_TIME:
        because = "playing just in time means nothing more"
    elif known.on.precaution < 0.5:
        because = "precaution is switched off"
    elif risk <= 0.0:
        because = "a stock against an interruption costs more than it is worth"
    else:
        capped = " (the most it would)" if np.isclose(risk, knobs.risk_weight * knobs.risk_cap_months) else ""
        because = f"{rounded(risk)} more are wanted against an interruption{capped}"
    does = "grew" if bought > 0.0 else "fell"
    said = [
        f"In {_month(track, row)}, {name}: China is believed to deliver in {percent(trust)} of months. In calm times "
        f"{rounded(base)} months of use are held; {because}: {rounded(cover)} in all. The stock {does} by {rounded(abs(bought))} t to "
        f"{rounded(stock)} t. Trends of prices move what all importers want on top of that."
    ]
    rows = [
        ["reliability of China", percent(trust), "belief in a month's delivery; the past counts less and less"],
        ["chance of a cut-off", f"{percent(hazard)} a month", f"cut-offs of {rounded(knobs.interruption_months)} months are expected"],
        ["worth of a month's stock", f"{percent(worth)} of price", "that chance times the cost of a missing tonne"],
        ["carrying cost", f"{percent(knobs.carrying_share)} of price", "a month; a stock pays where its worth is above it"],
        ["base cover", f"{rounded(base)} months", "held in calm times"],
        ["cover against an interruption", f"{rounded(risk)} months", f"at most {rounded(knobs.risk_weight * knobs.risk_cap_months)}"],
        ["cover wanted", f"{rounded(cover)} months", "of its trade's use, before trends of prices"],
        ["stock", f"{rounded(stock)} t", "of oxide"],
    ]  # fmt: skip
    bars = Bars("Stock wanted, and held", "months of use", ["wants"], [
        Bar("in calm times", GREY, [base]), Bar("against an interruption", RED, [risk]),
    ], is_stacked=True)  # fmt: skip
    use = {1: "japan_use_t", 0: "china_use_t"}.get(home)
    if use is not None:
        months = stock / max(float(known.importers.trade_share[i]) * float(track.column(use)[row]), 1e-9)
        bars.labels.append("holds")
        bars.bars[0].values.append(0.0)
        bars.bars[1].values.append(0.0)
        bars.bars.append(Bar("held", BLUE, [0.0, months]))
        rows.append(
            ["stock in months", f"{rounded(months)} months", f"of its share of what {name_words(DESTINATIONS[home])} used"]
        )
    if known.importers.strategy[i] == COVER_AND_PREPAY:
        pays = worth > SECURITY_PREMIUM * knobs.carrying_share and known.on.offtake > 0.5
        lent, purse = float(kept[IMPORTER["lent_kusd"]]) / MUSD, float(known.importers.finance_kusd[i]) / MUSD
        rows.append(["lent to mines", f"{rounded(lent)} M USD", f"of {rounded(purse)} that it can advance"])
        said.append(
            f"A contract with a mine is worth its price where a month's stock is worth {rounded(SECURITY_PREMIUM)} times its "
            f"carrying cost: now it {'is' if pays else 'is not'}. {rounded(lent)} of {rounded(purse)} M USD are lent."
        )
    return Why(said, ["Term", "size", "what it is"], rows, bars)


def _government(track: Track, row: int, g: int) -> Why:
    known, kept = params_of(track, row), track.history.governments[row, g]
    name, when = title_of(track, Agent(GOVERNMENTS, g)), _month(track, row)
    exposure, threshold = float(kept[GOVERNMENT["exposure"]]), float(known.governments.exposure_threshold[g])
    code = known.governments.strategy[g]
    subsidy, thrift = float(kept[GOVERNMENT["subsidy_share"]]), float(kept[GOVERNMENT["thrift_programme"]])
    acts = []
    if subsidy > 0.0:
        acts.append(f"pays makers {percent(subsidy)} of unit cost to stay")
    if thrift > 1.0:
        acts.append(f"makes saving {rounded(thrift)} times as fast")
    reserve = float(kept[GOVERNMENT["reserve_t"]])
    does = _listed(acts) if acts else "does nothing"
    seen = f"sees itself exposed to {percent(exposure)}"
    if code == SCRIPTED_PROGRAMME:
        said = f"In {when} {name} {seen}, but acts by the scenario's script: it {does}."
    elif code == THRESHOLD:
        side = "above" if exposure > threshold else "not above"
        said = f"In {when} {name} {seen}, {side} its threshold of {percent(threshold)}: it {does}."
    else:
        said = f"In {when} {name} {seen}, and does nothing: so it plays."
    if known.on.home_programmes < 0.5:
        said += " Programmes at home are switched off."
    rows = [
        ["exposure", percent(exposure), "Chinese part of what it buys, times the exports that are turned away"],
        ["threshold", percent(threshold), "above it a government on a threshold acts" if code == THRESHOLD else "does not bind the rule it plays"],
        ["subsidy to stay", percent(subsidy), "of the unit cost of a maker's line"],
        ["saving", f"× {rounded(thrift)}", "speed of substitution and saving at home"],
        ["reserve", f"{rounded(reserve)} t", "oxide of the state"],
        ["spent so far", f"{rounded(float(kept[GOVERNMENT['spent_kusd']]) / MUSD)} M USD", "since the first month"],
    ]  # fmt: skip
    if code == SCRIPTED_PROGRAMME:
        block = float(known.script.venture_block[g, row]) * known.on.home_programmes
        months = float(known.script.reserve_months[g, row]) * known.on.reserves
        rows.insert(4, ["moves blocked", percent(block), "of those that firms would start"])
        rows.insert(5, ["reserve wanted", f"{rounded(months)} months", "of use"])
    bars = Bars("Exposure and threshold", "%", ["perceived exposure", "threshold"], [Bar("", BLUE, [100 * exposure, 100 * threshold])], is_stacked=True)  # fmt: skip
    return Why([said], ["Term", "size", "what it is"], rows, bars)


def _state(track: Track, row: int, g: int) -> Why:
    known = params_of(track, row)
    name, play = strategy_of(known, GOVERNMENTS, g)
    now = measures(track, row)
    before = dict(measures(track, row - 1)) if row else {}
    changed = [f"{what.lower()} {text} (was {before[what]})" for what, text in now if what in before and before[what] != text]
    gains = track.history.china_gain_kusd[max(row - 11, 0) : row + 1].sum(axis=0) / MUSD
    months = min(row + 1, 12)
    said = [
        f"In {_month(track, row)} the Chinese state plays “{name_words(name)}”: {play.sentence[0].lower()}{play.sentence[1:]}"
    ]
    said.append(
        f"Changed since the month before: {'; '.join(changed)}." if changed else "It changed nothing since the month before."
    )
    if known.governments.strategy[g] != LIMIT_PRICING:
        said.append(
            f"The script does not weigh what it brings. In the last {months} months it brought {rounded(float(gains.sum()))} M USD."
        )
    rows = [[what, text] for what, text in now]
    labels = [*(GAIN_WORDS[gain] for gain in GAINS), "pay-off: the sum"]
    values = [float(gain) for gain in gains]
    bars = Bars(f"Pay-off of {months} months", "M USD", labels, [Bar("", GREEN, [*values, float(gains.sum())])], is_stacked=False)
    return Why(said, ["Measure", "in force"], rows, bars)


REASONS: dict[str, Callable[[Track, int, int], Why]] = {
    "state": _state, "government": _government, "maker": _maker, "mine": _mine, "importer": _importer,
}  # fmt: skip
