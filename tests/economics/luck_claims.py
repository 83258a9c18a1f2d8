"""How much equal luck sharpens a comparison: python -m tests.economics.luck_claims [--seeds N]

Variance of the difference between two policies over runs with different seeds, over that over pairs with one seed: what a policy
from January 2010 costs users in Japan, in its first year and in three. More than one: pairing helps.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reabm.engine.run import Prepared, prepare, simulate
from reabm.scenario import find_configs, forked, load_scenario, with_months
from reabm.scenario.months import month_index
from reabm.world.history import COLUMN

FROM = "2010-01"
YEARS = (1, 3)
POLICIES: dict[str, dict[str, Any]] = {
    "quota x 0.6": {"export_quota.scale": 0.6},
    "tax x 2": {"export_tax.scale": 2},
    "halt to Japan, September 2010 to February 2011": {
        "embargo.japan.share": [{"from": "2010-09", "until": "2011-02", "value": 0.9}]
    },
}


def losses(prepared: Prepared, seeds: range, first: int) -> NDArray[np.float64]:
    """Loss of users in Japan over each of YEARS, by seed."""
    rows = []
    for seed in seeds:
        lost = simulate(prepared, seed, details=False).history.months[first:, COLUMN.japan_loss_kusd]
        rows.append([np.sum(lost[: 12 * years]) for years in YEARS])
    return np.array(rows)


def main() -> None:
    """Print a line for each policy."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--seeds", type=int, default=64)
    seeds = range(words.parse_args().seeds)
    base = with_months(load_scenario(find_configs() / "scenarios" / "history.yaml"), end="2012-12")
    first = (month_index(FROM) or base.start) - base.start
    without = losses(prepare(base), seeds, first)
    print(f"unpaired over paired variance, loss of users in Japan, {len(seeds)} seeds; {YEARS[0]} year, {YEARS[1]} years")
    for name, policy in POLICIES.items():
        changed = losses(prepare(forked(base, FROM, policy).scenario), seeds, first)
        unpaired = np.var(changed, axis=0, ddof=1) + np.var(without, axis=0, ddof=1)
        paired = np.var(changed - without, axis=0, ddof=1)
        print(f"{name:48s}" + "".join(f"{ratio:10.1f}" for ratio in unpaired / paired))


if __name__ == "__main__":
    main()
