"""The situations two editions speak of, in one order of axes, and diagrams over them.

A value or a code that only one side knows makes situations that the other cannot state. An axis that only one side
knows does not change the answer of the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from habilitation.authoring.difference.lines import ANY, NOBODY, Line, lines
from habilitation.authorizer.categories import axis_about, read_by_matrices
from habilitation.compiled.diagram import Space
from habilitation.compiled.forest import Forest
from habilitation.compiled.settling import FAILS, HOLDS
from habilitation.compiled.tables import AxisTable, EditionTable, Tables
from habilitation.vocabulary import ACTION, SUBJECT

Where = Mapping[str, frozenset[str]]  # axis → the names of values


@dataclass(frozen=True, slots=True)
class Half:
    """One side: its tables and the edition compared; None before its first edition."""

    tables: Tables
    edition: EditionTable | None

    @property
    def is_nothing(self) -> bool:
        """Whether there is no policy, which can state no situation."""
        return self.edition is None and not self.tables.axes


class Frame:
    """One space for two editions. A root is of the forest of the frame; an answer is the complement of a number.

    `within` keeps it to the situations where some lines have one of some values. Every situation says something of the
    axes of `stated`.
    """

    def __init__(self, old: Half, new: Half, where: Where | None = None, stated: frozenset[str] = frozenset()) -> None:
        self.halves = (old, new)
        self.lines = lines(old.tables.axes, new.tables.axes, stated)
        self.within = {
            number: line.among(where[line.name])
            for number, line in enumerate(self.lines)
            if where and line.name in where
        }
        self.forest = Forest()
        self._spaces = [Space(half.tables, half.edition, ()) if half.edition else None for half in (old, new)]
        self.order = self._order()
        self.places = {line: place for place, line in enumerate(self.order)}

    @cached_property
    def heads(self) -> frozenset[int]:
        """The lines a sentence begins with: who asks, the action, the codes that matrices are read by.

        Without a matrix, every line that is no fact; facts are conditions.
        """
        actions = {number for number, line in enumerate(self.lines) if line.name == ACTION}
        subjects = {self.subject} - {None}
        return frozenset({*(self._read or self._coded), *actions, *subjects})

    @cached_property
    def subject(self) -> int | None:
        """The line of those who ask: of the category `subject`, else named profession or role; None when none is.

        Of several, the first that a matrix is read by.
        """
        axes = [self.axis(number) for number in range(len(self.lines))]
        found = axis_about(SUBJECT, axes, read_by_matrices(*(half.tables for half in self.halves)))
        return None if found is None else axes.index(found)

    @cached_property
    def _coded(self) -> list[int]:
        """The lines that are no fact."""
        return [number for number in range(len(self.lines)) if not self.axis(number).fact]

    @cached_property
    def _read(self) -> frozenset[int]:
        """Of these, those that matrices are read by."""
        read = read_by_matrices(*(half.tables for half in self.halves))
        return frozenset(number for number in self._coded if self.lines[number].name in read)

    def axis(self, line: int) -> AxisTable:
        """The axis of a line, of the new side if it knows it."""
        old, new = self.lines[line].axes
        return self.halves[1].tables.axes[new] if new != NOBODY else self.halves[0].tables.axes[old]

    def _order(self) -> tuple[int, ...]:
        """The reading order of the new side, then of what only the old side knows; heads come first."""
        found: dict[int, None] = {}
        for side in (1, 0):
            space = self._spaces[side]
            line_of = {line.axes[side]: number for number, line in enumerate(self.lines)}
            found |= dict.fromkeys(line_of[axis] for axis in (space.order if space else ()))
        every = dict.fromkeys([*found, *range(len(self.lines))])
        return tuple(sorted(every, key=lambda line: line not in self.heads))

    @cached_property
    def classes(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """For each line, its classes of values: those that neither side nor what is asked tells apart share one."""
        return tuple(self._classes(number, line) for number, line in enumerate(self.lines))

    def _classes(self, at: int, line: Line) -> tuple[tuple[int, ...], ...]:
        groups: dict[tuple[int, ...], list[int]] = {}
        for number, ordinals in enumerate(line.ordinals):
            told_apart = (self._class(side, line.axes[side], ordinals[side]) for side in range(2))
            groups.setdefault((*told_apart, number in self.within.get(at, ())), []).append(number)
        return tuple(map(tuple, groups.values()))

    def _class(self, side: int, axis: int, ordinal: int) -> int:
        space = self._spaces[side]
        if NOBODY in (axis, ordinal):
            return NOBODY
        if ordinal == ANY:
            return ANY
        return 0 if space is None else space.classes[axis][ordinal]

    # --- diagrams -----------------------------------------------------------------------------------

    def known(self, side: int) -> int:
        """The diagram of the situations a side can state: 1, or 0 where it does not know a value."""
        root = ~int(not self.halves[side].is_nothing)
        for line in reversed(self.order):
            if self.lines[line].partly_known[side]:
                ordinals = [self.lines[line].ordinals[first][side] for first, *_ in self.classes[line]]
                root = self.forest.node(line, tuple(~0 if ordinal == NOBODY else root for ordinal in ordinals))
        return root

    def combined(self, answer: Callable[..., int], *roots: int) -> int:
        """The diagram of an answer worked out from those of others."""

        def settled(met: tuple[int, ...]) -> int | None:
            return None if max(met) >= 0 else ~answer(*(~root for root in met))

        return self._walked(settled, {}, roots)

    def kept(self, root: int, condition: int, otherwise: int) -> int:
        """The diagram where a condition (1 or 0) holds, and an answer everywhere else; nothing is walked there."""

        def settled(met: tuple[int, ...]) -> int | None:
            if met[1] >= 0:
                return None
            return met[0] if met[1] == HOLDS else ~otherwise

        return self._walked(settled, {}, (root, condition))

    def _walked(
        self, settled: Callable[[tuple[int, ...]], int | None], memo: dict[tuple[int, ...], int], met: tuple[int, ...]
    ) -> int:
        """Diagrams read side by side until they are settled."""
        found = settled(met)
        if found is None:
            axes, below = self.forest.axes, self.forest.children
            line = min((axes[root] for root in met if root >= 0), key=self.places.__getitem__)
            width = len(self.classes[line])
            columns = [below[root] if root >= 0 and axes[root] == line else (root,) * width for root in met]
            children = []
            # Most values lead to what another has led to: looking it up here is what makes a diff quick.
            for step in zip(*columns, strict=True):
                child = memo.get(step)
                children.append(self._walked(settled, memo, step) if child is None else child)
            found = self.forest.node(line, tuple(children))
        memo[met] = found
        return found

    def met(self, root: int, line: int) -> frozenset[int]:
        """The values of a line with which a diagram can be 1."""
        return self._met(root, line, {})

    def _met(self, root: int, line: int, memo: dict[int, frozenset[int]]) -> frozenset[int]:
        if root == FAILS:
            return frozenset()
        if root == HOLDS or self.places[self.forest.axes[root]] > self.places[line]:
            return frozenset(range(len(self.lines[line].values)))
        if root not in memo:
            found: set[int] = set()
            at = self.forest.axes[root]
            for values, child in zip(self.classes[at], self.forest.children[root], strict=True):
                if child != FAILS:
                    found.update(values if at == line else self._met(child, line, memo))
            memo[root] = frozenset(found)
        return memo[root]

    # --- counts -------------------------------------------------------------------------------------

    @cached_property
    def situations(self) -> int:
        """How many situations there are, of those that are asked about."""
        return math.prod(len(self.asked(number)) for number in range(len(self.lines)))

    def asked(self, line: int) -> frozenset[int]:
        """The values of a line that are asked about."""
        return self.within.get(line, frozenset(range(len(self.lines[line].values))))

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
