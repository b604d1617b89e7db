"""Another name for a thing, everywhere it is named; refused where the name is not the policy's to give."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from habilitation.checked.naming import bad_name
from habilitation.diagnostic import HabilitationError
from habilitation.editor.readings import Reading, reading_of
from habilitation.editor.things import Kind, Mention, Thing, unquoted
from habilitation.source import Source, Span, Word
from habilitation.vocabulary import ACTION
from habilitation.written.disk import KINDS
from habilitation.written.from_folder import PolicyFiles
from habilitation.written.syntax import Language, WrittenValue, keywords

_OURS = frozenset(Kind) - {Kind.SYSTEM, Kind.TEXT}
_CODE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\Z")
_AS_A_CODE = "use letters without accents, digits and `_`, with `-` and `.` between them"
# A name may be used in files of either language.
_RESERVED = frozenset().union(*(keywords(language).reserved for language in Language))
# Kinds that a rule, or the axes of a matrix, could not tell from one another.
_TOGETHER = ({Kind.AXIS, Kind.DEFINITION}, {Kind.AXIS, Kind.MATRIX}, {Kind.VALUE, Kind.GROUP})


class CannotRenameError(HabilitationError):
    """A name that stays, and why."""


def renameable(reading: Reading, mention: Mention) -> Span:
    """The place of a name that may be changed. Raises CannotRenameError for one that may not."""
    thing = mention.thing
    if thing.kind not in _OURS or reading.mentions.declaration(thing) is None:
        raise CannotRenameError(f"`{mention.written}` is not a name that this policy gives")
    if thing == Thing(Kind.AXIS, ACTION):
        raise CannotRenameError(f"`{ACTION}` is a word of the language")
    if thing.kind is Kind.VALUE and _official(reading, thing):
        raise CannotRenameError(f"`{thing.name}` is an official code: it is its code system's to change")
    if mention.alias:
        alias = "the mark" if thing.kind is Kind.CELL else "the official code"
        raise CannotRenameError(f"`{mention.written}` is {alias} of `{thing.name}`: rename that")
    return unquoted(mention.span)


def renamed(reading: Reading, mention: Mention, name: str) -> list[Span]:
    """The places to write the new name in. Raises CannotRenameError where the policy would not say the same."""
    renameable(reading, mention)
    thing = mention.thing
    if not reading.whole:
        raise CannotRenameError("a file cannot be read: some mentions would be missed; mend it first")
    _accept(reading, thing, Word(name, mention.span))
    places = []
    for one in reading.mentions.of(thing):
        if not one.plain and not one.alias:
            raise CannotRenameError(f"`{thing.name}` is written with escapes at {one.span}: write it plainly first")
        if one.plain:
            places.append(unquoted(one.span))
    _read_again(reading, thing, name, places)
    return places


def _accept(reading: Reading, thing: Thing, name: Word) -> None:
    # A value may be named as a code is; what else has a name is named in the policy's own words.
    coded = thing.kind in (Kind.VALUE, Kind.CELL)
    if coded and not _CODE.match(name):
        raise CannotRenameError(f"`{name}` cannot name {thing.kind.with_article}: {_AS_A_CODE}")
    for refused in () if coded else bad_name(name, thing.kind.with_article):
        raise CannotRenameError(f"{refused.message}: {refused.help}")
    if name in _RESERVED:
        raise CannotRenameError(f"`{name}` is reserved and cannot name {thing.kind.with_article}: choose another name")
    kinds = {thing.kind}.union(*(kinds for kinds in _TOGETHER if thing.kind in kinds))
    if any(name in reading.mentions.things(kind, thing.owner) for kind in kinds):
        raise CannotRenameError(f"`{name}` is already there")
    if thing.kind in (Kind.VALUE, Kind.GROUP):
        for code, value in _codes(reading, thing.owner):
            if code == name and thing != Thing(Kind.VALUE, value, thing.owner):
                raise CannotRenameError(f"`{name}` is already a code of `{value}`")


def _codes(reading: Reading, axis: str) -> Iterator[tuple[str, str]]:
    """The codes that rules and requests may state for an axis, those of other lists too, and the value of each."""
    assert reading.written is not None
    vocabulary = reading.written.vocabulary
    for name, value in _values(reading, axis).items():
        yield str(value.code or name), name
    for codes in vocabulary.code_lists.values():
        yield from ((str(one.code), str(one.value)) for one in codes.codes if one.axis == axis)


def _official(reading: Reading, thing: Thing) -> bool:
    """Whether the name of a value is its code in a code system."""
    value = _values(reading, thing.owner)[thing.name]
    return value.system is not None and value.code in (None, thing.name)


def _values(reading: Reading, axis: str) -> dict[str, WrittenValue]:
    assert reading.written is not None
    axes = {str(name): axis for name, axis in reading.written.vocabulary.axes.items()}
    return {str(name): value for name, value in axes[axis].values.items()}


# --- the policy once renamed ---------------------------------------------------------------------


def _read_again(reading: Reading, thing: Thing, name: str, places: Iterable[Span]) -> None:
    """Refuse a name under which the policy has a mistake that it had not, or a word that means something else."""
    after = reading_of(_written_over(reading.files, places, name))
    more = Counter(one.code for one in after.found) - Counter(one.code for one in reading.found)
    mistake = next((one for one in after.found if one.code in more), None)
    if mistake is not None:
        raise CannotRenameError(f"`{name}` would be a mistake: {mistake.message}")
    for before, now in zip_longest(reading.mentions, after.mentions):
        if before is None or now is None or _called(before.thing, thing, name) != now.thing:
            place = (before or now).span
            raise CannotRenameError(f"`{name}` would mean something else at {place}")


def _called(one: Thing, thing: Thing, name: str) -> Thing:
    """What a thing is called once another is renamed: itself, or one that it owns."""
    if one == thing:
        return replace(one, name=name)
    owned = (Kind.VALUE, Kind.GROUP) if thing.kind is Kind.AXIS else (Kind.CELL,) if thing.kind is Kind.MATRIX else ()
    return replace(one, owner=name) if one.kind in owned and one.owner == thing.name else one


def _written_over(files: PolicyFiles, places: Iterable[Span], name: str) -> PolicyFiles:
    """The same texts with a name written in some places."""
    by_file: dict[str, list[Span]] = defaultdict(list)
    for place in places:
        by_file[place.source.name].append(place)
    texts: dict[str, Any] = {
        kind: tuple(_text(one, by_file[one.name], name) for one in getattr(files, kind)) for kind in KINDS
    }
    return replace(files, **texts)


def _text(source: Source, places: Iterable[Span], name: str) -> Source:
    text = source.text
    for place in sorted(places, key=lambda one: -one.start):
        text = text[: place.start] + name + text[place.end :]
    return Source(source.name, text) if text != source.text else source
