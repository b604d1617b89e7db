"""Who a value concerns: its row of cells in every matrix, and which values of other axes read each cell."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from habilitation.authoring.codes import find_value
from habilitation.authoring.show import Named, ValueView, value_view
from habilitation.authoring.situation import Stated, Undecided, stated
from habilitation.authorizer import Authorizer
from habilitation.compiled.reading import Reading
from habilitation.compiled.tables import AxisTable, MatrixTable, Tables

_NOT_COVERED = 0
# The cells of one matrix, by the coordinates (an ordinal a side) at which they were looked up.
_Cells = Mapping[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Coordinate:
    """Where a cell stands on one side: the axis (or matrix), the value, its label."""

    axis: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Reader:
    """A value that reads a coordinate; `depends_on` names the axes that also have their say."""

    axis: str
    name: str
    label: str
    depends_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellLine:
    """A cell on the row of the value, the sides that make no difference left out, and who reads it."""

    at: tuple[Coordinate, ...]
    value: str
    label: str
    mark: str
    ordinal: int
    footnote: str | None
    disputes: tuple[str, ...]
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True)
class MatrixLines:
    """The row of a value in the edition of a matrix."""

    matrix: str
    label: str
    edition: str
    lines: tuple[CellLine, ...]


@dataclass(frozen=True, slots=True)
class Concerned:
    """A value, its row of cells in each matrix and, in a stated situation, its answer, and that on other axes.

    The last four are those of `Stated`; without a situation, empty.
    """

    axis: str
    axis_label: str
    value: ValueView
    edition: str
    matrices: tuple[MatrixLines, ...]
    situation: Mapping[str, str | bool]
    permitted: Mapping[str, tuple[Named, ...]]
    undecided: Mapping[str, tuple[Undecided, ...]]
    effect: str | None
    missing: tuple[str, ...]


def concerned(policy: Authorizer, word: str, situation: Mapping[str, Any], lang: str) -> Concerned:
    """Who the value concerns: `word` is a code, or `AXIS=CODE` when several axes know the code.

    Raises RequestError for an unknown or ambiguous code, or an unknown fact.
    """
    number, ordinal = find_value(policy, word)
    axis = policy.tables.axes[number]
    lines = tuple(_matrices(policy, number, ordinal, lang)) if policy.edition else ()
    view = policy.given(situation).given({axis.name: _as_given(axis, ordinal)})
    answered = stated(view, lang) if situation else Stated(None, (), {}, {})
    return Concerned(
        axis=axis.name,
        axis_label=axis.text[lang],
        value=value_view(axis, ordinal, lang),
        edition=policy.edition,
        matrices=lines,
        situation=policy.given(situation).facts,
        permitted=answered.permitted,
        undecided=answered.undecided,
        effect=answered.effect,
        missing=answered.missing,
    )


def _as_given(axis: AxisTable, ordinal: int) -> str | bool:
    return bool(ordinal) if axis.fact else axis.values[ordinal].name


# --- the rows of cells ---------------------------------------------------------------------------


def _matrices(policy: Authorizer, axis: int, ordinal: int, lang: str) -> Iterator[MatrixLines]:
    reading = policy.answers.reading
    for number, matrix in enumerate(policy.tables.matrices):
        chosen = reading.edition.matrices[number]
        if axis in matrix.inputs and chosen >= 0:
            lines = tuple(_lines(reading, number, {matrix.inputs.index(axis): ordinal}, lang))
            yield MatrixLines(matrix.name, matrix.text[lang], matrix.editions[chosen].id, lines)


def _lines(reading: Reading, number: int, fixed: Mapping[int, int], lang: str) -> Iterator[CellLine]:
    matrix = reading.tables.matrices[number]
    cells = _looked_up(reading, number, fixed)
    # A cell of another matrix always tells: its readers are listed even where every cell is the same.
    through = {side for side, given in enumerate(matrix.inputs) if given < 0 and any(cells.values())}
    telling = tuple(sorted({*_telling(matrix, cells), *through}))
    places = {tuple(where[side] for side in telling): where for where in cells}
    silent = not any(cells.values())
    for _, where in sorted(places.items()):
        if cells[where] != _NOT_COVERED or silent:
            yield _line(reading, number, where, telling, lang)


def _line(reading: Reading, number: int, where: Sequence[int], telling: Sequence[int], lang: str) -> CellLine:
    matrix = reading.tables.matrices[number]
    edition = matrix.editions[reading.edition.matrices[number]]
    value = edition.cells[_offset(matrix, where)]
    footnote = dict(edition.footnotes).get(_offset(matrix, where))
    sides = [(matrix.inputs[side], where[side]) for side in telling]
    return CellLine(
        at=tuple(_coordinate(reading.tables, given, at, lang) for given, at in sides),
        value=matrix.values[value],
        label=matrix.value_texts[value][lang],
        mark=matrix.marks[value],
        ordinal=value,
        footnote=dict(matrix.notes)[footnote][lang] if footnote else None,
        disputes=tuple(
            dispute.text[lang]
            for dispute in edition.disputes
            if all(side in (-1, at) for side, at in zip(dispute.at, where, strict=True))
        ),
        readers=tuple(one for given, at in sides for one in _readers(reading, given, at, lang)),
    )


def _looked_up(reading: Reading, number: int, fixed: Mapping[int, int]) -> dict[tuple[int, ...], int]:
    """The cells of the edition in force of a matrix, some sides fixed; `not covered` is nobody's coordinate."""
    matrix, chosen = reading.tables.matrices[number], reading.edition.matrices[number]
    sides = [
        range(fixed[side], fixed[side] + 1) if side in fixed else range(0 if given >= 0 else 1, size)
        for side, (given, size) in enumerate(zip(matrix.inputs, matrix.shape, strict=True))
    ]
    return {where: matrix.editions[chosen].cells[_offset(matrix, where)] for where in itertools.product(*sides)}


