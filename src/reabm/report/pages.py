"""The page about a folder: each kind of folder has its own, chosen by what the manifest says that it holds."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from reabm.store import FolderError
from reabm.store.whole import read_manifest

PAGE = "report.html"


def _run(folder: Path) -> str:
    from reabm.report.run_page import run_page
    from reabm.store import load_run

    return run_page(load_run(folder))


def _leverage(folder: Path) -> str:
    from reabm.leverage import load_leverage
    from reabm.report.leverage_page import leverage_page

    return leverage_page(load_leverage(folder))


def _scoreboard(folder: Path) -> str:
    from reabm.report.validation_page import validation_page
    from reabm.validation.folder import load_board

    return validation_page(load_board(folder))


def _calibration(folder: Path) -> str:
    from reabm.report.calibration_page import calibration_page
    from reabm.validation.calibration_folder import load_calibration

    return calibration_page(load_calibration(folder))


def _game(folder: Path) -> str:
    from reabm.empirical.game_folder import load_game
    from reabm.report.game_page import game_page

    return game_page(load_game(folder))


def _regret(folder: Path) -> str:
    from reabm.empirical.regret_folder import load_regret
    from reabm.report.regret_page import regret_page

    return regret_page(load_regret(folder))


def _study(folder: Path) -> str:
    from reabm.report.studies import load_study, study_page

    return study_page(load_study(folder))


# What a manifest says that its folder holds -> the page about it; imported when asked for, as each draws on other packages.
PAGES: dict[str, Callable[[Path], str]] = {
    "leverage": _leverage, "validation": _scoreboard, "calibration": _calibration, "game": _game, "regret": _regret,
    "restraint": _study, "relocation": _study,
}  # fmt: skip


def write_report(folder: Path, file: Path | None = None) -> Path:
    """Write the page about a folder (by default into it) and return the file.

    Raises
    ------
    FolderError
        Where the folder is of no kind that has a page, is damaged, or the page cannot be written.
    """
    text = _page_of(folder, read_manifest(folder))
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


def _page_of(folder: Path, manifest: dict[str, Any]) -> str:
    page = PAGES.get(str(manifest.get("holds")))
    if page is not None:
        return page(folder)
    if "months.parquet" in manifest["files"] and "seed" in manifest:
        return _run(folder)
    raise FolderError(f"{folder}: holds nothing that has a page; allowed the folder of a run, {', '.join(PAGES)}")
