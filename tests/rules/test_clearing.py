"""The market solver against the oracle, against the conditions it must meet, and against closed forms."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from math import exp, inf, log
from typing import NamedTuple

import numpy as np
import pytest

from reabm.rules.clearing import (
    HIGHEST_LICENCE_USD_KG,
    NO_CONVERGENCE,
    NO_PRICE,
    QUOTA_NOT_MET,
    SOLVED,
    TOLERANCE,
    clear_element,
    clear_group,
    settle_element,
)
from reabm.rules.outside import element_row
from tests.rules import oracle
from tests.rules.markets import empty_market, random_state

N_STATES = 10_000
OFTEN = 100  # every kink must occur this often among them


class Row(NamedTuple):
    """One element after the clearing, beside the oracle's answer at the same licence price."""

    e: int
    china: float
    free: float
    dear: float
    legal: float
    smuggled: float
    alloy: float
    reverse: float
    reexported: float
    truth: tuple
    takes: tuple
    takes_at_truth: tuple
    gross: float


class Case(NamedTuple):
    """One random state after the clearing."""

    name: str
    market: object
    quota: float
    licence: float
    wanted: float
    status: int
    rows: list


def solve(number, state):
    market, cleared, quota, start = state
    licence, wanted = clear_group(market, cleared, 0, True, quota, start)
    rows = []
    for e in range(len(market.group)):
        china, free = exp(cleared.log_china[e]), cleared.outside_usd_kg[e]
        dear = free + cleared.premium_usd_kg[e]
        truth = oracle.element(market, e, licence)
        gross = market.supply_t[e].sum() + market.use_t[e].sum() + market.held_t[e].sum() / market.adjustment_months
        rows.append(
            Row(
                e, china, free, dear, cleared.legal_t[e], cleared.smuggled_t[e], cleared.alloy_t[e],
                cleared.reverse_t[e], cleared.reexported_t[e], truth, oracle.takings(market, e, china, free, dear),
                oracle.takings(market, e, *truth[:3]), gross,
            )
        )  # fmt: skip
    return Case(f"state {number}", market, quota, licence, wanted, int(cleared.status[0]), rows)


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(20100921)
    states = [random_state(rng) for _ in range(N_STATES)]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(solve, range(N_STATES), states))


def solved_rows(cases):
    return ((case, row) for case in cases if case.status == SOLVED for row in case.rows)


def has_restricted(market, e):
    return market.use_t[e, 2] + market.want_t[e, 2] + market.held_t[e, 2] > 0 or market.fixed_t[e, 2] != 0


def legal_price(case, row):
    """Price at which legal exports are offered: as computed, and with the export price list as a floor."""
    market, e = case.market, row.e
    cost = market.tax_factor[e] * row.china + market.freight_usd_kg + market.markup_usd_kg[e] + case.licence
    return cost, max(cost, market.list_usd_kg[e])


def smuggled_at_prices(market, row):
    """Tonnes that smugglers would carry at the prices found."""
    return oracle.smuggled_at(market, row.e, row.dear - row.china - market.freight_usd_kg)


