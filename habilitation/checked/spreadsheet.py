"""A matrix as a spreadsheet (CSV), and whether a spreadsheet says the same as the matrix."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from habilitation.checked.matrices import cell_axis
from habilitation.checked.policy import Axis, Matrix, MatrixEdition
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Word
from habilitation.vocabulary import DISTANT_FUTURE

Rows = tuple[tuple[Word, ...], ...]


def coordinates(axes: Sequence[Axis], matrices: Sequence[Matrix], matrix: Matrix) -> list[Axis]:
    """The axes of a matrix; the cell of another matrix counts as one."""
    return [cell_axis(matrices[at.index]) if at.is_matrix else axes[at.index] for at in matrix.inputs]


def as_rows(sides: Sequence[Axis], matrix: Matrix, edition: MatrixEdition) -> Iterator[list[str]]:
    """A header, then a row for each coordinate of the row axis that has a cell; marks, with their footnotes."""
    across = [index for index in range(len(sides)) if index != matrix.rows]
    downs = sorted({where[matrix.rows] for where in edition.cells}, key=list(edition.places).index)
    overs = sorted({tuple(where[index] for index in across) for where in edition.cells})
    yield [
        sides[matrix.rows].name,
        *("/".join(sides[index].values[at].name for index, at in zip(across, over, strict=True)) for over in overs),
    ]
    for down in downs:
        row = [sides[matrix.rows].values[down].name]
        for over in overs:
            where = (*over[: matrix.rows], down, *over[matrix.rows :])
            note = edition.notes.get(where)
            row.append(matrix.marks[edition.cells.get(where, 0)] + (f"({note})" if note else ""))
        yield row


def latest(matrix: Matrix) -> MatrixEdition:
    """The edition a spreadsheet shows when none is named: the last known of those with the latest end."""
    return max(matrix.editions, key=lambda edition: (edition.applicable.end == DISTANT_FUTURE, edition.known))


def differing_spreadsheets(
    axes: Sequence[Axis], matrices: Sequence[Matrix], spreadsheets: Sequence[tuple[Word, Rows]]
) -> Iterator[Diagnostic]:
    """`matrices/NAME.csv` against the latest edition of the matrix NAME, cell by cell, both ways."""
    by_name = {matrix.name: matrix for matrix in matrices}
    for name, rows in spreadsheets:
        if name not in by_name:
            sentence = f"a spreadsheet for an unknown matrix `{name}`"
            yield Diagnostic("unknown_matrix", sentence, name.span, did_you_mean(name, by_name))
        elif by_name[name].editions:
            matrix = by_name[name]
            stated = list(as_rows(coordinates(axes, matrices, matrix), matrix, latest(matrix)))
            yield from _differences(name, rows, _table(stated), matrix)


def _table(rows: Sequence[Sequence[str]]) -> dict[tuple[str, str], str]:
    header, *body = rows
    return {(row[0], column): mark for row in body for column, mark in zip(header[1:], row[1:], strict=False)}


def _differences(
    name: Word, rows: Rows, stated: dict[tuple[str, str], str], matrix: Matrix
) -> Iterator[Diagnostic]:
    seen: set[tuple[str, str]] = set()
    header = rows[0] if rows else ()
    for row, (column, mark) in itertools.chain.from_iterable(
        zip(itertools.repeat(row), zip(header[1:], row[1:], strict=False), strict=False) for row in rows[1:] if row
    ):
        where = (str(row[0]), str(column))
        seen.add(where)
        if stated.get(where, ".") != mark:
            sentence = f"`{mark}` for ({where[0]}, {column}), where `{matrix.name}` has `{stated.get(where, '.')}`"
            way_out = f"change one of them (`habilitation show matrix {name} --csv` writes this file)"
            yield Diagnostic("csv_differs", sentence, mark.span, way_out)
    missing = sorted(where for where, mark in stated.items() if where not in seen and mark != ".")
    for row_name, column_name in missing:
        sentence = f"no cell for ({row_name}, {column_name}), which `{matrix.name}` has"
        yield Diagnostic("csv_differs", sentence, name.span, "add it, or remove the spreadsheet")
