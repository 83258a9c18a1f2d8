"""Who moved a line to China (or back), when it was decided, and who stood there before: the chain of followers.

The record has no start of building, but it has what a firm planned and what it had, month by month, and a firm builds what its
plan lacks on the day it decides: so the size of a move tells the month of its decision.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.app.in_force import params_of
from reabm.app.snapshot import Track
from reabm.rules.makers import HERDING, HOME, IN_CHINA
from reabm.world.history import MAKER_COLUMNS
from reabm.world.layout import Array
from reabm.world.state import LINES

YEAR = 12.0  # capacities are kept in t/month
PLAN = MAKER_COLUMNS.index("premium_plan_share")
BENEFIT = MAKER_COLUMNS.index("premium_benefit")
SAME = 1e-9  # two sizes of a plant are the same, as a share of the line


class Move(NamedTuple):
    """Capacity of one line of one firm that went to China, or came back."""

    maker: int  # row
    line: int
    decided: int  # month of the run in which building (closing) began
    is_exact: bool  # the size of the move tells that month; otherwise it is the first in which a step was due
    done: int  # month of the run in which the capacity shifted
    t_yr: float  # towards China; negative: closed there
    share: float  # of the firm's line
    others_share: float  # of the others' capacity that stood in China as it decided
    herding: float  # that term of the decision, as a share of unit cost
    benefit: float  # the sum of its terms
    before: tuple[int, ...]  # firms whose moves to China it had seen
    followed: tuple[int, ...]  # moves the same way (rows of the list) that were new to it since it last decided on the line


def has_firms(track: Track) -> bool:
    """Whether details of makers and importers are kept."""
    return bool(track.history.makers.shape[0])


def capacity_t(track: Track) -> Array:
    """Capacity by month, maker, line and place, t/month."""
    kept = track.history.makers[: track.played]
    return kept[:, :, : 3 * len(LINES)].reshape(len(kept), kept.shape[1], len(LINES), 3)


def others_in_china(track: Track) -> Array:
    """Share of the other foreign-owned makers' capacity that each one sees in China when it decides (months x makers).

    It is what stood there at the end of the month before; in the first month what the world opened with.
    """
    first = params_of(track, 0).makers
    seen = np.concatenate([first.opening_t[None], capacity_t(track)[:-1]]) if track.played else capacity_t(track)
    is_foreign = first.home > 0.5
    inside = seen[:, :, :, IN_CHINA].sum(axis=2) * is_foreign
    total = seen.sum(axis=(2, 3)) * is_foreign
    others, rest = inside.sum(axis=1, keepdims=True) - inside, total.sum(axis=1, keepdims=True) - total
    return np.where((rest > 1e-12) & is_foreign, others / np.maximum(rest, 1e-12), 0.0)


def moves(track: Track) -> list[Move]:
    """All moves of a run so far, in the order of their decisions."""
    if not has_firms(track) or track.played < 2:
        return []
    capacity, others = capacity_t(track), others_in_china(track)
    found = sorted(_found(track, capacity), key=lambda one: (one.decided, one.done, one.maker, one.line))
    listed: list[Move] = []
    last: dict[tuple[int, int], int] = {}
    for move in found:
        since = last.get((move.maker, move.line), -1)
        last[move.maker, move.line] = move.decided
        seen = [k for k, other in enumerate(found) if other.done < move.decided and other.maker != move.maker]
        listed.append(
            move._replace(
                others_share=float(others[move.decided, move.maker]),
                herding=float(track.history.move_terms[move.decided, move.maker, move.line, HERDING]),
                benefit=float(track.history.makers[move.decided, move.maker, BENEFIT + move.line]),
                before=tuple(dict.fromkeys(found[k].maker for k in seen if found[k].share > 0.0)),
                followed=tuple(k for k in seen if found[k].done >= since and found[k].share * move.share > 0.0),
            )
        )
    return listed


def _found(track: Track, capacity: Array) -> list[Move]:
    """Moves without what others did: every change of capacity in China that is not the scripted growth."""
    growth = np.array([params_of(track, row).makers.growth for row in range(1, track.played)])
    before = capacity[1:, :, :, IN_CHINA] / (1.0 + growth[:, :, None])
    moved = before - capacity[:-1, :, :, IN_CHINA]
    total = capacity[:-1].sum(axis=3)
    is_move = np.abs(moved) > SAME * np.maximum(total, 1e-12)
    is_move[:, params_of(track, 0).makers.home < 0.5] = False
    found = []
    free: dict[tuple[int, int], int] = {}
    for row, j, l in np.argwhere(is_move):
        done, maker, line = int(row) + 1, int(j), int(l)
        size = float(moved[row, j, l])
        decided, is_exact = _decision(track, capacity[:, maker, line], maker, line, size, free.get((maker, line), 0), done)
        free[maker, line] = done
        share = size / float(total[row, j, l])
        found.append(Move(maker, line, decided, is_exact, done, YEAR * size, share, 0.0, 0.0, 0.0, (), ()))
    return found


def _decision(
    track: Track, capacity: Array, maker: int, line: int, size: float, first: int, done: int
) -> tuple[int, bool]:  # fmt: skip
    """Month in which a move of a size was decided, between the line's last move and this one."""
    due = done
    for row in range(first, done):
        total = float(capacity[row].sum())
        step = float(track.history.makers[row, maker, PLAN + line]) - float(capacity[row, IN_CHINA]) / total
        wanted = (
            min(step * total, float(capacity[row, HOME])) if step > 0.0 else max(step * total, -float(capacity[row, IN_CHINA]))
        )
        if abs(wanted - size) <= SAME * total:
            return row, True
        if due == done and step * size > 0.0 and abs(step) >= params_of(track, row).knobs.makers.lump_share:
            due = row
    return due, False
