"""One gesture logged twice, by the client and by the server: counted once, when that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from habilitation.audit.ledger import Ledger

_ALONE = "concat_ws(':', file, line, part)"
# What tells that two lines are one gesture. A line without a request is always a gesture of its own.
_SAME = {
    "request_id": f"coalesce(request_id, {_ALONE}), professional_id, patient_id, document_id",
    "gesture": f"coalesce(professional_id, {_ALONE}), patient_id, document_id, {{axes}}, t // 60000000",
}
_BATCH = 131_072


def without_duplicates(
    ledger: Ledger, how: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema, kept: dict[int, tuple[int, int]]
) -> Iterator[pa.RecordBatch]:
    """The accesses; when `how` is `request_id` or `gesture`, one of each gesture.

    `kept` then tells, by file, of how many lines some access is kept, and how many accesses.

    What was done is kept before what was refused, then the first in the logs.

    To know them apart, the lines are first put in a table, which DuckDB keeps on disk past its memory.
    """
    if not how:
        yield from batches
        return
    connection = ledger.connection
    connection.from_arrow(schema.empty_table()).create("lines")
    for batch in batches:
        ledger.add("lines", batch.select(schema.names))
    axes = [name for name in ("document_type", "action", "motive") if name in schema.names]
    same = _SAME[how].format(axes=", ".join(axes) or "0")
    connection.execute(f"""
        CREATE TABLE gestures AS SELECT * FROM lines
        QUALIFY row_number() OVER (PARTITION BY {same} ORDER BY outcome, file, line, part) = 1
    """)  # noqa: S608  # columns of ours
    counts = """
        SELECT file, count(DISTINCT g.line), count(g.line)
        FROM (SELECT DISTINCT file FROM lines) LEFT JOIN gestures g USING (file) GROUP BY file
    """
    kept |= {file: (lines, accesses) for file, lines, accesses in connection.execute(counts).fetchall()}
    connection.execute("DROP TABLE lines")
    with connection.cursor() as cursor:
        for batch in cursor.sql("SELECT * FROM gestures").to_arrow_reader(_BATCH):
            yield batch.cast(schema) if batch.schema != schema else batch
