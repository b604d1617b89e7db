"""Definitions of conditions that two policies in text do not write alike: no rule that uses them may be changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from habilitation.authoring.canonical.pieces import on_one_line
from habilitation.authoring.difference.promises import Written
from habilitation.authoring.difference.rewritten import asks
from habilitation.compiled.tables import Text
from habilitation.written.syntax import Language, WrittenDefinition

_WORDS = {
    "changed": Text("{} → {} ({})", "{} → {} ({})"),
    "added": Text("ajoutée : {} ({})", "added: {} ({})"),
    "removed": Text("retirée : {}", "removed: {}"),
}


@dataclass(frozen=True, slots=True)
class DefinitionMove:
    """A definition of the old side and of the new one; None where it is not there."""

    name: str
    old: WrittenDefinition | None
    new: WrittenDefinition | None


def definitions(old: Written | None, new: Written | None) -> tuple[DefinitionMove, ...]:
    """Those that do not ask the same, in the order of the new side; nothing of a compiled policy, which has none."""
    if old is None or new is None:
        return ()
    before, after = _of(old), _of(new)
    names = dict.fromkeys([*after, *before])
    asked = [{name: asks(one.condition) for name, one in side.items()} for side in (before, after)]
    return tuple(
        DefinitionMove(name, before.get(name), after.get(name))
        for name in names
        if asked[0].get(name) != asked[1].get(name)
    )


def _of(written: Written) -> dict[str, WrittenDefinition]:
    return {str(one.name): one for one in written.items if isinstance(one, WrittenDefinition)}


def definitions_in_words(moves: tuple[DefinitionMove, ...], lang: str) -> Iterator[str]:
    """A line a definition, as it was written and as it is, with its place."""
    for move in moves:
        texts = [on_one_line(one, Language(lang)) for one in (move.old, move.new) if one is not None]
        place = str(move.new.name.span) if move.new else ""
        kind = "removed" if move.new is None else "added" if move.old is None else "changed"
        yield _WORDS[kind][lang].format(*texts, place)


def definitions_as_data(moves: tuple[DefinitionMove, ...]) -> list[dict[str, str | None]]:
    """The same in English keywords."""
    return [
        {
            "name": move.name,
            "old": on_one_line(move.old, Language.EN) if move.old else None,
            "new": on_one_line(move.new, Language.EN) if move.new else None,
            "place": str(move.new.name.span) if move.new else None,
        }
        for move in moves
    ]
