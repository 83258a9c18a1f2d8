"""Luck by address: the generator is numpy's, addresses do not touch each other, numbers are distributed as they say."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from reabm.world.draws import (
    STREAMS,
    _draw_month,
    _draw_month_by_numpy,
    _philox,
    agent_keys,
    empty_draws,
    key_of,
    numpy_block,
    standard_normal,
    unit,
)

MINES = tuple(f"mine_{k}" for k in range(28))
MAKERS = tuple(f"maker_{k}" for k in range(13))
SIZES = {"zones": 2, "mines": len(MINES), "makers": len(MAKERS)}
KEYS = agent_keys(MINES, MAKERS)
N_MONTHS = 2000
LAST = 2**64 - 1


def drawn(seed, month, keys=KEYS, draw=_draw_month):
    draws = empty_draws(SIZES | {"mines": len(keys.mines), "makers": len(keys.makers)})
    draw(draws, keys, np.uint64(seed), month)
    return draws


@pytest.fixture(scope="module")
def many():
    """A row a month: two normals, then all uniforms."""
    rows = []
    for month in range(N_MONTHS):
        draws = drawn(5, month)
        rows.append(np.concatenate([draws.demand, draws.mines.ravel(), draws.makers.ravel(), draws.world]))
    return np.array(rows)


def test_the_kernel_is_numpys_philox_at_random_addresses():
    random = np.random.default_rng(1)
    addresses = random.integers(0, 2**64, (3000, 4), dtype=np.uint64)
    corners = np.array([[0, 0, 0, 1], [0, 0, 1, 0], [LAST, LAST, LAST, LAST], [1, LAST, 24060, 0]], dtype=np.uint64)
    for seed, stream, month, agent in np.concatenate([corners, addresses]):
        expected = numpy_block(int(seed), int(stream), int(month), int(agent))
        assert list(_philox(seed, stream, month, agent)) == expected.tolist()


def test_the_kernel_gives_the_published_numbers():
    """Known answers of Salmon et al. 2011 (random123, kat_vectors, philox4x64 10)."""
    words = [np.uint64(0)] * 4
    assert [f"{int(w):016x}" for w in _philox(*words)] == [
        "16554d9eca36314c", "db20fe9d672d0fdc", "d7e772cee186176b", "7e68b68aec7ba23b",
    ]  # fmt: skip


def test_a_month_drawn_by_numpy_has_the_same_bits():
    for seed, month in ((0, 0), (0, 24060), (2**63 - 1, 24311), (12345, 24100)):
        for one, other in zip(drawn(seed, month), drawn(seed, month, draw=_draw_month_by_numpy)):
            assert one.tobytes() == other.tobytes()


def test_a_draw_depends_on_its_own_address_only():
    full = drawn(3, 24100)
    some = drawn(3, 24100, agent_keys(MINES[5:7], MAKERS[:1]))
    assert some.mines.tobytes() == full.mines[5:7].tobytes()
    assert some.makers.tobytes() == full.makers[:1].tobytes()
    assert some.demand.tobytes() == full.demand.tobytes()
    assert drawn(3, 24101).mines.tobytes() != full.mines.tobytes()
    assert drawn(4, 24100).mines.tobytes() != full.mines.tobytes()


def test_no_number_comes_twice(many):
    assert len(np.unique(many)) == many.size


def test_uniform_numbers_are_uniform(many):
    uniform = many[:, 2:].ravel()
    n = uniform.size
    assert uniform.min() >= 0.0
    assert uniform.max() < 1.0
    assert abs(uniform.mean() - 0.5) < 4 * np.sqrt(1 / 12 / n)
    counts = np.histogram(uniform, 100, (0, 1))[0]
    chi_square = ((counts - n / 100) ** 2 / (n / 100)).sum()
    assert abs(chi_square - 99) < 4 * np.sqrt(2 * 99)


def test_normal_numbers_are_standard_normal():
    normal = np.array([drawn(seed, 24060 + month).demand for seed in range(40) for month in range(252)]).ravel()
    n = normal.size
    assert abs(normal.mean()) < 4 / np.sqrt(n)
    assert abs(normal.var() - 1.0) < 4 * np.sqrt(2 / n)
    assert abs((normal**3).mean()) < 4 * np.sqrt(15 / n)
    assert abs((normal**4).mean() - 3.0) < 4 * np.sqrt(96 / n)


def test_streams_agents_and_months_are_uncorrelated(many):
    limit = 5 / np.sqrt(N_MONTHS)
    between = np.corrcoef(many, rowvar=False)
    np.fill_diagonal(between, 0.0)
    assert np.abs(between).max() < limit
    centred = (many - many.mean(axis=0)) / many.std(axis=0)
    for lag in (1, 2, 12):
        assert np.abs((centred[lag:] * centred[:-lag]).mean(axis=0)).max() < limit


def test_neighbouring_seeds_are_uncorrelated():
    one = np.array([drawn(7, month).makers.ravel() for month in range(500)]).ravel()
    other = np.array([drawn(8, month).makers.ravel() for month in range(500)]).ravel()
    assert abs(np.corrcoef(one, other)[0, 1]) < 5 / np.sqrt(one.size)


def test_the_normal_is_the_inverse_of_the_distribution_function():
    exact = NormalDist()
    for p in [1e-12, 1e-6, 0.001, 0.02425, 0.3, 0.5, 0.7, 0.97575, 0.999, 1 - 1e-6, *np.linspace(0.0005, 0.9995, 999)]:
        assert standard_normal(float(p)) == pytest.approx(exact.inv_cdf(float(p)), rel=2e-9, abs=2e-9)
    assert np.isfinite([standard_normal(0.0), standard_normal(unit(np.uint64(LAST)))]).all()


def test_keys_are_the_same_on_every_machine():
    assert key_of("demand") == 0x67FDBBD07F17FCDF  # the start of its SHA-256
    assert len({*KEYS.mines.tolist(), *KEYS.makers.tolist(), *KEYS.streams.tolist(), *KEYS.zones.tolist()}) == 28 + 13 + 4 + 2
    assert len(STREAMS) == len(KEYS.streams)


@pytest.mark.full
def test_a_million_addresses_never_repeat():
    agents = [np.uint64(key_of(f"agent {k}")) for k in range(500)]
    found = np.array(
        [
            _philox(np.uint64(seed), stream, np.uint64(24060 + month), agent)
            for seed in range(2)
            for stream in KEYS.streams
            for month in range(250)
            for agent in agents
        ]
    )
    assert found.shape == (1_000_000, 4)
    assert len(np.unique(found)) == found.size
