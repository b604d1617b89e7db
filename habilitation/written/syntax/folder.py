"""A policy folder as its author wrote it: its test cases, and all its files together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from habilitation.source import Word
from habilitation.written.syntax.files import SHAPE, WrittenBlock, WrittenMatrix, WrittenVocabulary
from habilitation.written.syntax.rules import RuleFile


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
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenMark:
    """What a mark of a table stands for: what the policy must answer in each of its cells."""

    expect: Word
    reasons: list[Word] | None = None
    missing: list[Word] | None = None
    obligations: list[Word] | None = None
    advice: list[Word] | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """Cases as rows of marks under columns: each states a value of its axis or, without an axis, shared facts.

    The marks are in `blocks`, as those of a matrix, or in a spreadsheet beside the file: `from` names it, `key` its
    column that names the rows (the first), `ignore` those that are not read.
    """

    name: Word
    marks: dict[Word, WrittenMark]
    given: list[Word] = field(default_factory=list)
    with_: dict[Word, Word] = field(default_factory=dict)
    rows: Word | None = None
    columns: Word | None = None
    blocks: list[WrittenBlock] = field(default_factory=list)
    from_: Word | None = None
    key: Word | None = None
    ignore: list[Word] = field(default_factory=list)
    at: Word | None = None
    known_on: Word | None = None
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCases:
    """`tests/*.yaml`: shared facts, then cases and tables of cases."""

    cases: list[WrittenCase] = field(default_factory=list)
    tables: list[WrittenTable] = field(default_factory=list)
    facts: dict[Word, dict[Word, Word]] = field(default_factory=dict)
    note: Word | None = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenPolicy:
    """Every file of a policy, read; `digest` is the SHA-256 of their names and texts.

    `unread` are the names of matrices whose file could not be read, so that no rule is blamed for it.
    """

    vocabulary: WrittenVocabulary
    matrices: tuple[WrittenMatrix, ...]
    rules: tuple[RuleFile, ...]
    spreadsheets: tuple[tuple[Word, tuple[tuple[Word, ...], ...]], ...]
    digest: str
    unread: frozenset[str] = frozenset()
