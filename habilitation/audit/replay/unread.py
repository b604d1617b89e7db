"""What of the inputs could not be read under each policy, and so leaves accesses undecided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from habilitation.audit.report import FileCounts
from habilitation.audit.report.page.counted import Reject, rejected_rows, rejects
from habilitation.audit.report.spreadsheet import Table
from habilitation.audit.report.unread import Unread, unread

SIDES = ("old", "new")


@dataclass(frozen=True, slots=True)
class Rejected:
    """Under one policy: files of which something was rejected, rows by table, and the reasons, the commonest first."""

    by_file: tuple[Unread, ...]
    rows: Mapping[str, int]
    reasons: tuple[Reject, ...]

    @property
    def unread_rows(self) -> int:
        """The rows of the tables beside the logs that could not be read."""
        return sum(self.rows.values())

    def plain(self) -> dict[str, Any]:
        """As data, under the names of the manifest of an audit; with each reason, its first place and what was said."""
        return {
            "unread_rows": self.unread_rows,
            "rejected_rows": dict(self.rows),
            "rejects_by_code": {one.code: one.lines for one in self.reasons},
            "rejects_by_file": [{**asdict(one), "large": one.is_large} for one in self.by_file],
            "rejects": [
                {"code": one.code, "lines": one.lines, "first": one.example, "error": asdict(one.error)}
                for one in self.reasons
            ],
        }


def rejected(tables: duckdb.DuckDBPyConnection, logs: Iterable[FileCounts]) -> Rejected:
    """What a pass over the logs could not read."""
    read = {log.file: log.read for log in logs}
    return Rejected(tuple(unread(tables, read)), rejected_rows(tables), rejects(tables))


def keep(tables: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the rejects of a pass on disk, as the Parquet file `path`."""
    target = str(path).replace("'", "''")
    tables.execute(f"COPY rejects TO '{target}' (FORMAT parquet)")


def both(old: Path, new: Path, lang: str) -> Table:
    """Every reject, and under which policy: `both`, `old` or `new`."""
    error = "coalesce(error_fr, error)" if lang == "fr" else "error"
    parts = []
    for side, path in zip(SIDES, (old, new), strict=True):
        source = str(path).replace("'", "''")
        parts.append(f"SELECT '{side}' AS side, file, line, code, {error} AS error FROM read_parquet('{source}')")  # noqa: S608  # ours
    policy = "CASE WHEN count(DISTINCT side) > 1 THEN 'both' ELSE min(side) END AS policy"
    query = (
        f"SELECT {policy}, file, line, code, error FROM ({' UNION ALL '.join(parts)}) GROUP BY file, line, code, error"  # noqa: S608  # ours
    )
    return Table(query, ("file", "line NULLS FIRST", "code", "error", "policy"))
