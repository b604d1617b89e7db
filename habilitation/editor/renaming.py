"""Another name for a thing, everywhere it is named; refused where the name is not the policy's to give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from habilitation.checked.naming import bad_name
from habilitation.diagnostic import HabilitationError
from habilitation.editor.readings import Reading
from habilitation.editor.things import Kind, Mention, Thing, unquoted
from habilitation.source import Span, Word
from habilitation.vocabulary import ACTION
from habilitation.written.syntax import Language, keywords

_OURS = frozenset(Kind) - {Kind.SYSTEM, Kind.TEXT}
_CODE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\Z")
# A name may be used in files of either language.
_RESERVED = frozenset().union(*(keywords(language).reserved for language in Language))
# Kinds that a rule could not tell from one another.
_TOGETHER = ({Kind.AXIS, Kind.DEFINITION}, {Kind.VALUE, Kind.GROUP})


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
    if mention.written != thing.name:
        raise CannotRenameError(f"`{mention.written}` is the official code of `{thing.name}`: rename that")
    return unquoted(mention.span)


def renamed(reading: Reading, mention: Mention, name: str) -> Iterator[Span]:
    """The places to write the new name in. Raises CannotRenameError."""
    renameable(reading, mention)
    thing = mention.thing
    if not reading.whole:
        raise CannotRenameError("a file cannot be read: some mentions would be missed; mend it first")
    _accept(reading, thing, Word(name, mention.span))
    return (unquoted(one.span) for one in reading.mentions.of(thing) if one.written == thing.name)


def _accept(reading: Reading, thing: Thing, name: Word) -> None:
    # A value may be named as a code is; what else has a name is named in the policy's own words.
    refused = [] if thing.kind is Kind.VALUE and _CODE.match(name) else list(bad_name(name, f"a {thing.kind.value}"))
    if refused or name in _RESERVED:
        raise CannotRenameError(f"{refused[0].message}: {refused[0].help}" if refused else f"`{name}` is reserved")
    kinds = next((kinds for kinds in _TOGETHER if thing.kind in kinds), {thing.kind})
    if any(name in reading.mentions.things(kind, thing.owner) for kind in kinds):
        raise CannotRenameError(f"`{name}` is already there")


def _official(reading: Reading, thing: Thing) -> bool:
    """Whether the name of a value is its code in a code system."""
    assert reading.written is not None
    axes = {str(name): axis for name, axis in reading.written.vocabulary.axes.items()}
    values = {str(name): value for name, value in axes[thing.owner].values.items()}
    value = values[thing.name]
    return value.system is not None and value.code in (None, thing.name)
