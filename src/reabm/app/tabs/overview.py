"""Overview: the date's headline figures, prices inside and outside, quota against exports, where production stands."""

from __future__ import annotations

import solara

from reabm.app.chart import Chart
from reabm.app.charts import overview as charts
from reabm.app.figures import Figures
from reabm.app.visit import Visit


@solara.component
def Overview(visit: Visit) -> None:
    """What is going on, at a glance."""
    snapshot = visit.snapshot.value
    if snapshot is None:
        return
    Figures(charts.headline(snapshot))
    with solara.Div(classes=["reabm-grid"]):
        Chart(charts.prices(snapshot), label="Price of NdPr inside and outside China", file="prices")
        Chart(charts.trade(snapshot), label="Export quota and exports", file="exports")
        Chart(charts.dependence(snapshot), label="Japan's dependence on China", file="dependence")
        Chart(charts.places(snapshot), label="Where production stands", file="places")
