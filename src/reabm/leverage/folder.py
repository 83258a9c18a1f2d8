"""The folder of measured leverage: scenarios, every fork, the table, a summary; written as a whole, checked when it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from reabm.leverage.causes import Decay, Eroded, decay_files, eroded_files, read_decay, read_eroded
from reabm.leverage.summary import summary_of
from reabm.leverage.surface import Leverage, Prices
from reabm.scenario import dump_scenario, load_scenario
from reabm.scenario.months import month_text
from reabm.store.manifest import write_json
from reabm.store.naming import RUNS, scenario_stem
from reabm.store.table import Column, Table, Words, parquet_bytes, read_frame
from reabm.store.whole import read_holding, write_whole

FORKS, TABLE, SUMMARY = "forks.parquet", "table.csv", "summary.json"
HOLDS = "leverage"
WORDS = ("scenario", "target", "kind")
MEANINGS = {
    "scenario": ("", "scenario that was forked"),
    "target": ("", "who is restricted"),
    "kind": ("", "halt, quota_cut or licence"),
    "severity": ("share", "share stopped, cut or refused"),
    "months": ("months", "length of the restriction"),
    "at": ("month", "date of the fork, year x 12 + month - 1"),
    "set": ("", "parameter set"),
    "seed": ("", "root of luck"),
    "others_musd": ("M USD", "loss of other countries outside China"),
    "stopped_months": ("months", "months of stopped shipments, to be priced as retaliation"),
    "trust_lost": ("share", "reliability lost in the eyes of buyers, to be priced as reputation"),
    "miners_musd": ("M USD", "loss of miners outside China"),
}


class LeverageStudy(NamedTuple):
    """Leverage of one or more scenarios, and what else was asked of the first: what use costs, and why leverage decays."""

    measured: dict[str, Leverage]  # by name of the scenario
    eroded: Eroded | None = None
    decay: Decay | None = None
    manifest: dict[str, Any] | None = None  # where it was read from a folder
    folder: Path | None = None


def save_leverage(study: LeverageStudy, folder: Path | None = None, command: list[str] | None = None) -> Path:
    """Write the folder of a study and return its path (by default `runs/SCENARIO-leverage`, numbered where that exists)."""
    files: dict[str, bytes] = {
        f"scenario-{name}.yaml": dump_scenario(one.scenario).encode("utf-8") for name, one in study.measured.items()
    }
    files[FORKS] = parquet_bytes(_table_of_forks(study.measured))
    files[TABLE] = table_of(study.measured).to_csv(index=False, lineterminator="\n").encode("utf-8")
    summary: dict[str, Any] = {"scenarios": {name: summary_of(one) for name, one in study.measured.items()}}
    if study.eroded is not None:
        files |= eroded_files(study.eroded)
    if study.decay is not None:
        files |= decay_files(study.decay)
    files[SUMMARY] = write_json(summary)
    wanted = folder or RUNS / leverage_name(study.measured)
    n_forks = sum(len(one.forks) for one in study.measured.values())
    about = {"holds": HOLDS, "scenarios": list(study.measured), "n_forks": n_forks}
    return write_whole(files, about, wanted, folder is not None, command)


def leverage_name(scenarios: Mapping[str, object]) -> str:
    """Name of the folder: those of the scenarios."""
    return "-".join(scenarios)[:80] + "-leverage"


def names_of(measured: list[Leverage]) -> dict[str, Leverage]:
    """Leverage by the short name of its scenario; of two with one name the second is numbered."""
    named: dict[str, Leverage] = {}
    for one in measured:
        stem = name = re.sub(r"^scenario-", "", scenario_stem(one.scenario))
        n = 1
        while name in named:
            n += 1
            name = f"{stem}-{n}"
        named[name] = one
    return named


def table_of(measured: Mapping[str, Leverage]) -> pd.DataFrame:
    """The tables of all scenarios below each other, with the scenario and the date in words."""
    tables = []
    for name, one in measured.items():
        table = one.table.copy()
        table.insert(0, "scenario", name)
        table.insert(int(table.columns.get_loc("at")), "date", [month_text(int(at)) for at in table["at"]])
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def load_leverage(folder: str | PathLike[str]) -> LeverageStudy:
    """Read the folder of a study.

    Raises
    ------
    FolderError
        In one line, with the name of the file that is missing or damaged.
    """
    place = Path(folder)
    manifest, files = read_holding(place, HOLDS, "holds no leverage; it was not written by reabm leverage")
    frame = read_frame(files[FORKS])
    for name in WORDS:
        frame[name] = frame[name].astype(str)
    summary = json.loads(files[SUMMARY])
    measured = {}
    for name in manifest["scenarios"]:
        forks = frame[frame["scenario"] == name].drop(columns="scenario").reset_index(drop=True)
        prices = Prices(**summary["scenarios"][name]["prices"])
        measured[name] = Leverage(load_scenario(place / f"scenario-{name}.yaml"), forks, prices)
    return LeverageStudy(measured, read_eroded(files), read_decay(files), manifest, place)


def _table_of_forks(measured: Mapping[str, Leverage]) -> Table:
    frame = pd.concat([one.forks.assign(scenario=name) for name, one in measured.items()], ignore_index=True)
    columns = ["scenario", *(name for name in frame.columns if name != "scenario")]
    return {name: Column(_values(frame[name]), *_meaning(name)) for name in columns}


def _values(column: pd.Series) -> Any:
    if column.name not in WORDS:
        return column.to_numpy()
    codes, words = pd.factorize(column)
    return Words(codes.astype(np.int32), tuple(str(word) for word in words))


def _meaning(name: str) -> tuple[str, str]:
    if name in MEANINGS:
        return MEANINGS[name]
    whose, what = name.removesuffix("_musd").split("_", 1)
    return "M USD", f"loss of the {whose}: {what.replace('_', ' ')}"
