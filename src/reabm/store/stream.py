"""A Parquet file that is written while the runs that fill it are still being played."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from reabm.store.table import COMPRESSION, LEVEL, Table, arrow_of

READ_BYTES = 1 << 20


class TableStream:
    """A table written part by part, one row group each; the same parts give the same bytes.

    The file can be read once it is closed; until then its folder has a name that says it is unfinished.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.n_rows = 0
        self._writer: Any = None

    def write(self, table: Table) -> None:
        """Add the rows of a table; words of every part must be the same."""
        import pyarrow.parquet as pq

        arrow = arrow_of(table)
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self.file, arrow.schema, version="2.6", compression=COMPRESSION, compression_level=LEVEL, write_page_checksum=True
            )
        if len(arrow):
            self._writer.write_table(arrow, row_group_size=len(arrow))
        self.n_rows += len(arrow)

    def close(self) -> None:
        """Finish the file and flush it to the disk."""
        if self._writer is None:
            return
        self._writer.close()
        self._writer = None
        with self.file.open("rb+") as written:
            os.fsync(written.fileno())


def file_sha256(file: Path) -> str:
    """SHA-256 of a file that may be larger than memory."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while part := content.read(READ_BYTES):
            digest.update(part)
    return digest.hexdigest()
