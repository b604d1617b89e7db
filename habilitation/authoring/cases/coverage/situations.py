"""The situations of cases by the column: values, cells, and whether a condition holds, fails, or is not decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from habilitation.checked.policy import And, Cell, Condition, Is, Not, Or
from habilitation.compiled.tables import MatrixTable, Tables

Where = NDArray[np.bool_]
Ordinals = NDArray[np.int32]
# Where a condition holds, and where it fails; neither where the facts left out may change it.
Truth = tuple[Where, Where]


class Situations:
    """Some situations judged by one edition: a row a case, an ordinal an axis, -1 where it is missing."""

    def __init__(self, tables: Tables, number: int, values: Ordinals) -> None:
        self.tables, self.edition = tables, tables.editions[number]
        self.values = values
        self.everywhere: Where = np.ones(len(values), np.bool_)
        self.nowhere: Where = np.zeros(len(values), np.bool_)

    @cached_property
    def cells(self) -> tuple[Ordinals, ...]:
        """The cell of each matrix, -1 where a coordinate is missing."""
        found: list[Ordinals] = []
        for matrix, chosen in zip(self.tables.matrices, self.edition.matrices, strict=True):
            if chosen < 0:
                found.append(np.zeros(len(self.values), np.int32))
                continue
            sides = self._sides(matrix, found)
            offset = np.zeros(len(self.values), np.int64)
            for side, size in zip(sides, matrix.shape, strict=True):
                offset = offset * size + side
            known = np.logical_and.reduce([side >= 0 for side in sides])
            cells = np.array(matrix.editions[chosen].cells, np.int32)
            found.append(np.where(known, cells[np.where(known, offset, 0)], np.int32(-1)))
        return tuple(found)

    def _sides(self, matrix: MatrixTable, cells: Sequence[Ordinals]) -> list[Ordinals]:
        return [self.values[:, at] if at >= 0 else cells[~at] for at in matrix.inputs]

    def coordinates(self, matrix: int, where: Where) -> set[tuple[int, ...]]:
        """The cells that some situations look at in a matrix."""
        sides = self._sides(self.tables.matrices[matrix], self.cells)
        return set(map(tuple, np.stack([side[where] for side in sides], axis=1).tolist()))

    def truth(self, condition: Condition) -> Truth:
        """Where a condition holds and where it fails, each part decided by itself."""
        match condition:
            case Is(axis, values):
                return self._among(self.values[:, axis], len(self.tables.axes[axis].values), values)
            case Cell(matrix, values):
                return self._among(self.cells[matrix], len(self.tables.matrices[matrix].values), values)
            case Not(part):
                holds, fails = self.truth(part)
                return fails, holds
            case And(parts) | Or(parts):
                return self.joined([self.truth(part) for part in parts], every=isinstance(condition, And))

    def joined(self, truths: Sequence[Truth], *, every: bool) -> Truth:
        """The truth of parts joined by `and` (every one holds) or by `or`."""
        holds, fails = self.everywhere, self.nowhere
        for one_holds, one_fails in truths if every else [(fails, holds) for holds, fails in truths]:
            holds, fails = holds & one_holds, fails | one_fails
        return (holds, fails) if every else (fails, holds)

    @staticmethod
    def _among(ordinals: Ordinals, size: int, values: frozenset[int]) -> Truth:
        # One place more, the last, which -1 finds: neither in the set nor out of it.
        inside, outside = np.zeros(size + 1, np.bool_), np.ones(size + 1, np.bool_)
        inside[list(values)] = True
        outside[[*values, size]] = False
        return inside[ordinals], outside[ordinals]
