"""The search of a situation that two policies put in one space answer otherwise; when it fails, there is none.

Axes are read one after the other, as for a diagram, and a summary once searched in vain is not searched again.
A branch ends where the answers can no longer be apart: that is soon, since most of a policy did not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from habilitation.compiled.diagram import SUMMARIES_AT_MOST, Space
from habilitation.compiled.forest import DiagramTooLargeError

_Path = tuple[tuple[int, int], ...]
_Summary = tuple[int, int, int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Side:
    """A rule on one side: its level in the precedence, its bit among the kinds asked about, its clauses."""

    level: int
    kind: int
    mask: int
    shift: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A rule on both sides, or on one only. `same` when its clauses are: only cells tell its sides apart."""

    before: Side | None
    after: Side | None
    same: bool

    def may_differ(self, certain: int, possible: int, live: int, read: bool) -> bool:
        """Whether the rule may still be among the winners of one side only; `read` once the cells are."""
        one, other = self.before, self.after
        if one is None or other is None or one.level != other.level:
            return any(side is not None and possible >> side.kind & 1 for side in (one, other))
        if certain >> one.kind & certain >> other.kind & 1 or not (possible >> one.kind | possible >> other.kind) & 1:
            return False
        if certain >> one.kind & 1 or certain >> other.kind & 1:
            return True
        return not (self.same and read and (live & one.mask) >> one.shift == (live & other.mask) >> other.shift)


