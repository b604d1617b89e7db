"""Look-ups in the tables of one edition: cells, the clauses that hold, the effect and the rules that give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from habilitation.compiled.tables import EditionTable, MatrixTable, Tables
from habilitation.vocabulary import PRECEDENCE, SILENCE, Effect


@dataclass(frozen=True, slots=True)
class Reading:
    """One edition of a policy, ready to be looked up.

    `every` has a bit for each clause; `masks` one mask of clauses a kind of rule, in order of precedence.
    """

    tables: Tables
    edition: EditionTable
    every: int
    masks: tuple[int, ...]

    def cells(self, values: Sequence[int]) -> list[int]:
        """The cell of every matrix in a whole situation (a value ordinal an axis)."""
        found: list[int] = []
        for matrix, chosen in zip(self.tables.matrices, self.edition.matrices, strict=True):
            found.append(cell(matrix, chosen, values, found))
        return found

    def live(self, values: Sequence[int]) -> int:
        """The clauses that hold in a whole situation: the intersection of the bits of its values and cells."""
        axis_bits, cell_bits = self.edition.axis_bits, self.edition.cell_bits
        bits = [axis_bits[axis][value] for axis, value in enumerate(values)]
        bits += [cell_bits[matrix][value] for matrix, value in enumerate(self.cells(values))]
        return reduce(and_, bits, self.every)

    def outcome(self, live: int) -> tuple[Effect, tuple[int, ...]]:
        """The effect of the clauses that hold, and the ordinals of the rules that give it."""
        for (_, effect), mask in zip(PRECEDENCE, self.masks, strict=True):
            if live & mask:
                return effect, self.rules_of(live & mask)
        return SILENCE, ()

    def rules_of(self, bits: int) -> tuple[int, ...]:
        """Ordinals of the rules these clauses belong to, in the order of the policy."""
        clauses = self.edition.clauses
        found = set()
        while bits:
            low = bits & -bits
            found.add(clauses[low.bit_length() - 1])
            bits ^= low
        return tuple(sorted(found))


def cell(matrix: MatrixTable, chosen: int, values: Sequence[int], before: Sequence[int]) -> int:
    """The cell of one matrix; `before` holds the cells of the matrices that stand before it."""
    if chosen < 0:
        return 0
    offset = 0
    for given, size in zip(matrix.inputs, matrix.shape, strict=True):
        offset = offset * size + (values[given] if given >= 0 else before[~given])
    return matrix.editions[chosen].cells[offset]


def reading(tables: Tables, edition: EditionTable) -> Reading:
    """An edition ready to be looked up."""
    masks = tuple(
        sum(1 << bit for bit, rule in enumerate(edition.clauses) if tables.rules[rule].effect is kind)
        for kind, _ in PRECEDENCE
    )
    return Reading(tables, edition, (1 << len(edition.clauses)) - 1, masks)
