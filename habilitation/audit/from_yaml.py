"""`audit.yaml` to the words of its author: every value has its place, and every mistake is found in one run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar

from habilitation.audit.asked import STANDARD_INPUT
from habilitation.audit.in_words import CHOICES, FILES, JOBS_SPELT, ONE_FILE, InWords, misshapen
from habilitation.diagnostic import Diagnostic
from habilitation.source import Source, Word
from habilitation.vocabulary import SHIPPED
from habilitation.written.from_yaml import read_yaml
from habilitation.written.shapes import LASTING, Day, Lasting, OneOrMore, Says, Written, editor_schema, one_of

_LASTING = {"pattern": LASTING.schema["pattern"]}
Format = Annotated[Word, one_of(*CHOICES["format"])]
Deduplicate = Annotated[Word, one_of(*CHOICES["deduplicate"])]
Dialect = Annotated[Word, one_of(*CHOICES["csv_dialect"])]
Lang = Annotated[Word, one_of(*CHOICES["lang"])]
Lag = Annotated[
    Any, Written({"type": ["string", "object"], **_LASTING, "additionalProperties": {"type": "string", **_LASTING}})
]
Jobs = Annotated[
    Word, Written({"type": ["integer", "string"], "minimum": 1, "maximum": 999, "pattern": f"^{JOBS_SPELT}$"})
]

DISCHARGE = "care_team"  # the fact that `lag_after_discharge: 7d` speaks of


@dataclass(frozen=True, slots=True)
class _File:
    """What an audit reads, and how."""

    # Any: a word or a list of words; for the lag, a word or a mapping.

    log: Annotated[OneOrMore, Says("the access log: a path, a pattern (`*.csv`) or a list of them")] = None
    logs: Annotated[OneOrMore, Says("the same as `log`")] = None
    facts: Annotated[OneOrMore, Says("what was true, when: a table or a list of them")] = None
    memberships: Annotated[OneOrMore, Says("who was in which unit or structure, when: a table or a list of them")] = (
        None
    )
    documents: Annotated[OneOrMore, Says("types, authors and masking of documents: a table or a list of them")] = None
    complete: Annotated[OneOrMore, Says("facts of which no row means false; a statement of the person responsible")] = (
        None
    )
    assume: Annotated[dict[Word, Word], Says("the value of an axis for each line that states none")] = field(
        default_factory=dict
    )
    lag_after_discharge: Annotated[
        Lag, Says("how long the care team of a unit stays one after a stay (`7d`); a mapping gives one to other facts")
    ] = None
    policy: Annotated[
        Word | None, Says("a policy folder or a compiled policy; `dmp`, the shipped policy, by default")
    ] = None
    out: Annotated[Word | None, Says("the folder of the report")] = None
    mapping: Annotated[Word | None, Says("a file that says which of their columns are ours")] = None
    pseudonymise: Annotated[Word | None, Says("a file that holds the key of pseudonyms")] = None
    format: Annotated[Format | None, Says("the format of the logs; told from their content by default")] = None
    deduplicate: Annotated[Deduplicate | None, Says("how a gesture logged twice is told from two")] = None
    csv_dialect: Annotated[Dialect | None, Says("how the CSV files of the report are written")] = None
    lang: Annotated[Lang | None, Says("the language of the report")] = None
    zone: Annotated[Word | None, Says("the time zone of date-times without an offset: `Europe/Paris`")] = None
    granularity: Annotated[
        Lasting | None, Says("what the log rounds times down to, where a line does not say: `1h`")
    ] = None
    known_on: Annotated[Day | None, Says("judge with what was known that day")] = None
    jobs: Annotated[Jobs | None, Says("how many processes")] = None
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "arbitrary_types_allowed": True}


def schema() -> dict[str, Any]:
    """JSON Schema of `audit.yaml`, for editors."""
    return editor_schema(_File, "habilitation: an audit")


def read(name: str, text: str, folder: Path) -> tuple[InWords | None, list[Diagnostic]]:
    """The words of the file, relative paths taken from `folder`; None when it has not the shape of an audit."""
    file, found = read_yaml(Source(name, text), _File)
    if file is None:
        return None, found
    lists: dict[str, Any] = {name: tuple(_words(name, getattr(file, name), found)) for name in (*FILES, "complete")}
    logs = tuple(_words("log", file.log, found))
    if logs and lists["logs"]:
        found.append(Diagnostic("duplicate_key", "`log` and `logs` are one key", logs[0].span, "keep one of them"))
    lists["logs"] = logs or lists["logs"]
    lists |= {key: tuple(_from(folder, word) for word in lists[key]) for key in FILES}
    # What only the command line can ask (a person, a period) is no key of the file.
    singles = {one.name: getattr(file, one.name, None) for one in dataclasses.fields(InWords) if one.default is None}
    found.extend(_said_nothing(file, singles))
    paths = {name: _from(folder, word) for name in ONE_FILE if (word := singles[name])}
    if singles["policy"] == SHIPPED and not (folder / SHIPPED).exists():
        paths["policy"] = singles["policy"]
    said = {**lists, **singles, **paths}
    return InWords(**said, assume=file.assume, lag=_lag(file.lag_after_discharge, found)), found


def _words(key: str, said: Any, found: list[Diagnostic]) -> Iterator[Word]:
    """One word, or a list of them."""
    for word in said if isinstance(said, list) else [] if said is None else [said]:
        if isinstance(word, Word) and word:
            yield word
        else:
            found.append(misshapen(key, "a text or a list of texts", word.span))


def _said_nothing(file: _File, singles: Mapping[str, Word | None]) -> Iterator[Diagnostic]:
    for name, word in (*singles.items(), *file.assume.items()):
        if word is not None and not word:
            yield misshapen(name, "said, or left out", word.span)


def _lag(said: Any, found: list[Diagnostic]) -> Mapping[Word, Word]:
    if isinstance(said, Word):
        return {Word(DISCHARGE, said.span): said}
    if isinstance(said, dict) and all(isinstance(duration, Word) for duration in said.values()):
        return said
    if said is not None:
        found.append(misshapen("lag_after_discharge", "a duration, or a mapping from facts to durations", said.span))
    return {}


def _from(folder: Path, word: Word) -> Word:
    return word if word == STANDARD_INPUT else Word(str(folder / word), word.span)
