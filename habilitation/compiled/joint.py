"""Joint tables: axes packed in groups of few thousand joint codes, so that a decision is a handful of look-ups.

A plan says how the values of a request become codes (one a group); a desk holds, for one action, the clauses each
code is compatible with. Clauses are numbered anew at each desk, since an action leaves few of them alive. A group may
hold the cell of a matrix that other matrices use, as if it were an axis (a relay).

An axis without a default has one more value here, its last: missing. A word then keeps two sets of clauses: those
some completion is compatible with (may) and those every completion is (must). Where the intersections of both agree,
the missing facts change nothing and the answer is exact; where they differ, `decided.one` asks the diagram.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from habilitation.vocabulary import PRECEDENCE, SILENCE, Effect


@dataclass(frozen=True, slots=True)
class Relay:
    """A matrix looked up on its own: its cell is then a coordinate of other matrices, or of a group.

    `shape` counts the missing values; the cell is the number of values of the matrix when it is not known.
    """

    matrix: int
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Symbols packed in one code, the first the most significant: an axis i, or ~j for the cell of matrix j.

    `sizes` count the missing values; `matrices` are those evaluated inside.
    """

    symbols: tuple[int, ...]
    sizes: tuple[int, ...]
    matrices: tuple[int, ...]

    @property
    def codes(self) -> int:
        """How many codes there are."""
        return math.prod(self.sizes)


@dataclass(frozen=True, slots=True)
class Plan:
    """How values become codes: the axis that chooses the desk (-1: none), relays in order, then groups.

    `sizes` counts the values of each axis, without the missing one.
    """

    desk_axis: int
    relays: tuple[Relay, ...]
    groups: tuple[Group, ...]
    sizes: tuple[int, ...]

    def codes(self, values: Sequence[int]) -> tuple[int, ...]:
        """The code of each group; a value of -1 is missing."""
        cells: dict[int, int] = {}

        def value(symbol: int) -> int:
            if symbol < 0:
                return cells[~symbol]
            return values[symbol] if values[symbol] >= 0 else self.sizes[symbol]

        for relay in self.relays:
            cells[relay.matrix] = relay.cells[packed(map(value, relay.inputs), relay.shape)]
        return tuple(packed(map(value, group.symbols), group.sizes) for group in self.groups)

    def values(self, desk: int, codes: Sequence[int]) -> list[int]:
        """The request these codes come from."""
        found = [0] * len(self.sizes)
        if self.desk_axis >= 0:
            found[self.desk_axis] = desk
        for group, code in zip(self.groups, codes, strict=True):
            left = code
            for symbol, size in zip(reversed(group.symbols), reversed(group.sizes), strict=True):
                left, value = divmod(left, size)
                if symbol >= 0:
                    found[symbol] = value if value < self.sizes[symbol] else -1
        return found


def packed(values: Iterable[int], sizes: Sequence[int]) -> int:
    """One code of several values, the first the most significant."""
    code = 0
    for value, size in zip(values, sizes, strict=True):
        code = code * size + value
    return code


@dataclass(frozen=True, slots=True)
class Desk:
    """The clauses of one action, numbered anew.

    `may[g][code]` are those that group g leaves under some completion, `must[g][code]` under every one; None where the
    group leaves them all. `masks` are the clauses of each kind of rule, by precedence; `rules[c]` the rule of clause c.
    """

    every: int
    may: tuple[tuple[int, ...] | None, ...]
    must: tuple[tuple[int, ...] | None, ...]
    masks: tuple[int, ...]
    rules: tuple[int, ...]

    def live(self, codes: Sequence[int]) -> tuple[int, int]:
        """The clauses that hold under some completion, and under every one."""
        may = must = self.every
        for code, some, all_ in zip(codes, self.may, self.must, strict=True):
            if some is not None and all_ is not None:
                may &= some[code]
                must &= all_[code]
        return may, must

    def outcome(self, live: int) -> tuple[Effect, tuple[int, ...]]:
        """The effect of the clauses that hold, and the ordinals of the rules that give it."""
        for (_, effect), mask in zip(PRECEDENCE, self.masks, strict=True):
            if winners := live & mask:
                return effect, tuple(sorted({rule for bit, rule in enumerate(self.rules) if winners >> bit & 1}))
        return SILENCE, ()
