"""Decision diagrams: exact answers over the whole space, or over what is left of it, without enumerating it.

Axes are read in a fixed order. What has been read is summed up by the clauses still open, the kinds of rule already
certain, and what is left of the matrices; two prefixes with the same summary share a node. Nodes whose children are
all the same are dropped and equal nodes are shared, so that a diagram is canonical: it looks at an axis if and only
if that axis can change the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from operator import and_

from habilitation.compiled.forest import DiagramTooLargeError, Forest, Slices
from habilitation.compiled.settling import Settle
from habilitation.compiled.tables import EditionTable, Tables

SUMMARIES_AT_MOST = 200_000  # the DMP policy has a few thousand
_KNOWN = -1  # of a matrix of which nothing is left to know

# Level, clauses still open, kinds already certain, what is left of each matrix.
_Summary = tuple[int, int, int, tuple[int, ...]]


class Space:
    """The space of one edition: its axes in reading order, value classes, and the kinds of clauses asked about.

    `kinds` are masks of clauses; an answer depends only on which kinds have a clause that holds.
    """

    def __init__(self, tables: Tables, edition: EditionTable, kinds: Sequence[int]) -> None:
        self._tables, self._edition = tables, edition
        self.axis_bits = edition.axis_bits
        self.kinds = tuple(kinds)
        self.every = (1 << len(edition.clauses)) - 1
        self.forest = Forest()
        self.sizes = tuple(len(axis.values) for axis in tables.axes)
        self.axis_literals = tuple(self.every & ~reduce(and_, bits, -1) for bits in edition.axis_bits)
        self.cell_literals = tuple(self.every & ~reduce(and_, bits, -1) for bits in edition.cell_bits)
        self.slices = [
            Slices(matrix.editions[chosen].cells if chosen >= 0 else (0,), matrix.shape)
            for matrix, chosen in zip(tables.matrices, edition.matrices, strict=True)
        ]
        self._memos: dict[tuple[Settle, tuple[int, ...]], dict[_Summary, int]] = {}
        self._moves: dict[tuple[int, int, tuple[int, ...]], tuple[int, tuple[int, ...]]] = {}

    @cached_property
    def feeds(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each axis, the (matrix, coordinate) pairs it gives."""
        feeds: list[list[tuple[int, int]]] = [[] for _ in self.sizes]
        for index, matrix in enumerate(self._tables.matrices):
            for coordinate, given in enumerate(matrix.inputs):
                if given >= 0:
                    feeds[given].append((index, coordinate))
        return tuple(map(tuple, feeds))

    @cached_property
    def users(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each matrix, the (matrix, coordinate) pairs its cell gives."""
        users: list[list[tuple[int, int]]] = [[] for _ in self._tables.matrices]
        for index, matrix in enumerate(self._tables.matrices):
            for coordinate, given in enumerate(matrix.inputs):
                if given < 0:
                    users[~given].append((index, coordinate))
        return tuple(map(tuple, users))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Reading order: axes many clauses look at and matrices need, the other inputs of matrices, then the rest."""
        weight = [bits.bit_count() for bits in self.axis_literals]
        inputs = [axis for axis, feeds in enumerate(self.feeds) if feeds]
        first = sorted(
            (axis for axis in inputs if weight[axis] * 8 >= self.every.bit_count()), key=lambda a: -weight[a]
        )
        walk = [given for matrix in self._tables.matrices for given in matrix.inputs if given >= 0]
        rest = sorted(range(len(self.sizes)), key=lambda axis: -weight[axis])
        return tuple(dict.fromkeys([*first, *walk, *rest]))

    @cached_property
    def classes(self) -> tuple[tuple[int, ...], ...]:
        """For each axis, the class of each value: two values nothing tells apart share one."""
        return tuple(self._classes(axis) for axis in range(len(self.sizes)))

    def _classes(self, axis: int) -> tuple[int, ...]:
        numbers: dict[object, int] = {}
        classes = []
        for value in range(self.sizes[axis]):
            steps = tuple(self.slices[m].fix(self.slices[m].start, c, value) for m, c in self.feeds[axis])
            signature = (self._edition.axis_bits[axis][value], steps)
            classes.append(numbers.setdefault(signature, len(numbers)))
        return tuple(classes)

    @cached_property
    def samples(self) -> tuple[tuple[int, ...], ...]:
        """For each axis, the first value of each class."""
        return tuple(
            tuple(classes.index(number) for number in range(max(classes) + 1)) if classes else ()
            for classes in self.classes
        )

    def diagram(
        self, settle: Settle, given: Mapping[int, int] | None = None, kinds: tuple[int, ...] | None = None
    ) -> int:
        """The root of the diagram of an answer, where the given axes have the given values.

        `kinds` are other masks of clauses to ask about than those of the space.
        """
        kinds = self.kinds if kinds is None else kinds
        known = dict(given or {})
        live = self.every
        for axis, value in known.items():
            live &= self._edition.axis_bits[axis][value]
        rest = [slices.start for slices in self.slices]
        for axis, value in known.items():
            for matrix, coordinate in self.feeds[axis]:
                rest[matrix] = self.slices[matrix].fix(rest[matrix], coordinate, value)
        live = self.resolved(rest, live, range(len(rest)))
        memo = {} if known else self._memos.setdefault((settle, kinds), {})
        return _Walk(self, settle, kinds, known, memo).node(0, live, 0, _passed_on(rest))

    def read(self, root: int) -> tuple[int, int]:
        """Place in the reading order, and axis, of what a root looks at first; past the end for an answer."""
        if root < 0:
            return len(self.order), -1
        axis = self.forest.axes[root]
        return self._places[axis], axis

    @cached_property
    def _places(self) -> dict[int, int]:
        return {axis: place for place, axis in enumerate(self.order)}

    def step(self, root: int, axis: int, number: int) -> int:
        """The root once an axis is known to be in a class; the same if it does not look at it."""
        if root < 0 or self.forest.axes[root] != axis:
            return root
        return self.forest.children[root][number]

    def resolved(self, rest: list[int], live: int, matrices: Sequence[int]) -> int:
        """Pass on the cells now known to the matrices that use them; the clauses they leave open."""
        for matrix in matrices:
            if rest[matrix] < 0:
                live &= self._edition.cell_bits[matrix][~rest[matrix]]
                for user, coordinate in self.users[matrix]:
                    fixed = self.slices[user].fix(rest[user], coordinate, ~rest[matrix])
                    if fixed != rest[user]:
                        rest[user] = fixed
                        live = self.resolved(rest, live, [user])
        return live

    def moved(self, axis: int, value: int, rest: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        """The clauses and the matrices left open by a value; kept, for every question of a space asks it again."""
        key = (axis, value, rest)
        found = self._moves.get(key)
        if found is None:
            left = list(rest)
            touched = [(matrix, side) for matrix, side in self.feeds[axis] if left[matrix] >= 0]
            for matrix, side in touched:
                left[matrix] = self.slices[matrix].fix(left[matrix], side, value)
            live = self.resolved(left, self.axis_bits[axis][value], [matrix for matrix, _ in touched])
            if len(self._moves) >= SUMMARIES_AT_MOST:
                self._moves.clear()
            found = self._moves[key] = live, _passed_on(left)
        return found


def _passed_on(rest: Sequence[int]) -> tuple[int, ...]:
    """Forget which cells are known: they have closed the clauses they close, and are asked nothing more."""
    return tuple(max(number, _KNOWN) for number in rest)


class _Walk:
    """One descent through a space, for one question."""

    def __init__(
        self,
        space: Space,
        settle: Settle,
        kinds: tuple[int, ...],
        given: Mapping[int, int],
        memo: dict[_Summary, int],
    ) -> None:
        self._space, self._settle, self._kinds, self._memo = space, settle, kinds, memo
        self._order = tuple(axis for axis in space.order if axis not in given)
        # For each level, the clauses with a literal on an axis read there or later.
        masks = [0]
        for axis in reversed(self._order):
            masks.append(masks[-1] | space.axis_literals[axis])
        self._literals_from = tuple(reversed(masks))

    def node(self, level: int, live: int, certain: int, rest: tuple[int, ...]) -> int:
        """The node (or answer) for everything that shares this summary."""
        unresolved = self._literals_from[level]
        for number, literals in zip(rest, self._space.cell_literals, strict=True):
            if number != _KNOWN:
                unresolved |= literals
        possible = certain
        for kind, mask in enumerate(self._kinds):
            if live & mask:
                possible |= 1 << kind
                certain |= (1 if live & mask & ~unresolved else 0) << kind
        answer = self._settle(certain, possible)
        if answer >= 0:
            return ~answer
        certain &= ~answer
        open_kinds = ~answer & ~certain
        relevant = 0
        for kind, mask in enumerate(self._kinds):
            if open_kinds >> kind & 1:
                relevant |= mask
        live &= relevant
        return self._branch(level, live, certain, self._needed(rest, live))

    def _needed(self, rest: tuple[int, ...], live: int) -> tuple[int, ...]:
        """Forget what is left of the matrices that no open clause can look at any more."""
        space = self._space
        kept = list(rest)
        for matrix in range(len(rest) - 1, -1, -1):
            if (
                kept[matrix] >= 0
                and not live & space.cell_literals[matrix]
                and not any(kept[user] >= 0 for user, _ in space.users[matrix])
            ):
                kept[matrix] = _KNOWN
        return tuple(kept)

    def _branch(self, level: int, live: int, certain: int, rest: tuple[int, ...]) -> int:
        space = self._space
        level = self._next(level, live, rest)
        key = (level, live, certain, rest)
        found = self._memo.get(key)
        if found is None:
            axis = self._order[level]
            # Many values leave the same summary: each is followed once.
            followed: dict[tuple[int, tuple[int, ...]], int] = {}
            children = []
            for value in space.samples[axis]:
                mask, cells = space.moved(axis, value, rest)
                left = live & mask, cells
                child = followed.get(left)
                if child is None:
                    child = followed[left] = self.node(level + 1, live & mask, certain, cells)
                children.append(child)
            if len(self._memo) >= SUMMARIES_AT_MOST:
                raise DiagramTooLargeError(f"the decision diagram has more than {SUMMARIES_AT_MOST} summaries")
            found = self._memo[key] = space.forest.node(axis, tuple(children))
        return found

    def _next(self, level: int, live: int, rest: tuple[int, ...]) -> int:
        """The next axis that an open clause or a needed matrix looks at; there is one while nothing is settled."""
        space = self._space
        while not live & space.axis_literals[self._order[level]] and not any(
            rest[matrix] >= 0 for matrix, _ in space.feeds[self._order[level]]
        ):
            level += 1
        return level
