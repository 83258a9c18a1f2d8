"""Strategies of one's own, in plain Python: the examples of the docstrings, played."""

from __future__ import annotations

import numpy as np
import pytest

from reabm.agents import ChineseState, Government, Importer, Maker, Mine, RareEarthModel
from reabm.scenario import with_months
from reabm.world.history import MONTH_COLUMNS

COLUMNS = [name for name, _, _ in MONTH_COLUMNS]


@pytest.fixture(scope="module")
def to_2012(history):
    return with_months(history, end="2012-12")


def played(scenario, classes=None, rng=0):
    model = RareEarthModel(scenario, rng=rng, agent_classes=classes)
    model.run_model()
    return model


def figures(model, name):
    return model.history.months[:, COLUMNS.index(name)]


class MovesIn2011(Maker):
    """Moves a tenth of its commodity line to China in January 2011, whatever it costs."""

    def choose_location(self):
        if self.model.date == "2011-01":
            self.build_t[1] = 0.1 * self.capacity_t[1, 0]
            self.build_months[1] = 18


def test_a_maker_with_a_rule_of_its_own_moves_when_it_says(to_2012):
    model = played(to_2012, {"hitachi_metals": MovesIn2011})
    maker = model.agent("hitachi_metals")
    assert type(maker) is MovesIn2011
    assert type(model.agent("shin_etsu")) is Maker
    commodity = model.history.makers[:, maker.row, 3:6]  # at home, in China, elsewhere
    ready = 6 * 12 + 18  # eighteen months after January 2011
    assert (commodity[:ready, 1] == 0.0).all()
    moved_share = commodity[ready, 1] / commodity[ready, :2].sum()
    assert 0.09 < moved_share < 0.1  # a tenth of what stood at home then; the firm has grown since


class StaysAtHome(Maker):
    """Never moves a line, whatever the gap in prices."""

    def choose_location(self):
        pass


def test_a_class_for_a_whole_kind_is_played_by_all_of_it(to_2012):
    model = played(to_2012, {Maker: StaysAtHome, "shin_etsu": MovesIn2011})
    assert {type(maker) for maker in model.makers} == {StaysAtHome, MovesIn2011}
    assert figures(model, "relocation_share_premium").max() == figures(model, "relocation_share_premium")[0]


class Stockpiler(Government):
    """Wants half a year of use in its reserve, always."""

    def act(self):
        self.reserve_months = 6.0


def test_a_government_that_writes_its_row_fills_its_reserve(to_2012):
    model, as_it_was = played(to_2012, {"japan": Stockpiler}), played(to_2012)
    assert model.agent("japan").stock_t > 10 * as_it_was.agent("japan").stock_t + 1.0


class NothingToJapan(ChineseState):
    """As the script says, and nothing to Japan in 2012."""

    def act(self):
        super().act()
        if self.model.date.startswith("2012"):
            self.policy.embargo[1] = 1.0


def test_an_embargo_of_ones_own_stops_legal_exports_to_japan(to_2012):
    model = played(to_2012, {ChineseState: NothingToJapan})
    legal_to_japan = model.history.legal_t[:, :, 1].sum(axis=1)
    assert (legal_to_japan[-12:] == 0.0).all()
    assert legal_to_japan[-13] > 0.0


class NeverOpens(Mine):
    """Stands still, whatever its basket is worth."""

    def run(self):
        self.utilisation = 0.0


class Hoarder(Importer):
    """Wants a year of use in store."""

    def set_cover(self):
        self.cover_months = 12.0
        self.risk_cover_months = 0.0


def test_mines_and_importers_may_play_otherwise_too(to_2012):
    model = played(to_2012, {"mount_weld_1": NeverOpens, Importer: Hoarder})
    assert (model.history.mines[:, model.agent("mount_weld_1").row, 2] == 0.0).all()
    assert model.history.stocks_t[36].sum() > 1.5 * played(to_2012).history.stocks_t[36].sum()


def test_a_rule_that_says_the_same_in_python_gives_the_same_bits(to_2012):
    class SameCover(Importer):
        def set_cover(self):
            super().set_cover()
            self.cover_months = self.base_cover_months + self.risk_cover_months

    assert played(to_2012, {Importer: SameCover}).block.tobytes() == played(to_2012).block.tobytes()


def test_luck_is_there_for_rules_of_ones_own(to_2012):
    seen = []

    class Gambler(Maker):
        def choose_location(self):
            seen.append(self.luck.copy())

    model = RareEarthModel(to_2012, rng=4, agent_classes={"tdk": Gambler})
    model.run_for(12)
    luck = np.array(seen)
    assert luck.shape == (12, 4)
    assert len(np.unique(luck)) == 48
    assert ((luck >= 0.0) & (luck < 1.0)).all()


def test_a_class_for_nobody_or_of_another_kind_is_one_clear_error(to_2012):
    with pytest.raises(ValueError, match="no agent 'hitachi_metal', did you mean 'hitachi_metals'"):
        RareEarthModel(to_2012, agent_classes={"hitachi_metal": MovesIn2011})
    with pytest.raises(TypeError, match=r"'japan' is given .* subclass of Government"):
        RareEarthModel(to_2012, agent_classes={"japan": MovesIn2011})
    with pytest.raises(TypeError, match="subclass of Maker"):
        RareEarthModel(to_2012, agent_classes={Maker: Stockpiler})
