"""Prints the cases beside what reproduces them: `python -m tests.verification.report`."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from tests.verification.cases import cases
from tests.verification.forks import decaying, half_life_years, window_years
from tests.verification.rows import ROWS
from tests.verification.runs import FOREVER, played, speed

# Read by another way than the row: to what the length of a month, or of the time between dates, leaves
BESIDE = {
    "L5mu, run": ("L5mu", lambda: speed(played(FOREVER))),
    "L5my, run": ("L5my", lambda: -speed(played(1))),
    "X1hl, straight between months": ("X1hl", lambda: half_life_years(decaying())),
    "X1win, straight between months": ("X1win", lambda: window_years(decaying())),
}


def block_of(case: str) -> str:
    """Letters with which the name of a case begins."""
    return case[0]


def main() -> None:
    rows = cases("")
    print("| case | what | by | on paper | found | difference | allowed |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    shown = {case: (case, ROWS[case].way, ROWS[case].measure) for case in rows if case in ROWS}
    shown |= {name: (case, "beside", measure) for name, (case, measure) in BESIDE.items()}
    for name, (case, way, measure) in shown.items():
        row, found = rows[case], float(measure())
        on_paper = float(row["expected"])
        off = found / on_paper - 1.0 if on_paper else found
        what = f"{row['case']}: {row['quantity']}".replace("|", "\\|")
        print(f"| {name} | {what} | {way} | {on_paper:.10g} | {found:.10g} | {off:.1e} | {float(row['rel_tolerance']):g} |")
    print()
    print("| block | rows | by runs | by solvers | missing |")
    print("| --- | --- | --- | --- | --- |")
    total = Counter(block_of(case) for case in rows)
    ways = Counter((block_of(case), row.way) for case, row in ROWS.items())
    for block, n in sorted(total.items()):
        by_run, by_solver = ways[block, "run"], ways[block, "solver"]
        print(f"| {block} | {n} | {by_run} | {by_solver} | {n - by_run - by_solver} |")
    print()
    with open(Path(__file__).parent / "missing.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            print(f"- {row['id']}: {row['reason']}")


if __name__ == "__main__":
    main()
