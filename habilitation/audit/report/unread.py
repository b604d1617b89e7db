"""How much of each input could not be read: what decides whether the rest can be relied on."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

LARGE = 20  # one line in so many


@dataclass(frozen=True, slots=True)
class Unread:
    """Lines of a file of which something was rejected, out of all its lines (rows, in Parquet)."""

    file: str
    rejected: int
    lines: int

    @property
    def is_large(self) -> bool:
        """Whether it is to be looked at before anything is concluded."""
        return self.rejected * LARGE >= self.lines


def unread(tables: duckdb.DuckDBPyConnection) -> list[Unread]:
    """The files of which something was rejected, logs before tables."""
    rows = tables.execute(
        "SELECT name, n, greatest(lines, n) FROM inputs JOIN ("
        "SELECT file AS name, count(DISTINCT coalesce(line, 0)) AS n FROM rejects GROUP BY file) USING (name) "
        "WHERE role <> 'mapping' ORDER BY number"
    ).fetchall()
    return [Unread(*row) for row in rows]
