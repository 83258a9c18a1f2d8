"""Flows of the page: the links of the month close, and agree with the record."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest

from reabm.app.charts import balance, flows
from reabm.app.charts.balance import oxide_links, through
from reabm.app.charts.places import EUROPEAN_UNION, MAP_NAMES, plants, plants_map
from reabm.app.charts.trade_map import SEEN_T, figures_of, trade, trade_map
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.snapshot import Snapshot
from reabm.app.words import rounded
from reabm.scenario import with_settings
from reabm.world.history import COLUMN
from reabm.world.state import DESTINATIONS, MINE_STATUS

EVERY = (1, 2, 30, 68, 70, 72, 80, 117, 150, 200, 240)  # months shown; 69 to 71 is the embargo of 2010, 117 has state purchases


@cache
def world() -> Live:
    live = Live("history", load_shipped("history"))
    live.go_to(240)
    return live


def seen(shown: int) -> Snapshot:
    world().go_to(shown)
    return world().snapshot()


def ends(links: list[balance.Link]) -> set[str]:
    return {link.target for link in links} - {link.source for link in links}


@pytest.mark.parametrize("months", [1, 12])
@pytest.mark.parametrize("shown", EVERY)
def test_what_enters_a_stage_leaves_it(shown: int, months: int) -> None:
    for element in (None, 2, 4, 5):
        links = oxide_links(seen(shown), element, months)
        assert all(link.tonnes > 0.0 for link in links)
        nodes = {link.source for link in links} | {link.target for link in links}
        for node in nodes:
            into, out = through(links, node)
            if node.split(":")[0] in ("separated", "channel"):
                assert into == pytest.approx(out, rel=1e-9, abs=1e-6), (node, element)


@pytest.mark.parametrize("months", [1, 12])
@pytest.mark.parametrize("shown", EVERY)
def test_what_enters_a_destination_and_stays_is_the_use_of_the_record(shown: int, months: int) -> None:
    snapshot = seen(shown)
    links = oxide_links(snapshot, None, months)
    used = {name: np.subtract(*through(links, name)) for name in DESTINATIONS}
    rows = snapshot.track.history.months[max(0, shown - months) : shown]
    assert used["china"] == pytest.approx(rows[:, COLUMN.china_use_t].mean(), rel=1e-9)
    assert used["japan"] == pytest.approx(rows[:, COLUMN.japan_use_t].mean(), rel=1e-9)
    history = snapshot.track.history
    held = [
        history.stocks_t[row].sum() + history.governments[row, :, 0].sum() for row in (shown - 1, shown - 1 - months) if row >= 0
    ]
    if len(held) == 2:
        script = snapshot.track.prepared.segments[0].params.script
        risen = (held[0] - held[1]) / months + script.purchase_t[shown - months : shown].mean()
        stored = through(links, balance.TO_STOCK)[0] - through(links, balance.STOCK)[1]
        assert stored == pytest.approx(risen, rel=1e-6, abs=1e-6)
    outside = sum(used[name] for name in DESTINATIONS[1:])
    assert outside == pytest.approx(rows[:, COLUMN.outside_use_t].mean(), rel=1e-9)


@pytest.mark.parametrize("shown", EVERY)
def test_channels_and_mines_carry_what_the_record_says(shown: int) -> None:
    snapshot = seen(shown)
    links = oxide_links(snapshot)
    row = snapshot.track.history.months[shown - 1]
    for channel, column in (
        ("legal", COLUMN.exports_legal_t), ("alloy", COLUMN.exports_alloy_t), ("smuggled", COLUMN.exports_smuggled_t),
    ):  # fmt: skip
        assert through(links, f"channel:{channel}")[1] == pytest.approx(row[column], rel=1e-9, abs=1e-6)
    assert through(links, balance.LEGAL_MINES)[1] == pytest.approx(row[COLUMN.mine_output_china_t], rel=1e-9)
    assert through(links, balance.ILLEGAL_MINES)[1] == pytest.approx(row[COLUMN.illegal_output_t], rel=1e-9)
    mines = {link.source for link in links if link.source.startswith("mines:")} - {balance.LEGAL_MINES, balance.ILLEGAL_MINES}
    assert sum(through(links, mine)[1] for mine in mines) == pytest.approx(row[COLUMN.mine_output_row_t], rel=1e-9)


def test_elements_add_up_to_all_of_them() -> None:
    snapshot = seen(70)
    n = len(snapshot.track.names.elements)
    for node in (balance.SEPARATED_CHINA, balance.SEPARATED_OUTSIDE, "channel:legal"):
        parts = sum(through(oxide_links(snapshot, e), node)[0] for e in range(n))
        assert parts == pytest.approx(through(oxide_links(snapshot), node)[0], rel=1e-9)


def test_the_links_have_no_cycle() -> None:
    links = oxide_links(seen(70), None, 12)
    left = {(link.source, link.target) for link in links}
    while left:
        sources = {source for source, _ in left} - {target for _, target in left}
        assert sources, left
        left = {pair for pair in left if pair[0] not in sources}


def test_magnets_delivered_are_those_of_the_record() -> None:
    snapshot = seen(80)
    links = balance.magnet_links(snapshot)
    row = snapshot.track.history.months[79]
    china = sum(link.tonnes for link in links if link.source.startswith("plants:china"))
    assert china == pytest.approx(row[COLUMN.magnets_china_t])
    assert sum(link.tonnes for link in links) - china == pytest.approx(row[COLUMN.magnets_outside_t])
    exported = sum(link.tonnes for link in links if link.source.startswith("plants:china") and link.target != "china")
    assert exported == pytest.approx(row[COLUMN.magnet_exports_t])


def drawn(option: dict, name: str) -> dict:
    return next(series for series in option["series"] if series.get("id") == name)


@pytest.mark.parametrize("shown", [1, 70, 80])
def test_the_diagram_draws_every_link_of_note(shown: int) -> None:
    snapshot = seen(shown)
    series = drawn(flows.oxide(snapshot), "oxide")
    names = {node["name"] for node in series["data"]}
    assert {link[end] for link in series["links"] for end in ("source", "target")} == names
    into_japan = sum(link["value"] for link in series["links"] if link["target"] == "japan")
    assert into_japan == pytest.approx(through(oxide_links(snapshot), "japan")[0], rel=1e-3)
    depth = {node["name"]: node["depth"] for node in series["data"]}
    assert all(depth[link["source"]] < depth[link["target"]] for link in series["links"])


def test_arrows_carry_the_tonnes_of_the_record() -> None:
    snapshot = seen(80)
    history, row = snapshot.track.history, 79
    arrows = {(one.channel, one.source, one.target): one.tonnes for one in trade(snapshot)}
    assert arrows["legal", "china", "japan"] == pytest.approx(history.legal_t[row, :, 1].sum())
    russia = snapshot.track.names.origins.index("Russia")
    assert arrows["outside", "Russia", "eu"] == pytest.approx(history.outside_t[row, russia, :, 3].sum())
    inward = history.outside_t[row, russia, :, 0].sum() + history.concentrate_t[row, russia].sum()
    assert arrows["reverse", "Russia", "china"] == pytest.approx(inward)
    assert arrows["magnets", "china", "usa"] == pytest.approx(history.magnets_t[row, 0, :, 2].sum())
    shown = drawn(trade_map(snapshot), "arrows-legal")["data"]
    assert {one["name"] for one in shown} == {
        f"{source}>{target}" for (channel, source, target), tonnes in arrows.items() if channel == "legal" and tonnes >= SEEN_T
    }


def test_a_mine_is_drawn_where_it_is_with_the_status_of_the_month() -> None:
    snapshot = seen(80)
    track = snapshot.track
    for m, name in enumerate(track.names.mines):
        status = MINE_STATUS[int(track.history.mines[79, m, 0])]
        found = next(one for one in drawn(trade_map(snapshot), f"mines-{status}")["data"] if one["name"] == name)
        assert found["value"][:2] == list(track.scenario.mines[name].place)
        assert found["value"][2] == pytest.approx(track.history.mines[79, m, 2], abs=0.01)


def test_plants_hold_the_capacity_of_the_record() -> None:
    snapshot = seen(80)
    makers = snapshot.track.history.makers[79]
    found = {one.name: one for one in plants(snapshot)}
    for j, name in enumerate(snapshot.track.names.makers):
        assert found[name].standing_t == pytest.approx(makers[j, :3] + makers[j, 3:6])
    series = plants_map(snapshot)["series"]
    markers = sum(one["value"][2] for each in series if each["type"] == "scatter" for one in each["data"])
    assert markers == pytest.approx(makers[:, :6].sum(), abs=1.0)


def test_a_population_of_firms_stands_at_the_places_of_those_it_replaces() -> None:
    live = Live("history", with_settings(load_shipped("history"), {"population.copies": 3}))
    live.go_to(2)
    snapshot = live.snapshot()
    assert len(plants(snapshot)) == len(snapshot.track.scenario.makers)
    assert sum(one.standing_t.sum() for one in plants(snapshot)) == pytest.approx(snapshot.track.history.makers[1, :, :6].sum())
    assert np.subtract(*through(oxide_links(snapshot), "japan")) == pytest.approx(
        snapshot.track.history.months[1, COLUMN.japan_use_t]
    )


def test_every_option_is_small_and_plain() -> None:
    for shown in (0, 1, 80):
        snapshot = seen(shown)
        for option in (flows.oxide(snapshot, 4, 12), flows.magnets(snapshot), trade_map(snapshot), plants_map(snapshot)):
            assert len(json.dumps(option)) < 60_000


def test_before_the_first_month_every_chart_says_so() -> None:
    snapshot = seen(0)
    for option in (flows.oxide(snapshot), flows.magnets(snapshot), trade_map(snapshot), plants_map(snapshot)):
        assert option["series"] == []
        assert "play" in option["title"][1]["text"]


def test_what_is_clicked_has_figures() -> None:
    snapshot = seen(80)
    track = snapshot.track
    mine = dict(figures_of(snapshot, "mount_weld_1").rows)
    assert mine["Country"] == "Australia"
    japan = dict(figures_of(snapshot, "Japan").rows)
    assert japan["From China: legal exports"].startswith(rounded(float(track.history.legal_t[79, :, 1].sum())))
    assert figures_of(snapshot, "France").title == "France (trade of: European Union)"
    assert "Mined, as oxide in ore" in dict(figures_of(snapshot, "United States of America").rows)
    assert figures_of(snapshot, "tdk").title == "TDK"
    assert figures_of(snapshot, "china>japan").title == figures_of(snapshot, "japan").title == "Japan"


def test_the_map_knows_every_country_that_is_spoken_of() -> None:
    world_map = json.loads((files("reabm.app") / "files" / "world.json").read_text(encoding="utf-8"))
    known = {feature["properties"]["name"] for feature in world_map["features"]}
    for mine in load_shipped("history").mines.values():
        assert MAP_NAMES.get(mine.country, mine.country) in known
    assert set(EUROPEAN_UNION) <= known
    for feature in world_map["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert max(abs(a[0] - b[0]) for a, b in pairwise(ring)) < 90, feature["properties"]["name"]


@pytest.mark.parametrize("luck", range(40))
def test_any_month_closes_where_countries_sell_on_and_exports_exceed_what_was_separated(luck: int) -> None:
    draw = np.random.default_rng(luck)
    sold = draw.uniform(0.0, 30.0, 5) * (draw.uniform(size=5) < 0.5) * [0, 1, 1, 1, 1]
    bought = draw.dirichlet(np.ones(5)) * sold.sum()
    by_channel = {channel: draw.uniform(0.0, 20.0, 5) * [0, 1, 1, 1, 1] for channel in balance.FROM_CHINA}
    outside = draw.uniform(0.0, 5.0, (3, 5))
    separated = draw.uniform(0.0, 250.0)
    arrived = sum(by_channel.values()) + outside.sum(axis=0)
    stored = draw.uniform(-40.0, 10.0, 5)
    exported = sum(tonnes.sum() for tonnes in by_channel.values())
    net = separated - exported + arrived[0] + bought[0] - stored[0]  # China's use, were there no scrap
    found = balance.OxideFlows(
        ore_t=np.zeros(1), oxide_t=np.array([separated + outside[:-1].sum()]), shipped_t=np.zeros(3), outside_t=outside,
        by_channel_t=by_channel, sold_on_t=sold, bought_on_t=bought, stored_t=stored,
        used_t=np.array([max(net, 0.0) + 7.0, 0.0]),
    )  # fmt: skip
    links: list[balance.Link] = []

    def add(*link: object) -> None:
        links.append(balance.Link(*link))  # type: ignore[arg-type]

    balance._leave_china(add, found)
    balance._arrive(add, found)
    into, out = through(links, balance.REEXPORTED)
    assert into == pytest.approx(out)
    assert into == pytest.approx(sold.sum())
    sent = sum(link.tonnes for link in links if link.source == balance.SEPARATED_CHINA and link.tonnes > 0.0)
    assert sent == pytest.approx(separated)
    from_stock = sum(link.tonnes for link in links if (link.source, link.target) == (balance.STOCK, balance.REEXPORTED))
    assert from_stock == pytest.approx(np.maximum(0.0, sold - arrived).sum(), abs=1e-9)
    for d, name in enumerate(DESTINATIONS[1:], start=1):
        kept = np.subtract(*through([link for link in links if link.tonnes > 0.0], name))
        assert kept == pytest.approx(arrived[d] + bought[d] - sold[d] - stored[d])
    china = np.subtract(*through([link for link in links if link.tonnes > 0.0], "china")) + arrived[0]
    assert china == pytest.approx(max(net, 0.0) + 7.0)
    for channel in balance.FROM_CHINA:
        fed, sent = through(links, f"channel:{channel}")
        assert fed == pytest.approx(sent)
    fed, sent = through([link for link in links if link.tonnes > 0.0], balance.STAYS)
    assert fed == pytest.approx(sent)
