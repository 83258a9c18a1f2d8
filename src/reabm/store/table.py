"""A table of a run: named columns with unit and meaning, as numpy arrays, for pandas and for Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMAT_VERSION = 1
COMPRESSION, LEVEL = "zstd", 3
ROWS_PER_GROUP = 1 << 20  # fixed, so that the same run gives the same bytes


class Words(NamedTuple):
    """A column of words: a row holds the position of its word."""

    codes: NDArray[np.int32]
    words: tuple[str, ...]


class Column(NamedTuple):
    """One column: numbers, months or words."""

    values: NDArray[Any] | Words
    unit: str
    meaning: str


type Table = dict[str, Column]


def month_column(start: int, numbers: NDArray[np.int64]) -> Column:
    """First days of months; `start` is the run's first month (year x 12 + month - 1), `numbers` count from it."""
    months = np.asarray(start + numbers - 1970 * 12, dtype="datetime64[M]")
    return Column(months.astype("datetime64[us]"), "date", "first day of the month")


def frame_of(table: Table) -> pd.DataFrame:
    """The table as a DataFrame; words become categories."""
    import pandas as pd

    def series(values: NDArray[Any] | Words) -> Any:
        if isinstance(values, Words):
            return pd.Categorical.from_codes(values.codes, categories=list(values.words))
        return values

    return pd.DataFrame({name: series(column.values) for name, column in table.items()}, copy=True)


def arrow_of(table: Table) -> pa.Table:
    """The table in Arrow: float64 with nulls for what is not there, unit and meaning beside each column."""
    import pyarrow as pa

    fields, arrays = [], []
    for name, column in table.items():
        if isinstance(column.values, Words):
            words = pa.array(column.values.words, pa.string())
            array = pa.DictionaryArray.from_arrays(pa.array(column.values.codes, pa.int32()), words)
        else:
            array = pa.array(column.values, from_pandas=True)
        about = {"unit": column.unit, "meaning": column.meaning}
        fields.append(pa.field(name, array.type, metadata=about))
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata={"reabm_format": str(FORMAT_VERSION)}))


def parquet_bytes(table: Table) -> bytes:
    """The table as a Parquet file with page checksums; the same table gives the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(
        arrow_of(table), sink, version="2.6", compression=COMPRESSION, compression_level=LEVEL,
        row_group_size=ROWS_PER_GROUP, write_page_checksum=True,
    )  # fmt: skip
    written: bytes = sink.getvalue().to_pybytes()
    return written


def read_frame(content: bytes) -> pd.DataFrame:
    """A DataFrame of what `parquet_bytes` wrote, page checksums verified."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(pa.BufferReader(content), page_checksum_verification=True).to_pandas()
    return frame
