"""Prints the cases beside what runs give: `python -m tests.verification.report`."""

from __future__ import annotations

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


def main() -> None:
    print("| case | what | on paper | run | relative difference | allowed |")
    print("| --- | --- | --- | --- | --- | --- |")
    for case, measure in FROM_RUNS.items():
        row, found = CASES[case], float(measure())
        expected = float(row["expected"])
        off = found / expected - 1.0
        print(f"| {case} | {row['quantity']} | {expected:.10g} | {found:.10g} | {off:.1e} | {float(row['rel_tolerance']):g} |")


if __name__ == "__main__":
    main()
