"""Documents, and what becomes of them: masked for a while, hidden until announced, archived."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from habilitation.sample.clock import DAY, END, HOUR, NEVER
from habilitation.sample.codes import BY_THE_PATIENT, USUAL, cells
from habilitation.sample.draw import Draw, Ints, Truths, cumulative
from habilitation.sample.patients import Patients
from habilitation.sample.people import Staff

PLAIN, MASKED, HIDDEN, ARCHIVED = range(4)
NOBODY = -1
UNLISTED = 900_000_000  # documents that the index does not know are numbered from here
_STATES = cumulative((88, 5, 4, 3))


@dataclass(frozen=True, slots=True)
class Papers:
    """Documents by number, each from `start`; in a state of `nature` from `begins` to `ends`, plain before and after.

    `author` is a professional, or NOBODY when the patient deposited it. `first` and `next` bound those of a patient.
    """

    patient: Ints
    type: Ints
    author: Ints
    structure: Ints
    start: Ints
    nature: Ints
    begins: Ints
    ends: Ints
    first: Ints
    next: Ints

    @property
    def own(self) -> int:
        """How many are the hospital's own; what scenarios add is numbered after them."""
        return int(self.next[-1])

    def __len__(self) -> int:
        return len(self.patient)

    def masked(self, papers: Ints, instants: Ints) -> Truths:
        begun = (self.begins[papers] <= instants) & (instants < self.ends[papers])
        found: Truths = begun & (self.nature[papers] == MASKED)
        return found


@dataclass(slots=True)
class Drawer:
    """Documents that scenarios add; they are numbered after the hospital's own."""

    count: int
    unlisted: int = UNLISTED
    parts: list[dict[str, Ints]] = field(default_factory=list)

    def add(self, **columns: Ints) -> Ints:
        """The numbers of new documents; `patient`, `type`, `author`, `structure` and `start` are needed."""
        n = len(columns["patient"])
        plain = {"nature": np.full(n, PLAIN), "begins": np.full(n, NEVER), "ends": np.full(n, NEVER)}
        self.parts.append({**plain, **columns})
        self.count += n
        return np.arange(self.count - n, self.count)

    def unknown(self, n: int) -> Ints:
        """The numbers of documents that no index lists."""
        self.unlisted += n
        return np.arange(self.unlisted - n, self.unlisted)

    def added_to(self, papers: Papers) -> Papers:
        """All the documents; `first` and `next` still speak of the hospital's own."""
        parts = {name: [getattr(papers, name), *(part[name] for part in self.parts)] for name in _COLUMNS}
        joined = {name: np.concatenate(columns) for name, columns in parts.items()}
        return Papers(**joined, first=papers.first, next=papers.next)


_COLUMNS = ("patient", "type", "author", "structure", "start", "nature", "begins", "ends")


def deposited(draw: Draw, staff: Staff, patients: Patients) -> Papers:
    """What each stay leaves in the record, and what was there before the first one."""
    stay = np.repeat(np.arange(len(patients.unit)), 1 + draw.below(3, len(patients.unit)))
    stay = stay[patients.unit[stay] < staff.wards]
    ours = _of_stays(draw, staff, patients, stay)
    before = np.repeat(np.arange(len(patients.kind)), 1 + draw.below(3, len(patients.kind)))
    old = _from_before(draw, staff, patients, before)
    columns = {name: np.concatenate([ours[name], old[name]]) for name in ours}
    order = np.argsort(columns["patient"], kind="stable")
    columns = {name: column[order] for name, column in columns.items()}
    edges = np.searchsorted(columns["patient"], np.arange(len(patients.kind) + 1)).astype(np.int64)
    nature, begins, ends = _states(draw, columns["start"])
    return Papers(
        **columns,
        nature=nature,
        begins=begins,
        ends=ends,
        first=edges[:-1],
        next=edges[1:],
    )


def _of_stays(draw: Draw, staff: Staff, patients: Patients, stay: Ints) -> dict[str, Ints]:
    n = len(stay)
    unit = patients.unit[stay]
    doctors = draw.uniform(n) < 0.6  # noqa: PLR2004  # the rest is deposited by nurses
    author = np.where(doctors, staff.benches["doctors"].one(draw, unit), staff.benches["nurses"].one(draw, unit))
    start = draw.between(patients.start[stay], np.minimum(patients.stop[stay], END), n)
    types = cells().number(*USUAL)
    return {
        "patient": patients.patient[stay],
        "type": types[np.minimum(draw.below(len(types), n), draw.below(len(types), n))],
        "author": author,
        "structure": staff.structure[unit],
        "start": start - start % 60,
    }


def _from_before(draw: Draw, staff: Staff, patients: Patients, patient: Ints) -> dict[str, Ints]:
    n = len(patient)
    own = draw.uniform(n) < 0.4  # noqa: PLR2004  # the others are those of an earlier stay elsewhere
    ward = (patients.ward[patient] + 1) % staff.wards
    start = patients.admitted[patient] - draw.between(30 * DAY, 400 * DAY, n)
    usual, of_patients = cells().number(*USUAL), cells().number(*BY_THE_PATIENT)
    return {
        "patient": patient,
        "type": np.where(own, draw.among(of_patients, n), draw.among(usual, n)),
        "author": np.where(own, NOBODY, staff.benches["doctors"].one(draw, ward)),
        "structure": np.where(own, NOBODY, staff.structure[ward]),
        "start": start - start % 60,
    }


def _states(draw: Draw, start: Ints) -> tuple[Ints, Ints, Ints]:
    """Masked for some days or for good, hidden for two weeks from the deposit, archived after a year."""
    n = len(start)
    nature = draw.weighted(_STATES, n)
    masked_at = start + draw.between(DAY, 60 * DAY, n)
    masked_at -= masked_at % HOUR
    opened_at = np.where(draw.uniform(n) < 0.5, NEVER, masked_at + draw.between(3, 30, n) * DAY)  # noqa: PLR2004  # half
    never = np.full(n, NEVER)
    begins = np.choose(nature, [never, masked_at, start, start + 365 * DAY])
    ends = np.choose(nature, [never, opened_at, start + 14 * DAY, never])
    return nature, begins, ends
