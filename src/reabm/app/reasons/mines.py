"""Why a mine is built, runs, stands still or waits: its expected basket against the hurdle, today's against cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.app.charts.bars import Bar, Bars
from reabm.app.in_force import IMPORTERS, MINES, params_of
from reabm.app.measures import plain
from reabm.app.reasons.common import SIZE_HEADS, Why, month_of
from reabm.app.roster import IMPORTER, MINE, Agent, title_of
from reabm.app.snapshot import Track
from reabm.app.words import percent, rounded
from reabm.report.palette import BLUE, GREY, ORANGE, SKY
from reabm.rules.importers import PREPAY_SHARE
from reabm.rules.mine_plans import HERD
from reabm.rules.mines import DIRECTED, OUTSIDE_CHINA, PRICE_FRINGE, SCRIPTED, WAIT, annuity
from reabm.rules.strategies import OWN
from reabm.world.state import BUILDING, CLOSED, IDEA, MOTHBALLED, PRODUCING


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
    hurdle = float(track.history.mines[row, m, MINE["hurdle_usd_kg"]])
    if known.mines.strategy[m] == HERD or known.mines.strategy[m] >= OWN:  # these need not ask for their capital
        capital = min(capital, max(hurdle - running, 0.0))
    return Hurdle(running, capital, hurdle - running - capital)


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


def mine(track: Track, row: int, m: int) -> Why:
    """The reasons of a mine."""
    known, kept = params_of(track, row), track.history.mines[row, m]
    name, when = title_of(track, Agent(MINES, m)), month_of(track, row)
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
        return Why([f"{name}: {rule}, {rounded(ore)} t of oxide in {when}."], SIZE_HEADS, rows, None)
    parts = hurdle_of(track, row, m)
    expected, hurdle = float(kept[MINE["expected_usd_kg"]]), float(kept[MINE["hurdle_usd_kg"]])
    opex, partner = running_cost(track, row, m), partner_of(track, row, m)
    restart = known.knobs.mines.restart_margin * float(known.mines.restart_opex_usd_kg[m])
    contract = float(kept[MINE["contract_share"]])
    advanced = ", half of it advanced by a partner" if _was_financed(track, row, m) else ""
    to = f"to {partner}" if partner else "no partner" if contract <= 0.0 else "share of its output"
    rows = [
        ["basket at today's prices", f"{rounded(basket)} USD/kg", "oxide from a kilogram in ore"],
        ["basket it expects", f"{rounded(expected)} USD/kg", "at expected prices, less fear of a crash and of lost customers"],
        ["hurdle", f"{rounded(hurdle)} USD/kg", "running cost, capital cost and the worth of waiting"],
        ["· running cost", f"{rounded(parts.running)} USD/kg", "cash cost of oxide in ore"],
        ["· capital cost", f"{rounded(parts.capital)} USD/kg", f"repaid over the mine's life{advanced}"],
        ["· worth of waiting", f"{rounded(max(parts.waiting, 0.0))} USD/kg", "the more, the more volatile the prices"],
        ["volatility", f"{percent(float(kept[MINE['volatility']]))} a year", "of its basket, less what is sold ahead"],
        ["sold ahead", percent(contract), to],
    ]  # fmt: skip
    if float(kept[MINE["status"]]) == MOTHBALLED:
        rows.append(["restarts from", f"{rounded(restart)} USD/kg", "expected basket at which a mothballed mine restarts"])
    bars = Bars("What it would be paid, and what it needs", "USD/kg", ["today's basket", "expected basket", "hurdle"], [
        Bar("basket", BLUE, [basket, expected, 0.0]), Bar("running cost", GREY, [0.0, 0.0, parts.running]),
        Bar("capital cost", ORANGE, [0.0, 0.0, parts.capital]), Bar("worth of waiting", SKY, [0.0, 0.0, max(parts.waiting, 0.0)]),
    ], is_stacked=True)  # fmt: skip
    sentence = _mine_sentence(track, row, m, opex, restart)
    return Why([sentence], SIZE_HEADS, rows, bars)


def _mine_sentence(track: Track, row: int, m: int, opex: float, restart: float) -> str:
    known, kept = params_of(track, row), track.history.mines[row, m]
    name, when = title_of(track, Agent(MINES, m)), month_of(track, row)
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
        if code == DIRECTED:
            return f"{name} has been under construction since {month_of(track, began)}, as it was told."
        if first == MOTHBALLED:
            since = month_of(track, began)
            return f"{name} has been restarting since {since}: it then expected {then}, and restarts from {rounded(restart)}."
        if known.mines.committed[m] >= 0.0:
            return f"{name} has been under construction since {month_of(track, began)}: that was settled whatever the price."
        at = rounded(float(was[MINE["hurdle_usd_kg"]]))
        since = month_of(track, began)
        return f"{name} has been under construction since {since}: it then expected {then} against a hurdle of {at}."
    if status == PRODUCING:
        margin = basket - opex
        does = "so it ramps up as far as it can" if margin >= 0.0 else "so it runs down, and closes if that lasts"
        if code == DIRECTED and known.mines.directed_output[m, row] >= 0.0:
            does = f"and it is told to run {percent(float(known.mines.directed_output[m, row]))} of its capacity"
        return (
            f"In {when} a kilogram of {name} is worth {rounded(basket)} USD and costs {rounded(opex)}: {does}. It works "
            f"{percent(float(kept[MINE['utilisation']]))} of its capacity."
        )
    if status == MOTHBALLED:
        if code == DIRECTED:
            return f"In {when} {name} stands still until it is told to restart."
        if code == WAIT:
            return f"In {when} {name} stands still, and never restarts: so it plays."
        if row < known.mines.earliest[m]:
            return f"In {when} {name} stands still; it cannot restart before {month_of(track, int(known.mines.earliest[m]))}."
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
    if code == DIRECTED:
        return f"it was not told to ({weighed})."
    if code == WAIT:
        return f"it never builds: so it plays ({weighed})."
    if committed >= 0.0:
        return f"its construction is settled for {month_of(track, int(committed))}, whatever the price ({weighed})."
    if row < known.mines.earliest[m]:
        return f"it cannot before {month_of(track, int(known.mines.earliest[m]))} ({weighed})."
    if code == SCRIPTED:
        return f"it builds at a scripted date only, and has none ({weighed})."
    hurdle = float(track.history.mines[row, m, MINE["hurdle_usd_kg"]])
    if code == HERD and hurdle == float(known.mines.opex_usd_kg[m]):
        weighed += ", which is its running cost only, as so many others build"
    if code >= OWN:
        weighed += ", set by a rule of its own"
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
