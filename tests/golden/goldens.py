"""Golden runs: what each shipped scenario gave when its results were last renewed.

A CSV a person can read (June and December of every year, six significant digits), compared everywhere within 1e-6; and the
SHA-256 of the whole float64 table of months, compared where machine and versions are those it was made with.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
from importlib.metadata import version
from math import floor, isnan, log10, nan
from pathlib import Path
from typing import Any

import numpy as np

from reabm.engine.run import RunRecord, prepare, simulate
from reabm.scenario import find_configs, load_scenario
from reabm.scenario.months import month_text
from reabm.store.manifest import cpu_name
from reabm.world.history import COLUMN

FOLDER = Path(__file__).parent
DIGESTS = FOLDER / "digests.json"
SEED = 0
RTOL = 1e-6
HALF_YEAR = 6
COLUMNS = (
    "export_quota_t", "licence_price_usd_kg", "exports_legal_t", "exports_alloy_t", "exports_smuggled_t", "mine_output_china_t",
    "illegal_output_t", "mine_output_row_t", "china_mine_share", "china_separation_share", "china_magnet_share",
    "japan_import_share_china", "japan_import_share_australia", "stocks_outside_t", "japan_reliability",
    "relocation_share_premium", "relocation_share_commodity", "knowledge", "substitution_share", "japan_loss_kusd",
    "china_gain_kusd",
)  # fmt: skip
PRICED = ("NdPr", "La", "Ce", "Dy")
PLACES = ("outside", "china")

type Rows = dict[str, dict[str, float]]  # month -> column -> value


def scenarios() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(path.stem for path in (find_configs() / "scenarios").glob("*.yaml"))


def play(name: str) -> RunRecord:
    """The run that the golden holds."""
    return simulate(prepare(load_scenario(find_configs() / "scenarios" / f"{name}.yaml")), SEED)


def rows_of(record: RunRecord) -> Rows:
    """The readable part of a run."""
    history, names = record.history, record.prepared.names
    start = record.prepared.scenario.start
    rows: Rows = {}
    for t in range(len(history.months)):
        if (start + t + 1) % HALF_YEAR:
            continue
        row = {name: float(history.months[t, getattr(COLUMN, name)]) for name in COLUMNS}
        for element in PRICED:
            e = names.elements.index(element)
            row[f"{element}_outside_usd_kg"] = float(history.outside_usd_kg[t, e])
            row[f"{element}_china_usd_kg"] = float(history.delivered_usd_kg[t, e, 0])
        rows[month_text(start + t)] = row
    return rows


def as_csv(rows: Rows) -> str:
    """Rows as text, six significant digits; no quota is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = list(next(iter(rows.values())))
    writer.writerow(["month", *columns])
    for month, row in rows.items():
        writer.writerow([month, *("" if np.isnan(row[name]) else f"{row[name]:.6g}" for name in columns)])
    return out.getvalue()


def from_csv(text: str) -> Rows:
    """Rows of a golden."""
    read = csv.DictReader(io.StringIO(text))
    return {row.pop("month"): {name: float(cell) if cell else nan for name, cell in row.items()} for row in read}


def moved(golden: Rows, now: Rows) -> list[str]:
    """Cells that differ, in words."""
    lines = [f"{month}: in the golden only" for month in golden if month not in now]
    lines += [f"{month}: not in the golden" for month in now if month not in golden]
    for month in golden.keys() & now.keys():
        old, new = golden[month], now[month]
        if old.keys() != new.keys():
            return [f"columns differ: {sorted(old.keys() ^ new.keys())}"]
        lines += [
            f"{month} {name}: golden {old[name]:.6g}, now {new[name]:.8g}" for name in old if not is_same(old[name], new[name])
        ]
    return sorted(lines)


def is_same(rounded: float, value: float) -> bool:
    """Whether a value is a cell of the golden, within 1e-6 beyond the cell's rounding to six digits."""
    if isnan(rounded) or isnan(value):
        return isnan(rounded) and isnan(value)
    half_digit = 0.5 * 10.0 ** (floor(log10(abs(rounded))) - 5) if rounded else 0.0
    return abs(value - rounded) <= half_digit + RTOL * abs(value) + 1e-12


def digest(record: RunRecord) -> str:
    """SHA-256 of every bit of the table of months."""
    return hashlib.sha256(np.ascontiguousarray(record.history.months).tobytes()).hexdigest()


def here() -> dict[str, str]:
    """What decides the last bits: the processor as the compiler sees it, and versions."""
    found = {"cpu": cpu_name(), "system": platform.system(), "python": platform.python_version()}
    return found | {name: version(name) for name in ("numpy", "numba", "llvmlite")}


def recorded() -> dict[str, Any]:
    """The digests on file; empty before the first renewal."""
    return json.loads(DIGESTS.read_text(encoding="utf-8")) if DIGESTS.exists() else {"made_with": {}, "sha256": {}}
