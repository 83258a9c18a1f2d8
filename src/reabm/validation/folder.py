"""The folder of a scoreboard: facts, series, points, bands, a summary; written as a whole, checked when it is read."""

from __future__ import annotations

import io
import json
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from reabm.scenario import Scenario, dump_scenario, load_scenario
from reabm.store.manifest import sha256, write_json
from reabm.store.naming import RUNS
from reabm.store.table import Column, Words, parquet_bytes, read_frame
from reabm.store.whole import read_holding, write_whole
from reabm.validation.scoreboard import QUANTILES, Board

FACTS, SERIES_FILE, POINTS, BANDS, SUMMARY, SCENARIO = (
    "facts.csv", "series.csv", "points.csv", "bands.parquet", "summary.json", "scenario.yaml",
)  # fmt: skip
HOLDS = "validation"


class SavedBoard(NamedTuple):
    """A scoreboard read from its folder."""

    board: Board
    scenario: Scenario
    manifest: dict[str, Any]
    folder: Path


def files_of(board: Board, scenario: Scenario) -> dict[str, bytes]:
    """Name and content of every file but the manifest: the same board gives the same bytes."""
    return {
        SCENARIO: dump_scenario(scenario).encode("utf-8"),
        FACTS: _csv(board.facts),
        SERIES_FILE: _csv(board.series),
        POINTS: _csv(board.points),
        BANDS: _bands(board.bands),
        SUMMARY: write_json(_plain(board.summary)),
    }


def save_board(board: Board, scenario: Scenario, folder: Path | None = None, command: list[str] | None = None) -> Path:
    """Write the folder of a scoreboard and return its path (by default `runs/validate`, numbered where that exists)."""
    files = files_of(board, scenario)
    about = {"holds": HOLDS, "asked": _plain(board.summary.get("asked", {})), "scenario": sha256(files[SCENARIO])}
    return write_whole(files, about, folder or RUNS / "validate", folder is not None, command)


def load_board(folder: str | PathLike[str]) -> SavedBoard:
    """Read the folder of a scoreboard.

    Raises
    ------
    FolderError
        In one line, with the name of the file that is missing or damaged.
    """
    place = Path(folder)
    manifest, files = read_holding(place, HOLDS, "holds no scoreboard; it was not written by reabm validate")
    texts = (
        "reason", "told_by", "seed_facts", "printed", "period", "about_no_change", "about_ar1", "about_isoelastic",
        "first", "last",
    )  # fmt: skip
    facts, series, points = (
        pd.read_csv(io.BytesIO(files[name]), dtype=dict.fromkeys(texts, str)) for name in (FACTS, SERIES_FILE, POINTS)
    )
    for table in (facts, series, points):
        for name in texts:
            if name in table:
                table[name] = table[name].fillna("")
    bands = read_frame(files[BANDS])
    bands["series"] = bands["series"].astype(str)
    return SavedBoard(
        Board(facts, series, points, bands, json.loads(files[SUMMARY])), load_scenario(place / SCENARIO), manifest, place
    )


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n", float_format="%.10g").encode("utf-8")


def _bands(bands: pd.DataFrame) -> bytes:
    codes, words = pd.factorize(bands["series"])
    table = {"series": Column(Words(codes.astype(np.int32), tuple(str(word) for word in words)), "", "name of the series")}
    table["month"] = Column(bands["month"].to_numpy(dtype=np.int64), "month", "year x 12 + month - 1")
    for q in QUANTILES:
        name = f"q{100 * q:02.0f}"
        table[name] = Column(bands[name].to_numpy(dtype=np.float64), "", f"{100 * q:.0f} per cent quantile over the runs")
    return parquet_bytes(table)


def _plain(value: Any) -> Any:
    """Without what JSON has no word for."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
