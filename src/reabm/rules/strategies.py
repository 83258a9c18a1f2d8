"""The strategies an agent may play, by kind: name -> (code, one sentence, what it sees)."""

from __future__ import annotations

from typing import NamedTuple

from reabm.rules.planned import RECEDING_HORIZON
from reabm.rules.quantity_reply import QUANTITY_REPLY


class Strategy(NamedTuple):
    """One entry of the catalogue."""

    code: int
    sentence: str
    sees: str


STRATEGIES: dict[str, dict[str, Strategy]] = {
    "state": {
        "scripted_history": Strategy(0, "Does what the scenario's policy script says.", "the script"),
        "open_trade": Strategy(1, "No quota, no export tax, no embargo, no licences; production control stays.", "nothing"),
        "tight_quota": Strategy(2, "Keeps the tightest quota of the script for ever and obeys no ruling.", "the script"),
        "limit_pricing": Strategy(
            3,
            "Lets out each month the tonnes at which the outside price pays it best over its horizon; obeys no ruling.",
            "use, prices and mines outside",
        ),
        "receding_horizon": Strategy(
            RECEDING_HORIZON,
            "Tries its candidates every few months in the world as it believes it to be, and plays the one that promises most.",
            "all but stocks, illegal output, what was smuggled, and the future",
        ),
    },
    "government": {
        "none": Strategy(0, "Does nothing.", "nothing"),
        "scripted_history": Strategy(1, "Runs the programmes of the scenario's script.", "the script"),
        "threshold": Strategy(
            2, "Subsidises, stockpiles and complains once its exposure passes a threshold.", "its imports and stocks"
        ),
        "receding_horizon": Strategy(
            RECEDING_HORIZON,
            "Tries nothing, subsidies, a stockpile and both every few months, and does what promises its country most.",
            "all but stocks, illegal output, what was smuggled, and the future",
        ),
    },
    "mine": {
        "real_option": Strategy(
            0, "Builds when the expected basket passes the real-option hurdle.", "prices, own cost, contracts"
        ),
        "net_present_value": Strategy(1, "Builds when the net present value is positive.", "prices, own cost, contracts"),
        "wait": Strategy(2, "Never builds; keeps running what stands.", "nothing"),
        "scripted": Strategy(3, "Builds at the scripted date only.", "the script"),
        "price_fringe": Strategy(
            4, "Adds or drops capacity in use in proportion to price less full cost, at once.", "prices, own cost"
        ),
        "directed": Strategy(5, "Builds, runs and stops as the levers `mines.MINE.*` say.", "the levers"),
        "quantity_reply": Strategy(
            QUANTITY_REPLY,
            "Digs at once what pays it best beside the quota and the other mines.",
            "the quota, use, others' output",
        ),
    },
    "maker": {
        "logit": Strategy(
            0, "Moves with logit probability in the benefit, others' moves included.", "price gap, others' plants, reliability"
        ),
        "best_reply": Strategy(1, "Moves wholly as soon as the benefit is positive.", "price gap, others' plants, reliability"),
        "stay": Strategy(2, "Keeps its plants where they are.", "nothing"),
        "directed": Strategy(3, "Has the shares of its lines in China that the levers `makers.MAKER.*` name.", "the levers"),
    },
    "user": {
        "save": Strategy(0, "Substitutes and saves for good while prices are high.", "prices of the last months"),
        "keep_using": Strategy(1, "Uses what it always used.", "nothing"),
    },
    "importer": {
        "just_in_time": Strategy(0, "Holds its base cover and nothing more.", "nothing"),
        "bayesian_cover": Strategy(1, "Holds a stock against an interruption as its belief in China falls.", "deliveries"),
        "cover_and_prepay": Strategy(
            2, "The same, and finances mines in return for offtake.", "deliveries, mines' needs, prices"
        ),
    },
}
