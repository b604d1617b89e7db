"""One edition answering a few thousand questions from its bits alone.

A copy of `decided.one` that lays out no joint table: laying those of the DMP takes seconds, and a mutant of the policy
would pay it for each answer. What missing facts may change is asked of the diagram, as there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from habilitation.compiled.reading import cell
from habilitation.decided.decision import Decision, Outcome
from habilitation.decided.one import Answers
from habilitation.vocabulary import Effect

# Bits by value; the last is for a value that is missing, so that -1 finds it.
_Columns = tuple[tuple[int, tuple[int, ...]], ...]


class Bits:
    """The clauses that may hold and those that must, of a request in ordinals; where both agree the answer is exact."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._outcomes: dict[int, Outcome] = {}
        if answers.number < 0:
            return
        self._reading = reading = answers.reading
        edition, every = reading.edition, reading.every
        # Axes and matrices no clause looks at leave everything.
        axes = [(index, bits) for index, bits in enumerate(edition.axis_bits) if {*bits} != {every}]
        cells = [(index, bits) for index, bits in enumerate(edition.cell_bits) if {*bits} != {every}]
        self._may = [_with_missing(one, or_) for one in (axes, cells)]
        self._must = [_with_missing(one, and_) for one in (axes, cells)]

    def decision(self, stated: Mapping[int, int]) -> Decision:
        """The decision on a request; as `Answers.decide`, and equal to it but for what it remembers."""
        values = self._answers.asked.values(stated)
        return Decision(self._answers, self._outcome(values), (~0, *values))

    def _outcome(self, values: Sequence[int]) -> Outcome:
        if self._answers.number < 0:
            return Outcome(Effect.INDETERMINATE, ())
        cells = self._cells(values)
        may, must = self._live(self._may, values, cells), self._live(self._must, values, cells)
        if may != must:
            return self._answers.settled(values)
        if may not in self._outcomes:
            self._outcomes[may] = Outcome(*self._reading.outcome(may))
        return self._outcomes[may]

    def _live(self, columns: Sequence[_Columns], values: Sequence[int], cells: Sequence[int]) -> int:
        live = self._reading.every
        for side, at in zip(columns, (values, cells), strict=True):
            for index, bits in side:
                live &= bits[at[index]]
        return live

    def _cells(self, values: Sequence[int]) -> list[int]:
        """The cell of each matrix, -1 where a coordinate is missing."""
        found: list[int] = []
        tables = self._reading.tables
        for matrix, chosen in zip(tables.matrices, self._reading.edition.matrices, strict=True):
            known = all((values[at] if at >= 0 else found[~at]) >= 0 for at in matrix.inputs)
            found.append(cell(matrix, chosen, values, found) if known or chosen < 0 else -1)
        return found


def _with_missing(columns: Sequence[tuple[int, tuple[int, ...]]], together: Callable[[int, int], int]) -> _Columns:
    return tuple((index, (*bits, reduce(together, bits))) for index, bits in columns)
