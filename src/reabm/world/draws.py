"""The run's luck: every draw is addressed by (seed, stream, month, agent id), never taken from a shared generator.

Philox4x64-10 (Salmon et al. 2011), the counter-based generator that numpy ships, is a pure function: key = (seed,
stream), counter = (month, agent). So a fork shares its parent's luck, and one more agent, one more draw or another thread
moves nobody else's. `numpy_block` is the same function by numpy's own code: it serves when nothing is compiled
(NUMBA_DISABLE_JIT=1) and as the oracle in the tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from math import log, sqrt
from typing import Annotated as An
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from reabm.rules.rule import inline_rule, rule
from reabm.world.layout import Array, At, block_size, views

Keys = NDArray[np.uint64]
TO_UNIT = 1.0 / 9007199254740992.0  # 2^-53


def key_of(name: str) -> int:
    """64 bits that stand for a name, the same in every process and on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")


class AgentKeys(NamedTuple):
    """Names of streams and agents as numbers."""

    zones: Keys
    mines: Keys
    makers: Keys
    world: Keys
    streams: Keys  # demand, mines, makers, world


STREAMS = ("demand", "mines", "makers", "world")


def agent_keys(mines: Iterable[str], makers: Iterable[str]) -> AgentKeys:
    """Keys of all agents that have luck, in the order of their rows."""

    def keys(names: Iterable[str]) -> Keys:
        return np.array([key_of(name) for name in names], dtype=np.uint64)

    return AgentKeys(keys(("china", "outside")), keys(mines), keys(makers), keys(("world",)), keys(STREAMS))


class Draws(NamedTuple):
    """The luck of one month."""

    demand: An[Array, At("zones", "1", "standard normal shock to demand")]
    mines: An[Array, At("mines 4", "1", "uniform: finance, building time, two spare")]
    makers: An[Array, At("makers 4", "1", "uniform: leave to move (two lines), building time (two lines)")]
    world: An[Array, At("4", "1", "uniform: success of a case before the WTO, three spare")]


def empty_draws(sizes: dict[str, int]) -> Draws:
    """Room for a month's luck."""
    draws: Draws = views(Draws, sizes, np.zeros(block_size(Draws, sizes)))
    return draws


def numpy_block(seed: int, stream: int, month: int, agent: int) -> NDArray[np.uint64]:
    """Four 64-bit numbers of Philox4x64-10 at one address, by numpy."""
    counter = (agent << 64) + month - 1 if month > 0 or agent > 0 else (1 << 256) - 1
    words = [(counter >> (64 * k)) & 0xFFFFFFFFFFFFFFFF for k in range(4)]
    generator = np.random.Philox(counter=np.array(words, np.uint64), key=np.array([seed, stream], np.uint64))
    raw: NDArray[np.uint64] = generator.random_raw(4)
    return raw


