"""Thousands of broken files: each loads or costs lines of the one form; none raises anything else."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest

from reabm.scenario import ScenarioError, load_scenario
from tests.scenario.mutate import mutated

ONE_LINE = re.compile(r"^[^:\n]+:\d+: [\w.\[\]]+: got .*; allowed .*$")


def run_mutations(text: str, folder: Path, n: int, seed: int) -> tuple[int, float]:
    """Number of files refused, and the longest time that one took."""
    luck = random.Random(seed)
    file = folder / "mutated.yaml"
    n_refused, longest = 0, 0.0
    for _ in range(n):
        data = mutated(text, luck)
        file.write_bytes(data)
        began = time.process_time()
        try:
            load_scenario(file)
        except ScenarioError as error:
            n_refused += 1
            for line in str(error).split("\n"):
                assert ONE_LINE.match(line), (line, data)
                assert len(line) < 1000, (line, data)
        longest = max(longest, time.process_time() - began)
    return n_refused, longest


def test_2000_mutated_files_raise_nothing_but_their_lines(whole_text: str, tmp_path: Path) -> None:
    n_refused, longest = run_mutations(whole_text, tmp_path, 2_000, seed=20_100_907)
    assert n_refused > 1_800  # most mutations do harm, else this test would test nothing
    assert longest < 2


@pytest.mark.full
def test_10000_mutated_files_raise_nothing_but_their_lines(whole_text: str, tmp_path: Path) -> None:
    for seed in range(5):
        assert run_mutations(whole_text, tmp_path, 2_000, seed)[1] < 2


KEYS = re.compile(r"^( *)([a-z_]{5,}):", re.MULTILINE)


def test_a_misspelt_key_is_answered_with_the_right_one(whole_text: str, tmp_path: Path) -> None:
    """Every key of the records' fields, with one letter doubled."""
    free = {"mechanisms", "strategies"}  # their keys are names
    luck = random.Random(1)
    file = tmp_path / "misspelt.yaml"
    tried = 0
    for key in KEYS.finditer(whole_text):
        name, at = key[2], luck.randrange(1, len(key[2]))
        wrong = name[:at] + name[at - 1] + name[at:]
        file.write_text(whole_text[: key.start(2)] + wrong + whole_text[key.end(2) :])
        try:
            load_scenario(file)
            said = ""
        except ScenarioError as error:
            said = str(error)
        if "unknown key" in said and name not in free:
            assert f"did you mean {name}?" in said, (wrong, said)
            tried += 1
    assert tried > 100
