"""Pieces of text put on lines: as many as fit, and each comment with the piece it stands at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WIDTH = 110
_STEP = 2  # spaces that a line goes in, under the one it goes on from


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is never cut: a name, a text, a test; `start` and `end` are its place in the source."""

    text: str
    start: int
    end: int

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return (self,)


@dataclass(frozen=True, slots=True)
class Flow:
    """Parts that stand on one line if it holds them; `apart` when, if it does not, each has lines of its own."""

    parts: tuple[Leaf | Flow, ...]
    apart: bool = False
    step: int = _STEP

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaf for part in self.parts for leaf in part.leaves)

    @property
    def text(self) -> str:
        return " ".join(leaf.text for leaf in self.leaves)


@dataclass(frozen=True, slots=True)
class Note:
    """The comments of a leaf: on lines of their own above it, and at the end of its line."""

    above: tuple[str, ...] = ()
    beside: str = ""


_BARE = Note()


@dataclass(slots=True)
class Page:
    """Lines under way; `notes` are the comments, by the start of their leaf."""

    notes: Mapping[int, Note]
    lines: list[str] = field(default_factory=list)
    _line: str = ""
    _beside: str = ""

    def write(self, part: Leaf | Flow, indent: int) -> None:
        """A part, on the line under way if it fits, else on lines of its own."""
        first, last = self._note(part.leaves[0]), self._note(part.leaves[-1])
        width = len(part.text)
        if self._holds_together(part):
            joins = self._line and not self._beside and not first.above and len(self._line) + 1 + width <= WIDTH
            if joins:
                self._line += f" {part.text}"
            elif isinstance(part, Leaf) or indent + width <= WIDTH:
                self.turn()
                self.comment(first.above, indent)
                self._line = " " * indent + part.text
            else:
                self._spread(part, indent)
                return
            self._beside = last.beside
        else:
            assert isinstance(part, Flow)
            self._spread(part, indent)

    def _spread(self, flow: Flow, indent: int) -> None:
        self.turn()
        self.write(flow.parts[0], indent)
        for part in flow.parts[1:]:
            if flow.apart:
                self.turn()
            self.write(part, indent + flow.step)

    def turn(self) -> None:
        """End the line under way, if there is one."""
        if self._line:
            self.lines.append(f"{self._line}  {self._beside}" if self._beside else self._line)
        self._line = self._beside = ""

    def comment(self, comments: tuple[str, ...], indent: int) -> None:
        """Comments on lines of their own."""
        self.lines.extend(" " * indent + comment for comment in comments)

    def _note(self, leaf: Leaf) -> Note:
        return self.notes.get(leaf.start, _BARE)

    def _holds_together(self, part: Leaf | Flow) -> bool:
        """No comment stands within it."""
        leaves = part.leaves
        return not any(self._note(leaf).above for leaf in leaves[1:]) and not any(
            self._note(leaf).beside for leaf in leaves[:-1]
        )
