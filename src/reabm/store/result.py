"""The result of a run: its tables, its summary, and saving it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from reabm.engine.fork import world_in
from reabm.engine.run import Progress, RunRecord, World, prepare, simulate
from reabm.scenario import Scenario
from reabm.scenario.fork import check_at
from reabm.store.folder import save_run
from reabm.store.origin import Origin
from reabm.store.states import state_files, state_months
from reabm.store.summary import Summary, summarise
from reabm.store.table import frame_of
from reabm.store.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd


class RunTables(Protocol):
    """A run as figures and tables read it: played just now, or read from its folder."""

    @property
    def scenario(self) -> Scenario:
        """What the run assumed."""
        ...

    @property
    def seed(self) -> int:
        """Root of its luck."""
        ...

    @property
    def months(self) -> pd.DataFrame:
        """One row a month."""
        ...

    @property
    def prices(self) -> pd.DataFrame:
        """Prices by month, stage, element, zone and destination."""
        ...

    @property
    def flows(self) -> pd.DataFrame:
        """Flows by month, element, stage, origin, destination and channel."""
        ...

    @property
    def agents(self) -> pd.DataFrame:
        """One row an agent and month."""
        ...

    @property
    def summary(self) -> Summary:
        """The outcomes in a few numbers."""
        ...


class Result:
    """A run that was just played; tables are built when they are asked for."""

    def __init__(self, record: RunRecord, origin: Origin | None = None) -> None:
        self.record = record
        self.origin = Origin(record.prepared.scenario, record.seed) if origin is None else origin

    def __repr__(self) -> str:
        return f"Result({self.scenario.title!r}, seed={self.seed}, {self.scenario.n_months} months)"

    @property
    def scenario(self) -> Scenario:
        """What the run assumed."""
        return self.record.prepared.scenario

    @property
    def seed(self) -> int:
        """Root of its luck."""
        return self.record.seed

    @property
    def keeps_firms(self) -> bool:
        """Whether makers and importers are in the table of agents; a large population's would fill the memory."""
        return self.record.history.makers.shape[0] > 0

    @cached_property
    def months(self) -> pd.DataFrame:
        """One row a month: quotas, licence prices, exports, outputs, shares."""
        return self._frame("months")

    @cached_property
    def prices(self) -> pd.DataFrame:
        """Prices: month, stage, element, zone, destination, usd_per_kg."""
        return self._frame("prices")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Flows: month, element, stage, origin, destination, channel, t."""
        return self._frame("flows")

    @cached_property
    def agents(self) -> pd.DataFrame:
        """One row an agent and month."""
        return self._frame("agents")

    @cached_property
    def summary(self) -> Summary:
        """The outcomes in a few numbers."""
        return summarise(self.months, self.prices, self.scenario, self.seed)

    def world_at(self, at: str | int) -> World:
        """The world at the start of a month (or after the last one) with the record up to there: an independent copy."""
        month = check_at(self.scenario, at)
        return world_in(self.record, month - self.scenario.start)

    def fork(self, at: str | int, changes: Mapping[str, Any] | None = None, until: str | int | None = None) -> Result:
        """Play a copy of the run's world on from the start of a month (see `reabm.fork`).

        Parameters
        ----------
        at : month, as `2010-09`; nothing differs before it
        changes : `{path: value}` from `at` to the end, or `{path: [{from, until, value}]}`, not before `at`
        until : last month, in place of this run's
        """
        from reabm.store.forks import fork  # which makes results

        return fork(self, at, changes, until)

    def save(
        self,
        folder: str | PathLike[str] | None = None,
        command: list[str] | None = None,
        states: str | Iterable[str | int] | None = None,
    ) -> Path:
        """Write the run folder and return its path.

        Parameters
        ----------
        folder : by default `runs/SCENARIO-seedSEED`, of a fork `runs/PARENT-from-MONTH`, numbered where that exists
        command : how the run was called, for the manifest
        states : months (`["2010-09"]`, or `"yearly"`) at whose start the world is saved, to be played on in another process
        """
        months = state_months(self.scenario, states)
        saved = state_files(self.record, self.origin.scenario, months) if months else None
        tables = {name: build(self.record) for name, build in TABLES.items()}
        place = None if folder is None else Path(folder)
        written = save_run(self.scenario, self.seed, tables, self.summary, place, command, origin=self.origin, states=saved)
        self.origin.folder = written.absolute()
        return written

    def _frame(self, name: str) -> Any:
        return frame_of(TABLES[name](self.record))


def run(scenario: Scenario, seed: int = 0, progress: Progress | None = None) -> Result:
    """Play a scenario with one seed.

    Parameters
    ----------
    scenario : Scenario, from `load_scenario`
    seed : int, 0 <= seed < 2**63; the same scenario and seed give the same bits
    progress : called now and then with the number of months played

    Raises
    ------
    RunError
        Where a month's mass or money does not close: the result would be worthless.
    """
    return Result(simulate(prepare(scenario), seed, progress=progress))
