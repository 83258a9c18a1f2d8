"""Runs played on from their folders, in a process of its own.

python -m tests.store.resume FOLDER MONTH [FOLDER MONTH ...]     prints one line for each: digests of all that the run holds
"""

from __future__ import annotations

import sys
from functools import cache

import reabm
from tests.engine.forks import bits


def main() -> None:
    """Play on and print digests."""
    read = cache(reabm.load_run)
    for folder, month in zip(sys.argv[1::2], sys.argv[2::2]):
        print(*bits(reabm.fork(read(folder), month).record).values())


if __name__ == "__main__":
    main()
