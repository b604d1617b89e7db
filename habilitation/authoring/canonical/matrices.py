"""A matrix file with its columns of marks in line; only the blanks between them change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from habilitation.diagnostic import HabilitationError, PolicyError
from habilitation.source import Source, Word
from habilitation.written.from_yaml import read_yaml
from habilitation.written.syntax import WrittenBlock, WrittenMatrix

_TOKEN = re.compile(r"\S+")
_HEADER = re.compile(r" *# {3,}(?=\S)")  # the short names of the columns; a sentence stands nearer its `#`


@dataclass(frozen=True, slots=True)
class _Line:
    """A row, or the comment that heads the columns: what stands before the marks, where each starts, what follows."""

    number: int
    head: str
    marks: tuple[str, ...]
    starts: tuple[int, ...]
    comment: str = ""
    comment_start: int = 0


def aligned(source: Source) -> str:
    """The same matrix, the marks of each block in line. Raises PolicyError with all that cannot be read."""
    matrix, found = read_yaml(source, WrittenMatrix)
    if matrix is None:
        raise PolicyError(found)
    lines = source.text.split("\n")
    for edition in matrix.editions:
        for block in edition.blocks:
            for number, text in _in_line(list(_lines(source, block)), len(block.columns)):
                lines[number - 1] = text
    text = "\n".join(lines)
    if text.split() != source.text.split():
        raise HabilitationError(f"`{source.name}` would say something else once laid out: it is left as it is")
    return text


def _lines(source: Source, block: WrittenBlock) -> Iterator[_Line]:
    """The rows of a block that stand on a line each, and the comments above them that name the columns."""
    rows = [row for key, marks in block.rows.items() if (row := _row(source, key, marks)) is not None]
    yield from rows
    numbers = [row.number for row in rows]
    first = min(numbers, default=1)
    above = next((n for n in range(first - 1, 0, -1) if not source.line(n).lstrip().startswith("#")), 0)
    for number in range(above + 1, max(numbers, default=0)):
        line = source.line(number)
        head = _HEADER.match(line)
        if head is not None:
            tokens = list(_TOKEN.finditer(line, head.end()))
            if len(tokens) == len(block.columns):
                yield _Line(number, line[: head.end()].rstrip(), *_read(tokens))


def _row(source: Source, key: Word, marks: Word) -> _Line | None:
    line, number = source.line(key.span.line), key.span.line
    start, end = marks.span.start - source.starts[number - 1], marks.span.end - source.starts[number - 1]
    comment = line[end:].strip()
    place = line.find("#", end)
    alone = not line[: key.span.column - 1].strip() and (not comment or comment.startswith("#"))
    if not alone or end > len(line) or line[start:end] != marks:  # in quotes, on several lines, or among others
        return None
    tokens = list(_TOKEN.finditer(line, start, end))
    return _Line(number, line[:start].rstrip(), *_read(tokens), comment, place)


def _read(tokens: Sequence[re.Match[str]]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return tuple(token.group() for token in tokens), tuple(token.start() for token in tokens)


def _in_line(lines: Sequence[_Line], columns: int) -> Iterator[tuple[int, str]]:
    """The lines with their marks under one another; a gap that most lines leave between two columns stays."""
    whole = [line for line in lines if len(line.marks) == columns]
    if not whole:
        return
    widths = [max(len(line.marks[index]) for line in whole) for index in range(columns)]
    starts = [max(*(len(line.head) + 1 for line in whole), _usual(line.starts[0] for line in whole))]
    for index in range(1, columns):
        gap = _usual(line.starts[index] - line.starts[index - 1] for line in whole)
        starts.append(starts[-1] + max(widths[index - 1] + 1, gap))
    commented = [line for line in whole if line.comment]
    ends = [starts[-1] + len(line.marks[-1]) + 2 for line in commented]
    margin = max(*ends, _usual(line.comment_start for line in commented)) if commented else 0
    for line in whole:
        yield line.number, _written(line, starts, margin)


def _written(line: _Line, starts: Sequence[int], margin: int) -> str:
    text = line.head
    for start, mark in zip(starts, line.marks, strict=True):
        text = text.ljust(start) + mark
    return text.ljust(margin) + line.comment if line.comment else text


def _usual(places: Iterable[int]) -> int:
    """The place most lines give; of those as frequent, the first."""
    counted = Counter(places)
    return min(counted, key=lambda place: (-counted[place], place))
