"""States of matrices, in numpy: the cell, or a number for each different remainder where inputs are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from habilitation.compiled.forest import Slices
from habilitation.decided.many.board import Codes, Column
from habilitation.decided.many.known import KnownSets, distinct, paired
from habilitation.decided.one import Answers

KEPT_AT_MOST = 1 << 16  # remainders remembered an edition


class MatrixStates:
    """A state a row for each matrix: its cell, or past the cells a number for each different remainder of it."""

    def __init__(self, answers: Answers) -> None:
        reading = answers.reading
        self._sizes = answers.plan.sizes
        self._tables = reading.tables.matrices
        self._cells = [
            np.array(table.editions[chosen].cells).reshape(table.shape) if chosen >= 0 else np.zeros(table.shape, int)
            for table, chosen in zip(self._tables, reading.edition.matrices, strict=True)
        ]
        self._slices = [
            Slices(tuple(cells.ravel().tolist()), table.shape)
            for cells, table in zip(self._cells, self._tables, strict=True)
        ]
        self._known = [KnownSets(-(-len(table.inputs) // 2), KEPT_AT_MOST) for table in self._tables]
        self._numbers: list[dict[tuple[int, ...], int]] = [{} for _ in self._tables]
        self._reached = [[(cell,) for cell in range(len(table.values))] for table in self._tables]

    def __len__(self) -> int:
        return max(map(len, self._numbers), default=0)

    def reached(self, matrix: int) -> Sequence[tuple[int, ...]]:
        """For each state of a matrix met so far, the cells that the facts left out can lead to."""
        return self._reached[matrix]

    def needed(self, matrices: Iterable[int]) -> list[int]:
        """These matrices and those they use, in an order in which they can be looked up."""
        found = set(matrices)
        for matrix in reversed(range(len(self._tables))):
            if matrix in found:
                found |= {~one for one in self._tables[matrix].inputs if one < 0}
        return sorted(found)

    def tangled(self, matrix: int) -> bool:
        """Whether an axis leads to the matrix by several ways: `reached` may then hold cells that no facts lead to."""
        axes = list(self._axes(matrix))
        return len(axes) > len(set(axes))

    def _axes(self, matrix: int) -> Iterable[int]:
        for given in self._tables[matrix].inputs:
            yield from [given] if given >= 0 else self._axes(~given)

    def of(self, needed: Sequence[int], columns: Sequence[Column], rows: int) -> dict[int, Codes]:
        """The states of the needed matrices."""
        states: dict[int, Codes] = {}
        for matrix in needed:
            inputs = [states[~one] if one < 0 else columns[one] for one in self._tables[matrix].inputs]
            given = [np.full(rows, one) if isinstance(one, int) else one for one in inputs]
            words = paired(given)
            found, unmet = self._known[matrix].look_up(words)
            if len(unmet):
                first, members = distinct([word[unmet] for word in words])
                fresh = unmet[first]
                met = zip(*(one[fresh].tolist() for one in given), strict=True)
                codes = [self._state(matrix, values) for values in met]
                self._known[matrix].add([word[fresh] for word in words], codes)
                found[unmet] = np.array(codes, np.int32)[members]
            states[matrix] = found
        return states

    def _state(self, matrix: int, values: Sequence[int]) -> int:
        slices = self._slices[matrix]
        left, unknown = slices.start, []
        sides: list[Sequence[int]] = []
        for coordinate, (given, value) in enumerate(zip(self._tables[matrix].inputs, values, strict=True)):
            size = self._sizes[given] if given >= 0 else len(self._tables[~given].values)
            if value < size:
                left = slices.fix(left, coordinate, value)
                sides.append([value])
            elif given >= 0:
                sides.append(range(size))
            else:
                unknown.append(value)
                sides.append(self._reached[~given][value])
        if left < 0:
            return ~left
        numbers, reached = self._numbers[matrix], self._reached[matrix]
        key = (left, *unknown)
        if key not in numbers:
            numbers[key] = len(reached)
            reached.append(tuple(np.unique(self._cells[matrix][np.ix_(*sides)]).tolist()))
        return numbers[key]
