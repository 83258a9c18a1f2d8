"""Charts of a game: prices that every side knows, and what the ways to play were worth."""

from __future__ import annotations

import numpy as np

from reabm.app.charts.base import SOLID, Option, heading, line, months_axis, tooltip, value_axis
from reabm.app.play_forms import is_best_reply, money, way_words, ways_to_play
from reabm.report.palette import BLUE, GREEN, GREY, MARK, RED
from reabm.sides import Ending, Game
from reabm.sides.ending import CLOSE_MUSD
from reabm.world.history import COLUMN


def prices(game: Game) -> Option:
    """NdPr inside and outside China until the month before the turn, with the months of turns played marked."""
    scenario, months = game.scenario, game.world.history.months[: game.world.month]
    years = (scenario.start + np.arange(len(months))) / 12.0
    series = [
        line("outside China", years, months[:, COLUMN.ndpr_outside_usd_kg], BLUE, "USD/kg"),
        line("inside China", years, months[:, COLUMN.ndpr_china_usd_kg], RED, "USD/kg"),
    ]
    turns = [{"xAxis": round((game.first + 6 * n) / 12.0, 4)} for n in range(game.turn + 1)]
    series[0]["markLine"] = {
        "symbol": "none", "silent": True, "label": {"show": False}, "animation": False, "data": turns,
        "lineStyle": {"color": MARK, "type": SOLID, "width": 1, "opacity": 0.5},
    }  # fmt: skip
    return {
        "animation": False, "title": heading("Price of NdPr oxide", "USD/kg of 2010"), "tooltip": tooltip(),
        "xAxis": months_axis(scenario),
        "yAxis": [value_axis("USD/kg of 2010", low=0)], "series": series,
        "legend": {"top": 21, "left": 0, "padding": 0, "itemHeight": 3, "icon": "roundRect", "textStyle": {"color": "theme:ink"},
                   "data": [one["name"] for one in series]},
        "grid": {"left": 12, "right": 16, "top": 50, "bottom": 8, "containLabel": True},
    }  # fmt: skip


def gains(ending: Ending) -> Option:
    """A bar for each way to play: colours for one's own, history's and the best reply's, the regret beside one's own."""
    rows = list(reversed(ways_to_play(ending)))
    bars = []
    for one in rows:
        colour = BLUE if one.name == "you" else GREEN if is_best_reply(ending, one) else RED if one.name == "history" else GREY
        bar: Option = {"value": round(one.total, 2), "itemStyle": {"color": colour}}
        if one.name == "you" and ending.regret >= CLOSE_MUSD:
            bar["label"] = {"formatter": f"{money(one.total)} (regret {money(ending.regret)})"}
        bars.append(bar)
    names = [way_words(ending, one) for one in rows]
    return {
        "animation": False, "title": heading("What it was worth", "M USD of 2010, discounted"),
        "grid": {"left": 8, "right": 110, "top": 34, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "boundaryGap": ["8%", "8%"],
                  "axisLabel": {"formatter": "js:number", "color": "theme:soft", "hideOverlap": True},
                  "splitLine": {"lineStyle": {"color": "theme:rule"}}},
        "yAxis": {"type": "category", "data": names, "axisLabel": {"color": "theme:ink"}, "axisTick": {"show": False}},
        "series": [{"type": "bar", "name": "M USD", "data": bars, "barMaxWidth": 22,
                    "label": {"show": True, "position": "right", "formatter": "js:bar", "color": "theme:ink"}}],
    }  # fmt: skip
