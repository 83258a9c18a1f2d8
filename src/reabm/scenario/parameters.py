"""Parameter sets: values of scalars that were found together, by calibration, in `configs/parameters/NAME.csv`.

The file has a row for each set and scalar: `set_id,path,value,loss`. `NAME.json` beside it says how the sets were found and
which of them is the central one.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import NamedTuple, NoReturn

from reabm.scenario.configs import shipped_folder
from reabm.scenario.errors import Fault, ScenarioError, nearest, shown
from reabm.scenario.scenario import Scenario
from reabm.scenario.textread import display_name, read_text
from reabm.world.knobs import SCALARS

COLUMNS = ["set_id", "path", "value", "loss"]
FOLDER = "parameters"
ANYWHERE = "--params"  # what messages call the place where a name was written, unless it stands in a file
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", re.ASCII)
_LEVERS = {lever.path: lever for lever in SCALARS}


class ParameterTable(NamedTuple):
    """The sets of a file."""

    name: str
    file: str
    paths: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]  # sets x paths
    losses: tuple[float, ...]
    central: int

    def of(self, number: int) -> dict[str, float]:
        """Values of a set by path."""
        return dict(zip(self.paths, self.values[number], strict=True))


def parameter_file(name: str, beside: Path | None = None) -> Path:
    """File of parameter sets: `parameters/NAME.csv` of the shipped configs, or of those that a scenario file stands in."""
    if not _NAME.fullmatch(name):
        _refuse(ANYWHERE, 1, "parameters", f"got {shown(name)}; allowed a name of letters, digits, _ and -")
    folders = [shipped_folder(FOLDER)]
    if beside is not None:
        folders = [beside, beside.parent / FOLDER, *folders]
    for folder in folders:
        if (folder / f"{name}.csv").is_file():
            return folder / f"{name}.csv"
    known = sorted({file.stem for folder in folders for file in folder.glob("*.csv")})
    allowed = ", ".join(known) or "none yet: reabm calibrate --save NAME makes one"
    return _refuse(ANYWHERE, 1, "parameters", f"got {shown(name)}; allowed {allowed}{nearest(name, known)}")


def read_parameters(file: Path) -> ParameterTable:
    """Read parameter sets; ScenarioError in one line with file and line for a row that cannot be used."""
    name = display_name(file)
    reader = csv.reader(read_text(file).splitlines())
    if next(reader, None) != COLUMNS:
        _refuse(name, 1, "columns", f"got other columns; allowed {','.join(COLUMNS)}")
    sets: dict[int, dict[str, float]] = {}
    losses: dict[int, float] = {}
    for line, row in enumerate(reader, start=2):
        if len(row) != len(COLUMNS):
            _refuse(name, line, "row", f"got {len(row)} fields; allowed {len(COLUMNS)}")
        number, path = _whole(name, line, row[0]), row[1]
        lever = _LEVERS.get(path)
        if lever is None:
            _refuse(name, line, "path", f"got {shown(path)}; allowed a scalar that reabm levers lists{nearest(path, _LEVERS)}")
        value, loss = _float(name, line, "value", row[2]), _float(name, line, "loss", row[3])
        if not lever.low <= value <= lever.high:
            _refuse(name, line, path, f"got {row[2]}; allowed {lever.low:g} to {lever.high:g}")
        if path in sets.setdefault(number, {}):
            _refuse(name, line, path, f"got it twice in set {number}; allowed once")
        sets[number][path] = value
        if losses.setdefault(number, loss) != loss:
            _refuse(name, line, "loss", f"got another loss of set {number}; allowed one for each set")
    if sorted(sets) != list(range(len(sets))) or not sets:
        _refuse(name, 2, "set_id", "got sets that are not numbered 0, 1, 2 ...; allowed each number once, from 0 on")
    paths = tuple(sets[0])
    for number, own in sets.items():
        if set(own) != set(paths):
            _refuse(name, 2, "path", f"got other scalars in set {number} than in set 0; allowed the same in every set")
    values = tuple(tuple(sets[n][path] for path in paths) for n in range(len(sets)))
    return ParameterTable(file.stem, name, paths, values, tuple(losses[n] for n in range(len(sets))), _central(file, len(sets)))


def chosen_set(written: str, beside: Path | None = None) -> tuple[ParameterTable, int]:
    """The sets of NAME, and the one that NAME:id names (without id: the central one)."""
    name, colon, number = written.partition(":")
    table = read_parameters(parameter_file(name, beside))
    if not colon:
        return table, table.central
    if not number.isascii() or not number.isdigit() or int(number) >= len(table.values):
        _refuse(table.file, 1, "set_id", f"got {shown(number)}; allowed 0 to {len(table.values) - 1}")
    return table, int(number)


def with_parameters(scenario: Scenario, written: str) -> Scenario:
    """Scenario with a parameter set, NAME or NAME:id, under its own settings: what it sets itself stays."""
    table, number = chosen_set(written)
    return with_values(scenario, table.of(number))


def with_values(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Scenario with the values of a parameter set under its own settings."""
    return replace(scenario, settings={**values, **scenario.settings})


def _central(file: Path, count: int) -> int:
    about = file.with_suffix(".json")
    if not about.is_file():
        return 0
    try:
        number = json.loads(read_text(about))["central"]
    except (ValueError, KeyError, TypeError):
        number = None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < count:
        _refuse(display_name(about), 1, "central", f"got no number of a set; allowed 0 to {count - 1}")
    return int(number)


def _whole(name: str, line: int, written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) < 9):
        _refuse(name, line, "set_id", f"got {shown(written)}; allowed a whole number from 0 on")
    return int(written)


def _float(name: str, line: int, field: str, written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        _refuse(name, line, field, f"got {shown(written)}; allowed a number")
    return value


def _refuse(file: str, line: int, field: str, message: str) -> NoReturn:
    raise ScenarioError([Fault(file, line, field, message)])
