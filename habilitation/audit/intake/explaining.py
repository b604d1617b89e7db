"""The inputs of an audit as they are understood: columns, what is ignored, and the first lines."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from habilitation.audit.asked import Asked
from habilitation.audit.clock import Clock
from habilitation.audit.intake.encoding import Encoding
from habilitation.audit.intake.from_mapping import read_mapping
from habilitation.audit.intake.layout import FHIR, Column, unambiguous
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.opening import CSV, NDJSON, Input, inputs
from habilitation.audit.intake.reading import CsvReading, Reading, reading
from habilitation.audit.intake.rejecting import Rejects
from habilitation.audit.intake.tables import READERS, stated_axes
from habilitation.audit.schema import (
    ACTOR_KINDS,
    CONTRADICTORY,
    DOUBTFUL,
    OPEN_START,
    OPEN_STOP,
    OUTCOMES,
    PLACE,
    axis_names,
    axis_of,
)
from habilitation.authorizer import Authorizer

SHOWN = 5  # lines of each file
# Instants, by the name that they have in the tables given and in the evidence.
_INSTANTS = {"t": "time", "t_end": "time_end", "start": "valid_from", "stop": "valid_to", "recorded": "recorded_at"}


def explained(asked: Asked, policy: Authorizer) -> list[dict[str, Any]]:
    """Each input as plain data: its format, its columns and how each was found, its first SHOWN lines as understood.

    Raises UsageError, InputError; a column that is missing is listed, and then no line is read.
    """
    unambiguous(policy)
    said = read_mapping(asked.mapping, policy)
    asked, mapping = said.completing(asked), said.tables
    with tempfile.TemporaryDirectory() as folder:
        files = [file for file in inputs(asked, Path(folder)) if file.role != "mapping"]
        return [_explained(file, asked, policy, mapping[file.role]) for file in files]


def _explained(file: Input, asked: Asked, policy: Authorizer, mapping: TableMapping) -> dict[str, Any]:
    rejects = Rejects(file.name, None)
    opened = reading(file, mapping, policy, rejects, strict=False)
    layout = opened.layout
    rows, columns = [], [_column(column, layout.header) for column in layout.columns]
    try:
        if not layout.missing:
            rows = list(_rows(file, opened, asked, policy, mapping, rejects, columns))
    finally:
        opened.close()
    return {
        "file": file.name,
        "role": file.role,
        "format": file.format,
        "compression": file.compression or None,
        "delimiter": opened.delimiter if isinstance(opened, CsvReading) else None,
        "encoding": (mapping.encoding or "utf-8") if file.format == CSV else None,
        "columns": columns,
        "constants": dict(mapping.constants),
        "ignored": list(layout.ignored),
        "misspelt": dict(layout.misspelt),
        "missing": list(layout.missing),
        "lines": sorted(rows, key=lambda row: row["line"] or 0)[:SHOWN],
    }


def _column(column: Column, header: tuple[str, ...]) -> dict[str, Any]:
    return {"column": column.name, "from": [header[place] for place in column.sources], "found_by": column.found}


def _rows(
    file: Input,
    opened: Reading,
    asked: Asked,
    policy: Authorizer,
    mapping: TableMapping,
    rejects: Rejects,
    columns: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """The first lines; for FHIR, also the columns, which are those of the batches."""
    encoding = Encoding(asked, policy, mapping, file.number, rejects) if file.role == "log" else None
    clock = Clock(asked.calendar)
    axes = stated_axes(policy, mapping, [opened]) if file.role == "documents" else ()
    reader = None if encoding else READERS[file.role](asked, policy, mapping, axes)
    coded = reader.coded if reader else axis_names(policy)
    for raw in opened.tables(coded, rejects):
        if file.format == NDJSON:
            columns += [
                {"column": name, "from": [name], "found_by": FHIR}
                for name in raw.schema.names
                if name not in (*PLACE, DOUBTFUL)
            ]
        few = raw.slice(0, SHOWN)
        good = encoding.encode(few) if encoding else reader.read(few, file.number, rejects)[0] if reader else few
        yield from (_understood(row, policy, clock) for row in good.to_pylist())
        break
    for line, code, sentence in rejects.held:
        yield {"line": line, "rejected": code, "error": sentence}


def _understood(row: Mapping[str, Any], policy: Authorizer, clock: Clock) -> dict[str, Any]:
    """One line, in words: what is null is left out."""
    said = {axis_of(name): value for name, value in row.items() if value is not None and name not in PLACE}
    axes = {encoder.axis.name: encoder.axis for encoder in policy.answers.asked.encoders}
    if "axis" in said:
        names = list(axes)
        said["fact"] = names[said.pop("axis")]
        said["value"] = _value(axes[said["fact"]], said["value"])
    else:
        said.pop("value", None)  # of a membership: that it holds
    for name, value in list(said.items()):
        if name in axes:
            said[name] = _value(axes[name], value)
    if "t_end" in said and said["t_end"] == said["t"] + 1:
        del said["t_end"]  # an exact time
    for name in _INSTANTS.keys() & said:
        said[name] = _instant(said[name], clock)
    said = {_INSTANTS.get(name, name): value for name, value in said.items()}
    if "outcome" in said:
        said["outcome"] = OUTCOMES[said["outcome"]]
    if "actor_kind" in said:
        said["actor_kind"] = ACTOR_KINDS[said["actor_kind"]]
    return {"line": row["line"], "understood": said}


def _value(axis: Any, ordinal: int) -> str | bool:
    if ordinal == CONTRADICTORY:
        return "in doubt"
    return bool(ordinal) if axis.fact else str(axis.values[ordinal].name)


def _instant(micros: int, clock: Clock) -> str:
    if micros in (OPEN_START, OPEN_STOP):
        return ""
    return clock.times(np.array([micros]))[0]


def in_text(files: list[dict[str, Any]]) -> str:
    """The same for a terminal, in English: what is refused is marked with an exclamation mark."""
    return "\n".join(line for file in files for line in _lines(file))


def _lines(file: Mapping[str, Any]) -> Iterator[str]:
    manner = [file["format"], file["compression"], file["encoding"]]
    manner += [f"cut at `{file['delimiter']}`" if file["delimiter"] else None]
    yield f"{file['file']}: {file['role']}, {', '.join(part for part in manner if part)}"
    for column in file["columns"]:
        yield f"  {column['column']} <- {', '.join(column['from'])} (by {column['found_by']})"
    for name, value in file["constants"].items():
        yield f"  {name} = {value} (constant)"
    if file["ignored"]:
        yield f"  ignored: {', '.join(file['ignored'])}"
    for source, ours in file["misspelt"].items():
        yield f"! `{source}` looks like `{ours}`: rename it, map it, or ignore it in a mapping file"
    if file["missing"]:
        yield f"! missing: {', '.join(file['missing'])}"
    for row in file["lines"]:
        if "rejected" in row:
            yield f"! line {row['line']}: {row['error']} [{row['rejected']}]"
        else:
            yield f"  line {row['line']}: " + ", ".join(f"{name}={value}" for name, value in row["understood"].items())
    yield ""
