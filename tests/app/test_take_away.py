"""What is taken away has the bits of the page: run folder, scenario file, table of months, link."""

import csv
import io
import json
import zipfile
from urllib.parse import urlencode

import numpy as np
import pytest

from reabm.app.background import Asked
from reabm.app.link import link_of, read_link, understood
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.take_away import Wanted, months_csv, packed, run_zip, scenario_text, stem
from reabm.app.visit import opened
from reabm.engine.run import prepare, simulate
from reabm.scenario import load_scenario
from reabm.scenario.months import month_text
from reabm.store.folder import load_run
from reabm.world.history import MONTH_COLUMNS

SHOWN = 87  # months to March 2012


@pytest.fixture(scope="module")
def snapshot():
    live = Live("history", load_shipped("history"), seed=3)
    live.go_to(68)
    live.change({"export_quota.t_per_year": 12_345.678, "strategies.sojitz": "just_in_time"})
    live.change({"embargo.japan.share": 1 / 3}, months=7)
    live.go_to(100)
    live.look_at(SHOWN)
    return live.snapshot()


def test_the_scenario_file_loads_again_and_gives_the_months_of_the_page_to_the_last_bit(snapshot, tmp_path):
    file = tmp_path / f"{stem(snapshot)}.yaml"
    file.write_text(scenario_text(snapshot), encoding="utf-8")
    again = load_scenario(file)
    assert again == snapshot.track.scenario
    record = simulate(prepare(again), snapshot.track.seed)
    for ours, theirs in zip(snapshot.track.history, record.history):
        assert np.array_equal(ours[: snapshot.track.played], theirs[: snapshot.track.played], equal_nan=True)
    assert f"# reabm run {file.name} --seed 3" in file.read_text(encoding="utf-8").splitlines()[1]


def test_the_run_folder_is_one_that_loads_and_has_the_months_of_the_page(snapshot, tmp_path):
    with zipfile.ZipFile(io.BytesIO(run_zip(snapshot))) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    saved = load_run(tmp_path / "history-changed-seed3-until2012-03")
    assert saved.seed == 3
    assert len(saved.months) == SHOWN
    for n, (column, _, _) in enumerate(MONTH_COLUMNS):
        assert np.array_equal(saved.months[column].to_numpy(), snapshot.track.history.months[:SHOWN, n], equal_nan=True), column
    assert "history-changed-seed3-until2012-03.yaml" in saved.manifest["command"]


def test_the_same_run_gives_the_same_zip_but_for_when_it_was_written(snapshot):
    first, second = (zipfile.ZipFile(io.BytesIO(run_zip(snapshot))) for _ in range(2))
    assert [entry.filename for entry in first.infolist()] == sorted(entry.filename for entry in second.infolist())
    for entry in first.infolist():
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        if not entry.filename.endswith("manifest.json"):
            assert first.read(entry) == second.read(entry.filename)
        else:
            ours, theirs = json.loads(first.read(entry)), json.loads(second.read(entry.filename))
            for changing in ("created", "checksum"):
                ours.pop(changing), theirs.pop(changing)
            assert ours == theirs


def test_the_table_of_months_has_every_float_to_its_last_bit(snapshot):
    rows = list(csv.reader(io.StringIO(months_csv(snapshot))))
    assert len(rows) == 1 + SHOWN
    assert (rows[1][0], rows[-1][0]) == ("2005-01", "2012-03")
    found = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows[1:]])
    assert np.array_equal(found, snapshot.track.history.months[:SHOWN], equal_nan=True)


def test_before_two_months_there_is_no_run_folder_but_a_scenario():
    found = Live("history", load_shipped("history")).snapshot()
    with pytest.raises(ValueError, match="play first"):
        packed(Wanted(1, "run", found), Asked())
    assert packed(Wanted(2, "scenario", found), Asked()).name == "history-seed0.yaml"
    with pytest.raises(ValueError, match="allowed run, scenario, months"):
        packed(Wanted(3, "../secret", found), Asked())


