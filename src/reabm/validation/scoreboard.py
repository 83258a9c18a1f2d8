"""The scoreboard: fact by fact and series by series, how runs stand beside history and beside forecasts that cost nothing.

A score is conditional on what the runs are told (policy, reference demand, Chinese quotas of production): the scenario's script.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reabm.scenario.months import month_text
from reabm.validation import baselines, scores
from reabm.validation.forecast import forecast_band, known_errors
from reabm.validation.measure import central, measured
from reabm.validation.observed import Observation
from reabm.validation.playing import Paths
from reabm.validation.points import Points, by_year, folded, points_of
from reabm.validation.series import SERIES
from reabm.validation.targets import DATED, Target
from reabm.validation.windows import FIT, RUNGS, TEST, Rung, window_of

type Numbers = NDArray[np.float64]

BAND = (0.05, 0.95)
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MANY = 3  # points: below that a low error may be luck
BAND_BAR = 0.70  # of the observed facts of the test window inside the band
NO_FORECAST = "too few years before to make one"
NO_CURVE = "no demand curve for it"
TOLD = {  # series that the script all but tells a run, and by what: a low error of them says little of the rules
    "mine_output.china": "production quotas", "mine_output.world": "production quotas",
    "mine_output.china_light": "mine capacity",
    "mine_output.china_clays": "mine capacity", "mine_output.china_actual": "production quotas",
    **{f"mine_output.{country}": "mine capacity" for country in (
        "myanmar", "india", "russia", "brazil", "vietnam", "madagascar", "thailand", "nigeria")},
    "share.china_heavy_separation": "share of heavy elements separated at home", "export_quota": "export quota",
}  # fmt: skip
CURVES = {"price.outside.": "exports.legal", "price.china.": "mine_output.china"}  # the volume that a curve of prices is fed with


class Board(NamedTuple):
    """A scoreboard: what was asked, what runs gave, and the scores."""

    facts: pd.DataFrame  # a row a fact
    series: pd.DataFrame  # a row a window and series
    points: pd.DataFrame  # a row a window and point that is scored
    bands: pd.DataFrame  # a row a series and month: quantiles over the runs
    summary: dict[str, Any]


def names_wanted(targets: Iterable[Target], observed: Iterable[Observation]) -> tuple[str, ...]:
    """Series that a board needs, in the order in which they are listed."""
    asked = {target.series for target in targets} | {row.series for row in observed}
    return tuple(name for name in SERIES if name in asked)


def score(
    paths: Paths,
    targets: Sequence[Target],
    observed: Sequence[Observation],
    rungs: Sequence[Rung] = RUNGS,
    about: dict[str, Any] | None = None,
) -> Board:
    """Score runs against facts and observations; `about` is put into the summary."""
    points = points_of(observed)
    series, scored = series_table(paths, points, rungs)
    facts = facts_table(paths, targets, known_errors(scored))
    return Board(facts, series, scored, bands_table(paths), {**(about or {}), **summary_of(facts, series, rungs)})


def joined(board: Board, other: Board) -> Board:
    """A board with the series and points of another one (a rung with parameter sets of its own) before its own."""
    both = {name: pd.concat([getattr(other, name), getattr(board, name)], ignore_index=True) for name in ("series", "points")}
    summary = {**board.summary, "series": {**other.summary["series"], **board.summary["series"]}}
    return board._replace(**both, summary=summary)


def facts_table(paths: Paths, targets: Sequence[Target], errors: dict[str, float] | None = None) -> pd.DataFrame:
    """A row a fact: observed, tolerance, the model's median, band and forecast, and whether each lies in the other."""
    rows = []
    for target in targets:
        figures = measured(target, paths)
        middle, low, high = central(target, figures)
        is_hit = scores.is_hit(middle, target.low, target.high)
        has_band = not np.isnan(low)
        in_band = bool(low <= target.value <= high) if has_band else is_hit
        least, most = forecast_band(target, figures, errors or {})
        rows.append({
            "fact": target.name, "window": target.window, "sentence": target.sentence, "series": target.series,
            "statistic": target.statistic, "period": _period(target.first, target.last),
            "unit": target.unit, "observed": target.value, "low": target.low, "high": target.high, "printed": target.printed,
            "median": middle, "band_low": low, "band_high": high, "runs": int((~np.isnan(figures)).sum()),
            "hit": is_hit, "in_band": in_band, "forecast_low": least, "forecast_high": most,
            "in_forecast": in_band if np.isnan(least) else bool(least <= target.value <= most),
            "distance": _distance(target, middle), "quality": target.quality,
            "source": "; ".join(target.source_key), "seed_facts": "; ".join(target.seed_facts),
            "spread": target.spread, "told_by": TOLD.get(target.series, ""),
            "reason": "" if is_hit else target.if_missed,
        })  # fmt: skip
    return pd.DataFrame(rows, columns=_FACT_COLUMNS)