def kinks_of(case):
    """Names of the kinks that a random state touches."""
    market = case.market
    if case.status == NO_PRICE:
        yield "unsold or unserved"
    if case.status == QUOTA_NOT_MET:
        yield "quota not met"
    if case.status != SOLVED:
        return
    if case.quota == inf:
        yield "no quota"
    elif case.licence == 0.0:
        yield "slack quota"
    else:
        yield "binding quota"
        if len(case.rows) > 1:
            yield "binding pooled quota"
        if case.quota == 0.0:
            yield "quota of zero"
    for row in case.rows:
        e, small = row.e, 1e-6 * row.gross
        cost, offered = legal_price(case, row)
        in_block = has_restricted(market, e)
        if row.legal == 0.0:
            yield "no legal flow"
            if row.smuggled + row.alloy > small:
                yield "grey flow only"
            if row.smuggled + row.alloy + row.reverse == 0.0:
                yield "two markets apart"
        if row.legal > small and offered > cost * (1 + 1e-6):
            yield "price list binds"
        if row.reverse > small:
            yield "reverse trade"
        for block, price in ((0, row.china), (1, row.free), (2, row.dear)):
            over = log(price) - market.log_reference[e] - market.choke_log[e]
            if market.use_t[e, block] > 0 and market.curve[e] == 0 and over > 0:
                yield "choke" if over < 1 else "choked off"
        if log(row.china) < market.log_reference[e] - 20.0:
            yield "next to worthless inside"
        if row.smuggled > small:
            yield "smuggling"
            if row.dear < row.china + market.freight_usd_kg:
                yield "smuggling at a negative gap"
            if row.smuggled < smuggled_at_prices(market, row) - small:
                yield "smugglers fill all needs"
        if row.alloy > small:
            yield "alloy at capacity" if row.alloy > 0.999999 * market.alloy_capacity_t[e] else "alloy on the slope"
        if market.supply_t[e, 0] == 0:
            yield "no supply inside"
        if market.supply_t[e, 1] == 0:
            yield "no supply outside"
        if market.curve[e] == 1:
            yield "linear curve"
        if market.want_t[e].sum() + market.held_t[e].sum() == 0:
            yield "no stocks"
        if market.use_t[e, 0] == 0:
            yield "nobody inside"
        if market.use_t[e, 1] == 0:
            yield "nobody in the free block"
        if not in_block:
            yield "restricted block empty"
            continue
        if row.dear > row.free * (1 + 1e-9):
            yield "premium"
            yield "premium with legal tonnes" if market.allowed_t[e] > 0 else "premium under full embargo"
            if row.reexported == 0.0:
                yield "premium without re-exports"
            elif row.reexported < 0.999999 * market.reexport_ceiling_t[e]:
                yield "re-exports on the slope"
            else:
                yield "re-exports at their ceiling"
            if row.free < offered * (1 - 1e-6):
                yield "free block sells its stocks"
        else:
            yield "restricted block served"
        if market.use_t[e, 1] == 0:
            yield "total embargo"


KINKS = (
    "unsold or unserved", "quota not met", "no quota", "slack quota", "binding quota", "binding pooled quota",
    "quota of zero", "no legal flow", "grey flow only", "two markets apart", "price list binds", "reverse trade",
    "choke", "choked off", "smuggling", "smuggling at a negative gap",
    "smugglers fill all needs", "next to worthless inside", "alloy at capacity", "alloy on the slope", "no supply inside",
    "no supply outside", "linear curve", "no stocks", "nobody inside", "nobody in the free block",
    "restricted block empty", "restricted block served", "premium", "premium with legal tonnes",
    "premium under full embargo", "premium without re-exports", "re-exports on the slope",
    "re-exports at their ceiling", "free block sells its stocks", "total embargo",
)  # fmt: skip


def test_every_kink_occurs_often(cases):
    counts = Counter(kink for case in cases for kink in set(kinks_of(case)))
    assert set(counts) <= set(KINKS)
    rare = {kink: counts[kink] for kink in KINKS if counts[kink] < OFTEN}
    assert not rare, f"of {N_STATES} states: {rare}"


def prices_of(case, row):
    return (row.china, row.free, row.dear)[: 3 if has_restricted(case.market, row.e) else 2]


def differing_blocks(case, row):
    """Blocks whose price is not the oracle's, to 1e-6."""
    pairs = zip(prices_of(case, row), row.truth)
    return [block for block, (price, true) in enumerate(pairs) if abs(price / true - 1.0) > 1e-6]


def test_prices_are_those_of_the_oracle(cases):
    compared = 0
    for case, row in solved_rows(cases):
        differing = differing_blocks(case, row)
        if 0 in differing and row.takes[0] == row.takes_at_truth[0]:
            continue  # China's curve is flat and settles no price; the oracle starts from it and has no say
        for block in differing:  # a price may differ only where the block's curve is flat, so that any price would do
            assert abs(row.takes[block] - row.takes_at_truth[block]) <= 1e-9 * row.gross, (case.name, row)
        compared += not differing
    assert compared > N_STATES


def test_flows_are_those_of_the_oracle(cases):
    compared = 0
    for case, row in solved_rows(cases):
        if differing_blocks(case, row):
            continue
        flows = (row.legal, row.smuggled, row.alloy, row.reverse, row.reexported)
        for flow, true in zip(flows, row.truth[3:]):
            assert abs(flow - true) <= 1e-7 * row.gross, (case.name, row)
        compared += 1
    assert compared > N_STATES


