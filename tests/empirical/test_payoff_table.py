"""The table of pay-offs: a market with a formula, single agents beside blocks, paired luck, sampling, resuming."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from reabm.empirical import payoff_table
from reabm.empirical.game_folder import PAYOFFS, SUMMARY, load_game, write_game
from reabm.empirical.kept import KEPT, KeptRuns
from reabm.empirical.payoff_table import Stopped, plan_of, play_table
from reabm.empirical.solve import candidates, solve
from reabm.empirical.worth import worth_reader
from reabm.engine.ensemble import Failed, Job, play_jobs
from reabm.engine.run import Prepared, Room, RunError, prepare
from reabm.games.normal_form import profile_regrets
from reabm.report.game_table import lines_of
from reabm.store import FolderError
from reabm.world.layout import Array
from tests.empirical.games_of_tests import BLOCK_GAME, COURNOT_GAME, HISTORY_GAME, cournot, game_of, history_game, play


def test_nobody_gains_by_leaving_cournots_outputs_and_somebody_does_everywhere_else() -> None:
    found = solve(cournot())
    assert found.pure == [(1, 1)]
    regrets = profile_regrets(found.payoffs)
    assert regrets[1, 1] == pytest.approx(0.0, abs=1e-9)
    assert np.delete(regrets.ravel(), 4).min() > 1.0  # M USD
    assert found.luck.probability[1, 1] == 1.0
    assert found.errors == pytest.approx(np.zeros_like(found.errors), abs=1e-9)  # no luck in this market


def test_colluding_pays_both_more_than_cournot_and_flooding_less_as_the_formula_says() -> None:
    payoffs = solve(cournot()).payoffs
    profit = {(0, 0): 400.0, (0, 1): 1000.0 / 3.0, (1, 0): 4000.0 / 9.0, (1, 1): 3200.0 / 9.0, (2, 0): 400.0}  # q (80 - 0.002 Q)
    for at, musd in profit.items():
        apart = payoffs[(0, *at)] - payoffs[0, 1, 1]
        assert apart == pytest.approx(musd - 3200.0 / 9.0, rel=0.02, abs=0.5)
    assert payoffs[0] == pytest.approx(payoffs[1].T)  # the mines are alike


def test_a_block_keeps_to_what_a_single_member_would_leave(tmp_path: Path) -> None:
    table, _ = play(game_of(BLOCK_GAME, tmp_path), tmp_path / "out")
    found = solve(table)
    assert found.candidates[0] in (0, 1)  # the pair colludes
    gains = {gain.agent: gain.gain for gain in found.alone if gain.profile == found.candidates[0]}
    assert set(gains) == {"first", "second"}  # a player of one agent has nobody who could leave it
    assert min(gains.values()) > 10.0
    assert gains["first"] == pytest.approx(gains["second"])
    pair = found.payoffs[0]
    assert pair[0].min() > pair[1].max() - 60.0


def test_the_run_of_a_profile_is_the_run_of_its_scenario_from_the_first_month() -> None:
    game, table = history_game()
    profile = (1, 1)
    number = int(np.ravel_multi_index(profile, game.shape))
    prepared = prepare(game.played(game.scenario, profile))
    first, last = game.first - game.scenario.start, game.scenario.n_months - 1
    read = worth_reader(prepare(game.scenario), game.agents, first, last)
    (found,) = play_jobs([Job(prepared, table.seeds[1])], read, workers=1, details=True)
    assert (found == table.payoffs[0, number, 1]).all()


def test_profiles_that_do_the_same_have_the_same_luck(tmp_path: Path) -> None:
    text = HISTORY_GAME.replace("open_trade, {name", "{name: as_before, plays: scripted_history}, {name")
    table, _ = play(game_of(text.replace("scale: 0.5", "scale: 1"), tmp_path), tmp_path / "out")
    same = table.payoffs[0].reshape(2, 2, -1, len(table.agents))
    assert np.array_equal(same[0], same[1], equal_nan=True)


def test_seeds_are_added_only_where_it_is_open_who_gains(tmp_path: Path) -> None:
    assert (cournot().n_seeds == 2).all()
    text = COURNOT_GAME.replace("start: 2, most: 2", "start: 2, step: 2, most: 6")
    table, _ = play(game_of(text, tmp_path), tmp_path / "out")
    assert (table.n_seeds == 2).all()  # without luck the first seeds settle it


def test_seeds_are_added_up_to_the_most_while_luck_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def luck_alone(prepared: Prepared, agents: Sequence[str], first: int, last: int) -> Callable[[Job, Room], Array]:
        def read(job: Job, room: Room) -> Array:
            played = str([(entry.path, entry.value) for entry in job.prepared.scenario.interventions])
            return np.full(len(agents), (-1.0) ** job.seed * (crc32(played.encode()) % 1009))  # now ahead, now behind

        return read

    monkeypatch.setattr(payoff_table, "worth_reader", luck_alone)
    game = game_of(HISTORY_GAME, tmp_path)
    table, kept = play(game, tmp_path / "out")
    assert table.n_seeds.min() >= game.seeds.start
    assert table.n_seeds.max() == game.seeds.most
    counts = {int(np.isfinite(each.payoffs).all(axis=1).sum()) for each in table.deviated}
    assert counts == {game.seeds.most}  # of single agents, too, none is settled by its first seeds
    KeptRuns(tmp_path / "again", plan_of(game), resume=False)
    again = KeptRuns(tmp_path / "again", plan_of(game), resume=True)
    again.found |= kept.found  # what a later round asked for is known before the first one is judged
    same = play_table(game, again, lambda table: candidates(table, game.candidates), 1)
    assert np.array_equal(same.payoffs, table.payoffs, equal_nan=True)


def test_parameter_sets_are_played_beside_the_central_one(tmp_path: Path) -> None:
    table, _ = play(game_of(HISTORY_GAME, tmp_path, n_sets=2, n_seeds=2), tmp_path / "out")
    assert table.payoffs.shape[:3] == (2, 4, 2)
    assert not np.array_equal(table.payoffs[0], table.payoffs[1])
    found = solve(table)
    assert found.parameters is not None
    alone, _ = play(game_of(HISTORY_GAME, tmp_path, n_seeds=2), tmp_path / "alone")
    assert np.array_equal(table.payoffs[0], alone.payoffs[0])  # other sets leave the central one as it is


def test_the_same_game_gives_the_same_bytes_with_any_number_of_workers(tmp_path: Path) -> None:
    written = []
    for workers in (1, 2):
        out = tmp_path / f"out{workers}"
        game = game_of(HISTORY_GAME, tmp_path)
        table, kept = play(game, out, workers)
        write_game(game, table, solve(table), kept, ["reabm", "game"])
        written.append([(out / name).read_bytes() for name in (PAYOFFS, SUMMARY)])
    assert written[0] == written[1]


def test_a_table_that_was_stopped_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    game = game_of(HISTORY_GAME, tmp_path)
    whole, kept = play(game, tmp_path / "whole")
    write_game(game, whole, solve(whole), kept, [])
    out, stop, played = tmp_path / "stopped", threading.Event(), [0]

    def count(words: str, done: int, total: int) -> None:
        played[0] = done
        if done == 5:
            stop.set()

    with pytest.raises(Stopped, match=r"interrupted: 5 runs are kept in"):
        play_table(game, KeptRuns(out, plan_of(game), resume=False), lambda table: [], 1, count, stop)
    assert played[0] == 5
    again = KeptRuns(out, plan_of(game), resume=True)
    assert len(again.found) == 5
    table = play_table(game, again, lambda table: candidates(table, game.candidates), 1)
    write_game(game, table, solve(table), again, [])
    for name in (PAYOFFS, SUMMARY):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not (out / KEPT).exists()
    with pytest.raises(FolderError, match="finished already"):
        KeptRuns(out, plan_of(game), resume=True)


def test_a_table_of_another_question_is_not_played_on(tmp_path: Path) -> None:
    game = game_of(HISTORY_GAME, tmp_path)
    KeptRuns(tmp_path / "out", plan_of(game), resume=False)
    other = game_of(HISTORY_GAME.replace("start: 3", "start: 4"), tmp_path)
    with pytest.raises(FolderError, match="its seeds is another"):
        KeptRuns(tmp_path / "out", plan_of(other), resume=True)
    with pytest.raises(FolderError, match="already exists"):
        KeptRuns(tmp_path / "out", plan_of(game), resume=False)
    with pytest.raises(FolderError, match="no game to resume"):
        KeptRuns(tmp_path / "nowhere", plan_of(game), resume=True)


def test_a_folder_gives_back_the_table_that_was_written(tmp_path: Path) -> None:
    game, table = history_game()
    kept = KeptRuns(tmp_path / "out", plan_of(game), resume=False)
    write_game(game, table, solve(table), kept, ["reabm", "game"])
    played = load_game(tmp_path / "out")
    assert np.array_equal(played.table.payoffs, table.payoffs, equal_nan=True)
    assert [each[:2] for each in played.table.deviated] == [each[:2] for each in table.deviated]
    assert played.solution.alone == solve(table).alone
    frame = (tmp_path / "out" / PAYOFFS).read_bytes()
    (tmp_path / "out" / PAYOFFS).write_bytes(frame[:-1] + b"x")
    with pytest.raises(FolderError, match="damaged"):
        load_game(tmp_path / "out")


def breaks(monkeypatch: pytest.MonkeyPatch, path: str, value: object, seeds: Sequence[int] = (3, 4, 5, 6, 7, 8)) -> None:
    """Months in which a lever is set to a value do not close with some seeds."""

    def reader(*about: object) -> Callable[[Job, Room], Array | Failed]:
        read = worth_reader(*about)  # type: ignore[arg-type]

        def broken(job: Job, room: Room) -> Array | Failed:
            is_set = any(entry.path == path and entry.value == value for entry in job.prepared.scenario.interventions)
            return Failed(job, "2006-04: oxide lost: 3 t, allowed 0.1") if is_set and job.seed in seeds else read(job, room)

        return broken

    monkeypatch.setattr(payoff_table, "worth_reader", reader)


def test_a_profile_that_closes_with_no_seed_ends_the_game_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, "export_quota.scale", 0.5)
    game = game_of(HISTORY_GAME, tmp_path)
    with pytest.raises(RunError) as error:
        play(game, tmp_path / "out")
    said = (
        "game.yaml: China tight, makers stay (and 1 more of 4 profiles): closes with none of 3 seeds "
        "(2006-04: oxide lost: 3 t, allowed 0.1); the game cannot be solved without it"
    )
    assert str(error.value).endswith(said)
    again = KeptRuns(tmp_path / "out", plan_of(game), resume=True)
    with pytest.raises(RunError, match="closes with none of 3 seeds; the game"):
        play_table(game, again, lambda table: [], 1)


def test_a_profile_that_closes_with_no_seed_of_another_parameter_set_names_the_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = game_of(HISTORY_GAME, tmp_path, n_sets=2, n_seeds=2)
    kept = KeptRuns(tmp_path / "out", plan_of(game), resume=False)
    for seed in range(2):
        kept.add(payoff_table.RunKey(1, 0, -1, seed), np.full(len(game.agents), np.nan))
    with pytest.raises(RunError, match=r"China open_trade, makers stay: closes with none of 2 seeds under parameter set 1; the"):
        play_table(game, kept, lambda table: [], 1)


def test_a_profile_that_closes_with_some_seeds_is_solved_with_those(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, "export_quota.scale", 0.5, seeds=(3,))
    table, _ = play(game_of(HISTORY_GAME, tmp_path), tmp_path / "out")
    assert table.n_failed == 2
    assert np.isfinite(solve(table).payoffs).all()


def test_a_single_agents_deviation_that_closes_with_no_seed_is_listed_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(monkeypatch, "strategies.tdk", "logit")
    game = game_of(HISTORY_GAME, tmp_path)
    table, kept = play(game, tmp_path / "out")
    assert any(np.isnan(each.payoffs).all() for each in table.deviated)
    found = solve(table)
    write_game(game, table, found, kept, [])
    played = load_game(tmp_path / "out")
    assert [(gain.agent, gain.choice, gain.n_seeds) for gain in played.solution.alone] == [
        (gain.agent, gain.choice, gain.n_seeds) for gain in found.alone
    ]
    assert {gain.agent for gain in found.alone if not gain.n_seeds} == {"tdk"}
    assert [line for line in lines_of(played) if line.startswith("no seed")] == [
        "no seed     tdk to logit: closes with no seed, and is no choice"
    ]
