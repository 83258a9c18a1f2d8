"""Bands: how the runs of an ensemble spread, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
GROUPS = ("scenario", "set")


def bands(frame: pd.DataFrame, columns: Sequence[str] | None = None, quantiles: Sequence[float] = QUANTILES) -> pd.DataFrame:
    """Quantiles over the runs of each scenario and parameter set.

    Parameters
    ----------
    frame : months of an ensemble, as `reabm.ensemble` gives them, every run with the same months; read only
    columns : of the months; None: all
    quantiles : each 0 to 1

    Returns
    -------
    DataFrame
        scenario, set, month, column, quantile, value: one row each. A month without a value in any run (no quota) has NaN.
    """
    import pandas as pd

    if "month" not in frame.columns:
        raise ValueError("got a frame without months; bands need an ensemble that kept them (keep='months')")
    if not all(0.0 <= quantile <= 1.0 for quantile in quantiles):
        raise ValueError(f"got quantiles {list(quantiles)}; allowed 0 to 1")
    own = list(frame.columns[frame.columns.get_loc("month") + 1 :]) if columns is None else list(columns)
    groups = [name for name in GROUPS if name in frame.columns]
    parts = []
    for key, runs in frame.groupby(groups, observed=True, sort=False):
        months = np.sort(runs["month"].unique())
        if not (runs["month"].to_numpy().reshape(-1, len(months)) == months).all():
            runs = runs.sort_values(["seed", "month"], kind="stable")
        values = runs[own].to_numpy(dtype=np.float64).reshape(-1, len(months), len(own))
        empty = np.isnan(values).all(axis=0)
        values = np.where(empty, 0.0, values)
        found = np.nanquantile(values, quantiles, axis=0) if np.isnan(values).any() else np.quantile(values, quantiles, axis=0)
        found[:, empty] = np.nan
        found = found.transpose(1, 2, 0)  # month, column, quantile
        shape = found.shape
        parts.append(
            pd.DataFrame(
                {
                    **dict(zip(groups, key)),
                    "month": np.repeat(months, shape[1] * shape[2]),
                    "column": np.tile(np.repeat(own, shape[2]), shape[0]),
                    "quantile": np.tile(np.asarray(quantiles), shape[0] * shape[1]),
                    "value": found.reshape(-1),
                }
            )
        )
    if not parts:
        return pd.DataFrame({name: [] for name in (*groups, "month", "column", "quantile", "value")})
    return pd.concat(parts, ignore_index=True)
