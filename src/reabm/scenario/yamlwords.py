"""What a plain word of a scenario file means. Nothing ever turns silently into another type.

Only `true` and `false` are yes and no; `none` is nothing; decimal numbers are numbers; every other word, also `NO`,
`yes`, `12:30:45`, `010` or `2010-07`, stays the text that was written.
"""

from __future__ import annotations

import re

type Word = bool | int | float | str | None

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_LONGEST_NUMBER = 400  # characters; a longer run of digits is kept as text and refused by its field

NOTHING = frozenset({"", "~", "null", "Null", "NULL", "None", "NONE"})


def meaning(word: str) -> Word:
    """Value of a plain (unquoted) word."""
    if word == "none":
        return None
    if word == "true":
        return True
    if word == "false":
        return False
    if _INTEGER.fullmatch(word):
        return int(word)
    if len(word) <= _LONGEST_NUMBER and _DECIMAL.fullmatch(word):
        return float(word)
    return word
