"""Whether tables read from a file fit together: a seal proves integrity, not origin, and the look-ups check nothing."""

from __future__ import annotations

import itertools
import keyword
import math
import re
from collections.abc import Iterable, Sequence

from habilitation.compiled.tables import AxisTable, CellsTable, EditionTable, MatrixTable, RuleTable, Tables
from habilitation.vocabulary import CATEGORIES, DISTANT_FUTURE, DISTANT_PAST

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def sound(tables: Tables) -> bool:
    """Whether every number of the tables leads somewhere, and every day to an edition or to none."""
    return (
        _once([axis.name for axis in tables.axes])
        and all(map(_axis_fits, tables.axes))
        and all(_matrix_fits(tables, index, matrix) for index, matrix in enumerate(tables.matrices))
        and all(_rule_fits(tables, rule) for rule in tables.rules)
        and all(_edition_fits(tables, edition) for edition in tables.editions)
        and all(_inside([stretch.edition], len(tables.editions), start=-1) for stretch in tables.timeline)
        and _every_day_covered(tables)
    )


def _inside(numbers: Iterable[int], size: int, start: int = 0) -> bool:
    return all(start <= number < size for number in numbers)


def _once(names: Sequence[object]) -> bool:
    return len(set(names)) == len(names)


def _axis_fits(axis: AxisTable) -> bool:
    size = len(axis.values)
    names = [value.name for value in axis.values]
    named = [*(ordinal for *_, ordinal in axis.synonyms), *(one for *_, ordinals in axis.groups for one in ordinals)]
    return (
        # The name becomes a parameter of a generated function.
        _NAME.match(axis.name) is not None
        and not keyword.iskeyword(axis.name)
        and size > 0
        and _once(names)
        and (not axis.fact or names == ["false", "true"])
        and _inside([axis.default], size, start=-1)
        and _inside(named, size)
        and axis.category in ("", *CATEGORIES)
    )


def _matrix_fits(tables: Tables, index: int, matrix: MatrixTable) -> bool:
    axes = [given for given in matrix.inputs if given >= 0]
    before = [~given for given in matrix.inputs if given < 0]
    if not (_inside(axes, len(tables.axes)) and _inside(before, index) and _once(matrix.inputs)):
        return False
    sizes = [
        len(tables.axes[given].values) if given >= 0 else len(tables.matrices[~given].values) for given in matrix.inputs
    ]
    return (
        matrix.shape == tuple(sizes)
        and _inside([matrix.rows], len(sizes))
        and 0 < len(matrix.values) == len(matrix.marks) == len(matrix.value_texts)
        and all(_cells_fit(matrix, edition) for edition in matrix.editions)
    )


def _cells_fit(matrix: MatrixTable, edition: CellsTable) -> bool:
    notes = {name for name, _ in matrix.notes}
    return (
        len(edition.cells) == math.prod(matrix.shape)
        and _inside(set(edition.cells), len(matrix.values))
        and all(note in notes for _, note in edition.footnotes)
        and all(len(dispute.at) == len(matrix.shape) for dispute in edition.disputes)
    )


def _rule_fits(tables: Tables, rule: RuleTable) -> bool:
    obligations, advice = ({notice.name for notice in notices} for notices in (tables.obligations, tables.advice))
    return (
        _inside(rule.matrices, len(tables.matrices))
        and obligations.issuperset(rule.obligations)
        and advice.issuperset(rule.advice)
    )


def _edition_fits(tables: Tables, edition: EditionTable) -> bool:
    values = [len(axis.values) for axis in tables.axes]
    cells = [len(matrix.values) for matrix in tables.matrices]
    bits = [bits for column in (*edition.axis_bits, *edition.cell_bits) for bits in column]
    return (
        _inside(edition.rules, len(tables.rules))
        and set(edition.clauses) <= set(edition.rules)
        and [len(column) for column in edition.axis_bits] == values
        and [len(column) for column in edition.cell_bits] == cells
        and _inside(bits, 1 << len(edition.clauses))
        and len(edition.matrices) == len(tables.matrices)
        and all(
            _inside([chosen], len(matrix.editions), start=-1)
            for chosen, matrix in zip(edition.matrices, tables.matrices, strict=True)
        )
    )


def _every_day_covered(tables: Tables) -> bool:
    """Whether the stretches cover both clocks: where they begin is where one could be missing."""
    days = {DISTANT_PAST, *(end for stretch in tables.timeline for end in (stretch.start, stretch.end))}
    known = {DISTANT_PAST, *(end for stretch in tables.timeline for end in (stretch.known_start, stretch.known_end))}
    return all(
        any(
            stretch.start <= day < stretch.end and stretch.known_start <= on < stretch.known_end
            for stretch in tables.timeline
        )
        for day, on in itertools.product(days - {DISTANT_FUTURE}, known - {DISTANT_FUTURE})
    )
