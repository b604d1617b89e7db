"""A rule file cut in items: a line that starts at the first column opens one; comments go with their item."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from habilitation.diagnostic import Diagnostic
from habilitation.source import Source, Span
from habilitation.written import limits
from habilitation.written.syntax import Comment, Keywords, Language, keywords, keywords_of, pattern

_COMMENT_OR_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|(#[^\n]*)')
_FIRST_WORD = re.compile(r"^[ \t]*([^\s#]\S*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one item, from `start` to `end` (excluded), and its comments, those just above included."""

    start: int
    end: int
    comments: tuple[Comment, ...]


def cut(source: Source, found: list[Diagnostic]) -> tuple[list[Piece], tuple[Comment, ...]]:
    """The items of a file, and the comments after the last one."""
    words = keywords_of(source)
    unindented, opening = _first_columns(words.language)
    starts = [match.start() for match in opening.finditer(source.text)]
    if len(starts) > limits.ITEMS:
        span = Span(source, starts[limits.ITEMS], starts[limits.ITEMS] + 1)
        found.append(Diagnostic("too_many", f"more than {limits.ITEMS} items in one file", span, "split the file"))
        return [], ()
    first = starts[0] if starts else len(source.text)
    found.extend(_misplaced(source, first, words))
    for match in unindented.finditer(source.text, first):
        message = f"`{match.group()}` at the first column, where items start"
        found.append(Diagnostic("syntax_error", message, Span(source, *match.span()), "indent it"))
    bounds = [*starts, len(source.text)]
    leads = [_lead(source, bound) for bound in bounds]
    owned: list[list[Comment]] = [[] for _ in bounds]
    for comment in _comments(source):
        owned[max(0, bisect_right(leads, comment.span.start) - 1)].append(comment)
    *pieces, last = [tuple(comments) for comments in owned]
    return [Piece(*piece) for piece in zip(starts, bounds[1:], pieces, strict=True)], last


@cache
def _first_columns(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A slip at the first column (a clause or a bracket, which is read with the item above), and what opens an item."""
    words = keywords(language)
    followers = "|".join(pattern(word) for word in sorted(words.reserved - words.openers))
    slip = rf"(?:{followers})\b(?!\u0301)|[(){{}},:\"]"
    return re.compile(f"^(?:{slip})", re.MULTILINE), re.compile(rf"^(?!{slip})[^\s#]", re.MULTILINE)


def _misplaced(source: Source, first: int, words: Keywords) -> Iterator[Diagnostic]:
    """What stands before the first item."""
    stray = _FIRST_WORD.search(source.text, 0, first)
    if stray is not None:
        word = stray.group(1)
        opens = f"an item opens with `{words['permit']}`, `{words['forbid']}`, …"
        way_out = "remove the spaces before it" if word in words.openers else opens
        message = f"`{word}` belongs to no item: an item starts at the first column"
        yield Diagnostic("syntax_error", message, Span(source, *stray.span(1)), way_out)


def _lead(source: Source, bound: int) -> int:
    """Where the unindented comments just above an item (or the end of the file) start."""
    line, column = source.position(bound)
    line += column > 1  # the end of a file whose last line does not end
    while line > 1 and (not source.line(line - 1).strip() or source.line(line - 1).startswith("#")):
        line -= 1
    return source.starts[line - 1] if line <= len(source.starts) else bound


def _comments(source: Source) -> Iterator[Comment]:
    for match in _COMMENT_OR_TEXT.finditer(source.text):
        if match.group(1) is not None:
            before = source.text[source.text.rfind("\n", 0, match.start()) + 1 : match.start()]
            span = Span(source, *match.span())
            yield Comment(match.group(1).rstrip(), not before.strip(), span)


def defined(text: str, words: Keywords) -> Iterator[str]:
    """The names that a text which cannot be read meant to define, be it under a misspelt keyword or under none."""
    name = "([a-z][a-z0-9_]*)"
    opening = rf"{pattern(words['define'])}[ \t]+{name}|(?:\w+[ \t]+)?{name}[ \t]*:"
    return (match[1] or match[2] for match in re.finditer(rf"^[ \t]*(?:{opening})", text, re.MULTILINE))
