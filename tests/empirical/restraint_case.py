"""A restraint study small enough for a test: two policies, two lead factors, four worlds, five years."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from reabm.empirical.restraint import play_restraint, restraint_study
from reabm.empirical.restraint_folder import RestraintResult
from reabm.empirical.study_file import study_tree

TEXT = """\
study: restraint
title: A small map
before: history
decision: 2010-01
until: 2014-12
policies: {restraint: restraint, hard_line: hard_line}
comparisons: [{coercion: hard_line, restraint: restraint}]
lead_factors: [1, 2]
discount_rates: [0, 0.05, 0.11, 0.5]
downstream_weights: [0.5, 1.3]
retaliation_musd_month: [100, 700]
seeds: 4
"""
KINDS = ("restraint", "relocation")


def study_of(text: str, folder: Path):
    file = folder / "small.yaml"
    file.write_text(text, encoding="utf-8")
    _, tree = study_tree(file, KINDS)
    return restraint_study(tree, file)


@cache
def small() -> RestraintResult:
    folder = Path(mkdtemp())
    study = study_of(TEXT, folder)
    played, blocks = play_restraint(study, folder / "out")
    blocks.drop()
    return RestraintResult(study, played)
