"""How a run is shown: figures in print and a table in the terminal, from its tables only."""
