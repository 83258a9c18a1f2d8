"""A `reabm app` that says, at the signal SIGUSR1, what of its visitors is alive: `python -m tests.app.counting app --port 0`.

On its error output: a line `alive: {...}`, then what glibc says of its arenas (`Arena 0:` and so on); `given back` as often as
memory was handed back.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys
from collections import Counter
from functools import partial
from typing import Any

from reabm.app import memory, site
from reabm.cli import main
from tests.app.browser import Server, wait_for

COMMAND = (sys.executable, "-m", "tests.app.counting")
# A visitor's world, what is seen of it, what Solara keeps of the visitor, and what is drawn.
KINDS = ("Visit", "Runner", "Live", "World", "Snapshot", "VirtualKernelContext", "_RenderContext", "VueTemplate", "VueWidget")


def alive(server: Server) -> dict[str, int]:
    """What is alive in a server that was started by `COMMAND`: how many objects of each of `KINDS`."""
    before = len(_answers(server))
    os.kill(server.process.pid, signal.SIGUSR1)
    wait_for(lambda: len(_answers(server)) > before, 10)
    return dict(json.loads(_answers(server)[-1]))


def _answers(server: Server) -> list[str]:
    lines = server.said().splitlines(keepends=True)
    return [line.removeprefix("alive: ") for line in lines if line.startswith("alive: ") and line.endswith("\n")]


def _count() -> dict[str, int]:
    gc.collect()  # cycles that nobody holds are not alive
    interval = sys.getswitchinterval()
    sys.setswitchinterval(60.0)  # a tuple that another thread is filling must not be in two hands when that thread goes on
    try:
        found = Counter(kind.__name__ for each in gc.get_objects() for kind in type(each).__mro__)
    finally:
        sys.setswitchinterval(interval)
    return {kind: found[kind] for kind in KINDS}


def _say(*_: Any) -> None:
    print(f"alive: {json.dumps(_count())}\n", end="", file=sys.stderr, flush=True)
    ctypes.CDLL(None).malloc_stats()


def _give_back() -> None:
    memory.give_back()
    print("given back\n", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _say)
    site.GivesBack = partial(memory.GivesBack, _give_back)  # type: ignore[assignment,misc]
    main()
