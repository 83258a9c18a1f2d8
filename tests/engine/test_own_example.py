"""The strategy of one's own that the document on games shows."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

from reabm.agents import RareEarthModel
from reabm.engine.run import simulate
from reabm.rules.own_strategies import CHOICES, forget_strategy
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import find_configs, load_scenario
from reabm.world.history import MAKER_COLUMNS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "game.md").read_text(encoding="utf-8")


def test_the_strategy_of_the_document_does_what_it_says_in_runs_and_in_mesa(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert code is not None
    script = tmp_path / "my_strategy.py"
    script.write_text(code.group(1), encoding="utf-8")
    found = runpy.run_path(str(script))
    try:
        result = found["result"]
        record = simulate(result.record.prepared, 1)
        row = record.prepared.names.makers.index("tdk")
        plan = record.history.makers[:, row, MAKER_COLUMNS.index("premium_plan_share")]
        assert set(plan.tolist()) == {0.0, 0.5}
        assert result.record.block.tobytes() == record.block.tobytes()
        model = RareEarthModel(result.record.prepared.scenario, rng=1)
        model.run_for(90)
        assert model.history.makers[:90].tobytes() == record.history.makers[:90].tobytes()
    finally:
        forget_strategy("maker", "half_while_dear")


def test_every_strategy_that_ships_and_every_choice_is_named_in_the_document_or_described_elsewhere() -> None:
    known = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    for catalogue in STRATEGIES.values():
        for name in catalogue:
            assert f"`{name}`" in known, name
    for kind in CHOICES:
        assert f"| `{kind}` |" in TEXT


def test_the_third_element_is_ndpr_as_the_document_says() -> None:
    assert list(load_scenario(find_configs() / "scenarios" / "history.yaml").elements)[2] == "NdPr"
