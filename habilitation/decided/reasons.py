"""An outcome put into reasons: the rules with their texts, the cells they read, or the engine's own word."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterator, Sequence

from habilitation.compiled.reading import Reading, cell
from habilitation.compiled.tables import CellsTable, MatrixTable, Tables, Text
from habilitation.decided.decision import CellView, Outcome, Reason
from habilitation.vocabulary import BEFORE_FIRST_EDITION, MISSING_FACT, NO_RULE, UNKNOWN_CODE

_NO_RULE = Text(
    "Aucune règle ne permet cet accès ; aucune ne l'interdit expressément.",
    "No rule permits this access; none expressly forbids it.",
)
ENGINE_TEXTS = {
    NO_RULE: _NO_RULE,
    UNKNOWN_CODE: Text("Un code de la demande est inconnu.", "A code of the request is unknown."),
}


def reasons(reading: Reading, outcome: Outcome, values: Sequence[int]) -> tuple[Reason, ...]:
    """The reasons of an outcome; never empty."""
    if outcome.missing:
        return (_missing(reading.tables, outcome.missing),)
    if not outcome.rules:
        return (Reason(NO_RULE, _NO_RULE),)
    read = {matrix for rule in outcome.rules for matrix in reading.tables.rules[rule].matrices}
    cells = _cells(reading, values, read)
    return tuple(_reason(reading, rule, cells) for rule in outcome.rules)


def before_first_edition(tables: Tables) -> Reason:
    """The reason of a request made before any edition of the policy, or before we knew one."""
    dated = [stretch for stretch in tables.timeline if stretch.edition >= 0]
    first = min((stretch.start for stretch in dated), default=None)
    when = first.isoformat() if first else "–"
    message = Text(
        f"Aucune édition de la politique n'est en vigueur à cette date (la première date du {when}).",
        f"No edition of the policy is in force on that day (the first dates from {when}).",
    )
    return Reason(BEFORE_FIRST_EDITION, message)


def _missing(tables: Tables, missing: Sequence[int]) -> Reason:
    axes = [tables.axes[axis] for axis in missing]
    fr = ", ".join(f"{axis.text.fr} ({axis.name})" for axis in axes)
    en = ", ".join(f"{axis.text.en} ({axis.name})" for axis in axes)
    return Reason(MISSING_FACT, Text(f"Il manque, pour répondre : {fr}.", f"Missing, to answer: {en}."))


def _reason(reading: Reading, number: int, cells: dict[int, CellView]) -> Reason:
    rule = reading.tables.rules[number]
    read = tuple(cells[matrix] for matrix in rule.matrices if matrix in cells)
    return Reason(
        rule=rule.name,
        message=rule.message,
        citations=rule.citations,
        source=rule.place,
        cells=read,
        obligations=rule.obligations,
        advice=rule.advice,
    )


def _cells(reading: Reading, values: Sequence[int], read: Container[int]) -> dict[int, CellView]:
    """The cells that can be read: those of matrices in force whose coordinates are all known."""
    found: dict[int, CellView] = {}
    ordinals: list[int] = []
    for index, (matrix, chosen) in enumerate(zip(reading.tables.matrices, reading.edition.matrices, strict=True)):
        where = [values[given] if given >= 0 else ordinals[~given] for given in matrix.inputs]
        known = all(at >= 0 for at in where)
        ordinals.append(cell(matrix, chosen, values, ordinals) if known else -1)
        if index in read and known and chosen >= 0 and _speaks_of(matrix, matrix.editions[chosen], where):
            found[index] = _view(reading.tables, matrix, matrix.editions[chosen], where, ordinals[-1])
    return found


def _speaks_of(matrix: MatrixTable, edition: CellsTable, where: Sequence[int]) -> bool:
    """Whether a matrix has any cell for the cells of other matrices it is given; else it is beside the point."""
    sides = [
        (at,) if given < 0 else range(size) for given, at, size in zip(matrix.inputs, where, matrix.shape, strict=True)
    ]
    return any(edition.cells[_offset(matrix, at)] for at in itertools.product(*sides))


def _offset(matrix: MatrixTable, where: Sequence[int]) -> int:
    """The place of a cell in row-major order."""
    offset = 0
    for at, size in zip(where, matrix.shape, strict=True):
        offset = offset * size + at
    return offset


def _view(tables: Tables, matrix: MatrixTable, edition: CellsTable, where: Sequence[int], value: int) -> CellView:
    offset = _offset(matrix, where)
    footnote = dict(edition.footnotes).get(offset)
    return CellView(
        matrix=matrix.name,
        edition=edition.id,
        at=tuple(_coordinates(tables, matrix, where)),
        value=matrix.values[value],
        text=matrix.value_texts[value],
        place=dict(edition.places).get(where[matrix.rows], ""),
        provenance=edition.provenance,
        footnote=dict(matrix.notes)[footnote] if footnote else None,
        disputes=tuple(
            (dispute.text, dispute.source)
            for dispute in edition.disputes
            if all(side in (-1, at) for side, at in zip(dispute.at, where, strict=True))
        ),
    )


def _coordinates(tables: Tables, matrix: MatrixTable, where: Sequence[int]) -> Iterator[tuple[str, str]]:
    for given, at in zip(matrix.inputs, where, strict=True):
        if given >= 0:
            yield tables.axes[given].name, tables.axes[given].values[at].name
        else:
            yield tables.matrices[~given].name, tables.matrices[~given].values[at]
