"""What a visitor can take away: run folder, scenario file, link."""

from __future__ import annotations

import solara

from reabm.app.visit import Visit


@solara.component
def TakeAway(visit: Visit) -> None:
    """Downloads and the link."""
    solara.Div()
