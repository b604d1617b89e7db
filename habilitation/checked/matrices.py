"""From written matrices to matrices: their inputs, the values of their cells, their editions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.checked.cells import RowReader
from habilitation.checked.naming import bad_name, labelled, missing_translation, naming
from habilitation.checked.policy import Axis, Input, Labels, Matrix, Value
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Word
from habilitation.vocabulary import NOT_COVERED
from habilitation.written.syntax import WrittenCellValue, WrittenMatrix

EDITIONS_AT_MOST = 200
_NO_CELL = "."
_SIDES = (2, 3)


@dataclass(frozen=True, slots=True)
class MatrixReader:
    """Turns written matrices into matrices; what is wrong goes to `found`.

    `unread` are matrices whose file could not be read, and those that turn in circles: told once, not again.
    """

    axes: tuple[Axis, ...]
    unread: set[str]
    found: list[Diagnostic]

    def matrices(self, written: tuple[WrittenMatrix, ...]) -> tuple[Matrix, ...]:
        """The matrices, inputs before those that use them, then by name."""
        by_name: dict[str, WrittenMatrix] = {}
        for matrix in written:
            if matrix.matrix in by_name or any(axis.name == matrix.matrix for axis in self.axes):
                what = "a matrix" if matrix.matrix in by_name else "an axis"
                self._tell("repeated_name", f"`{matrix.matrix}` is already {what}", matrix.matrix)
            by_name.setdefault(str(matrix.matrix), matrix)
        done: dict[str, Matrix] = {}
        for name in self._in_order(by_name):
            done[name] = self._matrix(by_name[name], done)
        return tuple(done.values())

    def _tell(self, code: str, message: str, word: Word, way_out: str = "") -> None:
        self.found.append(Diagnostic(code, message, word.span, way_out))

    def _in_order(self, by_name: Mapping[str, WrittenMatrix]) -> Iterator[str]:
        waiting = {name: set(matrix.axes) for name, matrix in sorted(by_name.items())}
        while waiting:
            ready = [name for name, inputs in waiting.items() if not inputs & waiting.keys()]
            if not ready:
                ready = self._circle(waiting, by_name)
            for name in ready:
                del waiting[name]
                yield name

    def _circle(self, waiting: Mapping[str, set[Word]], by_name: Mapping[str, WrittenMatrix]) -> list[str]:
        """One of the matrices that wait for themselves: following inputs that wait, the first met twice."""
        seen: dict[str, Word] = {}
        name = next(iter(waiting))
        while name not in seen:
            seen[name] = min((word for word in waiting[name] if word in waiting), key=str)
            name = str(seen[name])
        word = next(word for word in by_name[name].axes if word == seen[name])
        self.unread.update(str(word) for word in waiting[name] if word in waiting)
        self._tell("circular_definition", f"the matrix `{name}` depends on itself", word)
        return [name]

    def _matrix(self, written: WrittenMatrix, before: Mapping[str, Matrix]) -> Matrix:
        name = written.matrix
        self.found.extend(bad_name(name, "a matrix"))
        self.found.extend(missing_translation(written.fr, written.en, f"the matrix `{name}`", name.span))
        for note, body in written.notes.items():
            self.found.extend(missing_translation(body.fr, body.en, f"the footnote `{note}`", note.span))
        inputs = tuple(self._input(word, before) for word in written.axes)
        if len(inputs) not in _SIDES:
            sentence = f"`{name}` should have two or three axes, not {len(inputs)}"
            self._tell("wrong_shape", sentence, name)
        if len(written.editions) > EDITIONS_AT_MOST:
            self._tell("too_many", f"more than {EDITIONS_AT_MOST} editions", written.editions[EDITIONS_AT_MOST].id)
        matrix = self._without_editions(written, tuple(given or Input(False, 0) for given in inputs))
        if None in inputs or len(inputs) not in _SIDES:
            return matrix
        sides = [naming(self._coordinates(given, before)) for given in matrix.inputs]
        rows = RowReader(matrix, sides, self.found)
        editions = tuple(rows.edition(edition) for edition in written.editions[:EDITIONS_AT_MOST])
        return dataclasses.replace(matrix, editions=editions)

    def _without_editions(self, written: WrittenMatrix, inputs: tuple[Input, ...]) -> Matrix:
        self._cell_values(written.values)
        return Matrix(
            name=str(written.matrix),
            labels=labelled(written.fr, written.en, written.matrix),
            inputs=inputs,
            rows=self._rows(written),
            values=(NOT_COVERED, *map(str, written.values)),
            marks=(_NO_CELL, *(str(body.mark or value) for value, body in written.values.items())),
            value_labels=(
                Labels("non couvert par la matrice", "not covered by the matrix"),
                *(labelled(body.fr, body.en, value) for value, body in written.values.items()),
            ),
            notes={str(key): labelled(note.fr, note.en, key) for key, note in written.notes.items()},
            editions=(),
            span=written.matrix.span,
        )

    def _cell_values(self, values: Mapping[Word, WrittenCellValue]) -> None:
        """Each value has its labels, and a mark that no other value goes by."""
        owners = {NOT_COVERED: NOT_COVERED, _NO_CELL: NOT_COVERED}
        for value, body in values.items():
            self.found.extend(missing_translation(body.fr, body.en, f"`{value}`", value.span))
            for word in (value, body.mark or value):
                if owners.setdefault(str(word), str(value)) != value:
                    sentence = f"`{word}` already stands for `{owners[word]}`"
                    self._tell("repeated_name", sentence, word, "give each value a mark of its own")

    def _rows(self, written: WrittenMatrix) -> int:
        if written.rows is None:
            return 0
        if written.rows in written.axes:
            return written.axes.index(written.rows)
        sentence = f"`{written.rows}` is not an axis of this matrix"
        self._tell("unknown_axis", sentence, written.rows, did_you_mean(written.rows, written.axes))
        return 0

    def _input(self, word: Word, before: Mapping[str, Matrix]) -> Input | None:
        for index, axis in enumerate(self.axes):
            if axis.name == word:
                return Input(False, index)
        if word in before:
            return Input(True, list(before).index(word))
        if word not in self.unread:
            way_out = did_you_mean(word, [*(axis.name for axis in self.axes), *before])
            self._tell("unknown_axis", f"unknown axis `{word}`", word, way_out)
        return None

    def _coordinates(self, given: Input, before: Mapping[str, Matrix]) -> Axis:
        """An axis to read coordinates on; the declared values of another matrix make one."""
        if not given.is_matrix:
            return self.axes[given.index]
        return cell_axis(list(before.values())[given.index])


def cell_axis(matrix: Matrix) -> Axis:
    """The cell of a matrix seen as an axis; its value 0 is `not covered`, which no file can name."""
    values = tuple(
        Value(name, name, (), labels, False, "", matrix.span)
        for name, labels in zip(matrix.values, matrix.value_labels, strict=True)
    )
    return Axis(matrix.name, matrix.labels, values, {}, {}, None, False, False, (), matrix.span)
