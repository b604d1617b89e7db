"""Whether any situation at all can show a thing that is to be seen: what none can show, no case is asked to."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from habilitation.authoring.cases.coverage.clauses import Joined, Leaf, Negated, Node
from habilitation.authoring.cases.coverage.reads import Line
from habilitation.authoring.proofs import Proofs
from habilitation.checked.policy import And, Cell, Condition, Is, Not, Or, Policy
from habilitation.compiled.clauses import TooManyClausesError, clauses_of
from habilitation.compiled.diagram import Space
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.compiled.from_checked import symbol_sizes
from habilitation.compiled.probes import with_probes
from habilitation.compiled.settling import FAILS, settle_holds
from habilitation.compiled.tables import Tables


def meant(node: Node) -> Condition:
    """The condition of a node, without its places."""
    match node:
        case Leaf(condition=condition):
            return condition
        case Negated(part):
            return Not(meant(part))
        case Joined(parts, every):
            return (And if every else Or)(tuple(map(meant, parts)))


def matrices_of(condition: Condition) -> Iterator[int]:
    """The matrices a condition reads."""
    match condition:
        case Cell(matrix, _):
            yield matrix
        case Not(part):
            yield from matrices_of(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from matrices_of(part)
        case Is():
            pass


def open_paths(node: Node, given: tuple[Condition, ...]) -> Iterator[tuple[Leaf, tuple[Condition, ...]]]:
    """Each leaf, with all that must hold for it to matter: its neighbours true under `and`, false under `or`."""
    match node:
        case Leaf():
            yield node, given
        case Negated(part):
            yield from open_paths(part, given)
        case Joined(parts, every):
            # By place: a definition used twice is one node.
            for place, part in enumerate(parts):
                others = [meant(other) for number, other in enumerate(parts) if number != place]
                let = tuple(others if every else map(Not, others))
                yield from open_paths(part, (*given, *let))


@dataclass(frozen=True, slots=True)
class Path:
    """A leaf in one rule: all that must hold for it to matter, and the editions the rule is in force in."""

    leaf: Leaf
    given: tuple[Condition, ...]
    editions: tuple[int, ...]


@dataclass(frozen=True)
class Whole:
    """The whole space of a policy: whether conditions hold somewhere, in one of some editions."""

    policy: Policy
    tables: Tables

    @cached_property
    def _sizes(self) -> dict[tuple[str, int], int]:
        return symbol_sizes(self.policy)

    def somewhere(self, conditions: Sequence[Condition], editions: Sequence[int]) -> bool:
        """Whether all the conditions hold together in some situation; yes where that is too tangled to know."""
        together = And(tuple(conditions))
        try:
            clauses = clauses_of(together, self._sizes)
        except TooManyClausesError:
            return True
        # A clause that looks at no matrix has a situation: a value of each axis it names.
        if any(all(kind == "axis" for kind, _ in clause) for clause in clauses):
            return True
        # Editions with the same matrices where the condition looks at them have the same situations.
        different = {self._needed(together, number): number for number in editions} if clauses else {}
        return any(self._holds(together, number, needed) for needed, number in different.items())

    def decides(self, rule: int, editions: Iterable[int]) -> bool:
        """Whether a rule is among the reasons of some answer, in one of some editions; yes where not known."""
        return self._in_one(editions, lambda proofs: proofs.where_it_decides(rule))

    def escapes(self, rule: int, given: Sequence[Condition], editions: Sequence[int]) -> bool:
        """Whether some situation, of an action a rule is for (`given`), is answered without it; yes as above."""
        fails = Not(self.policy.rules[rule].condition)
        return self.somewhere((*given, fails), editions) or self._in_one(
            editions, lambda proofs: proofs.where_it_is_overruled(rule)
        )

    def _in_one(self, editions: Iterable[int], where: Callable[[Proofs], object]) -> bool:
        try:
            return any(where(self._proofs[number]) is not None for number in editions)
        except DiagramTooLargeError:  # not known to be impossible, so asked for
            return True

    @cached_property
    def _proofs(self) -> tuple[Proofs, ...]:
        """Those of each edition, made when asked. Invariants are nothing that cases show."""
        policy = dataclasses.replace(self.policy, invariants=())
        return tuple(Proofs(policy, self.tables, number) for number in range(len(self.tables.editions)))

    def readable(self, line: Line, paths: Iterable[Path]) -> bool:
        """Whether some situation reads a cell of a line: a leaf on its matrix, or on one it feeds, matters there."""
        inputs = self.policy.matrices[line.matrix].inputs
        there = [
            And(
                tuple((Cell if one.is_matrix else Is)(one.index, side) for one, side in zip(inputs, sides, strict=True))
            )
            for sides in line.sides
        ]
        fed = self._fed(line.matrix)
        for path in paths:
            editions = [one for one in path.editions if self.policy.editions[one].matrices[line.matrix] == line.edition]
            reads = editions and fed.intersection(matrices_of(path.leaf.condition))
            if reads and any(self.somewhere((*path.given, where), editions) for where in there):
                return True
        return False

    def _fed(self, matrix: int) -> set[int]:
        """A matrix, and those its cell gives a coordinate, itself or through others."""
        fed = {matrix}
        for index, other in enumerate(self.policy.matrices):
            if any(one.is_matrix and one.index in fed for one in other.inputs):
                fed.add(index)
        return fed

    def _needed(self, condition: Condition, number: int) -> tuple[int, ...]:
        """The edition of each matrix that a condition needs, directly or through another; -1 for the rest."""
        needed = set(matrices_of(condition))
        for matrix in reversed(range(len(self.tables.matrices))):
            if matrix in needed:
                needed |= {~given for given in self.tables.matrices[matrix].inputs if given < 0}
        chosen = enumerate(self.tables.editions[number].matrices)
        return tuple(one if matrix in needed else -1 for matrix, one in chosen)

    def _holds(self, condition: Condition, number: int, needed: tuple[int, ...]) -> bool:
        # Without the rules of the edition, nor the matrices the condition does not need: a small space.
        edition = self.tables.editions[number]
        bare = dataclasses.replace(
            edition,
            rules=(),
            clauses=(),
            matrices=needed,
            axis_bits=tuple((0,) * len(bits) for bits in edition.axis_bits),
            cell_bits=tuple((0,) * len(bits) for bits in edition.cell_bits),
        )
        tables = dataclasses.replace(self.tables, editions=(bare,))
        probed = with_probes(self.policy, tables, 0, [condition])
        space = Space(tables, probed, ((1 << len(probed.clauses)) - 1,))
        try:
            return space.diagram(settle_holds) != FAILS
        except DiagramTooLargeError:  # not known to be impossible, so asked for
            return True
