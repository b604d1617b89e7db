"""The rule language, as its author wrote it: rules, definitions, invariants, comments, with their places."""

from __future__ import annotations

import datetime
import enum
import re
from dataclasses import dataclass, field
from typing import ClassVar

from habilitation.source import Span, Word
from habilitation.vocabulary import RuleEffect
from habilitation.written.syntax.keywords import Language


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, or a condition defined elsewhere."""

    word: Word


class Form(enum.Enum):
    """How the values of a test are written; all three say the same."""

    IS = enum.auto()  # is value
    IN = enum.auto()  # in group
    SET = enum.auto()  # in {value, value}


@dataclass(frozen=True, slots=True)
class Test:
    """`axis is value`, `axis in group`, `axis in {…}`, or the negation of one of these."""

    axis: Word
    values: tuple[Word, ...]
    negated: bool
    form: Form = Form.IS
    __test__: ClassVar[bool] = False  # pytest would take the class for a test case


@dataclass(frozen=True, slots=True)
class CellTest:
    """`matrix m is value`, `in {…}`, or their negation; no `values` means `is not covered`.

    `covered` is the word itself, which ends such a test.
    """

    matrix: Word
    values: tuple[Word, ...]
    negated: bool
    form: Form = Form.IS
    covered: Word | None = field(default=None, compare=False)


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
    """One `.hab` file: its items in order, and the comments that belong to none of them.

    `refused` are the names of definitions that could not be read, so that their users are not blamed for it; `whole`
    tells that everything could. `misnamed` are words that are no names, where a name stands that must exist, spelt as
    one. In either language the same rules are equal.
    """

    items: tuple[Item, ...]
    comments: tuple[Comment, ...]
    refused: tuple[str, ...] = ()
    whole: bool = True
    misnamed: tuple[Word, ...] = ()
    language: Language = field(default=Language.EN, compare=False)


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


def as_day(word: str) -> datetime.date | None:
    """The date a word spells, or None; YYYY-MM-DD only, of all that ISO 8601 allows."""
    try:
        return datetime.date.fromisoformat(word) if _DAY.match(word) else None
    except ValueError:
        return None
