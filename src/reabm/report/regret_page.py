"""The page of regret."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import isnan

from reabm.empirical.regret_folder import SavedRegret
from reabm.report import html
from reabm.report.origin import assumed, made
from reabm.report.regret_figures import FIGURES
from reabm.report.regret_table import (
    AGENT_HEADINGS,
    NOTE,
    RULE_HEADINGS,
    agent_cells,
    exploitability_line,
    money,
    percent,
    rule_cells,
    sorted_rows,
    unclosed_lines,
)


def regret_page(saved: SavedRegret) -> str:
    """The page of regret: key figures, rules, agents, figures, origin."""
    own = saved.summary
    rows = sorted_rows(saved)
    sure = sum(row["low_musd"] > 0.0 for row in rows)
    largest = max(rows, key=lambda row: float(row["regret_musd"]))
    tiles = html.tiles({
        "Exploitability": (
            f"{money(own['exploitability_musd'])} M USD",
            f"{money(own['exploitability_low_musd'])} to {money(own['exploitability_high_musd'])}: the sum of all regrets",
        ),
        "Surely gain by deviating": (f"{sure} of {len(rows)}", "agents whose interval lies above zero"),
        "Largest regret": (f"{money(largest['regret_musd'])} M USD", largest["agent"].replace("_", " ")),
        "Largest share of worth": (percent(rows[0]["relative"]), rows[0]["agent"].replace("_", " ")),
    })  # fmt: skip
    ladder = [
        [str(row.agent), str(row.name), "does not close" if isnan(row.gain_musd) else f"{row.gain_musd:,.1f}", str(row.seeds)]
        for row in saved.tried.sort_values(["agent", "gain_musd"], ascending=[True, False]).itertuples(index=False)
    ]
    return html.page(
        "reabm: regret", own["scenario"],
        "What would each agent gain by playing otherwise alone, and how far from rational is each rule?",
        [
            html.section("Key figures", tiles, *map(html.paragraph, (exploitability_line(saved), *unclosed_lines(saved)))),
            html.section(
                "Rules", html.table(_named(RULE_HEADINGS), [_named(rule_cells(row)) for row in own["by_rule"]], words=1)
            ),
            html.section(
                "Agents",
                html.table(_words_last(AGENT_HEADINGS), [_words_last(agent_cells(row)) for row in rows], words=2),
                html.paragraph(NOTE, is_note=True),
            ),
            html.section("Figures", *(html.picture(partial(draw, saved)) for draw in FIGURES.values())),
            html.folded(
                "All deviations that were tried",
                html.table(["agent", "deviation", "mean gain, M USD", "seeds"], ladder),
                html.paragraph("Gains on the seeds on which the best was chosen: noise and all.", is_note=True),
            ),
            assumed(saved.scenario),
            made(saved.manifest, {"seeds": f"{own['seeds']}, half of them to choose; more where the interval covered zero"}),
        ],
    )  # fmt: skip


def _named(cells: Sequence[str]) -> list[str]:
    """Kind and rule as one name."""
    return [f"{cells[0]}: {cells[1]}", *cells[2:]]


def _words_last(cells: Sequence[str]) -> list[str]:
    """Agent, numbers, then what it plays and what it would rather do."""
    agent, plays, worth, best, *numbers = cells
    return [agent, worth, *numbers, plays, best]
