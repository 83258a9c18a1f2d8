"""The figures of leverage, as PNG files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from reabm.leverage.folder import LeverageStudy
from reabm.leverage.summary import measured_cases, measured_dates
from reabm.report import canvas
from reabm.report.leverage_canvas import first_of
from reabm.report.leverage_causes import decay, erosion
from reabm.report.leverage_curves import choke_point, over_dates, windows
from reabm.report.leverage_losses import losses, unsourced


def figures_of(study: LeverageStudy) -> dict[str, Callable[[LeverageStudy], Figure]]:
    """The figures that can be drawn of a study, by name."""
    leverage = first_of(study)
    found: dict[str, Callable[[LeverageStudy], Figure]] = {}
    if len(measured_dates(leverage)) > 1:
        found["leverage"] = over_dates
    found["losses"] = losses
    if len(measured_dates(leverage)) > 1:
        found["windows"] = windows
    found["unsourced_prices"] = unsourced
    cases = measured_cases(leverage)
    if len(measured_dates(leverage)) > 1 and len(cases) > len({target for target, _ in cases}):
        found["choke_point"] = choke_point
    if study.eroded is not None:
        found["erosion"] = erosion
    if study.decay is not None:
        found["decay"] = decay
    return found


def draw_leverage(
    study: LeverageStudy, folder: Path, names: Iterable[str] | None = None, progress: Callable[[], object] | None = None
) -> list[Path]:
    """Draw the figures of a study into a folder and return their files; the same study gives the same bytes."""
    known = figures_of(study)
    wanted = known if names is None else names
    return canvas.draw_all({name: partial(known[name], study) for name in wanted}, folder, progress)
