"""A matrix as a spreadsheet (CSV), and whether a spreadsheet says the same as the matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from habilitation.checked.matrices import cell_axis
from habilitation.checked.policy import Axis, Matrix, MatrixEdition
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Word
from habilitation.vocabulary import DISTANT_FUTURE

_WAY_OUT = "change one of them (`habilitation show matrix {} --csv` writes this file)"

Rows = tuple[tuple[Word, ...], ...]


def coordinates(axes: Sequence[Axis], matrices: Sequence[Matrix], matrix: Matrix) -> list[Axis]:
    """The axes of a matrix; the cell of another matrix counts as one."""
    return [cell_axis(matrices[at.index]) if at.is_matrix else axes[at.index] for at in matrix.inputs]


def as_rows(sides: Sequence[Axis], matrix: Matrix, edition: MatrixEdition) -> Iterator[list[str]]:
    """A header, then a row for each coordinate of the row axis that has a cell; marks, with their footnotes."""
    across = [index for index in range(len(sides)) if index != matrix.rows]
    order = {row: number for number, row in enumerate(edition.places)}
    downs = sorted({where[matrix.rows] for where in edition.cells}, key=order.__getitem__)
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
    return {(row[0], column): mark for row in body for column, mark in zip(header[1:], row[1:], strict=True)}


def _differences(name: Word, rows: Rows, stated: dict[tuple[str, str], str], matrix: Matrix) -> Iterator[Diagnostic]:
    seen: set[tuple[str, str]] = set()
    header, body = rows[0], [row for row in rows[1:] if any(row)]
    for row in body:
        if len(row) != len(header):
            sentence = f"a row of {len(row) - 1} under {len(header) - 1} columns"
            yield Diagnostic("csv_differs", sentence, row[0].span, _WAY_OUT.format(name))
        for column, mark in zip(header[1:], row[1:], strict=False):
            where = (str(row[0]), str(column))
            seen.add(where)
            if stated.get(where, ".") != mark:
                has = stated.get(where, ".")
                cell = f"`{mark}`" if mark else "an empty cell"
                sentence = f"{cell} for ({where[0]}, {column}), where `{matrix.name}` has `{has}`"
                yield Diagnostic("csv_differs", sentence, mark.span, _WAY_OUT.format(name))
    for row_name, column_name in sorted(where for where in stated.keys() - seen if stated[where] != "."):
        sentence = f"no cell for ({row_name}, {column_name}), which `{matrix.name}` has"
        yield Diagnostic("csv_differs", sentence, name.span, _WAY_OUT.format(name))
