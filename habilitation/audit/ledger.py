"""What an audit has found so far, in tables that may outgrow memory."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

MEMORY = "640MB"  # what DuckDB may hold before it writes to disk; the rest of the bound is for columns in flight
TOGETHER = 20_000  # rows worth an insertion

# Why a line is rejected is said in English, and beside it in French; a text of no language has no French.
REJECTS = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        *((name, pa.string()) for name in ("code", "error", "error_fr")),
    ]
)
TALLY = pa.schema(
    [
        ("dimension", pa.string()),
        ("key", pa.string()),
        ("effect", pa.string()),
        ("outcome", pa.string()),
        ("n", pa.int64()),
    ]
)
INPUTS = pa.schema(
    [
        ("number", pa.int32()),
        ("role", pa.string()),
        ("name", pa.string()),
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
        ("lines", pa.int64()),
        ("not_read", pa.list_(pa.string())),
    ]
)
# An access worth showing; `part` tells it from the others of its line. Sentences are in both languages; `facts` is a
# JSON list of {"axis", "value", "origin", "row", "from", "until"}; ways out are joined with ` | `, rules and missing
# axes with `+`.
REPORTED = pa.schema(
    [
        ("kind", pa.string()),
        ("break_glass", pa.bool_()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("part", pa.int32()),
        *(
            (name, pa.string())
            for name in (
                "event_id",
                "time",
                "time_end",
                "professional_id",
                "profession",
                "activity_genre",
                "specialty",
                "capacity",
                "structure_id",
                "unit_id",
                "patient_id",
                "document_id",
                "document_type",
                "action",
                "motive",
                "channel",
                "outcome",
                "effect",
                "rules",
                "citations",
                "message_fr",
                "message_en",
                "facts",
                "changes_fr",
                "changes_en",
                "missing",
                "edition",
                "request_id",
                "justification",
            )
        ),
    ]
)
TABLES = {"rejects": REJECTS, "tally": TALLY, "inputs": INPUTS, "reported": REPORTED}


class Ledger:
    """The tables of one run, in a DuckDB of its own that spills into `folder`. Threads may add to it."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self.folder = folder
        # No extension is ever fetched: nothing phones home.
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": str(folder / "spill"),
            "threads": threads,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self.connection = duckdb.connect(":memory:", config=settings)
        self._lock = threading.Lock()
        for name, schema in TABLES.items():
            self.connection.from_arrow(schema.empty_table()).create(name)

    def add(self, table: str, rows: Any) -> None:
        """Add the rows of an Arrow table or batch, whose columns are those of `TABLES[table]`."""
        rows = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
        if rows.num_rows:
            with self._lock, self.connection.cursor() as cursor:
                cursor.register("added", rows)
                cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM added")  # noqa: S608  # a table of ours

    def reject(self, file: str, line: int | None, code: str, error: str) -> None:
        """Keep a line that cannot be read: where it is and why. `line` counts from 1; None when it has no place."""
        told = {"file": file, "line": line, "code": code, "error": error, "error_fr": error}
        self.add("rejects", pa.Table.from_pylist([told], REJECTS))

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Held:
    """Rows on their way to a table, added many at a time: DuckDB takes longer to begin an insertion than to make it."""

    def __init__(self, ledger: Ledger, table: str) -> None:
        self._ledger, self._table = ledger, table
        self._rows: list[pa.Table] = []
        self._count = 0

    def add(self, rows: pa.Table) -> None:
        self._rows.append(rows)
        self._count += rows.num_rows
        if self._count >= TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Add what is held."""
        if self._rows:
            self._ledger.add(self._table, pa.concat_tables(self._rows))
            self._rows, self._count = [], 0
