"""Play a side: a person decides for an agent in turns of half a year, the others play their strategies."""

from reabm.sides.ending import Ending, Outcome, ending_of
from reabm.sides.file import game_text, load_game, save_game
from reabm.sides.game import Game, Option, new_game
from reabm.sides.side import Decision, Item, Side
from reabm.sides.table import SIDES

__all__ = [
    "SIDES",
    "Decision",
    "Ending",
    "Game",
    "Item",
    "Option",
    "Outcome",
    "Side",
    "ending_of",
    "game_text",
    "load_game",
    "new_game",
    "save_game",
]
