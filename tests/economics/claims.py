"""Print the claims of docs/results.md over many seeds: `python -m tests.economics.claims [--seeds 20]`."""

from __future__ import annotations

import argparse

import numpy as np

from reabm.engine.run import RunRecord, prepare, simulate
from reabm.scenario import find_configs, load_scenario
from reabm.world.history import COLUMN


def year(months: np.ndarray, start: int, when: int) -> np.ndarray:
    """Rows of a year."""
    first = when * 12 - start
    return months[first : first + 12]


def figures(run: RunRecord) -> dict[str, float]:
    """The figures of one run."""
    names = list(run.prepared.names.elements)
    start = run.prepared.scenario.start
    inside = run.history.delivered_usd_kg[:, :, 0]
    outside = run.history.outside_usd_kg
    months = run.history.months
    crisis = slice(2010 * 12 - start, 2013 * 12 - start)
    calm = slice(2008 * 12 - start, 2009 * 12 - start)
    gross = run.prepared.scenario.scalars["market.gross_weight_ratio"].value
    out = {}
    for name in ("NdPr", "La", "Ce", "Dy"):
        e = names.index(name)
        out[f"{name} peak inside, USD/kg"] = inside[crisis, e].max()
        out[f"{name} peak outside, USD/kg"] = outside[crisis, e].max()
        out[f"{name} outside, peak over mean of 2008"] = outside[crisis, e].max() / outside[calm, e].mean()
    ndpr = names.index("NdPr")
    out["NdPr outside peaks in (year)"] = 2010 + int(outside[crisis, ndpr].argmax()) / 12
    out["NdPr inside peaks in (year)"] = 2010 + int(inside[crisis, ndpr].argmax()) / 12
    out["NdPr peak outside / peak inside"] = outside[crisis, ndpr].max() / inside[crisis, ndpr].max()
    in_2011 = slice(2011 * 12 - start, 2012 * 12 - start)
    out["NdPr outside / inside, mean of 2011"] = outside[in_2011, ndpr].mean() / inside[in_2011, ndpr].mean()

    def total(column: int, when: int) -> float:
        return float(year(months, start, when)[:, column].sum())

    def mean(column: int, when: int) -> float:
        return float(year(months, start, when)[:, column].mean())

    for when in (2009, 2010, 2011, 2012):
        out[f"legal exports {when}, kt product weight"] = total(COLUMN.exports_legal_t, when) * gross / 1000
    out["smuggled / legal exports 2011"] = total(COLUMN.exports_smuggled_t, 2011) / total(COLUMN.exports_legal_t, 2011)
    out["legal exports / quota 2012"] = total(COLUMN.exports_legal_t, 2012) / total(COLUMN.export_quota_t, 2012)
    for when in (2010, 2024):
        out[f"Chinese mine share {when}"] = mean(COLUMN.china_mine_share, when)
    out["Chinese separation share 2024"] = mean(COLUMN.china_separation_share, 2024)
    out["Chinese heavy separation share 2024"] = mean(COLUMN.china_heavy_separation_share, 2024)
    end_2013 = 2014 * 12 - start - 1
    out["Japanese commodity capacity in China, end of 2013"] = months[end_2013, COLUMN.japan_commodity_share_china]
    out["Japanese premium capacity in China, end of 2013"] = months[end_2013, COLUMN.japan_premium_share_china]
    for when in (2008, 2012, 2016, 2024):
        out[f"Japan's import share from China {when}"] = mean(COLUMN.japan_import_share_china, when)
    out["Australian share of Japan's purchases 2019"] = mean(COLUMN.japan_import_share_australia, 2019)
    dy = names.index("Dy")
    before, after = slice(2025 * 12 - start, 2025 * 12 - start + 3), slice(2025 * 12 - start + 3, 2026 * 12 - start)
    out["Dy outside, April-December over January-March 2025"] = outside[after, dy].mean() / outside[before, dy].mean()
    out["Dy inside, April-December over January-March 2025"] = inside[after, dy].mean() / inside[before, dy].mean()
    out["largest mass error, t"] = months[:, COLUMN.mass_error_t].max()
    out["largest money error, kUSD"] = np.abs(months[:, COLUMN.money_error_kusd]).max()
    return out


def main() -> None:
    """Print median, 5 and 95 per cent of every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    seeds = parser.parse_args().seeds
    prepared = prepare(load_scenario(find_configs() / "scenarios" / "history.yaml"))
    rows = [figures(simulate(prepared, seed)) for seed in range(seeds)]
    print(f"{'history, seeds 0 to ' + str(seeds - 1):55s} {'5 %':>10s} {'median':>10s} {'95 %':>10s}")
    for name in rows[0]:
        low, middle, high = np.quantile([row[name] for row in rows], [0.05, 0.5, 0.95])
        print(f"{name:55s} {low:10.6g} {middle:10.6g} {high:10.6g}")


if __name__ == "__main__":
    main()
