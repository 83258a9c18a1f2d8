"""The table and the figure of indices beside leverage show what was computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reabm.leverage import rank_correlation
from reabm.leverage.rank import ranks
from reabm.report.index_figures import SHOWN, draw_index_ranks, index_ranks
from reabm.report.index_table import index_table
from tests.leverage.test_rank import frame_of, leverage_of

LOSSES = {24072 + 12 * k: float(loss) for k, loss in enumerate([5, 9, 3, 1, 7, 8, 2, 4, 6, 10, 11, 12])}


def frame() -> pd.DataFrame:
    """The first index is leverage, the last is the same at all dates."""
    values = [LOSSES, {at: -loss for at, loss in LOSSES.items()}, {at: at % 7 for at in LOSSES}, dict.fromkeys(LOSSES, 0.5)]
    return pd.concat([frame_of(one, index, stage) for one, (index, stage, _, _) in zip(values, SHOWN)], ignore_index=True)


def test_the_table_has_a_row_an_index_and_marks_what_is_hardly_chance() -> None:
    text = index_table(rank_correlation(leverage_of(LOSSES), frame()), "japan")
    lines = text.splitlines()
    assert lines[0].startswith("japan: Spearman's rank correlation over dates with the transferable leverage c*, 12 dates")
    assert lines[3].split() == ["china_share_value", "oxide", "1.00*"]
    assert lines[4].split() == ["hhi", "separated", "-1.00*"]
    assert lines[6].split() == ["chain_exposure", "worst_oxide", "–"]
    assert ": 2 of 3;" in lines[-1]
    with pytest.raises(ValueError, match="'usa'"):
        index_table(rank_correlation(leverage_of(LOSSES), frame()), "usa")


def test_the_figure_shows_ranks_of_leverage_and_of_each_index(tmp_path: Path) -> None:
    leverage = leverage_of(LOSSES)
    fig = index_ranks(leverage, frame(), ["japan"], 12)
    assert [ax.get_title(loc="left") or ax.get_title() for ax in fig.axes] == [name for _, _, name, _ in SHOWN]
    measured, first = fig.axes[0].lines
    np.testing.assert_array_equal(measured.get_ydata(), ranks(np.array(list(LOSSES.values()))))
    np.testing.assert_array_equal(first.get_ydata(), measured.get_ydata())
    assert [text.get_text() for text in fig.axes[1].texts] == ["rho = \N{MINUS SIGN}1.00"]
    assert [text.get_text() for text in fig.axes[3].texts] == ["the same at all dates"]
    one = draw_index_ranks(leverage, frame(), tmp_path / "one.png", ["japan"]).read_bytes()
    assert draw_index_ranks(leverage, frame(), tmp_path / "two.png", ["japan"]).read_bytes() == one
