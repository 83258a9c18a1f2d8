"""Series that are gathered by compiled code are those that are read one by one."""

from __future__ import annotations

import numpy as np

from reabm.engine.ensemble import Job, play_job
from reabm.engine.run import Room, prepare
from reabm.validation.gather import Gatherer
from reabm.validation.series import SERIES, series_of
from reabm.world.history import empty_history
from tests.validation.calibrations import history


def test_gathered_series_are_those_of_the_record_whatever_lay_in_the_room_before() -> None:
    prepared = prepare(history())
    room = Room(prepared.sizes, history=empty_history(prepared.sizes))
    names = [name for name, series in SERIES.items() if not series.parts]
    gather = Gatherer(prepared, room, names)
    months = prepared.sizes["months"]
    table = np.full((gather.n_series, 2 * months), -1.0)
    for n, seed in enumerate((7, 8)):
        play_job(Job(prepared, seed), room)
        gather(table, n * months, months)
        expected = series_of(room, names)
        for row, name in zip(table[:, n * months : (n + 1) * months], names):
            assert np.array_equal(row, expected[name], equal_nan=True), name
