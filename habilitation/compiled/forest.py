"""The shared parts of decision diagrams: nodes kept once, and what is left of a matrix as coordinates become known."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from habilitation.diagnostic import HabilitationError

NODES_AT_MOST = 1_000_000


class DiagramTooLargeError(HabilitationError):
    """A policy whose diagram does not stay small."""


@dataclass(slots=True)
class Forest:
    """Shared nodes. A root or a child is a node (from 0) or the bitwise complement of an answer (below 0)."""

    axes: list[int] = field(default_factory=list)
    children: list[tuple[int, ...]] = field(default_factory=list)
    known: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def node(self, axis: int, children: tuple[int, ...]) -> int:
        """The node with these children (one a value class), or the child when they are all the same."""
        if children.count(children[0]) == len(children):
            return children[0]
        key = (axis, children)
        found = self.known.get(key)
        return self._added(key) if found is None else found

    def _added(self, key: tuple[int, tuple[int, ...]]) -> int:
        with self.lock:
            found = self.known.get(key)  # another thread may have been quicker
            if found is None:
                found = len(self.axes)
                if found >= NODES_AT_MOST:
                    message = f"the decision diagram has more than {NODES_AT_MOST} nodes"
                    raise DiagramTooLargeError(message)
                self.axes.append(key[0])
                self.children.append(key[1])
                self.known[key] = found
            return found

    def below(self, root: int) -> Iterator[int]:
        """Every node of a diagram, each once."""
        seen, stack = set(), [root]
        while stack:
            node = stack.pop()
            if node >= 0 and node not in seen:
                seen.add(node)
                yield node
                stack.extend(self.children[node])

    def support(self, root: int) -> set[int]:
        """The axes that can change the answer."""
        return {self.axes[node] for node in self.below(root)}


class Slices:
    """What is left of a matrix once some coordinates are known; equal remainders share a number."""

    def __init__(self, cells: Sequence[int], shape: tuple[int, ...]) -> None:
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        self._body: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        self._fixed: dict[tuple[int, int, int], int] = {}
        self._shape = shape
        self._lock = threading.Lock()
        self.start = self._number(tuple(range(len(shape))), tuple(cells))

    def _number(self, open_: tuple[int, ...], cells: tuple[int, ...]) -> int:
        """A remainder's number, or the complement of its cell once it has only one."""
        if cells.count(cells[0]) == len(cells):
            return ~cells[0]
        key = (open_, cells)
        if key not in self._known:
            with self._lock:
                if key not in self._known:  # another thread may have been quicker
                    self._body.append(key)
                    self._known[key] = len(self._body) - 1
        return self._known[key]

    def fix(self, number: int, coordinate: int, value: int) -> int:
        """The remainder once a coordinate is known; the same if it was."""
        if number < 0 or coordinate not in self._body[number][0]:
            return number
        key = (number, coordinate, value)
        if key not in self._fixed:
            open_, cells = self._body[number]
            place = open_.index(coordinate)
            inner = 1
            for later in open_[place + 1 :]:
                inner *= self._shape[later]
            step = inner * self._shape[coordinate]
            kept = tuple(
                cell for start in range(value * inner, len(cells), step) for cell in cells[start : start + inner]
            )
            self._fixed[key] = self._number(open_[:place] + open_[place + 1 :], kept)
        return self._fixed[key]
