"""The thread that plays: commands in order, pictures published, ended when told to."""

import threading
import time

import pytest

from reabm.app.live import SPEEDS, Live
from reabm.app.picker import load_shipped
from reabm.app.runner import Runner

PATIENCE = 20.0  # seconds, on a busy machine


def opening():
    live = Live("history", load_shipped("history"))
    live.go_to(60)
    return live


@pytest.fixture
def runner():
    found = Runner(opening)
    yield found
    found.close()


def wait_for(runner, condition):
    """The first picture that meets a condition."""
    version, ends = 0, time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = runner.newer(version, timeout=1.0)
        if found is not None:
            version = found.version
            if condition(found):
                return found
    raise AssertionError(f"no such picture within {PATIENCE} s; the last: {runner.snapshot}")


def test_the_world_is_published_when_it_is_open(runner):
    assert wait_for(runner, lambda found: found.shown == 60).track.played == 60


def test_playing_goes_on_month_by_month_until_paused(runner):
    runner.do(lambda live: live.set_speed(SPEEDS[-1]))
    runner.do(lambda live: live.toggle())
    wait_for(runner, lambda found: found.shown >= 80)
    runner.do(lambda live: live.toggle())
    paused = wait_for(runner, lambda found: not found.is_playing)
    assert runner.newer(paused.version, timeout=0.3) is None


def test_versions_rise_and_months_of_a_played_run_never_fall(runner):
    runner.do(lambda live: live.set_speed(SPEEDS[-1]))
    runner.do(lambda live: live.toggle())
    versions, months = [], []
    while len(versions) < 10:
        found = runner.newer(versions[-1] if versions else 0, timeout=PATIENCE)
        assert found is not None
        versions.append(found.version)
        months.append(found.shown)
    assert versions == sorted(set(versions))
    assert months == sorted(months)


def test_commands_are_carried_out_in_their_order(runner):
    for at in (10, 90, 35):
        runner.do(lambda live, at=at: live.look_at(at))
    assert wait_for(runner, lambda found: found.shown == 35).track.played == 90


def test_a_refused_command_is_said_and_the_next_one_works(runner):
    runner.do(lambda live: live.change({"export_quota.scale": -1}))
    assert "export_quota.scale" in wait_for(runner, lambda found: found.message).message
    runner.do(lambda live: live.change({"export_quota.scale": 0.5}))
    assert wait_for(runner, lambda found: len(found.changes) == 1).message == ""


def test_a_closed_runner_ends_its_thread_while_playing():
    runner = Runner(opening)
    runner.do(lambda live: live.toggle())
    wait_for(runner, lambda found: found.is_playing)
    runner.close()
    ends = time.monotonic() + PATIENCE
    while runner.is_alive and time.monotonic() < ends:
        time.sleep(0.01)
    assert not runner.is_alive


def test_a_world_that_cannot_be_opened_is_a_fault_in_one_line():
    runner = Runner(lambda: Live("nothing", load_shipped("nothing")))
    ends = time.monotonic() + PATIENCE
    while not runner.fault and time.monotonic() < ends:
        time.sleep(0.01)
    assert "allowed history" in runner.fault
    assert runner.snapshot is None


def test_only_the_runners_own_thread_touches_its_world(runner):
    threads = []
    runner.do(lambda live: threads.append(threading.current_thread().name))
    runner.do(lambda live: live.step())
    wait_for(runner, lambda found: found.shown == 61)
    assert threads == ["reabm-world"]
