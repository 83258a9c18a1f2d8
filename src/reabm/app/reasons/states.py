"""Why a government acts: exposure against its threshold; measures and pay-off of the Chinese state."""

from __future__ import annotations

from reabm.app.charts.bars import Bar, Bars
from reabm.app.in_force import GOVERNMENTS, params_of, strategy_of
from reabm.app.measures import measures
from reabm.app.reasons.common import SIZE_HEADS, Why, listed, month_of
from reabm.app.reasons.plans import reasons_of_plan
from reabm.app.roster import GOVERNMENT, MUSD, Agent, title_of
from reabm.app.snapshot import Track
from reabm.app.words import name_words, percent, rounded
from reabm.report.palette import BLUE, GREEN
from reabm.rules.policy import COMPLAIN, LIMIT_PRICING, PRICE_FLOOR, SCRIPTED_PROGRAMME, SUBSIDISE_AND_STOCKPILE, THRESHOLD
from reabm.rules.strategies import OWN, RECEDING_HORIZON
from reabm.world.state import GAINS

GAIN_WORDS = {
    "producer_surplus": "producers", "treasury": "treasury", "downstream": "magnet making", "technology": "know-how gained",
    "domestic_users": "domestic users", "environment": "environment", "retaliation": "retaliation", "reputation": "reputation",
}  # fmt: skip


def government(track: Track, row: int, g: int) -> Why:
    """The reasons of a government other than the Chinese."""
    known, kept = params_of(track, row), track.history.governments[row, g]
    name, when = title_of(track, Agent(GOVERNMENTS, g)), month_of(track, row)
    exposure, threshold = float(kept[GOVERNMENT["exposure"]]), float(known.governments.exposure_threshold[g])
    code = known.governments.strategy[g]
    subsidy, thrift = float(kept[GOVERNMENT["subsidy_share"]]), float(kept[GOVERNMENT["thrift_programme"]])
    acts = []
    if subsidy > 0.0:
        acts.append(f"pays makers {percent(subsidy)} of unit cost to stay")
    if thrift > 1.0:
        acts.append(f"makes saving {rounded(thrift)} times as fast")
    reserve = float(kept[GOVERNMENT["reserve_t"]])
    does = listed(acts) if acts else "does nothing"
    seen = f"sees itself exposed to {percent(exposure)}"
    if code == SCRIPTED_PROGRAMME:
        said = f"In {when} {name} {seen}, but acts by the scenario's script: it {does}."
    elif code == THRESHOLD:
        side = "above" if exposure > threshold else "not above"
        said = f"In {when} {name} {seen}, {side} its threshold of {percent(threshold)}: it {does}."
    elif code == RECEDING_HORIZON:
        said = f"In {when} {name} {seen}, and plays what it planned: it {does}."
    elif code == COMPLAIN:
        side = "above" if exposure > threshold else "not above"
        then = "it goes to the WTO, and does nothing else" if exposure > threshold else "it waits before it goes to the WTO"
        said = f"In {when} {name} {seen}, {side} its threshold of {percent(threshold)}: {then}."
    elif code == SUBSIDISE_AND_STOCKPILE:
        wanted = f"wants {rounded(float(known.governments.reserve_months[g]))} months of use in its reserve"
        said = f"In {when} {name} {seen}, but does the same whatever happens: it {listed([*acts, wanted])}."
    elif code == PRICE_FLOOR:
        before = float(track.history.governments[row - 1, g, GOVERNMENT["spent_kusd"]]) if row else 0.0
        paid = (float(kept[GOVERNMENT["spent_kusd"]]) - before) / MUSD
        floor = rounded(known.knobs.price_floor.over_longrun)
        said = (
            f"In {when} {name} guarantees mines that its importers may buy from {floor} times the long-run price of what earns "
            f"them most; this month that cost it {rounded(paid)} M USD."
        )
    elif code >= OWN:
        said = f"In {when} {name} {seen}, and plays a rule of its own: it {does}."
    else:
        said = f"In {when} {name} {seen}, and does nothing: so it plays."
    if known.on.home_programmes < 0.5:
        said += " Programmes at home are switched off."
    rows = [
        ["exposure", percent(exposure), "Chinese part of what it buys, times the exports that are turned away"],
        ["threshold", percent(threshold), _part_of_threshold(code)],
        ["subsidy to stay", percent(subsidy), "of the unit cost of a maker's line"],
        ["saving", f"× {rounded(thrift)}", "speed of substitution and saving at home"],
        ["reserve", f"{rounded(reserve)} t", "oxide of the state"],
        ["spent so far", f"{rounded(float(kept[GOVERNMENT['spent_kusd']]) / MUSD)} M USD", "since the first month"],
    ]  # fmt: skip
    if code == SCRIPTED_PROGRAMME:
        block = float(known.script.venture_block[g, row]) * known.on.home_programmes
        months = float(known.script.reserve_months[g, row]) * known.on.reserves
        rows.insert(4, ["moves blocked", percent(block), "of those that firms would start"])
        rows.insert(5, ["reserve wanted", f"{rounded(months)} month{'' if months == 1.0 else 's'}", "of use"])
    if code == RECEDING_HORIZON:
        told, promises = reasons_of_plan(track, row, g)
        return Why([said, *told], SIZE_HEADS, rows, promises)
    both = Bar("", BLUE, [100 * exposure, 100 * threshold])
    bars = Bars("Exposure and threshold", "%", ["perceived exposure", "threshold"], [both], is_stacked=True)
    return Why([said], SIZE_HEADS, rows, bars)


def _part_of_threshold(code: float) -> str:
    return "above it the government acts" if code in (THRESHOLD, COMPLAIN) else "plays no part in its rule"


def chinese_state(track: Track, row: int, g: int) -> Why:
    """What the Chinese state does, what of it is new, and what it brought."""
    known = params_of(track, row)
    name, play = strategy_of(known, GOVERNMENTS, g)
    now = measures(track, row)
    before = dict(measures(track, row - 1)) if row else {}
    changed = [f"{what.lower()} {text} (was {before[what]})" for what, text in now if what in before and before[what] != text]
    gains = track.history.china_gain_kusd[max(row - 11, 0) : row + 1].sum(axis=0) / MUSD
    months = min(row + 1, 12)
    said = [
        f"In {month_of(track, row)} the Chinese state plays “{name_words(name)}”: {play.sentence[0].lower()}{play.sentence[1:]}"
    ]
    said.append(
        f"Changed since the month before: {'; '.join(changed)}." if changed else "It changed nothing since the month before."
    )
    promises = None
    if known.governments.strategy[g] == RECEDING_HORIZON:
        told, promises = reasons_of_plan(track, row, g)
        said += told
    elif known.governments.strategy[g] != LIMIT_PRICING and known.governments.strategy[g] < OWN:
        said.append(
            "The rule it plays does not weigh what it brings. "
            f"In the last {months} months that was {rounded(float(gains.sum()))} M USD."
        )
    rows = [[what, text] for what, text in now]
    labels = [*(GAIN_WORDS[gain] for gain in GAINS), "pay-off: the sum"]
    values = [float(gain) for gain in gains]
    bars = Bars(f"Pay-off of {months} months", "M USD", labels, [Bar("", GREEN, [*values, float(gains.sum())])], is_stacked=False)
    return Why(said, ["Measure", "in force"], rows, promises or bars)
