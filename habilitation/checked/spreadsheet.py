"""A matrix as a spreadsheet (CSV), and whether a spreadsheet says the same as the matrix."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from habilitation.checked.matrices import cell_axis
from habilitation.checked.policy import Axis, Matrix, MatrixEdition
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Span, Word
from habilitation.vocabulary import DISTANT_FUTURE

DIFFERENCES_AT_MOST = 50  # of a spreadsheet, told one by one; a matrix has thousands of cells

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
    axes: Sequence[Axis], matrices: Sequence[Matrix], spreadsheets: Sequence[tuple[Word, Rows]], folder: str = ""
) -> Iterator[Diagnostic]:
    """`matrices/NAME.csv` against the latest edition of the matrix NAME, cell by cell, both ways.

    Of many differences, those past DIFFERENCES_AT_MOST are counted. `folder` is the path of the policy.
    """
    by_name = {matrix.name: matrix for matrix in matrices}
    for name, rows in spreadsheets:
        if name not in by_name:
            sentence = f"a spreadsheet for an unknown matrix `{name}`"
            yield Diagnostic("unknown_matrix", sentence, name.span, did_you_mean(name, by_name))
        elif by_name[name].editions:
            matrix = by_name[name]
            stated = list(as_rows(coordinates(axes, matrices, matrix), matrix, latest(matrix)))
            told = list(_differences(name, rows, _table(stated)))
            more = len(told) - DIFFERENCES_AT_MOST
            if more > 0:
                told[DIFFERENCES_AT_MOST:] = [(f"{more} more difference{'s' * (more > 1)} with `{name}`", name.span)]
            way_out = f"change one of them (`{_command(name, folder)}` writes this file)"
            yield from (Diagnostic("csv_differs", sentence, span, way_out) for sentence, span in told)


def _command(name: Word, folder: str) -> str:
    """What is typed to write a spreadsheet, where the policy was named."""
    policy = f" --policy {shlex.quote(folder)}" if folder not in ("", ".") else ""
    file = PurePosixPath(folder, name.span.source.name)
    return f"habilitation show matrix {name}{policy} --csv --output {shlex.quote(str(file))}"


def _table(rows: Sequence[Sequence[str]]) -> dict[tuple[str, str], str]:
    header, *body = rows
    return {(row[0], column): mark for row in body for column, mark in zip(header[1:], row[1:], strict=True)}


def _differences(name: Word, rows: Rows, stated: dict[tuple[str, str], str]) -> Iterator[tuple[str, Span]]:
    header, body = rows[0], [row for row in rows[1:] if any(row)]
    columns = {column for _, column in stated}
    if columns and not body:
        yield f"no cell at all: the spreadsheet of `{name}` has no row", name.span
    elif columns.isdisjoint(header[1:]) and columns:
        yield f"the first line names no column of `{name}`: a spreadsheet begins with its header", name.span
    else:
        yield from _different_cells(name, header, body, stated)


def _different_cells(
    name: Word, header: Sequence[Word], body: Sequence[Sequence[Word]], stated: dict[tuple[str, str], str]
) -> Iterator[tuple[str, Span]]:
    seen: set[tuple[str, str]] = set()
    for row in body:
        if len(row) != len(header):
            yield f"a row of {len(row) - 1} under {len(header) - 1} columns", row[0].span
        for column, mark in zip(header[1:], row[1:], strict=False):
            where = (str(row[0]), str(column))
            seen.add(where)
            if stated.get(where, ".") != mark:
                has = stated.get(where, ".")
                cell = f"`{mark}`" if mark else "an empty cell"
                yield f"{cell} for ({where[0]}, {column}), where `{name}` has `{has}`", mark.span
    for row_name, column_name in sorted(where for where in stated.keys() - seen if stated[where] != "."):
        yield f"no cell for ({row_name}, {column_name}), which `{name}` has", name.span
