"""Figures and tables of ensembles show every panel, also where values are missing."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from rich.console import Console

import reabm
from reabm.report.ensemble_figures import draw_ensemble, fan_chart, responses
from reabm.report.ensemble_table import outcomes_table
from reabm.study import latin
from reabm.study.fans import FAN_COLUMNS, Fans
from reabm.study.outcomes import HEADLINE
from reabm.study.plan import Plan, named
from tests.short_run import history

QUOTA, STATE = "export_quota.scale", "strategies.china_state"


@pytest.fixture(scope="module")
def study() -> pd.DataFrame:
    vary = {QUOTA: [0.5, 1.0, 1.5], STATE: ["scripted_history", "open_trade"]}
    return reabm.ensemble({"a": history("2005-06"), "b": history("2005-09")}, seeds=range(6), vary=vary, keep="summary")


def text_of(table: object, width: int = 200) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def test_every_figure_is_drawn_and_the_same_runs_give_the_same_bytes(study: pd.DataFrame, tmp_path: Path) -> None:
    months = reabm.ensemble({"a": history("2005-06"), "b": history("2005-09")}, seeds=range(6), columns=FAN_COLUMNS)
    again = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        files = draw_ensemble(folder, study, months, "6 runs", (QUOTA, STATE), HEADLINE)
        assert [file.name for file in files] == ["fan.png", f"against_{QUOTA}.png", f"against_{STATE}.png"]
        again.append([file.read_bytes() for file in files])
        for file in files:
            image = imread(file)
            body = image[image.shape[0] // 5 : -image.shape[0] // 10, :, :3]
            assert np.mean(np.ptp(body.reshape(-1, 3), axis=1) > 0.1) > 0.003, f"{file.name}: hardly any colour"
    assert again[0] == again[1]


def test_a_fan_has_a_median_for_each_scenario_in_each_panel() -> None:
    months = reabm.ensemble({"a": history("2005-06"), "b": history("2005-09")}, seeds=range(6), columns=FAN_COLUMNS)
    fig = fan_chart(months, "6 runs")
    assert len(fig.axes) == len(FAN_COLUMNS)
    for ax, column in zip(fig.axes, FAN_COLUMNS):
        assert [len(line.get_ydata()) for line in ax.lines] == [6, 9]
        own = months[(months["scenario"] == "a") & (months["month"] == months["month"].min())][column]
        scale = 1e-3 if column == "exports_legal_t" else 1.0
        assert ax.lines[0].get_ydata()[0] == pytest.approx(own.median() * scale)


def test_many_values_of_a_lever_are_shown_as_points_and_bins() -> None:
    design = latin({QUOTA: (0.5, 1.5)}, 40)
    runs = reabm.ensemble(history("2005-06"), seeds=range(2), vary=design, keep="summary")
    fig = responses(runs, QUOTA, HEADLINE, (QUOTA,))
    points, median = fig.axes[0].lines[:2]
    assert len(points.get_xdata()) == 80
    assert len(median.get_xdata()) == 3


def test_a_table_has_the_form_that_suits_what_was_varied(study: pd.DataFrame) -> None:
    plain = study[(study["set"] == 1)]
    assert text_of(outcomes_table(plain, HEADLINE, ())).count("USD/kg") == 6
    by_set = text_of(outcomes_table(study, HEADLINE, (QUOTA, STATE)))
    assert by_set.count("open_trade") == 6
    wide, narrow = (text_of(outcomes_table(study, HEADLINE, (QUOTA, STATE), width), width) for width in (200, 100))
    assert "licence_peak_usd_kg" in wide
    assert "…" not in narrow
    assert max(len(line) for line in narrow.split("\n")) <= 100


def test_a_correlation_has_the_sign_of_the_answer() -> None:
    design = latin({QUOTA: (0.2, 0.8), "export_tax.scale": (0.0, 2.0)}, 30)
    runs = reabm.ensemble(history("2005-12"), seeds=range(2), vary=design, keep="summary")
    (row,) = [line for line in text_of(outcomes_table(runs, ["exports_legal_kt"], design.paths)).split("\n") if "kt" in line]
    quota = row.split()[-2]
    assert quota.startswith("+")
    assert float(quota) > 0.8


def test_of_many_levers_the_table_names_and_the_figures_show_those_that_matter(tmp_path: Path) -> None:
    luck = np.random.default_rng(3)
    paths = [f"group.lever_{k}" for k in range(12)]
    runs = pd.DataFrame({path: luck.uniform(size=60) for path in paths}).assign(scenario="a", set=range(60), seed=0)
    runs["exports_legal_kt"] = 10.0 * runs["group.lever_9"] - 8.0 * runs["group.lever_2"]
    (row,) = [line for line in text_of(outcomes_table(runs, ["exports_legal_kt"], paths)).split("\n") if " kt " in line]
    first, second = row[row.index("group") :].split(", ")[:2]
    assert first.startswith("group.lever_9 +")
    assert second.startswith("group.lever_2 -")
    drawn = [file.stem for file in draw_ensemble(tmp_path, runs, None, "", paths, ["exports_legal_kt"])]
    assert len(drawn) == 8
    assert {"against_group.lever_2", "against_group.lever_9"} <= set(drawn)


def test_fans_keep_the_first_runs_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from reabm.study.ensembles import stream

    monkeypatch.setattr("reabm.study.fans.MOST_RUNS", 150)
    plan = Plan(named(history("2005-02")), latin({QUOTA: (0.9, 1.1)}, 1), range(300))
    fans = Fans(plan)
    stream(plan, tmp_path / "e", (), watch=fans.add, watched=fans.columns)
    assert fans.about() == "150 runs"
    expected = reabm.ensemble(history("2005-02"), seeds=range(150), columns=FAN_COLUMNS, vary=plan.design)
    pd.testing.assert_frame_equal(fans.frame(), expected, check_exact=True)
