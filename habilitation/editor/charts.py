"""The cards of matrices: of one, of a value of its cells, and of one cell where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from habilitation.checked.cells import PART, parts
from habilitation.checked.naming import Naming, naming
from habilitation.checked.policy import Matrix, MatrixEdition
from habilitation.checked.spreadsheet import coordinates, latest
from habilitation.editor.cells import Mark
from habilitation.editor.said import Said
from habilitation.editor.sentences import say
from habilitation.editor.things import Thing
from habilitation.source import Word


def matrix_card(said: Said, thing: Thing) -> Iterator[str]:
    """A matrix: its axes, the values of its cells, its editions, who reads it."""
    matrix = said.matrices.get(thing.name)
    if matrix is None:
        return
    sides = coordinates(said.policy.axes, said.policy.matrices, matrix)
    yield said.head(matrix.name, matrix.labels, "matrix") + f"  \n`{' × '.join(side.name for side in sides)}`"
    pairs = zip(matrix.values[1:], matrix.value_labels[1:], strict=True)
    yield said.line("values", said.listed(f"`{value}` {label[said.lang]}" for value, label in pairs))
    yield said.line("editions", said.listed(f"{one.id} ({len(one.cells)})" for one in matrix.editions))
    yield said.readers(matrix.name)
    yield said.users(thing)


def cell_card(said: Said, thing: Thing, mark: Mark | None = None) -> Iterator[str]:
    """A value of the cells of a matrix and, where a mark of it stands, that cell: row, column, footnote, law."""
    matrix = said.matrices.get(thing.owner)
    if matrix is None or thing.name not in matrix.values:
        return
    value = matrix.values.index(thing.name)
    label = matrix.value_labels[value]
    yield said.head(thing.name, label, "cell") + f"  \n{matrix.labels[said.lang]} (`{matrix.name}`)"
    if mark is not None:
        yield from _cell(said, matrix, mark)
    if said.in_force is not None:
        yield said.concerned(said.in_force.cell_bits[list(said.matrices).index(matrix.name)], value)
    yield said.readers(matrix.name)


def _cell(said: Said, matrix: Matrix, mark: Mark) -> Iterator[str]:
    sides = [naming(side) for side in coordinates(said.policy.axes, said.policy.matrices, matrix)]
    across = list(parts(mark.column, PART)) if len(sides) > 2 else [mark.column]  # noqa: PLR2004  # a row and a column
    words = [*across[: matrix.rows], mark.row, *across[matrix.rows :]]
    edition = _edition(matrix, mark)
    if edition is None or len(words) != len(sides):  # a mistake in its axes, or in this column: it is told there
        return
    yield " × ".join(_coordinate(said, side, word) for side, word in zip(sides, words, strict=True))
    if mark.note in matrix.notes:
        yield said.line("footnote", matrix.notes[mark.note][said.lang])
    named = [side.values(word, []) for side, word in zip(sides, words, strict=True)]
    for dispute in edition.disputes:
        if all(at is None or at in ordinals for at, ordinals in zip(dispute.at, named, strict=True)):
            source = f" ({dispute.source})" if dispute.source else ""
            yield said.line("disputed", f"{dispute.labels[said.lang]}{source}")
    law = [edition.provenance[key] for key in ("title", "id", "url") if key in edition.provenance]
    yield said.line("law", f"{', '.join(law)} ({say('edition', said.lang)} {edition.id})")


def _edition(matrix: Matrix, mark: Mark) -> MatrixEdition | None:
    """The edition that a mark is of; a spreadsheet shows the latest."""
    if mark.edition is None:
        return latest(matrix) if matrix.editions else None
    return next((one for one in matrix.editions if one.id == mark.edition.id), None)


def _coordinate(said: Said, side: Naming, word: Word) -> str:
    axis, ordinals = side.axis, side.values(word, [])
    if word in axis.groups:
        return f"{axis.group_labels[str(word)][said.lang]} (`{word}`)"
    labels = [axis.values[ordinal].labels[said.lang] for ordinal in ordinals]
    return f"{labels[0]} (`{word}`)" if labels else f"{axis.labels[said.lang]} (`{word}`)"
