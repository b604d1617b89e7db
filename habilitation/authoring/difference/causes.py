"""The cell that makes a sentence: of those that its rules read in its example, one that is written otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from habilitation.authoring.difference.frame import Frame
from habilitation.authoring.difference.whole import Found, Pair
from habilitation.compiled.reading import reading
from habilitation.compiled.tables import MatrixTable, RuleTable, Tables

_Cell = tuple[str, tuple[tuple[str, str], ...]]  # a matrix, and coordinates: (axis or matrix, value)


def changed_cell(pair: Pair, found: Found) -> str:
    """The place of the changed cell, or nothing where no rule that both sides have reads one in the example.

    The rules of the new answer come first, then those of the old one, which no longer hold.
    """
    places = {(move.matrix, move.at): move.place for move in pair.texts.cells if move.old != move.new}
    fresh = {*pair.texts.rules_added, *pair.texts.rules_removed}
    for side, reasons in ((1, found.witness.new), (0, found.witness.old)):
        read = dict(_read(pair.frame, side, found)) if places else {}
        for reason in reasons:
            if reason.rule not in fresh:
                told = next(filter(None, (places.get(cell) for cell in read.get(reason.rule, ()))), "")
                if told:
                    return told
    return ""


def _read(frame: Frame, side: int, found: Found) -> Iterator[tuple[str, list[_Cell]]]:
    """By rule of a side, the cells it reads in the example: those it names, then those that these are read by."""
    tables, edition = frame.halves[side].tables, frame.halves[side].edition
    values = _values(frame, side, found)
    if edition is None or min(values, default=0) < 0:  # a code is unknown, or a fact missing
        return
    cells = reading(tables, edition).cells(values)
    for number in edition.rules:
        rule = tables.rules[number]
        yield rule.name, [_at(tables, matrix, values, cells) for matrix in _matrices(tables, rule)]


def _values(frame: Frame, side: int, found: Found) -> list[int]:
    """The ordinals of the example on a side."""
    at = {}
    for line in frame.lines:
        at[line.axes[side]] = line.ordinals[line.number(found.witness.situation[line.name])][side]
    return [at[axis] for axis in range(len(frame.halves[side].tables.axes))]


def _matrices(tables: Tables, rule: RuleTable) -> list[MatrixTable]:
    found = list(rule.matrices)
    for number in found:  # grows as it goes
        found += [~given for given in tables.matrices[number].inputs if given < 0 and ~given not in found]
    return [tables.matrices[number] for number in found]


def _at(tables: Tables, matrix: MatrixTable, values: list[int], cells: list[int]) -> _Cell:
    coordinates = []
    for given in matrix.inputs:
        if given >= 0:
            axis = tables.axes[given]
            coordinates.append((axis.name, axis.values[values[given]].name))
        else:
            other = tables.matrices[~given]
            coordinates.append((other.name, other.values[cells[~given]]))
    return matrix.name, tuple(coordinates)