def _offset(matrix: MatrixTable, where: Sequence[int]) -> int:
    offset = 0
    for at, size in zip(where, matrix.shape, strict=True):
        offset = offset * size + at
    return offset


def _telling(matrix: MatrixTable, cells: _Cells) -> tuple[int, ...]:
    """The sides that make a difference."""
    return tuple(side for side in range(len(matrix.inputs)) if _tells(side, cells))


def _tells(side: int, cells: _Cells) -> bool:
    seen: dict[tuple[int, ...], int] = {}
    return any(seen.setdefault(where[:side] + where[side + 1 :], value) != value for where, value in cells.items())


def _coordinate(tables: Tables, given: int, at: int, lang: str) -> Coordinate:
    if given >= 0:
        axis = tables.axes[given]
        return Coordinate(axis.name, axis.values[at].name, axis.values[at].text[lang])
    matrix = tables.matrices[~given]
    return Coordinate(matrix.name, matrix.values[at], matrix.value_texts[at][lang])


def _readers(reading: Reading, given: int, at: int, lang: str) -> Iterator[Reader]:
    """The values of the row axis of another matrix that lead to one of its cells."""
    if given >= 0 or reading.edition.matrices[~given] < 0:
        return
    matrix = reading.tables.matrices[~given]
    row = matrix.inputs[matrix.rows]
    if row < 0:
        return
    axis = reading.tables.axes[row]
    for ordinal, value in enumerate(axis.values):
        cells = _looked_up(reading, ~given, {matrix.rows: ordinal})
        if at in cells.values():
            others = tuple(_name(reading.tables, matrix.inputs[side]) for side in _telling(matrix, cells))
            yield Reader(axis.name, value.name, value.text[lang], others)


def _name(tables: Tables, given: int) -> str:
    return tables.axes[given].name if given >= 0 else tables.matrices[~given].name
