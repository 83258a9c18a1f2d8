"""Seeded mutations of a scenario's text: of bytes, of words, of lines and their order."""

from __future__ import annotations

import random
import re

BYTES = [bytes([b]) for b in (0, 9, 10, 13, 32, 34, 35, 38, 39, 42, 44, 45, 58, 60, 91, 93, 123, 125, 127, 0xC3, 0xFE, 0xFF)]
WORDS = [
    "none",
    "null",
    "~",
    "true",
    "NO",
    "yes",
    "on",
    "010",
    "1e3",
    "1e400",
    "-1",
    "0",
    ".5",
    ".inf",
    ".nan",
    "-3000",
    "9999999999999999999999999",
    "12:30:45",
    "2005",
    "2005-13",
    "1990-01",
    "0x10",
    "1_000",
    "''",
    '""',
    "[]",
    "{}",
    "[1,2]",
    "{a:1}",
    "&a",
    "*a",
    "!!str",
    "!!python/object/apply:os.system",
    "<<:",
    "-",
    "?",
    ":",
    "|",
    ">",
    "%",
    "@",
    "`",
    "---",
    "...",
    "\\u0000",
    "é",
    "漢",
    "USD/kg",
    "t/yr",
    "share",
    "assumption",
    "NdPr",
    "value",
    "unit",
    "source",
    "values",
    "step",
    "growth",
]
TOKEN = re.compile(r"[A-Za-z0-9_./-]+|[^\sA-Za-z0-9_./-]")


def mutated(text: str, luck: random.Random) -> bytes:
    """`text` after one to three mutations of one kind."""
    kind = luck.choice((_bytes, _words, _keys, _lines))
    data = text
    for _ in range(luck.choice((1, 1, 1, 2, 3))):
        changed = kind(data, luck)
        if isinstance(changed, bytes):
            return changed
        data = changed
    return data.encode("utf-8")


def _bytes(text: str, luck: random.Random) -> bytes:
    data = bytearray(text.encode("utf-8"))
    for _ in range(luck.randint(1, 4)):
        at = luck.randrange(len(data))
        what = luck.random()
        if what < 0.3:
            del data[at : at + luck.choice((1, 1, 2, 5, 100))]
        elif what < 0.6:
            data[at:at] = luck.choice(BYTES) * luck.choice((1, 1, 2, 50))
        elif what < 0.9:
            data[at : at + 1] = luck.choice(BYTES)
        else:
            data[at] = data[at] ^ (1 << luck.randrange(8))
    if luck.random() < 0.05:
        del data[luck.randrange(len(data)) :]
    return bytes(data)


def _words(text: str, luck: random.Random) -> str:
    tokens = list(TOKEN.finditer(text))
    token = luck.choice(tokens)
    new = luck.choice(WORDS) if luck.random() < 0.7 else luck.choice(tokens)[0]
    return text[: token.start()] + new + text[token.end() :]


def _keys(text: str, luck: random.Random) -> str:
    keys = list(re.finditer(r"[A-Za-z_0-9-]+(?=:)", text))
    key = luck.choice(keys)
    name = list(key[0])
    at = luck.randrange(len(name))
    what = luck.random()
    if what < 0.3:
        del name[at]
    elif what < 0.6:
        name.insert(at, luck.choice("abcxyz019_ -"))
    elif what < 0.8:
        name[at] = luck.choice("abcxyz019_-.")
    else:
        name = list(luck.choice(keys)[0])
    return text[: key.start()] + "".join(name) + text[key.end() :]


def _lines(text: str, luck: random.Random) -> str:
    lines = text.split("\n")
    i, j = luck.randrange(len(lines)), luck.randrange(len(lines))
    what = luck.random()
    if what < 0.25:
        del lines[i]
    elif what < 0.45:
        lines.insert(j, lines[i])
    elif what < 0.6:
        lines[i], lines[j] = lines[j], lines[i]
    elif what < 0.75:
        lines[i] = luck.choice(("  ", " ", "\t", "- ")) + lines[i]
    elif what < 0.9:
        lines[i] = lines[i].strip()
    else:
        lines[i] = lines[i].replace(": ", luck.choice((":", ": - ", ": [", ": {", " ", ": &a ", ": |"))) or "x"
    return "\n".join(lines)
