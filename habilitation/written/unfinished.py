"""A rule that its author is still writing: what it says so far, and how it may go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lark.exceptions import UnexpectedInput

from habilitation.source import Source
from habilitation.written.from_rules import parser
from habilitation.written.items import cut
from habilitation.written.syntax import Keywords, keywords_of


@dataclass(frozen=True, slots=True)
class Begun:
    """An item up to a place: its words by terminal, the terminals that may come next (none after a mistake)."""

    words: tuple[tuple[str, str], ...]
    accepted: frozenset[str]
    keywords: Keywords


def begun(source: Source, offset: int) -> Begun:
    """The item that stands before a place; an empty one where an item may start."""
    known = keywords_of(source)
    parsing: Any = parser(known.language).parse_interactive(_before(source, offset))
    words: list[tuple[str, str]] = []
    try:
        words.extend((token.type, str(token)) for token in parsing.iter_parse())
    except UnexpectedInput:
        return Begun(tuple(words), frozenset(), known)
    return Begun(tuple(words), frozenset(parsing.accepts()), known)


def _before(source: Source, offset: int) -> str:
    before = source.text[:offset]
    if not before or before.endswith("\n"):
        return ""
    pieces, _ = cut(Source(source.name, before), [])
    return before[pieces[-1].start :] if pieces else ""
