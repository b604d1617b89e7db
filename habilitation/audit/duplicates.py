"""One gesture logged twice, by the client and by the server: counted once, when that is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import pyarrow as pa

from habilitation.audit.ledger import Ledger

_PLACE = "file, line, part"
_ALONE = "concat_ws(':', file, line, part)"
# What two lines of one gesture have in common. A line without a request, or without a name, is a gesture of its own.
_SAME = {
    "request_id": f"coalesce(request_id, {_ALONE}), patient_id, document_id",
    "gesture": f"coalesce(professional_id, {_ALONE}), patient_id, document_id",
}
_APART = 600_000_000  # microseconds after which a request of the same number is another one
_MOMENT = {
    "request_id": f"""
        SELECT *, sum(late) OVER (PARTITION BY {{same}} ORDER BY t, {_PLACE}) AS moment FROM (
            SELECT *, coalesce(t - max(t_end) OVER (
                PARTITION BY {{same}} ORDER BY t, {_PLACE} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) > {_APART}, FALSE)::INTEGER AS late FROM lines)
    """,  # noqa: S608  # columns of ours
    "gesture": "SELECT *, t // 60000000 AS moment FROM lines",
}
_WHO = ("professional_id", "unit_id", "structure_id")
_BATCH = 131_072


def without_duplicates(
    ledger: Ledger,
    how: str,
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    facts: Collection[str],
    kept: dict[int, tuple[int, int]],
) -> Iterator[pa.RecordBatch]:
    """The accesses; when `how` is `request_id` or `gesture`, one of each gesture.

    INVARIANT (nothing is hidden): a line is left out only for one of the same gesture that was done if it was, that
    says everything it says, of the same person, and that is not more rounded. So what is judged accuses no less, when
    the gesture began: of lines that say the same, the earliest is kept, whatever the order of the files.
    `facts` are the columns that a table may tell: there, what one line states and the other does not are two gestures.
    `kept` then tells, by file, of how many lines some access is kept, and how many accesses.

    To know them apart, the lines are first put in a table, which DuckDB keeps on disk past its memory.
    """
    if not how:
        yield from batches
        return
    connection = ledger.connection
    connection.from_arrow(schema.empty_table()).create("lines")
    for batch in batches:
        ledger.add("lines", batch.select(schema.names))
    axes = schema.names[schema.get_field_index("outcome") + 1 :]
    counted = ", ".join(f'count("{name}")' for name in (*_WHO, *axes))
    (numbers,) = connection.execute(f"SELECT {counted} FROM lines").fetchall()  # noqa: S608  # as above
    stated = [name for name, n in zip((*_WHO, *axes), numbers, strict=True) if n]
    connection.execute(f"CREATE TABLE gestures AS {_gestures(how, schema.names, stated, facts)}")
    counts = """
        SELECT file, count(DISTINCT g.line), count(g.line)
        FROM (SELECT DISTINCT file FROM lines) LEFT JOIN gestures g USING (file) GROUP BY file
    """
    kept |= {file: (lines, accesses) for file, lines, accesses in connection.execute(counts).fetchall()}
    connection.execute("DROP TABLE lines")
    with connection.cursor() as cursor:
        for batch in cursor.sql("SELECT * FROM gestures").to_arrow_reader(_BATCH):
            yield batch.cast(schema) if batch.schema != schema else batch


def _gestures(how: str, columns: Sequence[str], stated: Sequence[str], facts: Collection[str]) -> str:
    """The lines kept. What a line leaves out, another may say, if all the others of its request agree."""
    exact = [_SAME[how], "moment", *(f'"{name}"' for name in stated if name in facts)]
    loose = [name for name in stated if name not in facts]
    agreed = "".join(
        f', coalesce("{name}", CASE WHEN min("{name}") OVER g = max("{name}") OVER g THEN min("{name}") OVER g END)'
        f' AS "said {name}"'
        for name in loose
    )
    said = " + ".join(["0", *(f'("{name}" IS NOT NULL)::INTEGER' for name in loose)])
    more = "".join(f' OR ("{name}" IS NOT NULL AND first_value("{name}") OVER w IS NULL)' for name in loose)
    return f"""
        WITH timed AS ({_MOMENT[how].format(same=_SAME[how])}),
        agreed AS (SELECT *{agreed} FROM timed WINDOW g AS (PARTITION BY {", ".join(exact)}))
        SELECT {", ".join(f'"{name}"' for name in columns)} FROM agreed
        WINDOW w AS (
            PARTITION BY {", ".join([*exact, *(f'"said {name}"' for name in loose)])}
            ORDER BY outcome, {said} DESC, t_end - t, t, {_PLACE})
        QUALIFY row_number() OVER w = 1 OR t_end - t < first_value(t_end - t) OVER w{more}
    """  # noqa: S608  # columns of ours
