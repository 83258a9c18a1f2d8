"""Flows of the page: the links of the month close, and agree with the record."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reabm.app.charts import balance
from reabm.app.charts.balance import oxide_links, through
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.snapshot import Snapshot
from reabm.world.history import COLUMN
from reabm.world.state import DESTINATIONS

EVERY = (1, 2, 30, 68, 70, 72, 80)  # months shown; 69 to 71 is the embargo of 2010


@cache
def world() -> Live:
    live = Live("history", load_shipped("history"))
    live.go_to(80)
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
