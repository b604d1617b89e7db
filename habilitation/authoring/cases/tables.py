"""The table form: rows of marks under columns, in the file or in a spreadsheet beside it, each cell a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from habilitation.checked.cells import TOKEN, parts
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Span, Word
from habilitation.written.syntax import WrittenMark, WrittenTable

_NO_CELL = "."
_LISTED = 12  # marks in a way out

Spreadsheets = Mapping[str, Sequence[Sequence[Word]]]
Bundles = Mapping[Word, Mapping[Word, Word]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One mark: its row, its column, what it stands for, and its place."""

    row: Word
    column: Word
    facts: Mapping[Word, Word]
    mark: WrittenMark
    span: Span


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one table; what is wrong goes to `found`, once, and makes no case."""

    table: WrittenTable
    bundles: Bundles
    found: list[Diagnostic]

    def tell(self, code: str, message: str, word: Word, way_out: str = "") -> None:
        self.found.append(Diagnostic(code, message, word.span, way_out))

    def side(self, axis: Word | None, key: Word) -> Mapping[Word, Word] | None:
        """The facts a row or a column stands for: a value of its axis or, without one, shared facts of that name."""
        if axis is not None:
            return {axis: key}
        if key not in self.bundles:
            self.tell("unknown_facts", f"unknown facts `{key}`", key, did_you_mean(key, self.bundles))
        return self.bundles.get(key)

    def rows(self, columns: Sequence[Word], rows: Iterator[tuple[Word, Sequence[Word]]]) -> Iterator[Cell]:
        """The cells under some columns."""
        above = [(column, self.side(self.table.columns, column)) for column in columns]
        for key, marks in rows:
            beside = self.side(self.table.rows, key)
            if len(marks) != len(columns):
                way_out = "write one mark a column, `.` for none"
                self.tell("ragged_row", f"a row of {len(marks)} under {len(columns)} columns", key, way_out)
                for mark in marks:  # its marks are told all the same
                    self.meant(mark)
                continue
            for (column, facts), mark in zip(above, marks, strict=True):
                meant = self.meant(mark)
                if meant is not None and facts is not None and beside is not None:
                    yield Cell(key, column, {**beside, **facts}, meant, mark.span)

    def meant(self, mark: Word) -> WrittenMark | None:
        """What a mark stands for; None for no cell, and for a mark nobody declared."""
        if mark not in self.table.marks and mark != _NO_CELL:
            known = ", ".join(f"`{one}`" for one in list(self.table.marks)[:_LISTED])
            way_out = (
                did_you_mean(mark, self.table.marks)
                or f"the marks are {known}, and `.` for no case; declare it under `marks`"
            )
            self.tell("unknown_cell_value", f"unknown mark `{mark}`", mark, way_out)
        return self.table.marks.get(mark)

    def spreadsheet(self, name: Word, spreadsheets: Spreadsheets) -> Iterator[Cell]:
        """The cells of a spreadsheet: every column is read, is the key of the rows, or is left out by name."""
        folder = name.span.source.name.rpartition("/")[0]
        path = f"{folder}/{name}"
        if path not in spreadsheets:
            beside = [other.rpartition("/")[2] for other in spreadsheets if other.rpartition("/")[0] == folder]
            way_out = did_you_mean(name, beside) or "put the CSV beside this file"
            self.tell("missing_file", f"no spreadsheet `{name}`", name, way_out)
            return
        if not spreadsheets[path]:  # it cannot be read: told, at its own place
            return
        header, *body = [row for row in spreadsheets[path] if any(row)] or [[]]
        for word in (*([self.table.key] if self.table.key is not None else []), *self.table.ignore):
            if word not in header:
                self.tell("unknown_column", f"`{name}` has no column `{word}`", word, did_you_mean(word, header))
        key = header.index(self.table.key) if self.table.key in header else 0
        kept = [at for at, head in enumerate(header) if at != key and head not in self.table.ignore]
        yield from self.rows([header[at] for at in kept], self._body(header, body, key, kept))

    def _body(
        self, header: Sequence[Word], body: Sequence[Sequence[Word]], key: int, kept: Sequence[int]
    ) -> Iterator[tuple[Word, Sequence[Word]]]:
        for row in body:
            if len(row) == len(header):
                yield row[key], [row[at] for at in kept]
            else:
                self.tell("ragged_row", f"a row of {len(row)} under {len(header)} columns", row[0])


def cells(table: WrittenTable, bundles: Bundles, spreadsheets: Spreadsheets, found: list[Diagnostic]) -> Iterator[Cell]:
    """The cells of a table, block after block, then those of its spreadsheet."""
    reader = _Reader(table, bundles, found)
    for block in table.blocks:
        marks = ((key, list(parts(row, TOKEN))) for key, row in block.rows.items())
        yield from reader.rows(block.columns, marks)
    if table.from_ is not None:
        yield from reader.spreadsheet(table.from_, spreadsheets)
    if not table.blocks and table.from_ is None:
        reader.tell("missing_key", "a table has `blocks` of marks, or is read `from` a spreadsheet", table.name)
