"""What a request leaves possible: a set of values for each axis it states and for each matrix, and rules read on it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from habilitation.authoring.mutation.standing import Cells
from habilitation.checked.policy import Policy
from habilitation.compiled.clauses import Clause, Symbol

# An axis left out is absent: any of its values.
Possible = dict[Symbol, frozenset[int]]


def possible_values(policy: Policy, stated: Mapping[int, int]) -> Possible:
    """The axes a request states, and those that have a default."""
    defaults = {number: axis.default for number, axis in enumerate(policy.axes) if axis.default is not None}
    return {("axis", axis): frozenset({value}) for axis, value in {**defaults, **stated}.items()}


def coordinates(policy: Policy, matrix: int, possible: Possible) -> list[frozenset[int]]:
    """The coordinates at which a matrix may be read, side by side."""
    return [
        possible["matrix", given.index]
        if given.is_matrix
        else possible.get(("axis", given.index)) or frozenset(range(len(policy.axes[given.index].values)))
        for given in policy.matrices[matrix].inputs
    ]


def possible_cells(policy: Policy, matrix: int, cells: Cells, possible: Possible) -> frozenset[int]:
    """The cells a matrix may give; its inputs are among what is possible."""
    return frozenset(cells.get(where, 0) for where in itertools.product(*coordinates(policy, matrix, possible)))


def status(clauses: Sequence[Clause], possible: Possible) -> tuple[bool, bool]:
    """Whether one of the clauses may hold, and whether one must."""
    may = False
    for clause in clauses:
        must = True
        for symbol, values in clause.items():
            have = possible.get(symbol)
            if have is None or not have <= values:
                must = False
                if have is not None and not have & values:
                    break
        else:
            may = True
            if must:
                return True, True
    return may, False
