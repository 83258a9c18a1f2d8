"""Strategies of a user's own: a rule registered under a name, which scenarios may then choose like one that ships.

The month is not compiled anew for it. Before each month the rule is asked, agent by agent, with the world as last month left
it, and writes its agent's own choice into the state; the month then acts on that choice and overwrites it by no other rule.
What a rule of each kind has to write stands in CHOICES.

Own rules are asked one after the other: governments (the Chinese state among them), importers, mines, makers, users, each in the
order of its table. So an own rule sees what own rules that were asked before it have written for the month that comes; of all
others, whose rules ship or are asked later, it sees last month's choice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numba

from reabm.rules.strategies import OWN, STRATEGIES, Strategy

CHOICES = {
    "state": "all measures of `state.policy`",
    "government": "`subsidy_share`, `thrift_programme`, `reserve_months`, `venture_block`, `complained` of `state.governments`",
    "mine": "`hurdle_usd_kg` of `state.mines`: it builds once its expected basket is worth that (0: at once; 1e9: never)",
    "maker": "`plan_share` of `state.makers`: the share of each line that it wants in China",
    "importer": "`cover_months` and `risk_cover_months` of `state.importers`, with `risk_log`",
    "user": "`thrift` of `state.users`",
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_RULES: dict[int, Callable[..., Any]] = {}


def register_strategy(kind: str, name: str, rule: Callable[..., Any], sentence: str, sees: str) -> None:
    """Put a rule of one's own into the catalogue, for this process.

    Parameters
    ----------
    kind : "state", "government", "mine", "maker", "importer" or "user"
    name : what scenarios call it: small letters, digits and _
    rule : function (state, params, row, month) -> None of a kind that numba compiles, decorated by `reabm.rule` or plain. It
        reads anything of `state` (see `reabm.world.state.State`) and `params`, and writes what CHOICES says for its kind, in
        its own row only. `month` is the month of the run that comes next. It must draw no luck: forks and threads would differ
    sentence : what it does, for people
    sees : what it looks at, for people

    Raises
    ------
    ValueError
        Where the kind is unknown, or the name is taken by a strategy that ships. One's own may be registered anew.
    """
    if kind not in STRATEGIES:
        raise ValueError(f"kind is {kind!r}; allowed {', '.join(STRATEGIES)}")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"name is {name!r}; allowed small letters, digits and _, a letter first")
    known = STRATEGIES[kind].get(name)
    if known is not None and known.code < OWN:
        raise ValueError(f"name is {name!r}, which a strategy that ships has; take another")
    if not callable(rule):
        raise ValueError(f"rule is {rule!r}; it must be a function of state, params, row and month")
    is_compiled = hasattr(rule, "py_func") or numba.config.DISABLE_JIT
    code = int(OWN) + len(_RULES)  # never used again, so that worlds prepared before keep the rule they had
    _RULES[code] = rule if is_compiled else numba.njit(nogil=True, error_model="numpy")(rule)
    STRATEGIES[kind][name] = Strategy(code, sentence, sees, "own")


def forget_strategy(kind: str, name: str) -> None:
    """Take a strategy of one's own out of the catalogue; worlds prepared with it play on."""
    if name not in STRATEGIES.get(kind, {}) or STRATEGIES[kind][name].code < OWN:
        raise ValueError(f"no strategy {name!r} of one's own for the kind {kind!r}")
    del STRATEGIES[kind][name]


def own_rule(code: float) -> Callable[..., Any]:
    """The rule behind the code of a strategy of one's own."""
    return _RULES[int(code)]
