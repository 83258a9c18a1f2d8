"""Charts of two runs: both lines above, the difference below."""

from __future__ import annotations

import numpy as np

from reabm.app.charts.base import (
    DASHED,
    ROW,
    Option,
    heading,
    legend_entries,
    legend_of,
    legend_rows,
    line,
    marks,
    time_axis,
    tooltip,
    value_axis,
    zoom,
)  # fmt: skip
from reabm.app.compare import Comparison, KeyFigure
from reabm.app.snapshot import Snapshot
from reabm.report.palette import BLUE, RED
from reabm.world.layout import Array

BELOW = 74  # pixels of the panel of the difference
LEFT = 58  # room for the labels of both vertical axes


def both_runs(snapshot: Snapshot, comparison: Comparison, figure: KeyFigure) -> Option:
    """A key figure of both runs over the months played on the screen, A solid and B dashed, and B less A."""
    months = comparison.months_to(snapshot.track.scenario.start + snapshot.track.played)
    a, b = (figure.scale * comparison.column(own, figure.column)[:months] for own in (comparison.a, comparison.b))
    years: Array = comparison.start / 12.0 + np.arange(months) / 12.0
    lines = [
        line(f"A {comparison.a.side.title}", years, a, BLUE, figure.unit),
        line(f"B {comparison.b.side.title}", years, b, RED, figure.unit, DASHED),
    ]
    gap = line("difference B − A", years, b - a, "theme:ink", figure.unit, width=1)
    gap |= {"xAxisIndex": 1, "yAxisIndex": 1, "areaStyle": {"color": "theme:soft", "opacity": 0.35}}
    mark = marks(snapshot)
    entries = legend_entries(lines)
    rows = legend_rows([one["name"] for one in entries])
    upper, lower = time_axis(snapshot.track), time_axis(snapshot.track) | {"gridIndex": 1}
    upper["axisLabel"] = {"show": False}
    lower["axisLine"] = {"lineStyle": {"color": "theme:soft"}, "onZero": False}
    values = value_axis(figure.unit, shares=figure.is_share)
    apart = value_axis(figure.unit, shares=figure.is_share) | {"gridIndex": 1, "splitNumber": 2}
    title = heading(figure.title, "share" if figure.is_share else figure.unit)
    return {
        "animation": False, "title": title,
        "grid": [
            {"left": LEFT, "right": 16, "top": 28 + ROW * rows, "bottom": BELOW + 48},
            {"left": LEFT, "right": 16, "height": BELOW, "bottom": 24},
        ],
        "graphic": [{
            "type": "text", "left": LEFT, "bottom": BELOW + 26, "silent": True,
            "style": {"text": "difference B − A", "fill": "theme:soft", "fontSize": 11},
        }],
        "tooltip": tooltip(), "axisPointer": {"link": [{"xAxisIndex": "all"}]}, "dataZoom": zoom((0, 1)),
        "xAxis": [upper, lower], "yAxis": [values, apart],
        "series": [*lines, gap, mark, mark | {"id": "marks-below|", "xAxisIndex": 1, "yAxisIndex": 1}],
        "legend": legend_of(entries, rows),
    }  # fmt: skip
