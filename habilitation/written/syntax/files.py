"""The vocabulary and the matrices of a policy, as their author wrote them: every scalar a word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from habilitation.source import Word
from habilitation.vocabulary import CATEGORIES
from habilitation.written.syntax.keys import EN, FR, NOTE, SOURCE, Day, Says, Truth, one_of

# How the shapes below are read: every key declared, every scalar a Word, `from_` spelt `from`.
SHAPE: dict[str, Any] = {
    "extra": "forbid",
    "arbitrary_types_allowed": True,
    "alias_generator": lambda name: name.rstrip("_"),
}

Category = Annotated[Word, one_of(*CATEGORIES)]
Status = Annotated[Word, one_of("active", "deprecated")]


@dataclass(frozen=True, slots=True)
class WrittenValue:
    """A value of an axis: official code, labels, validity."""

    code: Annotated[Word | None, Says("its official code; the key itself by default")] = None
    system: Annotated[Word | None, Says("the code system of `code`, one of `systems`")] = None
    fr: Annotated[Word | None, FR] = None
    en: Annotated[Word | None, EN] = None
    from_: Annotated[Day | None, Says("the first day of the code in its terminology")] = None
    until: Annotated[Day | None, Says("the last day of the code in its terminology")] = None
    status: Annotated[
        Status | None,
        Says("whether the code is still given; a `deprecated` one still answers, and a rule that names it is warned"),
    ] = None
    replaced_by: Annotated[Word | None, Says("the value that stands in its place")] = None
    source: Annotated[Word | None, SOURCE] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenGroup:
    """A named set of values of one axis."""

    values: Annotated[list[Word], Says("the values it holds", "values: [NAME, NAME]")]
    fr: Annotated[Word | None, FR] = None
    en: Annotated[Word | None, EN] = None
    source: Annotated[Word | None, SOURCE] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenAxis:
    """An axis: a fact, or a list of values; with groups and, where it is the restrictive one, a default."""

    fr: Annotated[Word | None, FR] = None
    en: Annotated[Word | None, EN] = None
    fact: Annotated[
        Truth | None, Says("true for an axis whose values are exactly `true` and `false`; it has no `values`")
    ] = None
    category: Annotated[
        Category | None, Says("which side of an access it tells of; the sentences of `diff` are about the subject")
    ] = None
    default: Annotated[
        Word | None, Says("the value of a request that says nothing; it must be the most closed, which `check` proves")
    ] = None
    counterfactual: Annotated[
        Truth | None, Says("whether an explanation may suggest changing it: false where that would be to lie")
    ] = None
    values: Annotated[dict[Word, WrittenValue], Says("its values, by name")] = field(default_factory=dict)
    groups: Annotated[dict[Word, WrittenGroup], Says("sets of its values, by name")] = field(default_factory=dict)
    source: Annotated[Word | None, SOURCE] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenSystem:
    """A code system: its OIDs (the current one first), its URI, its title."""

    oids: Annotated[list[Word], Says("its OIDs, the current one first; each is accepted on input")] = field(
        default_factory=list
    )
    uri: Annotated[Word | None, Says("its URI")] = None
    title: Annotated[Word | None, Says("what it is called")] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenNotice:
    """An obligation or an advice, in both languages."""

    fr: Annotated[Word | None, FR] = None
    en: Annotated[Word | None, EN] = None
    source: Annotated[Word | None, SOURCE] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenSynonym:
    """A code of another list; with `axis` and `value`, what it means here."""

    code: Annotated[Word, Says("the code", "code: CODE")]
    system: Annotated[Word, Says("the code system, one of `systems`", "system: NAME")]
    fr: Annotated[Word | None, Says("its label in French")] = None
    en: Annotated[Word | None, Says("its label in English")] = None
    axis: Annotated[Word | None, Says("the axis it names a value of")] = None
    value: Annotated[Word | None, Says("the value it names")] = None
    from_: Annotated[Day | None, Says("the first day of the code in its list")] = None
    until: Annotated[Day | None, Says("the last day of the code in its list")] = None
    status: Annotated[Word | None, Says("whether the code is still given")] = None
    source: Annotated[Word | None, SOURCE] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCodeList:
    """Codes of another list; `mapping` says whose the mapping is: `own` or `official`."""

    codes: Annotated[list[WrittenSynonym], Says("its codes", "codes: [{code: CODE, system: NAME}]")]
    fr: Annotated[Word | None, Says("its label in French")] = None
    en: Annotated[Word | None, Says("its label in English")] = None
    mapping: Annotated[Word | None, Says("whose the mapping is: `own`, or `official` where the list says it")] = None
    source: Annotated[Word | None, SOURCE] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenVocabulary:
    """`vocabulary.yaml`: the finite world a policy speaks of."""

    policy: Annotated[Word, Says("the name of the policy", "policy: NAME")]
    axes: Annotated[
        dict[Word, WrittenAxis],
        Says("what a request may say: axes, and facts, by name", "axes: {NAME: {fr: …, en: …, values: {…}}}"),
    ]
    fr: Annotated[Word | None, Says("its label in French")] = None
    en: Annotated[Word | None, Says("its label in English")] = None
    systems: Annotated[dict[Word, WrittenSystem], Says("code systems, by name")] = field(default_factory=dict)
    obligations: Annotated[dict[Word, WrittenNotice], Says("what a rule may oblige to, by name")] = field(
        default_factory=dict
    )
    advice: Annotated[dict[Word, WrittenNotice], Says("what a rule may advise, by name")] = field(default_factory=dict)
    code_lists: Annotated[dict[Word, WrittenCodeList], Says("codes of other lists that name values here")] = field(
        default_factory=dict
    )
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenCellValue:
    """A value cells may take, and the mark that stands for it in a row."""

    mark: Annotated[Word | None, Says("the mark that stands for it in a row; its name by default")] = None
    fr: Annotated[Word | None, FR] = None
    en: Annotated[Word | None, EN] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenSpell:
    """A period in YAML: `from` included, `until` excluded."""

    from_: Annotated[Day | None, Says("the first day")] = None
    until: Annotated[Day | None, Says("the first day outside")] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenProvenance:
    """Where an edition comes from."""

    title: Annotated[Word, Says("the text or the table it is copied from", 'title: "…"')]
    id: Annotated[Word | None, Says("a short name of it")] = None
    url: Annotated[Word | None, Says("where it is published")] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenDispute:
    """A disagreement between sources over a cell, a row or a column; it travels with the decision."""

    at: Annotated[
        dict[Word, Word],
        Says("the cell, a coordinate an axis; a row or a column by leaving one out", "at: {AXIS: VALUE}"),
    ]
    fr: Annotated[Word | None, FR] = None
    en: Annotated[Word | None, EN] = None
    source: Annotated[Word | None, Says("who says otherwise")] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """Rows of marks under columns; with three axes a column is `a/b`."""

    columns: Annotated[
        list[Word], Says("the values, or groups, above the marks; with three axes `a/b`", "columns: [VALUE, VALUE]")
    ]
    rows: Annotated[
        dict[Word, Word], Says("a row of marks by value or group, one a column, `.` for no cell", "rows: {VALUE: O N}")
    ]
    source: Annotated[Word | None, SOURCE] = None
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenEdition:
    """One dated edition of a matrix."""

    id: Annotated[Word, Says("its name, a day by custom", 'id: "2025-01-01"')]
    applicable: Annotated[WrittenSpell, Says("the days on which it is law", "applicable: {from: YYYY-MM-DD}")]
    known: Annotated[
        WrittenSpell, Says("the day on which we learnt of it; it has no `until`", "known: {from: YYYY-MM-DD}")
    ]
    provenance: Annotated[WrittenProvenance, Says("where its cells come from", 'provenance: {title: "…"}')]
    blocks: Annotated[
        list[WrittenBlock], Says("rows of marks under columns", "blocks: [{columns: [VALUE], rows: {VALUE: MARK}}]")
    ]
    disputes: Annotated[list[WrittenDispute], Says("what its sources disagree on")] = field(default_factory=list)
    __pydantic_config__: ClassVar[Any] = SHAPE


@dataclass(frozen=True, slots=True)
class WrittenMatrix:
    """`matrices/*.yaml`: a dated function from two or three axes to declared cell values."""

    matrix: Annotated[Word, Says("its name", "matrix: NAME")]
    axes: Annotated[list[Word], Says("its two or three axes; another matrix may be one", "axes: [AXIS, AXIS]")]
    values: Annotated[
        dict[Word, WrittenCellValue], Says("what a cell may hold, by name", "values: {NAME: {mark: O, fr: …, en: …}}")
    ]
    editions: Annotated[
        list[WrittenEdition],
        Says("its dated editions", "editions: [{id: …, applicable: …, known: …, provenance: …, blocks: …}]"),
    ]
    rows: Annotated[Word | None, Says("the axis that runs down; the first by default")] = None
    fr: Annotated[Word | None, FR] = None
    en: Annotated[Word | None, EN] = None
    notes: Annotated[dict[Word, WrittenNotice], Says("footnotes, by the number a mark bears: `O(1)`")] = field(
        default_factory=dict
    )
    note: Annotated[Word | None, NOTE] = None
    __pydantic_config__: ClassVar[Any] = SHAPE
