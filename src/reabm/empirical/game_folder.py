"""The folder of a game: the pay-off of every run, what was asked, a summary, and how it was made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from reabm.empirical.game import Deviation, Game, Player, Seeds, agents_of, deviations_at, n_profiles, players_of
from reabm.empirical.kept import KeptRuns
from reabm.empirical.payoff_table import Deviated, Table
from reabm.empirical.solve import Solution, actions, solve
from reabm.empirical.summary import summary_of
from reabm.scenario import Scenario, dump_scenario, load_scenario
from reabm.store.atomic import write_atomic
from reabm.store.manifest import MANIFEST, circumstances, file_about, sealed, sha256, versions, write_json
from reabm.store.naming import FolderError
from reabm.store.resume import PLAN
from reabm.store.table import Column, Words, parquet_bytes, read_frame
from reabm.store.table import Table as Columns
from reabm.store.whole import read_holding

HOLDS = "game"
SCENARIO, PAYOFFS, SUMMARY = "scenario.yaml", "payoffs.parquet", "summary.json"
NOBODY = ""  # in place of the agent that deviates


class PlayedGame(NamedTuple):
    """A game as it stands in its folder, solved again."""

    about: Mapping[str, Any]
    manifest: Mapping[str, Any]
    scenario: Scenario
    table: Table
    solution: Solution


def write_game(game: Game, table: Table, solution: Solution, kept: KeptRuns, command: Sequence[str]) -> None:
    """Write the table and what it says beside the plan; the manifest comes last and the files of single runs go."""
    folder = kept.folder
    files = {
        PAYOFFS: parquet_bytes(columns_of(table)),
        PLAN: (folder / PLAN).read_bytes(),
        SCENARIO: dump_scenario(game.scenario).encode(),
        SUMMARY: write_json(summary_of(game.about(), table, solution)),
    }
    for name, content in files.items():
        if name != PLAN:
            write_atomic(folder / name, content)
    hashes = {name: file_about(len(content), sha256(content)) for name, content in sorted(files.items())}
    manifest = {**versions(), "holds": HOLDS, "n_failed": table.n_failed, **circumstances(list(command)), "files": hashes}
    write_atomic(folder / MANIFEST, sealed(manifest))
    kept.drop()


def load_game(folder: Path) -> PlayedGame:
    """Read the folder of a finished game; every file is compared with its hash."""
    manifest, files = read_holding(folder, HOLDS, "no folder of a game")
    about = json.loads(files[PLAN])
    table = table_of(read_frame(files[PAYOFFS]), about, int(manifest["n_failed"]))
    return PlayedGame(about, manifest, load_scenario(folder / SCENARIO), table, solve(table))


def columns_of(table: Table) -> Columns:
    """One row a run: set, seed, what everybody did, who deviated, and what every player and agent got."""
    rows = list(_rows(table))
    payoffs = np.array([payoff for *_, payoff in rows])
    players = table.players
    found: Columns = {
        "set": Column(
            np.array([row[0] for row in rows], dtype=np.int32), "1", "parameter set; 0: that of the game that is solved"
        ),
        "seed": Column(np.array([row[1] for row in rows], dtype=np.int64), "1", "root of luck, the same for all profiles"),
    }
    for i, player in enumerate(players):
        codes = [actions(row[2], table.shape)[i] for row in rows]
        names = tuple(choice.name for choice in player.strategies)
        found[player.name] = _words(codes, names, f"strategy of {player.name}")
    who = (NOBODY, *table.agents)
    ways = (NOBODY, *dict.fromkeys(choice.name for player in players for choice in player.deviations))
    left = [row[3] for row in rows]
    found["deviates"] = _words([0 if d is None else who.index(d.agent) for d in left], who, "agent that leaves the profile alone")
    chosen = [NOBODY if d is None else players[d.player].deviations[d.choice].name for d in left]
    found["deviates_to"] = _words([ways.index(name) for name in chosen], ways, "what it does instead")
    for player in players:
        own = payoffs[:, [table.row(agent) for agent in player.paid]].sum(axis=1)
        found[f"payoff.{player.name}"] = Column(
            own, "M USD", f"pay-off of {player.name}, discounted to the first month that counts"
        )
    for k, agent in enumerate(table.agents):
        found[f"payoff_of.{agent}"] = Column(np.ascontiguousarray(payoffs[:, k]), "M USD", f"pay-off of {agent} alone")
    return found


def table_of(frame: pd.DataFrame, about: Mapping[str, Any], n_failed: int) -> Table:
    """The table that `columns_of` wrote."""
    players = players_of(about)
    agents = agents_of(players)
    seeds = Seeds(*about["seeds"])
    payoffs = np.full((len(about["sets"]), n_profiles(players), seeds.most, len(agents)), np.nan)
    values = frame[[f"payoff_of.{agent}" for agent in agents]].to_numpy(dtype=np.float64)
    shape = tuple(len(player.strategies) for player in players)
    codes = [_codes(frame, player.name, [choice.name for choice in player.strategies]) for player in players]
    profiles = np.ravel_multi_index(codes, shape)
    places = frame["seed"].to_numpy() - seeds.first
    leaves = frame["deviates"].astype(str).to_numpy()
    stays = leaves == NOBODY
    payoffs[frame["set"].to_numpy()[stays], profiles[stays], places[stays]] = values[stays]
    ways = frame["deviates_to"].astype(str).to_numpy()
    alone: dict[tuple[int, Deviation], Any] = {}
    left: set[int] = set()  # profiles that somebody leaves
    for n in np.flatnonzero(~stays):
        profile = int(profiles[n])
        if profile not in left:  # all ways to leave it: one that closes with no seed has no row, and was tried all the same
            left.add(profile)
            for each in deviations_at(players, actions(profile, shape)):
                alone[profile, each] = np.full((seeds.most, len(agents)), np.nan)
        alone[profile, _deviation(players, str(leaves[n]), str(ways[n]))][places[n]] = values[n]
    deviated = tuple(Deviated(profile, deviation, own) for (profile, deviation), own in alone.items())
    return Table(players, payoffs, deviated, tuple(range(seeds.first, seeds.first + seeds.most)), n_failed)


def _rows(table: Table) -> Iterator[tuple[int, int, int, Deviation | None, Any]]:
    for number in range(table.payoffs.shape[0]):
        for profile in range(table.payoffs.shape[1]):
            for place, payoff in _played(table.payoffs[number, profile]):
                yield number, table.seeds[place], profile, None, payoff
    for each in table.deviated:
        for place, payoff in _played(each.payoffs):
            yield 0, table.seeds[place], each.profile, each.deviation, payoff


def _played(payoffs: Any) -> Iterator[tuple[int, Any]]:
    for place in np.flatnonzero(np.isfinite(payoffs).all(axis=1)):
        yield int(place), payoffs[place]


def _words(codes: Iterable[int], names: Sequence[str], meaning: str) -> Column:
    return Column(Words(np.array(list(codes), dtype=np.int32), tuple(names)), "1", meaning)


def _codes(frame: pd.DataFrame, column: str, names: Sequence[str]) -> Any:
    place = {name: k for k, name in enumerate(names)}
    return frame[column].astype(str).map(place).to_numpy(dtype=np.intp)


def _deviation(players: Sequence[Player], agent: str, choice: str) -> Deviation:
    for i, player in enumerate(players):
        if agent in player.agents:
            return Deviation(i, agent, [own.name for own in player.deviations].index(choice))
    raise FolderError(f"{PAYOFFS}: damaged: {agent} plays for nobody")
