"""What the page's fan of futures costs: 500 futures over five years from the eve of the halt, without and with leverage."""

from __future__ import annotations

import time

from reabm.app.background import Asked
from reabm.app.futures_live import Fans, FuturesLive, question_of
from reabm.app.live import Live
from reabm.scenario import Scenario
from tests.bench.row import Row

MONTHS_BEFORE, MONTHS, FUTURES = 68, 60, 500
SECONDS_ALLOWED, WITH_LEVERAGE_ALLOWED = 1.5, 3.0


def fan_s(live: Live, with_leverage: bool) -> tuple[float, Fans]:
    """Seconds until all of a fan is known, nothing of it known before; and what was published last."""
    shown: list[Fans] = []
    question = question_of(live.snapshot(), MONTHS, FUTURES, (), with_leverage)
    start = time.perf_counter()
    FuturesLive(shown.append)._answer(question, Asked())
    return time.perf_counter() - start, shown[-1]


def fan_rows(scenario: Scenario, n: int) -> list[Row]:
    """Best of n, on the two workers that the page uses."""
    live = Live("history", scenario)
    live.go_to(MONTHS_BEFORE)
    fan_s(live, with_leverage=True)  # compiles
    plain = min(fan_s(live, with_leverage=False)[0] for _ in range(n))
    took, fans = min((fan_s(live, with_leverage=True) for _ in range(n)), key=lambda found: found[0])
    measured = fans.leverage
    if measured is None or fans.fan.n_futures != FUTURES:
        raise SystemExit("bench: a fan without its futures or their leverage")
    note = f"leverage of {measured.n_futures} of them at {len(measured.dates)} dates, of 96 months each"
    return [
        Row(f"a fan of {FUTURES} futures over five years", plain, "s", most=SECONDS_ALLOWED, note="two workers, bands included"),
        Row("the same with leverage", took, "s", most=WITH_LEVERAGE_ALLOWED, note=note),
    ]
