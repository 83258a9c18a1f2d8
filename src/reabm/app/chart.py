"""A chart on the page: an ECharts option that a pure function made, drawn in the colours of the theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import solara

from reabm.app.charts.base import spoken
from reabm.app.theme import IS_DARK

type Option = dict[str, Any]  # of ECharts; strings `js:NAME` and `theme:NAME` are functions and colours of chart.vue
WORLD = {"world": "/reabm/files/world.json"}  # maps that a chart may name, and where the browser gets them


@solara.component_vue("chart.vue")
def _Chart(
    option: Option,
    label: str,
    said: str,
    height: str,
    file: str,
    dark: bool,
    maps: dict[str, str],
    event_on_pick: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """The browser's part."""


@solara.component
def Chart(
    option: Option,
    label: str,
    said: str = "",
    height: str = "300px",
    file: str = "reabm",
    maps: Mapping[str, str] | None = None,
    on_pick: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Draw an option.

    Parameters
    ----------
    label : what the chart shows, for those who do not see it; also names it in tests
    said : what can be seen in it now, in a sentence, for those who do not see it; by default where each line stands
    file : name of a downloaded picture, without its ending
    maps : addresses of GeoJSON by the name that the option uses
    on_pick : called with name, series and x of what was clicked
    """
    _Chart(
        option=option, label=label, said=said or spoken(option), height=height, file=file, dark=solara.use_context(IS_DARK),
        maps=dict(maps or {}), event_on_pick=on_pick or _ignore,
    )  # fmt: skip


def _ignore(_picked: dict[str, Any]) -> None:
    return None
