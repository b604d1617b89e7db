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
    """A row or a column of a block, and whether a case read one of its cells.

    `sides` are its cells, as some products of coordinates; the edition is one of those of the matrix.
    """

    kind: str
    word: Word
    read: bool
    matrix: int
    edition: int
    sides: tuple[tuple[frozenset[int], ...], ...]


def lines(policy: Policy, written: WrittenMatrix, read: dict[tuple[int, int], Coordinates]) -> Iterator[Line]:
    """The rows and columns of a matrix, edition after edition; `read` are cells by matrix and edition."""
    number, matrix = next(one for one in enumerate(policy.matrices) if one[1].name == written.matrix)
    sides = [naming(axis) for axis in coordinates(policy.axes, policy.matrices, matrix)]
    reader = RowReader(matrix, sides, [])
    for index, edition in enumerate(written.editions):
        cells = read.get((number, index), set())
        for block in edition.blocks:
            for kind, word, met, products in _of_block(matrix, reader, block, cells):
                yield Line(kind, word, met, number, index, products)


_Sides = tuple[tuple[frozenset[int], ...], ...]


def _of_block(
    matrix: Matrix, reader: RowReader, block: WrittenBlock, cells: Coordinates
) -> Iterator[tuple[str, Word, bool, _Sides]]:
    rows = {key: reader.named(reader.sides[matrix.rows], key) for key in block.rows}
    columns = {key: reader.across(key) for key in block.columns}
    downs = frozenset().union(*rows.values())
    met = [(where[matrix.rows], (*where[: matrix.rows], *where[matrix.rows + 1 :])) for where in cells]
    overs = set().union(*(set(itertools.product(*across)) for across in columns.values()))
    inside = [(down, over) for down, over in met if down in downs and over in overs]
    downs_read, overs_read = {down for down, _ in inside}, {over for _, over in inside}

    def sides(down: frozenset[int], across: list[frozenset[int]]) -> tuple[frozenset[int], ...]:
        return (*across[: matrix.rows], down, *across[matrix.rows :])

    for key, down in rows.items():
        yield "row", key, bool(down & downs_read), tuple(sides(down, across) for across in columns.values())
    for key, across in columns.items():
        yield "column", key, not overs_read.isdisjoint(itertools.product(*across)), (sides(downs, across),)
