"""What two policies write otherwise, whether or not it changes an answer: codes, cells, what a rule says and asks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from habilitation.authoring.difference.effects import Compared
from habilitation.authoring.difference.frame import Frame, Half
from habilitation.authoring.difference.lines import NOBODY, Code, Line, listed
from habilitation.authoring.difference.reasons import given_by_both
from habilitation.authoring.difference.wordings import Wording, sources
from habilitation.compiled.tables import AxisTable, CellsTable, MatrixTable, RuleTable, Tables
from habilitation.vocabulary import NOT_COVERED

NOTHING = ""


@dataclass(frozen=True, slots=True)
class Recoded:
    """A code (all the ways to write it) and the value it stands for on each side; None where it is unknown."""

    spellings: tuple[str, ...]
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class CodeMoves:
    """An axis that only one side knows, or its values that only one side knows; codes of others; another default."""

    axis: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    whole: bool
    default: tuple[str, str] | None
    codes: tuple[Recoded, ...]


@dataclass(frozen=True, slots=True)
class CellMove:
    """A cell that has another value, or other disputes: where (axis or matrix, value), and its new place."""

    matrix: str
    at: tuple[tuple[str, str], ...]
    old: str
    new: str
    disputes_old: tuple[str, ...]
    disputes_new: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule in force on both sides says otherwise: the field, and what it was and is.

    `situations` counts those where both sides give the rule for reason of one effect.
    """

    rule: str
    field: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    place: str
    situations: int


@dataclass(frozen=True, slots=True)
class Texts:
    """Codes, cells and rules written otherwise, the rules in force on one side only, and where matrices come from."""

    codes: tuple[CodeMoves, ...]
    cells: tuple[CellMove, ...]
    rules: tuple[RuleText, ...]
    rules_added: tuple[str, ...]
    rules_removed: tuple[str, ...]
    sources: tuple[Wording, ...]


def texts(compared: Compared) -> Texts:
    """Everything the two editions write otherwise."""
    frame = compared.frame
    old, new = (_rules(half) for half in frame.halves)
    return Texts(
        codes=tuple(_codes(frame)),
        cells=tuple(_cells(*frame.halves)),
        rules=tuple(move for name in new if name in old for move in _rule(compared, old[name], new[name])),
        rules_added=tuple(name for name in new if name not in old),
        rules_removed=tuple(name for name in old if name not in new),
        sources=sources(*frame.halves),
    )


def _rules(half: Half) -> dict[str, RuleTable]:
    tables, edition = half.tables, half.edition
    return {tables.rules[rule].name: tables.rules[rule] for rule in (edition.rules if edition else ())}


def _codes(frame: Frame) -> Iterator[CodeMoves]:
    for line in frame.lines:
        old, new = (
            half.tables.axes[axis] if axis != NOBODY else None
            for half, axis in zip(frame.halves, line.axes, strict=True)
        )
        added, removed = _only(new, old), _only(old, new)
        if old is None or new is None:
            yield CodeMoves(line.name, added, removed, True, None, ())
        elif old != new:
            before, after = _default_of(old), _default_of(new)
            default = None if before == after else (before, after)
            codes = tuple(_recoded(line, old, new))
            if added or removed or default or codes:
                yield CodeMoves(line.name, added, removed, False, default, codes)


def _only(one: AxisTable | None, other: AxisTable | None) -> tuple[str, ...]:
    """The values that one side of an axis names and the other does not."""
    named = {value.name for value in other.values} if other else set()
    return tuple(value.name for value in one.values if value.name not in named) if one else ()


def _recoded(line: Line, old: AxisTable, new: AxisTable) -> Iterator[Recoded]:
    words = list(zip(line.values, line.ordinals, strict=True))[: line.named]
    # The name of a value on one side may be a code of another value on the other.
    names = [Code((word,), pair) for word, pair in words if NOBODY not in pair]
    for code in (*names, *line.codes, *(listed(old, new) if old.fact and new.fact else ())):
        was, becomes = (
            axis.values[ordinal].name if ordinal != NOBODY else None
            for axis, ordinal in zip((old, new), code.ordinals, strict=True)
        )
        if was != becomes:
            yield Recoded(code.spellings, was, becomes)


