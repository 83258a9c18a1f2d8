"""What a played relocation study comes to: tables, numbers, and the folder in which it is kept."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reabm.empirical.relocation import (
    CHINA,
    HOME,
    Case,
    Push,
    Relocated,
    RelocationFile,
    RelocationStudy,
    Rest,
    relocated_of,
)
from reabm.empirical.relocation_theory import (
    APART,
    critical_herding,
    firms_of,
    global_threshold,
    identical_critical_herding,
    mean_cost,
    push_of,
    resting,
    total_of,
)
from reabm.scenario import dump_scenario, load_scenario
from reabm.store.manifest import write_json
from reabm.store.naming import FolderError
from reabm.store.whole import read_whole, write_whole
from reabm.world.layout import Array

HOLDS = "relocation"
STUDY, SUMMARY, SCENARIO, ARRAYS = "study.json", "summary.json", "scenario-world.yaml", "worlds.npz"
MOST_GONE = 0.1  # share in China at which makers count as kept at home
SURE = 2.0  # standard errors


class RelocationResult:
    """A study, what its worlds gave, and the tables that follow; each is made once."""

    def __init__(
        self, study: RelocationStudy, played: Relocated, folder: Path | None = None, manifest: dict[str, Any] | None = None
    ) -> None:
        self.study, self.played, self.folder, self.manifest = study, played, folder, manifest

    @cached_property
    def rest(self) -> pd.DataFrame:
        """Where makers rest from both starts, with theory of the same firms; one row for each herding and push."""
        rows = []
        precision = self.study.precision
        for herding in self.study.file.herding:
            for push in self.study.file.pushes:
                home, china = (self.played.rest[Case(push, herding, start)] for start in (HOME, CHINA))
                from_home, from_china = totals(home), totals(china)
                firms = firms_of(home)
                low, high = (total_of(firms, one) for one in resting(firms, precision, herding))
                apart = from_china - from_home  # on equal luck
                rows.append(
                    (herding, push.export_tax, push.subsidy, push_of(home), from_home.mean(), error(from_home), from_china.mean(),
                     error(from_china), apart.mean(), error(apart), low, high, mean_cost(home), global_threshold(home, herding))
                )  # fmt: skip
        names = [
            "herding", "export_tax", "subsidy", "push", "share_from_home", "error_from_home", "share_from_china",
            "error_from_china", "apart", "error_apart", "theory_low", "theory_high", "mean_cost", "global_threshold",
        ]  # fmt: skip
        table = pd.DataFrame(rows, columns=names)
        alone = table[table["herding"] == 0.0].set_index(["export_tax", "subsidy"])["apart"]
        both = list(zip(table["export_tax"], table["subsidy"], strict=True))
        table["apart_by_herding"] = table["apart"] - alone.loc[both].to_numpy()  # lumps and sunk plants are there without herding
        return table

    @cached_property
    def forced(self) -> pd.DataFrame:
        """What one firm's being in China moves of all the others' capacity, simulated and by theory."""
        rows = []
        study = self.study
        for push in study.file.forced.pushes:
            for herding in study.file.forced.herding:
                free = self.played.forced[Case(push, herding, HOME)]
                firms = firms_of(free)
                own = firms.weight.sum(axis=1)
                for j, firm in enumerate(study.firms):
                    moved, stays = (self.played.forced[Case(push, herding, HOME, firm, to)] for to in (CHINA, HOME))
                    others = [others_share(one, j) for one in (stays, free, moved)]
                    follow = others[2] - others[0]
                    by_theory = [
                        float(
                            np.delete(own, j)
                            @ np.delete(resting(firms, study.precision, herding, fixed=(j, to))[0], j)
                            / (1 - own[j])
                        )
                        for to in (HOME, CHINA)
                    ]
                    rows.append(
                        (push.export_tax, push.subsidy, herding, firm, own[j], *(one.mean() for one in others), follow.mean(),
                         error(follow), by_theory[1] - by_theory[0])
                    )  # fmt: skip
        names = [
            "export_tax", "subsidy", "herding", "firm", "share_of_capacity", "others_if_it_stays", "others_if_free",
            "others_if_it_moves", "follow", "error_follow", "follow_theory",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=names)

    @cached_property
    def ramps(self) -> pd.DataFrame:
        """The loops: push and share at the end of every step, down to the last subsidy and back."""
        n = len(self.study.file.ramp.subsidies)
        rows = []
        for k, herding in enumerate(self.study.file.ramp.herding):
            found = self.played.ramps[k].mean(axis=0)
            for step, (push, share) in enumerate(found):
                rows.append((herding, "out" if step < n else "back", step, push, share))
        return pd.DataFrame(rows, columns=["herding", "way", "step", "push", "share"])

    @cached_property
    def loops(self) -> pd.DataFrame:
        """Area between the way back and the way out of each ramp, with its standard error over the worlds."""
        rows = []
        for k, herding in enumerate(self.study.file.ramp.herding):
            areas = np.array([loop_area(one) for one in self.played.ramps[k]])
            rows.append((herding, areas.mean(), error(areas)))
        return pd.DataFrame(rows, columns=["herding", "area", "error"])

    @cached_property
    def subsidies(self) -> pd.DataFrame:
        """For each herding: the subsidy that keeps all but a tenth at home, that halves, simulated and by theory, at one gap."""
        tax = self.main_tax
        rows = []
        for herding in self.study.file.herding:
            own = self.rest[(self.rest["herding"] == herding) & (self.rest["export_tax"] == tax)].sort_values("subsidy")
            level = own["subsidy"].to_numpy()
            found = [
                falls_to(level, own[column].to_numpy(), share)
                for column in ("share_from_home", "share_from_china", "theory_low") for share in (MOST_GONE, 0.5)
            ]  # fmt: skip
            gap = float(own["push"].iloc[0] + own["subsidy"].iloc[0])
            cost = float(own[own["subsidy"] == level[0]]["mean_cost"].iloc[0])
            rows.append((herding, tax, gap, *found, gap - cost + herding / 2.0))
        names = [
            "herding", "export_tax", "gap", "keeps_from_home", "halves_from_home", "keeps_from_china", "halves_from_china",
            "keeps_theory", "halves_theory", "global_game",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=names)

    @property
    def main_tax(self) -> float:
        """The export tax at which most subsidies are tried."""
        taxes = [push.export_tax for push in self.study.file.pushes]
        return max(dict.fromkeys(taxes), key=taxes.count)

    @cached_property
    def critical(self) -> dict[str, float]:
        """Herding from which on two resting points exist: identical makers, these firms by theory, simulated."""
        most = self.study.file.herding[-1]
        push = next((one for one in self.study.file.pushes if one.subsidy == 0.0), self.study.file.pushes[-1])
        firms = firms_of(self.played.rest[Case(push, 0.0, HOME)])
        two = self.rest[
            (self.rest["apart_by_herding"] > max(APART, MOST_GONE)) & (self.rest["apart"] > SURE * self.rest["error_apart"])
        ]
        return {
            "own": self.study.own_herding,
            "identical": identical_critical_herding(self.study.precision),
            "firms": critical_herding(firms, self.study.precision, most),
            "simulated": float(two["herding"].min()) if len(two) else math.inf,
        }


def totals(rest: Rest) -> Array:
    """Share of all capacity in China by world, shape (seeds,)."""
    weight = rest.capacity_t.sum(axis=(1, 2))
    return np.asarray(rest.shares @ weight / weight.sum())


def others_share(rest: Rest, j: int) -> Array:
    """The same of all firms but one."""
    weight = rest.capacity_t.sum(axis=(1, 2))
    weight = np.where(np.arange(len(weight)) == j, 0.0, weight)
    return np.asarray(rest.shares @ weight / weight.sum())


def error(values: Array) -> float:
    """Standard error of a mean."""
    return float(values.std(ddof=1) / math.sqrt(len(values)))


def loop_area(steps: Array) -> float:
    """Area between the way back and the way out of a ramp, shape (steps, 2) of push and share; in share of capacity x of cost."""
    n = (len(steps) + 1) // 2
    out, back = steps[:n], steps[n - 1 :][::-1]
    grid = np.linspace(max(out[0, 0], back[0, 0]), min(out[-1, 0], back[-1, 0]), 201)
    gap = np.interp(grid, *back.T) - np.interp(grid, *out.T)
    return float(np.sum((gap[1:] + gap[:-1]) / 2.0 * np.diff(grid)))


def falls_to(level: Array, share: Array, wanted: float) -> float:
    """Least level, rising, from which on a share is at most what is wanted: 0 where it is so at once, inf where never."""
    above = np.flatnonzero(share > wanted)
    if not len(above):
        return float(level[0])
    last = int(above[-1])
    if last + 1 == len(level):
        return math.inf
    part = (share[last] - wanted) / (share[last] - share[last + 1])
    return float(level[last] + part * (level[last + 1] - level[last]))


TABLES: dict[str, Callable[[RelocationResult], pd.DataFrame]] = {
    "rest.csv": lambda result: result.rest,
    "forced.csv": lambda result: result.forced,
    "ramps.csv": lambda result: result.ramps,
    "loops.csv": lambda result: result.loops,
    "subsidies.csv": lambda result: result.subsidies,
}


def save_relocation(result: RelocationResult, folder: Path, is_named: bool = True, command: list[str] | None = None) -> Path:
    """Write the folder as a whole and return it; the same study gives the same bytes in every file but the manifest."""
    study, played = result.study, result.played
    content = io.BytesIO()
    arrays = {f"{kind}_{name}": np.array([getattr(rest, name) for rest in cases.values()])
              for kind, cases in (("rest", played.rest), ("forced", played.forced)) for name in Rest._fields}  # fmt: skip
    np.savez(content, **arrays, ramps=played.ramps, reference=played.reference)  # type: ignore[arg-type]
    files = {SCENARIO: dump_scenario(study.world).encode(), ARRAYS: content.getvalue()}
    files |= {STUDY: write_json(study.file.model_dump(mode="json")), SUMMARY: write_json(summary_of(result))}
    files |= {name: make(result).to_csv(index=False, lineterminator="\n").encode() for name, make in TABLES.items()}
    return write_whole(files, {"holds": HOLDS, "title": study.file.title}, folder, is_named, command)


def load_relocation(folder: str | PathLike[str]) -> RelocationResult:
    """Read the folder of a study; FolderError in one line where it is another, or damaged."""
    place = Path(folder)
    manifest, files = read_whole(place)
    if manifest.get("holds") != HOLDS:
        raise FolderError(f"{place}: holds no relocation study; it was not written by reabm study")
    study = RelocationStudy(RelocationFile.model_validate(json.loads(files[STUDY])), load_scenario(place / SCENARIO))
    with np.load(io.BytesIO(files[ARRAYS]), allow_pickle=False) as found:
        arrays = {kind: {name: found[f"{kind}_{name}"] for name in Rest._fields} for kind in ("rest", "forced")}
        played = relocated_of(
            study, {**arrays, "ramps": {"ramps": found["ramps"]}, "reference": {"reference": found["reference"]}}
        )
    return RelocationResult(study, played, place, manifest)


def summary_of(result: RelocationResult) -> dict[str, Any]:
    """The main numbers, for machines; every other stands in the tables beside it."""

    def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
        return [{key: _number(value) for key, value in row.items()} for row in table.to_dict("records")]

    home, china = result.played.reference
    return {
        "title": result.study.file.title,
        "seeds": result.study.file.seeds,
        "precision": result.study.precision,
        "critical_herding": {key: _number(value) for key, value in result.critical.items()},
        "loops": rows(result.loops),
        "subsidies": rows(result.subsidies),
        "reference": {"from_home": float(home.mean()), "from_china": float(china.mean())},
    }


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else ("unbounded" if math.isinf(value) else value)
    return value


def main_push(result: RelocationResult) -> Push:
    """The push without a subsidy at the main tax, or the strongest there is."""
    own = [push for push in result.study.file.pushes if push.export_tax == result.main_tax]
    return min(own, key=lambda push: push.subsidy)
