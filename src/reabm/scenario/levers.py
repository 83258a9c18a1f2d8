"""The one table of scalar levers: path, unit, allowed range, one sentence.

Everything a person may turn (`--set`, `--vary`, a fork's changes, the page's controls, study factors) is named by its
dotted path. Values and their sources stand in `configs/world/market.yaml`; the table says what is allowed. The levers on
policy, mechanisms and strategies are listed by `lever_table.py`.
"""

from __future__ import annotations

from reabm.world.knobs import SCALARS, Lever

__all__ = ["SCALARS", "Lever"]
