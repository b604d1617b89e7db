"""The mentions of test files: shared facts, cases, tables of cases and the spreadsheets these are read from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from habilitation.editor.things import Found, Kind, Mention, Thing, each
from habilitation.source import Word
from habilitation.written.syntax import WrittenCase, WrittenCases, WrittenMark, WrittenTable

Sheets = Mapping[str, Sequence[Sequence[Word]]]


def tested(files: Iterable[WrittenCases], sheets: Sheets, value: Callable[[str, Word], Found]) -> Found:
    """Every mention; `value` tells what a word stands for where a value of an axis may."""
    finder = _Finder(sheets, value)
    for file in files:
        yield from finder.file(file)


@dataclass(frozen=True, slots=True)
class _Finder:
    sheets: Sheets
    value: Callable[[str, Word], Found]

    def file(self, file: WrittenCases) -> Found:
        for name, facts in file.facts.items():
            yield Mention(Thing(Kind.FACTS, str(name), _file(name)), name.span, declares=True)
            yield from self._situation(facts)
        for case in file.cases:
            yield from self._asked(case)
            yield from _expected(case)
        for table in file.tables:
            yield from self._table(table)

    def _asked(self, of: WrittenCase | WrittenTable) -> Found:
        yield from (Mention(Thing(Kind.FACTS, str(word), _file(word)), word.span) for word in of.given)
        yield from self._situation(of.with_)

    def _situation(self, facts: Mapping[Word, Word]) -> Found:
        for axis, value in facts.items():
            yield Mention(Thing(Kind.AXIS, str(axis)), axis.span)
            yield from self.value(str(axis), value)

    def _table(self, table: WrittenTable) -> Found:
        yield from self._asked(table)
        yield from each(Kind.AXIS, [side for side in (table.rows, table.columns) if side is not None])
        for mark in table.marks.values():
            yield from _expected(mark)
        for block in table.blocks:
            yield from self._heads(table, table.columns, block.columns)
            yield from self._heads(table, table.rows, block.rows)
        if table.from_ is not None:
            beside = PurePosixPath(_file(table.name)).parent / table.from_
            yield from self._sheet(table, [row for row in self.sheets.get(str(beside), ()) if any(row)])

    def _sheet(self, table: WrittenTable, rows: Sequence[Sequence[Word]]) -> Found:
        header = rows[0] if rows else ()
        key = header.index(table.key) if table.key is not None and table.key in header else 0
        heads = [head for at, head in enumerate(header) if at != key and head not in table.ignore]
        yield from self._heads(table, table.columns, heads)
        yield from self._heads(table, table.rows, [row[key] for row in rows[1:] if len(row) > key])

    def _heads(self, table: WrittenTable, axis: Word | None, words: Iterable[Word]) -> Found:
        """The heads of rows or columns: values of the axis or, without one, facts of the file that has the table."""
        for word in words:
            if axis is not None:
                yield from self.value(str(axis), word)
            else:
                yield Mention(Thing(Kind.FACTS, str(word), _file(table.name)), word.span)


def _file(word: Word) -> str:
    return word.span.source.name


def _expected(of: WrittenCase | WrittenMark) -> Found:
    yield from each(Kind.RULE, of.reasons or ())
    yield from each(Kind.AXIS, of.missing or ())
    yield from each(Kind.OBLIGATION, of.obligations or ())
    yield from each(Kind.ADVICE, of.advice or ())
