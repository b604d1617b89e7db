"""What `show` shows of a compiled policy: its vocabulary, its rules, its editions, as data in one language."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from habilitation.authorizer import Authorizer
from habilitation.compiled.tables import AxisTable, EditionTable, NoticeTable, RuleTable, Tables, ValueTable
from habilitation.diagnostic import RequestError, did_you_mean
from habilitation.source import Source
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST

# --- the policy and its timeline -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StretchView:
    """An edition and when it judges, on both clocks, ends excluded; an open bound is None."""

    edition: str | None
    applicable_from: str | None
    applicable_until: str | None
    known_from: str | None
    known_until: str | None
    rules: int
    matrices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy: name, digests, what it counts, and its timeline."""

    name: str
    title: str
    digest: str
    tables: str
    counts: Mapping[str, int]
    timeline: tuple[StretchView, ...]


def policy_view(policy: Authorizer, lang: str) -> PolicyView:
    """The policy as a whole; `tables` is the digest of its tables."""
    tables = policy.tables
    counts = {
        "axes": len(tables.axes),
        "matrices": len(tables.matrices),
        "rules": len(tables.rules),
        "editions": len(tables.editions),
    }
    digests = policy.policy
    timeline = tuple(_stretches(tables))
    return PolicyView(tables.name, tables.text[lang], digests["digest"], digests["tables"], counts, timeline)


def _stretches(tables: Tables) -> Iterator[StretchView]:
    for stretch in sorted(tables.timeline, key=lambda one: (one.known_start, one.start), reverse=True):
        edition = tables.editions[stretch.edition] if stretch.edition >= 0 else None
        yield StretchView(
            edition=edition.id if edition else None,
            applicable_from=_bound(stretch.start),
            applicable_until=_bound(stretch.end),
            known_from=_bound(stretch.known_start),
            known_until=_bound(stretch.known_end),
            rules=len(edition.rules) if edition else 0,
            matrices=dict(_chosen(tables, edition)) if edition else {},
        )


def _bound(day: datetime.date) -> str | None:
    return None if day in (DISTANT_PAST, DISTANT_FUTURE) else day.isoformat()


def _chosen(tables: Tables, edition: EditionTable) -> Iterator[tuple[str, str]]:
    for matrix, chosen in zip(tables.matrices, edition.matrices, strict=True):
        if chosen >= 0:
            yield matrix.name, matrix.editions[chosen].id


# --- the vocabulary ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A name and its label."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value of an axis, with its official code and the groups it is in."""

    name: str
    label: str
    code: str
    systems: tuple[str, ...]
    deprecated: bool
    note: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of values."""

    name: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AxisView:
    """An axis, whole."""

    name: str
    label: str
    fact: bool
    default: str | None
    counterfactual: bool
    values: tuple[ValueView, ...]
    groups: tuple[GroupView, ...]


def axis_views(policy: Authorizer, lang: str) -> tuple[AxisView, ...]:
    """Every axis, in the order of the vocabulary."""
    return tuple(_axis(axis, lang) for axis in policy.tables.axes)


def axis_view(policy: Authorizer, name: str, lang: str) -> AxisView:
    """One axis. Raises RequestError for an unknown one."""
    return _axis(named(policy.tables.axes, name, "axis"), lang)


def named(things: Sequence[Any], name: str, what: str) -> Any:
    """The thing of that name. Raises RequestError with the closest name."""
    for thing in things:
        if thing.name == name:
            return thing
    names = [thing.name for thing in things]
    way_out = did_you_mean(name, names) or f"one of: {', '.join(names)}"
    raise RequestError(f"unknown_{what}", f"unknown {what} `{name}`", help=way_out)


def _axis(axis: AxisTable, lang: str) -> AxisView:
    return AxisView(
        name=axis.name,
        label=axis.text[lang],
        fact=axis.fact,
        default=axis.values[axis.default].name if axis.default >= 0 else None,
        counterfactual=axis.counterfactual,
        values=tuple(value_view(axis, ordinal, lang) for ordinal in range(len(axis.values))),
        groups=tuple(
            GroupView(name, text[lang], tuple(axis.values[value].name for value in values))
            for name, text, values in axis.groups
        ),
    )


def value_view(axis: AxisTable, ordinal: int, lang: str) -> ValueView:
    """One value of an axis."""
    value: ValueTable = axis.values[ordinal]
    return ValueView(
        name=value.name,
        label=value.text[lang],
        code=value.code,
        systems=value.systems,
        deprecated=value.deprecated,
        note=value.note,
        groups=tuple(name for name, _, values in axis.groups if ordinal in values),
    )


# --- a rule --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeView:
    """An obligation or an advice."""

    name: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with its law; `text` is what its author wrote, comments included, empty when only tables are at hand.

    `in_force` is None where no day is asked about.
    """

    name: str
    effect: str
    message: str
    citations: tuple[str, ...]
    source: str
    text: str
    obligations: tuple[NoticeView, ...]
    advice: tuple[NoticeView, ...]
    matrices: tuple[str, ...]
    editions: tuple[str, ...]
    in_force: bool | None


def rule_view(policy: Authorizer, name: str, lang: str, texts: Iterable[Source] = ()) -> RuleView:
    """One rule. Raises RequestError for an unknown one."""
    tables = policy.tables
    rule: RuleTable = named(tables.rules, name, "rule")
    number = tables.rules.index(rule)
    return RuleView(
        name=rule.name,
        effect=rule.effect.value,
        message=rule.message[lang],
        citations=rule.citations,
        source=rule.place,
        text=_written(rule.place, texts),
        obligations=tuple(_notices(tables.obligations, rule.obligations, lang)),
        advice=tuple(_notices(tables.advice, rule.advice, lang)),
        matrices=tuple(tables.matrices[matrix].name for matrix in rule.matrices),
        editions=tuple(edition.id for edition in tables.editions if number in edition.rules),
        in_force=policy.answers.number >= 0 and number in tables.editions[policy.answers.number].rules,
    )


def rule_texts(path: Path | None) -> tuple[Source, ...]:
    """The rule files of a policy folder, or of the shipped DMP policy; none in a compiled policy."""
    if path is not None and path.is_file():
        return ()
    from habilitation.authoring.check import opened  # noqa: PLC0415  # text readers only when text is read

    return opened(path).rules


def _notices(known: Iterable[NoticeTable], names: Iterable[str], lang: str) -> Iterator[NoticeView]:
    by_name = {notice.name: notice for notice in known}
    for name in names:
        yield NoticeView(name, by_name[name].text[lang], by_name[name].source)


def _written(place: str, texts: Iterable[Source]) -> str:
    """The item written at `file:line`: the comments right above it, and what is indented under it."""
    name, _, line = place.rpartition(":")
    for source in texts:
        if source.name == name:
            lines = source.text.split("\n")
            start = end = int(line) - 1
            while start > 0 and lines[start - 1].startswith("#"):
                start -= 1
            below = itertools.takewhile(lambda text: not text or text[0].isspace(), lines[end + 1 :])
            return "\n".join([*lines[start : end + 1], *below]).rstrip()
    return ""
