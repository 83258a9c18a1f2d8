"""`import reabm` is quick and gives exactly the names that are promised."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import reabm
from reabm.scenario import find_configs, with_months

ROOT = Path(__file__).parents[1]
HISTORY = find_configs() / "scenarios" / "history.yaml"
HEAVY = ("numpy", "numba", "pandas", "pyarrow", "pydantic", "yaml", "rich", "typer", "matplotlib", "scipy", "mesa", "solara")


def test_the_list_of_public_names_is_exact() -> None:
    assert reabm.__all__ == [
        "Leverage", "RareEarthModel", "Result", "ScenarioError", "__version__", "bands", "ensemble", "fork", "load_ensemble",
        "load_leverage", "load_run", "load_scenario", "measure_leverage", "register_strategy",
        "rule", "run",
    ]  # fmt: skip
    for name in reabm.__all__:
        assert getattr(reabm, name) is not None
        assert name in dir(reabm)


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert reabm.__version__ == project["version"]


def test_importing_reabm_loads_nothing_heavy() -> None:
    code = f"import sys, reabm; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        _ = reabm.runn


def test_a_run_by_the_public_door() -> None:
    scenario = reabm.load_scenario(HISTORY)
    result = reabm.run(with_months(scenario, end="2005-06"), seed=3)
    assert isinstance(result, reabm.Result)
    assert len(result.months) == 6
    assert result.seed == 3
    assert "history" in repr(result).lower()


def test_a_bad_seed_is_refused() -> None:
    scenario = reabm.load_scenario(HISTORY)
    for seed in (-1, 1.5, True, 2**63):
        with pytest.raises(ValueError, match="seed"):
            reabm.run(scenario, seed=seed)