def test_a_link_brings_back_the_same_bits_and_the_same_month(snapshot):
    live = opened(read_link(link_of(snapshot, "market")))
    found = live.snapshot()
    assert (found.name, found.track.seed, found.shown, found.changes) == ("history", 3, SHOWN, snapshot.changes)
    assert found.track.scenario == snapshot.track.scenario
    for ours, theirs in zip(snapshot.track.history, found.track.history):
        assert np.array_equal(ours[:SHOWN], theirs[:SHOWN], equal_nan=True)
    live.go_to(100)
    assert np.array_equal(live.snapshot().track.history.months[:100], snapshot.track.history.months[:100], equal_nan=True)
    assert read_link(link_of(snapshot, "market"))["tab"] == "market"


@pytest.mark.parametrize("shown", [0, 1, 252])
def test_a_link_keeps_the_month_at_the_ends_of_a_run(shown):
    live = Live("open_trade", load_shipped("open_trade"))
    live.go_to(shown)
    assert opened(read_link(link_of(live.snapshot()))).shown == min(shown, live.scenario.n_months)


def test_a_page_without_a_link_opens_on_the_eve_of_the_halt():
    asked = understood(read_link(None))
    assert (asked.name, asked.seed, month_text(asked.scenario.start + asked.months - 1)) == ("history", 0, "2010-08")


EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"scenario": "../../etc/passwd"}, "allowed history"),
        ({"scenario": EVIL}, "allowed history"),
        ({"seed": "-1"}, "whole number"),
        ({"seed": "9" * 5000}, "whole number"),
        ({"seed": "٣"}, "whole number"),
        ({"at": "1999-01"}, "allowed 2004-12 to 2025-12"),
        ({"at": EVIL}, "allowed 2004-12 to 2025-12"),
        ({"changes": "[["}, "allowed a list"),
        ({"changes": "[" * 50_000}, "allowed a list"),
        ({"changes": "9" * 5000}, "allowed a list"),
        ({"changes": "7"}, "allowed a list"),
        ({"changes": json.dumps([{}] * 501)}, "at most 500"),
        ({"changes": "[7]"}, "allowed {from, until, path, value}"),
        ({"changes": '[{"path": 7}]'}, "allowed {from, until, path, value}"),
        ({"changes": '[{"path": "crackdown.share"}]'}, "change 1"),
        ({"changes": '[{"path": "crackdown.share", "from": "2010-09", "value": 7}]'}, "allowed 0 to 1"),
        ({"changes": '[{"path": "crackdown.share", "from": "2010-09", "value": NaN}]'}, "allowed"),
        ({"changes": '[{"path": "crackdown.share", "from": "1910-09", "value": 1}]'}, "allowed"),
        ({"changes": '[{"path": "crackdown.share", "from": "2010-09", "until": "2010-01", "value": 1}]'}, "allowed"),
        ({"changes": '[{"path": "market.gross_weight_ratio", "from": "2010-09", "value": 1.2}]'}, "whole run"),
        ({"changes": json.dumps([{"path": EVIL, "from": "2010-09", "value": 1}])}, "unknown lever"),
        ({"changes": json.dumps([{"path": "strategies.sojitz", "from": "2010-09", "value": EVIL}])}, "allowed"),
        ({"changes": json.dumps([{"path": "crackdown.share", "from": "2010-09", "value": 1, "x\n" * 99: 1}])}, "change 1"),
    ],
)
def test_a_link_that_cannot_be_opened_says_in_one_line_what_is_wrong(link, words):
    with pytest.raises(ValueError) as caught:
        opened(read_link("?" + urlencode(link)))
    said = str(caught.value)
    assert type(caught.value) is ValueError
    assert said.startswith("link: ")
    assert words in said
    assert "\n" not in said
    assert len(said) < 500
