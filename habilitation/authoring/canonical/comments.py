"""Where the comments of an item go: with the piece they stand at, wherever that piece is put."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from habilitation.authoring.canonical.page import Leaf, Note
from habilitation.source import Source
from habilitation.written.syntax import Comment

_COMMENT = re.compile(r"#[^\n]*")
_CLOSES = re.compile(r"[\s,)}:]*\Z")


def placed(source: Source, comments: Iterable[Comment], leaves: Iterable[Leaf]) -> tuple[Mapping[int, Note], list[str]]:
    """The comments within an item by the start of their leaf, and those after its last one.

    At the end of a line a comment is of what stands before it, on a line of its own of what comes next.
    """
    ordered = sorted(leaves, key=lambda leaf: leaf.start)
    starts = [leaf.start for leaf in ordered]
    notes: dict[int, Note] = {}
    tail: list[str] = []
    for comment in comments:
        index = bisect_right(starts, comment.span.start) - 1
        before, following = ordered[index], ordered[index + 1 : index + 2]
        note = notes.get(before.start, Note())
        if _is_of(comment, before, following, source):
            if comment.own_line:
                notes[before.start] = replace(note, above=(*note.above, comment.text))
            else:  # a line ends with one comment: an earlier one goes above it
                above = (*note.above, note.beside) if note.beside else note.above
                notes[before.start] = Note(above, comment.text)
        elif following:
            note = notes.get(following[0].start, Note())
            notes[following[0].start] = replace(note, above=(*note.above, comment.text))
        else:
            tail.append(comment.text)
    return notes, tail


def _is_of(comment: Comment, before: Leaf, following: Sequence[Leaf], source: Source) -> bool:
    """Whether a comment is of the leaf before it, rather than of the one that follows."""
    if comment.span.start < before.end:
        return True
    if not comment.own_line:
        return bool(_CLOSES.match(_COMMENT.sub("", source.text[before.end : comment.span.start])))
    after = source.text[comment.span.end : following[0].start if following else None]
    return _COMMENT.sub("", after).lstrip()[:1] in {",", ")", "}", ":"}


def paragraphs(comments: Sequence[Comment], end: int, source: Source) -> Iterator[str]:
    """Comments on lines of their own, with a blank line where there was one, until `end` too."""
    places = [*(comment.span.start for comment in comments), end]
    for comment, following in zip(comments, places[1:], strict=True):
        yield comment.text
        if source.text[comment.span.end : following].count("\n") > 1:
            yield ""
