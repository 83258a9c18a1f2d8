"""An extra check by pygambit (GPL, so no dependency), in a process of its own; it adds to the checks that always run."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from reabm.games.normal_form import normalised
from reabm.games.quantal import quantal_path

SCRIPT = """
import json, sys
import numpy as np
import pygambit
payoffs = np.array(json.loads(sys.stdin.read()))
game = pygambit.Game.from_arrays(*payoffs)
point = list(pygambit.qre.logit_solve_lambda(game, [5.0]))[0]
profile = getattr(point, "profile", point)
print(json.dumps([[float(profile[s]) for s in player.strategies] for player in game.players]))
"""


@pytest.mark.skipif(
    find_spec("pygambit") is None, reason="pygambit is not installed: an optional second opinion on the quantal path"
)
@pytest.mark.parametrize("seed", range(4))
def test_gambit_finds_the_same_quantal_response(seed: int) -> None:
    game = np.round(normalised(np.random.default_rng(seed).normal(size=(3, 2, 3, 2))), 4)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=json.dumps(game.tolist()), capture_output=True, text=True, check=True
    )
    for own, theirs in zip(quantal_path(game, 5.0).mixed_at(5.0), json.loads(done.stdout)):
        assert own == pytest.approx(theirs, abs=1e-6)
