"""What we ask of many runs: parameter sets, ensembles, outcomes, bands."""

from reabm.study.design import Design, grid, latin
from reabm.study.ensembles import Interrupted, ensemble
from reabm.study.outcomes import OUTCOMES, StudyError
from reabm.study.spread import bands

__all__ = ["OUTCOMES", "Design", "Interrupted", "StudyError", "bands", "ensemble", "grid", "latin"]
