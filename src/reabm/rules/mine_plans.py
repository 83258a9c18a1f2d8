"""Developers who follow others: many projects under construction are taken for proof that building pays."""

from __future__ import annotations

from reabm.rules.mines import BUILDING, IDEA, OUTSIDE_CHINA
from reabm.rules.rule import rule

HERD = 6


@rule
def count_builders(scratch, mines, params, month):
    """Projects outside China that could be under construction this month, and those that are.

    Parameters
    ----------
    scratch : Scratch, projects *Overwritten*
    mines : Mines; params : MineParams; read only
    month : int
    """
    scratch.projects[0] = 0.0
    scratch.projects[1] = 0.0
    for m in range(mines.status.shape[0]):
        if params.kind[m] != OUTSIDE_CHINA:
            continue
        if mines.status[m] == BUILDING:
            scratch.projects[0] += 1.0
            scratch.projects[1] += 1.0
        elif mines.status[m] == IDEA and month >= params.earliest[m]:
            scratch.projects[0] += 1.0


@rule
def follow_herd(mines, params, knobs, scratch, m, month):
    """A developer in the herd asks for running costs only, once enough of the others' open projects are under construction.

    Else its hurdle is the net present value, so that somebody may begin: an informational cascade.

    Parameters
    ----------
    mines : Mines, hurdle_usd_kg of row m *Overwritten*
    params : MineParams; knobs : MineKnobs; scratch : Scratch (projects); read only
    m, month : int

    Notes
    -----
    Source: banerjee_1992, in which what others did outweighs what one knows. The share that does: a project assumption.
    """
    if params.strategy[m] != HERD or mines.status[m] != IDEA:
        return
    own = 1.0 if month >= params.earliest[m] else 0.0  # before that it is not among those that were counted
    others = scratch.projects[0] - own
    if others > 0.0 and scratch.projects[1] >= knobs.herd_share * others:
        mines.hurdle_usd_kg[m] = params.opex_usd_kg[m]
