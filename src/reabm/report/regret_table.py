"""The tables that a person sees of regret: each agent's best deviation, and how far from rational each rule is."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.table import Table

from reabm.empirical.regret_folder import SavedRegret

AGENT_HEADINGS = ("agent", "plays", "worth", "best deviation", "gain", "90 % interval", "of worth")
RULE_HEADINGS = ("kind", "rule", "agents", "who surely gain", "mean regret", "of worth", "largest", "whose")
NOTHING_BETTER = "none found"
TITLES = {"state": "Chinese state", "government": "Governments", "mine": "Mines", "maker": "Makers", "importer": "Importers"}
NOTE = (
    "M USD, discounted to the first month counted. Gain: of the best deviation alone, chosen on one half of the seeds and "
    "measured on the other; regret is the gain where it is positive. Of worth: share of the agent's worth as it plays, or under "
    "the best deviation if that is larger. Deviations are judged in hindsight of what the scenario scripts, not of luck."
)


def agent_tables(saved: SavedRegret) -> list[Table]:
    """A table a kind of agent, the largest share of worth first."""
    found = []
    for kind, title in TITLES.items():
        rows = [row for row in sorted_rows(saved) if row["kind"] == kind]
        if not rows:
            continue
        table = _table(f"{title}: what the best deviation alone would gain, M USD")
        for n, heading in enumerate(AGENT_HEADINGS):
            table.add_column(heading, justify="left" if n in (0, 1, 3) else "right", no_wrap=n != 3)
        for row in rows:
            table.add_row(*agent_cells(row), style="bold" if row["low_musd"] > 0.0 else "")
        found.append(table)
    return found


def rule_table(saved: SavedRegret) -> Table:
    """How far from rational each rule is."""
    table = _table("How far from rational is each rule?")
    for n, heading in enumerate(RULE_HEADINGS):
        table.add_column(heading, justify="left" if n in (0, 1, 7) else "right", no_wrap=True)
    for row in saved.summary["by_rule"]:
        table.add_row(*rule_cells(row))
    return table


def sorted_rows(saved: SavedRegret) -> list[dict[str, Any]]:
    """Agents, the largest share of worth first."""
    return sorted(saved.summary["agents"].values(), key=lambda row: (-row["relative"], -row["gain_musd"], row["agent"]))


def agent_cells(row: dict[str, Any]) -> list[str]:
    """An agent as the cells of a table."""
    if not row["best"]:
        return [row["agent"], row["rule"], money(row["worth_musd"]), NOTHING_BETTER, "", "", ""]
    between = f"{money(row['low_musd'])} to {money(row['high_musd'])}"
    return [
        row["agent"], row["rule"], money(row["worth_musd"]), row["best"], money(row["gain_musd"]), between,
        percent(row["relative"]),
    ]  # fmt: skip


def rule_cells(row: dict[str, Any]) -> list[str]:
    """A rule as the cells of a table."""
    return [
        row["kind"], row["rule"], str(row["agents"]), str(row["surely"]), money(row["mean_musd"]), percent(row["mean_relative"]),
        money(row["largest_musd"]), row["whose"],
    ]  # fmt: skip


def exploitability_line(saved: SavedRegret) -> str:
    """The sum of all regrets in words."""
    own = saved.summary
    failed = f"; {own['n_failed']:,} runs did not close and do not count" if own["n_failed"] else ""
    return (
        f"Exploitability of the whole play, {own['from']} to {own['to']}: {money(own['exploitability_musd'])} M USD "
        f"({money(own['exploitability_low_musd'])} to {money(own['exploitability_high_musd'])}), the sum of {own['n_agents']} "
        f"agents' regrets over {own['n_deviations']:,} deviations{failed}."
    )


def unclosed_lines(saved: SavedRegret) -> list[str]:
    """Deviations that were left out because runs of them do not close; empty where all close."""
    lost = saved.tried[saved.tried["gain_musd"].isna()]
    never = [f"{row.agent} {row.name}" for row in lost.itertuples(index=False) if not row.seeds]
    partly = [f"{row.agent} {row.name} ({row.seeds})" for row in lost.itertuples(index=False) if row.seeds]
    found = (("Closes with no seed", never), ("Closes with some seeds only", partly))
    return [f"{words}, and is no choice: {', '.join(own)}." for words, own in found if own]


def money(musd: float) -> str:
    """M USD with as many digits as they are good for."""
    return f"{musd:,.0f}" if abs(musd) >= 99.95 else f"{musd:.1f}"


def percent(share: float) -> str:
    """A share as per cent."""
    return f"{100.0 * share:.1f} %"


def _table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE, pad_edge=False, header_style="", padding=(0, 1)
    )
