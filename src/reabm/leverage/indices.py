"""Static indices of dependence of a target coalition at dates, read off played worlds: what is said of leverage without forks.

The definitions stand in `index_terms.py`, what a statistician sees of a world in `index_world.py`; whether the indices order
leverage as forks do is asked by `rank.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reabm.engine.run import Prepared, open_world_of, play_until, prepare
from reabm.leverage.forks import varied_sets
from reabm.leverage.index_terms import chain_exposure, choke_point, concentration, dependence, part_of, weighted_exposure
from reabm.leverage.index_world import (
    MEASURES,
    YEAR_MONTHS,
    Sight,
    Standing,
    Trade,
    mean_trade,
    standing_of,
    trade_of_month,
)
from reabm.leverage.restriction import TARGETS, Changes
from reabm.leverage.surface import LENGTHS, check_asked, fork_dates
from reabm.scenario import Scenario, with_settings
from reabm.store.result import RunTables
from reabm.world.layout import Array, views
from reabm.world.params import Params
from reabm.world.state import DESTINATIONS, GROUPS, State

N_SEEDS = 6
INDICES: dict[str, str] = {
    "declared_share_weight": "China's share of imports as customs sees them (smuggled goods fly other flags), by weight",
    "declared_share_value": "the same by value at the prices paid",
    "china_share_weight": "China's share of imports through all channels (stage magnet: of magnets delivered), by weight",
    "china_share_value": "the same by value at the prices paid",
    "hhi": "concentration of sources by value, by country where the ore was mined, the oxide separated, the magnet made",
    "dependence": "Hirschman dependence, share of the value of use",
    "dependence_musd": "the same times the value of use during the restriction, M USD",
    "choke_point": "choke-point exposure of a stage",
    "chain_exposure": "choke-point exposure of the worst stage (worst_oxide: magnets left out), and the mean that hides it",
}
WORST, WORST_OXIDE, MEAN = "worst", "worst_oxide", "mean"

Row = tuple[str, str, float]  # index, stage, value
Rows = NDArray[np.int64]  # destinations of a coalition


def indices(
    of: Scenario | RunTables,
    at: Sequence[str | int] | str | None = None,
    months: Sequence[int] | int = LENGTHS,
    targets: Sequence[str] | str = tuple(TARGETS),
    seeds: Iterable[int] | None = None,
    sets: Sequence[Changes] | None = None,
) -> pd.DataFrame:
    """Static indices of a scenario's worlds, or of the one world of a run, at dates: means over worlds.

    Parameters
    ----------
    of : Scenario, or a run (its world is played once more, which gives the same bits)
    at : dates (`2010-09`); None: the September of every year but the first, as `measure` forks them
    months : lengths of the restriction that an index is to speak of
    targets : of japan, usa, eu, all
    seeds : roots of luck; None: 0 to 5, of a run its own
    sets : parameter sets, dealt out among seeds in turn as `measure` does; None: three costs of trans-shipment, of a run its own

    Returns
    -------
    DataFrame, tidy: target, at (calendar month), months, index (of INDICES), stage, value; indices that know no length stand with
    the same value at every length. Flows are those of the twelve months before the date, stocks and capacity stand at its eve.

    Raises
    ------
    ScenarioError
        For a date, length or target that is not allowed.
    """
    scenario = of if isinstance(of, Scenario) else of.scenario
    if not isinstance(of, Scenario):
        seeds, sets = [of.seed] if seeds is None else seeds, [{}] if sets is None else sets
    dates = sorted(fork_dates(scenario, at))
    lengths = [months] if isinstance(months, int) else list(months)
    chosen = [targets] if isinstance(targets, str) else list(targets)
    check_asked(lengths, chosen, "halt", 1.0, max(lengths))
    rows = []
    for month, sight, params in _sights(scenario, dates, list(range(N_SEEDS) if seeds is None else seeds), sets):
        for target in chosen:
            for n in lengths:
                found = indices_of(sight, params.elements.group, TARGETS[target], n)
                rows += [(target, month, n, index, stage, value) for index, stage, value in found]
    key = ["target", "at", "months", "index", "stage"]
    frame = pd.DataFrame(rows, columns=[*key, "value"])
    return frame.groupby(key, sort=False)["value"].mean().reset_index()


def _sights(
    scenario: Scenario, dates: list[int], seeds: list[int], sets: Sequence[Changes] | None
) -> Iterator[tuple[int, Sight, Params]]:
    """Every world at every date: the calendar month, what is seen of it, the parameters in force at its eve."""
    chosen = varied_sets(scenario) if sets is None else sets
    for k, changes in enumerate(chosen):
        own = [seed for n, seed in enumerate(seeds) if n % len(chosen) == k]
        if not own:
            continue
        prepared = prepare(with_settings(scenario, changes, origin="parameter set"))
        for seed in own:
            yield from sights_of_world(prepared, seed, dates)


def sights_of_world(prepared: Prepared, seed: int, dates: Sequence[int]) -> Iterator[tuple[int, Sight, Params]]:
    """One world at rising dates (calendar months): the date, the year before and its eve, the parameters in force then."""
    start, china = prepared.scenario.start, prepared.names.origins.index("China")
    world = open_world_of(prepared, seed, details=False)
    state: State = views(State, prepared.sizes, world.block)
    year: deque[Trade] = deque(maxlen=YEAR_MONTHS)
    for at in dates:
        world = play_until(prepared, world, max(world.month, at - start - YEAR_MONTHS))
        while world.month < at - start:
            params = params_in_force(prepared, world.month)
            world = play_until(prepared, world, world.month + 1)
            year.append(trade_of_month(state, params, china))
        eve = params_in_force(prepared, at - start - 1)
        yield at, Sight(mean_trade(year), standing_of(state, eve, at - start - 1)), eve


def params_in_force(prepared: Prepared, month: int) -> Params:
    """Parameters of a month (of the run)."""
    return next(stretch.params for stretch in prepared.segments if stretch.first <= month <= stretch.last)


def indices_of(sight: Sight, group: Array, countries: Sequence[str], months: int) -> list[Row]:
    """All indices of one world at one date for a coalition and a length: (index, stage, value) of each.

    Parameters
    ----------
    group : float array, shape (elements,), 0 light, 1 heavy
    """
    rows = np.array([DESTINATIONS.index(country) for country in countries])
    trade = sight.trade
    chinese, imports, foreign = _imports(trade, rows)
    exposed = _dependence(sight, rows, chinese[0], imports[0] + trade.outside[0, -1][:, rows].sum(axis=-1), months)
    return [*_shares(trade, rows, chinese, imports), *_concentrations(trade, rows, chinese[1], foreign[1]), *exposed,
            *_choke_points(trade, sight.standing, rows, group, months)]  # fmt: skip


def _imports(trade: Trade, rows: Rows) -> tuple[Array, Array, Array]:
    """Imports of a coalition: from China by all channels and from all (measures, elements), and by outside origin.

    Re-exports count as far as the coalition takes more than it sells, as Chinese: they come out of stocks bought there.
    """
    again = np.maximum(0.0, trade.reexported[..., rows].sum(axis=-1))
    chinese = (trade.declared + trade.smuggled)[..., rows].sum(axis=-1) + again
    foreign = trade.outside[:, :-1][..., rows].sum(axis=-1)  # the last origin is recycled at home: no import
    return chinese, chinese + foreign.sum(axis=1), foreign


def _shares(trade: Trade, rows: Rows, chinese: Array, imports: Array) -> Iterator[Row]:
    """China's share of imports, declared and by all channels, by weight and by value."""
    declared = trade.declared[..., rows].sum(axis=(1, 2))
    magnets = trade.magnets[..., rows].sum(axis=(2, 3))
    for k, measure in enumerate(MEASURES):
        yield f"declared_share_{measure}", "oxide", float(part_of(declared[k], imports[k].sum()))
        yield f"china_share_{measure}", "oxide", float(part_of(chinese[k].sum(), imports[k].sum()))
        yield f"china_share_{measure}", "magnet", float(part_of(magnets[k, 0], magnets[k].sum()))


