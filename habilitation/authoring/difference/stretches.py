"""Which editions are compared: those in force on the days asked for, or every two that ever are in force together.

Both clocks are walked: the days of the law, and the days on which they were known so.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from habilitation.authoring.difference.frame import Half
from habilitation.authoring.difference.sides import Side
from habilitation.compiled.tables import StretchTable, Tables
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST

_LAST_DAY = DISTANT_FUTURE - datetime.timedelta(1)
Days = tuple[datetime.date, datetime.date]


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """Days on which two editions are in force, and the days on which that is known; ends excluded.

    Of the days asked for apart, no day of knowledge is told.
    """

    days: Days
    known: Days | None

    @property
    def past(self) -> bool:
        """Whether it is known no more."""
        return self.known is not None and self.known[1] != DISTANT_FUTURE


@dataclass(frozen=True, slots=True)
class Together:
    """Two editions, and where they are in force together; nowhere when each was asked for by its own day."""

    old: Half
    new: Half
    areas: tuple[Area, ...]

    @property
    def days(self) -> tuple[Days, ...]:
        """The days as they are known now, or as they were if they are known no more."""
        now = [area.days for area in self.areas if not area.past]
        return tuple(dict.fromkeys(now or (area.days for area in self.areas)))

    @property
    def known(self) -> tuple[Days, ...]:
        """When this was known, if it no longer is."""
        past = [area.known for area in self.areas if area.past and area.known]
        return tuple(dict.fromkeys(past)) if len(past) == len(self.areas) else ()


def together(old: Side, new: Side) -> tuple[Together, ...]:
    """The pairs of editions to compare, each once, in the order of time; those of what was known before come last."""
    if old.at is not None and new.at is not None:
        one, other = (_in_force(side, day) for side, day in ((old, old.at), (new, new.at)))
        return (Together(_half(old.tables, one.edition), _half(new.tables, other.edition), ()),)
    found: dict[tuple[int, int], list[Area]] = {}
    for numbers, area in _areas(old, new):
        found.setdefault(numbers, []).append(area)
    pairs = [
        Together(_half(old.tables, one), _half(new.tables, other), tuple(_joined(areas)))
        for (one, other), areas in found.items()
    ]
    return tuple(sorted(pairs, key=lambda pair: (pair.known, pair.days)))


def _areas(old: Side, new: Side) -> Iterator[tuple[tuple[int, int], Area]]:
    every = old.known_on is None and new.known_on is None
    timelines = [side.tables.timeline if every else _timeline(side) for side in (old, new)]
    for before, after in itertools.product(*timelines):
        start, end = max(before.start, after.start), min(before.end, after.end)
        known = max(before.known_start, after.known_start), min(before.known_end, after.known_end)
        # Before both begin, both leave everything undetermined.
        if start < end and max(before.edition, after.edition) >= 0 and (not every or known[0] < known[1]):
            yield (before.edition, after.edition), Area((start, end), known if every else None)


def _joined(areas: Iterable[Area]) -> list[Area]:
    """The areas in the order of time, those that follow one another in what is known made one."""
    joined: list[Area] = []
    for area in sorted(areas):
        last = joined[-1] if joined else None
        if last and last.known and area.known and last.days == area.days and last.known[1] == area.known[0]:
            joined[-1] = replace(last, known=(last.known[0], area.known[1]))
        else:
            joined.append(area)
    return joined


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
