"""A policy as its author wrote it: words with their places, nothing resolved yet."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, ClassVar

from habilitation.source import Span, Word
from habilitation.vocabulary import RuleEffect

# --- the rule language -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, or a condition defined elsewhere."""

    word: Word


@dataclass(frozen=True, slots=True)
class Test:
    """`axis is value`, `axis in group`, `axis in {…}`, or the negation of one of these."""

    axis: Word
    values: tuple[Word, ...]
    negated: bool
    __test__: ClassVar[bool] = False  # pytest would take the class for a test case


@dataclass(frozen=True, slots=True)
class CellTest:
    """`matrix m is value`, `in {…}`, or their negation; no `values` means `is not covered`."""

    matrix: Word
    values: tuple[Word, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Not:
    """True where `part` is false."""

    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    """True where every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where some part is."""

    parts: tuple[Condition, ...]


Condition = Name | Test | CellTest | Not | And | Or


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, `#` included; `own_line` tells a line of its own from the end of another."""

    text: str
    own_line: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class WrittenPeriod:
    """Days from `start` (included) until `end` (excluded); an absent bound is open."""

    start: Word | None = None
    end: Word | None = None


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule: what it does, of which actions, when, and what it rests on."""

    name: Word
    effect: RuleEffect
    actions: tuple[Word, ...]
    when: Condition | None
    unless: Condition | None
    because: tuple[Word, ...]
    fr: Word | None
    en: Word | None
    applicable: WrittenPeriod
    known: Word | None
    oblige: tuple[Word, ...]
    advise: tuple[Word, ...]
    comments: tuple[Comment, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class WrittenDefinition:
    """A condition with a name."""

    name: Word
    condition: Condition
    comments: tuple[Comment, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class WrittenInvariant:
    """`never` or `always`: a sentence that `check` proves over the whole space or refutes."""

    always: bool
    sentence: Word
    effect: RuleEffect
    condition: Condition
    comments: tuple[Comment, ...]
    span: Span = field(compare=False)


Item = WrittenRule | WrittenDefinition | WrittenInvariant


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One `.hab` file: its items in order, and the comments after the last one."""

    items: tuple[Item, ...]
    comments: tuple[Comment, ...]


# --- YAML files --------------------------------------------------------------------------------

# How the shapes below are read: every key declared, every scalar a Word, `from_` spelt `from`.
_SHAPE: dict[str, Any] = {
    "extra": "forbid",
    "arbitrary_types_allowed": True,
    "alias_generator": lambda name: name.rstrip("_"),
}


@dataclass(frozen=True, slots=True)
class WrittenValue:
    """A value of an axis: official code, labels, validity."""

    code: Word | None = None
    system: Word | None = None
    fr: Word | None = None
    en: Word | None = None
    from_: Word | None = None
    until: Word | None = None
    status: Word | None = None
    replaced_by: Word | None = None
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenGroup:
    """A named set of values of one axis."""

    values: list[Word]
    fr: Word | None = None
    en: Word | None = None
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenAxis:
    """An axis: a fact, or a list of values; with groups and, where it is the restrictive one, a default."""

    fr: Word | None = None
    en: Word | None = None
    fact: Word | None = None
    default: Word | None = None
    counterfactual: Word | None = None
    values: dict[Word, WrittenValue] = field(default_factory=dict)
    groups: dict[Word, WrittenGroup] = field(default_factory=dict)
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenSystem:
    """A code system: its OIDs (the current one first), its URI, its title."""

    oids: list[Word] = field(default_factory=list)
    uri: Word | None = None
    title: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenNotice:
    """An obligation or an advice, in both languages."""

    fr: Word | None = None
    en: Word | None = None
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenSynonym:
    """A code of another list; with `axis` and `value`, what it means here."""

    code: Word
    system: Word
    fr: Word | None = None
    en: Word | None = None
    axis: Word | None = None
    value: Word | None = None
    from_: Word | None = None
    until: Word | None = None
    status: Word | None = None
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCodeList:
    """Codes of another list; `mapping` says whose the mapping is: `own` or `official`."""

    codes: list[WrittenSynonym]
    fr: Word | None = None
    en: Word | None = None
    mapping: Word | None = None
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenVocabulary:
    """`vocabulary.yaml`: the finite world a policy speaks of."""

    policy: Word
    axes: dict[Word, WrittenAxis]
    fr: Word | None = None
    en: Word | None = None
    systems: dict[Word, WrittenSystem] = field(default_factory=dict)
    obligations: dict[Word, WrittenNotice] = field(default_factory=dict)
    advice: dict[Word, WrittenNotice] = field(default_factory=dict)
    code_lists: dict[Word, WrittenCodeList] = field(default_factory=dict)
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCellValue:
    """A value cells may take, and the mark that stands for it in a row."""

    mark: Word | None = None
    fr: Word | None = None
    en: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenSpell:
    """A period in YAML: `from` included, `until` excluded."""

    from_: Word | None = None
    until: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenProvenance:
    """Where an edition comes from."""

    title: Word
    id: Word | None = None
    url: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenDispute:
    """A disagreement between sources over a cell, a row or a column; it travels with the decision."""

    at: dict[Word, Word]
    fr: Word | None = None
    en: Word | None = None
    source: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """Rows of marks under columns; with three axes a column is `a/b`."""

    columns: list[Word]
    rows: dict[Word, Word]
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenEdition:
    """One dated edition of a matrix."""

    id: Word
    applicable: WrittenSpell
    known: WrittenSpell
    provenance: WrittenProvenance
    blocks: list[WrittenBlock]
    disputes: list[WrittenDispute] = field(default_factory=list)
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenMatrix:
    """`matrices/*.yaml`: a dated function from two or three axes to declared cell values."""

    matrix: Word
    axes: list[Word]
    values: dict[Word, WrittenCellValue]
    editions: list[WrittenEdition]
    rows: Word | None = None
    fr: Word | None = None
    en: Word | None = None
    notes: dict[Word, WrittenNotice] = field(default_factory=dict)
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """One test of a policy: a situation and what the policy must answer."""

    name: Word
    expect: Word
    given: list[Word] = field(default_factory=list)
    with_: dict[Word, Word] = field(default_factory=dict)
    reasons: list[Word] | None = None
    missing: list[Word] | None = None
    obligations: list[Word] | None = None
    advice: list[Word] | None = None
    at: Word | None = None
    known_on: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCases:
    """`tests/*.yaml`: shared facts, then cases."""

    cases: list[WrittenCase]
    facts: dict[Word, dict[Word, Word]] = field(default_factory=dict)
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = _SHAPE


@dataclass(frozen=True, slots=True)
class WrittenPolicy:
    """Every file of a policy, read; `digest` is the SHA-256 of their names and bytes."""

    vocabulary: WrittenVocabulary
    matrices: tuple[WrittenMatrix, ...]
    rules: tuple[RuleFile, ...]
    spreadsheets: tuple[tuple[Word, tuple[tuple[Word, ...], ...]], ...]
    digest: str


def as_day(word: str) -> datetime.date | None:
    """The date a word spells (YYYY-MM-DD), or None."""
    try:
        return datetime.date.fromisoformat(word)
    except ValueError:
        return None
