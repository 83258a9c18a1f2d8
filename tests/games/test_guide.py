"""The example of the guide, as it stands there."""

import re
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"


def test_the_small_game_of_the_guide_has_the_answers_that_its_comments_give() -> None:
    part = GUIDE.read_text(encoding="utf-8").partition("### Small games\n")[2]
    code = re.search(r"```python\n(.*?)```", part, re.DOTALL)
    assert code is not None
    found: dict[str, object] = {}
    exec(code.group(1), found)
    assert found["pure"] == [(0, 1), (1, 0)]
    row, column = found["mixed"]  # type: ignore[misc]
    assert (row[0], column[0]) == (pytest.approx(1 / 2), pytest.approx(1 / 3))
    assert found["regrets"][0, 1] == found["regrets"][1, 0] == 0.0  # type: ignore[index]
    assert sum(found["erring"][0]) == pytest.approx(1.0)  # type: ignore[index]
