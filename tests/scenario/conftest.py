"""The small world of the tests, in a folder of its own; its market holds every scalar of the table."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reabm.scenario import ScenarioError, dump_scenario, load_scenario
from reabm.world.knobs import SCALARS

SMALL_WORLD = Path(__file__).parent / "small_world"


def write_market(folder: Path) -> None:
    """A value in the middle of each scalar's range, so that a new scalar needs no new test data."""
    lines = ["# Scalars of the small test world.", "market:"]
    for lever in SCALARS:
        middle = (lever.low + min(lever.high, lever.low + 10)) / 2
        lines.append(
            f"  {lever.path}: {{value: {middle!r}, unit: {lever.unit}, "
            f"range: [{float(lever.low)!r}, {float(lever.high)!r}], source: textbook}}"
        )
    (folder / "market.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with base.yaml, sources.yaml and world/; read only."""
    folder = tmp_path_factory.mktemp("small") / "configs"
    shutil.copytree(SMALL_WORLD, folder)
    write_market(folder / "world")
    return folder


@pytest.fixture
def own_world(small_world: Path, tmp_path: Path) -> Path:
    """A copy of the small world that a test may change."""
    folder = tmp_path / "configs"
    shutil.copytree(small_world, folder)
    return folder


@pytest.fixture(scope="session")
def whole_text(small_world: Path) -> str:
    """The small scenario as one self-contained file."""
    return dump_scenario(load_scenario(small_world / "base.yaml"))


@pytest.fixture
def lines_of(tmp_path: Path) -> Callable[[str | bytes], list[str]]:
    """Lines of the error that a file with this content raises; none where it loads."""

    def lines(content: str | bytes) -> list[str]:
        file = tmp_path / "written.yaml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        try:
            load_scenario(file)
        except ScenarioError as error:
            return str(error).split("\n")
        return []

    return lines
