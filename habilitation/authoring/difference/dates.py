"""The dates that two policies give otherwise: when a rule or an edition of a matrix is in force, and known.

They are read off the timeline, as everything else here: a date that puts nothing in force otherwise is not told.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from habilitation.authoring.difference.stretches import Days
from habilitation.compiled.tables import StretchTable, Tables
from habilitation.vocabulary import DISTANT_PAST

# The matrix and its edition, or nothing and the rule.
_Dated = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Force:
    """The days on which something applies, the end excluded, and the day on which it is learnt."""

    applicable: Days
    known: datetime.date


@dataclass(frozen=True, slots=True)
class DateMove:
    """An edition of a matrix, or a rule (without a matrix), in force otherwise; None where a side does not have it."""

    matrix: str
    name: str
    old: Force | None
    new: Force | None


def dates(old: Tables, new: Tables) -> tuple[DateMove, ...]:
    """What is in force otherwise; a rule that one side does not have is told with the rules."""
    if old is new:
        return ()
    before, after = (dict(_in_force(tables)) for tables in (old, new))
    moves = (DateMove(*key, before.get(key), after.get(key)) for key in dict.fromkeys([*after, *before]))
    return tuple(move for move in moves if move.old != move.new and (move.matrix or (move.old and move.new)))


def _in_force(tables: Tables) -> Iterator[tuple[_Dated, Force]]:
    found: dict[_Dated, Force] = {}
    begun = [stretch for stretch in tables.timeline if stretch.edition >= 0]
    for stretch in begun:
        for key in _dated(tables, stretch):
            found[key] = _wider(found.get(key), stretch)
    first = min((stretch.start for stretch in begun), default=DISTANT_PAST)
    learnt = min((stretch.known_start for stretch in begun), default=DISTANT_PAST)
    for key, force in found.items():
        yield key, force if key[0] else _since_ever(force, first, learnt)


def _dated(tables: Tables, stretch: StretchTable) -> Iterator[_Dated]:
    edition = tables.editions[stretch.edition]
    for matrix, chosen in zip(tables.matrices, edition.matrices, strict=True):
        if chosen >= 0:
            yield matrix.name, matrix.editions[chosen].id
    for rule in edition.rules:
        yield "", tables.rules[rule].name


def _wider(force: Force | None, stretch: StretchTable) -> Force:
    if force is None:
        return Force((stretch.start, stretch.end), stretch.known_start)
    start, end = force.applicable
    return Force((min(start, stretch.start), max(end, stretch.end)), min(force.known, stretch.known_start))


def _since_ever(force: Force, first: datetime.date, learnt: datetime.date) -> Force:
    """A rule as old as the policy is of no date: what begins the policy is an edition of a matrix."""
    start = DISTANT_PAST if force.applicable[0] == first else force.applicable[0]
    return Force((start, force.applicable[1]), DISTANT_PAST if force.known == learnt else force.known)