def test_the_licence_price_is_where_the_oracles_exports_cross_the_quota(cases):
    crossed = 0
    for case in cases:
        if case.status != SOLVED or case.quota == inf or any(row.takes[0] == row.takes_at_truth[0] for row in case.rows):
            continue
        noise = 1e-9 * sum(row.gross for row in case.rows)
        if case.licence == 0.0:
            assert oracle.exports(case.market, 0.0) <= case.quota + noise, case.name
        elif crossed < 200:
            below, above = case.licence * (1 - 1e-6) - 1e-7, case.licence * (1 + 1e-6) + 1e-7
            assert oracle.exports(case.market, max(below, 0.0)) > case.quota - noise, case.name
            assert oracle.exports(case.market, above) <= case.quota + noise, case.name
            crossed += 1
    assert crossed == 200


def test_the_licence_price_is_that_of_nested_bisection(cases):
    rows = [
        case
        for case in cases
        if case.status == SOLVED
        and case.licence > 0.0
        and case.quota > 0.0
        and not any(has_restricted(case.market, row.e) or row.takes[0] == row.takes_at_truth[0] for row in case.rows)
    ]
    for case in rows[:100]:
        assert oracle.licence_price(case.market, case.quota) == pytest.approx(case.licence, rel=1e-6, abs=1e-6), case.name


def test_exports_never_exceed_the_quota_and_use_it_where_licences_have_a_price(cases):
    for case in cases:
        legal = sum(row.legal for row in case.rows)
        if case.status != QUOTA_NOT_MET:
            assert legal <= case.quota, case.name
            assert case.wanted <= case.quota or case.licence > 0.0, case.name
        if case.licence > 0.0:
            assert legal >= case.quota * (1 - 1e-6) - 1e-6, case.name
            assert case.wanted >= case.quota * (1 - 1e-9), case.name


def test_tonnes_wanted_without_a_licence_price(cases):
    checked = 0
    for case in cases:
        if case.status == SOLVED and case.licence > 0.0 and checked < 300:
            _, cleared = empty_market(len(case.rows))
            cleared.log_china[:] = [log(row.china) for row in case.rows]
            _, legal = clear_group(case.market, cleared, 0, True, inf, 0.0)
            assert case.wanted == pytest.approx(legal, rel=1e-4, abs=1e-5 * sum(row.gross for row in case.rows))
            checked += 1
    assert checked == 300


def test_what_leaves_china_arrives_outside(cases):
    for case, row in solved_rows(cases):
        market, e = case.market, row.e
        inside, free, restricted = row.takes
        leaves = row.legal + row.smuggled + row.alloy - row.reverse
        tolerance = 1e-8 * row.gross
        assert abs(market.supply_t[e, 0] - inside - leaves) <= tolerance, (case.name, row)
        assert abs(market.supply_t[e, 1] - free - restricted + leaves) <= tolerance, (case.name, row)
        if row.dear > row.free * (1 + 1e-9):  # then nothing reaches the free block but legal exports
            to_free = free + row.reexported
            to_restricted = row.legal - to_free
            assert to_free >= -tolerance, (case.name, row)
            assert -tolerance <= to_restricted <= market.allowed_t[e] + tolerance, (case.name, row)


