"""Whether two standings ever answer otherwise, and a situation where they do: both put into one space and compared.

The rules that are the same on both sides count by kind; of the others, each side has its own, reading its own cells
where those differ. From the highest kind down, the answers are apart where the rules that hold are not the same
ones, and alike from the first kind that has one on. Effects alone would not do: other reasons are another answer.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence

from habilitation.authoring.mutation.search import Pair, Search, Side
from habilitation.authoring.mutation.standing import Cells, Force, Standing
from habilitation.compiled.clauses import Clause
from habilitation.compiled.diagram import Space
from habilitation.compiled.from_checked import clause_bits
from habilitation.compiled.tables import CellsTable, EditionTable, MatrixTable, Tables
from habilitation.vocabulary import PRECEDENCE, RuleEffect

_KINDS = tuple(kind for kind, _ in PRECEDENCE)


def apart(tables: Tables, before: Standing, after: Standing) -> dict[int, int] | None:
    """A situation (axis → value, the other axes do not matter) that two standings answer otherwise, or None."""
    twins = _twins(tables, before.cells, after.cells)
    changed = {
        name: (before.rules.get(name), after.rules.get(name))
        for name in {**before.rules, **after.rules}
        if before.rules.get(name) != after.rules.get(name) or _reads(before.rules[name], twins)
    }
    if not changed:
        return None
    lowest = max(_KINDS.index(force.effect) for pair in changed.values() for force in pair if force is not None)
    asked = _Asked([], [])
    for kind in _KINDS[:lowest]:
        same = (force for name, force in before.rules.items() if name not in changed and force.effect is kind)
        asked.side(kind, [clause for force in same for clause in force.clauses])
    pairs = tuple(
        Pair(
            None if old is None else asked.side(old.effect, old.clauses),
            None if new is None else asked.side(new.effect, [_renumbered(clause, twins) for clause in new.clauses]),
            same=old is not None and new is not None and old == new,
        )
        for old, new in changed.values()
    )
    doubled = _doubled(tables, before.cells, after.cells, twins)
    space = Space(doubled, _edition(doubled, asked.clauses), asked.masks)
    within = _where(tables, before.cells, after.cells, twins) if all(pair.same for pair in pairs) else {}
    return Search(space, lowest, pairs, within, twins).found()


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """The clauses put into the space, and the mask of each kind that is asked about."""

    clauses: list[tuple[int, Clause]]
    masks: list[int]

    def side(self, effect: RuleEffect, several: Sequence[Clause]) -> Side:
        """One more kind."""
        shift, kind = len(self.clauses), len(self.masks)
        self.masks.append(((1 << len(several)) - 1) << shift)
        self.clauses.extend((kind, clause) for clause in several)
        return Side(_KINDS.index(effect), kind, self.masks[kind], shift)


# --- one space for two standings -----------------------------------------------------------------


def _twins(tables: Tables, before: Sequence[Cells], after: Sequence[Cells]) -> dict[int, int]:
    """The matrices that differ, or read one that does, and the numbers of their other selves past the last."""
    twins: dict[int, int] = {}
    for number, matrix in enumerate(tables.matrices):
        same = before[number] is after[number] or before[number] == after[number]
        if not same or any(~given in twins for given in matrix.inputs):
            twins[number] = len(tables.matrices) + len(twins)
    return twins


def _where(
    tables: Tables, before: Sequence[Cells], after: Sequence[Cells], twins: dict[int, int]
) -> dict[int, frozenset[int]]:
    """The values of axes outside which nothing can be apart: those of the cells of the only matrix that differs."""
    differing = [number for number in twins if before[number] != after[number]]
    if len(differing) != 1:
        return {}
    one, other = before[differing[0]], after[differing[0]]
    wheres = [where for where in {**one, **other} if one.get(where, 0) != other.get(where, 0)]
    inputs = enumerate(tables.matrices[differing[0]].inputs)
    return {given: frozenset(where[side] for where in wheres) for side, given in inputs if given >= 0}


def _reads(force: Force, twins: dict[int, int]) -> bool:
    return any(kind == "matrix" and number in twins for clause in force.clauses for kind, number in clause)


def _renumbered(clause: Clause, twins: dict[int, int]) -> Clause:
    return {
        (kind, twins.get(number, number) if kind == "matrix" else number): values
        for (kind, number), values in clause.items()
    }


def _doubled(tables: Tables, before: Sequence[Cells], after: Sequence[Cells], twins: dict[int, int]) -> Tables:
    """Tables with one edition of each matrix, and the other selves of those that differ."""
    matrices = [_single(matrix, cells) for matrix, cells in zip(tables.matrices, before, strict=True)]
    for number in twins:
        other = _single(tables.matrices[number], after[number])
        inputs = tuple(~twins.get(~given, ~given) if given < 0 else given for given in other.inputs)
        matrices.append(dataclasses.replace(other, inputs=inputs))
    return dataclasses.replace(tables, matrices=tuple(matrices))


def _single(matrix: MatrixTable, cells: Cells) -> MatrixTable:
    flat = [0] * math.prod(matrix.shape)
    for where, value in cells.items():
        offset = 0
        for at, size in zip(where, matrix.shape, strict=True):
            offset = offset * size + at
        flat[offset] = value
    return dataclasses.replace(matrix, editions=(CellsTable("", tuple(flat), (), (), (), ()),))


def _edition(tables: Tables, clauses: Sequence[tuple[int, Clause]]) -> EditionTable:
    def columns(kind: str, sizes: Iterator[int]) -> tuple[tuple[int, ...], ...]:
        return tuple(clause_bits((kind, index), size, clauses) for index, size in enumerate(sizes))

    return EditionTable(
        id="",
        rules=(),
        matrices=(0,) * len(tables.matrices),
        clauses=tuple(owner for owner, _ in clauses),
        axis_bits=columns("axis", (len(axis.values) for axis in tables.axes)),
        cell_bits=columns("matrix", (len(matrix.values) for matrix in tables.matrices)),
    )
