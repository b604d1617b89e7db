"""How much of each input could not be read: what decides whether the rest can be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

LARGE = 20  # one line in so many


@dataclass(frozen=True, slots=True)
class Unread:
    """Lines of a file of which something was rejected, out of those read of a log, of all those of another file."""

    file: str
    rejected: int
    lines: int

    @property
    def is_large(self) -> bool:
        """Whether it is to be looked at before anything is concluded."""
        return self.rejected * LARGE >= self.lines


def unread(tables: duckdb.DuckDBPyConnection, read: Mapping[str, int]) -> list[Unread]:
    """The files of which something was rejected, logs before tables. `read`: the lines read, a log."""
    rows = tables.execute(
        "SELECT name, n, lines FROM inputs JOIN ("
        "SELECT file AS name, count(DISTINCT coalesce(line, 0)) AS n FROM rejects GROUP BY file) USING (name) "
        "WHERE role <> 'mapping' ORDER BY number"
    ).fetchall()
    return [Unread(name, n, max(n, read.get(name, lines))) for name, n, lines in rows]
