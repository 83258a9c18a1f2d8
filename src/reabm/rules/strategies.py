"""The strategies an agent may play, by kind: name -> (code, one sentence, what it sees, where it comes from).

Codes are kept for ever: stored runs use them. Strategies of one's own (`own_strategies.py`) have codes from OWN on.
"""

from __future__ import annotations

from typing import NamedTuple

OWN = 1000.0  # code of the first strategy that was registered from outside
ASSUMED = "assumption"
RECEDING_HORIZON = 100  # of a state or government that plans ahead: it plays what it chose at its last plan
QUANTITY_REPLY = 100  # of a mine


class Strategy(NamedTuple):
    """One entry of the catalogue."""

    code: int
    sentence: str
    sees: str
    source: str = ASSUMED  # a key of configs/sources.yaml; or `assumption`: a plain way to play, taken from no publication


STRATEGIES: dict[str, dict[str, Strategy]] = {
    "state": {
        "scripted_history": Strategy(0, "Does what the scenario's policy script says.", "the script"),
        "open_trade": Strategy(1, "No quota, no export tax, no embargo, no licences; production control stays.", "nothing"),
        "tight_quota": Strategy(2, "Keeps the tightest quota of the script for ever and obeys no ruling.", "the script"),
        "limit_pricing": Strategy(
            3,
            "Lets out each month the tonnes at which the outside price pays it best over its horizon; obeys no ruling.",
            "use, prices and mines outside",
            "gaskins_1971",
        ),
        "coercive_ban": Strategy(
            5,
            "Follows the script, and stops shipments to the first target that the script names, again and again.",
            "the script",
            "gholz_2014",
        ),
        "licence_with_restraint": Strategy(
            6,
            "No quota, no tax, no embargo; heavy elements need a licence that is given: a threat kept unused.",
            "nothing",
            "liu_2025",
        ),
        "industrial_policy": Strategy(
            7,
            "Taxes oxide that leaves, alloys with it, and lets magnets go freely, to draw their makers in; obeys no ruling.",
            "nothing",
            "reuters_2010_strategy",
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
        "subsidise_and_stockpile": Strategy(
            4, "Pays makers to stay and keeps its reserve filled, whatever happens.", "its reserve", "reuters_2011_magnets"
        ),
        "complain": Strategy(
            5, "Goes to the WTO once its exposure passes its threshold, and does nothing else.", "its imports", "wto_2014"
        ),
        "price_floor": Strategy(
            6,
            "Guarantees mines that its importers may buy from a price for what earns them most, and pays the difference.",
            "prices and output of these mines",
            "mp_2025",
        ),
        "receding_horizon": Strategy(
            RECEDING_HORIZON,
            "Tries nothing, subsidies, a stockpile and both every few months, and does what promises its country most.",
            "all but stocks, illegal output, what was smuggled, and the future",
        ),
    },
    "mine": {
        "real_option": Strategy(
            0,
            "Builds when the expected basket passes the real-option hurdle.",
            "prices, own cost, contracts",
            "dixit_pindyck_1994",
        ),
        "net_present_value": Strategy(
            1, "Builds when the net present value is positive.", "prices, own cost, contracts", "dixit_pindyck_1994"
        ),
        "wait": Strategy(2, "Never builds; keeps running what stands.", "nothing"),
        "scripted": Strategy(3, "Builds at the scripted date only.", "the script"),
        "price_fringe": Strategy(
            4,
            "Adds or drops capacity in use in proportion to price less full cost, at once.",
            "prices, own cost",
            "gaskins_1971",
        ),
        "directed": Strategy(5, "Builds, runs and stops as the levers `mines.MINE.*` say.", "the levers"),
        "herd": Strategy(
            6,
            "Builds when enough others build, if running costs are covered; alone only when the net present value is positive.",
            "prices, own cost, contracts, others' building",
            "banerjee_1992",
        ),
        "quantity_reply": Strategy(
            QUANTITY_REPLY,
            "Digs at once what pays it best beside the quota and the other mines.",
            "the quota, use, others' output",
            "stackelberg_1934",
        ),
    },
    "maker": {
        "logit": Strategy(
            0,
            "Moves with logit probability in the benefit, others' moves included.",
            "price gap, others' plants, reliability",
            "mckelvey_palfrey_1995",
        ),
        "best_reply": Strategy(1, "Moves wholly as soon as the benefit is positive.", "price gap, others' plants, reliability"),
        "stay": Strategy(2, "Keeps its plants where they are.", "nothing"),
        "directed": Strategy(3, "Has the shares of its lines in China that the levers `makers.MAKER.*` name.", "the levers"),
        "move": Strategy(4, "Moves all lines to China, to plants of its own.", "nothing", "reuters_2011_magnets"),
        "split": Strategy(
            5, "Moves the commodity line to China and keeps the premium line at home.", "nothing", "reuters_2011_magnets"
        ),
        "joint_venture": Strategy(
            6,
            "Moves all lines to China with a local partner, who bears its share of the cost and gets to know how it is done.",
            "nothing",
            "ise_2013_tdk",
        ),
        "third_country": Strategy(
            7, "Moves what stands at home to a third country; what stands in China stays there.", "nothing", "couragemagnet_2022"
        ),
        "global_game": Strategy(
            8,
            "Moves when a noisy private signal of the benefit without others passes the threshold at which half of them would do.",
            "a signal of price gap and reliability",
            "morris_shin_2003",
        ),
    },
    "user": {
        "save": Strategy(0, "Substitutes and saves for good while prices are high.", "prices of the last months"),
        "keep_using": Strategy(1, "Uses what it always used.", "nothing"),
    },
    "importer": {
        "just_in_time": Strategy(0, "Holds its base cover and nothing more.", "nothing"),
        "bayesian_cover": Strategy(1, "Holds a stock against an interruption as its belief in China falls.", "deliveries"),
        "cover_and_prepay": Strategy(
            2,
            "The same, and finances mines in return for offtake.",
            "deliveries, mines' needs, prices",
            "press_2010_bargaining_tool",
        ),
        "stockpile": Strategy(3, "Holds some months of use beyond its base cover, always.", "nothing", "scmp_2020_stockpile"),
        "diversify": Strategy(
            4,
            "Holds its base cover, and bids for oxide of other origin as if it never trusted China.",
            "nothing",
            "japan_daily_press_2012",
        ),
        "learning": Strategy(
            5,
            "Mixes just-in-time, Bayesian cover and stockpile by what each brought or would have brought it.",
            "deliveries, prices",
            "camerer_ho_1999",
        ),
    },
}
