"""An audit in the words of its author, from `audit.yaml` or typed: what is wrong with them, and what they ask."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from habilitation.audit.asked import JOBS, STANDARD_INPUT, Asked
from habilitation.audit.refusals import UsageError
from habilitation.authorizer import Authorizer
from habilitation.diagnostic import Diagnostic, RequestError, did_you_mean, sorted_once
from habilitation.source import Span, Word
from habilitation.vocabulary import TRUTHS, write_truth

FILES = ("logs", "facts", "memberships", "documents")
ONE_FILE = ("policy", "out", "mapping", "pseudonymise")
CHOICES = {
    "format": ("csv", "parquet", "ndjson"),
    "deduplicate": ("request_id", "gesture"),
    "csv_dialect": ("rfc4180", "excel-fr"),
    "lang": ("fr", "en"),
}
_DURATION = re.compile(r"([1-9]\d{0,5})([smhd])")
JOBS_SPELT = r"[1-9][0-9]{0,2}"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Other initials mean what few expect (BST is Bangladesh), or no calendar but one knows them.
_INITIALS = ("UTC", "GMT", "WET", "CET", "EET")


@dataclass(frozen=True, slots=True)
class InWords:
    """An audit in the words of its author, each with its place; empty or None where nothing is said."""

    logs: tuple[Word, ...] = ()
    facts: tuple[Word, ...] = ()
    memberships: tuple[Word, ...] = ()
    documents: tuple[Word, ...] = ()
    complete: tuple[Word, ...] = ()
    assume: Mapping[Word, Word] = field(default_factory=dict)
    lag: Mapping[Word, Word] = field(default_factory=dict)
    policy: Word | None = None
    out: Word | None = None
    mapping: Word | None = None
    pseudonymise: Word | None = None
    format: Word | None = None
    deduplicate: Word | None = None
    csv_dialect: Word | None = None
    lang: Word | None = None
    zone: Word | None = None
    granularity: Word | None = None
    known_on: Word | None = None
    since: Word | None = None
    until: Word | None = None
    patient: Word | None = None
    professional: Word | None = None
    jobs: Word | None = None

    def under(self, typed: InWords) -> InWords:
        """These words, except where others are typed over them."""
        said = {one.name: getattr(typed, one.name) for one in dataclasses.fields(typed)}
        return dataclasses.replace(self, **{name: words for name, words in said.items() if words})


class WordsError(UsageError):
    """An audit whose words cannot be used: `diagnostics` lists them all, with their places."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sorted_once(diagnostics)
        super().__init__("bad_audit", "\n".join(found.render() for found in self.diagnostics))

    def __reduce__(self) -> tuple[type[WordsError], Any]:
        return WordsError, (self.diagnostics,)


# --- from words to what is asked -----------------------------------------------------------------


def settled(words: InWords, policy: Authorizer, found: Iterable[Diagnostic] = ()) -> Asked:
    """What is asked, all of it held to the policy. Raises WordsError, with what was already found wrong."""
    meant, wrong = asked(words)
    wrong = [*found, *wrong, *checked(words, policy)]
    if wrong:
        raise WordsError(wrong)
    return meant


def asked(words: InWords) -> tuple[Asked, list[Diagnostic]]:
    """What is asked, and the words that cannot be what they stand for (which are then left out)."""
    found: list[Diagnostic] = [*_not_a_log(words), *_unknown_zone(words.zone)]
    for key, choices in CHOICES.items():
        found.extend(_not_among(key, getattr(words, key), choices))
    lag = {str(fact): _duration(word, found) for fact, word in words.lag.items()}
    given: dict[str, Any] = {name: tuple(map(str, getattr(words, name))) for name in FILES}
    given |= {name: _day(getattr(words, name), found) for name in ("known_on", "since", "until")}
    found.extend(_empty_period(given["since"], given["until"], words.until))
    given |= {name: Path(word) for name in ONE_FILE if (word := getattr(words, name))}
    for name, said in _TEXTS.items():
        if word := getattr(words, said):
            given[name] = str(word)
    return Asked(
        **given,
        complete=frozenset(map(str, words.complete)),
        assume={str(axis): str(value) for axis, value in words.assume.items()},
        lag={fact: lasting for fact, lasting in lag.items() if lasting is not None},
        granularity=_duration(words.granularity, found),
        jobs=_jobs(words.jobs, found),
    ), found


_TEXTS = {"dialect": "csv_dialect"} | {
    name: name for name in ("format", "zone", "deduplicate", "lang", "patient", "professional")
}


def misshapen(key: str, wanted: str, span: Span) -> Diagnostic:
    """A key that does not hold what it should."""
    return Diagnostic("wrong_shape", f"`{key}` should be {wanted}", span)


def _duration(word: Word | None, found: list[Diagnostic]) -> datetime.timedelta | None:
    if word is None:
        return None
    if match := _DURATION.fullmatch(word):
        return datetime.timedelta(**{_UNITS[match[2]]: int(match[1])})
    way_out = "write a number and a unit: `30s`, `10m`, `1h`, `7d`"
    found.append(Diagnostic("invalid_duration", f"`{word}` is not a duration", word.span, way_out))
    return None


