"""Every access judged otherwise, as files for programs and for spreadsheets: the same bytes for the same inputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from habilitation.audit.ledger import Ledger
from habilitation.audit.options import options
from habilitation.audit.replay.comparing import CHANGED
from habilitation.audit.replay.counted import Replay, Words
from habilitation.audit.replay.dimensions import SIDED, TOLD, Dimension
from habilitation.audit.replay.plain import accesses, lines
from habilitation.audit.replay.sides import Side
from habilitation.audit.report import folder as reports
from habilitation.audit.report.manifest import described, versions
from habilitation.audit.report.slices import ROWS, sliced
from habilitation.audit.report.spreadsheet import Spreadsheet, Table
from habilitation.audit.rulebook import Told

FORMAT = 1
_PLACE = ("file", "line", "part")


def schema(dimensions: Sequence[Dimension]) -> pa.Schema:
    """An access judged otherwise: a column a dimension, under its key."""
    keys = [one.key for one in dimensions]
    return pa.schema(
        [
            ("place", pa.string()),
            ("kind", pa.string()),
            *((name, pa.string()) for name in ("time", "professional_id", "patient_id", *keys, "outcome")),
            *((name, pa.string()) for name in SIDED),
            ("file", pa.string()),
            ("line", pa.int64()),
            ("part", pa.int32()),
        ]
    )


def claimed(out: Path) -> Path:
    """The folder to write. UsageError if what is there is no earlier comparison."""
    folder = reports.claimed(out, reports.COMPARISON)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder


def write(
    ledger: Ledger,
    folder: Path,
    words: Words,
    found: Replay,
    sides: tuple[Side, Side],
    inputs: Sequence[Any],
    rejects: Table,
) -> None:
    """Write `changed.parquet`, `changed.csv`, `rejects.csv` and the manifest, whole or not at all.

    `inputs` are what was read, `rejects` what could not be.
    """
    asked, tables = sides[1].asked, ledger.connection
    unsaid = "en" if asked.lang == "fr" else "fr"
    in_words = Table(f"SELECT * EXCLUDE (old_message_{unsaid}, new_message_{unsaid}) FROM shown", _PLACE)  # noqa: S608  # ours
    with reports.replaced(folder) as beside:
        sheet = Spreadsheet(tables, beside / "changed.csv", asked.dialect)
        with pq.ParquetWriter(beside / "changed.parquet", schema(found.dimensions), compression="zstd") as file:
            for _ in sliced(tables, CHANGED, "*", _PLACE):
                shown = _shown(ledger, words, found.dimensions)
                file.write_table(shown, row_group_size=ROWS)
                tables.register("shown", shown)
                sheet.add(in_words)
                tables.unregister("shown")
        unread = Spreadsheet(tables, beside / "rejects.csv", asked.dialect)
        unread.add(rejects)
        rows = {"changed.csv": sheet.rows, "changed.parquet": sheet.rows, "rejects.csv": unread.rows}
        _manifest(beside, found, sides, inputs, rows)


def _shown(ledger: Ledger, words: Words, dimensions: Sequence[Dimension]) -> pa.Table:
    """The accesses of the table `slice` as they are written, in the order of their places."""
    rows = ledger.connection.sql(f"SELECT * FROM slice ORDER BY {', '.join(_PLACE)}").to_arrow_table()  # noqa: S608  # ours
    columns = {name: rows.column(name) for name in rows.schema.names}
    columns |= {one.key: rows.column(one.column) for one in dimensions}
    columns["place"] = pc.binary_join_element_wise(rows.column("file"), rows.column("line").cast(pa.string()), ":")
    columns["time"] = pa.array(words.clock.times(rows.column("stamp").to_numpy()), pa.string())
    for sort in ("professional", "patient"):
        columns[f"{sort}_id"] = _each(rows.column(f"{sort}_id"), partial(words.person, sort))
    for side, told in words.told.items():
        for name in TOLD:
            columns[f"{side}_{name}"] = _each(rows.column(f"{side}_rules"), partial(_said, told, name))
    wanted = schema(dimensions)
    return pa.table([columns[name].cast(wanted.field(name).type) for name in wanted.names], wanted).combine_chunks()


def _said(told: Callable[[str], Told], name: str, rules: str) -> str:
    text: str = getattr(told(rules), name)
    return text


def _each(column: pa.ChunkedArray, told: Callable[[str], str]) -> pa.Array:
    """What is told of each text, worked out once however many rows bear it."""
    coded = column.combine_chunks().dictionary_encode()
    return pa.array([told(text) for text in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def _manifest(
    folder: Path, found: Replay, sides: tuple[Side, Side], inputs: Sequence[Any], rows: Mapping[str, int]
) -> None:
    content: dict[str, Any] = {
        "made_by": reports.COMPARISON,
        "format": FORMAT,
        "policies": {name: side.named.plain() for name, side in zip(("old", "new"), sides, strict=True)},
        "options": {name: options(side.asked) for name, side in zip(("old", "new"), sides, strict=True)},
        "inputs": inputs,
        "versions": versions(),
        "counts": {**accesses(found), **lines(found)},
        "files": {file.name: described(file, rows[file.name]) for file in sorted(folder.iterdir())},
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2)
    (folder / reports.MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
