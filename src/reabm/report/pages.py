"""Pages about folders: of a run, of measured leverage, of a scoreboard, of a calibration, of a game."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from reabm.leverage import load_leverage
from reabm.report.leverage_page import leverage_page
from reabm.report.run_page import run_page
from reabm.report.validation_page import validation_page
from reabm.store import FolderError, load_run
from reabm.store.whole import read_manifest
from reabm.validation.folder import HOLDS, load_board

PAGE = "report.html"


def write_report(folder: Path, file: Path | None = None) -> Path:
    """Write the page about a folder (by default into it) and return the file.

    Raises
    ------
    FolderError
        Where the folder is of none of these, is damaged, or the page cannot be written.
    """
    manifest = read_manifest(folder)
    if manifest.get("holds") == "leverage":
        text = leverage_page(load_leverage(folder))
    elif manifest.get("holds") == HOLDS:
        text = validation_page(load_board(folder))
    elif manifest.get("holds") == "calibration":
        from reabm.report.calibration_page import calibration_page
        from reabm.validation.calibration_folder import load_calibration

        text = calibration_page(load_calibration(folder))
    elif manifest.get("holds") == "game":
        from reabm.empirical.game_folder import load_game
        from reabm.report.game_page import game_page

        text = game_page(load_game(folder))
    elif "months.parquet" in manifest["files"] and "seed" in manifest:
        text = run_page(load_run(folder))
    else:
        raise FolderError(f"{folder}: not the folder of a run, of leverage, of a scoreboard, of a calibration or of a game")
    wanted = folder / PAGE if file is None else file
    unfinished = wanted.with_name(f"{wanted.name}.partial-{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(wanted)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise FolderError(f"{wanted}: cannot be written: {error.strerror or error}") from error
    return wanted