def _default_of(axis: AxisTable) -> str:
    return axis.values[axis.default].name if axis.default >= 0 else NOTHING


def _rule(compared: Compared, old: RuleTable, new: RuleTable) -> Iterator[RuleText]:
    fields = {
        "effect": ((old.effect.value,), (new.effect.value,)),
        "citations": (old.citations, new.citations),
        "message": ((old.message.fr, old.message.en), (new.message.fr, new.message.en)),
        "obligations": (old.obligations, new.obligations),
        "advice": (old.advice, new.advice),
    }
    moved = [(field, was, becomes) for field, (was, becomes) in fields.items() if was != becomes]
    situations = given_by_both(compared, new.name) if moved else 0
    for field, was, becomes in moved:
        yield RuleText(new.name, field, was, becomes, new.place, situations)


# --- cells --------------------------------------------------------------------------------------


def _cells(old: Half, new: Half) -> Iterator[CellMove]:
    """The cells covered on either side that are not alike on both; a matrix of one side only is all moves."""
    sides = [dict(_matrices(half)) for half in (old, new)]
    for name in dict.fromkeys([*sides[1], *sides[0]]):
        before, after = (side.get(name, {}) for side in sides)
        if before == after:
            continue
        places = dict(_places(new, name))
        for at in dict.fromkeys([*after, *before]):
            was, becomes = before.get(at, _NOT_COVERED), after.get(at, _NOT_COVERED)
            if was != becomes:
                yield CellMove(name, at, was[0], becomes[0], was[1], becomes[1], places.get(at, NOTHING))


_At = tuple[tuple[str, str], ...]
_Cell = tuple[str, tuple[str, ...]]  # a value, and what its sources dispute
_NOT_COVERED: _Cell = (NOT_COVERED, ())


def _matrices(half: Half) -> Iterator[tuple[str, dict[_At, _Cell]]]:
    """The covered cells of each matrix in force, by their coordinates in names."""
    for number, matrix in enumerate(half.tables.matrices):
        chosen = half.edition.matrices[number] if half.edition else NOBODY
        if chosen >= 0:
            edition = matrix.editions[chosen]
            named = itertools.product(*_sides(half.tables, matrix))
            where = itertools.product(*map(range, matrix.shape))
            yield (
                matrix.name,
                {
                    at: (matrix.values[cell], _disputes(edition, ordinals))
                    for at, ordinals, cell in zip(named, where, edition.cells, strict=True)
                    if cell
                },
            )


def _disputes(edition: CellsTable, where: Sequence[int]) -> tuple[str, ...]:
    return tuple(
        f"{dispute.text.fr} / {dispute.text.en}"
        for dispute in edition.disputes
        if all(side in (-1, at) for side, at in zip(dispute.at, where, strict=True))
    )


def _sides(tables: Tables, matrix: MatrixTable) -> Iterator[list[tuple[str, str]]]:
    """For each input, its coordinates in row-major order."""
    for given in matrix.inputs:
        if given >= 0:
            axis = tables.axes[given]
            yield [(axis.name, value.name) for value in axis.values]
        else:
            yield [(tables.matrices[~given].name, value) for value in tables.matrices[~given].values]


def _places(half: Half, name: str) -> Iterator[tuple[_At, str]]:
    """Where each row of a matrix in force is written."""
    for number, matrix in enumerate(half.tables.matrices):
        chosen = half.edition.matrices[number] if half.edition else NOBODY
        if matrix.name == name and chosen >= 0:
            rows = dict(matrix.editions[chosen].places)
            for at in itertools.product(*map(list, _numbered(half.tables, matrix))):
                yield tuple(named for _, named in at), rows.get(at[matrix.rows][0], NOTHING)


def _numbered(tables: Tables, matrix: MatrixTable) -> Iterator[Iterator[tuple[int, tuple[str, str]]]]:
    return (enumerate(side) for side in _sides(tables, matrix))
