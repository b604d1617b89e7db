"""A policy folder as its author wrote it: its test cases, and all its files together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from habilitation.source import Word
from habilitation.written.syntax.files import SHAPE, WrittenBlock, WrittenMatrix, WrittenVocabulary
from habilitation.written.syntax.keys import NOTE, Day, Says, one_of
from habilitation.written.syntax.keywords import EFFECT_WORDS
from habilitation.written.syntax.rules import RuleFile

ExpectedEffect = Annotated[Word, one_of(*EFFECT_WORDS)]


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """One test of a policy: a situation and what the policy must answer."""

    name: Annotated[Word, Says("the situation, in words", 'name: "…"')]
    expect: Annotated[ExpectedEffect, Says("the effect the policy must answer", "expect: permit")]
    given: Annotated[list[Word], Says("shared facts that hold, by their names; later ones win")] = field(
        default_factory=list
    )
    with_: Annotated[dict[Word, Word], Says("facts that hold, a value an axis; they win over `given`")] = field(
        default_factory=dict
    )
    reasons: Annotated[list[Word] | None, Says("exactly the rules that must give it; none where it is `[]`")] = None
    missing: Annotated[list[Word] | None, Says("exactly the axes that must be missing")] = None
    obligations: Annotated[list[Word] | None, Says("exactly the obligations that must come with it")] = None
    advice: Annotated[list[Word] | None, Says("the advice that must come with it, among others")] = None
    at: Annotated[Day | None, Says("the day of the request; today by default")] = None
    known_on: Annotated[Day | None, Says("the day as known on which it is judged; as known now by default")] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenMark:
    """What a mark of a table stands for: what the policy must answer in each of its cells."""

    expect: Annotated[ExpectedEffect, Says("the effect the policy must answer", "expect: permit")]
    reasons: Annotated[list[Word] | None, Says("exactly the rules that must give it; none where it is `[]`")] = None
    missing: Annotated[list[Word] | None, Says("exactly the axes that must be missing")] = None
    obligations: Annotated[list[Word] | None, Says("exactly the obligations that must come with it")] = None
    advice: Annotated[list[Word] | None, Says("the advice that must come with it, among others")] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """Cases as rows of marks under columns: each states a value of its axis or, without an axis, shared facts.

    The marks are in `blocks`, as those of a matrix, or in a spreadsheet beside the file: `from` names it, `key` its
    column that names the rows (the first), `ignore` those that are not read.
    """

    name: Annotated[Word, Says("what it is a table of", 'name: "…"')]
    marks: Annotated[dict[Word, WrittenMark], Says("what each mark stands for", "marks: {O: {expect: permit}}")]
    given: Annotated[list[Word], Says("shared facts that hold, by their names; later ones win")] = field(
        default_factory=list
    )
    with_: Annotated[dict[Word, Word], Says("facts that hold, a value an axis; they win over `given`")] = field(
        default_factory=dict
    )
    rows: Annotated[
        Word | None, Says("the axis whose values name the rows; without it, they are names of shared facts")
    ] = None
    columns: Annotated[
        Word | None, Says("the axis whose values name the columns; without it, they are names of shared facts")
    ] = None
    blocks: Annotated[list[WrittenBlock], Says("rows of marks under columns")] = field(default_factory=list)
    from_: Annotated[Word | None, Says("or a CSV beside the file, its first row the columns")] = None
    key: Annotated[Word | None, Says("the column of the CSV that names the rows; the first by default")] = None
    ignore: Annotated[list[Word], Says("columns of the CSV that are not read")] = field(default_factory=list)
    at: Annotated[Day | None, Says("the day of the request; today by default")] = None
    known_on: Annotated[Day | None, Says("the day as known on which it is judged; as known now by default")] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCases:
    """`tests/*.yaml`: shared facts, then cases and tables of cases."""

    cases: Annotated[list[WrittenCase], Says("situations, one by one")] = field(default_factory=list)
    tables: Annotated[list[WrittenTable], Says("situations as tables")] = field(default_factory=list)
    facts: Annotated[dict[Word, dict[Word, Word]], Says("bundles of facts that cases share, by name")] = field(
        default_factory=dict
    )
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenPolicy:
    """Every file of a policy, read; `digest` is the SHA-256 of their names and texts.

    `unread` are the names of matrices whose file could not be read, so that no rule is blamed for it. `folder` is the
    path of the policy, as it was given; empty on shelves.
    """

    vocabulary: WrittenVocabulary
    matrices: tuple[WrittenMatrix, ...]
    rules: tuple[RuleFile, ...]
    spreadsheets: tuple[tuple[Word, tuple[tuple[Word, ...], ...]], ...]
    digest: str
    unread: frozenset[str] = frozenset()
    folder: str = ""
