"""Thrift: a ratchet that prices pull towards its ceiling."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reabm.rules.users import thrift_pull, thrift_step


@pytest.mark.parametrize(("ratio", "pull"), [(0.5, 0.0), (1.0, 0.0), (2.0, 0.5), (10.0, 0.9)])
def test_high_prices_pull_thrift_towards_its_ceiling(ratio: float, pull: float) -> None:
    assert thrift_pull(ratio, 1.0) == pytest.approx(pull)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
@settings(derandomize=True)
def test_thrift_never_falls_and_never_passes_where_it_is_pulled(thrift, ceiling, speed, pull) -> None:
    step = thrift_step(thrift, ceiling, speed, pull)
    assert step >= 0.0
    assert thrift + step <= max(thrift, ceiling * pull) + 1e-12
