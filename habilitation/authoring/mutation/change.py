"""What differs between two standings: rules, and cells of matrices; and what a request leaves possible of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.authoring.mutation.possible import Possible, coordinates, possible_cells
from habilitation.authoring.mutation.standing import Cells, Force, Standing
from habilitation.checked.policy import Policy

_Where = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The rules that are not the same (None: not in force any more), and the coordinates of each matrix that are not.

    `readers` are the rules in force that look at each matrix, those that changed left out.
    """

    policy: Policy
    rules: Mapping[str, Force | None]
    cells: Mapping[int, frozenset[_Where]]
    after: Standing
    readers: Mapping[int, Mapping[str, Force]]

    def _may_read(self, matrix: int, possible: Possible) -> bool:
        """Whether a request may look at a cell of a matrix that changed."""
        wheres = self.cells.get(matrix, ())
        sides = coordinates(self.policy, matrix, possible) if wheres else []
        return any(all(at in side for at, side in zip(where, sides, strict=True)) for where in wheres)

    def possible(self, policy: Policy, before: Possible) -> Possible:
        """What a request leaves possible, the matrices read again from the first that changed on."""
        found = {**before}
        for number in range(min(self.cells), len(policy.matrices)):
            found["matrix", number] = possible_cells(policy, number, self.after.cells[number], found)
        return found

    def looked_at(self, after: Possible, before: Possible) -> Iterator[tuple[str, Force | None]]:
        """The rules to look at again: those that changed, and those that read a cell which did."""
        yield from self.rules.items()
        if self.cells:
            again: dict[str, Force] = {}
            for matrix in self._read_otherwise(after, before):
                again.update(self.readers.get(matrix, {}))
            yield from again.items()

    def _read_otherwise(self, after: Possible, before: Possible) -> set[int]:
        """The matrices that may give another cell to some completion of a request.

        Where several cells are possible, the same ones may be given to other completions than before.
        """
        found: set[int] = set()
        for number in range(min(self.cells), len(self.policy.matrices)):
            fed = any(one.is_matrix and one.index in found for one in self.policy.matrices[number].inputs)
            if fed or self._may_read(number, before):
                cells = after["matrix", number]
                if len(cells) > 1 or cells != before["matrix", number]:
                    found.add(number)
        return found


def change(before: Standing, after: Standing, policy: Policy) -> Change:
    """What differs from one standing to another."""
    rules = {
        name: after.rules.get(name)
        for name in {**before.rules, **after.rules}
        if before.rules.get(name) != after.rules.get(name)
    }
    cells = {
        number: frozenset(_different(one, other))
        for number, (one, other) in enumerate(zip(before.cells, after.cells, strict=True))
        if one is not other and one != other
    }
    readers: dict[int, dict[str, Force]] = {}
    if cells:
        for name, force in after.rules.items():
            if name not in rules:
                for kind, number in {symbol for clause in force.clauses for symbol in clause}:
                    if kind == "matrix":
                        readers.setdefault(number, {})[name] = force
    return Change(policy, rules, cells, after, readers)


def _different(one: Cells, other: Cells) -> Iterator[_Where]:
    for where in {**one, **other}:
        if one.get(where, 0) != other.get(where, 0):
            yield where
