"""Which editions are compared: those in force on the days asked for, or every two that are in force together."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass

from habilitation.authoring.difference.frame import Half
from habilitation.authoring.difference.sides import Side
from habilitation.compiled.tables import StretchTable, Tables
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST

_LAST_DAY = DISTANT_FUTURE - datetime.timedelta(1)


@dataclass(frozen=True, slots=True)
class Together:
    """Two editions, and when they are in force together, ends excluded; no days when each was asked for by its own."""

    old: Half
    new: Half
    days: tuple[tuple[datetime.date, datetime.date], ...]


def together(old: Side, new: Side) -> tuple[Together, ...]:
    """The pairs of editions to compare, each once, in the order of time."""
    if old.at is not None and new.at is not None:
        one, other = (_in_force(side, day) for side, day in ((old, old.at), (new, new.at)))
        return (Together(_half(old.tables, one.edition), _half(new.tables, other.edition), ()),)
    days: dict[tuple[int, int], list[tuple[datetime.date, datetime.date]]] = {}
    for before, after in itertools.product(_timeline(old), _timeline(new)):
        start, end = max(before.start, after.start), min(before.end, after.end)
        # Before both begin, both leave everything undetermined.
        if start < end and max(before.edition, after.edition) >= 0:
            days.setdefault((before.edition, after.edition), []).append((start, end))
    pairs = sorted(((sorted(when), numbers) for numbers, when in days.items()))
    return tuple(
        Together(_half(old.tables, numbers[0]), _half(new.tables, numbers[1]), tuple(when)) for when, numbers in pairs
    )


def _timeline(side: Side) -> list[StretchTable]:
    """The stretches of a side as known on its day, or as known now."""
    ours = min(side.known_on or _LAST_DAY, _LAST_DAY)
    return [stretch for stretch in side.tables.timeline if stretch.known_start <= ours < stretch.known_end]


def _in_force(side: Side, day: datetime.date) -> StretchTable:
    law = min(day, _LAST_DAY)
    return next(stretch for stretch in _timeline(side) if stretch.start <= law < stretch.end)


def _half(tables: Tables, number: int) -> Half:
    return Half(tables, tables.editions[number] if number >= 0 else None)


def bound(day: datetime.date) -> str | None:
    """A day as text; None for the ends of time."""
    return None if day in (DISTANT_PAST, DISTANT_FUTURE) else day.isoformat()
