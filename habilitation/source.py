"""A text and the places in it: offsets in characters, lines and columns from 1."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_END_OF_LINE = re.compile("\n")


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a policy: the name shown to its author, and its text."""

    name: str
    text: str = field(repr=False)
    starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # By regular expression: a policy is read again at each keystroke of its author.
        starts = (0, *(found.end() for found in _END_OF_LINE.finditer(self.text)))
        object.__setattr__(self, "starts", starts)

    def position(self, offset: int) -> tuple[int, int]:
        r"""Line and column, both from 1, of the character at `offset`.

        >>> Source("a.hab", "été\nhiver").position(5)
        (2, 2)
        """
        line = bisect_right(self.starts, offset) - 1
        return line + 1, offset - self.starts[line] + 1

    def line(self, number: int) -> str:
        """Text of a line (numbered from 1), without its end of line."""
        start = self.starts[number - 1]
        end = self.starts[number] - 1 if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


@dataclass(frozen=True, slots=True, order=False)
class Span:
    """A place: characters `start` to `end` (excluded) of a source."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """Column of the first character, from 1."""
        return self.source.position(self.start)[1]

    def __str__(self) -> str:
        """`file:line`, the way an answer names its source."""
        return f"{self.source.name}:{self.line}"


class Word(str):
    """A text that remembers where it was written; equal to the same text anywhere."""

    __slots__ = ("span",)
    span: Span

    def __new__(cls, text: str, span: Span) -> Word:
        """Make a word out of `text` written at `span`."""
        word = super().__new__(cls, text)
        word.span = span
        return word

    def __reduce__(self) -> tuple[type[Word], tuple[str, Span]]:
        return Word, (str(self), self.span)
