"""A matrix as a sheet: a table to show, or a spreadsheet (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from habilitation.authoring.show import named
from habilitation.authorizer import Authorizer
from habilitation.checked.spreadsheet import as_rows
from habilitation.compiled.tables import AxisTable, CellsTable, MatrixTable, Tables, ValueTable
from habilitation.diagnostic import RequestError, did_you_mean


@dataclass(frozen=True, slots=True)
class CellValueView:
    """A declared cell value."""

    mark: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its coordinate, what it is called, its cells (marks with their footnotes)."""

    name: str
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One edition of a matrix. `heads` are short names of `columns`, `legend` what the short names stand for."""

    matrix: str
    label: str
    edition: str
    editions: tuple[str, ...]
    axes: tuple[str, ...]
    rows_axis: str
    columns: tuple[str, ...]
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    values: tuple[CellValueView, ...]
    legend: tuple[CellValueView, ...]
    footnotes: Mapping[str, str]
    disputes: tuple[str, ...]
    provenance: Mapping[str, str]


def sheet(policy: Authorizer, name: str, edition: str | None, lang: str) -> Sheet:
    """An edition of a matrix, the latest when none is named. Raises RequestError for an unknown name."""
    matrix, cells = _found(policy.tables, name, edition)
    sides = sides_of(policy.tables, matrix)
    header, *rows = _rows(sides, matrix, cells)
    labels = {value.name: value.text[lang] for value in sides[matrix.rows].values}
    across = [side for index, side in enumerate(sides) if index != matrix.rows]
    marks = marks_across(policy.tables, matrix)
    return Sheet(
        matrix=matrix.name,
        label=matrix.text[lang],
        edition=cells.id,
        editions=tuple(one.id for one in matrix.editions),
        axes=tuple(side.name for side in sides),
        rows_axis=sides[matrix.rows].name,
        columns=tuple(header[1:]),
        heads=tuple("/".join(parts) for parts in short_heads(header[1:], marks)),
        lines=tuple(Line(row[0], labels[row[0]], tuple(row[1:])) for row in rows),
        values=tuple(
            CellValueView(mark, value, text[lang])
            for mark, value, text in zip(matrix.marks, matrix.values, matrix.value_texts, strict=True)
        ),
        legend=tuple(_legend(header[1:], across, marks, lang)),
        footnotes={key: text[lang] for key, text in matrix.notes},
        disputes=tuple(dict.fromkeys(dispute.text[lang] for dispute in cells.disputes)),
        provenance=dict(cells.provenance),
    )


def edition_in_force(policy: Authorizer, name: str) -> str:
    """The edition of a matrix in the edition of the policy in force. Raises RequestError where it has none."""
    tables, number = policy.tables, policy.answers.number
    matrix: MatrixTable = named(tables.matrices, name, "matrix")
    chosen = tables.editions[number].matrices[tables.matrices.index(matrix)] if number >= 0 else -1
    if chosen < 0:
        message = f"no edition of the matrix `{name}` is in force that day"
        raise RequestError("unknown_edition", message, help=f"its editions: {', '.join(e.id for e in matrix.editions)}")
    return matrix.editions[chosen].id


def sheet_csv(policy: Authorizer, name: str, edition: str | None) -> str:
    """The spreadsheet of an edition, as `check` compares it with the matrix."""
    matrix, cells = _found(policy.tables, name, edition)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_rows(sides_of(policy.tables, matrix), matrix, cells))
    return text.getvalue()


def _found(tables: Tables, name: str, edition: str | None) -> tuple[MatrixTable, CellsTable]:
    matrix: MatrixTable = named(tables.matrices, name, "matrix")
    if not matrix.editions:
        raise RequestError("unknown_edition", f"the matrix `{name}` has no edition")
    by_id = {cells.id: cells for cells in matrix.editions}
    if edition is None:
        return matrix, _latest(tables, tables.matrices.index(matrix))
    if edition not in by_id:
        way_out = did_you_mean(edition, by_id) or f"one of: {', '.join(by_id)}"
        raise RequestError("unknown_edition", f"unknown edition `{edition}` of the matrix `{name}`", help=way_out)
    return matrix, by_id[edition]


def _latest(tables: Tables, number: int) -> CellsTable:
    """The edition in force last on both clocks; the last written when none is then."""
    last = max(tables.timeline, key=lambda stretch: (stretch.known_end, stretch.end))
    chosen = tables.editions[last.edition].matrices[number] if last.edition >= 0 else -1
    return tables.matrices[number].editions[chosen]


def sides_of(tables: Tables, matrix: MatrixTable) -> list[AxisTable]:
    """The axes of a matrix; the cell of another matrix counts as one."""
    return [tables.axes[given] if given >= 0 else _seen_as_axis(tables.matrices[~given]) for given in matrix.inputs]


def _seen_as_axis(matrix: MatrixTable) -> AxisTable:
    """The cell of a matrix as an axis, `not covered` included, so that ordinals stay."""
    values = zip(matrix.values, matrix.value_texts, strict=True)
    shown = tuple(ValueTable(name, text, name, (), False, "") for name, text in values)
    return AxisTable(matrix.name, matrix.text, shown, (), -1, False, False, ())


@dataclass(frozen=True, slots=True)
class _Stated:
    """The cells of tables, as `as_rows` reads those of a matrix: by coordinates, rows in the order of the file."""

    cells: Mapping[tuple[int, ...], int]
    notes: Mapping[tuple[int, ...], str]
    places: Mapping[int, str]


def _rows(sides: Sequence[AxisTable], matrix: MatrixTable, cells: CellsTable) -> Iterator[list[str]]:
    notes = dict(cells.footnotes)
    stated = _Stated(
        {_where(matrix, offset): value for offset, value in enumerate(cells.cells) if value},
        {_where(matrix, offset): note for offset, note in notes.items()},
        dict(sorted(cells.places, key=lambda place: int(place[1].rpartition(":")[2]))),
    )
    readable: Any = as_rows  # it reads names, marks and cells, which tables have as matrices do
    yield from readable(sides, matrix, stated)


def _where(matrix: MatrixTable, offset: int) -> tuple[int, ...]:
    where = []
    for size in reversed(matrix.shape):
        offset, at = divmod(offset, size)
        where.append(at)
    return tuple(reversed(where))


def marks_across(tables: Tables, matrix: MatrixTable) -> list[Mapping[str, str]]:
    """Short names of the coordinates of each side across: the marks of a matrix; none for an axis."""
    return [_marks(tables, given) for index, given in enumerate(matrix.inputs) if index != matrix.rows]


def _marks(tables: Tables, given: int) -> Mapping[str, str]:
    return {} if given >= 0 else dict(zip(tables.matrices[~given].values, tables.matrices[~given].marks, strict=True))


def short_heads(columns: Sequence[str], marks: Sequence[Mapping[str, str]]) -> Iterator[list[str]]:
    """The coordinates of each column, by their short names."""
    for column in columns:
        yield [short.get(part, part) for part, short in zip(column.split("/"), marks, strict=True)]


def _legend(
    columns: Sequence[str], across: Sequence[AxisTable], marks: Sequence[Mapping[str, str]], lang: str
) -> Iterator[CellValueView]:
    for index, (side, short) in enumerate(zip(across, marks, strict=True)):
        labels = {value.name: value.text[lang] for value in side.values}
        for name in dict.fromkeys(column.split("/")[index] for column in columns):
            yield CellValueView(short.get(name, name), name, labels[name])
