"""Print how well static indices order leverage, as docs/results.md, Indices, has it: `python -m tests.economics.index_claims`."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from reabm.leverage import LENGTHS, indices, measure, rank_correlation
from reabm.leverage.rank import agreement_of_halves
from reabm.leverage.surface import N_SEEDS
from reabm.report.index_figures import draw_index_ranks
from reabm.report.index_table import index_table
from reabm.scenario import find_configs, load_scenario

TARGETS = ("japan", "all")
AWAKE = 2010 * 12  # dates from here on leave out the years in which a stop would have been a warning in time


def main() -> None:
    """Measure leverage by forks, read the indices off the same worlds, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=N_SEEDS)
    parser.add_argument("--out", type=Path, default=Path("runs/indices"), help="folder for the tables (CSV) and the figure")
    parser.add_argument("--without", help="mechanism switched off in both worlds from each fork on, e.g. precaution")
    asked = parser.parse_args()
    scenario = load_scenario(find_configs() / "scenarios" / "history.yaml")
    after = {f"mechanisms.{asked.without}": 0} if asked.without else None
    priced = measure(scenario, target=TARGETS, months=LENGTHS, seeds=range(asked.seeds), after=after)
    free = priced.at_prices(retaliation_musd_month=0.0, reputation_musd=0.0)
    frame = indices(scenario, months=LENGTHS, targets=TARGETS, seeds=range(asked.seeds))
    asked.out.mkdir(parents=True, exist_ok=True)
    frame.to_csv(asked.out / "indices.csv", index=False)
    draw_index_ranks(free, frame, asked.out / "index_ranks.png")
    print("Leverage with itself, two halves of the worlds: Spearman's rank correlation over dates")
    print(agreement_of_halves(free).pivot(index="target", columns="months", values="spearman").round(2).to_string(), "\n")
    found = []
    for name, leverage in (("retaliation and reputation at no price", free), ("at the scenario's prices", priced)):
        for span, first in (("all dates", scenario.start), ("dates from 2010 on", AWAKE)):
            correlations = rank_correlation(leverage.table[leverage.table["at"] >= first], frame)
            found.append(correlations.assign(prices=name, dates=span))
            print(f"--- {name}; {span}\n")
            for target in TARGETS:
                print(index_table(correlations, target), "\n")
                if leverage is free:
                    print(index_table(correlations, target, "target_loss_musd"), "\n")
                    print(index_table(correlations, target, statistic="spearman_of_changes"), "\n")
    pd.concat(found).to_csv(asked.out / "rank_correlations.csv", index=False)
    print("Dates at which a stop would have spared the target more than it cost (D_T below nought):")
    for target in TARGETS:
        table = priced.table[(priced.table["target"] == target) & (priced.table["target_loss_musd"] < 0.0)]
        for n, rows in table.groupby("months"):
            print(f"{target}, {n} months: {', '.join(str(int(year)) for year in rows['year'])}")


if __name__ == "__main__":
    main()