_FACT_COLUMNS = [
    "fact", "window", "sentence", "series", "statistic", "period", "unit", "observed", "low", "high", "printed", "median",
    "band_low", "band_high", "runs", "hit", "in_band", "forecast_low", "forecast_high", "in_forecast",
    "distance", "quality", "source", "seed_facts", "spread", "told_by",
    "reason",
]  # fmt: skip


def _period(first: int, last: int) -> str:
    if first % 12 == 0 and last == first + 11:
        return str(first // 12)
    return month_text(first) if first == last else f"{month_text(first)} to {month_text(last)}"


def _distance(target: Target, middle: float) -> float:
    """How far outside its tolerance the median lies: 0 where it hits; a ratio less 1, points of a share, or months."""
    if np.isnan(middle):
        return np.nan
    edge = target.high if middle > target.high else target.low if middle < target.low else middle
    if edge == middle or target.statistic in DATED or edge <= 0.0 or SERIES[target.series].scale != scores.LOG:
        return middle - edge
    return middle / edge - 1.0


def series_table(paths: Paths, points: dict[str, Points], rungs: Sequence[Rung]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores of each series in each window, and the points behind them."""
    rows, scored = [], []
    for name in SERIES:
        if name not in points or name not in paths.names:
            continue
        own = points[name]
        runs = folded(paths, own)
        volume = points.get(volume_of(name))
        for rung in rungs:
            table = _points_of_rung(own, runs, volume, rung)
            if len(table):
                scored.append(table)
                rows.append(_series_row(own, runs, table, rung))
    return (
        pd.DataFrame(rows, columns=_SERIES_COLUMNS),
        pd.concat(scored, ignore_index=True) if scored else pd.DataFrame(columns=_POINT_COLUMNS),
    )


_SERIES_COLUMNS = [
    "window", "series", "unit", "scale", "told_by", "n", "rmse", "bias", "direction", "rank_correlation", "coverage",
    *(f"{column}_{name}" for name in baselines.NAMES for column in ("rmse", "n", "model_beside", "better_than", "about")),
]  # fmt: skip
_POINT_COLUMNS = [
    "window", "series", "first", "last", "observed", "median", "band_low", "band_high", *baselines.NAMES, "quality", "source",
]  # fmt: skip


def volume_of(name: str) -> str:
    """The series of tonnes with which a price's demand curve is fed; none for what is no price."""
    return next((volume for start, volume in CURVES.items() if name.startswith(start)), "")


def _points_of_rung(own: Points, runs: Numbers, volume: Points | None, rung: Rung) -> pd.DataFrame:
    inside = (own.last >= rung.first) & (own.last <= rung.last) & np.isfinite(runs).any(axis=0)
    with np.errstate(all="ignore"):
        low, middle, high = (_quantile(runs, q) for q in (BAND[0], 0.5, BAND[1]))
    found = {
        "window": rung.name, "series": own.series, "first": [month_text(int(m)) for m in own.first],
        "last": [month_text(int(m)) for m in own.last], "observed": own.value, "median": middle, "band_low": low,
        "band_high": high,
        **forecasts(own, volume, rung), "quality": list(own.quality), "source": list(own.source),
    }  # fmt: skip
    return pd.DataFrame(found, columns=_POINT_COLUMNS)[inside].reset_index(drop=True)


def forecasts(own: Points, volume: Points | None, rung: Rung) -> dict[str, Numbers]:
    """Each baseline at each point, made of what was observed to the rung's last known month; NaN where it does not apply."""
    scale = SERIES[own.series].scale
    is_known = own.last <= rung.known_until
    years, values = by_year(own, np.where(is_known, own.value, np.nan), scale)
    fit = baselines.fit_ar1(years, values, scale)
    if rung.name == FIT:  # inside its own window: each value from the one before
        last = baselines.one_step_no_change(own.last, own.value)
        steps = dict(zip(years.tolist(), baselines.one_step_ar1(fit, years, values, scale)))
        ar1 = np.array([steps.get(int(year), np.nan) for year in own.year])
    else:
        ar1 = baselines.forecast_ar1(fit, own.year, scale)
        last = np.full(len(own.value), baselines.no_change(own.last, own.value, rung.known_until))
    return {
        baselines.NO_CHANGE: last,
        baselines.AR1: ar1,
        baselines.ISOELASTIC: _curve(own, volume, years, values),
    }


def _curve(own: Points, volume: Points | None, years: NDArray[np.int64], values: Numbers) -> Numbers:
    """The curve fitted to the known years, and fed with the volumes of all."""
    if volume is None:
        return np.full(len(own.value), np.nan)
    traded = dict(zip(*(each.tolist() for each in by_year(volume, volume.value, scores.LOG))))
    curve = baselines.fit_curve(values, np.array([traded.get(int(year), np.nan) for year in years]))
    return baselines.price_on(curve, np.array([traded.get(int(year), np.nan) for year in own.year]))


def _series_row(own: Points, runs: Numbers, table: pd.DataFrame, rung: Rung) -> dict[str, Any]:
    about = SERIES[own.series]
    observed, middle = table["observed"].to_numpy(), table["median"].to_numpy()
    low, high = table["band_low"].to_numpy(), table["band_high"].to_numpy()
    errors = scores.errors(middle, observed, about.scale)
    row = {
        "window": rung.name, "series": own.series, "unit": about.unit, "scale": about.scale,
        "told_by": TOLD.get(own.series, ""), "n": scores.n_pairs(middle, observed, about.scale),
        "rmse": scores.rmse(middle, observed, about.scale),
        "bias": float(np.nanmean(errors)) if np.isfinite(errors).any() else np.nan, "direction": _direction(own, runs, rung),
        "rank_correlation": scores.rank_correlation(middle, observed), "coverage": scores.coverage(low, high, observed),
    }  # fmt: skip
    for name in baselines.NAMES:
        told = table[name].to_numpy(dtype=np.float64)
        beside = np.where(np.isfinite(told), middle, np.nan)  # the same points for both
        n = scores.n_pairs(told, np.where(np.isfinite(middle), observed, np.nan), about.scale)
        its = scores.rmse(np.where(np.isfinite(middle), told, np.nan), observed, about.scale)
        ours = scores.rmse(beside, observed, about.scale)
        row |= {
            f"rmse_{name}": its, f"n_{name}": n, f"model_beside_{name}": ours,
            f"better_than_{name}": None if n == 0 else bool(ours < its),
            f"about_{name}": _why_not(name, own.series) if n == 0 else "",
        }  # fmt: skip
    return row


def _why_not(baseline: str, series: str) -> str:
    return NO_CURVE if baseline == baselines.ISOELASTIC and not volume_of(series) else NO_FORECAST


def _direction(own: Points, runs: Numbers, rung: Rung) -> float:
    """Over the changes that lead into a year of the window, whatever year they come from."""
    scale = SERIES[own.series].scale
    within = own.last <= rung.last
    with np.errstate(all="ignore"):
        middle = np.where(within, _quantile(runs, 0.5), np.nan)
    observed = np.where(within & np.isfinite(middle), own.value, np.nan)
    years, seen = by_year(own, observed, scale)
    told = dict(zip(*(each.tolist() for each in by_year(own, np.where(np.isfinite(observed), middle, np.nan), scale))))
    ours = np.array([told.get(int(year), np.nan) for year in years])
    return scores.direction(ours, seen, years, (rung.first // 12, rung.last // 12))


def _quantile(runs: Numbers, q: float) -> Numbers:
    """A quantile of each column over the runs that have a value there."""
    found = np.full(runs.shape[1], np.nan)
    if not len(runs):
        return found
    known = np.isfinite(runs)
    full, some = known.all(axis=0), known.any(axis=0)
    if full.any():  # the same numbers as nanquantile, which takes column after column
        found[full] = np.quantile(runs[:, full], q, axis=0)
    if (some & ~full).any():
        found[some & ~full] = np.nanquantile(runs[:, some & ~full], q, axis=0)
    return found


def bands_table(paths: Paths) -> pd.DataFrame:
    """Quantiles over the runs, month by month, of every series."""
    tables = []
    for name in paths.names:
        spread = {f"q{100 * q:02.0f}": _quantile(paths.values[name], q) for q in QUANTILES}
        tables.append(pd.DataFrame({"series": name, "month": paths.start + np.arange(paths.n_months), **spread}))
    return pd.concat(tables, ignore_index=True)


def summary_of(facts: pd.DataFrame, series: pd.DataFrame, rungs: Sequence[Rung]) -> dict[str, Any]:
    """What the board says in a few numbers, and whether its bars are reached."""
    by_window = {window: _hits(facts[facts["window"] == window]) for window in dict.fromkeys(facts["window"])}
    beaten = {rung.name: _beaten_in(series[series["window"] == rung.name]) for rung in rungs}
    test = by_window.get(TEST)
    bars = {
        "every fact of the fit window within its tolerance, or a miss with a reason": _all_explained(facts, FIT),
        f"at least {BAND_BAR:.0%} of the facts of the test window inside the 90 % band of the runs": bool(
            test and test["share_in_band"] >= BAND_BAR
        ),
        f"at least {BAND_BAR:.0%} of them inside the 90 % band of a forecast, with the error known from the fit window": bool(
            test and test["share_in_forecast"] >= BAND_BAR
        ),
    }
    for name in baselines.NAMES:
        own = beaten.get(TEST, {}).get(name, {})
        bars[f"closer than {name} on a majority of series in the test window"] = bool(own.get("majority", False))
    return {"facts": by_window, "series": beaten, "bars": bars}


def _hits(own: pd.DataFrame) -> dict[str, Any]:
    return {
        "facts": len(own), "hit": int(own["hit"].sum()), "in_band": int(own["in_band"].sum()),
        "share_in_band": float(own["in_band"].mean()), "in_forecast": int(own["in_forecast"].sum()),
        "share_in_forecast": float(own["in_forecast"].mean()), "missed": own.loc[~own["hit"], "fact"].tolist(),
    }  # fmt: skip


def _beaten_in(own: pd.DataFrame) -> dict[str, Any]:
    """How many series are closer than each baseline; what the script tells is counted apart."""
    free = own[own["told_by"] == ""]
    found: dict[str, Any] = {"series": len(own), "told": len(own) - len(free), "points": int(own["n"].sum())}
    for name in baselines.NAMES:
        many = free[free[f"n_{name}"] >= MANY]
        found[name] = {
            **_beaten(free[f"better_than_{name}"]), f"with_{MANY}_points": _beaten(many[f"better_than_{name}"]),
            "with_told": _beaten(own[f"better_than_{name}"]),
        }  # fmt: skip
    return found


def _beaten(better: pd.Series) -> dict[str, Any]:
    known = [bool(value) for value in better if value is not None and not pd.isna(value)]
    return {"applies_to": len(known), "beaten_on": sum(known), "majority": bool(known) and 2 * sum(known) > len(known)}


def _all_explained(facts: pd.DataFrame, window: str) -> bool:
    missed = facts[(facts["window"] == window) & ~facts["hit"]]
    return bool((missed["reason"] != "").all())


__all__ = ["Board", "facts_table", "joined", "names_wanted", "score", "series_table", "window_of"]
