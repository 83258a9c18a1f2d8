"""What a page says of assumptions and origin: counts of numbers by source, command, version, machine."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from reabm.report import html
from reabm.scenario import Scenario, list_numbers

N_SETTINGS = 40  # lines of what was changed


def assumed(scenario: Scenario, more: list[str] | None = None) -> str:
    """How many numbers have a source, and what was changed."""
    numbers = list_numbers(scenario)
    n_assumed = sum(number.is_assumption for number in numbers)
    partly = sum(number.is_partly_assumed for number in numbers)
    tiles = html.tiles({
        "Numbers in the scenario": (f"{len(numbers):,}", "each with unit and source"),
        "With a source": (f"{len(numbers) - n_assumed - partly:,}", "from documents or data"),
        "Source and judgement": (f"{partly:,}", "a source, and a judgement upon it"),
        "Assumptions": (f"{n_assumed:,}", "with a reason, without a source"),
    })  # fmt: skip
    off = [name for name, acts in scenario.mechanisms.items() if not acts]
    changed = [f"{path} = {value}" for path, value in scenario.settings.items()][:N_SETTINGS]
    lines = []
    if changed:
        lines.append(html.paragraph(f"Set for the whole run: {'; '.join(changed)}."))
    if off:
        lines.append(html.paragraph(f"Mechanisms switched off: {', '.join(off)}."))
    list_them = html.paragraph("reabm sources SCENARIO lists every number with its unit, source and reason.", is_note=True)
    return html.section("What is assumed", tiles, *lines, *(more or []), list_them)


def made(manifest: Mapping[str, Any], more: Mapping[str, str]) -> str:
    """Command, version and machine, from the manifest."""
    pairs = {
        "command": shlex.join(manifest.get("command", [])), **more, "reabm": str(manifest.get("reabm", "")),
        "commit": str(manifest.get("git") or "not from a checkout"), "made": str(manifest.get("created", "")),
        "python": str(manifest.get("python", "")),
        "libraries": ", ".join(f"{name} {version}" for name, version in manifest.get("libraries", {}).items()),
        "machine": f"{manifest.get('platform', '')}, {manifest.get('cpu', '')}",
    }  # fmt: skip
    return html.section("How it was made", html.facts(pairs, are_code=("command", "commit")))