def test_every_channel_is_complementary(cases):
    for case, row in solved_rows(cases):
        market, e = case.market, row.e
        small, tolerance = 1e-7 * row.gross, 1e-6 * (row.dear + row.china + case.licence)
        _, offered = legal_price(case, row)
        restricts = has_restricted(market, e)
        where = (case.name, row)
        assert row.free <= row.dear + tolerance, where
        assert row.free <= offered + tolerance, where
        if row.legal > (market.allowed_t[e] if restricts else 0.0) + small:
            assert abs(row.free - offered) <= tolerance, where
        elif row.legal > small:
            assert row.dear >= offered - tolerance, where
        if row.dear > offered + tolerance:
            assert restricts, where
            assert row.legal >= market.allowed_t[e] - small, where
        assert row.dear >= row.china - market.reverse_freight_usd_kg - tolerance, where
        if row.reverse > small:
            assert abs(row.dear - row.china + market.reverse_freight_usd_kg) <= tolerance, where
            assert row.legal == row.smuggled == row.alloy == 0.0, where
        gap = row.dear - row.china - market.freight_usd_kg
        width = tolerance * (market.alloy_capacity_t[e] / market.alloy_spread_usd_kg) + small
        width += tolerance * market.smuggling_ceiling_t[e] / (3.0 * market.smuggling_cost_usd_kg[e])
        at_back = row.dear <= row.china - market.reverse_freight_usd_kg + tolerance
        if not at_back:  # there more would come straight back: no more is smuggled than is needed
            assert row.smuggled >= smuggled_at_prices(market, row) - width, where
        assert row.smuggled <= smuggled_at_prices(market, row) + width, where
        assert abs(row.alloy - oracle.alloy_at(market, e, gap)) <= width, where


def test_no_failure_is_silent_and_no_alarm_is_false(cases):
    rounded = 0
    for case in cases:
        assert case.status != NO_CONVERGENCE, case.name
        if case.status == QUOTA_NOT_MET:
            assert case.licence == HIGHEST_LICENCE_USD_KG, case.name
            assert oracle.exports(case.market, case.licence) > case.quota, case.name
        if case.status == NO_PRICE:
            distances = [abs(log(price) - case.market.log_reference[row.e]) for row in case.rows for price in row.truth[:3]]
            lost_in_rounding = any(is_lost_in_rounding(row.truth) for row in case.rows)
            assert max(distances) > oracle.REACH - 8.0 or lost_in_rounding, case.name  # next to nothing, or beyond all reason
            rounded += max(distances) <= oracle.REACH - 8.0
    assert rounded <= 2


def is_lost_in_rounding(truth):
    """Whether the price outside is that inside less the freight back, and so low that rounding of the one hides the other."""
    china, _, dear, *_, reverse, _ = truth
    return reverse > 0.0 and dear < 1e-8 * china


def test_slopes_of_the_settled_element_are_those_of_differences():
    rng = np.random.default_rng(13)
    compared = 0
    for number in range(4000):
        market, _, _, start = random_state(rng)
        element = element_row(market, 0)
        step = 1e-5 * (1.0 + start)
        settled = [settle_element(element, start + shift, 3.0, 0.0, TOLERANCE) for shift in (-step, 0.0, step)]
        if start == 0.0 or element.china.use_t == 0.0 or any(one.status != SOLVED for one in settled):
            continue
        for value, slope in (("log_china", "log_china_by_licence"), ("legal_t", "legal_by_licence")):
            left, middle, right = (getattr(one, value) for one in settled)
            scale = 1e-12 * (abs(middle) + element.gross_t) / step
            if abs((right - middle) - (middle - left)) > 1e-3 * abs(right - left) + scale * step:
                continue  # a kink
            found = getattr(settled[1], slope)
            assert found == pytest.approx((right - left) / (2.0 * step), rel=2e-3, abs=10.0 * scale), (number, value)
            compared += 1
    assert compared > 2500


def test_numbers_that_are_none_do_not_pass_as_solved():
    market, cleared = q1_market()
    market.supply_t[0, 0] = np.nan
    for quota in (inf, 30_000.0):
        cleared.status[0] = SOLVED
        clear_group(market, cleared, 0, True, quota, 1.0)
        assert cleared.status[0] != SOLVED


def test_a_dearer_licence_never_raises_exports_or_the_inside_price():
    rng = np.random.default_rng(7)
    for number in range(400):
        market, cleared, _, _ = random_state(rng)
        for e in range(len(market.group)):
            last = None
            for licence in np.concatenate(([0.0], np.geomspace(1e-2, 1e4, 40))):
                found = clear_element(market, e, licence, cleared.log_china[e])
                if not found[-1]:
                    break
                now = np.array([found[3], exp(found[0])])
                if last is not None:
                    assert (now <= last + 1e-7 * (last + 1.0)).all(), (number, e, licence, now, last)
                last = now


