"""Which parameter sets a study plays: levers with their values, crossed in a grid or spread in a Latin hypercube."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import isfinite, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reabm.scenario.errors import Fault, ScenarioError, shown
from reabm.scenario.lever_table import STRATEGY_UNIT, SWITCH_UNIT, list_levers, plain_setting, setting_message
from reabm.scenario.scenario import Scenario
from reabm.scenario.yamlwords import meaning

if TYPE_CHECKING:
    import pandas as pd

type Value = float | str

MOST_STEPS = 10_000
MOST_SETS = 100_000
ORIGIN = "--vary"
FORMS = "path=low:high:steps or path=a,b,c"


class Varied(NamedTuple):
    """A lever and the values it takes: those listed, or a range of which a grid takes evenly spaced steps."""

    path: str
    values: tuple[Value, ...]  # of a range without steps: its two ends
    is_range: bool = False
    n_steps: int | None = None  # of a range


class Design(NamedTuple):
    """Parameter sets: set k gives lever `paths[i]` the value `points[k][i]`. Without paths there is one set, the scenario."""

    paths: tuple[str, ...] = ()
    points: tuple[tuple[Value, ...], ...] = ((),)

    def settings(self, number: int) -> dict[str, Value]:
        """Levers of a parameter set."""
        return dict(zip(self.paths, self.points[number]))


def parse_vary(written: str, place: int = 1) -> Varied:
    """A lever with its values from `path=low:high:steps`, `path=low:high` (Latin hypercube only) or `path=a,b,c`."""
    path, equals, text = (part.strip() for part in written.partition("="))
    if not equals or not path or not text:
        raise ScenarioError([Fault(ORIGIN, place, path or "path", f"got {shown(written)}; allowed {FORMS}")])
    if ":" in text:
        return _parse_range(path, text, place)
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise ScenarioError([Fault(ORIGIN, place, path, f"got {shown(text)} with an empty value; allowed a,b,c")])
    values = tuple(plain_setting(meaning(part)) for part in parts)
    if len(set(values)) < len(values):
        raise ScenarioError([Fault(ORIGIN, place, path, f"got {shown(text)} with a value twice; allowed each once")])
    return Varied(path, values)


def _parse_range(path: str, text: str, place: int) -> Varied:
    def refuse(message: str) -> ScenarioError:
        return ScenarioError([Fault(ORIGIN, place, path, message)])

    parts = [meaning(part.strip()) for part in text.split(":")]
    if len(parts) not in (2, 3) or any(isinstance(part, bool) or not isinstance(part, int | float) for part in parts):
        raise refuse(f"got {shown(text)}; allowed low:high:steps, three numbers")
    low, high = (float(part) for part in parts[:2])  # type: ignore[arg-type]
    if not (isfinite(low) and isfinite(high) and low < high):
        raise refuse(f"got {shown(text)}; allowed a low below the high")
    if len(parts) == 2:
        return Varied(path, (low, high), is_range=True)
    if not isinstance(parts[2], int) or not 2 <= parts[2] <= MOST_STEPS:
        raise refuse(f"got {shown(str(parts[2]))} steps; allowed 2 to {MOST_STEPS:,}")
    return Varied(path, (low, high), is_range=True, n_steps=parts[2])


def check_varied(varied: Sequence[Varied], scenarios: Iterable[Scenario], is_latin: bool = False) -> None:
    """Raise `ScenarioError`, one line a fault, where a scenario has no such lever or its values are not allowed."""
    faults = []
    for place, one in enumerate(varied, 1):
        if any(other.path == one.path for other in varied[: place - 1]):
            faults.append(Fault(ORIGIN, place, one.path, "got it twice; allowed each lever once"))
        if one.is_range and not is_latin and one.n_steps is None:
            found = ":".join(f"{float(value):g}" for value in one.values)
            faults.append(Fault(ORIGIN, place, one.path, f"got '{found}' for a grid; allowed {FORMS}"))
    for scenario in scenarios:
        levers = list_levers(scenario)
        for place, one in enumerate(varied, 1):
            lever = levers.get(one.path)
            if lever is not None and one.is_range and lever.unit in (STRATEGY_UNIT, SWITCH_UNIT):
                allowed = "names, path=a,b,c" if lever.unit == STRATEGY_UNIT else "path=0,1"
                faults.append(Fault(ORIGIN, place, one.path, f"got a range; allowed {allowed}"))
                continue
            messages = (setting_message(scenario, one.path, value, levers) for value in one.values)
            faults += [Fault(ORIGIN, place, one.path, message) for message in messages if message is not None]
    if faults:
        raise ScenarioError(faults)


def grid(varied: Sequence[Varied] | Mapping[str, Sequence[Value]]) -> Design:
    """Every combination of the values; the last lever changes fastest."""
    levers = _as_varied(varied)
    columns = [_steps(one) for one in levers]
    _refuse_too_many(prod(len(values) for values in columns))
    return Design(tuple(one.path for one in levers), tuple(product(*columns)))


def latin(varied: Sequence[Varied] | Mapping[str, Sequence[Value]], n_points: int, seed: int = 0) -> Design:
    """Points spread so that each lever's range is cut in `n_points` equal parts and each part is met once.

    A lever with listed values takes each of them equally often. In a mapping, two numbers are the ends of a range.
    """
    from scipy.stats import qmc

    if isinstance(varied, Mapping):
        levers = [Varied(path, tuple(values), is_range=_is_pair(values)) for path, values in varied.items()]
    else:
        levers = list(varied)
    _refuse_too_many(n_points)
    if not levers or n_points < 1:
        raise ValueError(f"got {len(levers)} levers and {n_points} points; a Latin hypercube needs 1 or more of each")
    places = qmc.LatinHypercube(d=len(levers), rng=np.random.default_rng(seed)).random(n_points)
    columns = [_spread(one, places[:, i]) for i, one in enumerate(levers)]
    return Design(tuple(one.path for one in levers), tuple(zip(*columns)))


def design_of(vary: Design | Mapping[str, Sequence[Value]] | pd.DataFrame | None) -> Design:
    """The parameter sets meant: a design, values by path (a grid of them), or a frame with a row a set and a column a path."""
    if vary is None:
        return Design()
    if isinstance(vary, Design):
        return vary
    if isinstance(vary, Mapping):
        return grid(vary)
    columns = [[plain_setting(value) for value in vary[path].tolist()] for path in vary.columns]
    return Design(tuple(str(path) for path in vary.columns), tuple(zip(*columns)))


def check_design(design: Design, scenarios: Iterable[Scenario]) -> None:
    """Raise `ScenarioError` for values that a scenario does not allow, each path and value looked at once."""
    check_varied([Varied(path, values) for path, values in zip(design.paths, unique_values(design))], scenarios)


def unique_values(design: Design) -> list[tuple[Value, ...]]:
    """The different values of each lever, in the order in which the sets meet them."""
    return [tuple(dict.fromkeys(column)) for column in zip(*design.points)] if design.paths else []


def _as_varied(varied: Sequence[Varied] | Mapping[str, Sequence[Value]]) -> Sequence[Varied]:
    if not isinstance(varied, Mapping):
        return varied
    return [Varied(path, tuple(plain_setting(value) for value in values)) for path, values in varied.items()]


def _steps(one: Varied) -> tuple[Value, ...]:
    if not one.is_range:
        return one.values
    low, high = one.values
    return tuple(_short(value) for value in np.linspace(float(low), float(high), one.n_steps or 2))


def _spread(one: Varied, places: np.ndarray[Any, np.dtype[np.float64]]) -> list[Value]:
    if not one.is_range:
        return [one.values[int(place * len(one.values))] for place in places]
    low, high = (float(value) for value in one.values)
    return [_short(low + place * (high - low)) for place in places]


def _short(value: float) -> float:
    """Twelve digits: what a person reads as 0.3 is 0.3."""
    return float(f"{value:.12g}")


def _is_pair(values: Sequence[Value]) -> bool:
    return len(values) == 2 and not any(isinstance(value, str) for value in values)


def _refuse_too_many(n_sets: int) -> None:
    if n_sets > MOST_SETS:
        raise ScenarioError([Fault(ORIGIN, 1, "sets", f"got {n_sets:,} parameter sets; allowed {MOST_SETS:,}")])