class Search:
    """One search. The first `lowest` kinds of the space are the rules that did not change, by level.

    `within` restricts axes to values outside which nothing can be apart; `twins` are matrices and their other selves,
    given when the answers can only be apart where one reads another cell than the other.
    """

    def __init__(
        self,
        space: Space,
        lowest: int,
        pairs: tuple[Pair, ...],
        within: Mapping[int, frozenset[int]],
        twins: Mapping[int, int],
    ) -> None:
        self._space, self._lowest, self._pairs, self._twins = space, lowest, pairs, twins
        self._only_cells = bool(twins) and all(pair.same for pair in pairs)
        self._samples = {axis: _samples(space, axis, within.get(axis)) for axis in space.order}
        self._order = self._telling_first()
        sides = [side for pair in pairs for side in (pair.before, pair.after) if side is not None]
        levels = {side.kind: side.level for side in sides}
        # The rules that did not change come first, a kind a level.
        self._levels = tuple(levels.get(kind, kind) for kind in range(len(space.kinds)))
        self._above = tuple(
            sum(1 << kind for kind, one in enumerate(self._levels) if one <= level) for level in range(lowest + 1)
        )
        masks = [0]
        for axis in reversed(self._order):
            masks.append(masks[-1] | space.axis_literals[axis])
        self._literals_from = tuple(reversed(masks))
        self._vain: set[_Summary] = set()

    def _telling_first(self) -> tuple[int, ...]:
        """Reading order: that of the space; for cells, first what tells whether the changed ones are read at all."""
        space = self._space
        matrices = {*self._twins, *self._twins.values()} if self._only_cells else set()
        for number in reversed(range(len(space.slices))):
            if any(user in matrices for user, _ in space.users[number]):
                matrices.add(number)
        first = [axis for axis in space.order if any(matrix in matrices for matrix, _ in space.feeds[axis])]
        return tuple(dict.fromkeys([*sorted(first, key=lambda axis: len(self._samples[axis])), *space.order]))

    def found(self) -> dict[int, int] | None:
        """A situation (axis → value) that is answered otherwise whatever the other axes, or None."""
        space = self._space
        rest = [slices.start for slices in space.slices]
        live = space.resolved(rest, space.every, range(len(rest)))
        path = self._node(0, live, 0, tuple(rest))
        return None if path is None else dict(path)

    def _node(self, level: int, live: int, certain: int, rest: tuple[int, ...]) -> _Path | None:
        space = self._space
        unresolved = self._literals_from[level]
        for matrix, number in enumerate(rest):
            if number >= 0:
                unresolved |= space.cell_literals[matrix]
        possible = certain
        for kind, mask in enumerate(space.kinds):
            if not certain >> kind & 1 and live & mask:
                possible |= 1 << kind
                certain |= (1 if live & mask & ~unresolved else 0) << kind
        read = all(rest[one] < 0 and rest[other] < 0 for one, other in self._twins.items())
        if self._only_cells and read and all(rest[one] == rest[other] for one, other in self._twins.items()):
            return None
        differing = [pair for pair in self._pairs if pair.may_differ(certain, possible, live, read)]
        apart = self._apart(differing, certain, possible) if differing else False
        if apart is not None:
            return () if apart else None
        lowest = max(side.level for pair in differing for side in (pair.before, pair.after) if side is not None)
        relevant = 0
        for kind, mask in enumerate(space.kinds):
            # What the lowest kind has in common tells nothing apart.
            if not certain >> kind & 1 and (
                self._levels[kind] < lowest or (self._levels[kind] == lowest and kind >= self._lowest)
            ):
                relevant |= mask
        certain &= self._above[lowest]
        return self._branch(level, live & relevant, certain, self._needed(rest, live & relevant))

    def _apart(self, differing: list[Pair], certain: int, possible: int) -> bool | None:
        """Whether the answers are apart, from the kinds that are certain and possible; None when it is open."""
        waiting = {id(pair) for pair in differing}
        for level in range(self._lowest + 1):
            open_ = False
            for pair in differing:
                one, other = (_state(side, level, certain, possible) for side in (pair.before, pair.after))
                if {one, other} == {True, False}:
                    return True
                open_ = open_ or one is None or other is None
            if open_:
                return None
            alike = 1 << level if level < self._lowest else 0
            for pair in self._pairs:
                if id(pair) not in waiting and pair.before is not None and pair.before.level == level:
                    alike |= 1 << pair.before.kind
            if certain & alike:
                return False
            if possible & alike:
                return None
        return False

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
                kept[matrix] = -1
        return tuple(kept)

    def _branch(self, level: int, live: int, certain: int, rest: tuple[int, ...]) -> _Path | None:
        space = self._space
        while not live & space.axis_literals[self._order[level]] and not any(
            rest[matrix] >= 0 for matrix, _ in space.feeds[self._order[level]]
        ):
            level += 1
        key = (level, live, certain, rest)
        if key in self._vain:
            return None
        axis = self._order[level]
        followed = set()
        for value in self._samples[axis]:
            left = self._left(axis, value, live, rest)
            if left not in followed:
                followed.add(left)
                path = self._node(level + 1, left[0], certain, left[1])
                if path is not None:
                    return ((axis, value), *path)
        if len(self._vain) >= SUMMARIES_AT_MOST:
            raise DiagramTooLargeError(f"the comparison has more than {SUMMARIES_AT_MOST} summaries")
        self._vain.add(key)
        return None

    def _left(self, axis: int, value: int, live: int, rest: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        space = self._space
        live &= space.axis_bits[axis][value]
        touched = [(matrix, side) for matrix, side in space.feeds[axis] if rest[matrix] >= 0]
        if not touched:
            return live, rest
        left = list(rest)
        for matrix, side in touched:
            left[matrix] = space.slices[matrix].fix(left[matrix], side, value)
        live = space.resolved(left, live, [matrix for matrix, _ in touched])
        return live, tuple(left)


def _state(side: Side | None, level: int, certain: int, possible: int) -> bool | None:
    if side is None or side.level != level or not possible >> side.kind & 1:
        return False
    return True if certain >> side.kind & 1 else None


def _samples(space: Space, axis: int, within: frozenset[int] | None) -> tuple[int, ...]:
    """One value of each class of an axis, of those within the bounds."""
    classes = space.classes[axis]
    kept = {classes[value]: value for value in sorted(within, reverse=True)} if within is not None else {}
    return space.samples[axis] if within is None else tuple(sorted(kept.values()))
