"""What use of a restriction costs later, and why leverage decays, as tables that figures and folders read."""

from __future__ import annotations

import io
import json
from typing import NamedTuple

import pandas as pd

from reabm.leverage.decomposition import Decomposition
from reabm.leverage.erosion import Erosion
from reabm.scenario.months import month_index
from reabm.store.manifest import write_json

ERODED_CSV, ERODED_JSON = "erosion.csv", "erosion.json"
DECAY_CSV, DECAY_JSON = "decomposition.csv", "decomposition.json"


class Eroded(NamedTuple):
    """Leverage at later dates with and without an earlier embargo.

    `table` has a row for each later date: at, year, leverage_used_musd, leverage_spared_musd, change_musd, change_low,
    change_high.
    """

    scenario: str
    target: str
    months: int
    embargo_at: int  # calendar month
    embargo_months: int
    table: pd.DataFrame
    restraint_musd: tuple[float, float, float]  # value of restraint: central, low, high


class Decay(NamedTuple):
    """Shares of causes in the decay of leverage between two dates.

    `table` has a row for each cause: cause, share_musd, low, high; the last row is what no cause explains.
    """

    scenario: str
    target: str
    months: int
    first: int  # calendar month
    last: int
    first_musd: float
    last_musd: float
    table: pd.DataFrame


def eroded_of(found: Erosion, scenario: str, target: str, months: int) -> Eroded:
    """The table of an erosion that was measured."""
    worth = found.value_of_restraint_musd(target, months)
    return Eroded(scenario, target, months, found.embargo_at, found.embargo_months, found.table(target, months), worth)


def decay_of(found: Decomposition, scenario: str, target: str, months: int, dates: tuple[str, str]) -> Decay:
    """The shares of a decomposition, with what they are shares of."""
    first, last = (month_index(date) or 0 for date in dates)
    return Decay(scenario, target, months, first, last, found.first_musd, found.last_musd, found.table)


def eroded_files(eroded: Eroded) -> dict[str, bytes]:
    """The files that keep it."""
    about = {name: value for name, value in eroded._asdict().items() if name != "table"}
    return {ERODED_CSV: _csv(eroded.table), ERODED_JSON: write_json(about)}


def decay_files(decay: Decay) -> dict[str, bytes]:
    """The files that keep it."""
    about = {name: value for name, value in decay._asdict().items() if name != "table"}
    return {DECAY_CSV: _csv(decay.table), DECAY_JSON: write_json(about)}


def read_eroded(files: dict[str, bytes]) -> Eroded | None:
    """What `eroded_files` wrote; None where nothing was."""
    if ERODED_CSV not in files:
        return None
    about = json.loads(files[ERODED_JSON])
    about["restraint_musd"] = tuple(about["restraint_musd"])
    return Eroded(**about, table=_frame(files[ERODED_CSV]))


def read_decay(files: dict[str, bytes]) -> Decay | None:
    """What `decay_files` wrote; None where nothing was."""
    if DECAY_CSV not in files:
        return None
    return Decay(**json.loads(files[DECAY_JSON]), table=_frame(files[DECAY_CSV]))


def _csv(frame: pd.DataFrame) -> bytes:
    written: bytes = frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
    return written


def _frame(content: bytes) -> pd.DataFrame:
    words = pd.read_csv(io.BytesIO(content), dtype=str)  # numbers by Python, which reads back what it wrote to the last bit
    kinds = {name: "int64" if name == "at" else "float64" for name in words.columns if name != "cause"}
    return words.astype(kinds)
