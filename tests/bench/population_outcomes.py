"""Whether a market of many firms is the same market: python -m tests.bench.population_outcomes [COPIES ...] [--seeds N].

Outcomes of the history with so many firms in place of each named one, means and standard deviations over equal seeds.
"""

from __future__ import annotations

import argparse

import numpy as np

from reabm.engine.run import RunRecord, prepare, simulate
from reabm.scenario import find_configs, load_scenario, with_settings
from reabm.world.history import COLUMN
from reabm.world.state import DESTINATIONS, LINES

JAPAN = DESTINATIONS.index("japan")
END_OF_2014 = 119  # month of the run


def outcomes(record: RunRecord) -> dict[str, float]:
    """A run in a few numbers."""
    months, history = record.history.months, record.history
    elements = record.prepared.names.elements
    nd, dy = elements.index("NdPr"), elements.index("Dy")
    found = {
        "legal exports, kt": np.sum(months[:, COLUMN.exports_legal_t]) / 1e3,
        "smuggled exports, kt": np.sum(months[:, COLUMN.exports_smuggled_t]) / 1e3,
        "mean price of NdPr outside, USD/kg": np.mean(history.outside_usd_kg[:, nd]),
        "peak of NdPr outside, USD/kg": np.max(history.outside_usd_kg[:, nd]),
        "peak of Dy outside, USD/kg": np.max(history.outside_usd_kg[:, dy]),
    }
    for line, name in enumerate(LINES):
        found[f"mean price of {name} magnets in Japan, USD/kg"] = np.mean(history.magnet_usd_kg[:, line, JAPAN])
    for name in LINES:
        column = getattr(COLUMN, f"japan_{name}_share_china")
        found[f"Japanese {name} capacity in China, end of 2014"] = months[END_OF_2014, column]
    for name in LINES:
        found[f"foreign {name} capacity in China, at the end"] = months[-1, getattr(COLUMN, f"relocation_share_{name}")]
    found["know-how of Chinese makers, at the end"] = months[-1, COLUMN.knowledge]
    found["largest monthly step of foreign capacity in China"] = np.max(np.abs(np.diff(months[:, COLUMN.relocation_share])))
    return {name: float(value) for name, value in found.items()}


def main(arguments: list[str] | None = None) -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.population_outcomes", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("copies", nargs="*", type=int, default=[1, 10, 100, 1_000], help="firms for each named one")
    parser.add_argument("--seeds", type=int, default=8, help="seeds 0, 1, ...")
    chosen = parser.parse_args(arguments)
    scenario = load_scenario(find_configs() / "scenarios" / "history.yaml")
    columns = []
    for copies in chosen.copies:
        prepared = prepare(with_settings(scenario, {"population.copies": copies}))
        columns.append([outcomes(simulate(prepared, seed)) for seed in range(chosen.seeds)])
    print(f"{scenario.title}: means (standard deviations) over seeds 0 to {chosen.seeds - 1}, by firms for each named one")
    print(f"  {'':<52}" + "".join(f"{copies:>20}" for copies in chosen.copies))
    for name in columns[0][0]:
        cells = [np.array([run[name] for run in runs]) for runs in columns]
        print(f"  {name:<52}" + "".join(f"{f'{values.mean():.4g} ({values.std():.2g})':>20}" for values in cells))


if __name__ == "__main__":
    main()
