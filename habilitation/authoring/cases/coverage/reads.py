"""The rows and columns of matrices as they are written, and whether one of their cells was read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from habilitation.checked.cells import RowReader
from habilitation.checked.naming import naming
from habilitation.checked.policy import Matrix, Policy
from habilitation.checked.spreadsheet import coordinates
from habilitation.source import Word
from habilitation.written.syntax import WrittenBlock, WrittenMatrix

Coordinates = set[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column of a block, and whether a case read one of its cells."""

    kind: str
    word: Word
    read: bool


def lines(policy: Policy, written: WrittenMatrix, read: dict[tuple[int, int], Coordinates]) -> Iterator[Line]:
    """The rows and columns of a matrix, edition after edition; `read` are cells by matrix and edition."""
    number, matrix = next(one for one in enumerate(policy.matrices) if one[1].name == written.matrix)
    sides = [naming(axis) for axis in coordinates(policy.axes, policy.matrices, matrix)]
    reader = RowReader(matrix, sides, [])
    for index, edition in enumerate(written.editions):
        cells = read.get((number, index), set())
        for block in edition.blocks:
            yield from _of_block(matrix, reader, block, cells)


def _of_block(matrix: Matrix, reader: RowReader, block: WrittenBlock, cells: Coordinates) -> Iterator[Line]:
    rows = {key: reader.named(reader.sides[matrix.rows], key) for key in block.rows}
    columns = {key: set(itertools.product(*reader.across(key))) for key in block.columns}
    downs, overs = frozenset().union(*rows.values()), set().union(*columns.values())
    met = [(where[matrix.rows], (*where[: matrix.rows], *where[matrix.rows + 1 :])) for where in cells]
    inside = [(down, over) for down, over in met if down in downs and over in overs]
    downs_read, overs_read = {down for down, _ in inside}, {over for _, over in inside}
    yield from (Line("row", key, bool(named & downs_read)) for key, named in rows.items())
    yield from (Line("column", key, bool(named & overs_read)) for key, named in columns.items())
