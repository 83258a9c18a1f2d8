"""The market's charts show what the record and the file of observed prices hold."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reabm.app.charts import market
from reabm.app.charts.base import DASHED, both, empty, legend_entries, line, over_time, points, stroke, value_axis
from reabm.app.charts.market import OBSERVED, View
from reabm.app.live import Live
from reabm.app.observed import observed_prices
from reabm.app.picker import load_shipped
from reabm.app.snapshot import Snapshot
from reabm.app.tabs.market import picked
from reabm.world.history import COLUMN
from reabm.world.state import DESTINATIONS


@cache
def snapshot(shown: int = 84, change: bool = False) -> Snapshot:
    live = Live("history", load_shipped("history"))
    live.go_to(shown - 6 if change else shown)
    if change:
        live.change({"export_quota.scale": 0.5})
        live.go_to(shown)
    return live.snapshot()


def series(option, name, faint=False):
    wanted = ("\u200b" if faint else "") + name
    return next(one for one in option["series"] if one["name"] == wanted and one["type"] == "line")


def values(option, name, faint=False):
    return [point[1] for point in series(option, name, faint)["data"]]


@pytest.mark.parametrize("place", ["outside", *DESTINATIONS])
def test_prices_are_those_of_the_record(place):
    shot = snapshot()
    option = market.prices(shot, View(elements=("Dy",), places=(place,), observed=False))
    row = shot.track.names.elements.index("Dy")
    history = shot.track.history
    kept = (
        history.outside_usd_kg[:84, row] if place == "outside" else history.delivered_usd_kg[:84, row, DESTINATIONS.index(place)]
    )
    drawn = [one for one in option["series"] if one.get("data")]
    assert len(drawn) == 1
    assert np.allclose([point[1] for point in drawn[0]["data"]], kept, rtol=1e-4)


def test_several_elements_have_a_colour_each_and_places_a_dash_each():
    option = market.prices(snapshot(), View(elements=("NdPr", "La"), places=("outside", "china"), observed=False))
    looks = {one["name"]: (one["lineStyle"]["color"], str(one["lineStyle"]["type"])) for one in option["series"] if one["data"]}
    assert len(looks) == len(set(looks.values())) == 4
    assert looks["NdPr outside China"][0] == looks["NdPr inside China"][0] != looks["La inside China"][0]


def test_with_one_element_no_two_places_look_the_same():
    places = ("outside", *DESTINATIONS)
    option = market.prices(snapshot(), View(elements=("NdPr",), places=places, observed=False))
    looks = [(one["lineStyle"]["color"], str(one["lineStyle"]["type"])) for one in option["series"] if one["data"]]
    assert len(looks) == len(set(looks)) == len(places)


def test_nothing_but_positive_prices_is_drawn_on_a_log_axis():
    option = market.prices(snapshot(), View(log=True))
    assert option["yAxis"][0]["type"] == "log"
    assert all(y is None or y > 0 for one in option["series"] for _, y, *_ in map(_pair, one["data"]))
    assert market.prices(snapshot(), View(log=False))["yAxis"][0]["type"] == "value"


def _pair(point):
    return point["value"] if isinstance(point, dict) else point


def test_observed_prices_stand_in_the_money_of_the_lines():
    option = market.prices(snapshot(), View(elements=("NdPr",), places=("outside", "china")))
    dots = [dot for one in option["series"] if one["name"] == OBSERVED for dot in one["data"]]
    august = sorted(dot["value"][1] for dot in dots if dot["value"][0] == round(2011 + 7 / 12, 4))
    prices_2011 = 201.0 / 184.7  # US producer prices on 2010
    assert august == pytest.approx([217.0 / 1.17 / prices_2011, 370.0 / prices_2011 + 0.7])  # inside without tax; FOB and freight
    assert all(dot["note"] for dot in dots)
    assert option["legend"]["data"][-1]["name"] == OBSERVED
    without = market.prices(snapshot(), View(elements=("NdPr",), observed=False))
    assert OBSERVED not in {one["name"] for one in without["series"]}


def test_observed_prices_say_what_is_printed_and_name_their_source_and_quality():
    found = observed_prices()
    assert len(found) > 200
    assert {one.element for one in found} == {"La", "Ce", "NdPr", "SmGd", "Dy", "Tb", "Y"}
    assert {one.zone for one in found} == {"outside", "china"}
    assert all(one.words.endswith(("solid", "medium", "weak")) for one in found)
    peak = next(one for one in found if "Nd oxide, export price (FOB): 370 USD/kg as printed" in one.words)
    assert "lynas_prices" not in peak.words  # titles, not keys
    yuan = [one for one in found if "CNY/kg as printed" in one.words]
    assert len(yuan) > 20
    assert max(one.usd_kg for one in yuan) < 2000  # converted
    unverified = [one for one in found if "unverified" in one.words]
    assert unverified
    assert all("not scored" in one.words and one.quality == "weak" for one in unverified)


@pytest.mark.parametrize("element", ["all", "NdPr"])
def test_layers_of_exports_add_up_to_what_left_china(element):
    shot = snapshot()
    option = market.exports(shot, View(exported=element))
    history = shot.track.history
    columns = slice(None) if element == "all" else [shot.track.names.elements.index(element)]
    total = sum(getattr(history, f"{name}_t")[:84][:, columns, 1:].sum(axis=(1, 2)) for name in ("legal", "alloy", "smuggled"))
    top = series(option, "smuggled")["data"]
    assert np.allclose([point[1] for point in top], total, rtol=1e-4, atol=1e-6)
    own = [point[2] for point in top]
    assert np.allclose(own, history.smuggled_t[:84][:, columns, 1:].sum(axis=(1, 2)), rtol=1e-4, atol=1e-9)


def test_exports_of_all_elements_are_the_key_figure_of_the_record():
    shot = snapshot()
    option = market.exports(shot, View())
    own = [point[2] for point in series(option, "legal")["data"]]
    assert np.allclose(own, shot.track.column("exports_legal_t"), rtol=1e-4, atol=1e-6)


def test_the_premium_of_japan_opens_with_the_halt_of_2010_and_not_before():
    premium = market.premium(snapshot().track, "Dy", "japan")
    assert np.all(premium[:60] == 0.0)
    assert premium[66:72].max() > 0.1
    option = market.premiums(snapshot(), View(elements=("Dy",)))
    assert np.allclose(values(option, "Dy in Japan"), premium, rtol=1e-4)


def test_magnets_of_the_premium_line_are_dearer():
    option = market.magnets(snapshot(), View())
    assert min(values(option, "premium in Japan")) > max(0.0, min(values(option, "commodity in Japan")))
    assert np.all(np.array(values(option, "premium in Japan")) > np.array(values(option, "commodity in Japan")))


@pytest.mark.parametrize(
    ("draw", "name", "column", "scale"),
    [
        (market.licence, "price, light group or all", "licence_price_usd_kg", 1.0),
        (market.licence, "turned away", "rationed_share", 1.0),
        (market.stocks, "state reserves outside China", "reserves_t", 1e-3),
        (market.stocks, "importers and makers outside China", "stocks_outside_t", 1e-3),
        (market.cover, "Japan", "japan_cover_months", 1.0),
        (market.use, "of it in Japan", "japan_use_t", 1.0),
        (market.substitution, "outside China", "substitution_share", 1.0),
    ],
)
def test_key_figures_are_those_of_the_record(draw, name, column, scale):
    shot = snapshot()
    assert np.allclose(values(draw(shot), name), scale * shot.track.column(column), rtol=1e-4, atol=1e-9)


def test_the_run_before_a_change_is_drawn_faintly():
    shot = snapshot(change=True)
    option = market.prices(shot, View(elements=("NdPr",), places=("outside",), observed=False))
    assert values(option, "NdPr outside China", faint=True)[:78] == values(option, "NdPr outside China")[:78]
    assert values(option, "NdPr outside China", faint=True)[78:] != values(option, "NdPr outside China")[78:]


def test_the_table_shows_the_month_on_the_screen():
    shot = snapshot()
    rows = {row.element: row for row in market.table(shot)}
    assert list(rows) == list(shot.track.names.elements)
    price = shot.track.history.delivered_usd_kg[83, shot.track.names.elements.index("NdPr"), 0]
    assert float(rows["NdPr"].inside.replace(",", "")) == pytest.approx(price, rel=0.01)


def test_before_the_first_month_every_chart_says_so():
    shot = snapshot(0)
    for draw in (market.prices, market.exports, market.premiums, market.magnets):
        assert draw(shot, View())["series"] == []
    for draw in (market.licence, market.stocks, market.cover, market.use, market.substitution):
        assert draw(shot)["series"] == []
    assert market.table(shot) == []
    assert "Nothing" in market.said(shot, View())
    assert "Nothing" in market.licence_said(shot)


def test_without_an_element_the_chart_asks_for_one():
    option = market.prices(snapshot(), View(elements=()))
    assert "Choose" in option["title"][1]["text"]


def test_what_the_page_does_not_offer_is_not_taken():
    view = picked(View(), {"places": ["japan", "mars"], "elements": ["Tb"], "log": False, "colour": "red"})
    assert view == View(places=("japan",), elements=("Tb",), log=False)
    assert market.prices(snapshot(), picked(view, {"elements": ["Xx"]}))["series"] == []


def test_a_legend_shows_the_dash_of_each_line_once():
    years, flat = np.array([2010.0]), np.array([1.0])
    dashed = line("b", years, flat, "#000000", dash=DASHED)
    entries = legend_entries([line("a", years, flat, "#000000"), dashed, dashed, line("c", years, flat, "#000000", faint=True)])
    assert [one["name"] for one in entries] == ["a", "b"]
    assert entries[0]["icon"] != entries[1]["icon"]
    assert stroke([2, 3]).count("M") > stroke("dashed").count("M") > stroke("solid").count("M")


def test_a_chart_leaves_room_for_the_rows_of_its_legend():
    shot = snapshot()
    drawn = both(shot, "x" * 60, "reserves_t", "#000000")
    few = over_time(shot, drawn, value_axis("t"))
    many = over_time(shot, [*drawn, *both(shot, "y" * 60, "reserves_t", "#000000")], value_axis("t"))
    assert many["legend"]["rows"] == few["legend"]["rows"] + 1
    assert many["grid"]["top"] > few["grid"]["top"]
    assert empty("a", "b")["legend"]["show"] is False  # the one of the chart before goes


def test_the_month_of_the_record_is_the_one_that_is_said():
    shot = snapshot()
    assert f"{shot.track.history.months[83, COLUMN.licence_price_usd_kg]:.3g}" in market.licence_said(shot)


def test_points_have_five_digits_and_gaps_where_there_is_no_number():
    values = np.array([0.0, 1.0, -12.345678, 123456.789, 4.56789e-7, np.nan, np.inf, 99999.96])
    found = points(2010.0 + np.arange(8) / 12.0, values)
    assert [y for _, y in found] == [0.0, 1.0, -12.346, 123460.0, 4.5679e-7, None, None, 100000.0]
    assert found[1][0] == 2010.0833
    drawn = np.random.default_rng(1).lognormal(0.0, 8.0, 2000)
    assert [y for _, y in points(drawn, drawn)] == [float(f"{y:.5g}") for y in drawn]