def _concentrations(trade: Trade, rows: Rows, chinese_kusd: Array, foreign_kusd: Array) -> Iterator[Row]:
    """Concentration of the sources of each stage, by value.

    Magnets from outside China are taken to come from countries as they make them, the coalition's own plants among them: which
    plant served whom is not followed.
    """
    mined = foreign_kusd.sum(axis=1)
    mined = mined + trade.mined_in[: len(mined)] @ chinese_kusd
    yield "hhi", "mined", concentration(mined)
    yield "hhi", "separated", concentration(np.append(foreign_kusd.sum(axis=1), chinese_kusd.sum()))
    from_china, from_outside = trade.magnets[1][..., rows].sum(axis=(1, 2))
    made_outside = trade.made_t[1:]
    yield "hhi", "magnet", concentration(np.append(from_outside * part_of(made_outside, made_outside.sum()), from_china))


def _dependence(sight: Sight, rows: Rows, chinese_t: Array, supply_t: Array, months: int) -> Iterator[Row]:
    """Hirschman dependence on oxide and on magnets, as a share and in money."""
    trade, standing = sight.trade, sight.standing
    used, unsaved = trade.used_t[:, rows].sum(axis=-1), trade.unsaved_t[:, rows].sum(axis=-1)
    oxide_kusd = trade.unsaved_kusd[:, rows].sum(axis=-1)
    cover = part_of(standing.stock_t[:, rows].sum(axis=-1), used)
    oxide = dependence(oxide_kusd, part_of(chinese_t, supply_t), 1.0 - part_of(used, unsaved), cover, months)
    from_china, from_outside = trade.magnets[0][..., rows].sum(axis=-1)
    need_kusd = trade.magnet_need_kusd[:, rows].sum(axis=-1)
    held = part_of(standing.magnet_stock_t[:, rows].sum(axis=-1), trade.magnet_need_t[:, rows].sum(axis=-1))
    share = part_of(from_china, from_china + from_outside)
    magnet = dependence(need_kusd, share, np.zeros_like(share), held, months)  # what is saved in a magnet is oxide
    yield "dependence", "oxide", oxide
    yield "dependence", "magnet", magnet
    oxide_musd = oxide * float(oxide_kusd.sum()) * months / 1000.0
    magnet_musd = magnet * float(need_kusd.sum()) * months / 1000.0
    yield "dependence_musd", "oxide", oxide_musd
    yield "dependence_musd", "magnet", magnet_musd
    yield "dependence_musd", "both", oxide_musd + magnet_musd


