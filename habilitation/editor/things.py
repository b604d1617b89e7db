"""What a policy names: its things, and the places that mention them."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from habilitation.source import Span, Word


class Kind(enum.Enum):
    """What a name stands for, in the words of an author."""

    AXIS = "axis"
    VALUE = "value"
    GROUP = "group"
    DEFINITION = "condition"
    RULE = "rule"
    MATRIX = "matrix"
    CELL = "cell value"
    OBLIGATION = "obligation"
    ADVICE = "advice"
    SYSTEM = "code system"
    FACTS = "facts"
    TEXT = "citation"

    @property
    def with_article(self) -> str:
        """As a sentence names one: an axis, a value, advice."""
        word: str = self.value
        if self in (Kind.ADVICE, Kind.FACTS):
            return word
        return f"an {word}" if word[0] in "aeiou" else f"a {word}"


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing by its name; `owner` is the axis of a value or a group, the matrix of a cell, the file of facts."""

    kind: Kind
    name: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a thing is named: as itself or, `alias`, by its official code or its mark."""

    thing: Thing
    span: Span
    declares: bool = False
    alias: bool = False

    @property
    def written(self) -> str:
        """The letters that stand there."""
        place = unquoted(self.span)
        return place.source.text[place.start : place.end]

    @property
    def plain(self) -> bool:
        """Whether the letters that stand there are those of the name: no escapes, no official code, no mark."""
        return not self.alias and self.written == self.thing.name


def unquoted(span: Span) -> Span:
    """A place without its quotes."""
    quoted = span.end - span.start > 1 and span.source.text[span.start] in "\"'"
    return Span(span.source, span.start + quoted, span.end - quoted)


Found = Iterator[Mention]


def each(kind: Kind, words: Iterable[Word], *, declares: bool = False) -> Found:
    """Words that each name a thing of a kind."""
    return (Mention(Thing(kind, str(word)), word.span, declares=declares) for word in words)


class Mentions:
    """All of them, found by place or by thing."""

    def __init__(self, found: Sequence[Mention]) -> None:
        self._by_thing: dict[Thing, list[Mention]] = defaultdict(list)
        self._by_file: dict[str, list[Mention]] = defaultdict(list)
        for mention in sorted(found, key=lambda one: (one.span.source.name, one.span.start, one.span.end)):
            self._by_thing[mention.thing].append(mention)
            self._by_file[mention.span.source.name].append(mention)

    def __iter__(self) -> Iterator[Mention]:
        """All of them, file after file, in reading order."""
        return (one for file in sorted(self._by_file) for one in self._by_file[file])

    def of(self, thing: Thing) -> Sequence[Mention]:
        """The mentions of a thing, in reading order."""
        return self._by_thing.get(thing, ())

    def at(self, file: str, offset: int) -> Mention | None:
        """The mention under a place, or just before it."""
        there = self._by_file.get(file, [])
        before = bisect_right(there, offset, key=lambda one: one.span.start)
        near = there[max(0, before - 2) : before]
        return next((one for one in reversed(near) if offset <= one.span.end), None)

    def declaration(self, thing: Thing) -> Mention | None:
        """Where a thing is declared."""
        return next((one for one in self.of(thing) if one.declares), None)

    def declared_in(self, file: str) -> Iterator[Mention]:
        """The declarations of a file."""
        return (one for one in self._by_file.get(file, ()) if one.declares)

    def all_of(self, kind: Kind) -> Iterator[Thing]:
        """The things of a kind that are named somewhere."""
        return (thing for thing in self._by_thing if thing.kind is kind)

    def things(self, kind: Kind, owner: str | None = None) -> list[str]:
        """The names of the things of a kind that are declared."""
        return [
            thing.name
            for thing in self.all_of(kind)
            if owner in (None, thing.owner) and self.declaration(thing) is not None
        ]
