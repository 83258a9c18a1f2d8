"""The table after a run shows the figures of the summary and fits a terminal of 100 columns."""

from __future__ import annotations

from rich.console import Console

from reabm.report.table import GROUPS, NOTHING, WIDTH, key_table, peak_line
from reabm.store import Result
from tests.short_run import open_trade, two_years, with_embargo


def printed(result: Result, width: int = WIDTH) -> list[str]:
    console = Console(width=width, no_color=True, highlight=False)
    with console.capture() as capture:
        console.print(key_table(result))
    return [line.rstrip() for line in capture.get().split("\n")]


def test_the_table_fits_100_columns() -> None:
    wide = printed(with_embargo(), width=300)
    assert max(len(line) for line in wide if "│" in line) <= WIDTH
    assert [line for line in printed(with_embargo()) if "│" in line] == [line for line in wide if "│" in line]


def test_a_row_shows_the_years_figures() -> None:
    result = with_embargo()
    (row,) = (line for line in printed(result) if line.startswith("2008"))
    year = result.summary["years"]["2008"]
    cells = row.replace("│", " ").split()
    keys = [column.key for _, columns in GROUPS for column in columns]
    assert len(cells) == 1 + len(keys)
    assert cells[1 + keys.index("quota_gross_t")] == f"{year['quota_gross_t'] / 1000:.1f}"
    assert abs(float(cells[1 + keys.index("NdPr_outside_usd_kg")]) - year["NdPr_outside_usd_kg"]) <= 0.5
    assert cells[1 + keys.index("china_mine_share")] == f"{100 * year['china_mine_share']:.0f}"


def test_every_column_shows_a_figure_of_the_summary() -> None:
    year = with_embargo().summary["years"]["2010"]
    assert {column.key for _, columns in GROUPS for column in columns} <= set(year)


def test_a_year_without_a_quota_shows_a_dash() -> None:
    (row,) = (line for line in printed(open_trade()) if line.startswith("2005"))
    assert NOTHING in row


def test_the_peak_is_said_in_a_line() -> None:
    line = peak_line(two_years())
    assert line is not None
    assert two_years().summary["peaks"]["NdPr"]["outside_month"] in line.plain
    assert peak_line(two_years(), "Unobtainium") is None
