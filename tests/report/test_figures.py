"""Figures are images of the expected size with something on them, the same for the same run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from reabm.report import palette
from reabm.report.canvas import DPI, WIDTH_IN, smooth, spans
from reabm.report.figures import FIGURES, draw_figures
from reabm.store import load_run
from tests.short_run import open_trade, two_years, with_embargo


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return draw_figures(with_embargo(), tmp_path_factory.mktemp("figures"))


def test_every_figure_is_drawn(drawn: list[Path]) -> None:
    assert [file.stem for file in drawn] == list(FIGURES)
    assert sorted(file.name for file in drawn[0].parent.iterdir()) == sorted(file.name for file in drawn)


def test_figures_have_their_size_and_are_not_empty(drawn: list[Path]) -> None:
    for file in drawn:
        image = imread(file)
        assert image.shape[1] == WIDTH_IN * DPI, file.name
        assert image.shape[0] > 0.4 * image.shape[1], file.name
        body = image[image.shape[0] // 5 : -image.shape[0] // 10, :, :3]
        assert np.mean(np.ptp(body.reshape(-1, 3), axis=1) > 0.2) > 0.003, f"{file.name}: hardly any colour"
        edge = np.concatenate([image[:3].reshape(-1, image.shape[2]), image[:, -3:].reshape(-1, image.shape[2])])
        assert (edge[:, :3] == 1.0).all(), f"{file.name}: something is cut off at the edge"


def test_a_run_from_its_folder_gives_the_same_figures(tmp_path: Path) -> None:
    saved = load_run(two_years().save(tmp_path / "run"))
    names = ("prices", "exports", "japan")
    now = draw_figures(two_years(), tmp_path / "now", names)
    later = draw_figures(saved, tmp_path / "later", names)
    assert [file.read_bytes() for file in now] == [file.read_bytes() for file in later]


def test_a_run_without_quota_or_embargo_can_be_drawn(tmp_path: Path) -> None:
    assert len(draw_figures(open_trade(), tmp_path)) == len(FIGURES)


def test_progress_is_told_of_each_figure(tmp_path: Path) -> None:
    told: list[int] = []
    draw_figures(two_years(), tmp_path, ("shares", "stocks"), progress=lambda: told.append(1))
    assert len(told) == 2


def test_colours_of_a_kind_differ() -> None:
    for kind in (palette.ELEMENTS, palette.ZONES, palette.DESTINATIONS, palette.CHANNELS, palette.COUNTRIES, palette.STAGES):
        assert len(set(kind.values())) == len(kind)
    assert palette.colour(palette.ELEMENTS, "Sc") == palette.colour(palette.ELEMENTS, "Sc")


def test_every_element_of_the_reference_world_has_its_colour() -> None:
    assert set(two_years().scenario.elements) <= set(palette.ELEMENTS)


def test_smoothing_is_the_mean_of_the_months_so_far_and_then_of_twelve() -> None:
    values = np.arange(30.0)
    expected = [values[max(0, i - 11) : i + 1].mean() for i in range(30)]
    np.testing.assert_allclose(smooth(values), expected)


def test_spans_are_the_stretches_in_which_something_holds() -> None:
    holds = np.zeros(24, dtype=bool)
    holds[[0, 1, 5, 23]] = True
    expected = [(2005.0, 2005 + 2 / 12), (2005 + 5 / 12, 2005 + 6 / 12), (2005 + 23 / 12, 2007.0)]
    np.testing.assert_allclose(spans(two_years(), holds), expected)
