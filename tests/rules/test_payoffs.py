"""Consumer surplus against numerical integration of the use curve, and what parties hold."""

from itertools import pairwise
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from reabm.rules.demand import ISOELASTIC, LINEAR, use_t, users_loss_usd_kg
from reabm.rules.payoffs import magnet_users_loss_kusd
from reabm.rules.rule import rule


@rule
def loss(price, reference, elasticity, choke_log, curve):
    return users_loss_usd_kg(log(price / reference), reference, elasticity, choke_log, curve)


@rule
def used(price, reference, elasticity, choke_log, curve):
    return use_t(log(price), 1.0, log(reference), elasticity, choke_log, curve)[0]


@rule
def magnet_loss(price, reference, elasticity, wanted_t):
    return magnet_users_loss_kusd(price, reference, elasticity, wanted_t)


@settings(deadline=None)
@given(
    price=st.floats(0.5, 5000.0),
    elasticity=st.floats(0.05, 1.8),
    choke_log=st.floats(0.3, 4.0),
    curve=st.sampled_from([ISOELASTIC, LINEAR]),
)
def test_the_surplus_lost_is_the_area_left_of_the_use_curve(price, elasticity, choke_log, curve):
    reference = 20.0
    kinks = [reference * exp(choke_log), reference * exp(choke_log + 1.0), reference * (1.0 + 1.0 / elasticity)]
    low, high = min(price, reference), max(price, reference)
    cuts = [low, *sorted(k for k in kinks if low < k < high), high]
    area = sum(quad(lambda p: used(p, reference, elasticity, choke_log, curve), a, b)[0] for a, b in pairwise(cuts))
    expected = area if price >= reference else -area
    assert loss(price, reference, elasticity, choke_log, curve) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_nothing_more_is_lost_once_nobody_buys():
    top = 20.0 * exp(2.0 + 1.0)
    assert loss(top, 20.0, 0.3, 2.0, ISOELASTIC) == pytest.approx(loss(10.0 * top, 20.0, 0.3, 2.0, ISOELASTIC), rel=1e-12)


def test_fixed_use_up_to_the_choke_price_loses_the_price_rise():
    assert loss(50.0, 20.0, 1e-9, 3.0, ISOELASTIC) == pytest.approx(30.0, rel=1e-6)


@settings(deadline=None)
@given(price=st.floats(10.0, 400.0), elasticity=st.floats(0.0, 1.5))
def test_users_of_magnets_lose_the_area_of_their_demand(price, elasticity):
    reference, at_reference = 60.0, 100.0
    wanted = at_reference * (price / reference) ** -elasticity
    area = quad(lambda p: at_reference * (p / reference) ** -elasticity, reference, price)[0]
    assert magnet_loss(price, reference, elasticity, wanted) == pytest.approx(area, rel=1e-6, abs=1e-6)


def test_a_rise_at_the_reference_costs_its_size():
    assert loss(20.0 * (1 + 1e-6), 20.0, 0.3, 2.0, ISOELASTIC) / 20e-6 == pytest.approx(1.0, rel=1e-4)
    assert np.isclose(loss(20.0, 20.0, 0.3, 2.0, ISOELASTIC), 0.0)
