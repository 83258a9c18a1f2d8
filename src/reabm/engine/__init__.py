"""When it happens: the month, the run, and the record of it. Start with `tick.py`."""
