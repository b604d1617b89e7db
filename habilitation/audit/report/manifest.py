"""What makes a report evidence: what was read, by which policy, what became of each line, and a digest of each file."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from habilitation.audit.report.counts import Counts, Run
from habilitation.audit.report.folder import MAKER, MANIFEST
from habilitation.audit.report.page.counted import rejected_rows
from habilitation.audit.report.unread import unread
from habilitation.audit.schema import axis_of

FORMAT = 1
_BY_AUTHOR = {"author_id": "author", "author_structure_id": "own_structure"}
# An access that several rules forbid counts under each.
_BY_RULE = """
    SELECT unnest(string_split(coalesce(rules, ''), '+')) AS rule, count(*)
    FROM reported WHERE kind IN ('not_justified', 'no_rule') GROUP BY 1"""
_BY_MISSING = "SELECT coalesce(missing, ''), count(*) FROM reported WHERE kind = 'not_assessable' GROUP BY 1"


def versions() -> dict[str, str]:
    """The programs whose version can change a byte of a report."""
    return {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **{name: importlib.metadata.version(name) for name in ("habilitation", "duckdb", "pyarrow")},
    }


def write(folder: Path, tables: duckdb.DuckDBPyConnection, run: Run, counts: Counts, rows: Mapping[str, int]) -> None:
    """Write the manifest of the files of a folder; `rows` has the number of rows of those that are tables."""
    written = sorted(folder.iterdir())
    content = {
        "made_by": MAKER,
        "format": FORMAT,
        "written_at": run.finished.isoformat(timespec="seconds"),
        "policy": {**run.policy.policy, "editions": _editions(tables)},
        "versions": dict(run.versions),
        "options": dict(run.options),
        "inputs": inputs(tables),
        "counts": _numbers(tables, run, counts),
        "files": {file.name: described(file, rows.get(file.name)) for file in written},
    }
    if run.baseline is not None:
        content["baseline"] = dict(run.baseline)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _editions(tables: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The accesses that each edition judged."""
    query = "SELECT coalesce(key, ''), CAST(sum(n) AS BIGINT) FROM tally WHERE dimension = 'edition' GROUP BY ALL"
    return dict(tables.execute(query).fetchall())


def inputs(tables: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What was read, each file with its digest."""
    columns = ("role", "name", "sha256", "bytes", "lines", "columns_not_read")
    query = "SELECT role, name, sha256, bytes, lines, coalesce(not_read, []) FROM inputs ORDER BY number"
    return [dict(zip(columns, row, strict=True)) for row in tables.execute(query).fetchall()]


def _numbers(tables: duckdb.DuckDBPyConnection, run: Run, counts: Counts) -> dict[str, Any]:
    read = {one.file: one.read for one in run.files}
    codes = tables.execute("SELECT code, count(*) FROM rejects GROUP BY ALL").fetchall()
    return {
        "lines_read": counts.lines_read,
        "judged": counts.judged,
        "accesses": counts.accesses,
        "rejected": counts.rejected,
        "partly_rejected": counts.partly_rejected,
        "duplicates": counts.duplicates,
        "outside": counts.outside,
        "rejected_elsewhere": counts.rejected_elsewhere,
        "rejected_rows": rejected_rows(tables),
        "rejects_by_code": dict(codes),
        "rejects_by_file": [{**asdict(one), "large": one.is_large} for one in unread(tables, read)],
        "findings": counts.findings,
        "findings_unnamed": counts.unnamed,
        "findings_by_rule": dict(tables.execute(_BY_RULE).fetchall()),
        "not_assessable_by_missing": dict(tables.execute(_BY_MISSING).fetchall()),
        "axes_told": _told(tables, run),
        "by_kind": dict(counts.by_kind),
        "break_glass": counts.break_glass,
        "rule_by_system": counts.square,
        "by_file": [asdict(one) for one in run.files],
    }


def _told(tables: duckdb.DuckDBPyConnection, run: Run) -> list[str]:
    """The axes of which a table has a row: of the others, no table was given."""
    given = {name for (name,) in tables.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    axes = [axis.name for axis in run.policy.tables.axes]
    told = set()
    if "facts" in given:
        told |= {axes[axis] for (axis,) in tables.execute("SELECT DISTINCT axis FROM facts").fetchall()}
    if "documents" in given:
        columns = [name for (name, *_) in tables.execute("DESCRIBE documents").fetchall()]
        counted = ", ".join(f'count("{name}")' for name in columns)
        (numbers,) = tables.execute(f"SELECT {counted} FROM documents").fetchall()  # noqa: S608  # names of ours
        told |= {_BY_AUTHOR.get(name, axis_of(name)) for name, n in zip(columns, numbers, strict=True) if n}
    return [name for name in axes if name in told]


def described(file: Path, rows: int | None) -> dict[str, Any]:
    """A file as written: its digest, its size, the rows of a table."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    described: dict[str, Any] = {"sha256": digest, "bytes": file.stat().st_size}
    return described if rows is None else {**described, "rows": rows}
