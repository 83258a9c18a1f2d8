"""The levers that may be turned in the midst of a run."""

from __future__ import annotations

import solara

from reabm.app.visit import Visit


@solara.component
def Levers(visit: Visit) -> None:
    """Controls built from the table of levers."""
    solara.Button("Halve the quota", on_click=lambda: visit.do(lambda live: live.change({"export_quota.scale": 0.5})))