@pytest.mark.parametrize(
    ("change", "inside", "outside"),
    [
        ("tighter quota", -1, +1),
        ("higher tax", -1, +1),
        ("more supply inside", -1, -1),
        ("more supply outside", -1, -1),
    ],
)
def test_prices_move_one_way(change, inside, outside):
    # Where restricted countries pay a premium, a quota or tax may lower *their* price: it lowers the inside price, and
    # the smuggled goods that it draws out go to them. There only the inside price is held to its direction.
    rng = np.random.default_rng(11)
    compared = 0
    for number in range(800):
        market, cleared, quota, _ = random_state(rng)
        quota = min(quota, 2.0 * market.use_t[:, 1:].sum()) if change == "tighter quota" else quota
        if change != "tighter quota" and len(market.group) > 1:
            quota = inf  # with a common licence price one element's supply or tax also moves the others'
        prices, premiums, worst = [], [], []
        for turn in range(2):
            cleared.status[0] = SOLVED
            clear_group(market, cleared, 0, True, quota, 0.0)
            prices.append((np.exp(cleared.log_china), cleared.outside_usd_kg.copy()))
            premiums.append(cleared.premium_usd_kg.max())
            worst.append(cleared.status[0])
            if turn == 0 and change == "tighter quota":
                quota *= 0.8
            elif turn == 0 and change == "higher tax":
                market.tax_factor[:] += 0.1
            elif turn == 0:
                market.supply_t[:, 0 if change.endswith("inside") else 1] *= 1.1
        if max(worst) != SOLVED:
            continue
        (china, free), (china_after, free_after) = prices
        assert (inside * (china_after - china) >= -1e-6 * (china + 1.0)).all(), (number, prices)
        if max(premiums) <= 1e-9:
            assert (outside * (free_after - free) >= -1e-6 * (free + 1.0)).all(), (number, prices)
            compared += 1
    assert compared > 400


# ------------------------------------------------------- closed forms: ids of docs/odd.md, Reference cases


def q1_market(**scalars):
    """S=100000; D_C=80000-500p; D_W=60000-200p: both blocks as linear curves that end at 300 USD/kg, China's shifted."""
    market, cleared = empty_market(1, **scalars)
    market.curve[0] = 1
    market.log_reference[0] = log(100.0)
    market.elasticity[0] = 0.5
    market.use_t[0, :2] = 100_000.0, 40_000.0
    market.fixed_t[0, 0] = -70_000.0
    market.supply_t[0, 0] = 100_000.0
    cleared.log_china[0] = log(100.0)
    return market, cleared


def linear_leak(market, base_usd_kg, slope_usd_kg_t):
    """A second channel with marginal cost base + slope x tonnes, as alloy of ample capacity."""
    market.alloy_capacity_t[:] = 100_000.0
    return market._replace(alloy_conversion_usd_kg=base_usd_kg, alloy_spread_usd_kg=100_000.0 * slope_usd_kg_t)


def found(market, cleared, quota, start=0.0):
    licence, _ = clear_group(market, cleared, 0, True, quota, start)
    assert cleared.status[0] == SOLVED
    return licence, np.exp(cleared.log_china), cleared.outside_usd_kg.copy(), cleared.legal_t.copy()


def test_q1_quota_rent_with_linear_demand():
    _, china, outside, _ = found(*q1_market(), inf)
    assert china[0] == pytest.approx(57.14285714285714, rel=1e-9)
    assert outside[0] == pytest.approx(57.14285714285714, rel=1e-9)
    licence, china, outside, legal = found(*q1_market(), 30_000.0)
    assert (china[0], outside[0]) == (pytest.approx(20.0, rel=1e-8), pytest.approx(150.0, rel=1e-8))
    assert licence * legal[0] == pytest.approx(3_900_000.0, rel=1e-8)


@pytest.mark.parametrize(("markup", "factor"), [(130.0, 1.0), (0.0, 7.5)])
def test_q2_a_tax_equal_to_the_rent_does_what_the_quota_does(markup, factor):
    market, cleared = q1_market()
    market.markup_usd_kg[0], market.tax_factor[0] = markup, factor
    licence, china, outside, legal = found(market, cleared, inf)
    assert licence == 0.0
    assert (china[0], outside[0]) == (pytest.approx(20.0, rel=1e-9), pytest.approx(150.0, rel=1e-9))
    assert legal[0] == pytest.approx(30_000.0, rel=1e-9)


