"""The vocabulary and the matrices of a policy, as their author wrote them: every scalar a word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from habilitation.source import Word

# How the shapes below are read: every key declared, every scalar a Word, `from_` spelt `from`.
SHAPE: dict[str, Any] = {
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
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenGroup:
    """A named set of values of one axis."""

    values: list[Word]
    fr: Word | None = None
    en: Word | None = None
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenAxis:
    """An axis: a fact, or a list of values; with groups and, where it is the restrictive one, a default."""

    fr: Word | None = None
    en: Word | None = None
    fact: Word | None = None
    category: Word | None = None
    default: Word | None = None
    counterfactual: Word | None = None
    values: dict[Word, WrittenValue] = field(default_factory=dict)
    groups: dict[Word, WrittenGroup] = field(default_factory=dict)
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenSystem:
    """A code system: its OIDs (the current one first), its URI, its title."""

    oids: list[Word] = field(default_factory=list)
    uri: Word | None = None
    title: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenNotice:
    """An obligation or an advice, in both languages."""

    fr: Word | None = None
    en: Word | None = None
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


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
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCodeList:
    """Codes of another list; `mapping` says whose the mapping is: `own` or `official`."""

    codes: list[WrittenSynonym]
    fr: Word | None = None
    en: Word | None = None
    mapping: Word | None = None
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


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
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCellValue:
    """A value cells may take, and the mark that stands for it in a row."""

    mark: Word | None = None
    fr: Word | None = None
    en: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenSpell:
    """A period in YAML: `from` included, `until` excluded."""

    from_: Word | None = None
    until: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenProvenance:
    """Where an edition comes from."""

    title: Word
    id: Word | None = None
    url: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenDispute:
    """A disagreement between sources over a cell, a row or a column; it travels with the decision."""

    at: dict[Word, Word]
    fr: Word | None = None
    en: Word | None = None
    source: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """Rows of marks under columns; with three axes a column is `a/b`."""

    columns: list[Word]
    rows: dict[Word, Word]
    source: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenEdition:
    """One dated edition of a matrix."""

    id: Word
    applicable: WrittenSpell
    known: WrittenSpell
    provenance: WrittenProvenance
    blocks: list[WrittenBlock]
    disputes: list[WrittenDispute] = field(default_factory=list)
    __pydantic_config__: ClassVar[Any] = SHAPE


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
    __pydantic_config__: ClassVar[Any] = SHAPE
