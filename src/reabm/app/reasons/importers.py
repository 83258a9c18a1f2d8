"""Why an importer holds what it holds: belief in China's reliability, worth and cost of a stock."""

from __future__ import annotations

import numpy as np

from reabm.app.charts.bars import Bar, Bars
from reabm.app.in_force import IMPORTERS, params_of
from reabm.app.measures import plain
from reabm.app.reasons.common import SIZE_HEADS, Why, month_of
from reabm.app.roster import IMPORTER, MUSD, Agent, title_of
from reabm.app.snapshot import Track
from reabm.app.words import name_words, percent, rounded
from reabm.report.palette import BLUE, GREY, RED
from reabm.rules.cover_rules import DIVERSIFY, LEARNING, STOCKPILE
from reabm.rules.importers import COVER_AND_PREPAY, JUST_IN_TIME, SECURITY_PREMIUM, interruption_cover_months, log_worth_of_cover
from reabm.rules.strategies import OWN
from reabm.world.state import DESTINATIONS

OTHER_RULES = {
    STOCKPILE: "are held, whatever happens",
    LEARNING: "come of mixing no stock, one by belief and a fixed one, by what each brought or would have brought",
}


def risk_cover(track: Track, row: int, i: int) -> float:
    """Months of stock that an importer's belief would have it want, at reference prices and where all its fear applies."""
    known = params_of(track, row)
    if known.importers.strategy[i] in (JUST_IN_TIME, STOCKPILE, DIVERSIFY):
        return 0.0
    knobs = known.knobs.stocks
    trust = float(track.history.importers[row, i, IMPORTER["reliability"]])
    log_worth = plain(log_worth_of_cover)(trust, knobs.interruption_months, knobs.shortage_multiple, knobs.carrying_share)
    months = plain(interruption_cover_months)(log_worth, knobs.interruption_months, knobs.risk_cap_months)
    return float(known.on.precaution * knobs.risk_weight * months)


def importer(track: Track, row: int, i: int) -> Why:
    """The reasons of an importer."""
    known, kept = params_of(track, row), track.history.importers[row, i]
    knobs = known.knobs.stocks
    name, trust = title_of(track, Agent(IMPORTERS, i)), float(kept[IMPORTER["reliability"]])
    base, cover = float(known.importers.base_cover_months[i]), float(kept[IMPORTER["cover_months"]])
    risk, stock, bought = cover - base, float(kept[IMPORTER["stock_t"]]), float(kept[IMPORTER["bought_t"]])
    held = float(kept[IMPORTER["risk_wanted_months"]])
    hazard = (1.0 - trust) / knobs.interruption_months
    worth = hazard * knobs.shortage_multiple
    home = int(known.importers.destination[i])
    code = known.importers.strategy[i]
    if code in OTHER_RULES:
        because = f"{rounded(risk)} more {OTHER_RULES[code]}"
        held = risk
    elif code >= OWN:
        because = f"a rule of its own makes it {rounded(risk)} more"
        held = risk
    elif code == DIVERSIFY:
        because = "nothing more, but oxide of other origin is bid for as if China were never trusted"
    elif code == JUST_IN_TIME:
        because = "playing just in time means nothing more"
    elif known.on.precaution < 0.5:
        because = "precaution is switched off"
    elif risk <= 0.0:
        because = "a stock against an interruption costs more than it is worth"
    else:
        capped = " (the most it would)" if np.isclose(risk, knobs.risk_weight * knobs.risk_cap_months) else ""
        because = f"{rounded(risk)} more are wanted against an interruption{capped}"
    does = "grew" if bought > 0.0 else "fell"
    less = ""
    if risk - held > 0.005:
        less = (
            f", but of these {rounded(risk - held)} are not, as the mean over elements, where oxide is dear or where the quota "
            "that is feared takes little of the price"
        )
    belief = f"China is believed to deliver in {percent(trust)} of months"
    if home == 0:
        belief = f"in {percent(trust)} of months goods are believed to come, with no campaign against illegal mines"
    said = [
        f"In {month_of(track, row)}, {name}: {belief}. In calm times "
        f"{rounded(base)} months of use are held; {because}{less}: {rounded(base + held)} in all. The stock {does} by "
        f"{rounded(abs(bought))} t to {rounded(stock)} t. Trends of prices move what all importers want on top of that."
    ]
    most = knobs.risk_weight * knobs.risk_cap_months
    rows = [
        [
            "reliability of China" if home else "reliability of supply", percent(trust),
            "belief in a month's delivery; the past counts less and less",
        ],
        ["chance of a cut-off", f"{percent(hazard)} a month", f"of {rounded(knobs.interruption_months)} months, as it believes"],
        ["worth of a month's stock", f"{percent(worth)} of price", "that chance times the cost of a missing tonne"],
        ["carrying cost", f"{percent(knobs.carrying_share)} of price", "a month; a stock pays where its worth is above it"],
        ["base cover", f"{rounded(base)} months", "held in calm times"],
        ["cover against an interruption", f"{rounded(risk)} months", f"at reference prices; at most {rounded(most)}"],
        ["less where dear or not concerned", f"{rounded(risk - held)} months", "mean over elements, by use"],
        ["cover wanted", f"{rounded(base + held)} months", "of its trade's use, before trends of prices"],
        ["stock", f"{rounded(stock)} t", "of oxide"],
    ]  # fmt: skip
    bars = Bars("Stock wanted, and held", "months of use", ["wants"], [
        Bar("in calm times", GREY, [base]), Bar("against an interruption", RED, [held]),
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
    return Why(said, SIZE_HEADS, rows, bars)
