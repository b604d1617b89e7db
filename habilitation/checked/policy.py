"""A checked policy: axes and their values by ordinal, matrices, rules, and the editions they make in time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from habilitation.source import Span, Word
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST, RuleEffect


@dataclass(frozen=True, slots=True)
class Labels:
    """A sentence or a name in French and in English."""

    fr: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.fr if lang == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Value:
    """A value of an axis: its name here, its official code and the OIDs and URI of its code system."""

    name: str
    code: str
    systems: tuple[str, ...]
    labels: Labels
    deprecated: bool
    note: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis and its finite values; a fact is an axis with the values `false` (0) and `true` (1).

    `synonyms` are codes of other lists, (code, systems, ordinal); `category` is one of CATEGORIES, or nothing.
    """

    name: str
    labels: Labels
    values: tuple[Value, ...]
    groups: Mapping[str, frozenset[int]]
    group_labels: Mapping[str, Labels]
    default: int | None
    fact: bool
    counterfactual: bool
    synonyms: tuple[tuple[str, tuple[str, ...], int], ...]
    span: Span = field(compare=False)
    category: str = ""


# --- conditions, over ordinals -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Is:
    """The value of the axis is one of these."""

    axis: int
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class Cell:
    """The cell of the matrix is one of these; 0 is `not covered`."""

    matrix: int
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part is false."""

    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    """True where every part is; an empty one is true everywhere."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where some part is; an empty one is true nowhere."""

    parts: tuple[Condition, ...]


Condition = Is | Cell | Not | And | Or


# --- matrices ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` (included) to `end` (excluded)."""

    start: datetime.date = DISTANT_PAST
    end: datetime.date = DISTANT_FUTURE

    def holds(self, day: datetime.date) -> bool:
        """Whether the day is inside."""
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disagreement over the cells at these coordinates; None stands for every coordinate."""

    at: tuple[int | None, ...]
    labels: Labels
    source: str


@dataclass(frozen=True, slots=True)
class MatrixEdition:
    """One dated edition: cells by coordinates (a missing one is not covered), and where they come from.

    `notes` holds the footnote of a cell, `places` the file and line of a row (by its coordinate on the row axis).
    """

    id: str
    applicable: Period
    known: datetime.date
    cells: Mapping[tuple[int, ...], int]
    notes: Mapping[tuple[int, ...], str]
    places: Mapping[int, str]
    disputes: tuple[Dispute, ...]
    provenance: Mapping[str, str]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Input:
    """One coordinate of a matrix: an axis, or the cell of another matrix."""

    is_matrix: bool
    index: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """A dated function from two or three inputs to declared cell values; `values[0]` is `not covered`.

    INVARIANT (inputs first): an input that is a matrix stands before this one in the policy.
    """

    name: str
    labels: Labels
    inputs: tuple[Input, ...]
    rows: int
    values: tuple[str, ...]
    marks: tuple[str, ...]
    value_labels: tuple[Labels, ...]
    notes: Mapping[str, Labels]
    editions: tuple[MatrixEdition, ...]
    span: Span = field(compare=False)


# --- rules and the whole -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its condition resolved; `condition` includes the actions it speaks of."""

    name: str
    effect: RuleEffect
    condition: Condition
    citations: tuple[str, ...]
    message: Labels
    applicable: Period
    known: datetime.date
    obligations: tuple[str, ...]
    advice: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Invariant:
    """`never` or `always` an effect where the condition holds, in the lawyers' words."""

    always: bool
    sentence: str
    effect: RuleEffect
    condition: Condition
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """An obligation or an advice."""

    labels: Labels
    source: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What is in force over a stretch of both clocks: some rules, and at most one edition of each matrix."""

    id: str
    rules: tuple[int, ...]
    matrices: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A rectangle of the two clocks and the edition in force there; None is before the first edition."""

    applicable: Period
    known: Period
    edition: int | None


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy, ready to be judged by (`meaning`) or compiled."""

    name: str
    title: Labels
    axes: tuple[Axis, ...]
    matrices: tuple[Matrix, ...]
    rules: tuple[Rule, ...]
    invariants: tuple[Invariant, ...]
    obligations: Mapping[str, Notice]
    advice: Mapping[str, Notice]
    editions: tuple[Edition, ...]
    timeline: tuple[Stretch, ...]
    digest: str
    names: Mapping[str, Word] = field(compare=False, default_factory=dict)
