"""What two policies write otherwise beside rules and cells, which changes no answer: labels, notices, sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.authoring.difference.frame import Half
from habilitation.authoring.difference.lines import NOBODY
from habilitation.compiled.tables import AxisTable, MatrixTable, Tables, Text

# Kinds of things that are told elsewhere when only one side has them.
_TOLD = frozenset({"axis", "value", "matrix", "cell value"})
# What has to be on both sides for a text of it to be told.
_OWNER = {"matrix": "matrix", "provenance": "provenance", "cell": "matrix"}
_Key = tuple[str, str, str, str]  # kind, name, coordinates of a cell, field
_Said = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Something that is written otherwise: its kind, its name, the field; None where a side does not have it.

    `at` is the coordinates of a cell in its matrix, and nothing of anything else.
    """

    kind: str
    name: str
    at: str
    field: str
    old: _Said | None
    new: _Said | None


def wordings(old: Tables, new: Tables) -> tuple[Wording, ...]:
    """The texts of two policies that differ, whatever the edition."""
    if old is new:
        return ()
    moves = _moves(dict(_policy(old)), dict(_policy(new)))
    # No policy has no digest, and no name of its own that another could replace.
    return tuple(move for move in moves if move.kind != "policy" or (old.digest and new.digest))


def sources(old: Half, new: Half) -> tuple[Wording, ...]:
    """Of the matrices in force on both sides: another edition, another source of the same one, other footnotes."""
    before, after = (dict(_editions(half)) for half in (old, new))
    named, names = ({(kind, name) for kind, name, *_ in said} for said in (before, after))
    return tuple(move for move in _moves(before, after) if (_OWNER[move.kind], move.name) in named & names)


def _moves(before: Mapping[_Key, _Said], after: Mapping[_Key, _Said]) -> Iterator[Wording]:
    for key in dict.fromkeys([*after, *before]):
        was, becomes = before.get(key), after.get(key)
        # What only one side has, and says nothing, is no text.
        says = any(was or ()) or any(becomes or ())
        if was != becomes and says and not (key[0] in _TOLD and None in (was, becomes)):
            yield Wording(*key, was, becomes)


def _policy(tables: Tables) -> Iterator[tuple[_Key, _Said]]:
    yield ("policy", tables.name, "", "label"), _both(tables.text)
    for axis in tables.axes:
        yield from _axis(axis)
    for kind, notices in (("obligation", tables.obligations), ("advice", tables.advice)):
        for notice in notices:
            yield (kind, notice.name, "", "label"), _both(notice.text)
            yield (kind, notice.name, "", "source"), (notice.source,)
    for matrix in tables.matrices:
        yield from _matrix(matrix)


def _axis(axis: AxisTable) -> Iterator[tuple[_Key, _Said]]:
    yield ("axis", axis.name, "", "label"), _both(axis.text)
    yield ("axis", axis.name, "", "category"), (axis.category,)
    for value in () if axis.fact else axis.values:
        name = f"{axis.name}={value.name}"
        yield ("value", name, "", "label"), _both(value.text)
        yield ("value", name, "", "note"), ("deprecated", value.note) if value.deprecated else (value.note,)
    for group, text, ordinals in axis.groups:
        yield ("group", f"{axis.name}={group}", "", "label"), _both(text)
        yield ("group", f"{axis.name}={group}", "", "values"), tuple(axis.values[ordinal].name for ordinal in ordinals)


def _matrix(matrix: MatrixTable) -> Iterator[tuple[_Key, _Said]]:
    yield ("matrix", matrix.name, "", "label"), _both(matrix.text)
    for value, mark, text in zip(matrix.values, matrix.marks, matrix.value_texts, strict=True):
        yield ("cell value", f"{matrix.name}={value}", "", "label"), _both(text)
        yield ("cell value", f"{matrix.name}={value}", "", "mark"), (mark,)
    for key, text in matrix.notes:
        yield ("footnote", f"{matrix.name}({key})", "", "label"), _both(text)


def _editions(half: Half) -> Iterator[tuple[_Key, _Said]]:
    for number, matrix in enumerate(half.tables.matrices):
        chosen = half.edition.matrices[number] if half.edition else NOBODY
        if chosen >= 0:
            edition = matrix.editions[chosen]
            yield ("matrix", matrix.name, "", "edition"), (edition.id,)
            for field, text in edition.provenance:
                yield ("provenance", f"{matrix.name}@{edition.id}", "", field), (text,)
            for offset, note in edition.footnotes:
                at = ", ".join(_coordinates(half.tables, matrix, offset))
                yield ("cell", matrix.name, f"[{at}]", "footnote"), (note,)


def _coordinates(tables: Tables, matrix: MatrixTable, offset: int) -> Iterator[str]:
    inner = 1
    for size in matrix.shape:
        inner *= size
    for given, size in zip(matrix.inputs, matrix.shape, strict=True):
        inner //= size
        at, offset = divmod(offset, inner)
        yield tables.axes[given].values[at].name if given >= 0 else tables.matrices[~given].values[at]


def _both(text: Text) -> _Said:
    return text.fr, text.en
