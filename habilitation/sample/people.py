"""Structures, units, professionals, and who belonged where and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from habilitation.sample.clock import MONTH_STARTS, MONTHS, NEVER, paris
from habilitation.sample.codes import (
    AIDE,
    BIOLOGIST,
    BY_ROLE,
    DENTIST,
    DIETITIAN,
    DOCTOR,
    INTERN,
    MIDWIFE,
    NURSE,
    PHYSIO,
    PROGRAM,
    PSYCHOLOGIST,
    RADIOGRAPHER,
    SECRETARY,
    SOCIAL,
    SPEECH,
    TECHNICIAN,
)
from habilitation.sample.draw import Draw, Ints

STRUCTURES = 3
IN_UNIT, IN_STRUCTURE = range(2)
BY_DAY, BY_NIGHT, IN_OFFICE_HOURS, AT_WEEKENDS = range(4)
ROTATIONS = (paris(2024, 11, 1), paris(2025, 5, 1))  # interns change wards in November and in May
LEFT = paris(2025, 2, 1)
TOWN_DOCTORS = 8  # kinds of town doctors: see `relations`
_LONG_AGO = paris(2019, 1, 1)
# Of each ward and emergency unit: profile and shift.
_TEAM = (
    (DOCTOR, BY_DAY), (NURSE, BY_DAY), (NURSE, BY_NIGHT), (DOCTOR, BY_NIGHT), (NURSE, BY_DAY), (NURSE, AT_WEEKENDS),
)  # fmt: skip
_THERAPISTS = (PHYSIO, MIDWIFE, DIETITIAN, SPEECH, RADIOGRAPHER, DENTIST)
_MORE = (NURSE, DOCTOR, NURSE, AIDE, PHYSIO, NURSE, NURSE, AIDE)
MOBILE = (SOCIAL, TECHNICIAN, BIOLOGIST, PSYCHOLOGIST, BY_ROLE)  # of every ward of their structure


@dataclass(frozen=True, slots=True)
class Bench:
    """Professionals by key: those of key k are `flat[start[k] : start[k + 1]]`."""

    flat: Ints
    start: Ints

    def one(self, draw: Draw, keys: Ints) -> Ints:
        """One professional of each key, none of which may be empty."""
        first = self.start[keys]
        found: Ints = self.flat[first + draw.below(self.start[keys + 1] - first)]
        return found


def bench(members: Iterable[tuple[int, int]], keys: int) -> Bench:
    """The (key, professional) pairs, by key."""
    pairs = np.array(sorted(members), dtype=np.int64).reshape(-1, 2)
    return Bench(pairs[:, 1], np.searchsorted(pairs[:, 0], np.arange(keys + 1)).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody. Units: the wards, an emergency unit a structure, then the SAMU, the health centre, the offices.

    `memberships` has the columns professional, kind, unit or structure, from, until.
    """

    wards: int
    structure: Ints  # of each unit
    profile: Ints
    shift: Ints
    unit: Ints  # first unit of each professional
    memberships: Ints
    benches: dict[str, Bench]
    roster: Bench  # who opens records in the ordinary way, by unit, month and kind of day

    @property
    def samu(self) -> int:
        return self.wards + STRUCTURES

    @property
    def town(self) -> int:
        return self.wards + STRUCTURES + 1

    @property
    def offices(self) -> int:
        return self.wards + STRUCTURES + 2

    def emergency(self, structures: Ints) -> Ints:
        """The emergency unit of each structure."""
        return self.wards + structures

    def on_duty(self, draw: Draw, units: Ints, months: Ints, weekend: Ints) -> Ints:
        return self.roster.one(draw, (units * MONTHS + months) * 2 + weekend)


@dataclass(slots=True)
class _Hiring:
    """The staff as it is being hired. `posts` lists (bench, unit, professional)."""

    wards: int
    structure: list[int]
    people: list[tuple[int, int, int]] = field(default_factory=list)
    memberships: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    posts: list[tuple[str, int, int]] = field(default_factory=list)

    def hire(self, profile: int, shift: int, *units: int, name: str = "", until: int = NEVER) -> int:
        """Somebody of these units at once."""
        person = len(self.people)
        self.people.append((profile, shift, units[0]))
        for unit in units:
            self.belong(person, unit, _LONG_AGO, until)
            self.posts += [(name, unit, person)] if name else []
        structure = self.structure[units[0]]
        self.memberships.append((person, IN_STRUCTURE, structure, _LONG_AGO, until))
        return person

    def belong(self, person: int, unit: int, start: int, until: int) -> None:
        self.memberships.append((person, IN_UNIT, unit, start, until))


