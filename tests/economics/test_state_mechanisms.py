"""Mechanisms of states (S1, S15, S16, S20): each against the same luck without it.

Leverage is measured by interventions: what an embargo costs users in Japan in the year in which it is laid, over the same
luck without it.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.plays import SEEDS, Play, Plays, Settings, during, mean_of, total_of

CALM = "restraint"  # no quota cut, no embargo of its own


def embargo(*years: str) -> Settings:
    """Shipments to Japan stopped for whole years."""
    stops = [entry for year in years for entry in during(f"{year}-01", f"{year}-12", 1.0)]
    return {"embargo.japan.share": stops} if stops else {}


def leverage_kusd(plays: Plays, year: str, used_in: tuple[str, ...] = ()) -> np.ndarray:
    """What an embargo in `year` adds to the loss of Japan's users in that year, after earlier embargoes."""

    def loss(run: Play) -> float:
        return run.total("japan_loss_kusd", year, year)

    return plays.effect(loss, embargo(*used_in, year), embargo(*used_in), of=CALM, until="2020-12")


# --- S1 the shrinking window ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "again"), [("2008", "2012"), ("2012", "2016")])
def test_s01_leverage_is_spent_by_being_used(plays: Plays, first: str, again: str) -> None:
    # observed: an embargo in 2012 costs Japan 365 M USD, after one in 2008 158; in 2016 122, after one in 2012 25
    fresh, used = leverage_kusd(plays, again), leverage_kusd(plays, again, (first,))
    assert np.all(fresh > 0.0)
    assert np.all(used < fresh)
    assert np.mean(used) < 0.85 * np.mean(fresh)


def test_s01_leverage_erodes_while_mines_open_outside(plays: Plays) -> None:
    # observed in the calm scenario: 365 M USD in 2012, 122 in 2016
    assert np.mean(leverage_kusd(plays, "2016")) < 0.8 * np.mean(leverage_kusd(plays, "2012"))


def test_s01_savings_and_stores_are_what_an_embargo_leaves_behind(plays: Plays) -> None:
    # observed in 2009-10 after an embargo in 2008: users outside save more, Japan holds more
    saved = plays.effect(mean_of("substitution_share", "2010", "2010"), embargo("2008"), of=CALM, until="2020-12")
    held = plays.effect(mean_of("japan_cover_months", "2010", "2010"), embargo("2008"), of=CALM, until="2020-12")
    assert np.all(saved > 0.0)
    assert np.all(held > 0.5)


# --- S15 overplaying one's hand --------------------------------------------------------------------------------------------

HARD = embargo("2008", "2009", "2010")


def test_s15_a_long_embargo_costs_trust_and_customers_for_years(plays: Plays) -> None:
    # observed: trust in 2011 0.98 -> 0.41; Chinese share of Japan's imports in 2012-16 0.74 -> 0.71
    trust = plays.effect(mean_of("japan_reliability", "2011", "2011"), HARD, of=CALM, until="2020-12")
    share = plays.effect(mean_of("japan_import_share_china", "2012", "2016"), HARD, of=CALM, until="2020-12")
    assert np.all(trust < -0.2)
    assert np.mean(share < 0.0) >= 0.75
    assert np.mean(share) < -0.01


def test_s15_a_long_embargo_makes_users_save_for_good(plays: Plays) -> None:
    # observed in 2014: 0.005 more, in 2012 0.015; by 2020 the calm world has saved as much. More mines outside it does not open
    saved = plays.effect(mean_of("substitution_share", "2014", "2014"), HARD, of=CALM, until="2020-12")
    assert np.all(saved > 0.0)
    assert np.mean(saved) > 0.002


def test_s15_the_state_that_overplayed_its_hand_earns_less_afterwards(plays: Plays) -> None:
    # observed pay-off in 2011-20: 18.5 instead of 18.7 bn USD, nearly all of it the producers'
    gain = total_of("china_gain_kusd", "2011", "2020")
    before, after = plays.measure(gain, of=CALM, until="2020-12"), plays.measure(gain, HARD, of=CALM, until="2020-12")
    assert np.all(after < before)
    assert np.mean(before - after) > 100e3  # kUSD


# --- S16 the complaint before the WTO ----------------------------------------------------------------------------------------

KEPT = {"export_quota.t_per_year": during("2012-01", None, 20_000)}  # tight, and without a script that ends it in 2015