def test_q3_quota_gap_with_isoelastic_demand():
    market, cleared = empty_market(1)
    market.log_reference[0] = log(27.0)
    market.use_t[0, :2] = 60_000.0, 50_000.0
    market.supply_t[0, 0] = 110_000.0
    _, china, outside, _ = found(market, cleared, 30_000.0)
    assert china[0] == pytest.approx(10.34906963, rel=1e-8)
    assert outside[0] == pytest.approx(148.2038877, rel=1e-8)


def test_q4_quota_with_a_leak_of_rising_cost():
    market, cleared = q1_market()
    licence, china, outside, _ = found(linear_leak(market, 15.0, 0.004), cleared, 30_000.0)
    assert cleared.alloy_t[0] == pytest.approx(10_454.545454545454, rel=1e-8)
    assert licence == pytest.approx(56.81818181818182, rel=1e-8)
    assert outside[0] - china[0] == pytest.approx(licence, rel=1e-8)


def test_q5_a_slack_quota_has_no_price_whatever_the_first_guess():
    for start in (0.0, 1e-6, 3.0, 250.0):
        licence, _, _, legal = found(*q1_market(), 60_000.0, start)
        assert licence == 0.0
        assert legal[0] / 60_000.0 == pytest.approx(0.8095238095, rel=1e-9)


def test_q6_one_licence_price_for_five_elements():
    market, cleared = empty_market(5)
    reference = np.array([7.0, 5.0, 27.0, 115.0, 600.0])
    market.log_reference[:] = cleared.log_china[:] = np.log(reference)
    market.use_t[:, 0] = 18_000, 28_000, 16_000, 750, 160
    market.use_t[:, 1] = 15_000, 22_000, 10_000, 750, 140
    market.supply_t[:, 0] = 33_000, 50_000, 26_000, 1_500, 300
    market.elasticity[:] = 0.5, 0.6, 0.35, 0.3, 0.3
    market.tax_factor[:] = 1.15, 1.15, 1.15, 1.25, 1.25
    free_legal = found(market, cleared, inf)[3]
    licence, china, outside, legal = found(market, cleared, 30_000.0)
    assert licence == pytest.approx(12.93114589, rel=1e-8)
    assert china == pytest.approx([4.089643258, 2.860867811, 22.11705889, 98.21988753, 537.0432443], rel=1e-8)
    assert outside == pytest.approx([17.63423563, 16.22114387, 38.36576361, 135.7060053, 684.2352013], rel=1e-8)
    assert legal == pytest.approx([9450.656085, 10858.14901, 8842.945963, 713.6592439, 134.5896881], rel=1e-8)
    assert legal.sum() <= 30_000.0
    lift = outside / china
    assert lift[0] / lift[3] == pytest.approx(3.120840546, rel=1e-8)
    mix = legal[2:].sum() / legal.sum() - free_legal[2:].sum() / free_legal.sum()
    assert mix == pytest.approx(0.09327872495, rel=1e-7)


def test_e1_quota_tax_and_leak_together():
    market, cleared = empty_market(1, freight_usd_kg=1.0)
    market.log_reference[0] = log(27.0)
    market.use_t[0, :2] = 60_000.0, 50_000.0
    market.supply_t[0, 0] = 110_000.0
    market.tax_factor[0] = 1.15
    licence, china, outside, _ = found(linear_leak(market, 15.0, 0.003), cleared, 30_000.0)
    assert cleared.alloy_t[0] == pytest.approx(9382.187231, rel=1e-8)
    assert china[0] == pytest.approx(15.68509157, rel=1e-8)
    assert outside[0] == pytest.approx(59.83165326, rel=1e-8)
    assert licence == pytest.approx(40.79379796, rel=1e-8)


