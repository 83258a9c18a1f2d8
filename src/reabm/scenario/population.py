"""A synthetic population: several unlike firms in place of each named maker and importer, together as large as it.

Firm `n` of `tdk` is called `tdk.n`. What it is born with is drawn at its own name, so that it is the same firm whatever the
run's seed and however many others there are; then each trait is normalised over the firms of a name, so that capacity, trade,
finance and the mean traits are those of the named agent. One firm for each name is the world as it is, to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp
from typing import Any

import numpy as np

from reabm.scenario.scenario import Scenario
from reabm.world import params as p
from reabm.world.draws import draw_traits
from reabm.world.layout import Array, fields_of

COPIES = "population.copies"
SIZE, RELUCTANCE, VENTURE = 0, 1, 2  # columns of a maker's deviates
COVER, DOUBT = 1, 2  # of an importer's; its first is its size too


def copies_of(scenario: Scenario) -> int:
    """Firms in place of each named one; holds for the whole run, so that settings not yet applied count too."""
    return int(scenario.settings.get(COPIES, scenario.scalars[COPIES].value))


def firm_names(named: Iterable[str], copies: int) -> tuple[str, ...]:
    """Names of the firms, those of one name beside each other. The dot keeps them apart from every name in a file."""
    if copies == 1:
        return tuple(named)
    return tuple(f"{name}.{n}" for name in named for n in range(1, copies + 1))


def name_behind(firm: str) -> str:
    """The named agent that a firm is a part of."""
    return firm.partition(".")[0]


def populate(params: p.Params, scenario: Scenario) -> p.Params:
    """Parameters with the firms of the population in place of named makers and importers.

    Parameters
    ----------
    params : Params, one row for each record of the scenario, read only
    scenario : Scenario, of which the levers `population.*` are used
    """
    copies = copies_of(scenario)
    if copies == 1:
        return params
    spread = {path.partition(".")[2]: own.value for path, own in scenario.scalars.items() if path.startswith("population.")}
    importers = _importers(params.importers, tuple(scenario.importers), copies, spread)
    signs = np.zeros((params.mines.offtake_ok.shape[0], importers.destination.shape[0]))
    signs[:, ::copies] = params.mines.offtake_ok
    return params._replace(
        mines=params.mines._replace(offtake_ok=signs),
        makers=_makers(params.makers, tuple(scenario.makers), copies, spread),
        importers=importers,
    )


def _makers(named: p.MakerParams, names: tuple[str, ...], copies: int, spread: dict[str, float]) -> p.MakerParams:
    """Makers: capacity is split by size; reluctance differs by an amount, the venture partner's share by a factor."""
    born = draw_traits(firm_names(names, copies))
    size = _parts(born[:, SIZE], copies, spread["size_spread"])
    firms = _repeated(named, "makers", copies)
    moved = spread["reluctance_spread"] * born[:, RELUCTANCE]
    return firms._replace(
        opening_t=firms.opening_t * size[:, None, None],
        reluctance=firms.reluctance + (moved - _mean(moved, size, copies)),
        # A partner cannot hold more than the whole: where that binds, the mean falls a little.
        venture_share=np.minimum(1.0, firms.venture_share * _factor(born[:, VENTURE], size, copies, spread["venture_spread"])),
    )


def _importers(named: p.ImporterParams, names: tuple[str, ...], copies: int, spread: dict[str, float]) -> p.ImporterParams:
    """Importers: trade is split by size; cover and the opening doubt about China differ by factors.

    A mine is financed in one piece, so that a house's firms lend as one syndicate: its first firm holds their whole cheque book.
    """
    born = draw_traits(firm_names(names, copies))
    size = _parts(born[:, SIZE], copies, spread["size_spread"])
    firms = _repeated(named, "importers", copies)
    known = firms.opening_delivered + firms.opening_disrupted
    doubt = firms.opening_disrupted * _factor(born[:, DOUBT], size, copies, spread["doubt_spread"])
    doubt = np.minimum(doubt, known)
    finance = np.zeros_like(firms.finance_kusd)
    finance[::copies] = named.finance_kusd
    return firms._replace(
        trade_share=firms.trade_share * size,
        base_cover_months=firms.base_cover_months * _factor(born[:, COVER], size, copies, spread["cover_spread"]),
        finance_kusd=finance,
        opening_delivered=known - doubt,
        opening_disrupted=doubt,
    )


def _repeated(named: Any, dimension: str, copies: int) -> Any:
    """A group of arrays with each row of a kind of agent repeated; what does not belong to a row stays."""
    rows = {spec.name for spec in fields_of(type(named)) if spec.dims[0] == dimension}
    return named._replace(**{name: np.repeat(getattr(named, name), copies, axis=0) for name in rows})


def _parts(deviates: Array, copies: int, spread: float) -> Array:
    """Sizes as parts of the named agent's: log-normal, summing to 1 over the firms of a name."""
    weights = _exp(spread * deviates)
    return weights / np.repeat(_sums(weights, copies), copies)


def _factor(deviates: Array, size: Array, copies: int, spread: float) -> Array:
    """Log-normal factors with mean 1 over the firms of a name, weighted by size."""
    factors = _exp(spread * deviates)
    return factors / _mean(factors, size, copies)


def _mean(values: Array, size: Array, copies: int) -> Array:
    """Mean over the firms of a name, weighted by size, at each of them."""
    return np.repeat(_sums(values * size, copies), copies)


def _sums(values: Array, copies: int) -> Array:
    """Sums over the firms of each name, term by term: library sums may differ between machines in the last bit."""
    sums: Array = np.cumsum(values.reshape(-1, copies), axis=1)[:, -1]
    return sums


def _exp(values: Array) -> Array:
    """Exponentials one by one: vectors of them may differ between machines in the last bit."""
    return np.array([exp(value) for value in values])
