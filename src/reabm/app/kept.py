"""What a tab keeps for a visit: made when it is first wanted, the same one for every tab, let go with the visit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from reabm.app.visit import Visit

_kept: WeakKeyDictionary[Visit, dict[Any, Any]] = WeakKeyDictionary()
_lock = threading.Lock()


def kept[T](visit: Visit, make: Callable[[], T], close: Callable[[T], object]) -> T:
    """The one thing that `make` made for this visit; `close` ends it with the visit. It must not hold the visit itself."""
    with _lock:
        own = _kept.setdefault(visit, {})
        if make not in own:
            made = make()
            own[make] = made
            visit.on_close(lambda: close(made))
        found: T = own[make]
        return found
