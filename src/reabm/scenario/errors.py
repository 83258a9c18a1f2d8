"""Faults of a scenario, each one line: where it is, what was found, what is allowed.

`configs/my.yaml:14: policy.crackdown.values: got -3; allowed 0 to 1`
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

MAX_FAULTS = 20  # a person mends the first few and tries again
MAX_NAMES = 20  # valid names that a message lists
MAX_COMPARED = 2_000  # valid names among which the nearest is looked for
MAX_SHOWN = 60  # characters of a found value that are repeated


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake of a scenario file."""

    file: str
    line: int
    field: str  # dotted path, list items as [0]
    message: str  # got ...; allowed ...; what to do

    def __str__(self) -> str:
        file = printable(self.file).replace(":", "_") or "scenario"
        field = re.sub(r"[^\w.\[\]]", "_", self.field)
        return f"{file}:{self.line}: {shorten(field, 120) or 'file'}: {printable(self.message)}"


class ScenarioError(ValueError):
    """A scenario that cannot be used; its text has one line for each fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        every = list(dict.fromkeys(faults))
        self.n_faults = len(every)
        self.faults = tuple(every[:MAX_FAULTS])
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Fault, ...]]]:
        return (ScenarioError, (self.faults,))  # a worker process hands it to its parent


def printable(text: str) -> str:
    """Text in one line: control and other invisible characters become escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def shorten(text: str, n: int = MAX_SHOWN) -> str:
    """Text of at most `n` characters; what was cut is shown by dots."""
    return text if len(text) <= n else text[: n - 3] + "..."


def shown(value: object) -> str:
    """A found value as a person would write it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{shorten(printable(value[: MAX_SHOWN + 1]))}'"
    if isinstance(value, dict):
        return f"a mapping of {len(value)} keys"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)} entries"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else "a very large number"
    return shorten(repr(value))


def nearest_name(name: str, names: Iterable[str]) -> str:
    """The closest valid name; nothing when none is close."""
    candidates = {candidate.lower(): candidate for candidate in islice(names, MAX_COMPARED)}
    close = difflib.get_close_matches(name[:80].lower(), candidates, n=1, cutoff=0.5)
    return candidates[close[0]] if close else ""


def nearest(name: str, names: Iterable[str]) -> str:
    """'did you mean ...?' with the closest valid name, or nothing when none is close."""
    close = nearest_name(name, names)
    return f"; did you mean {shorten(printable(close))}?" if close else ""


def one_of(names: Iterable[str]) -> str:
    """List of valid names; of a long one the first few."""
    every = [shorten(printable(name), 40) for name in names]
    if len(every) <= MAX_NAMES:
        return ", ".join(every) or "nothing here"
    return ", ".join(every[:6]) + f" and {len(every) - 6} more"
