"""What the documents say of the code: the schedule of the month and the catalogue of rules, read from the sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from reabm.report.markdown import table

SOURCES = Path(__file__).resolve().parents[1]
TICK = SOURCES / "engine" / "tick.py"
RULES_ROOM = SOURCES / "rules"
RULE_WORDS = ("rule", "inline_rule")
STAGE = re.compile(r"^# --- (\d+) (.+?) -+$")
SOURCE = re.compile(r"Source: (.+?)(?:\n\s*\n|\Z)", re.DOTALL)
ASSUMED = "a project assumption"


def rules_table(room: Path) -> str:
    """Every public rule: module, name, first sentence, source."""
    rows = []
    for file in sorted(room.glob("*.py")):
        for function in _rules_of(file):
            doc = ast.get_docstring(function) or ""
            rows.append((f"`{file.stem}.{function.name}`", first_sentence(doc), source_of(doc)))
    return table(("rule", "what it does", "source"), rows)


def _rules_of(file: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            names = {word.id for word in node.decorator_list if isinstance(word, ast.Name)}
            if names.intersection(RULE_WORDS):
                yield node


def first_sentence(doc: str) -> str:
    """First paragraph of a docstring, to its first full stop that ends a sentence."""
    paragraph = " ".join(doc.split("\n\n")[0].split())
    return re.split(r"(?<=[.])\s+(?=[A-Z])", paragraph)[0]


def source_of(doc: str) -> str:
    """What a docstring names as its source; empty for book-keeping."""
    found = SOURCE.search(doc)
    if found:
        return " ".join(found.group(1).split())
    return "A project assumption" if ASSUMED in doc.lower() else ""


def schedule_table(tick: Path) -> str:
    """The month, step by step, as `play_month` calls it: stage, step, for whom, what happens, by which rules."""
    text = tick.read_text(encoding="utf-8")
    functions = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    stages = [(number, found) for number, line in enumerate(text.splitlines(), 1) if (found := STAGE.match(line))]
    rows = []
    for name, whom in _steps(functions["play_month"]):
        step = functions[name]
        stage = next(found for number, found in reversed(stages) if number < step.lineno)
        doc = first_sentence(ast.get_docstring(step) or "")
        rules = ", ".join(f"`{rule}`" for rule in dict.fromkeys(_rules_called(step, functions)))
        rows.append((f"{stage.group(1)} {stage.group(2)}", f"`{name}`", whom, doc, rules))
    return table(("stage", "step", "for each of", "what happens", "rules"), rows)


def _steps(play_month: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    for node in play_month.body:
        if isinstance(node, ast.For):
            whom = re.search(r"params\.(\w+)\.", ast.unparse(node.iter))
            for inner in node.body:
                yield _called(inner), whom.group(1) if whom else ""
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield _called(node), ""


def _called(statement: ast.stmt) -> str:
    call = next(node for node in ast.walk(statement) if isinstance(node, ast.Call))
    return ast.unparse(call.func)


def _rules_called(step: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> Iterator[str]:
    calls = [node for node in ast.walk(step) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            module = "accounts" if call.func.value.id == "money" else call.func.value.id
            yield f"{module}.{call.func.attr}"
        elif isinstance(call.func, ast.Name) and call.func.id in functions:
            yield from _rules_called(functions[call.func.id], functions)
