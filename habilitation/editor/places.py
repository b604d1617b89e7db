"""Our places, characters from the start of a text, to the protocol's: lines and UTF-16 code units from 0, and back."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from lsprotocol.types import Position, Range

from habilitation.source import Span

# The protocol's ends of line. `\r\n` reads as `\n` before it comes here, which moves nothing within a line.
_END_OF_LINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Ruler:
    """A text, measured as the protocol does."""

    text: str
    starts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", (0, *(end.end() for end in _END_OF_LINE.finditer(self.text))))

    def position(self, offset: int) -> Position:
        """The line and the code unit of a character.

        >>> at = Ruler("été 🚑 x").position(6)
        >>> at.line, at.character
        (0, 7)
        """
        line = bisect_right(self.starts, offset) - 1
        return Position(line, _units(self.text[self.starts[line] : offset]))

    def offset(self, position: Position) -> int:
        """The character at a position; past the end of its line, that end."""
        if position.line >= len(self.starts):
            return len(self.text)
        start = self.starts[position.line]
        after = self.starts[position.line + 1] if position.line + 1 < len(self.starts) else len(self.text)
        line = self.text[start:after].rstrip("\r\n")
        return start + _characters(line, position.character)

    def range(self, start: int, end: int) -> Range:
        """The range of some characters, the end excluded."""
        return Range(self.position(start), self.position(end))

    def whole(self) -> Range:
        """The range of the text."""
        return self.range(0, len(self.text))


@functools.lru_cache(maxsize=64)
def ruler(text: str) -> Ruler:
    """The ruler of a text, made once."""
    return Ruler(text)


def range_of(span: Span) -> Range:
    """The range of a place."""
    return ruler(span.source.text).range(span.start, span.end)


def _units(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if char > "\uffff" else 1 for char in text)


def _characters(line: str, units: int) -> int:
    """How many characters of a line stand before a code unit; one inside a pair counts as its start."""
    if line.isascii():
        return min(units, len(line))
    for number, char in enumerate(line):
        units -= 2 if char > "\uffff" else 1
        if units < 0:
            return number
    return len(line)
