"""Why an agent did what it did: the terms of its last decision, as the rules weigh them, with their sizes.

Every figure is the record's, or follows from it by the rule that the model used; what the record does not hold (draws of luck)
is said to be chance.
"""

from __future__ import annotations

from collections.abc import Callable

from reabm.app.reasons.common import Why
from reabm.app.reasons.importers import importer
from reabm.app.reasons.makers import maker
from reabm.app.reasons.mines import mine
from reabm.app.reasons.states import chinese_state, government
from reabm.app.roster import Agent, kind_of
from reabm.app.snapshot import Snapshot, Track

REASONS: dict[str, Callable[[Track, int, int], Why]] = {
    "state": chinese_state, "government": government, "maker": maker, "mine": mine, "importer": importer,
}  # fmt: skip


def why(snapshot: Snapshot, agent: Agent) -> Why:
    """The last decision of an agent up to the month on the screen."""
    return REASONS[kind_of(snapshot.track, agent)](snapshot.track, snapshot.row, agent.row)
