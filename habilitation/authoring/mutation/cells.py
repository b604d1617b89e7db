"""Mutants of matrices: each mark another one, each date of an edition a day off or gone."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from habilitation.authoring.mutation.dates import IN_A_MATRIX, Dates, Redating, redatings
from habilitation.authoring.mutation.mutant import Mutant, Operator
from habilitation.authoring.mutation.sources import Sources, redated
from habilitation.checked.cells import RowReader
from habilitation.checked.matrices import cell_axis
from habilitation.checked.naming import naming
from habilitation.checked.policy import Axis, Matrix, Policy
from habilitation.source import Word
from habilitation.written.syntax import WrittenEdition

# A matrix with more values than this has each mark flipped twice: to the next value, and to `not covered`.
VALUES_AT_MOST = 6
_NOT_COVERED = 0
_Where = tuple[int, ...]


def cell_mutants(sources: Sources) -> Iterator[Mutant]:
    """Every written mark of every edition, flipped; a mark written once for a group of values flips as one."""
    for number, matrix in enumerate(sources.policy.matrices):
        reader = RowReader(matrix, [naming(axis) for axis in _sides(sources.policy, matrix)], [])
        for edition, written in enumerate(sources.matrices[matrix.name].editions):
            for mark, sides in reader.marks(written):
                yield from _flipped(sources.policy, number, edition, mark, list(itertools.product(*map(sorted, sides))))
            yield from _dates(sources.policy, number, edition, written)


def _flipped(policy: Policy, number: int, edition: int, mark: Word, wheres: list[_Where]) -> Iterator[Mutant]:
    matrix = policy.matrices[number]
    cells = matrix.editions[edition].cells
    value = cells.get(wheres[0], _NOT_COVERED) if wheres else _NOT_COVERED
    if mark == matrix.marks[_NOT_COVERED] and any(where in cells for where in wheres):
        return  # another mark gives these cells
    for other in _others(len(matrix.values), value) if wheres else ():
        made = partial(_with_cells, policy, number, edition, dict.fromkeys(wheres, other))
        at = _shown(policy, matrix, wheres)
        yield Mutant(Operator.CELL_FLIPPED, at, matrix.values[value], matrix.values[other], mark.span, made)


def _others(count: int, value: int) -> list[int]:
    if count <= VALUES_AT_MOST:
        return [other for other in range(count) if other != value]
    following = value % (count - 1) + 1
    return [following] if value == _NOT_COVERED else [following, _NOT_COVERED]


def _with_cells(policy: Policy, number: int, edition: int, flipped: Mapping[_Where, int]) -> Policy:
    return _with_edition(policy, number, edition, cells={**policy.matrices[number].editions[edition].cells, **flipped})


def _with_edition(policy: Policy, number: int, edition: int, **changed: Any) -> Policy:
    matrix = policy.matrices[number]
    editions = list(matrix.editions)
    editions[edition] = dataclasses.replace(editions[edition], **changed)
    matrices = list(policy.matrices)
    matrices[number] = dataclasses.replace(matrix, editions=tuple(editions))
    return dataclasses.replace(policy, matrices=tuple(matrices))


def _dates(policy: Policy, number: int, edition: int, written: WrittenEdition) -> Iterator[Mutant]:
    one = policy.matrices[number].editions[edition]
    dates = Dates(written.applicable.from_, written.applicable.until, written.known.from_, IN_A_MATRIX)
    name = f"{policy.matrices[number].name} {one.id}"
    for moved in redatings(dates, one.applicable, one.known):
        made = partial(_redated, policy, number, edition, moved)
        yield Mutant(moved.operator, name, moved.before, moved.after, moved.span, made)


def _redated(policy: Policy, number: int, edition: int, moved: Redating) -> Policy:
    return redated(_with_edition(policy, number, edition, applicable=moved.applicable, known=moved.known))


def _sides(policy: Policy, matrix: Matrix) -> list[Axis]:
    return [
        cell_axis(policy.matrices[given.index]) if given.is_matrix else policy.axes[given.index]
        for given in matrix.inputs
    ]


def _shown(policy: Policy, matrix: Matrix, wheres: list[_Where]) -> str:
    names = [side.values[at].name for side, at in zip(_sides(policy, matrix), wheres[0], strict=True)]
    more = f" … {len(wheres)}" if len(wheres) > 1 else ""
    return f"{matrix.name} ({', '.join(names)}{more})"
