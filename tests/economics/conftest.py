"""One store of runs for all economic tests."""

from __future__ import annotations

import pytest

from tests.economics.plays import Plays


@pytest.fixture(scope="session")
def plays() -> Plays:
    """Runs of the shipped scenarios, each played once."""
    return Plays()
