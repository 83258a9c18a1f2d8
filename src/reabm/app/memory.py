"""Memory of the server: what a visitor who left used goes back to the machine.

Nothing of a visitor stays alive (a test holds that), yet the process would grow with visitors all the same. glibc gives each new
thread one of up to eight arenas a core; a visit has several short-lived threads, and a world's arrays freed in an arena leave
holes that the next visitor's threads, in other arenas, do not fill. So there is one arena, whose holes all threads fill, and the
pages free in it are handed back some seconds after somebody left. Other C libraries do not have these two calls: there nothing is
done.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable
from functools import cache

M_ARENA_MAX = -8  # of glibc's malloc.h
# The threads of a world that was left look up every half second, and Solara collects what is in cycles after one second.
UNTIL_LET_GO_S = 3.0


@cache
def _glibc() -> ctypes.CDLL | None:
    """The C library of this process; None where it is another one."""
    library = ctypes.CDLL(None) if os.name == "posix" else None
    return library if library is not None and hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


def share_one_arena() -> None:
    """Let all threads allocate in one arena; call it before they are started, since arenas that exist stay in use."""
    if library := _glibc():
        library.mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """Hand free pages back to the machine; tens of milliseconds, in which other threads run until they need new memory."""
    if library := _glibc():
        library.malloc_trim(0)


class GivesBack:
    """Hands pages back some seconds after somebody left, once for all who left meanwhile.

    Its thread is started with the site and lives as long: one that a visit's end started would hold that visit's kernel.
    """

    def __init__(self, give_back: Callable[[], object] = give_back, wait_s: float = UNTIL_LET_GO_S) -> None:
        self._give_back = give_back
        self._wait_s = wait_s
        self._has_left = threading.Event()
        threading.Thread(target=self._run, name="reabm-memory", daemon=True).start()

    def after_a_visit(self) -> None:
        """Somebody left, just now."""
        self._has_left.set()

    def _run(self) -> None:
        while True:
            self._has_left.wait()
            self._has_left.clear()  # before the wait: whoever leaves in it is not let go yet, and has a turn of their own
            time.sleep(self._wait_s)
            self._give_back()
