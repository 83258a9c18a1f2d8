"""How time is taken: the best of several, and apart from what this process has done before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]


def best_ms(call: Callable[[], object], n: int, clock: Callable[[], int] = time.perf_counter_ns) -> float:
    """Shortest of n times, in milliseconds."""
    best = np.inf
    for _ in range(n):
        start = clock()
        call()
        best = min(best, (clock() - start) / 1e6)
    return float(best)


def in_new_process(arguments: list[str], **environment: str) -> tuple[str, float]:
    """Output and seconds of a fresh interpreter."""
    start = time.perf_counter()
    places = os.pathsep.join([str(ROOT / "src"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {**os.environ, "PYTHONPATH": places, **environment}
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=own, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"bench: {' '.join(arguments[:3])} failed:\n{done.stderr[-2000:]}")
    return done.stdout, time.perf_counter() - start


def apart(function: Callable[..., Any], **arguments: Any) -> Any:
    """What a function gives in a fresh interpreter, as JSON would hold it: its memory is then its own."""
    call = (
        f"import json\nfrom {function.__module__} import {function.__name__} as asked\n"
        f"print(json.dumps(asked(**json.loads({json.dumps(arguments)!r}))))"
    )
    return json.loads(in_new_process(["-c", call])[0].splitlines()[-1])


def exponent(sizes: Any, costs: Any) -> float:
    """Slope of log cost on log size: 1 is linear."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])