def hired(patients: int) -> Staff:
    """A staff for that many patients: 12 units at the least, 63 at the most."""
    wards = STRUCTURES * min(max(patients // 1500, 3), 20)
    hiring = _Hiring(wards, [unit % STRUCTURES for unit in range(wards + STRUCTURES)] + [0, 2, 0])
    for unit in range(wards + STRUCTURES):
        _hire_team(hiring, unit, more=min(patients // wards // 40, 40))
    for ward in range(wards):
        _hire_the_unsettled(hiring, ward)
    for structure in range(STRUCTURES):
        for profile in MOBILE * max(1, wards // 9):
            hiring.hire(profile, IN_OFFICE_HOURS, *range(structure, wards, STRUCTURES), name=f"mobile {profile}")
    _hire_the_others(hiring, TOWN_DOCTORS * max(1, patients // 2000))
    return _staff(hiring)


def _hire_team(hiring: _Hiring, unit: int, more: int) -> None:
    shifts = (BY_DAY, BY_NIGHT)
    extra = [(_MORE[number % len(_MORE)], shifts[number % 3 == 0]) for number in range(more)]
    for profile, shift in (*_TEAM, (_THERAPISTS[unit % len(_THERAPISTS)], IN_OFFICE_HOURS), *extra):
        hiring.hire(profile, shift, unit, name=_TITLES.get(profile, "therapists"))
    hiring.hire(AIDE, BY_DAY, unit, name="aides")
    hiring.hire(DOCTOR, BY_DAY, unit, name="shunned")  # whom a patient blocks or sends away: nobody else's carer


_TITLES = {DOCTOR: "doctors", NURSE: "nurses", AIDE: "aides"}


def _hire_the_unsettled(hiring: _Hiring, ward: int) -> None:
    """An intern who rotates, a nurse of the night pool of two wards, and a nurse who left."""
    intern = len(hiring.people)
    hiring.people.append((INTERN, BY_DAY, ward))
    dates = (_LONG_AGO, *ROTATIONS, NEVER)
    for period in range(len(dates) - 1):
        hiring.belong(intern, (ward + 6 * period) % hiring.wards, dates[period], dates[period + 1])
    hiring.memberships.append((intern, IN_STRUCTURE, hiring.structure[ward], _LONG_AGO, NEVER))
    hiring.posts.append(("interns", ward, intern))
    hiring.hire(NURSE, BY_NIGHT, ward, (ward + STRUCTURES) % hiring.wards, name="pool")
    hiring.hire(NURSE, BY_DAY, ward, name="leavers", until=LEFT)


def _hire_the_others(hiring: _Hiring, town_doctors: int) -> None:
    samu, town, offices = (hiring.wards + STRUCTURES + place for place in range(3))
    for number in range(4):
        hiring.hire(DOCTOR, (BY_DAY, BY_NIGHT)[number % 2], samu, name="doctors")
        hiring.hire(NURSE, (BY_DAY, BY_NIGHT)[number % 2], samu, name="nurses")
    for number in range(town_doctors):
        hiring.hire(DOCTOR, IN_OFFICE_HOURS, town, name=f"town {number % TOWN_DOCTORS}")
    for name, profile in _OFFICES:
        for _ in range(2):
            hiring.hire(profile, IN_OFFICE_HOURS, offices, name=name)


_OFFICES = (
    ("occupational", DOCTOR),
    ("advisers", DOCTOR),  # médecins conseils of an insurer
    ("recruiters", DOCTOR),
    ("secretaries", SECRETARY),
    ("programs", PROGRAM),
)
_ROSTERED = ("doctors", "nurses", "therapists", "pool")
# The mobile teams whose column of the matrix opens what they read: seen in the ordinary way in one ward out of six.
_SEEN_AROUND = {f"mobile {SOCIAL}": 0, f"mobile {TECHNICIAN}": 1, f"mobile {BIOLOGIST}": 2}


def _staff(hiring: _Hiring) -> Staff:
    units = len(hiring.structure)
    names = sorted({name for name, _, _ in hiring.posts})
    people = np.array(hiring.people, dtype=np.int64)
    return Staff(
        wards=hiring.wards,
        structure=np.array(hiring.structure, dtype=np.int64),
        profile=people[:, 0],
        shift=people[:, 1],
        unit=people[:, 2],
        memberships=np.array(hiring.memberships, dtype=np.int64),
        benches={
            name: bench(((unit, who) for title, unit, who in hiring.posts if title == name), units) for name in names
        },
        roster=bench(_rostered(hiring), units * MONTHS * 2),
    )


def _rostered(hiring: _Hiring) -> Iterable[tuple[int, int]]:
    """Who works in a unit for a whole month, by kind of day: office hours are not for weekends."""
    for unit, month, person in _whole_months(hiring):
        shift = hiring.people[person][1]
        for weekend in (0, 1):
            if shift != (IN_OFFICE_HOURS if weekend else AT_WEEKENDS):
                yield (unit * MONTHS + month) * 2 + weekend, person


def _whole_months(hiring: _Hiring) -> Iterable[tuple[int, int, int]]:
    for name, unit, person in hiring.posts:
        last = int(np.searchsorted(MONTH_STARTS, LEFT)) if name == "leavers" else MONTHS
        if name in {*_ROSTERED, "leavers"} or _SEEN_AROUND.get(name) == unit // STRUCTURES % 6:
            yield from ((unit, month, person) for month in range(last))
        elif name == "interns":
            for month in range(MONTHS):
                period = int(np.searchsorted(ROTATIONS, MONTH_STARTS[month], side="right"))
                yield (unit + 6 * period) % hiring.wards, month, person
