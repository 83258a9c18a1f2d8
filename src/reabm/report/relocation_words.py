"""What the relocation study says, in sentences whose numbers come from the run, and its table for the terminal."""

from __future__ import annotations

import math

from rich.console import Group

from reabm.empirical.relocation_folder import RelocationResult
from reabm.report.leverage_table import headed, plain_table
from reabm.report.relocation_figures import herding_names, some_of
from reabm.scenario.months import month_text


def relocation_table(result: RelocationResult) -> Group:
    """Long-run share in China from both starts, by push and herding."""
    table = plain_table()
    chosen = some_of(result.study.file.herding, result.study.own_herding)
    for heading in ("tax", "subsidy", "push", *(f"herding {value:g}" for value in chosen)):
        table.add_column(heading, justify="right", no_wrap=True)
    for push in result.study.file.pushes:
        own = result.rest[(result.rest["export_tax"] == push.export_tax) & (result.rest["subsidy"] == push.subsidy)]
        by = own.set_index("herding")
        table.add_row(
            f"{push.export_tax:g}", f"{push.subsidy:g}", f"{by['push'].iloc[0]:.2f}".replace("-", "−"),
            *(f"{percent(by.loc[value, 'share_from_home'])} / {percent(by.loc[value, 'share_from_china'])}" for value in chosen),
        )  # fmt: skip
    caption = (
        "Share of outside makers' capacity in China in the long run: all began at home / all began in China. Push: price gap "
        "less home "
        "subsidy, as a share of unit cost."
    )
    return headed("Where the makers come to rest", table, caption)


def relocation_sentences(result: RelocationResult) -> list[str]:
    """What the study says; every number is of this run."""
    return [*_of_multiplicity(result), *_of_tipping(result), *_of_loops(result), *_of_firms(result), *_of_subsidies(result)]


def _of_multiplicity(result: RelocationResult) -> list[str]:
    critical = result.critical
    own = result.rest[(result.rest["herding"] - critical["own"]).abs() < 1e-9]
    said = []
    if len(own):
        widest = own.loc[own["apart"].idxmax()]
        two = bool((own["theory_high"] - own["theory_low"] > 0.05).any())
        said.append(
            f"With the world's herding of {critical['own']:g} (precision {result.study.precision:g}) theory of these firms has "
            f"{'two resting points somewhere' if two else 'one resting point at every push'}; simulated, makers who began in "
            f"China end at "
            f"most {points(widest['apart'])} above those who began at home, "
            f"{points(widest['apart'] - widest['apart_by_herding'])} of them "
            f"without any herding (steps of a plan are lumpy, and who has a plant pays half to move)."
        )
    text = "none up to that range's end" if math.isinf(critical["firms"]) else f"{critical['firms']:.2f}"
    simulated = "none" if math.isinf(critical["simulated"]) else f"{critical['simulated']:g}"
    most = result.study.file.herding[-1]
    said.append(
        f"Two outcomes need herding of {critical['identical']:.2f} if makers were identical (R1: precision x herding above "
        f"4), {text} for "
        f"these firms by theory, {simulated} in the worlds (first of the grid at which herding alone sets the starts more than "
        f"{points(0.1)} apart); the world's file holds 0 to {most:g} for possible, {critical['own']:g} is set."
    )
    home, china = result.played.reference
    said.append(
        f"In the reference world itself, played on to {month_text(result.study.file.until)} with the last policy kept, makers "
        f"put home until the release end at {percent(home.mean())}, makers put in China at "
        f"{percent(china.mean())}: the way back is slow there, so that this is no sign of two resting points."
    )
    return said


def _of_tipping(result: RelocationResult) -> list[str]:
    parts = []
    for herding in some_of(result.study.file.herding, result.study.own_herding):
        own = result.rest[result.rest["herding"] == herding].sort_values("push")
        half = [_rises_to(own["push"].to_numpy(), own[f"share_from_{start}"].to_numpy(), 0.5) for start in ("home", "china")]
        parts.append(
            f"herding {herding_names(result, herding)}: {_push(half[0])} from home, {_push(half[1])} from China, global game "
            f"{_push(float(own['global_threshold'].median()))}"
        )
    return [f"Push at which half of the capacity is in China, as a share of unit cost: {'; '.join(parts)}."]


