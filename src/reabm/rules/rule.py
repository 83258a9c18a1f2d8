"""`@rule`: the only place that knows numba.

A rule is a function of numbers and arrays that is compiled when it is first called and read from a cache afterwards.
Numba's cache does not notice an edit in a function called from another file, so the cache folder is named by a hash of
all sources that hold rules: an edit anywhere means a fresh folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Callable, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

PACKAGE = Path(__file__).resolve().parents[1]
COMPILED_ROOMS = ("rules", "world", "engine")
KEPT_DAYS = 14  # caches of edited sources that nobody used for so long are removed


def sources_digest() -> str:
    """Short hash of every source file that can hold a rule, and of what compiles it."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {numba.__version__}".encode())
    for room in COMPILED_ROOMS:
        for path in sorted((PACKAGE / room).glob("*.py")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path | None:
    """Folder for compiled code, made if need be; None where nothing can be written."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base) / "reabm" / f"compiled-{sources_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
    except OSError:
        return None
    _drop_old_caches(folder)
    return folder


def _drop_old_caches(newest: Path) -> None:
    """Remove caches that no process has used for two weeks (each start of a process touches the one it uses)."""
    too_old = time.time() - KEPT_DAYS * 86_400
    for old in newest.parent.glob("compiled-*"):
        try:
            if old != newest and old.stat().st_mtime < too_old:
                shutil.rmtree(old)
        except OSError:
            continue  # another process is busy there: leave it


# Rows of elements are as long as a vector register or two: operations next to each other become one, in the same order.
numba.config.SLP_VECTORIZE = 1

if "NUMBA_CACHE_DIR" in os.environ:
    CACHE = True
else:
    _folder = _cache_folder()
    CACHE = _folder is not None
    if _folder is not None:
        numba.config.CACHE_DIR = str(_folder)


def rule(function: Function) -> Function:
    """Compile `function` without Python objects, releasing the interpreter lock; division by zero gives inf."""
    return numba.njit(cache=CACHE, nogil=True, error_model="numpy")(function)


def inline_rule(function: Function) -> Function:
    """As `rule`, for small rules with many arguments that are called in a loop: the call itself costs nothing."""
    return numba.njit(cache=CACHE, nogil=True, error_model="numpy", forceinline=True)(function)


def expanded_rule(function: Function) -> Function:
    """As `rule`, but written out into the compiled function that calls it, so that it is not compiled on its own.

    For the wrappers between the month and its rules: numba optimises every level of calls anew, which costs seconds.
    """
    return numba.njit(cache=CACHE, nogil=True, error_model="numpy", inline="always")(function)


def entry(compiled: Any, given: tuple[Any, ...]) -> Callable[..., Any]:
    """The machine code behind a rule for arguments of these very types, compiled if need be.

    Calling it skips numba's look at the type of each argument, which takes forty microseconds under the interpreter lock where
    groups of arrays are passed. It must only be called with arguments of the same types.
    """
    if numba.config.DISABLE_JIT:
        return compiled
    types = tuple(numba.typeof(value) for value in given)
    compiled.compile(types)
    code: Callable[..., Any] = compiled.overloads[types].entry_point
    return code
