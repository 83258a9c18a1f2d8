"""Time of a month's clearing, warm from last month: python -m tests.rules.time_clearing

Eight elements of about the size of 2010; supply and use wander so that prices move by some 2.5 % a month.
"""

import time

import numba
import numpy as np

from reabm.rules.clearing import clear_group
from tests.rules.markets import empty_market

MONTHS, REPEATS = 500, 25


def eight_elements(restricted_share):
    market, cleared = empty_market(8, freight_usd_kg=1.0, reverse_freight_usd_kg=1.0)
    reference = np.array([7.0, 5.0, 27.0, 20.0, 115.0, 600.0, 15.0, 30.0])
    market.use_t[:, 0] = np.array([18_000, 28_000, 16_000, 900, 750, 160, 4_000, 1_500]) / 12
    market.use_t[:, 1] = np.array([15_000, 22_000, 10_000, 600, 750, 140, 3_500, 1_000]) / 12
    market.supply_t[:, 0] = np.array([33_000, 50_000, 25_500, 1_450, 1_480, 295, 7_400, 2_450]) / 12
    market.supply_t[:, 1] = 0.05 * market.use_t[:, 1]
    market.smuggling_ceiling_t[:] = 0.35 * market.use_t[:, 1]
    market.smuggling_cost_usd_kg[:] = 1.0 + 0.05 * reference
    market.alloy_capacity_t[:3] = 0.05 * market.use_t[:3, 1]
    market.use_t[:, 2] = restricted_share * market.use_t[:, 1]
    market.use_t[:, 1] -= market.use_t[:, 2]
    market.want_t[:] = market.use_t * [2.0, 5.0, 5.0]
    market.held_t[:] = market.want_t
    market.reexport_need_t[:] = market.use_t[:, 2]
    market.reexport_ceiling_t[:] = 0.5 * market.use_t[:, 1]
    market.log_reference[:] = np.log(reference)
    market.log_anchor[:] = np.log(reference)[:, None]
    market.elasticity[:] = 0.5, 0.6, 0.35, 0.3, 0.3, 0.3, 0.3, 0.3
    market.choke_log[:] = 2.0
    market.tax_factor[:] = 1.15, 1.15, 1.15, 1.25, 1.25, 1.25, 1.25, 1.2
    cleared.log_china[:] = np.log(reference)
    return market, cleared


@numba.njit
def run_months(market, cleared, moves, quota, has_list):
    """Clear month after month; returns the mean licence price and the worst status."""
    licence = 0.0
    mean = 0.0
    for month in range(moves.shape[0]):
        for e in range(moves.shape[1]):
            market.supply_t[e, 0] *= moves[month, e, 0]
            market.use_t[e, 0] *= moves[month, e, 1]
            market.use_t[e, 1] *= moves[month, e, 2]
            if has_list:
                market.list_usd_kg[e] = 0.94 * cleared.outside_usd_kg[e]
        licence, _ = clear_group(market, cleared, 0, True, quota, licence)
        mean += licence / moves.shape[0]
    return mean, cleared.status[0]


def wander(months):
    """Factors on supply, inside use and outside use whose logs return to zero."""
    rng = np.random.default_rng(0)
    level = np.zeros((months + 1, 8, 3))
    for month in range(months):
        level[month + 1] = 0.9 * level[month] + rng.normal(0.0, 0.02, (8, 3))
    return np.exp(np.diff(level, axis=0))


def main():
    market, cleared = eight_elements(0.0)
    start = time.perf_counter(), time.process_time()
    clear_group(market, cleared, 0, True, np.inf, 0.0)
    wall, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
    print(f"first call of clear_group: {wall:.2f} s ({cpu:.2f} s of CPU), short where a cache exists")
    run_months(market, cleared, wander(2), np.inf, False)
    moves = wander(MONTHS)
    for name, quota, has_list, restricted_share in (
        ("no quota", np.inf, False, 0.0),
        ("slack quota", 1e9, False, 0.0),
        ("binding pooled quota", 2_500.0, False, 0.0),
        ("binding, export price list", 2_500.0, True, 0.0),
        ("embargo on 30 %, slack quota", 1e9, False, 0.3),
        ("embargo on 30 %, binding quota", 2_500.0, False, 0.3),
    ):
        best = np.inf
        for _ in range(REPEATS):
            market, cleared = eight_elements(restricted_share)
            begun = time.perf_counter()
            licence, status = run_months(market, cleared, moves, quota, has_list)
            best = min(best, time.perf_counter() - begun)
        print(f"{name:32s}{best / MONTHS * 1e6:6.2f} us a month   licence {licence:5.2f} USD/kg   status {status:.0f}")


if __name__ == "__main__":
    main()