def _of_loops(result: RelocationResult) -> list[str]:
    parts = [f"{row.herding:g}: {row.area:.3f} ± {row.error:.3f}" for row in result.loops.itertuples(index=False)]
    hold = result.study.file.ramp.hold_months
    return [
        f"Loop of a subsidy that falls and rises by a step every {hold} months, area in share of capacity x share of cost, by "
        f"herding: "
        f"{'; '.join(parts)}."
    ]


def _of_firms(result: RelocationResult) -> list[str]:
    said = []
    table = result.forced
    for herding in result.study.file.forced.herding:
        if herding == 0.0:
            continue
        own = table[table["herding"] == herding]
        mean = own.groupby("firm").mean(numeric_only=True)
        mean["each"] = mean["follow"] / mean["share_of_capacity"]
        largest, small = mean["share_of_capacity"].idxmax(), mean["share_of_capacity"].idxmin()
        most = mean["follow"].idxmax()
        who = {firm: str(firm).replace("_", " ") for firm in mean.index}
        said.append(
            f"Herding {herding_names(result, herding)}, mean over pushes: {who[largest]} "
            f"({percent(mean.loc[largest, 'share_of_capacity'])} of "
            f"capacity) in China instead of at home brings {points(mean.loc[largest, 'follow'])} of the others along, "
            f"{who[small]} ({percent(mean.loc[small, 'share_of_capacity'])}) {points(mean.loc[small, 'follow'])}; most is "
            f"brought by "
            f"{who[most]} ({points(mean.loc[most, 'follow'])}); for each point of own capacity "
            f"{mean.loc[largest, 'each']:.2f} and "
            f"{mean.loc[small, 'each']:.2f} points."
        )
    return said


def _of_subsidies(result: RelocationResult) -> list[str]:
    parts = []
    for herding in some_of(result.study.file.herding, result.study.own_herding):
        row = result.subsidies[result.subsidies["herding"] == herding].iloc[0]
        parts.append(
            f"herding {herding_names(result, herding)}: {_level(row['keeps_from_home'])} (theory "
            f"{_level(row['keeps_theory'])}); half stays at "
            f"{_level(row['halves_from_home'])}, and half returns at {_level(row['halves_from_china'])} (global game "
            f"{_level(row['global_game'])})"
        )
    gap = float(result.subsidies["gap"].iloc[0])
    return [
        f"Home subsidy that keeps nine tenths at home at a gap of {percent(gap)} of unit cost, as a share of unit cost: "
        f"{'; '.join(parts)}."
    ]


def _rises_to(push: object, share: object, wanted: float) -> float:
    """Push at which a share first passes what is wanted, read straight; inf where it never does, -inf where it has at once."""
    import numpy as np

    x, y = np.asarray(push, dtype=float), np.asarray(share, dtype=float)
    over = np.flatnonzero(y > wanted)
    if not len(over):
        return math.inf
    k = int(over[0])
    if k == 0:
        return -math.inf
    return float(x[k - 1] + (wanted - y[k - 1]) / (y[k] - y[k - 1]) * (x[k] - x[k - 1]))


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{100.0 * share:.0f} %"


def points(share: float) -> str:
    """A difference of shares in points."""
    number = f"{100.0 * share:.0f}"
    return f"{number} point{'' if number in ('1', '-1') else 's'}".replace("-", "−")


def _push(value: float) -> str:
    if math.isinf(value):
        return "none" if value > 0.0 else "below all"
    return f"{value:.2f}".replace("-", "−")


def _level(value: float) -> str:
    return "more than was tried" if math.isinf(value) else f"{value:.2f}"
