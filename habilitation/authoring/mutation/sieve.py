"""The cases of an edition by the values they leave possible, so that a change is put only to those it may concern.

A set of cases is an integer, a bit a case: what one clause leaves open is a few intersections, whatever the cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, reduce
from operator import or_

from habilitation.authoring.mutation.possible import Possible
from habilitation.checked.policy import Policy
from habilitation.compiled.clauses import Clause, Symbol
from habilitation.compiled.from_checked import symbol_sizes


class Sieve:
    """Some cases, each as what it leaves possible; answers are sets of bits, in the order of the cases."""

    def __init__(self, policy: Policy, cases: Sequence[Possible]) -> None:
        self._policy, self._cases = policy, cases
        self.every = (1 << len(cases)) - 1

    @cached_property
    def _leaving(self) -> dict[Symbol, list[int]]:
        """For each value of each symbol, the cases that leave it possible."""
        leaving = {symbol: [0] * size for symbol, size in symbol_sizes(self._policy).items()}
        for number, possible in enumerate(self._cases):
            for symbol, values in possible.items():
                for value in values:
                    leaving[symbol][value] |= 1 << number
        for columns in leaving.values():
            silent = self.every & ~reduce(or_, columns, 0)
            columns[:] = [cases | silent for cases in columns]
        return leaving

    def may_hold(self, clauses: Iterable[Clause]) -> int:
        """The cases in which one of the clauses may hold."""
        found = 0
        for clause in clauses:
            cases = self.every
            for symbol, values in clause.items():
                columns = self._leaving[symbol]
                cases &= reduce(or_, (columns[value] for value in values), 0)
            found |= cases
        return found

    def may_read(self, matrix: int, wheres: Iterable[tuple[int, ...]]) -> int:
        """The cases that may look at one of the cells of a matrix."""
        inputs = self._policy.matrices[matrix].inputs
        sides = [self._leaving["matrix" if one.is_matrix else "axis", one.index] for one in inputs]
        found = 0
        for where in wheres:
            cases = self.every
            for columns, at in zip(sides, where, strict=True):
                cases &= columns[at]
            found |= cases
        return found


def numbers(cases: int) -> Iterator[int]:
    """The numbers of some cases, in order."""
    while cases:
        low = cases & -cases
        yield low.bit_length() - 1
        cases ^= low
