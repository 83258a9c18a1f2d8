"""Tables of a calibration: loss by group, and what the accepted sets say of each parameter."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from reabm.validation.calibration_folder import SavedCalibration
from reabm.validation.identify import AT_BOUND


def plain_table(*headings: str, words: int = 1) -> Table:
    """A table without lines; the first `words` columns hold words."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for n, heading in enumerate(headings):
        table.add_column(heading, justify="left" if n < words else "right", no_wrap=True)
    return table


def group_rows(saved: SavedCalibration) -> list[list[str]]:
    """Loss of each group in the middle of all ranges and in the central set, on the seeds of the search."""
    groups = [column for column in saved.trials.columns if column.startswith("loss.")]
    world = saved.trials.iloc[0]
    after: dict[str, Any] = saved.manifest["loss_by_group"]
    return [[name.removeprefix("loss.").replace("_", " "), f"{world[name]:.3f}", f"{after[name[5:]]:.3f}"] for name in groups]


def groups_table(saved: SavedCalibration) -> Table:
    """Loss by group, before and after."""
    table = plain_table("loss of", "middle of ranges", "central set")
    for row in group_rows(saved):
        table.add_row(*row)
    table.add_row("all, fresh seeds for the set", f"{saved.manifest['loss_of_the_middle']:.3f}", f"{saved.manifest['loss']:.3f}")
    return table


PARAMETER_HEADINGS = ("parameter", "range", "middle", "central", "5 to 95 % of accepted", "width/prior", "at bound")


def parameter_rows(saved: SavedCalibration) -> list[list[str]]:
    """Rows of parameters, the best known first."""
    rows = []
    for own in saved.parameters.sort_values("width", kind="stable").itertuples(index=False):
        at = f"{own.bound} ({max(own.at_low, own.at_high):.0%})" if own.bound else ""
        rows.append([
            str(own.path), f"{own.low:g} to {own.high:g}{', log' if own.scale == 'log' else ''}", f"{own.begin:.3g}",
            f"{own.central:.3g}", f"{own.q05:.3g} to {own.q95:.3g}", f"{own.width:.2f}", at,
        ])  # fmt: skip
    return rows


def parameters_table(saved: SavedCalibration) -> Table:
    """What the accepted sets say of each parameter."""
    table = plain_table(*PARAMETER_HEADINGS)
    for row in parameter_rows(saved):
        table.add_row(*row)
    return table


def lines_of(saved: SavedCalibration) -> list[str]:
    """Acceptance, bounds and correlations in a line each."""
    own = saved.manifest
    short = (
        "" if own["within_threshold"] >= own["accepted"] else f" ({own['within_threshold']} within it; the next best were added)"
    )
    lines = [
        f"accepted    {own['accepted']} of {own['candidates']} candidates at a loss of {own['threshold']:.3f} or less on "
        f"{own['fresh_seeds'][1]} fresh seeds{short}; {own['sets']} sets kept, the central one at {own['loss']:.3f}"
    ]
    pressed = [f"{row.path} ({row.bound})" for row in saved.parameters.itertuples(index=False) if row.bound]
    lines.append(f"at a bound  {', '.join(pressed) or 'none'} (within {AT_BOUND:.0%} of an end)")
    pairs = [f"{row.first} and {row.second} {row.correlation:+.2f}" for row in saved.pairs.head(5).itertuples(index=False)]
    if pairs:
        lines.append(f"together    {'; '.join(pairs)}")
    return lines
