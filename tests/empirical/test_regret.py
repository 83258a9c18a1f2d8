"""Regret: nothing where play is optimal on paper, much where an agent is made irrational, and never the luck of the draw."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reabm.empirical.deviations import LEFT_OUT, Deviation, deviations_of, has_choice
from reabm.empirical.regret import (
    COMMITTED,
    Asked,
    Stopped,
    Table,
    by_rule,
    exploitability,
    measure,
    regret_of,
    strategic_agents,
)
from reabm.empirical.regret_folder import begin_folder, finish_folder
from reabm.engine.run import prepare, simulate
from reabm.report.regret_page import regret_page
from reabm.report.regret_table import unclosed_lines
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import Scenario, find_configs, load_scenario, with_months, with_settings
from reabm.world.layout import Array

YEAR = 12
# The market of configs/verification/oligopoly.yaml: P = A - B Q (t a month), mines of cost C.
A, B, C = 100.0, 0.002, 20.0
CAPACITY_T = 50_000.0  # t a month
FIRMS = ("first", "second", "third")


@cache
def small(name: str) -> Scenario:
    return with_months(load_scenario(find_configs() / "verification" / f"{name}.yaml"), end="2005-12")


@cache
def history(end: str = "2014-12") -> Scenario:
    shipped = with_months(load_scenario(find_configs() / "scenarios" / "history.yaml"), end=end)
    return with_settings(shipped, {"plan.every_months": 60, "plan.horizon_months": 12, "plan.draws": 1})  # planners are slow


def cournot_t(n: int) -> float:
    return (A - C) / (B * (n + 1))


def oligopoly(tonnes: list[float]) -> Table:
    firms = FIRMS[: len(tonnes)]
    told = {f"mines.{firm}.output": each / CAPACITY_T for firm, each in zip(firms, tonnes)}
    return Table(Asked(with_settings(small("oligopoly"), told), firms, 0, YEAR - 1, 2, 2), workers=1)


def years_musd(kusd_a_month: float, rate: float = 0.05) -> float:
    """What comes in every month of the year but the first, in which nothing is paid yet."""
    return sum(kusd_a_month / 1000.0 / (1.0 + rate) ** (month / YEAR) for month in range(1, YEAR))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_nobody_regrets_what_it_sells_in_cournots_equilibrium(n: int) -> None:
    own = cournot_t(n)
    table = oligopoly([own] * n)
    for firm in FIRMS[:n]:
        found = regret_of(table, firm)
        assert found["regret_musd"] == 0.0
        lost = {each["name"]: each["gain_musd"] for each in found["tried"] if each["name"].startswith("output x")}
        assert len(lost) > 5
        for name, gain in lost.items():
            apart = (float(name.split()[-1]) - 1.0) * own
            assert gain == pytest.approx(-years_musd(B * apart**2), rel=1e-4), name  # a parabola with its top where it stands


def test_who_sells_too_much_regrets_it_by_what_the_best_reply_would_have_brought() -> None:
    right = cournot_t(2)
    wrong = 1.25 * right
    found = regret_of(oligopoly([wrong, right]), "first")
    assert found["best"] == "output x 0.8"  # back to what is right
    assert found["regret_musd"] == pytest.approx(years_musd(B * (wrong - right) ** 2), rel=1e-4)
    assert found["low_musd"] == pytest.approx(found["high_musd"])  # no luck in this world


def leader(name: str, lets_out_t: float, answers: Any, mine: str, capacity_t: float) -> Table:
    """A state that lets out so much (t a month) while mines outside answer."""
    rational = {
        "payoffs.domestic_users_weight": 1.0, "payoffs.environment_usd_kg": 0.0, "payoffs.reputation_musd": 0.0,
    }  # fmt: skip
    told = {"export_quota.t_per_year": YEAR * lets_out_t, f"mines.{mine}.output": answers(lets_out_t) / capacity_t}
    scenario = with_settings(small(name), rational | told)
    return Table(Asked(scenario, ("china_state",), 0, YEAR - 1, 2, 2), workers=1)


def other_quotas(lets_out_t: float, answers: Any, mine: str, capacity_t: float, commits: bool = True) -> list[Deviation]:
    """What else the leader may announce; what it announces is answered, if it commits itself."""
    found = []
    for factor in (0.8, 0.9, 0.97, 1.03, 1.1, 1.2):
        answer = answers(factor * lets_out_t if commits else lets_out_t)
        told = (("export_quota.t_per_year", YEAR * factor * lets_out_t), (f"mines.{mine}.output", answer / capacity_t))
        found.append(Deviation(f"x {factor:g}", told))
    return found


def home_line(name: str, mine: str) -> tuple[float, float]:
    """Price at home as a line in what is let out (t a month): its height at nothing, and its slope."""
    found = []
    for tonnes in (1000.0, 2000.0):
        told = {"export_quota.t_per_year": YEAR * tonnes, f"mines.{mine}.output": 0.02}
        found.append(simulate(prepare(with_settings(small(name), told))).history.delivered_usd_kg[5, 0, 0])
    slope = (found[1] - found[0]) / 1000.0
    return float(found[0] - 1000.0 * slope), float(slope)


def test_stackelbergs_leader_regrets_nothing_that_its_follower_answers() -> None:
    """P = (A + C - B L) / 2 once the follower answers; a tonne let out costs the state its price at home."""

    def answers(lets_out_t: float) -> float:
        return (A - C - B * lets_out_t) / (2.0 * B)

    height, slope = home_line("leader_followers", "first")
    best_t = ((A + C) / 2.0 - height) / (B + slope)
    table = leader("leader_followers", best_t, answers, "first", CAPACITY_T)
    found = regret_of(table, "china_state", other_quotas(best_t, answers, "first", CAPACITY_T))
    assert found["regret_musd"] == 0.0
    for each in found["tried"]:
        apart = (float(each["name"].split()[-1]) - 1.0) * best_t
        kusd = 0.5 * (B + slope) * apart**2
        assert each["gain_musd"] == pytest.approx(-years_musd(kusd) - kusd / 1000.0, rel=0.02)
    # Against a follower that has already chosen, the leader wishes it had let out less: that is what its commitment is for.
    tempted = regret_of(table, "china_state", other_quotas(best_t, answers, "first", CAPACITY_T, commits=False))
    assert tempted["regret_musd"] > 1.0
    assert tempted["best"] == "x 0.8"


def test_a_dominant_firm_regrets_nothing_beside_a_fringe_that_takes_its_price() -> None:
    """Use 60000 - 400 P t/yr, fringe 100 (P - 30) t/yr: P = (63000 - L) / 500; L = 29000 t/yr at a cost of 10 (case D1)."""

    def price(lets_out_t: float) -> float:
        return (63_000.0 - YEAR * lets_out_t) / 500.0

    def answers(lets_out_t: float) -> float:
        return 100.0 * (price(lets_out_t) - 30.0) / YEAR

    height, slope = home_line("dominant_firm", "fringe")
    best_t = (63_000.0 / 500.0 - height) / (2.0 * YEAR / 500.0 + slope)
    assert YEAR * best_t == pytest.approx(29_000.0, rel=0.01)
    table = leader("dominant_firm", best_t, answers, "fringe", 5_000.0)
    found = regret_of(table, "china_state", other_quotas(best_t, answers, "fringe", 5_000.0))
    assert found["regret_musd"] == 0.0
    assert all(each["gain_musd"] < 0.0 for each in found["tried"])
    wrong = regret_of(leader("dominant_firm", 0.8 * best_t, answers, "fringe", 5_000.0), "china_state",
                      [Deviation("right", other_quotas(best_t / 1.03, answers, "fringe", 5_000.0)[3].settings)])  # fmt: skip
    assert wrong["regret_musd"] > 1.0


# --- history --------------------------------------------------------------------------------------------------------------


def test_an_owner_who_is_told_to_build_at_a_loss_regrets_it() -> None:
    mine = "greenfield_nordic_heavy"
    told = {
        f"strategies.{mine}": "directed",
        f"mines.{mine}.build": [{"from": "2010-01", "value": 1}],
        f"mines.{mine}.output": 0.5,
    }
    table = Table(Asked(with_settings(history(), told), (mine,), 60, 119, 4, 4), workers=1)
    found = regret_of(table, mine)
    assert found["worth_musd"] < -10.0
    assert found["low_musd"] > 10.0
    stays_out = regret_of(Table(Asked(history(), (mine,), 60, 119, 4, 4), workers=1), mine)
    assert stays_out["regret_musd"] < 0.1 * found["regret_musd"]


def test_a_state_that_closes_its_exports_for_ever_regrets_it() -> None:
    closes = {"export_quota.t_per_year": [{"from": "2010-01", "value": 0.0}], "mechanisms.smuggling": 0}
    closes |= {
        f"embargo.{target}.share": [{"from": "2010-01", "value": 1.0}] for target in ("japan", "usa", "eu", "other_countries")
    }
    table = Table(Asked(with_settings(history(), closes), ("china_state",), 60, 119, 4, 4), workers=1)
    found = regret_of(table, "china_state")
    assert found["low_musd"] > 1000.0
    assert found["relative"] > 0.05


def test_a_deviation_begins_with_the_months_that_count_and_is_its_agents_alone() -> None:
    scenario = history()
    for agent in strategic_agents(scenario):
        for deviation in deviations_of(scenario, agent, 60):
            other = deviation.of(scenario, agent, 60)
            fresh = other.interventions[len(scenario.interventions) :]
            assert all(entry.from_ >= scenario.start + 60 for entry in fresh)
            assert other.settings == scenario.settings
            before, after = scenario.at(scenario.start + 59), other.at(scenario.start + 59)
            assert before.strategies == after.strategies
            then = other.at(scenario.end)
            changed = {name for name, own in then.strategies.items() if own != scenario.strategies[name]}
            assert changed <= {agent}
            assert fresh or deviation.cover_factor != 1.0


def test_every_strategy_of_the_catalogue_is_tried_but_those_that_are_left_out_with_a_reason() -> None:
    scenario = history()
    for agent, kind in (
        ("china_state", "state"),
        ("japan", "government"),
        ("mount_weld_2", "mine"),
        ("tdk", "maker"),
        ("mitsui", "importer"),
    ):
        names = {deviation.name for deviation in deviations_of(scenario, agent, 60)}
        left = {name for own, name in LEFT_OUT if own == kind}
        assert set(STRATEGIES[kind]) - left - {scenario.strategies[agent]} <= names
        assert left.isdisjoint(names)
        assert len(names) == len(deviations_of(scenario, agent, 60))


def test_chinese_makers_have_no_choice_and_committed_mines_play_a_date() -> None:
    scenario = history()
    assert not has_choice(scenario, "jl_mag")
    assert "jl_mag" not in strategic_agents(scenario)
    found = measure(Asked(with_months(scenario, end="2010-12"), ("lynas_expansion",), 60, 71, 2, 2), workers=1)
    assert found["lynas_expansion"]["rule"] == COMMITTED


# --- luck -----------------------------------------------------------------------------------------------------------------


class Noise:
    """A table in which deviations change nothing but the luck; `gain` is what the first one truly brings."""

    def __init__(self, root: int, gain: float = 0.0, seeds: int = 16, most: int = 16, spread: float = 10.0) -> None:
        self.asked = Asked(history(), ("mitsui",), 60, 119, seeds, most)
        self.root, self.gain, self.spread = root, gain, spread
        self.n_played = 0

    def worth(self, agent: str, seeds: Any) -> Array:
        return np.full(len(seeds), 100.0)

    def gains(self, agent: str, deviations: Any, seeds: Any) -> Array:
        self.n_played += len(deviations) * len(seeds)
        rows = []
        for deviation in deviations:
            number = int(deviation.name)
            luck = [np.random.default_rng([self.root, number, seed]).normal(0.0, self.spread) for seed in seeds]
            rows.append(np.array(luck) + (self.gain if number == 0 else 0.0))
        return np.array(rows)


def test_the_best_of_many_that_change_nothing_is_no_regret() -> None:
    """Chosen and measured on the same luck, it would look like a gain of some standard errors."""
    many = [Deviation(str(n)) for n in range(30)]
    gains, naive = [], []
    for root in range(60):
        table = Noise(root)
        gains.append(regret_of(table, "mitsui", many)["gain_musd"])  # type: ignore[arg-type]
        naive.append(table.gains("mitsui", many, range(16)).mean(axis=1).max())
    error = np.std(gains) / np.sqrt(len(gains))
    assert abs(np.mean(gains)) < 3.0 * error
    assert np.mean(naive) > 10.0 * error


def test_a_true_gain_is_found_among_many_and_its_interval_holds_it() -> None:
    many = [Deviation(str(n)) for n in range(10)]
    found = [regret_of(Noise(root, 20.0), "mitsui", many) for root in range(40)]  # type: ignore[arg-type]
    assert sum(own["best"] == "0" for own in found) >= 38
    held = [own["low_musd"] <= 20.0 <= own["high_musd"] for own in found]
    assert 0.7 < np.mean(held) <= 1.0


def test_more_seeds_follow_only_where_the_interval_covers_zero_and_it_matters() -> None:
    one = [Deviation("0")]
    sure = regret_of(Noise(1, 50.0, 16, 64), "mitsui", one)  # type: ignore[arg-type]
    assert len(sure["gains_musd"]) == 8
    lengths = [len(regret_of(Noise(root, 2.0, 16, 64), "mitsui", one)["gains_musd"]) for root in range(12)]  # type: ignore[arg-type]
    assert max(lengths) == 48  # measured once more, on luck that did not say whether to measure again
    tiny = [len(regret_of(Noise(root, 0.02, 16, 64, 0.1), "mitsui", one)["gains_musd"]) for root in range(12)]  # type: ignore[arg-type]
    assert max(tiny) == 8


def test_deviations_that_are_surely_worse_are_not_played_again() -> None:
    table = Noise(3, 500.0)
    regret_of(table, "mitsui", [Deviation(str(n)) for n in range(20)])  # type: ignore[arg-type]
    assert table.n_played == 20 * 4 + 4 + 8


def test_exploitability_is_the_sum_of_regrets_and_rules_are_judged_by_who_plays_them() -> None:
    scenario = history()
    agents = ("japan", "usa", "tdk", "hitachi_metals")
    found = measure(Asked(scenario, agents, 60, 119, 6, 6), workers=1)
    total, low, high = exploitability(found)
    assert total == pytest.approx(sum(own["regret_musd"] for own in found.values()))
    assert low <= total <= high
    rows = {(row["kind"], row["rule"]): row for row in by_rule(found)}
    assert rows.keys() == {("government", "scripted_history"), ("maker", "logit")}
    makers = [found[name]["regret_musd"] for name in ("tdk", "hitachi_metals")]
    assert rows["maker", "logit"]["mean_musd"] == pytest.approx(np.mean(makers))
    assert rows["maker", "logit"]["largest_musd"] == max(makers)


def test_workers_cannot_be_seen_in_the_result_and_a_stop_keeps_what_is_done() -> None:
    import threading

    asked = Asked(history("2012-12"), ("tdk", "japan"), 60, 95, 4, 8)
    one, two = measure(asked, workers=1), measure(asked, workers=2)
    assert one == two
    stop, kept = threading.Event(), {}

    def keep(agent: str, own: Any) -> None:
        kept[agent] = own
        stop.set()

    with pytest.raises(Stopped):
        measure(asked, keep=keep, stop=stop)
    assert list(kept) == ["tdk"]
    assert measure(asked, kept) == one


def test_looking_twice_calls_noise_a_gain_hardly_more_often_than_looking_once() -> None:
    one = [Deviation("0")]
    sure = [regret_of(Noise(root, 0.0, 16, 64), "mitsui", one)["low_musd"] > 0.0 for root in range(120)]  # type: ignore[arg-type]
    assert np.mean(sure) < 0.13  # one look: 0.07; looking after every batch: 0.21


def test_the_sum_of_regrets_lies_in_its_interval() -> None:
    generator = np.random.default_rng(3)
    found = {}
    for k in range(30):
        gains = generator.normal(-0.05, 1.0, size=8)
        found[str(k)] = {"gains_musd": gains.tolist(), "regret_musd": max(0.0, float(gains.mean()))}
    total, low, high = exploitability(found)
    assert low <= total <= high


class Broken(Noise):
    """Noise in which some deviations do not close with some seeds."""

    def __init__(self, broken: dict[int, range], root: int = 1, **more: Any) -> None:
        super().__init__(root, **more)
        self.broken = broken

    def gains(self, agent: str, deviations: Any, seeds: Any) -> Array:
        found = super().gains(agent, deviations, seeds)
        for row, deviation in zip(found, deviations, strict=True):
            row[[seed in self.broken.get(int(deviation.name), ()) for seed in seeds]] = np.nan
        return found


def test_a_deviation_that_closes_with_no_seed_is_listed_as_such_and_is_not_the_best() -> None:
    two = [Deviation("0"), Deviation("1")]
    found = regret_of(Broken({0: range(16)}, gain=500.0), "mitsui", two)  # type: ignore[arg-type]
    assert found["best"] in ("", "1")
    assert found["tried"][0] == {"name": "0", "gain_musd": None, "seeds": 0}
    assert found["tried"][1]["seeds"] >= 4
    assert found["failed"] == 4


def test_the_next_best_is_measured_where_the_best_closes_with_no_measuring_seed() -> None:
    """No gain was ever measured of it: nought to nought would be a claim."""
    both = [Deviation("0"), Deviation("1")]
    alone = regret_of(Broken({0: range(8, 64)}, gain=20.0, spread=0.1), "mitsui", both[:1])  # type: ignore[arg-type]
    assert (alone["best"], alone["gain_musd"], alone["gains_musd"]) == ("", 0.0, [])
    assert alone["tried"] == [{"name": "0", "gain_musd": None, "seeds": 8}]
    assert alone["failed"] == 8
    noisy = [Broken({0: range(8, 64)}, root=root, gain=5.0) for root in range(20)]
    bests = [regret_of(table, "mitsui", both)["best"] for table in noisy]  # type: ignore[arg-type]
    assert set(bests) == {"", "1"}  # the other one, where its luck promised anything


def test_what_does_not_close_is_said_where_regret_is_shown(tmp_path: Path) -> None:
    asked = Asked(history(), ("mitsui",), 60, 119, 16, 16)
    two = [Deviation("0"), Deviation("1")]
    found = {"mitsui": regret_of(Broken({0: range(16), 1: range(1)}, gain=500.0), "mitsui", two)}  # type: ignore[arg-type]
    folder, _ = begin_folder(asked, tmp_path / "out", resume=False)
    saved = finish_folder(asked, found, folder, [])
    assert unclosed_lines(saved) == [
        "Closes with no seed, and is no choice: mitsui 0.",
        "Closes with some seeds only, and is no choice: mitsui 1 (3).",
    ]
    page = regret_page(saved)
    assert "does not close" in page
    assert "nan" not in page.split("All deviations that were tried")[1].split("</details>")[0]
