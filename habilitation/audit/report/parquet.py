"""The findings for programs: every column of the ledger, in both languages, the facts as lists."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from habilitation.audit.ledger import REPORTED
from habilitation.audit.report.slices import BY_PLACE, FACT, ROWS
from habilitation.audit.report.tables import FINDING

_FACT = pa.struct([(name, pa.string()) for name in FACT])
SCHEMA = pa.schema(
    [("place", pa.string())] + [(one.name, pa.list_(_FACT) if one.name == "facts" else one.type) for one in REPORTED]
)


class Findings:
    """The Parquet file of the findings, which grows slice by slice; an empty text is a null.

    Its groups have ROWS rows, but the last: how many slices they came in leaves no mark.
    """

    def __init__(self, path: Path) -> None:
        self._file = pq.ParquetWriter(path, SCHEMA, compression="zstd")
        self._waiting = SCHEMA.empty_table()
        self.rows = 0

    def add(self, tables: duckdb.DuckDBPyConnection) -> None:
        """Write the findings of the table `slice`."""
        columns = ", ".join(f'{_column(field)} AS "{field.name}"' for field in SCHEMA)
        order = ", ".join(f"slice.{name}" for name in BY_PLACE)
        query = f"SELECT {columns} FROM slice WHERE {FINDING} ORDER BY {order}"  # noqa: S608  # names of ours
        found = tables.sql(query).to_arrow_table().cast(SCHEMA)
        self._waiting = pa.concat_tables([self._waiting, found])
        self.rows += found.num_rows
        if self._waiting.num_rows >= ROWS:
            self._write(self._waiting.slice(0, ROWS))
            self._waiting = self._waiting.slice(ROWS)

    def _write(self, group: pa.Table) -> None:
        self._file.write_table(group.combine_chunks(), row_group_size=ROWS)

    def __enter__(self) -> Findings:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        if kind is None and self._waiting.num_rows:
            self._write(self._waiting)
        self._file.close()


def _column(field: pa.Field) -> str:
    if field.name == "place":
        return "file || ':' || line"
    return f"nullif(\"{field.name}\", '')" if pa.types.is_string(field.type) else f'"{field.name}"'
