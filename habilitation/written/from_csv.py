"""Text to words: a spreadsheet saved as CSV, with a place for every cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from habilitation.source import Source, Span, Word

# Not the `csv` module: it keeps no places, and raises on a long cell.
_CELL = {
    separator: re.compile(rf'[ \t]*(?P<quoted>"(?:[^"]|"")*")[ \t]*(?={separator}|\Z)|(?P<plain>[^{separator}]*)')
    for separator in ",;"
}


def read_csv(source: Source) -> tuple[Word, tuple[tuple[Word, ...], ...]]:
    """The name of a spreadsheet (that of its file) and its rows; `;` as a French spreadsheet writes it, or `,`."""
    name = Word(PurePosixPath(source.name).stem, Span(source, 0, min(1, len(source.text))))
    return name, tuple(tuple(_row(source, number)) for number in range(1, len(source.starts) + 1))


def _row(source: Source, number: int) -> Iterator[Word]:
    line, start = source.line(number), source.starts[number - 1]
    separator = ";" if line.count(";") > line.count(",") else ","
    place = 0
    while line and place <= len(line):
        cell = _CELL[separator].match(line, place)
        assert cell is not None
        kind = "plain" if cell["quoted"] is None else "quoted"
        text = cell[kind][1:-1].replace('""', '"') if kind == "quoted" else cell[kind].strip()
        yield Word(text, Span(source, start + cell.start(kind), start + cell.end(kind)))
        place = cell.end() + 1