def _choke_points(trade: Trade, standing: Standing, rows: Rows, group: Array, months: int) -> Iterator[Row]:
    """Exposure of each stage and of the chain; capacity outside China is shared with the other buyers there, by use.

    What recyclers outside China return counts with mines and with separation.
    """
    use = trade.used_t[:, rows].sum(axis=-1)
    reach = part_of(use, trade.used_t[:, 1:].sum(axis=-1))
    recycled = trade.outside[0, -1].sum(axis=-1)
    stock = standing.stock_t[:, rows].sum(axis=-1)
    worth = trade.unsaved_kusd[:, rows].sum(axis=-1)
    found: list[Row] = []
    for stage, capacity in (("mine", standing.mining_t), ("separation", standing.separation_t)):
        exposure = choke_point((capacity + recycled) * reach, stock, use, months)
        for g, name in enumerate(GROUPS):
            mine = group == g
            found.append(("choke_point", f"{stage}_{name}", weighted_exposure(exposure[mine], worth[mine])))
    need = trade.magnet_need_t[:, rows].sum(axis=-1)
    reach = part_of(need, trade.magnet_need_t[:, 1:].sum(axis=-1))
    held = standing.magnet_stock_t[:, rows].sum(axis=-1)
    exposure = choke_point(standing.magnet_capacity_t * reach, held, need, months)
    found.append(("choke_point", "magnet", weighted_exposure(exposure, trade.magnet_need_kusd[:, rows].sum(axis=-1))))
    yield from found
    stages = np.array([value for _, _, value in found])
    yield "chain_exposure", WORST, chain_exposure(stages)
    yield "chain_exposure", WORST_OXIDE, chain_exposure(stages[:-1])
    yield "chain_exposure", MEAN, float(np.mean(stages))
