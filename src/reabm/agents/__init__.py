"""The same month played by Mesa agents: a window on the arrays, for Mesa's tools and for strategies of one's own.

The only room that imports mesa, which takes seconds; `reabm.RareEarthModel` enters it when asked for.
"""

from reabm.agents.chinese_state import ChineseState
from reabm.agents.government import Government
from reabm.agents.importer import Importer
from reabm.agents.maker import Maker
from reabm.agents.mine import Mine
from reabm.agents.model import RareEarthModel
from reabm.agents.row import RowAgent, column, given
from reabm.agents.user import User

__all__ = [
    "ChineseState", "Government", "Importer", "Maker", "Mine", "RareEarthModel", "RowAgent", "User", "column", "given",
]  # fmt: skip
