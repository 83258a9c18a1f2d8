"""A file on disk -> text, for scenario files only: regular files in UTF-8 of at most 5 MB."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from reabm.scenario.errors import Fault, ScenarioError

MAX_BYTES = 5_000_000
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # never wait for a pipe's writer


def display_name(path: Path) -> str:
    """Path as a person would write it: relative where it lies below the current folder."""
    try:
        here = Path(os.path.normpath(path.absolute()))
        return str(here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here)
    except (ValueError, OSError):
        return str(path)


def read_text(path: Path) -> str:
    """Text of a file, with \\n as its line ends and without a byte-order mark."""
    file = display_name(path)

    def refusal(message: str, line: int = 1) -> ScenarioError:
        return ScenarioError([Fault(file, line, "file", message)])

    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a file name"
        raise refusal(f"got nothing to read ({reason.lower()}); allowed a file that exists") from None
    kind = os.fstat(descriptor).st_mode  # of what was opened, so that what is checked is what is read
    if not stat.S_ISREG(kind):
        os.close(descriptor)
        raise refusal(f"got a {'folder' if stat.S_ISDIR(kind) else 'device or pipe'}; allowed a regular file")
    with open(descriptor, "rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise refusal(f"got more than {MAX_BYTES // 10**6} MB; allowed at most {MAX_BYTES // 10**6} MB")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]:
        raise refusal("got UTF-16 or binary data; allowed text in UTF-8; save the file as UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"got the byte 0x{data[error.start]:02X}"
        raise refusal(f"{found}; allowed text in UTF-8; save the file as UTF-8", line) from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n")