@intrinsic
def _high_word(typingctx: Any, a: Any, b: Any) -> Any:
    """Upper 64 bits of a 128-bit product."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from llvmlite import ir

        wide = ir.IntType(128)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), build


@inline_rule
def _philox(seed, stream, month, agent):  # type: ignore[no-untyped-def]
    """Four 64-bit numbers of Philox4x64-10 with key (seed, stream) and counter (month, agent, 0, 0)."""
    c0, c1, c2, c3 = month, agent, np.uint64(0), np.uint64(0)
    k0, k1 = seed, stream
    for _ in range(10):
        high0 = _high_word(np.uint64(0xD2E7470EE14C6C93), c0)
        low0 = np.uint64(0xD2E7470EE14C6C93) * c0
        high1 = _high_word(np.uint64(0xCA5A826395121157), c2)
        low1 = np.uint64(0xCA5A826395121157) * c2
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0 += np.uint64(0x9E3779B97F4A7C15)
        k1 += np.uint64(0xBB67AE8584CAA73B)
    return c0, c1, c2, c3


@inline_rule
def unit(word):  # type: ignore[no-untyped-def]
    """A uniform number in [0, 1) from 64 bits (53 of them)."""
    return (word >> np.uint64(11)) * TO_UNIT


@rule
def standard_normal(uniform):  # type: ignore[no-untyped-def]
    """Standard normal deviate from one uniform number by the inverse distribution function (Acklam; error below 1.2e-9).

    One draw gives one number, so that draws never run out of step.
    """
    p = min(1.0 - 1e-16, max(1e-16, uniform))
    if p < 0.02425:
        q = sqrt(-2.0 * log(p))
        top = ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
               + 4.374664141464968) * q + 2.938163982698783  # fmt: skip
        low = (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1.0
        return top / low
    if p > 1.0 - 0.02425:
        q = sqrt(-2.0 * log(1.0 - p))
        top = ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
               + 4.374664141464968) * q + 2.938163982698783  # fmt: skip
        low = (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1.0
        return -top / low
    q = p - 0.5
    r = q * q
    top = (((((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r
            - 3.066479806614716e01) * r + 2.506628277459239) * q  # fmt: skip
    low = ((((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r
           - 1.328068155288572e01) * r + 1.0  # fmt: skip
    return top / low


@rule
def _draw_month(draws, keys, seed, month):  # type: ignore[no-untyped-def]
    t = np.uint64(month)
    s = np.uint64(seed)
    for z in range(draws.demand.shape[0]):
        a, _, _, _ = _philox(s, keys.streams[0], t, keys.zones[z])
        draws.demand[z] = standard_normal(unit(a))
    for m in range(draws.mines.shape[0]):
        a, b, c, d = _philox(s, keys.streams[1], t, keys.mines[m])
        draws.mines[m, 0], draws.mines[m, 1], draws.mines[m, 2], draws.mines[m, 3] = unit(a), unit(b), unit(c), unit(d)
    for j in range(draws.makers.shape[0]):
        a, b, c, d = _philox(s, keys.streams[2], t, keys.makers[j])
        draws.makers[j, 0], draws.makers[j, 1], draws.makers[j, 2], draws.makers[j, 3] = unit(a), unit(b), unit(c), unit(d)
    a, b, c, d = _philox(s, keys.streams[3], t, keys.world[0])
    draws.world[0], draws.world[1], draws.world[2], draws.world[3] = unit(a), unit(b), unit(c), unit(d)


def _draw_month_by_numpy(draws: Draws, keys: AgentKeys, seed: int, month: int) -> None:
    """The same without compiled code."""

    def units(stream: int, agent: Any) -> list[float]:
        block = numpy_block(int(seed), int(keys.streams[stream]), int(month), int(agent))
        return [(int(word) >> 11) * TO_UNIT for word in block]

    for z, agent in enumerate(keys.zones):
        draws.demand[z] = standard_normal(units(0, agent)[0])
    for m, agent in enumerate(keys.mines):
        draws.mines[m] = units(1, agent)
    for j, agent in enumerate(keys.makers):
        draws.makers[j] = units(2, agent)
    draws.world[:] = units(3, keys.world[0])


@rule
def _draw_traits(traits, keys, stream):  # type: ignore[no-untyped-def]
    nought = np.uint64(0)
    for i in range(traits.shape[0]):
        a, b, c, d = _philox(nought, stream, nought, keys[i])
        traits[i, 0], traits[i, 1] = standard_normal(unit(a)), standard_normal(unit(b))
        traits[i, 2], traits[i, 3] = standard_normal(unit(c)), standard_normal(unit(d))


def _draw_traits_by_numpy(traits: Array, keys: Keys, stream: Any) -> None:
    """The same without compiled code."""
    for i, agent in enumerate(keys):
        block = numpy_block(0, int(stream), 0, int(agent))
        traits[i] = [standard_normal((int(word) >> 11) * TO_UNIT) for word in block]


def draw_traits(names: Iterable[str]) -> Array:
    """What agents are born with: four standard normal deviates at each name, whatever the run's seed and whoever else there is.

    Parameters
    ----------
    names : names of agents, unique over all kinds

    Returns
    -------
    float array, shape (names, 4)
    """
    keys = np.array([key_of(name) for name in names], dtype=np.uint64)
    traits = np.zeros((len(keys), 4))
    fill = _draw_traits_by_numpy if numba.config.DISABLE_JIT else _draw_traits
    fill(traits, keys, np.uint64(key_of("traits")))
    return traits


draw_month = _draw_month_by_numpy if numba.config.DISABLE_JIT else _draw_month
