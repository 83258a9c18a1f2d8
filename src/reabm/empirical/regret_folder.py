"""The folder of measured regret: agents that are finished while others are still played, then the whole with a manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from reabm.empirical.regret import LEVEL, Asked, Found, by_rule, exploitability
from reabm.scenario import Scenario, dump_scenario, load_scenario
from reabm.scenario.months import month_text
from reabm.store.atomic import write_atomic
from reabm.store.code import code_digest, scenario_digest
from reabm.store.manifest import MANIFEST, circumstances, file_about, sealed, sha256, versions, write_json
from reabm.store.naming import RUNS, FolderError, check_free, numbered, scenario_stem
from reabm.store.whole import read_whole

HOLDS = "regret"
PLAN, SCENARIO, SUMMARY, KEPT = "plan.json", "scenario.yaml", "summary.json", "kept"
TABLE, GAINS, TRIED = "regret.csv", "gains.csv", "tried.csv"
ROOMS = ("rules", "world", "engine", "scenario", "games", "empirical")
APART = ("gains_musd", "tried")  # of an agent: in tables of their own


class SavedRegret(NamedTuple):
    """Regret as it stands in its folder."""

    folder: Path
    manifest: Mapping[str, Any]
    scenario: Scenario
    summary: Mapping[str, Any]
    table: pd.DataFrame  # one row an agent
    gains: pd.DataFrame  # agent, number (of the measuring seed), gain_musd of the chosen deviation
    tried: pd.DataFrame  # agent, deviation, gain_musd on choosing seeds (NaN: left out), seeds with which it closes


def plan_of(asked: Asked) -> dict[str, Any]:
    """What must be the same for a measuring to be resumed."""
    return {
        "scenario": scenario_digest(asked.scenario), "code": code_digest(ROOMS), "agents": list(asked.agents),
        "from": month_text(asked.scenario.start + asked.first), "to": month_text(asked.scenario.start + asked.last),
        "seeds": asked.seeds, "most_seeds": asked.most,
    }  # fmt: skip


def begin_folder(asked: Asked, out: Path | None, resume: bool) -> tuple[Path, dict[str, Found]]:
    """A new folder, or one that was interrupted with the agents that are finished in it.

    Raises
    ------
    FolderError
        In one line: taken, finished already, or of another question.
    """
    wanted = RUNS / f"{scenario_stem(asked.scenario)}-regret" if out is None else out
    plan = plan_of(asked)
    if not resume:
        if out is None:
            wanted = next(name for name in numbered(wanted) if not name.exists())
        check_free(wanted)
        try:
            (wanted / KEPT).mkdir(parents=True)
        except OSError as error:
            raise FolderError(f"{wanted}: cannot be written: {error.strerror or error}") from error
        write_atomic(wanted / PLAN, write_json(plan))
        return wanted, {}
    if (wanted / MANIFEST).exists():
        raise FolderError(f"{wanted}: finished already; look at it with reabm report {wanted}, or name another --out")
    try:
        known = json.loads((wanted / PLAN).read_bytes())
        kept = {file.stem: json.loads(file.read_bytes()) for file in sorted((wanted / KEPT).glob("*.json"))}
    except OSError:
        raise FolderError(f"{wanted}: no regret to resume: it has no {PLAN}") from None
    except ValueError:
        raise FolderError(f"{wanted}: damaged; start anew with another --out") from None
    for key, value in plan.items():
        if not isinstance(known, dict) or known.get(key) != value:
            raise FolderError(f"{wanted}: cannot be resumed: its {key} is another; start anew with another --out")
    return wanted, kept


def keep_agent(folder: Path, agent: str, found: Found) -> None:
    """Keep an agent that is finished."""
    write_atomic(folder / KEPT / f"{agent}.json", write_json(found))


def finish_folder(asked: Asked, found: Mapping[str, Found], folder: Path, command: list[str]) -> SavedRegret:
    """Write tables and summary, the manifest last; the files of single agents go."""
    files = {
        PLAN: write_json(plan_of(asked)),
        SCENARIO: dump_scenario(asked.scenario).encode(),
        SUMMARY: write_json(summary_of(asked, found)),
        TABLE: _csv(pd.DataFrame([_row(own) for own in found.values()])),
        GAINS: _csv(_long(found, "gains_musd")),
        TRIED: _csv(_long(found, "tried")),
    }
    for name, content in files.items():
        write_atomic(folder / name, content)
    hashes = {name: file_about(len(content), sha256(content)) for name, content in sorted(files.items())}
    write_atomic(folder / MANIFEST, sealed({**versions(), "holds": HOLDS, **circumstances(command), "files": hashes}))
    for file in (folder / KEPT).glob("*"):
        file.unlink()
    (folder / KEPT).rmdir()
    return load_regret(folder)


def load_regret(folder: Path) -> SavedRegret:
    """Read a finished folder; every file is compared with its hash."""
    manifest, files = read_whole(folder)
    if manifest.get("holds") != HOLDS:
        raise FolderError(f"{folder}: holds no regret; it was not written by reabm regret")
    frames = (pd.read_csv(folder / name, keep_default_na=False, na_values=[""]) for name in (TABLE, GAINS, TRIED))
    table, gains, tried = frames
    table["best"] = table["best"].astype(object).fillna("")  # all empty, the column was read as numbers
    return SavedRegret(folder, manifest, load_scenario(folder / SCENARIO), json.loads(files[SUMMARY]), table, gains, tried)


def summary_of(asked: Asked, found: Mapping[str, Found]) -> dict[str, Any]:
    """What was asked, exploitability, regret by rule, and each agent."""
    total, low, high = exploitability(found)
    plan = plan_of(asked)
    return {
        "scenario": asked.scenario.title,
        "from": plan["from"],
        "to": plan["to"],
        "seeds": asked.seeds,
        "level": LEVEL,
        "exploitability_musd": total,
        "exploitability_low_musd": low,
        "exploitability_high_musd": high,
        "n_agents": len(found),
        "n_deviations": sum(len(own["tried"]) for own in found.values()),
        "n_failed": sum(own["failed"] for own in found.values()),
        "by_rule": by_rule(found),
        "agents": {agent: _row(own) for agent, own in found.items()},
    }


def _row(own: Found) -> dict[str, Any]:
    return {key: value for key, value in own.items() if key not in APART} | {"seeds": len(own["gains_musd"])}


def _long(found: Mapping[str, Found], what: str) -> pd.DataFrame:
    """One row a seed, or one a deviation."""
    rows: list[dict[str, Any]] = []
    for agent, own in found.items():
        for n, each in enumerate(own[what]):
            rows.append({"agent": agent, **({"number": n, "gain_musd": each} if what == "gains_musd" else each)})
    columns = ["agent", "number", "gain_musd"] if what == "gains_musd" else ["agent", "name", "gain_musd", "seeds"]
    return pd.DataFrame(rows, columns=columns)


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
