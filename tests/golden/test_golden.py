"""Every shipped scenario against its golden run."""

from __future__ import annotations

from functools import cache

import pytest

from reabm.engine.run import RunRecord
from tests.golden.goldens import FOLDER, as_csv, digest, from_csv, here, moved, play, recorded, rows_of, scenarios
from tests.golden.renew import fingerprint, refusal, results_change

RENEW = "if the change is meant: say it under 'Results change' in CHANGELOG.md and run `make golden`"


@cache
def played(name: str) -> RunRecord:
    return play(name)


@pytest.mark.parametrize("name", scenarios())
def test_a_shipped_scenario_gives_its_golden_run(name: str) -> None:
    file = FOLDER / f"{name}.csv"
    assert file.exists(), f"scenario {name} has no golden run; run `make golden`"
    cells = moved(from_csv(file.read_text(encoding="utf-8")), rows_of(played(name)))
    assert not cells, "\n".join([f"{len(cells)} cells of {name} moved; {RENEW}", *cells[:30]])


@pytest.mark.parametrize("name", scenarios())
def test_a_shipped_scenario_gives_its_golden_run_to_the_last_bit(name: str) -> None:
    known = recorded()
    if known["made_with"] != here():
        pytest.skip(f"golden made with {known['made_with']}, this is {here()}")
    assert digest(played(name)) == known["sha256"].get(name), f"bits of {name} moved; {RENEW}"


def test_every_golden_run_belongs_to_a_shipped_scenario() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.csv")) == scenarios()


def test_a_moved_cell_is_named() -> None:
    rows = rows_of(played("history"))
    assert moved(from_csv(as_csv(rows)), rows) == []
    rows["2011-06"]["NdPr_outside_usd_kg"] *= 1.0 + 1e-4
    (cell,) = moved(from_csv(as_csv(rows_of(played("history")))), rows)
    assert cell.startswith("2011-06 NdPr_outside_usd_kg: golden ")


def test_a_month_without_a_quota_is_an_empty_cell_that_compares_equal() -> None:
    text = as_csv(rows_of(played("history")))
    assert any(line.startswith("2016-06,,") for line in text.splitlines())


CHANGELOG = """# Changelog
## [Unreleased]

## 0.2.0 - unreleased
### Results change
- Prices of Dy are lower.
### Added
- A thing.
## 0.1.0 - 2026-01-01
### Results change
- First version.
"""


def test_a_renewal_needs_a_new_line_under_results_change() -> None:
    said = results_change(CHANGELOG)
    assert said == "- Prices of Dy are lower."
    assert refusal(said, None, first=False) is None
    assert refusal(said, fingerprint("- Prices of Ce are lower."), first=False) is None
    assert "last renewal" in str(refusal(said, fingerprint(said), first=False))
    assert "says nothing" in str(refusal("", None, first=False))
    assert refusal("", None, first=True) is None


def test_results_changes_of_released_versions_do_not_count() -> None:
    released = CHANGELOG.replace("0.2.0 - unreleased", "0.2.0 - 2026-02-02")
    assert results_change(released) == ""
