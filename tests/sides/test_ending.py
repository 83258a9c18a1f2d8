"""What a game was worth: by which terms, beside which other ways to play, on the same luck."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reabm.empirical.deviations import LEFT_OUT
from reabm.empirical.mine_books import earned_kusd, failures, owed_kusd
from reabm.empirical.mine_support import support_kusd
from reabm.empirical.played import Played
from reabm.engine.run import prepare, simulate
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import with_settings
from reabm.scenario.pack import pack
from reabm.sides import Ending, ending_of
from reabm.sides.ending import discounted
from reabm.world.history import MAKER_COLUMNS, MINE_COLUMNS
from tests.sides.games import SEED, SIDES, begun, busy, history, idle, plain

KIND = {"beijing": "state", "tokyo": "government", "hitachi_metals": "maker", "lynas": "mine"}
FIRST = 60  # January 2010, of the run


@cache
def ended(side: str) -> Ending:
    ending = ending_of(busy(side))
    assert ending is not None
    return ending


def present_value(kusd: np.ndarray, rate: float = 0.05) -> float:
    return sum(value / (1.0 + rate) ** (month / 12.0) for month, value in enumerate(kusd)) / 1000.0


@pytest.mark.parametrize("side", SIDES)
def test_every_strategy_that_ships_is_ranked_beside_history_and_the_player(side: str) -> None:
    ending = ended(side)
    names = [outcome.name for outcome in ending.outcomes]
    assert sorted(names) == sorted({"you", "history", *STRATEGIES[KIND[side]]} - {"directed"})
    totals = [outcome.total for outcome in ending.outcomes]
    assert totals == sorted(totals, reverse=True)
    for outcome in ending.outcomes:
        assert outcome.total == pytest.approx(sum(outcome.terms.values()))
        assert outcome.terms.keys() == ending.own.terms.keys()
    assert ending.months == ("2010-01", "2011-12")


@pytest.mark.parametrize("side", SIDES)
def test_an_alternative_is_the_run_of_that_strategy_from_the_first_month_of_the_game(side: str) -> None:
    for name in STRATEGIES[KIND[side]]:
        if name == "directed":
            continue
        changes = {f"strategies.{agent}": [{"from": "2010-01", "value": name}] for agent in begun(side).agents}
        scenario = with_settings(plain().prepared.scenario, changes)
        record = simulate(prepare(scenario), SEED)
        terms = begun(side).side.terms(Played(scenario, record.history, FIRST, 83), begun(side).agents)
        (found,) = [outcome for outcome in ended(side).outcomes if outcome.name == name]
        assert found.terms == discounted(terms, 0.05)


def test_beijing_gains_the_states_pay_off() -> None:
    gain = plain().history.china_gain_kusd[FIRST:].sum(axis=1)
    assert ended("beijing").history.total == pytest.approx(present_value(gain))
    assert ended("beijing").history.terms["retaliation"] == pytest.approx(
        present_value(plain().history.china_gain_kusd[FIRST:, 6])
    )


def test_tokyo_gains_the_surplus_of_japan_less_what_it_gives_to_mines() -> None:
    surplus = plain().history.surplus_kusd[FIRST:, 1].sum(axis=1)
    support = ended("tokyo").history.terms["support of mines"]
    assert ended("tokyo").history.total == pytest.approx(present_value(surplus) + support)
    same = ending_of(idle("tokyo"))
    assert same is not None
    assert same.own.terms == same.history.terms
    assert "the same as history" in same.sentence


def test_hitachi_metals_gains_its_cash() -> None:
    record = plain()
    cash = record.history.makers[:, record.prepared.names.makers.index("hitachi_metals"), MAKER_COLUMNS.index("cash_kusd")]
    assert ended("hitachi_metals").history.total == pytest.approx(present_value(np.diff(cash)[FIRST - 1 :]))


def test_lynas_gains_cash_less_debt() -> None:
    record = plain()
    rows = [record.prepared.names.mines.index(name) for name in begun("lynas").agents]
    cash, debt = (record.history.mines[:, rows, MINE_COLUMNS.index(name)].sum(axis=1) for name in ("cash_kusd", "debt_kusd"))
    assert ended("lynas").history.total == pytest.approx(present_value(np.diff(cash - debt)[FIRST - 1 :]))


def test_an_owner_that_fails_loses_what_it_put_in_and_is_rid_of_its_debt() -> None:
    scenario = with_settings(
        history(), {"mines.payability": 0.1, "mechanisms.outside_separation": 0, "governments.japan.mine_support": 0}
    )
    record = simulate(prepare(scenario), SEED)
    m = record.prepared.names.mines.index("mount_weld_1")
    played = Played(scenario, record.history, 0, scenario.n_months - 1)
    failed = np.flatnonzero(failures(played, m))
    assert len(failed) == 1 == record.state.mines.bankrupt[m]
    before, after = failed[0] - 1, failed[0]
    cash, debt = (record.history.mines[:, m, MINE_COLUMNS.index(name)] for name in ("cash_kusd", "debt_kusd"))
    assert cash[before] < 0 == cash[after]
    assert earned_kusd(played, m)[after] == 0.0
    assert np.cumsum(earned_kusd(played, m))[after] == pytest.approx(cash[before])
    assert np.cumsum(owed_kusd(played, m))[after] == pytest.approx(0.0)
    assert debt[before] > 0


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_the_support_that_tokyo_pays_is_what_mines_did_not_lose(share: float) -> None:
    """Cash falls by the loss less the support, so that support is the share over the rest of what cash fell by."""
    scenario = with_settings(history(), {"governments.japan.mine_support": [{"from": "2010-01", "value": share}]})
    record = simulate(prepare(scenario), SEED)
    played = Played(scenario, record.history, 0, scenario.n_months - 1)
    paid, seen = np.zeros(scenario.n_months), np.arange(scenario.n_months) >= FIRST
    supported = np.flatnonzero(pack(scenario.at(scenario.end)).script.mine_support[:, -1] == share)
    assert len(supported) > 2
    for m in supported:
        status, cash = (record.history.mines[:, m, MINE_COLUMNS.index(name)] for name in ("status", "cash_kusd"))
        seen &= failures(played, m) == 0  # then cash is set to nothing
        paid[1:] += np.where(status[:-1] == 2, share / (1.0 - share) * np.maximum(0.0, -np.diff(cash)), 0.0)
    found = support_kusd(played, "japan")
    assert paid[seen].sum() > 1000
    assert seen.sum() > 180
    assert found[seen] == pytest.approx(paid[seen], rel=1e-9, abs=1e-6)


def test_a_game_that_has_not_begun_has_no_end_and_one_in_its_midst_counts_what_was_played() -> None:
    assert ending_of(begun("beijing")) is None
    ending = ending_of(begun("beijing").decide(0))
    assert ending is not None
    assert ending.months == ("2010-01", "2010-06")
    gain = plain().history.china_gain_kusd[FIRST : FIRST + 6].sum(axis=1)
    assert ending.history.total == pytest.approx(present_value(gain))


def test_the_sentence_says_the_total_the_best_reply_and_the_regret() -> None:
    ending = ended("beijing")
    best = next(outcome for outcome in ending.outcomes if outcome.name not in ("you", "history"))
    assert ending.best == best
    less = ending.history.total - ending.own.total
    assert ending.sentence.startswith(
        f"Beijing, 2010-01 to 2011-12: {ending.own.total:,.1f} M USD, {less:,.1f} less than history. "
    )
    assert f"among the {len(STRATEGIES['state'])} strategies of the catalogue" in ending.sentence
    assert ending.regret == best.total - ending.own.total > 0
    assert ending.sentence.endswith(
        f"was {best.name.replace('_', ' ')}: it would have earned {best.total:,.1f} M USD, {ending.regret:,.1f} more than you"
        " (your regret)."
    )


def test_a_player_who_beats_every_strategy_has_nothing_to_regret() -> None:
    ending = ended("beijing")
    won = ending._replace(outcomes=tuple(
        one._replace(total=1e6) if one.name == "you" else one for one in ending.outcomes
    ))  # fmt: skip
    assert won.regret == 0.0
    assert won.best == ending.best


def test_what_no_single_owner_can_play_is_listed_and_is_no_best_reply() -> None:
    ending = ended("lynas")
    fringe = next(one for one in ending.outcomes if one.name == "price_fringe")
    assert not fringe.is_reply
    assert {one.name for one in ending.replies} == {name for name in STRATEGIES["mine"] if ("mine", name) not in LEFT_OUT}