def test_k1_cournot_licence_holders_leave_part_of_the_quota_unused():
    market, cleared = q1_market()
    market.supply_t[0, 0] = 70_000.0 + 28_000.0  # so that the inside price is 20
    market.markup_usd_kg[0] = 28_000.0 / 200.0  # one seller's margin: exports over the slope of outside demand
    licence, china, outside, legal = found(market, cleared, 30_000.0)
    assert licence == 0.0
    assert (china[0], outside[0]) == (pytest.approx(20.0, rel=1e-9), pytest.approx(160.0, rel=1e-9))
    assert legal[0] / 30_000.0 == pytest.approx(0.9333333333, rel=1e-9)


def test_z2_free_trade_leaves_freight_as_the_only_gap():
    _, china, outside, legal = found(*q1_market(freight_usd_kg=1.0), inf)
    assert legal[0] > 0.0
    assert outside[0] - china[0] == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize(("supply", "smuggled", "reverse"), [((94.5, 45.0), True, False), ((91.5, 48.0), False, True)])
def test_smugglers_carry_no_more_than_is_needed_where_oxide_would_come_straight_back(supply, smuggled, reverse):
    # Smuggling pays at a gap of -1 USD/kg, and 21.8 t would be carried: prices are those of oxide that may flow back freely.
    market, cleared = empty_market(1, reverse_freight_usd_kg=1.0)
    market.log_reference[0] = cleared.log_china[0] = log(100.0)
    market.use_t[0, :2], market.supply_t[0] = (100.0, 50.0), supply
    market.smuggling_ceiling_t[0], market.unlawful_usd_kg[0] = 30.0, 10.0
    _, china, outside, legal = found(market, cleared, inf)
    assert outside[0] == pytest.approx(china[0] - 1.0, rel=1e-12)
    use = 50.0 * (outside[0] / 100.0) ** -0.3
    assert 100.0 * (china[0] / 100.0) ** -0.3 + use == pytest.approx(139.5, rel=1e-10)
    needs = use - supply[1]
    assert (needs > 0.0, needs < 0.0, legal[0]) == (smuggled, reverse, 0.0)
    assert cleared.smuggled_t[0] == pytest.approx(max(needs, 0.0), rel=1e-9)
    assert cleared.reverse_t[0] == pytest.approx(max(-needs, 0.0), rel=1e-9)


def test_a_glut_that_is_next_to_worthless_has_its_price():
    market, cleared = empty_market(1)
    market.elasticity[0] = 0.1
    market.use_t[0, 0], market.supply_t[0, 0] = 1.0, exp(3.0)
    _, china, _, _ = found(market, cleared, inf)
    assert log(china[0]) == pytest.approx(-30.0, rel=1e-10)


def test_two_groups_have_their_own_licence_prices():
    market, cleared = empty_market(2)
    market.group[:] = 0, 1
    market.log_reference[:] = np.log([27.0, 115.0])
    market.use_t[:, :2] = (60_000.0, 50_000.0), (750.0, 750.0)
    market.supply_t[:, 0] = 110_000.0, 1_500.0
    light, _ = clear_group(market, cleared, 0, False, 30_000.0, 0.0)
    untouched = cleared.log_china[1]
    heavy, _ = clear_group(market, cleared, 1, False, 800.0, 0.0)
    assert untouched == 0.0
    assert light > 100.0
    assert heavy == 0.0
    assert cleared.licence_usd_kg.tolist() == [light, heavy]


# ----------------------------------------------------------------------------------------------------- last bits


def test_orders_are_left_as_they_are():
    rng = np.random.default_rng(3)
    for _ in range(50):
        market, cleared, quota, start = random_state(rng)
        before = [np.array(field) for field in market]
        clear_group(market, cleared, 0, True, quota, start)
        assert all(np.array_equal(old, new, equal_nan=True) for old, new in zip(before, market))


def digest_of_states(n):
    rng = np.random.default_rng(5)
    digest = hashlib.sha256()
    for _ in range(n):
        market, cleared, quota, start = random_state(rng)
        answer = clear_group(market, cleared, 0, True, quota, start)
        digest.update(np.array(answer).tobytes())
        for field in cleared:
            digest.update(field.tobytes())
    return digest.hexdigest()


def test_plain_python_gives_the_same_bits_as_compiled_code():
    code = "import json; from tests.rules.test_clearing import digest_of_states; print(json.dumps(digest_of_states(200)))"
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(found.stdout) == digest_of_states(200)
