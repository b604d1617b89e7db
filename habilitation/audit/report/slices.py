"""The accesses reported, by place, in slices that fit in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

ROWS = 32_768
# The place of an access is unique; the rest orders what a log that was read twice would repeat.
BY_PLACE = ("file", "line", "part", "kind", "professional_id", "patient_id", "event_id")
# The facts of `reported` as a list, of which the columns `from` and `row` need quotes.
FACT = ("axis", "value", "origin", "row", "from", "until")
FACTS = "from_json(nullif(facts, ''), '[{" + ", ".join(f'"{name}": "VARCHAR"' for name in FACT) + "}]')"


def sliced(
    tables: duckdb.DuckDBPyConnection,
    source: str = "reported",
    columns: str = f"* REPLACE ({FACTS} AS facts)",
    order: Sequence[str] = BY_PLACE,
) -> Iterator[None]:
    """Fill the table `slice` with the first ROWS rows of a table by place, then with the next; once, if none.

    There, the facts of what is reported are a list.
    Only their places are sorted: a sort of the whole rows, facts and sentences, asks for more memory than is granted.
    """
    tables.execute(
        "CREATE OR REPLACE TEMP TABLE places AS SELECT rowid AS row, "  # noqa: S608  # constants
        f"(row_number() OVER (ORDER BY {', '.join(order)}) - 1) // {ROWS} AS number FROM {source}"
    )
    # Rows come almost in the order of the logs: a slice is found in few blocks, between its first row and its last.
    bounds = tables.execute("SELECT number, min(row), max(row) FROM places GROUP BY ALL ORDER BY number").fetchall()
    for number, first, last in bounds or [(0, 0, -1)]:
        tables.execute(
            f"CREATE OR REPLACE TEMP TABLE slice AS SELECT {columns} FROM {source} "  # noqa: S608  # ours
            "WHERE rowid BETWEEN ? AND ? AND rowid IN (SELECT row FROM places WHERE number = ?)",
            (first, last, number),
        )
        yield
    tables.execute("DROP TABLE slice")
    tables.execute("DROP TABLE places")
