"""Parameter sets as arrays, and written from a calibration: `configs/parameters/NAME.csv` and NAME.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from reabm.scenario.parameters import COLUMNS, FOLDER, chosen_set, parameter_file, read_parameters
from reabm.store.atomic import write_atomic
from reabm.store.manifest import write_json
from reabm.world.layout import Array


class ParameterSets(NamedTuple):
    """Sets of scalars that fit about equally well."""

    name: str
    paths: tuple[str, ...]
    values: Array  # sets x paths
    losses: Array  # sets
    central: int


def load_parameters(written: str) -> ParameterSets:
    """All sets of NAME; of NAME:id that one only, which is then the central one.

    Raises
    ------
    ScenarioError
        In one line, where there are no such sets or a row cannot be used.
    """
    table, number = chosen_set(written)
    if ":" not in written:
        return ParameterSets(table.name, table.paths, np.array(table.values), np.array(table.losses), table.central)
    return ParameterSets(
        table.name, table.paths, np.array(table.values[number : number + 1]), np.array([table.losses[number]]), 0
    )


def settings_of(sets: ParameterSets, i: int) -> dict[str, float]:
    """Settings of one set, for `reabm.scenario.with_settings`."""
    return {path: float(value) for path, value in zip(sets.paths, sets.values[i])}


def parameters_csv(paths: Sequence[str], values: Array, losses: Array) -> bytes:
    """The sets as a table; floats are written so that they are read back to the last bit."""
    lines = [",".join(COLUMNS)]
    for number, (own, loss) in enumerate(zip(values.tolist(), losses.tolist())):
        lines += [f"{number},{path},{value!r},{loss!r}" for path, value in zip(paths, own)]
    return ("\n".join(lines) + "\n").encode()


def save_parameters(folder: Path, name: str, table: bytes, about: Mapping[str, Any]) -> Path:
    """Write NAME.json and NAME.csv into the parameters of a configs folder, in place of those of that name; return the table."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    write_atomic(target / f"{name}.json", write_json(about))
    write_atomic(target / f"{name}.csv", table)
    return target / f"{name}.csv"


__all__ = [
    "ParameterSets",
    "load_parameters",
    "parameter_file",
    "parameters_csv",
    "read_parameters",
    "save_parameters",
    "settings_of",
]