def test_s16_without_a_complaint_the_quota_stays(plays: Plays) -> None:
    quota = plays.play(KEPT | {"mechanisms.wto": 0}, until="2020-12").column("export_quota_t", "2012", "2020")
    assert np.all(np.isfinite(quota))


def test_s16_a_won_complaint_ends_the_quota_after_its_lag(plays: Plays) -> None:
    # complaint in March 2012; observed end: 35 months later (with a lag of 34)
    run = plays.play(KEPT, until="2020-12")
    lag = int(run.scenario.scalars["quota.wto_lag_months"].value)
    free = np.isnan(run.column("export_quota_t", "2012-03", "2020"))
    assert np.argmax(free) in (lag, lag + 1)
    assert np.all(free[lag + 1 :])


def test_s16_the_ruling_lets_more_oxide_out(plays: Plays) -> None:
    # observed April 2015 to 2018: 94,000 instead of 64,000 t
    legal = total_of("exports_legal_t", "2015-04", "2018-12")
    effect = plays.effect(legal, KEPT, KEPT | {"mechanisms.wto": 0}, until="2020-12")
    assert np.all(effect > 0.0)
    assert np.mean(effect) > 10_000.0


def test_s16_a_lost_complaint_changes_nothing(plays: Plays) -> None:
    lost, none = KEPT | {"quota.wto_success": 0}, KEPT | {"mechanisms.wto": 0}
    for seed in SEEDS:
        assert np.array_equal(
            plays.play(lost, seed, until="2020-12").months, plays.play(none, seed, until="2020-12").months, equal_nan=True
        )


# --- S20 jobs and technology more than rent ------------------------------------------------------------------------------------

RENT_ONLY = {"payoffs.downstream_weight": 0, "payoffs.technology_value_musd": 0}
YEARS = ("2009", "2019")


def test_s20_the_states_gain_counts_value_added_downstream_and_technology(plays: Plays) -> None:
    # observed in 2009-19: 3.55 bn USD, of them downstream 0.72 and technology 0.43
    gain = total_of("china_gain_kusd", *YEARS)
    downstream = -plays.effect(gain, {"payoffs.downstream_weight": 0})
    technology = -plays.effect(gain, {"payoffs.technology_value_musd": 0})
    both = -plays.effect(gain, RENT_ONLY)
    assert np.all(downstream > 100_000.0)
    assert np.all(technology > 50_000.0)
    assert np.allclose(both, downstream + technology, rtol=1e-9)


def test_s20_technology_is_paid_by_what_leaked(plays: Plays) -> None:
    # twice the value, twice the term; and none where nothing leaks
    gain = total_of("china_gain_kusd", *YEARS)
    value = plays.scenario("history").scalars["payoffs.technology_value_musd"].value
    once = plays.effect(gain, {}, {"payoffs.technology_value_musd": 0})
    twice = plays.effect(gain, {"payoffs.technology_value_musd": 2 * value}, {"payoffs.technology_value_musd": 0})
    assert np.allclose(twice, 2.0 * once, rtol=1e-9)
    shut = {"mechanisms.technology_leak": 0}
    assert np.allclose(plays.effect(gain, shut, shut | {"payoffs.technology_value_musd": 0}), 0.0, atol=1e-6)


def test_s20_factories_that_move_in_are_part_of_what_restriction_brings(plays: Plays) -> None:
    # history less open trade in 2009-19: observed -0.25 bn USD, and without downstream and technology -0.31
    gain = total_of("china_gain_kusd", *YEARS)
    whole = plays.measure(gain) - plays.measure(gain, of="open_trade")
    rent = plays.measure(gain, RENT_ONLY) - plays.measure(gain, RENT_ONLY, of="open_trade")
    assert np.all(whole > rent)
    assert np.mean(whole - rent) > 30_000.0


def test_s20_the_pay_off_leaves_the_market_as_it_is(plays: Plays) -> None:
    # the scripted state does not act on its pay-off: only the column of the gain may differ
    base, rent = plays.play(), plays.play(RENT_ONLY)
    differs = np.any(base.months != rent.months, axis=0) & ~np.all(np.isnan(base.months) & np.isnan(rent.months), axis=0)
    same = np.isclose(base.months, rent.months, equal_nan=True).all(axis=0)
    assert np.count_nonzero(~same) == 1
    assert differs[~same].all()
