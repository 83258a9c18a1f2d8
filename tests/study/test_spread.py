from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import reabm
from tests.short_run import history

COLUMNS = ["choke_point", "export_quota_t"]


@pytest.fixture(scope="module")
def months():
    return reabm.ensemble(history("2005-06"), seeds=range(9), vary={"export_quota.scale": [0.5, 1.0]})


def test_bands_are_the_quantiles_over_the_runs_of_each_set_and_month(months):
    found = reabm.bands(months, COLUMNS, (0.1, 0.5))
    assert list(found.columns) == ["scenario", "set", "month", "column", "quantile", "value"]
    assert len(found) == 2 * 6 * 2 * 2
    for row in found.itertuples(index=False):
        own = months[(months["set"] == row.set) & (months["month"] == row.month)][row.column]
        assert len(own) == 9
        assert row.value == pytest.approx(np.quantile(own, row.quantile))


def test_the_order_of_the_rows_does_not_matter(months):
    shuffled = months.sample(frac=1.0, random_state=1)
    expected = reabm.bands(months, COLUMNS).sort_values(["set", "month", "column", "quantile"], ignore_index=True)
    found = reabm.bands(shuffled, COLUMNS).sort_values(["set", "month", "column", "quantile"], ignore_index=True)
    pd.testing.assert_frame_equal(found, expected)


def test_months_without_a_value_have_none_and_spoil_no_others(months):
    holes = months.copy()
    first = holes["month"].min()
    holes.loc[holes["month"] == first, "choke_point"] = np.nan
    found = reabm.bands(holes, COLUMNS)
    own = found[found["column"] == "choke_point"]
    assert own.loc[own["month"] == first, "value"].isna().all()
    assert own.loc[own["month"] != first, "value"].notna().all()


def test_a_frame_of_outcomes_and_impossible_quantiles_are_refused(months):
    with pytest.raises(ValueError, match="without months"):
        reabm.bands(months.drop(columns="month"))
    with pytest.raises(ValueError, match="allowed 0 to 1"):
        reabm.bands(months, COLUMNS, (0.5, 5.0))
