"""Tables of the documents, made from the code and the configuration: python -m reabm.report.document [--check] FILES.

A block between `<!-- generated: NAME -->` and `<!-- end -->` is replaced by the table NAME of `BLOCKS`. With `--check`
nothing is written and the exit code is 1 where a file is stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from reabm.report.document_code import RULES_ROOM, TICK, rules_table, schedule_table
from reabm.report.document_scripted import scripted_table
from reabm.report.document_world import (
    agents_table,
    assumptions_table,
    dimensions_table,
    directed_table,
    mechanisms_table,
    parameters_table,
    policy_table,
    scalars_table,
    state_table,
    strategies_table,
)
from reabm.report.markdown import table
from reabm.scenario import Scenario, find_configs, load_scenario
from reabm.store.tables import AGENT_COLUMNS
from reabm.study.outcomes import OUTCOMES
from reabm.world.history import MONTH_COLUMNS

MARKER = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
Block = Callable[[Scenario], str]


def _outcomes(_: Scenario) -> str:
    """Outcomes of the runs of an ensemble."""
    return table(("outcome", "unit", "meaning"), [(f"`{own.name}`", own.unit, own.sentence) for own in OUTCOMES.values()])


def _months(_scenario: Scenario) -> str:
    return table(("column", "unit", "meaning"), [(f"`{name}`", unit, meaning) for name, unit, meaning in MONTH_COLUMNS])


def _agent_columns(_scenario: Scenario) -> str:
    rows = [(f"`{name}`", unit, meaning) for name, (unit, meaning) in AGENT_COLUMNS.items()]
    return table(("column", "unit", "meaning"), rows)


BLOCKS: dict[str, Block] = {
    "agents": agents_table,
    "dimensions": dimensions_table,
    "state": state_table,
    "parameters": parameters_table,
    "scalars": scalars_table,
    "policy": policy_table,
    "directed": directed_table,
    "mechanisms": mechanisms_table,
    "strategies": strategies_table,
    "assumptions": assumptions_table,
    "scripted": scripted_table,
    "schedule": lambda _: schedule_table(TICK),
    "rules": lambda _: rules_table(RULES_ROOM),
    "month_columns": _months,
    "outcomes": _outcomes,
    "agent_columns": _agent_columns,
}


def renewed(text: str, scenario: Scenario) -> str:
    """A document with every generated block made anew; a block that nobody makes is a ValueError."""

    def block(found: re.Match[str]) -> str:
        name = found.group(2)
        if name not in BLOCKS:
            raise ValueError(f"nothing makes the block '{name}'; there are {', '.join(BLOCKS)}")
        return f"{found.group(1)}{BLOCKS[name](scenario)}{found.group(3)}"

    return MARKER.sub(block, text)


def reference_scenario() -> Scenario:
    """The scenario that the documents describe."""
    return load_scenario(find_configs() / "scenarios" / "history.yaml")


def main(arguments: Sequence[str]) -> int:
    """Renew (or with --check only compare) the files that are named."""
    files = [Path(name) for name in arguments if not name.startswith("-")]
    if not files:
        sys.stderr.write("document: name the files to renew, as docs/odd.md\n")
        return 2
    scenario = reference_scenario()
    stale = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        fresh = renewed(text, scenario)
        if fresh != text:
            stale.append(file)
            if "--check" not in arguments:
                file.write_text(fresh, encoding="utf-8")
    for file in stale:
        sys.stderr.write(f"document: {file} {'is stale; run make docs' if '--check' in arguments else 'renewed'}\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
