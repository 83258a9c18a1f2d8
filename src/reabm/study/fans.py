"""Months of the first runs of an ensemble, kept for the fan chart while the rest is only streamed by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reabm.store.table import Table
from reabm.study.batches import Batch
from reabm.study.plan import Plan
from reabm.study.tables import empty_months, frame_of_parts, months_rows

if TYPE_CHECKING:
    import pandas as pd

FAN_COLUMNS = (
    "ndpr_outside_usd_kg", "ndpr_china_usd_kg", "licence_price_usd_kg", "exports_legal_t", "relocation_share_commodity",
    "japan_dependence",
)  # fmt: skip
MOST_RUNS = 2_000  # of a scenario: enough for the 5 % bands, and memory stays small


class Fans:
    """Collects a few columns of the first runs of each scenario."""

    columns = FAN_COLUMNS

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._parts: list[Table] = []
        self._n_runs = [0] * len(plan.scenarios)

    def add(self, batch: Batch) -> None:
        """Take what is still wanted of a batch of runs."""
        room = MOST_RUNS - self._n_runs[batch.scenario]
        if room <= 0:
            return
        first = batch._replace(sets=batch.sets[:room], seeds=batch.seeds[:room], months=batch.months[:room])
        self._n_runs[batch.scenario] += len(first.seeds)
        self._parts.append(months_rows(self._plan, first, self.columns))

    def frame(self) -> pd.DataFrame:
        """The months that were collected."""
        return frame_of_parts([empty_months(self._plan, self.columns), *self._parts])

    def about(self) -> str:
        """How many runs the bands stand on."""
        counts = sorted(set(self._n_runs))
        each = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"
        return f"{each} runs{' of each scenario' if len(self._n_runs) > 1 else ''}"
