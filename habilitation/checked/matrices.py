"""From written matrices to cells by coordinates, with footnotes, disputes and provenance."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.checked.axes import bad_day, bad_name, labelled, missing_translation, named_values
from habilitation.checked.policy import Axis, Dispute, Input, Labels, Matrix, MatrixEdition, Period
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Span, Word
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST, NOT_COVERED
from habilitation.written.syntax import WrittenBlock, WrittenEdition, WrittenMatrix, as_day

CELLS_AT_MOST = 2_000_000
_TOKEN = re.compile(r"\S+")
_FOOTNOTED = re.compile(r"(?P<mark>[^()]+)(?:\((?P<note>[^()]+)\))?\Z")
_NO_CELL = "."
_ALL = "*"


def period(start: Word | None, end: Word | None, found: list[Diagnostic]) -> Period:
    """A period from its written bounds; an empty one is a mistake."""
    found.extend(bad_day(start))
    found.extend(bad_day(end))
    first = (as_day(start) if start else None) or DISTANT_PAST
    last = (as_day(end) if end else None) or DISTANT_FUTURE
    if first >= last and end is not None:
        found.append(Diagnostic("empty_period", f"the period ends (`{end}`) before it starts", end.span))
        return Period(first, DISTANT_FUTURE)
    return Period(first, last)


def known_from(word: Word | None, found: list[Diagnostic]) -> Period:
    """The day from which something is known; always, when nothing is said."""
    return period(word, None, found)


@dataclass(frozen=True, slots=True)
class MatrixReader:
    """Turns written matrices into matrices; what is wrong goes to `found`."""

    axes: tuple[Axis, ...]
    found: list[Diagnostic]

    def matrices(self, written: tuple[WrittenMatrix, ...]) -> tuple[Matrix, ...]:
        """The matrices, inputs before those that use them, then by name."""
        by_name: dict[str, WrittenMatrix] = {}
        for matrix in written:
            if matrix.matrix in by_name:
                sentence = f"the matrix `{matrix.matrix}` is already written"
                self.found.append(Diagnostic("repeated_name", sentence, matrix.matrix.span))
            by_name.setdefault(str(matrix.matrix), matrix)
        done: dict[str, Matrix] = {}
        for name in self._in_order(by_name):
            done[name] = self._matrix(by_name[name], done)
        return tuple(done.values())

    def _in_order(self, by_name: Mapping[str, WrittenMatrix]) -> Iterator[str]:
        waiting = dict(sorted(by_name.items()))
        while waiting:
            ready = [name for name, matrix in waiting.items() if not any(axis in waiting for axis in matrix.axes)]
            if not ready:
                name, matrix = next(iter(waiting.items()))
                sentence = f"the matrix `{name}` depends on itself"
                self.found.append(Diagnostic("circular_definition", sentence, matrix.matrix.span))
                return
            for name in ready:
                del waiting[name]
                yield name

    def _matrix(self, written: WrittenMatrix, before: Mapping[str, Matrix]) -> Matrix:
        name = written.matrix
        self.found.extend(bad_name(name, "a matrix"))
        self.found.extend(missing_translation(written.fr, written.en, f"the matrix `{name}`", name.span))
        inputs = tuple(self._input(word, before) for word in written.axes)
        if len(inputs) not in (2, 3):
            sentence = f"the matrix `{name}` has {len(inputs)} axes"
            self.found.append(Diagnostic("wrong_shape", sentence, name.span, "a matrix has two or three"))
        values = tuple(map(str, written.values))
        for value, body in written.values.items():
            self.found.extend(missing_translation(body.fr, body.en, f"`{value}`", value.span))
        matrix = Matrix(
            name=str(name),
            labels=labelled(written.fr, written.en, name),
            inputs=tuple(given or Input(False, 0) for given in inputs),
            rows=self._rows(written),
            values=(NOT_COVERED, *values),
            marks=(_NO_CELL, *(str(body.mark or value) for value, body in written.values.items())),
            value_labels=(
                Labels("non couvert par la matrice", "not covered by the matrix"),
                *(labelled(body.fr, body.en, value) for value, body in written.values.items()),
            ),
            notes={str(key): labelled(note.fr, note.en, key) for key, note in written.notes.items()},
            editions=(),
            span=name.span,
        )
        if None in inputs or len(inputs) not in (2, 3):
            return matrix
        rows = _RowReader(matrix, [self._coordinates(given, before) for given in inputs if given], self.found)
        editions = tuple(rows.edition(edition) for edition in written.editions)
        return _with_editions(matrix, editions)

    def _rows(self, written: WrittenMatrix) -> int:
        if written.rows is None:
            return 0
        if written.rows in written.axes:
            return written.axes.index(written.rows)
        sentence = f"`{written.rows}` is not an axis of this matrix"
        way_out = did_you_mean(written.rows, written.axes)
        self.found.append(Diagnostic("unknown_axis", sentence, written.rows.span, way_out))
        return 0

    def _input(self, word: Word, before: Mapping[str, Matrix]) -> Input | None:
        for index, axis in enumerate(self.axes):
            if axis.name == word:
                return Input(False, index)
        if word in before:
            return Input(True, list(before).index(word))
        way_out = did_you_mean(word, [*(axis.name for axis in self.axes), *before])
        self.found.append(Diagnostic("unknown_axis", f"unknown axis `{word}`", word.span, way_out))
        return None

    def _coordinates(self, given: Input, before: Mapping[str, Matrix]) -> Axis:
        """An axis to read coordinates on; the declared values of another matrix make one."""
        if not given.is_matrix:
            return self.axes[given.index]
        return cell_axis(list(before.values())[given.index])


def cell_axis(matrix: Matrix) -> Axis:
    """The cell of a matrix seen as an axis; its value 0 is `not covered`, which no file can name."""
    from habilitation.checked.policy import Value  # noqa: PLC0415  # only here

    values = tuple(
        Value(name, name, (), labels, False, "", matrix.span)
        for name, labels in zip(matrix.values, matrix.value_labels, strict=True)
    )
    return Axis(matrix.name, matrix.labels, values, {}, {}, None, False, False, (), matrix.span)


def _with_editions(matrix: Matrix, editions: tuple[MatrixEdition, ...]) -> Matrix:
    import dataclasses  # noqa: PLC0415  # only here

    return dataclasses.replace(matrix, editions=editions)


@dataclass(frozen=True, slots=True)
class _RowReader:
    matrix: Matrix
    coordinates: list[Axis]
    found: list[Diagnostic]

    def edition(self, written: WrittenEdition) -> MatrixEdition:
        cells: dict[tuple[int, ...], int] = {}
        notes: dict[tuple[int, ...], str] = {}
        places: dict[int, str] = {}
        for block in written.blocks:
            self._block(block, cells, notes, places)
        return MatrixEdition(
            id=str(written.id),
            applicable=period(written.applicable.from_, written.applicable.until, self.found),
            known=known_from(written.known.from_, self.found).start,
            cells=cells,
            notes=notes,
            places=places,
            disputes=tuple(self._disputes(written)),
            provenance={
                key: str(text)
                for key in ("id", "title", "url", "note")
                if (text := getattr(written.provenance, key)) is not None
            },
            span=written.id.span,
        )

    def _block(
        self,
        block: WrittenBlock,
        cells: dict[tuple[int, ...], int],
        notes: dict[tuple[int, ...], str],
        places: dict[int, str],
    ) -> None:
        columns = [self._across(column) for column in block.columns]
        for key, marks in block.rows.items():
            row = self._named(self.coordinates[self.matrix.rows], key)
            places.update(dict.fromkeys(sorted(row - places.keys()), str(key.span)))
            tokens = list(_TOKEN.finditer(marks))
            if len(tokens) != len(columns):
                sentence = f"{len(tokens)} cells under {len(columns)} columns"
                self.found.append(Diagnostic("ragged_row", sentence, marks.span))
                continue
            for token, column in zip(tokens, columns, strict=True):
                self._cell(_part(marks, token), row, column, cells, notes)

    def _cell(
        self,
        word: Word,
        row: frozenset[int],
        column: list[frozenset[int]],
        cells: dict[tuple[int, ...], int],
        notes: dict[tuple[int, ...], str],
    ) -> None:
        value, note = self._mark(word)
        if not value:
            return
        sides = [*column[: self.matrix.rows], row, *column[self.matrix.rows :]]
        for where in itertools.product(*(sorted(side) for side in sides)):
            if len(cells) >= CELLS_AT_MOST:
                self.found.append(Diagnostic("too_many", f"more than {CELLS_AT_MOST} cells", word.span))
                return
            if where in cells:
                names = ", ".join(axis.values[at].name for axis, at in zip(self.coordinates, where, strict=True))
                self.found.append(Diagnostic("repeated_cell", f"the cell ({names}) is already given", word.span))
                return
            cells[where] = value
            if note:
                notes[where] = note

    def _mark(self, word: Word) -> tuple[int, str]:
        match = _FOOTNOTED.match(word)
        mark = match["mark"] if match else str(word)
        note = (match["note"] if match else None) or ""
        if note and note not in self.matrix.notes:
            self.found.append(Diagnostic("unknown_note", f"unknown footnote `{note}`", word.span))
        known = {**dict(zip(self.matrix.values, itertools.count())), **dict(zip(self.matrix.marks, itertools.count()))}
        if mark not in known or mark == NOT_COVERED:
            way_out = did_you_mean(mark, [*self.matrix.marks, *self.matrix.values[1:]])
            self.found.append(Diagnostic("unknown_cell_value", f"unknown cell value `{mark}`", word.span, way_out))
            return 0, ""
        return known[mark], note

    def _across(self, column: Word) -> list[frozenset[int]]:
        axes = [axis for index, axis in enumerate(self.coordinates) if index != self.matrix.rows]
        parts = _slashed(column)
        if len(parts) != len(axes):
            sentence = f"`{column}` should name " + " / ".join(f"`{axis.name}`" for axis in axes)
            self.found.append(Diagnostic("ragged_row", sentence, column.span))
            return [frozenset() for _ in axes]
        return [self._named(axis, part) for axis, part in zip(axes, parts, strict=True)]

    def _named(self, axis: Axis, word: Word) -> frozenset[int]:
        if word == _ALL:
            return frozenset(ordinal for ordinal, value in enumerate(axis.values) if value.name != NOT_COVERED)
        quiet: list[Diagnostic] = []
        values = named_values(axis, word, quiet)
        # A matrix keeps the codes of its day: a deprecated one is not news there.
        self.found.extend(found for found in quiet if found.code != "deprecated_code")
        return values

    def _disputes(self, written: WrittenEdition) -> Iterator[Dispute]:
        names = [axis.name for axis in self.coordinates]
        for dispute in written.disputes:
            span = next(iter(dispute.at)).span if dispute.at else written.id.span
            self.found.extend(missing_translation(dispute.fr, dispute.en, "the dispute", span))
            at: list[frozenset[int] | None] = [None] * len(names)
            for name, word in dispute.at.items():
                if name not in names:
                    sentence = f"`{name}` is not an axis of this matrix"
                    way_out = did_you_mean(name, names)
                    self.found.append(Diagnostic("unknown_axis", sentence, name.span, way_out))
                else:
                    at[names.index(name)] = self._named(self.coordinates[names.index(name)], word)
            sides = [[None] if side is None else sorted(side) for side in at]
            for where in itertools.product(*sides):
                yield Dispute(where, labelled(dispute.fr, dispute.en, ""), str(dispute.source or ""))


def _part(text: Word, match: re.Match[str]) -> Word:
    """A token of a row, with its own place when the row is written plainly on one line."""
    span = text.span
    raw = span.source.text[span.start : span.end]
    quote = 1 if raw[:1] in "\"'" else 0
    plain = raw[quote : quote + len(text)] == text
    start = span.start + quote + match.start() if plain else span.start
    end = span.start + quote + match.end() if plain else span.end
    return Word(match.group(), Span(span.source, start, end))


def _slashed(word: Word) -> list[Word]:
    return [_part(word, match) for match in re.finditer(r"[^/]+", word)]
