"""Where a rule holds, as a diagram of the frame: its clauses put together out of what they take of axes and cells.

A copy of `Space.diagram` for one rule, some times faster, because what a matrix says is worked out once for all rules.
"""

from __future__ import annotations

from habilitation.authoring.difference.frame import Frame
from habilitation.authoring.difference.lines import NOBODY
from habilitation.compiled.settling import FAILS, HOLDS
from habilitation.compiled.tables import EditionTable


class Holding:
    """The rules of one side, each where it holds."""

    def __init__(self, frame: Frame, side: int) -> None:
        self._frame, self._side = frame, side
        self._tables, self._edition = frame.halves[side].tables, frame.halves[side].edition
        self._line_of = {line.axes[side]: number for number, line in enumerate(frame.lines)}
        self._cells: dict[int, int] = {}
        self._taken: dict[tuple[int, frozenset[int]], int] = {}

    def rule(self, number: int) -> int:
        """Root of the situations where a rule holds; nowhere for one that is not in force."""
        root, edition = FAILS, self._edition
        for bit, owner in enumerate(edition.clauses if edition else ()):
            if owner == number:
                assert edition is not None, "there are clauses"
                root = self._frame.combined(lambda one, other: int(one or other), root, self._clause(edition, bit))
        return root

    def _clause(self, edition: EditionTable, bit: int) -> int:
        root = self._box(edition, bit)
        for matrix, bits in enumerate(edition.cell_bits):
            taken = frozenset(value for value, word in enumerate(bits) if word >> bit & 1)
            if len(taken) < len(bits):
                root = self._frame.kept(self._cell_in(matrix, taken), root, 0)
        return root

    def _box(self, edition: EditionTable, bit: int) -> int:
        """What a clause takes of the axes."""
        frame, root = self._frame, HOLDS
        for line in reversed(frame.order):
            axis = frame.lines[line].axes[self._side]
            if axis != NOBODY:
                bits = edition.axis_bits[axis]
                children = (root if bits[one] >> bit & 1 else FAILS for one in self._ordinals(line))
                root = frame.forest.node(line, tuple(children))
        return root

    def _ordinals(self, line: int) -> list[int]:
        """The first value of each class; what a value unknown to the side leads to does not matter here."""
        ordinals = self._frame.lines[line].ordinals
        return [max(ordinals[first][self._side], 0) for first, *_ in self._frame.classes[line]]

    def _cell_in(self, matrix: int, values: frozenset[int]) -> int:
        if (matrix, values) not in self._taken:
            taken = self._frame.combined(lambda cell: int(cell in values), self._cell(matrix))
            self._taken[matrix, values] = taken
        return self._taken[matrix, values]

    def _cell(self, number: int) -> int:
        """Root of the values of the cell of a matrix."""
        if number not in self._cells:
            matrix, edition = self._tables.matrices[number], self._edition
            assert edition is not None, "a clause is of an edition"
            chosen = edition.matrices[number]
            if chosen < 0:
                self._cells[number] = ~0
            else:
                cells, shape = matrix.editions[chosen].cells, matrix.shape

                def cell(*where: int) -> int:
                    offset = 0
                    for at, size in zip(where, shape, strict=True):
                        offset = offset * size + at
                    return cells[offset]

                inputs = [self._value(given) if given >= 0 else self._cell(~given) for given in matrix.inputs]
                self._cells[number] = self._frame.combined(cell, *inputs)
        return self._cells[number]

    def _value(self, axis: int) -> int:
        """Root of the ordinals of an axis."""
        line = self._line_of[axis]
        return self._frame.forest.node(line, tuple(~ordinal for ordinal in self._ordinals(line)))
