"""The way back from a spreadsheet: the rows of a matrix file, with the cells of a spreadsheet."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence

from habilitation.authoring.sheet import marks_across, short_heads, sides_of
from habilitation.authoring.show import named
from habilitation.authorizer import Authorizer
from habilitation.compiled.tables import AxisTable, MatrixTable, Tables
from habilitation.diagnostic import Diagnostic, PolicyError, did_you_mean
from habilitation.source import Source, Span, Word
from habilitation.written.from_csv import read_csv

_TOKEN = re.compile(r"(?P<mark>[^()\s]+)(?:\((?P<note>[^()]+)\))?\Z")
_BARE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*\Z")
_WIDTH = 110


def sheet_yaml(policy: Authorizer, name: str, file: str, content: str) -> str:
    """The `blocks` of an edition with the cells of a spreadsheet, laid out as in `matrices/`, a row a line.

    Raises PolicyError with every cell that is not one.
    """
    matrix: MatrixTable = named(policy.tables.matrices, name, "matrix")
    text = Source(file, content)
    _, lines = read_csv(text)
    rows = [line for line in lines if any(line)]
    found = list(_mistakes(policy.tables, matrix, rows, text))
    if found:
        raise PolicyError(found)
    return "\n".join(_blocks(policy.tables, matrix, rows)) + "\n"


def _mistakes(
    tables: Tables, matrix: MatrixTable, rows: Sequence[Sequence[Word]], text: Source
) -> Iterator[Diagnostic]:
    if len(rows) < 2:  # noqa: PLR2004  # a header and a row
        yield Diagnostic("ragged_row", "a spreadsheet has a header and at least one row", Span(text, 0, 1))
        return
    sides = sides_of(tables, matrix)
    across = [side for index, side in enumerate(sides) if index != matrix.rows]
    yield from _repeated(rows[0][1:])
    yield from _repeated([row[0] for row in rows[1:]])
    for column in rows[0][1:]:
        yield from _unknown(column, column.split("/"), across)
    for row in rows[1:]:
        yield from _unknown(row[0], [row[0]], [sides[matrix.rows]])
        if len(row) != len(rows[0]):
            sentence = f"{len(row) - 1} cells under {len(rows[0]) - 1} columns"
            yield Diagnostic("ragged_row", sentence, row[0].span)
        for word in row[1:]:
            yield from _not_a_cell(word, matrix)


def _repeated(words: Sequence[Word]) -> Iterator[Diagnostic]:
    for index, word in enumerate(words):
        if word in words[:index]:
            yield Diagnostic("repeated_cell", f"`{word}` is already given", word.span)


def _unknown(word: Word, parts: Sequence[str], sides: Sequence[AxisTable]) -> Iterator[Diagnostic]:
    if len(parts) != len(sides):
        sentence = f"`{word}` should name " + " / ".join(f"`{side.name}`" for side in sides)
        yield Diagnostic("ragged_row", sentence, word.span)
        return
    for part, side in zip(parts, sides, strict=True):
        names = [value.name for value in side.values]
        if part not in names:
            yield Diagnostic("unknown_value", f"unknown value `{part}`", word.span, did_you_mean(part, names))


def _not_a_cell(word: Word, matrix: MatrixTable) -> Iterator[Diagnostic]:
    match = _TOKEN.match(word)
    known = [*matrix.marks, *matrix.values[1:]]
    if match is None or match["mark"] not in known:
        way_out = did_you_mean(word, known)
        yield Diagnostic("unknown_cell_value", f"unknown cell value `{word}`", word.span, way_out)
    elif match["note"] and match["note"] not in dict(matrix.notes):
        yield Diagnostic("unknown_note", f"unknown footnote `{match['note']}`", word.span)


def _blocks(tables: Tables, matrix: MatrixTable, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    sides = sides_of(tables, matrix)
    labels = {value.name: value.text.fr for value in sides[matrix.rows].values}
    marks = marks_across(tables, matrix)
    columns = rows[0][1:]
    keys = [_key(row[0]) + ":" for row in rows[1:]]
    widths = [max(3, *(len(row[index]) for row in rows[1:])) for index in range(1, len(rows[0]))]
    margin = max(map(len, keys)) + 1
    yield "    blocks:"
    yield "      - columns:"
    listed = textwrap.wrap(", ".join(map(_key, columns)), _WIDTH - 12, break_long_words=False, break_on_hyphens=False)
    yield from textwrap.indent("[" + "\n ".join(listed) + "]", " " * 10).split("\n")
    yield "        rows:"
    for heads in zip(*short_heads(columns, marks), strict=True):
        shown = " ".join(head[:width].ljust(width) for head, width in zip(heads, widths, strict=True))
        yield f"          #{' ' * (margin - 1)}{shown}".rstrip()
    for key, row in zip(keys, rows[1:], strict=True):
        cells = " ".join(mark.ljust(width) for mark, width in zip(row[1:], widths, strict=True))
        yield f"          {key.ljust(margin)}{cells}  # {labels[row[0]]}"


def _key(name: str) -> str:
    """A name as YAML reads it back."""
    return name if _BARE_KEY.match(name) else json.dumps(name, ensure_ascii=False)
