"""The marks of the matrices, in their files and in their spreadsheets: what each stands for, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from habilitation.checked.cells import FOOTNOTED, TOKEN, parts
from habilitation.source import Span, Word
from habilitation.written.syntax import WrittenEdition, WrittenMatrix, WrittenPolicy


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark, or the name of its value: its footnote, its row and its column; a spreadsheet has no edition."""

    matrix: WrittenMatrix
    value: str
    span: Span
    note: str
    row: Word
    column: Word
    edition: WrittenEdition | None = None


def marks_of(written: WrittenPolicy) -> Iterator[Mark]:
    """Every mark that stands for a declared value."""
    for matrix in written.matrices:
        values = {str(body.mark): str(value) for value, body in matrix.values.items() if body.mark}
        values |= {str(value): str(value) for value in matrix.values}
        for edition in matrix.editions:
            for block in edition.blocks:
                for key, marks in block.rows.items():
                    yield from _row(matrix, values, key, block.columns, list(parts(marks, TOKEN)), edition)
        for name, (header, *rows) in written.spreadsheets:
            for cells in rows if name == matrix.matrix else ():
                yield from _row(matrix, values, cells[0], header[1:], cells[1:]) if cells else ()


def _row(
    matrix: WrittenMatrix,
    values: dict[str, str],
    row: Word,
    columns: Sequence[Word],
    marks: Sequence[Word],
    edition: WrittenEdition | None = None,
) -> Iterator[Mark]:
    for column, word in zip(columns, marks, strict=False):
        read = FOOTNOTED.match(word)
        if read is not None and read["mark"] in values:
            span = word.span
            # A footnote stays outside: `O(1)` is the mark `O`. What is written with escapes keeps the place of its row.
            if span.source.text[span.start : span.end] == word:
                span = Span(span.source, span.start, span.start + len(read["mark"]))
            yield Mark(matrix, values[read["mark"]], span, read["note"] or "", row, column, edition)
