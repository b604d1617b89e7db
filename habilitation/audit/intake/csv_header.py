"""The header of a CSV file: its first line that is not blank, and the delimiter that makes most sense of it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from habilitation.audit.intake.chunks import Lines
from habilitation.audit.intake.layout import known_columns, recognised_column
from habilitation.audit.intake.mapping import DELIMITERS, TableMapping
from habilitation.audit.refusals import InputError
from habilitation.authorizer import Authorizer

_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns, the delimiter, and the number of the line they stand on."""

    names: tuple[str, ...]
    delimiter: str
    line: int


def read_header(name: str, lines: Lines, role: str, mapping: TableMapping, policy: Authorizer) -> Header:
    """Takes the header off the lines. Raises InputError when there is none, or it is no text."""
    number, line = _first_line(name, lines)
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        way_out = "say its encoding in a mapping file: `encoding: latin-1`"
        raise InputError("bad_header", f"the header of `{name}` is not UTF-8", way_out) from None
    if "\0" in text:
        way_out = "if it is UTF-16, say so in a mapping file: `encoding: utf-16`"
        raise InputError("bad_header", f"the header of `{name}` has zero bytes in it", way_out)
    if "\r" in text:
        raise InputError("bad_header", f"`{name}` ends its lines with a carriage return alone", "convert it")
    if text.count('"') % 2:
        raise InputError("bad_header", f"the header of `{name}` opens a quote and does not close it")
    delimiter = mapping.delimiter or _best(text, role, mapping, policy)
    return Header(tuple(_names(text, delimiter)), delimiter, number)


def _first_line(name: str, lines: Lines) -> tuple[int, bytes]:
    while (chunk := lines.take(_HEAD)) is not None:
        number, start = chunk.first, 0
        while start < len(chunk.data):
            end = chunk.data.index(b"\n", start) + 1
            line = chunk.data[start:end]
            if line.strip():
                lines.give_back(chunk.data[end:])
                return number, line
            number, start = number + 1, end
    raise InputError("empty_file", f"`{name}` is empty")


def _best(text: str, role: str, mapping: TableMapping, policy: Authorizer) -> str:
    """The delimiter under which most columns are known; then, which cuts most."""
    known = set(known_columns(role, policy))
    sources = {source for ours in mapping.columns.values() for source in ours}

    def sense(delimiter: str) -> tuple[int, int]:
        names = _names(text, delimiter)
        return sum(name in sources or recognised_column(name, known) is not None for name in names), len(names)

    return max(DELIMITERS, key=sense)


def _names(text: str, delimiter: str) -> Sequence[str]:
    return [name.strip() for name in next(csv.reader([text], delimiter=delimiter), [])]
