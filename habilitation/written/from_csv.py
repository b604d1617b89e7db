"""Text to words: a spreadsheet saved as CSV, with a place for every cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from habilitation.source import Source, Span, Word

# Not the `csv` module: it keeps no places, and raises on a long cell. Here too a quoted cell is bounded, or
# quotes that never close would make a long line cost its square.
_QUOTED = re.compile(r'[ \t]*"((?:[^"]|""){0,1000})"[ \t]*(?=[,;]|\Z)')
_PLAIN = {separator: re.compile(f"[^{separator}]*") for separator in ",;"}


def read_csv(source: Source) -> tuple[Word, tuple[tuple[Word, ...], ...]]:
    """The name of a spreadsheet (that of its file) and its rows; cells apart by `;` (as in France) or `,`."""
    name = Word(PurePosixPath(source.name).stem, Span(source, 0, min(1, len(source.text))))
    return name, tuple(tuple(_row(source, number)) for number in range(1, len(source.starts) + 1))


def _row(source: Source, number: int) -> Iterator[Word]:
    line, start = source.line(number), source.starts[number - 1]
    separator = ";" if line.count(";") > line.count(",") else ","
    place = 0
    while line and place <= len(line):
        quoted = _QUOTED.match(line, place)
        cell = quoted or _PLAIN[separator].match(line, place)
        assert cell is not None
        text = cell.group(1 if quoted else 0)
        first = start + cell.start(1 if quoted else 0) + len(text) - len(text.lstrip())
        shown = Span(source, first, first + len(text.strip()))
        yield Word(text.strip().replace('""', '"') if quoted else text.strip(), shown)
        place = cell.end() + 1
