"""What a side knows at a turn: its own affairs and what is published, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reabm.scenario import with_settings
from reabm.scenario.months import month_text
from reabm.scenario.pack import names_of, sizes_of
from reabm.sides import Game, Item
from reabm.world.history import MONTH_COLUMNS, History
from reabm.world.layout import fields_of, views
from reabm.world.state import State
from tests.sides.games import SIDES, begun

KNOWN = {"market price", "announced", "customs, two months late", "own books", "own judgement", "estimate, a year late"}
PUBLIC_STATE = {"market.issued_t", "market.quota_banned", "policy.pools_groups"}
PUBLIC_FIGURES = {
    "ndpr_outside_usd_kg", "ndpr_china_usd_kg", "dy_outside_usd_kg", "dy_china_usd_kg", "licence_price_usd_kg", "exports_legal_t",
    "magnet_exports_t", "japan_import_share_china",
}  # fmt: skip
# What each side may know beyond that: figures of the month, arrays of the state, and groups of which it knows its own rows.
OWN_FIGURES = {
    "beijing": {
        "mine_output_china_t",
        "magnets_china_t",
        "relocation_share",
        "knowledge",
        "exports_smuggled_t",
        "illegal_output_t",
    },
    "tokyo": {"japan_purchases_t", "japan_import_share_australia", "japan_premium_share_china", "japan_commodity_share_china"},
    "hitachi_metals": {"relocation_share"},
    "lynas": set(),
}
OWN_STATE = {
    "beijing": {"market.bank_t", "goods.state_stock_t"},
    "tokyo": set(),
    "hitachi_metals": {"governments.subsidy_share"},  # announced
    "lynas": set(),
}
OWN_ROWS = {"beijing": "", "tokyo": "governments", "hitachi_metals": "makers", "lynas": "mines"}


def midst(side: str) -> Game:
    """A game in the middle of the embargo's year, when everything moves."""
    return begun(side).decide(0).decide(1)


def told(game: Game) -> list[Item]:
    """What the side is told, without the changes since the turn before."""
    return replace(game, before=None).information


def changed_world(game: Game, change) -> Game:
    """The same game with a world that was tampered with."""
    world = game.world._replace(block=game.world.block.copy(), history=game.world.history._replace())
    change(world)
    return replace(game, world=world)


@pytest.mark.parametrize("side", SIDES)
def test_every_item_has_a_label_a_unit_and_a_way_in_which_it_is_known(side: str) -> None:
    items = midst(side).information
    assert len({item.name for item in items}) == len({item.label for item in items}) == len(items) > 12
    for item in items:
        assert item.label
        assert item.known in KNOWN
        assert item.unit or isinstance(item.value, str)
        assert item.value is not None or item.name in ("quota", "bank")
    assert sum(item.change is not None for item in items) > 10


@pytest.mark.parametrize("side", SIDES)
def test_no_month_to_come_and_no_dated_event_to_come_is_known(side: str) -> None:
    game = midst(side)

    def spoil(world):
        for rows in world.history:
            if rows.shape[0] > world.month:
                rows[world.month :] = np.nan

    own = game.world._replace(history=type(game.world.history)(*(rows.copy() for rows in game.world.history)))
    assert told(changed_world(replace(game, world=own), spoil)) == told(game)
    later = month_text(game.month + 1)
    planned = with_settings(
        game.scenario,
        {
            path: [{"from": later, "value": value}]
            for path, value in {
                "crackdown.share": 0.9, "governments.japan.subsidy": 0.4, "governments.usa.stockpile": 20, "embargo.usa.share": 1,
                "strategies.tdk": "best_reply", "export_quota.scale": 0.1, "mechanisms.smuggling": 0, "market.freight_usd_kg": 9,
            }.items()
        },
    )  # fmt: skip
    assert told(replace(game, scenario=planned)) == told(game)
    plans = [
        [(option.decision.path, option.default) for option in one.options] for one in (game, replace(game, scenario=planned))
    ]
    assert plans[0] == plans[1]


@pytest.mark.parametrize("side", SIDES)
def test_what_the_side_must_not_see_changes_nothing_of_what_it_is_told(side: str) -> None:
    """Every array of the state, every agent's rows and every key figure is spoilt in turn: only what is listed may show."""
    game = midst(side)
    before = told(game)
    sizes = sizes_of(game.scenario)
    names = names_of(game.scenario)
    seen: set[str] = set()
    for spec in fields_of(State):
        path = f"{spec.group}.{spec.name}"

        def spoil(world, spec=spec):
            array = getattr(getattr(views(State, sizes, world.block), spec.group), spec.name)
            own = [getattr(names, spec.group).index(name) for name in game.agents] if spec.group == OWN_ROWS[side] else []
            others = np.setdiff1d(np.arange(array.shape[0]), own)
            array[others] = 3.0 * array[others] + 2.0

        if told(changed_world(game, spoil)) != before:
            seen.add(path)
    assert seen <= PUBLIC_STATE | OWN_STATE[side]
    figures = set()
    for column, (name, _, _) in enumerate(MONTH_COLUMNS):
        months = game.world.history.months.copy()
        months[:, column] = 3.0 * months[:, column] + 20_000.0
        other = game.world._replace(history=game.world.history._replace(months=months))
        if told(replace(game, world=other)) != before:
            figures.add(name)
    assert figures <= PUBLIC_FIGURES | OWN_FIGURES[side]
    assert figures >= PUBLIC_FIGURES
    for field, rows in zip(History._fields, game.world.history):
        if field in ("months", OWN_ROWS[side]) or rows.shape[0] == 0:
            continue
        other = game.world._replace(history=game.world.history._replace(**{field: 3.0 * rows + 2.0}))
        shows = told(replace(game, world=other)) != before
        assert shows == (side == "beijing" and field == "china_gain_kusd"), field  # its own treasury


@pytest.mark.parametrize("side", ["tokyo", "hitachi_metals", "lynas"])
def test_of_the_record_of_its_kind_a_side_knows_its_own_rows(side: str) -> None:
    game = midst(side)
    kind = OWN_ROWS[side]
    rows = getattr(game.world.history, kind).copy()
    own = [getattr(names_of(game.scenario), kind).index(name) for name in game.agents]
    others = np.setdiff1d(np.arange(rows.shape[1]), own)
    rows[:, others] = 3.0 * rows[:, others] + 2.0
    other = game.world._replace(history=game.world.history._replace(**{kind: rows}))
    assert told(replace(game, world=other)) == told(game)


def test_published_trade_is_two_months_old_and_hidden_trade_a_year() -> None:
    game = midst("beijing")
    items = {item.name: item.value for item in game.information}
    month, months = game.world.month, game.world.history.months
    column = [name for name, _, _ in MONTH_COLUMNS].index
    assert items["exports"] == months[month - 3, column("exports_legal_t")]
    smuggled = months[month - 24 : month - 12, column("exports_smuggled_t")].sum()
    assert items["smuggled"] == 5000 * round(smuggled / 5000)
    assert items["ndpr_outside"] == months[month - 1, column("ndpr_outside_usd_kg")]


def test_changes_are_those_of_the_half_year() -> None:
    game = midst("tokyo")
    then = {item.name: item.value for item in begun("tokyo").decide(0).information}
    for item in game.information:
        if isinstance(item.value, float):
            assert item.change == item.value - then[item.name]


def test_a_game_that_begins_with_the_scenario_knows_what_there_is() -> None:
    items = begun("beijing", "2005-01", "2006-06").information
    assert {item.name: item.value for item in items}["exports"] is None
    assert all(item.change is None for item in items)
