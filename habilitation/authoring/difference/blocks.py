"""A diagram as blocks: sets of codes under one condition. Together they are the diagram, and no two meet.

A block is a set of values for each line of the head, all of which lead to the same rest of the diagram: its condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.authoring.difference.frame import Frame
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.compiled.settling import FAILS, HOLDS

HEADS_AT_MOST = 200_000  # two DMP policies that differ nearly everywhere have some thousands
WAYS_AT_MOST = 2_000  # of one condition; the DMP policy's have a dozen

# Line → the numbers of the values it may have; a line that is not there may have any.
Box = Mapping[int, frozenset[int]]
# The root of a condition, and the items of the box of a head.
_Head = tuple[int, frozenset[tuple[int, frozenset[int]]]]


@dataclass(frozen=True, slots=True)
class Block:
    """The codes it speaks of, the root of its condition, the condition in words, and how many situations it holds.

    The condition holds where one of its `ways` does; they may overlap.
    """

    head: Box
    condition: int
    ways: tuple[Box, ...]
    situations: int


def blocks(frame: Frame, root: int) -> tuple[Block, ...]:
    """The blocks of a diagram of 1 and 0, the largest first. Raises DiagramTooLargeError when there are too many."""
    heads: dict[_Head, None] = {}
    for head, rest in _paths(frame, root):
        heads[rest, frozenset(head.items())] = None
        if len(heads) > HEADS_AT_MOST:
            raise DiagramTooLargeError(f"the difference has more than {HEADS_AT_MOST} blocks")
    ways: dict[int, tuple[Box, ...]] = {}
    found = []
    for rest, told in _merged(frame, heads):
        if rest not in ways:
            ways[rest] = cover(frame, rest)
        found.append(_block(frame, dict(told), rest, ways[rest]))
    return tuple(sorted(found, key=lambda block: (-block.situations, _key(frame, block.head))))


def _block(frame: Frame, head: Box, rest: int, ways: tuple[Box, ...]) -> Block:
    ordered = {line: head[line] for line in frame.order if line in head}
    situations = frame.counts(rest).get(1, 0)
    for line, values in ordered.items():
        situations = situations // len(frame.lines[line].values) * len(values)
    return Block(ordered, rest, ways, situations)


def _key(frame: Frame, box: Box) -> list[tuple[int, list[int]]]:
    return [(frame.places[line], sorted(values)) for line, values in box.items()]


def _paths(frame: Frame, root: int) -> Iterator[tuple[dict[int, frozenset[int]], int]]:
    """Every way through the head to a condition, and the condition."""
    if root < 0 or frame.forest.axes[root] not in frame.heads:
        if root != FAILS:
            yield {}, root
        return
    line = frame.forest.axes[root]
    for child, values in _edges(frame, root):
        for head, rest in _paths(frame, child):
            yield {line: values, **head}, rest


def _edges(frame: Frame, node: int) -> Iterator[tuple[int, frozenset[int]]]:
    """The different children of a node, each with all the values that lead to it."""
    found: dict[int, list[int]] = {}
    for values, child in zip(frame.classes[frame.forest.axes[node]], frame.forest.children[node], strict=True):
        found.setdefault(child, []).extend(values)
    for child, all_values in found.items():
        yield child, frozenset(all_values)


def _merged(frame: Frame, heads: dict[_Head, None]) -> list[_Head]:
    """The same situations in fewer blocks: two that differ on one line become one, as long as there are any."""
    before = len(heads) + 1
    while len(heads) < before:
        before = len(heads)
        for line in reversed(frame.order):
            if line in frame.heads:
                heads = _merged_on(frame, line, heads)
    return list(heads)


def _merged_on(frame: Frame, line: int, heads: dict[_Head, None]) -> dict[_Head, None]:
    joined: dict[_Head, frozenset[int]] = {}
    every = frozenset(range(len(frame.lines[line].values)))
    for rest, head in heads:
        others = frozenset(one for one in head if one[0] != line)
        mine = next((values for at, values in head if at == line), every)
        joined[rest, others] = joined.get((rest, others), frozenset()) | mine
    return {
        (rest, others if values == every else others | {(line, values)}): None
        for (rest, others), values in joined.items()
    }


# --- conditions in few words ----------------------------------------------------------------------


def cover(frame: Frame, root: int) -> tuple[Box, ...]:
    """Boxes, as wide as they can be, that together are a diagram of 1 and 0; the smallest first."""
    found: list[Box] = []
    left = root
    while left != FAILS:
        wide = _widened(frame, _shortest(frame, left), root)
        found.append(wide)
        if len(found) > WAYS_AT_MOST:
            raise DiagramTooLargeError(f"a condition of the difference has more than {WAYS_AT_MOST} ways")
        left = frame.combined(lambda here, boxed: int(here and not boxed), left, boxed(frame, wide))
    return tuple(sorted(found, key=lambda box: (len(box), _key(frame, box))))


def _shortest(frame: Frame, root: int) -> Box:
    """A way to 1 that looks at the fewest lines."""
    level: list[tuple[int, dict[int, frozenset[int]]]] = [(root, {})]
    seen = {root}
    while True:
        below = []
        for node, box in level:
            if node == HOLDS:
                return box
            for child, values in _edges(frame, node) if node >= 0 else ():
                if child not in seen:
                    seen.add(child)
                    below.append((child, {**box, frame.forest.axes[node]: values}))
        level = below


def _widened(frame: Frame, box: Box, root: int) -> Box:
    """The box without what it can do without, and with every value it can take in."""
    kept = dict(box)
    for line in box:
        without = {other: values for other, values in kept.items() if other != line}
        if holds_throughout(frame, without, root):
            kept = without
    for line in list(kept):
        for values in frame.classes[line]:
            wider = {**kept, line: kept[line] | set(values)}
            if holds_throughout(frame, wider, root):
                kept = wider
    return {line: kept[line] for line in frame.order if line in kept}


def holds_throughout(frame: Frame, box: Box, root: int) -> bool:
    """Whether every situation of a box is in the diagram."""
    stack, seen = [root], {root}
    while stack:
        node = stack.pop()
        if node == FAILS:
            return False
        if node >= 0:
            allowed = box.get(frame.forest.axes[node])
            for child, values in _edges(frame, node):
                if child not in seen and (allowed is None or values & allowed):
                    seen.add(child)
                    stack.append(child)
    return True


def boxed(frame: Frame, box: Box) -> int:
    """The diagram of the situations of a box."""
    root = HOLDS
    for line in sorted(box, key=frame.places.__getitem__, reverse=True):
        root = frame.forest.node(
            line, tuple(root if values[0] in box[line] else FAILS for values in frame.classes[line])
        )
    return root
