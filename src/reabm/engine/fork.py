"""Fork: the exact copy of a world in some month, played on with the same luck.

Nothing is drawn from a shared generator, so a scenario and a seed give every month back by replay, and a copy that is played
on differs from its parent by what was changed and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reabm.engine.run import (
    Prepared,
    Progress,
    RunRecord,
    World,
    fork_world,
    open_world_of,
    play_until,
    simulate,
)


def replay(prepared: Prepared, seed: int, month: int, details: bool = False) -> World:
    """The world at the start of a month (of the run; the number of months: at the end), played up to there."""
    return play_until(prepared, open_world_of(prepared, seed, details), month)


def replay_all(prepared: Prepared, seed: int, months: Iterable[int]) -> Iterator[World]:
    """The worlds at the start of some months, in their order, from one replay; each one is a copy."""
    world = open_world_of(prepared, seed, details=False)
    for month in sorted(set(months)):
        world = play_until(prepared, world, month)
        yield fork_world(prepared, world)


def world_in(record: RunRecord, month: int) -> World:
    """The world of a run at the start of a month, with what had been written down by then; an independent copy."""
    is_end = month == record.prepared.sizes["months"]
    block = record.block if is_end else replay(record.prepared, record.seed, month).block
    return fork_world(record.prepared, World(record.seed, month, block, record.history))


def play_on(prepared: Prepared, world: World, progress: Progress | None = None) -> RunRecord:
    """Play a copy of a world on to the end of a scenario with the same agents; the months before are the world's."""
    return simulate(prepared, world.seed, progress=progress, begin=world)
