"""From the written rows of a matrix to cells by coordinates, with footnotes, disputes and provenance."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from habilitation.checked.dates import known_from, period
from habilitation.checked.naming import Naming, labelled, missing_translation
from habilitation.checked.policy import Dispute, Matrix, MatrixEdition
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Span, Word
from habilitation.vocabulary import NOT_COVERED
from habilitation.written.syntax import WrittenBlock, WrittenDispute, WrittenEdition

CELLS_AT_MOST = 2_000_000
DISPUTES_AT_MOST = 10_000
_ALL = "*"
_LISTED = 12  # marks in a way out
TOKEN = re.compile(r"\S+")
PART = re.compile(r"[^/]+")
FOOTNOTED = re.compile(r"(?P<mark>[^()]+)(?:\((?P<note>[^()]+)\))?\Z")

_Where = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Cells:
    """What an edition has so far; a coordinate of the row axis keeps the place of its first row."""

    values: dict[_Where, int] = field(default_factory=dict)
    notes: dict[_Where, str] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowReader:
    """Reads the editions of one matrix; `sides` name the coordinates, in the order of its inputs."""

    matrix: Matrix
    sides: list[Naming]
    found: list[Diagnostic]

    def edition(self, written: WrittenEdition) -> MatrixEdition:
        """One edition: its cells, the days it applies to, and the disagreements it knows of."""
        cells = _Cells()
        for block in written.blocks:
            self._block(block, cells)
        if written.known.until is not None:
            sentence = "`known` has no `until`: what is known stays known"
            self._tell("unknown_key", sentence, written.known.until, "remove it")
        return MatrixEdition(
            id=str(written.id),
            applicable=period(written.applicable.from_, written.applicable.until, self.found),
            known=known_from(written.known.from_, self.found).start,
            cells=cells.values,
            notes=cells.notes,
            places=cells.places,
            disputes=tuple(dispute for one in written.disputes for dispute in self._disputes(one, written.id)),
            provenance={
                key: str(text)
                for key in ("id", "title", "url", "note")
                if (text := getattr(written.provenance, key)) is not None
            },
            span=written.id.span,
        )

    def _tell(self, code: str, message: str, word: Word, way_out: str = "") -> None:
        self.found.append(Diagnostic(code, message, word.span, way_out))

    def _block(self, block: WrittenBlock, cells: _Cells) -> None:
        columns = [self.across(column) for column in block.columns]
        for key, marks in block.rows.items():
            row = self.named(self.sides[self.matrix.rows], key)
            cells.places.update(dict.fromkeys(sorted(row - cells.places.keys()), str(key.span)))
            for token, sides in self._row(marks, row, columns):
                self._cell(token, sides, cells)

    def _row(
        self, marks: Word, row: frozenset[int], columns: list[list[frozenset[int]]]
    ) -> Iterator[tuple[Word, list[frozenset[int]]]]:
        tokens = list(parts(marks, TOKEN))
        if len(tokens) != len(columns):
            sentence = f"a row of {len(tokens)} under {len(columns)} columns"
            self._tell("ragged_row", sentence, marks, "write one cell a column, `.` for none")
            return
        for token, column in zip(tokens, columns, strict=True):
            yield token, [*column[: self.matrix.rows], row, *column[self.matrix.rows :]]

    def marks(self, written: WrittenEdition) -> Iterator[tuple[Word, list[frozenset[int]]]]:
        """Every written mark of an edition with the coordinates it stands for, side by side."""
        for block in written.blocks:
            columns = [self.across(column) for column in block.columns]
            for key, marks in block.rows.items():
                yield from self._row(marks, self.named(self.sides[self.matrix.rows], key), columns)

    def _cell(self, word: Word, sides: list[frozenset[int]], cells: _Cells) -> None:
        value, note = self._mark(word)
        if not value:
            return
        if len(cells.values) + math.prod(map(len, sides)) > CELLS_AT_MOST:
            self._tell("too_many", f"more than {CELLS_AT_MOST} cells", word, "group values through another matrix")
            return
        for where in itertools.product(*map(sorted, sides)):
            if where in cells.values:
                names = ", ".join(side.axis.values[at].name for side, at in zip(self.sides, where, strict=True))
                self._tell("repeated_cell", f"the cell ({names}) is already given", word, "keep one of them")
                return
            cells.values[where] = value
            if note:
                cells.notes[where] = note

    @cached_property
    def _values(self) -> Mapping[str, int]:
        """Every mark and every name of a cell value; `.` is no cell."""
        known = {name: number for number, name in enumerate(self.matrix.values) if number}
        return {**known, **{mark: number for number, mark in enumerate(self.matrix.marks)}}

    @property
    def _declared(self) -> str:
        """The marks that are declared, with the names they stand for."""
        pairs = [*zip(self.matrix.marks[1:], self.matrix.values[1:], strict=True)]
        named = [f"`{mark}`" if mark == name else f"`{mark}` ({name})" for mark, name in pairs[:_LISTED]]
        more = ", …" if len(pairs) > _LISTED else ""
        return f"the marks are {', '.join(named)}{more}; `.` is no cell"

    def _mark(self, word: Word) -> tuple[int, str]:
        match = FOOTNOTED.match(word)
        mark, note = (match["mark"], match["note"] or "") if match else (str(word), "")
        if note and note not in self.matrix.notes:
            way_out = did_you_mean(note, self.matrix.notes) or "declare it under `notes`"
            self._tell("unknown_note", f"unknown footnote `{note}`", word, way_out)
        if mark not in self._values:
            way_out = did_you_mean(mark, self._values) or self._declared
            self._tell("unknown_cell_value", f"unknown cell value `{mark}`", word, way_out)
        return self._values.get(mark, 0), note

    def across(self, column: Word) -> list[frozenset[int]]:
        """The coordinates a column names, a set for each axis but that of the rows."""
        sides = [side for index, side in enumerate(self.sides) if index != self.matrix.rows]
        named = list(parts(column, PART))
        if len(named) != len(sides):
            sentence = f"`{column}` should name " + " / ".join(f"`{side.axis.name}`" for side in sides)
            self._tell("ragged_row", sentence, column)
            return [frozenset() for _ in sides]
        return [self.named(side, part) for side, part in zip(sides, named, strict=True)]

    def named(self, side: Naming, word: Word) -> frozenset[int]:
        """The coordinates a word names on one side."""
        if word == _ALL:
            values = enumerate(side.axis.values)
            return frozenset(ordinal for ordinal, value in values if value.name != NOT_COVERED)
        quiet: list[Diagnostic] = []
        values_named = side.values(word, quiet)
        # A matrix keeps the codes of its day: a deprecated one is not news there.
        self.found.extend(found for found in quiet if found.code != "deprecated_code")
        return values_named

    def _disputes(self, dispute: WrittenDispute, edition: Word) -> Iterator[Dispute]:
        place = next(iter(dispute.at), edition)
        self.found.extend(missing_translation(dispute.fr, dispute.en, "the dispute", place.span))
        at: dict[str, list[int | None]] = {side.axis.name: [None] for side in self.sides}
        for name, word in dispute.at.items():
            side = next((side for side in self.sides if side.axis.name == name), None)
            if side is None:
                sentence = f"`{name}` is not an axis of this matrix"
                self._tell("unknown_axis", sentence, name, did_you_mean(name, at))
            elif word != _ALL:
                at[str(name)] = [*sorted(self.named(side, word))]
        if math.prod(map(len, at.values())) > DISPUTES_AT_MOST:
            self._tell("too_many", f"a dispute over more than {DISPUTES_AT_MOST} cells", place)
            return
        for where in itertools.product(*at.values()):
            yield Dispute(where, labelled(dispute.fr, dispute.en, ""), str(dispute.source or ""))


def parts(text: Word, pattern: re.Pattern[str]) -> Iterator[Word]:
    """The parts of a text, each with its own place when the text is written plainly, on one line or several."""
    span = text.span
    quote = 1 if span.source.text[span.start : span.start + 1] in ('"', "'") else 0
    start = span.start + quote
    written = span.source.text[start : max(start, span.end - quote)]
    found = list(pattern.finditer(text))
    there = found if written == text else list(pattern.finditer(written))
    plain = [one.group() for one in found] == [one.group() for one in there]
    for number, one in enumerate(found):
        place = Span(span.source, start + there[number].start(), start + there[number].end()) if plain else span
        yield Word(one.group(), place)
