"""The situations two editions speak of, in one order of axes: axes and values matched by name, and diagrams over them.

A value that only one side knows makes situations that the other cannot state. An axis that only one side knows does not
change the answer of the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from habilitation.compiled.diagram import Space
from habilitation.compiled.forest import Forest
from habilitation.compiled.reading import reading
from habilitation.compiled.tables import AxisTable, EditionTable, Tables
from habilitation.vocabulary import ACTION

NOBODY = -1  # the ordinal of an axis or of a value on the side that does not know it


@dataclass(frozen=True, slots=True)
class Half:
    """One side: its tables and the edition compared; None before its first edition."""

    tables: Tables
    edition: EditionTable | None


@dataclass(frozen=True, slots=True)
class Line:
    """An axis of the two sides: its ordinal on each, the names of its values, and the ordinals of each on each side."""

    name: str
    axes: tuple[int, int]
    values: tuple[str, ...]
    ordinals: tuple[tuple[int, int], ...]

    @property
    def partly_known(self) -> tuple[bool, bool]:
        """Whether each side knows the axis and not all its values."""
        one, other = (
            axis != NOBODY and any(pair[side] == NOBODY for pair in self.ordinals)
            for side, axis in enumerate(self.axes)
        )
        return one, other


def lines(old: Sequence[AxisTable], new: Sequence[AxisTable]) -> tuple[Line, ...]:
    """The axes of the two sides, those of the new side first."""
    names = dict.fromkeys([*(axis.name for axis in new), *(axis.name for axis in old)])
    sides = [{axis.name: (number, axis) for number, axis in enumerate(side)} for side in (old, new)]
    return tuple(_line(name, *(side.get(name) for side in sides)) for name in names)


def _line(name: str, old: tuple[int, AxisTable] | None, new: tuple[int, AxisTable] | None) -> Line:
    known = [
        {value.name: ordinal for ordinal, value in enumerate(side[1].values)} if side else {} for side in (old, new)
    ]
    values = dict.fromkeys([*known[1], *known[0]])
    return Line(
        name,
        (old[0] if old else NOBODY, new[0] if new else NOBODY),
        tuple(values),
        tuple((known[0].get(value, NOBODY), known[1].get(value, NOBODY)) for value in values),
    )


class Frame:
    """One space for two editions. A root is of the forest of the frame; an answer is the complement of a number."""

    def __init__(self, old: Half, new: Half) -> None:
        self.halves = (old, new)
        self.lines = lines(old.tables.axes, new.tables.axes)
        self.forest = Forest()
        self.order = self._order()
        self.places = {line: place for place, line in enumerate(self.order)}
        self.spaces = tuple(self._space(side) for side in range(2))
        self._lifted: dict[tuple[int, int], int] = {}

    @cached_property
    def heads(self) -> frozenset[int]:
        """The lines a sentence begins with: the action, and the codes that matrices are read by; facts are conditions.

        Without a matrix, every line that is no fact.
        """
        found, coded = set(), set()
        for side, half in enumerate(self.halves):
            line_of = {line.axes[side]: number for number, line in enumerate(self.lines)}
            codes = {line_of[number] for number, axis in enumerate(half.tables.axes) if not axis.fact}
            read = {line_of[given] for matrix in half.tables.matrices for given in matrix.inputs if given >= 0}
            found |= codes & read
            coded |= codes
        actions = {number for number, line in enumerate(self.lines) if line.name == ACTION}
        return frozenset((found or coded) | actions)

    def _order(self) -> tuple[int, ...]:
        """The reading order of the new side, then of what only the old side knows; heads come first."""
        found: dict[int, None] = {}
        for side in (1, 0):
            half = self.halves[side]
            line_of = {line.axes[side]: number for number, line in enumerate(self.lines)}
            if half.edition is not None:
                space = Space(half.tables, half.edition, ())
                found |= dict.fromkeys(line_of[axis] for axis in space.order)
        every = [*found, *(line for line in range(len(self.lines)) if line not in found)]
        return tuple(sorted(every, key=lambda line: line not in self.heads))

    def _space(self, side: int) -> Space | None:
        half = self.halves[side]
        if half.edition is None:
            return None
        kept = [self.lines[line].axes[side] for line in self.order if self.lines[line].axes[side] != NOBODY]
        return Space(half.tables, half.edition, reading(half.tables, half.edition).masks, kept)

    @cached_property
    def classes(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """For each line, its classes of values: those that neither side tells apart share one."""
        return tuple(self._classes(line) for line in self.lines)

    def _classes(self, line: Line) -> tuple[tuple[int, ...], ...]:
        groups: dict[tuple[int, ...], list[int]] = {}
        for number, ordinals in enumerate(line.ordinals):
            signature = tuple(self._class(side, line.axes[side], ordinals[side]) for side in range(2))
            groups.setdefault(signature, []).append(number)
        return tuple(map(tuple, groups.values()))

    def _class(self, side: int, axis: int, ordinal: int) -> int:
        space = self.spaces[side]
        if NOBODY in (axis, ordinal):
            return NOBODY
        return 0 if space is None else space.classes[axis][ordinal]

    # --- diagrams -----------------------------------------------------------------------------------

    def lifted(self, side: int, root: int) -> int:
        """A diagram of one side's space as one of the frame."""
        if root < 0:
            return root
        if (side, root) not in self._lifted:
            space = self.spaces[side]
            assert space is not None, "a root is of a space"
            axis = space.forest.axes[root]
            line = next(number for number, line in enumerate(self.lines) if line.axes[side] == axis)
            children = []
            for first, *_ in self.classes[line]:
                ordinal = self.lines[line].ordinals[first][side]
                # What a value unknown to the side leads to is settled by `known`.
                number = 0 if ordinal == NOBODY else space.classes[axis][ordinal]
                children.append(self.lifted(side, space.forest.children[root][number]))
            self._lifted[side, root] = self.forest.node(line, tuple(children))
        return self._lifted[side, root]

    def known(self, side: int) -> int:
        """The diagram of the situations a side can state: 1, or 0 where it does not know a value."""
        root = ~1
        for line in reversed(self.order):
            if self.lines[line].partly_known[side]:
                ordinals = [self.lines[line].ordinals[first][side] for first, *_ in self.classes[line]]
                root = self.forest.node(line, tuple(~0 if ordinal == NOBODY else root for ordinal in ordinals))
        return root

    def combined(self, answer: Callable[..., int], *roots: int) -> int:
        """The diagram of an answer worked out from those of others."""
        memo: dict[tuple[int, ...], int] = {}

        def walked(*met: int) -> int:
            if met not in memo:
                inner = [root for root in met if root >= 0]
                if not inner:
                    memo[met] = ~answer(*(~root for root in met))
                else:
                    line = min((self.forest.axes[root] for root in inner), key=self.places.__getitem__)
                    steps = range(len(self.classes[line]))
                    memo[met] = self.forest.node(
                        line, tuple(walked(*(self.step(root, line, number) for root in met)) for number in steps)
                    )
            return memo[met]

        return walked(*roots)

    def step(self, root: int, line: int, number: int) -> int:
        """The root once a line is known to be in a class; the same if it does not look at it."""
        if root < 0 or self.forest.axes[root] != line:
            return root
        return self.forest.children[root][number]

    # --- counts -------------------------------------------------------------------------------------

    @cached_property
    def situations(self) -> int:
        """How many situations there are."""
        return math.prod(len(line.values) for line in self.lines)

    def counts(self, root: int) -> dict[int, int]:
        """How many situations have each answer, exactly."""
        memo: dict[int, dict[int, int]] = {}
        # below[place]: the situations of the lines read from that place on.
        below = [1]
        for line in reversed(self.order):
            below.append(below[-1] * len(self.lines[line].values))
        below.reverse()

        def counted(node: int, place: int) -> Iterator[tuple[int, int]]:
            """Of the situations of the lines from a place on."""
            if node < 0:
                yield ~node, below[place]
                return
            here = self.places[self.forest.axes[node]]
            if node not in memo:
                found: dict[int, int] = {}
                for values, child in zip(self.classes[self.order[here]], self.forest.children[node], strict=True):
                    for answer, count in counted(child, here + 1):
                        found[answer] = found.get(answer, 0) + count * len(values)
                memo[node] = found
            skipped = below[place] // below[here]
            yield from ((answer, count * skipped) for answer, count in memo[node].items())

        return dict(counted(root, 0))
