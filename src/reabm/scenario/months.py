"""Calendar months as whole numbers: year x 12 + month - 1."""

from __future__ import annotations

import re

FIRST_YEAR, LAST_YEAR = 1998, 2060
FIRST_MONTH = FIRST_YEAR * 12
LAST_MONTH = LAST_YEAR * 12 + 11
ALLOWED = f"a month YYYY-MM or a year YYYY between {FIRST_YEAR}-01 and {LAST_YEAR}-12"

_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?", re.ASCII)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2})-([0-9]{2})", re.ASCII)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_index(written: object) -> int | None:
    """Month of `YYYY` (January) or `YYYY-MM`; None where it is no month between 1998 and 2060."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        return None
    match = _MONTH.fullmatch(str(written)) if isinstance(written, str) or 0 < written < 10000 else None
    if match is None:
        return None
    month = int(match[2] or "1")
    index = int(match[1]) * 12 + month - 1
    return index if 1 <= month <= 12 and FIRST_MONTH <= index <= LAST_MONTH else None


def month_text(index: int) -> str:
    """`YYYY-MM` of a month."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def is_day(written: str) -> bool:
    """Whether the text is a day `YYYY-MM-DD`, a month or a year between 1998 and 2060."""
    match = _DAY.fullmatch(written)
    if match is None:
        return month_index(written) is not None
    month = month_index(match[1])
    return month is not None and 1 <= int(match[2]) <= _DAYS[month % 12]