def _day(word: Word | None, found: list[Diagnostic]) -> datetime.date | None:
    if word is None:
        return None
    if _DAY.fullmatch(word):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(word)
    found.append(Diagnostic("invalid_date", f"`{word}` is not a date", word.span, "write YYYY-MM-DD"))
    return None


def _empty_period(since: datetime.date | None, until: datetime.date | None, word: Word | None) -> Iterator[Diagnostic]:
    if since and until and word and since >= until:
        sentence = f"there is no day from `{since}` until `{until}`"
        yield Diagnostic("empty_period", sentence, word.span, "`until` is the first day outside")


def _jobs(word: Word | None, found: list[Diagnostic]) -> int:
    if word is None:
        return JOBS
    if re.fullmatch(JOBS_SPELT, word):
        return int(word)
    found.append(misshapen("jobs", "a whole number from 1 to 999", word.span))
    return JOBS


def _not_among(key: str, word: Word | None, choices: tuple[str, ...]) -> Iterator[Diagnostic]:
    if word and word not in choices:
        way_out = did_you_mean(word, choices) or "write " + " or ".join(f"`{choice}`" for choice in choices)
        yield Diagnostic("unknown_value", f"unknown `{key}`: `{word}`", word.span, way_out)


def _not_a_log(words: InWords) -> Iterator[Diagnostic]:
    tables = ((name, word) for name in FILES[1:] for word in getattr(words, name))
    for name, word in (*tables, *((name, getattr(words, name)) for name in ONE_FILE)):
        if word == STANDARD_INPUT:
            yield misshapen(name, "a path: only a log is read from the standard input", word.span)


def _unknown_zone(word: Word | None) -> Iterator[Diagnostic]:
    """The zones are DuckDB's own, which tells the time: they are there on a machine without a time zone database."""
    if not word:
        return
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as clock:
        known = sorted(name for (name,) in clock.execute("SELECT name FROM pg_timezone_names()").fetchall())
    zones = [name for name in known if name in _INITIALS or ("/" in name and not name.startswith("SystemV/"))]
    if word not in zones:
        way_out = did_you_mean(word, zones) or "write the name of a place: `Europe/Paris`, `Indian/Reunion`"
        yield Diagnostic("unknown_zone", f"unknown time zone `{word}`", word.span, way_out)


# --- held to a policy ----------------------------------------------------------------------------


def checked(words: InWords, policy: Authorizer) -> list[Diagnostic]:
    """The axes and values that the policy does not know, or of which that cannot be declared."""
    finders = (_of_complete, _of_assume, _of_lag)
    return [one for find in finders for one in find(words, policy)]


def _of_complete(words: InWords, policy: Authorizer) -> Iterator[Diagnostic]:
    places = {str(axis): axis.span for axis in words.assume}
    for word in words.complete:
        yield from _unknown_axis(word, policy)
        number = policy.answers.asked.index.get(word)
        axis = None if number is None else policy.tables.axes[number]
        if word in places:
            sentence = f"`{word}` is both complete and assumed"
            way_out = "`complete` says what no row means, `assume` what no statement means: keep one of them"
            yield Diagnostic("complete_and_assumed", sentence, word.span, way_out)
        elif axis is not None and not axis.fact and axis.default < 0:
            sentence = f"`{word}` is no fact and has no default: no row can mean nothing"
            yield Diagnostic("no_default", sentence, word.span, "state it with `assume`")


def _of_assume(words: InWords, policy: Authorizer) -> Iterator[Diagnostic]:
    for name, value in words.assume.items():
        yield from _unknown_axis(name, policy)
        number = policy.answers.asked.index.get(name)
        if number is None or not value:
            continue
        encoder = policy.answers.asked.encoders[number]
        if encoder.axis.fact:
            if value not in TRUTHS:
                sentence = f"`{name}` is a fact: it is true or false, not `{value}`"
                yield Diagnostic("unknown_value", sentence, value.span, write_truth(value))
            continue
        try:
            encoder.ordinal(value)
        except RequestError as error:
            yield Diagnostic(
                "ambiguous_code" if error.code == "ambiguous_code" else "unknown_value",
                error.message,
                value.span,
                error.help,
            )


def _of_lag(words: InWords, policy: Authorizer) -> Iterator[Diagnostic]:
    index, axes = policy.answers.asked.index, policy.tables.axes
    for word, duration in words.lag.items():
        if word.span == duration.span and word not in index:
            sentence = f"this policy has no fact `{word}`"
            way_out = "name the fact: `lag_after_discharge: {FACT: " + duration + "}`"
            yield Diagnostic("unknown_axis", sentence, word.span, way_out)
            continue
        yield from _unknown_axis(word, policy)
        if word in index and not axes[index[word]].fact:
            yield Diagnostic("not_a_fact", f"`{word}` is not a fact", word.span, "only a fact outlasts a discharge")


def _unknown_axis(word: Word, policy: Authorizer) -> Iterator[Diagnostic]:
    known = policy.answers.asked.index
    if word not in known:
        way_out = did_you_mean(word, known) or "`habilitation show axes` lists them"
        yield Diagnostic("unknown_axis", f"unknown axis `{word}`", word.span, way_out)
