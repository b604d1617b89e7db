"""What a scenario is, and what it is given to make its lines with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from habilitation.sample.clock import DAY, END, HOUR, MINUTE, NEVER, START
from habilitation.sample.codes import DONE, REFUSED, cells
from habilitation.sample.draw import Draw, Ints
from habilitation.sample.lines import Lines, lines
from habilitation.sample.papers import MASKED, Drawer
from habilitation.sample.patients import LONG_STAYING, ORDINARY, STILL_HERE, Patients
from habilitation.sample.people import Staff
from habilitation.sample.relations import Relations, Ties

PERMIT, DENY, INDETERMINATE, NOT_APPLICABLE, UNREAD = "PERMIT", "DENY", "INDETERMINATE", "NOT_APPLICABLE", ""
IN_WARDS = (ORDINARY, LONG_STAYING, STILL_HERE)
_ROOM = 2 * HOUR  # what a stay must offer, at least, to be picked


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of access: its name, the effect and the rules that settle it (joined by `+`; empty: not pinned).

    `share` is how many of 100 000 accesses are of this kind; there are FEWEST of them at the least.
    """

    name: str
    effect: str
    rules: str
    share: float
    make: Callable[[Case], Lines]

    def kind(self, outcome: int) -> str:
        """The kind of report a line of this scenario calls for, given what the system did."""
        if self.effect == DENY:
            return "not_justified" if outcome == DONE else ""
        if self.effect == NOT_APPLICABLE:
            return "no_rule" if outcome == DONE else ""
        if self.effect == PERMIT:
            return "over_restriction" if outcome == REFUSED else ""
        return "not_assessable" if self.effect == INDETERMINATE else "rejected"


FEWEST = 3


def scenario(effect: str, rules: str = "", share: float = 10.0) -> Callable[[Callable[[Case], Lines]], Scenario]:
    """The scenario that a function makes, named after it."""

    def named(make: Callable[[Case], Lines]) -> Scenario:
        assert make.__doc__
        return Scenario(make.__name__, effect, "+".join(sorted(rules.split())), share, make)

    return named


@dataclass(frozen=True, slots=True)
class Case:
    """A hospital, a draw of its own, and how many lines are wanted."""

    staff: Staff
    patients: Patients
    relations: Relations
    drawer: Drawer
    draw: Draw
    n: int

    # --- who and when ---------------------------------------------------------------------------

    def team(
        self, title: str = "doctors", kinds: tuple[int, ...] = IN_WARDS, *, after: int = START, before: int = END
    ) -> Lines:
        """Members of the unit where the patient is staying, in a ward, at an instant of the stay."""
        stays = self.patients.stays_of(*kinds)
        stays = stays[self.patients.unit[stays] < self.staff.wards]
        first = np.maximum(self.patients.start[stays], after)
        last = np.minimum(self.patients.stop[stays], before)
        fit = last - first > _ROOM
        chosen = self.draw.among(np.flatnonzero(fit), self.n)
        stay, first, last = stays[chosen], first[chosen], last[chosen]
        unit = self.patients.unit[stay]
        return self.seen(
            self.patients.patient[stay],
            self.staff.benches[title].one(self.draw, unit),
            self.draw.between(first + 10 * MINUTE, last - 10 * MINUTE, self.n),
            unit=unit,
        )

    def after_discharge(self, kinds: tuple[int, ...], first: int, last: int, title: str = "doctors") -> Lines:
        """Members of the last ward, from `first` to `last` seconds after the patient left it."""
        patient = self.draw.among(self.patients.of_kind(*kinds), self.n)
        unit = self.patients.unit[self.patients.last[patient]]
        left = self.patients.discharged[patient]
        professional = self.staff.benches[title].one(self.draw, unit)
        t = self.draw.between(left + first, np.minimum(left + last, END), self.n)
        return self.seen(patient, professional, t, unit=unit)

    def tied(self, ties: Ties, first: Ints, last: Ints) -> Lines:
        """The professional of a tie, between two instants of it."""
        one = self.draw.below(len(ties.patient), self.n)
        t = self.draw.between(np.maximum(first[one], START), np.minimum(last[one], END), self.n)
        return self.seen(ties.patient[one], ties.actor[one], t)

    def anywhere(self, kinds: tuple[int, ...], bench: str, unit: Ints | int, *, after: int = START) -> Lines:
        """Somebody of a unit, and a patient of these kinds who need not be there."""
        patient = self.draw.among(self.patients.of_kind(*kinds), self.n)
        return self.of_unit(patient, bench, np.broadcast_to(np.asarray(unit, dtype=np.int64), (self.n,)), after=after)

    def of_unit(self, patient: Ints, bench: str, unit: Ints, *, after: int = START) -> Lines:
        """Somebody of each unit, with each patient, at any instant of the year."""
        professional = self.staff.benches[bench].one(self.draw, unit)
        return self.seen(patient, professional, self.draw.between(after, END - HOUR, self.n), unit=unit)

    def seen(self, patient: Ints, professional: Ints, t: Ints, unit: Ints | None = None) -> Lines:
        """Accesses to these records; the unit is the first of each professional, unless said."""
        where = self.staff.unit[professional] if unit is None else unit
        profile = self.staff.profile[professional]
        return lines(t, professional=professional, profile=profile, unit=where, patient=patient)

    # --- what -----------------------------------------------------------------------------------

    def elsewhere(self, patient: Ints) -> Ints:
        """A doctor of another structure than the patient's."""
        return self.staff.benches["doctors"].one(self.draw, (self.patients.ward[patient] + 1) % self.staff.wards)

    def colleague(self, patient: Ints) -> Ints:
        """A doctor of a ward of the patient's structure where the patient never stays."""
        return self.staff.benches["doctors"].one(self.draw, self.another_ward(patient))

    def another_ward(self, patient: Ints) -> Ints:
        """The ward, of the patient's structure, that follows the two where the patient may stay."""
        return (self.patients.ward[patient] + 6) % self.staff.wards

    def paper(
        self,
        found: Lines,
        *,
        of_type: Ints | None = None,
        author: Ints | None = None,
        state: tuple[int, int, int] | None = None,
    ) -> Lines:
        """The lines, each opening a document of its own, days old, of a type that its column may read.

        The author is of another structure, unless said. `state`: a nature, and from when to when around the access.
        """
        t, patient = found["t"], found["patient"]
        author = self.elsewhere(patient) if author is None else author
        start = t - self.draw.between(31 * DAY, 60 * DAY, self.n)
        more = {}
        if state:
            nature, first, last = state
            end = np.full(self.n, NEVER) if last == NEVER else t + last
            more = {"nature": np.full(self.n, nature), "begins": t + first, "ends": end}
        found["document"] = self.drawer.add(
            patient=patient,
            type=cells().open_to(self.draw, found["profile"]) if of_type is None else of_type,
            author=author,
            structure=self.staff.structure[self.staff.unit[author]],
            start=start - start % MINUTE,
            **more,
        )
        return found


MASKED_NOW = (MASKED, -3 * DAY, 4 * DAY)  # on Tuesday, until after the access
MASKED_BEFORE = (MASKED, -6 * DAY, -2 * DAY)
NOT_MASKED_YET = (MASKED, 2 * DAY, NEVER)
