"""What a calibration is fitted to: observed rows and dated facts of the fit window, with their tolerances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path

import numpy as np

from reabm.validation.loss import Loss, Row
from reabm.validation.observed import Observation, check_blind, observations
from reabm.validation.priors import CalibrationStudy
from reabm.validation.series import SERIES, Series
from reabm.validation.targets import DATED, Target, check_targets_blind, load_targets

MONTHS_TOLERANCE = 1.0  # least tolerance of a date
SHARES = ("share",)  # units in which a difference of 0.03 means the same everywhere


def fit_rows(
    seen: Iterable[Observation], tolerance: Mapping[str, Mapping[str, float]], catalogue: Mapping[str, Series] = SERIES
) -> list[Row]:
    """Rows of the loss: those that may be targets, sources of the same months drawn together.

    Where sources differ the row is their mean and its tolerance at least half of their spread. Capacities, which may be
    nothing, are compared as they are, in parts of the largest that was observed; so is a price that was nothing.
    """
    chosen = [one for one in seen if one.is_target]
    largest: dict[str, float] = defaultdict(float)
    for one in chosen:
        largest[one.series] = max(largest[one.series], abs(one.value))
    alike: dict[tuple[str, int, int], list[Observation]] = defaultdict(list)
    for one in chosen:
        alike[one.series, one.first, one.last].append(one)
    rows = []
    for (name, first, last), sources in alike.items():
        quality = min((one.quality for one in sources), key=("solid", "medium", "weak").index)
        values = np.array([one.value for one in sources])
        is_log = catalogue[name].scale == "log" and bool((values > 0.0).all())
        if is_log:
            own = tolerance["log"][quality]
            values = np.log(values)
        elif catalogue[name].unit in SHARES:
            own = tolerance["linear"][quality]
        else:
            own = tolerance["log"][quality] * (largest[name] or 1.0)
        mean, half = float(values.mean()), float(np.ptp(values)) / 2.0
        rows.append(
            Row(name, first, last, float(np.exp(mean)) if is_log else mean, max(own, half), "log" if is_log else "linear")
        )
    return rows


def fact_rows(
    targets: Iterable[Target], tolerance: Mapping[str, Mapping[str, float]], catalogue: Mapping[str, Series] = SERIES
) -> list[Row]:
    """Dated facts as rows of a group of their own, each counted once; one that only a set of runs can meet is left out.

    A fact with two bounds is met best in their middle and its tolerance is half of their distance; one with a single bound costs
    nothing on its right side.
    """
    rows = []
    for own in targets:
        if own.statistic == "up_and_out":
            continue
        series = catalogue[own.series]
        bounds = [bound for bound in (own.low, own.high) if isfinite(bound)]
        is_log = series.scale == "log" and own.statistic not in DATED and min(bounds) > 0.0
        least = MONTHS_TOLERANCE if own.statistic in DATED else tolerance["log" if is_log else "linear"][own.quality]
        seen = np.log(bounds) if is_log else np.array(bounds)
        middle = float(seen.mean())
        side = 0 if len(bounds) == 2 else 1 if isfinite(own.high) else -1
        threshold = own.threshold if own.statistic == "first_month" else 0.0
        statistic = "fold" if own.statistic == "mean" and (series.parts or series.fold == "mean") else own.statistic
        rows.append(
            Row(
                own.series, own.first, own.last, float(np.exp(middle)) if is_log else middle,
                max(least, float(np.ptp(seen)) / 2.0),
                "log" if is_log else "linear", statistic, own.base, threshold, side, "facts", own.name,
            )
        )  # fmt: skip
    return rows


def loss_of(study: CalibrationStudy, start: int, until: int, configs: Path | None = None) -> Loss:
    """The loss of runs from `start` to `until`; nothing that ends later is used, and what slips through is refused."""
    seen = observations(until, configs)
    check_blind(seen, until)
    facts = load_targets(until, configs)
    check_targets_blind(facts, until)
    rows = [*fit_rows(seen, study.tolerance), *fact_rows(facts, study.tolerance)]
    return Loss(rows, SERIES, start, until, study.weights, study.huber)
