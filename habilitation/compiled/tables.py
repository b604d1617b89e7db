"""The tables a policy is compiled into: plain data, the same on every machine, with the texts of the answers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from habilitation.vocabulary import RuleEffect

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in French and in English."""

    fr: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.fr if lang == "fr" else self.en


@dataclass(frozen=True, slots=True)
class ValueTable:
    """A value of an axis: its name, its official code and code systems (OIDs, URI, short name)."""

    name: str
    text: Text
    code: str
    systems: tuple[str, ...]
    deprecated: bool
    note: str


@dataclass(frozen=True, slots=True)
class AxisTable:
    """An axis; `default` is an ordinal or -1; `synonyms` are (code, systems, ordinal); `category` may be empty."""

    name: str
    text: Text
    values: tuple[ValueTable, ...]
    groups: tuple[tuple[str, Text, tuple[int, ...]], ...]
    default: int
    fact: bool
    counterfactual: bool
    synonyms: tuple[tuple[str, tuple[str, ...], int], ...]
    category: str = ""


@dataclass(frozen=True, slots=True)
class CellNote:
    """A footnote or a dispute over cells; -1 in `at` stands for every coordinate."""

    at: tuple[int, ...]
    text: Text
    source: str


@dataclass(frozen=True, slots=True)
class CellsTable:
    """One edition of a matrix: `cells` in row-major order of the coordinates, 0 where there is none."""

    id: str
    cells: tuple[int, ...]
    footnotes: tuple[tuple[int, str], ...]
    places: tuple[tuple[int, str], ...]
    disputes: tuple[CellNote, ...]
    provenance: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """A matrix. `inputs`: an axis ordinal i, or ~j for the cell of matrix j, which stands before this one.

    `shape` counts the coordinates of each input; `rows` is the input that runs down; value 0 is `not covered`.
    """

    name: str
    text: Text
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    rows: int
    values: tuple[str, ...]
    marks: tuple[str, ...]
    value_texts: tuple[Text, ...]
    notes: tuple[tuple[str, Text], ...]
    editions: tuple[CellsTable, ...]


@dataclass(frozen=True, slots=True)
class RuleTable:
    """A rule, for the answers: its effect, texts, and the matrices its condition looks at."""

    name: str
    effect: RuleEffect
    message: Text
    citations: tuple[str, ...]
    obligations: tuple[str, ...]
    advice: tuple[str, ...]
    place: str
    matrices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EditionTable:
    """The decision tables of one edition.

    `clauses[c]` is the rule of clause c. `axis_bits[a][v]` has bit c set where the value v of axis a is compatible
    with clause c; `cell_bits[m][v]` the same for the cells of matrix m. `matrices[m]` is the edition of matrix m in
    force, or -1. The clauses that hold in a situation are the intersection of the bits of its values and cells.
    """

    id: str
    rules: tuple[int, ...]
    matrices: tuple[int, ...]
    clauses: tuple[int, ...]
    axis_bits: tuple[tuple[int, ...], ...]
    cell_bits: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class StretchTable:
    """Days (law's clock) and days known (ours), ends excluded, and the edition in force; -1 before the first."""

    start: datetime.date
    end: datetime.date
    known_start: datetime.date
    known_end: datetime.date
    edition: int


@dataclass(frozen=True, slots=True)
class NoticeTable:
    """An obligation or an advice."""

    name: str
    text: Text
    source: str


@dataclass(frozen=True, slots=True)
class Tables:
    """A whole compiled policy. `digest` seals the texts it was compiled from."""

    name: str
    text: Text
    axes: tuple[AxisTable, ...]
    matrices: tuple[MatrixTable, ...]
    rules: tuple[RuleTable, ...]
    obligations: tuple[NoticeTable, ...]
    advice: tuple[NoticeTable, ...]
    editions: tuple[EditionTable, ...]
    timeline: tuple[StretchTable, ...]
    digest: str
