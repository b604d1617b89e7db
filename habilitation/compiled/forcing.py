"""The fewest statements that force an answer whatever the rest: exact, over a diagram.

A path of a diagram states every axis it reads, which may be more than needed: an axis nobody states may take each of
its values, and what is then asked of the others is the conjunction of its children. Both ways are followed at every
node.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from habilitation.compiled.diagram import Space

_NOTHING = -1  # no value is stated
Statements = tuple[tuple[int, int], ...]


class Forcing:
    """Statements (axis, value) that force one answer, a root of the space below 0.

    `known` is the value of each axis, -1 where missing: what is known is kept for nothing. Only `free` axes are stated.
    """

    def __init__(self, space: Space, answer: int, known: Sequence[int], free: Sequence[bool]) -> None:
        self._space, self._answer = space, answer
        self._known, self._free = known, free
        self._costs: dict[int, int | None] = {}
        self._conjunctions: dict[tuple[int, int], int] = {}

    def cost(self, root: int) -> int | None:
        """The fewest statements that force the answer, or None where no statements do."""
        if root < 0:
            return 0 if root == self._answer else None
        if root not in self._costs:
            costs = (self._total(step, child) for step, child, _ in self._steps(root))
            self._costs[root] = min((cost for cost in costs if cost is not None), default=None)
        return self._costs[root]

    def _total(self, step: int, child: int) -> int | None:
        rest = self.cost(child)
        return None if rest is None else step + rest

    def _steps(self, node: int) -> Iterator[tuple[int, int, int]]:
        """What it costs to go on from a node, where it leads, and the value stated."""
        axis, children = self._space.forest.axes[node], self._space.forest.children[node]
        known = self._known[axis]
        kept = self._space.classes[axis][known] if known >= 0 else -1
        yield 0, children[kept] if known >= 0 else reduce(self._both, children), _NOTHING
        if self._free[axis]:
            for number, child in enumerate(children):
                if number != kept:
                    yield 1, child, self._space.samples[axis][number]

    def _both(self, one: int, other: int) -> int:
        """The answer where both have it; where one has not, any other answer."""
        for here, there in ((one, other), (other, one)):
            if here < 0:
                return there if here == self._answer else here
        if one == other:
            return one
        key = (min(one, other), max(one, other))
        found = self._conjunctions.get(key)
        if found is None:
            space = self._space
            axis = min(space.read(one), space.read(other))[1]
            numbers = range(len(space.samples[axis]))
            children = (self._both(space.step(one, axis, at), space.step(other, axis, at)) for at in numbers)
            found = self._conjunctions[key] = space.forest.node(axis, tuple(children))
        return found

    def fewest(self, root: int) -> Iterator[Statements]:
        """Every smallest set of statements, each once."""
        cost = self.cost(root)
        if cost is not None:
            yield from dict.fromkeys(tuple(sorted(path)) for path in self._paths(root, cost))

    def _paths(self, root: int, budget: int) -> Iterator[Statements]:
        if root < 0:
            yield ()
            return
        axis = self._space.forest.axes[root]
        for step, child, value in self._steps(root):
            if self._total(step, child) == budget:
                for path in self._paths(child, budget - step):
                    yield path if value == _NOTHING else ((axis, value), *path)
