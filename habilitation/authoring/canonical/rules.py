"""A rule file in its canonical layout, in either language; what it says is compared before it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from habilitation.authoring.canonical.comments import paragraphs, placed
from habilitation.authoring.canonical.page import Page
from habilitation.authoring.canonical.pieces import BODY, Pieces
from habilitation.diagnostic import HabilitationError, PolicyError
from habilitation.source import Source
from habilitation.written.from_rules import read_rules
from habilitation.written.syntax import Item, Language, RuleFile, WrittenDefinition, keywords


def canonical(source: Source, language: Language | None = None) -> str:
    r"""The same rules in the canonical layout, with the keywords of `language`, or those they have.

    Raises PolicyError with all that cannot be read, or cannot be named so in that language.

    >>> canonical(Source("a.hab", 'permit x   when (a) and  b # why'))
    'permit x\n  when a and b  # why\n'
    """
    file = _read(source)
    pieces = Pieces(keywords(language or file.language))
    lines = list(_lines(file, pieces, source))
    if pieces.found:
        raise PolicyError(pieces.found)
    text = "".join(f"{line}\n" for line in lines)
    if not _say_the_same(file, _read(Source(source.name, text))):
        raise HabilitationError(f"`{source.name}` would say something else once laid out: it is left as it is")
    return text


def _lines(file: RuleFile, pieces: Pieces, source: Source) -> Iterator[str]:
    before: Item | None = None
    last = ""
    for item in file.items:
        first, *others = _item(item, pieces, source)
        # What a comment of its own line stands between is apart, wherever that comment stood.
        joins = "#" not in {first[:1], last.lstrip()[:1]} and before and _stand_together(before, item, source)
        if before and not joins:
            yield ""
        yield from (first, *others)
        before, last = item, (first, *others)[-1]
    if before and file.comments:
        yield ""
    yield from paragraphs(file.comments, len(source.text.rstrip()), source)


def _stand_together(one: Item, other: Item, source: Source) -> bool:
    """Definitions between which an author left nothing."""
    defined = isinstance(one, WrittenDefinition) and isinstance(other, WrittenDefinition)
    return defined and source.text.count("\n", one.span.end, other.span.start) == 1


def _read(source: Source) -> RuleFile:
    file, found = read_rules(source)
    if found:
        raise PolicyError(found)
    return file


def _item(item: Item, pieces: Pieces, source: Source) -> Iterator[str]:
    blocks = list(pieces.of(item))
    above = [comment for comment in item.comments if comment.span.start < item.span.start]
    yield from paragraphs(above, item.span.start, source)
    leaves = [leaf for _, part in blocks for leaf in part.leaves]
    notes, tail = placed(source, item.comments[len(above) :], leaves)
    page = Page(notes)
    for indent, part in blocks:
        page.turn()
        page.write(part, indent)
    page.turn()
    page.comment(tuple(tail), BODY)
    yield from page.lines


def _say_the_same(one: RuleFile, other: RuleFile) -> bool:
    """Whether two files have the same items in the same order, and the same comments wherever they stand."""
    without = [tuple(replace(item, comments=()) for item in file.items) for file in (one, other)]
    return without[0] == without[1] and _comments(one) == _comments(other)


def _comments(file: RuleFile) -> Counter[str]:
    owned = (comment for item in file.items for comment in item.comments)
    return Counter(comment.text for comment in (*owned, *file.comments))
