"""Prints the cases beside what runs and forks give: `python -m tests.verification.report`."""

from __future__ import annotations

from tests.verification import forks
from tests.verification.forks import concession_musd, decaying, embargoes
from tests.verification.runs import CASES, FOREVER, L6, fringe, played, prices, speed

FROM_RUNS = {
    "L5P0": lambda: prices(played(FOREVER))[0],
    "L5x5": lambda: fringe(played(FOREVER))[60],
    "L5xb": lambda: fringe(played(FOREVER, "2060-12"))[-1],
    "L5mu": lambda: speed(played(FOREVER)),
    "L5my": lambda: -speed(played(1)),
    **{f"L6H{h}P": lambda h=h: prices(played(h))[0] for h, what in L6 if what == "P"},
    **{f"L6H{h}x": lambda h=h: fringe(played(h))[60] for h, what in L6 if what == "x"},
}
FROM_FORKS = {
    "X2": lambda: embargoes()[9],
    "G4": lambda: concession_musd(0.5),
    "G5": lambda: concession_musd(0.6),
    "X1hl": lambda: forks.half_life_by_speed(decaying()),
    "X1win": lambda: forks.window_by_speed(decaying()),
    "X1hl, straight between months": lambda: forks.half_life_years(decaying()),
    "X1win, straight between months": lambda: forks.window_years(decaying()),
}


def main() -> None:
    print("| case | what | on paper | run | relative difference | allowed |")
    print("| --- | --- | --- | --- | --- | --- |")
    for rows, measures in ((CASES, FROM_RUNS), (forks.CASES, FROM_FORKS)):
        for case, measure in measures.items():
            row, found = rows[case.partition(",")[0]], float(measure())
            on_paper, allowed = float(row["expected"]), float(row["rel_tolerance"])
            print(f"| {case} | {row['quantity']} | {on_paper:.10g} | {found:.10g} | {found / on_paper - 1.0:.1e} | {allowed:g} |")


if __name__ == "__main__":
    main()
