"""The same month played by Mesa agents: a window on the arrays, for Mesa's tools and for strategies of one's own.

    from reabm.agents.model import RareEarthModel      # imports mesa, which takes some seconds

The only room that imports mesa.
"""
