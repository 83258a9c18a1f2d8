"""A file that is written as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from reabm.store.naming import FolderError
from reabm.store.whole import flush_folder


def write_atomic(file: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole or not at all, whenever the machine stops."""
    unfinished = file.with_name(f"{file.name}.partial-{os.getpid()}")
    try:
        with unfinished.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
        flush_folder(file.parent)
    except OSError as error:
        raise FolderError(f"{file}: cannot be written: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
