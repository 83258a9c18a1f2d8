"""The page of a calibration."""

from __future__ import annotations

from functools import partial

from reabm.report import html
from reabm.report.calibration_figures import FIGURES
from reabm.report.calibration_table import PARAMETER_HEADINGS, group_rows, lines_of, parameter_rows
from reabm.report.origin import assumed, made
from reabm.validation.calibration_folder import SavedCalibration

CAPTION = (
    "Errors in tolerances of what was observed, Huber's function of them, each series once in its group. Width: 5 to 95 per cent "
    "of the accepted values over the same of a flat prior; it shows what fits, not how probable it is."
)


def calibration_page(saved: SavedCalibration) -> str:
    """The page of a calibration: key figures, loss by group, parameters, figures, origin."""
    own = saved.manifest
    bound = int((saved.parameters["bound"] != "").sum())
    tiles = html.tiles({
        "Loss": (f"{own['loss']:.2f}", f"{own['loss_of_the_middle']:.2f} in the middle of all ranges"),
        "Accepted sets": (f"{own['accepted']}", f"of {own['candidates']} candidates, {own['sets']} kept"),
        "Fit window": (f"to {own['fit_until']}", "nothing later was read or played"),
        "At a bound": (f"{bound} of {len(saved.parameters)}", "parameters that press against their range"),
    })  # fmt: skip
    pairs = [[str(row.first), str(row.second), f"{row.correlation:+.2f}"] for row in saved.pairs.itertuples(index=False)]
    together = html.table(["parameter", "correlation", "moves with"], [[a, c, b] for a, b, c in pairs], words=1) if pairs else ""
    return html.page(
        f"reabm: a calibration of {own['runs']:,} runs", f"Fit to history, to {own['fit_until']}",
        "Which values of the scalars without a source bring the model close to what was observed, and which of them does history "
        "tell apart?",
        [
            html.section("Key figures", tiles),
            html.section(
                "Loss by group", html.table(["loss of", "middle of ranges", "central set"], group_rows(saved)),
                html.paragraph(CAPTION, is_note=True),
            ),
            html.section(
                "Parameters", html.table(list(PARAMETER_HEADINGS), parameter_rows(saved)),
                *(html.paragraph(line, is_note=True) for line in lines_of(saved)[:2]), together,
            ),
            html.section("Figures", *(html.picture(partial(draw, saved)) for draw in FIGURES.values())),
            assumed(saved.scenario),
            made(own, {"seeds": f"{own['search_seeds'][1]} a set in the search, {own['fresh_seeds'][1]} others in acceptance"}),
        ],
    )  # fmt: skip
