"""Rows of the facts table: what was true of whom, when, and when it became known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from habilitation.sample.clock import DAY, HOUR, NEVER, START
from habilitation.sample.draw import Draw, Ints
from habilitation.sample.patients import (
    CLOSED,
    LONG_AGO,
    NEVER_ASKED,
    OPENS_MASKED,
    OPPOSES_BRIS_DE_GLACE,
    OPPOSES_CENTRE_15,
    SHARED,
    WITHDREW,
    Patients,
)
from habilitation.sample.relations import (
    ASKED,
    AUTHORISED,
    CALLED,
    EXAMINED,
    EXPIRED,
    RESIDENT,
    TREATING,
    Relations,
    Ties,
)

ACTOR_KINDS = ("any", "structure", "unit", "professional")
ANY, STRUCTURE, UNIT, PROFESSIONAL = range(len(ACTOR_KINDS))
FACTS = (
    "care_team", "initial_consent", "record_status", "blocked", "consent_this_time", "authorization",
    "treating_physician", "resident_agreement", "express_consent", "opposes_bris_de_glace", "opposes_centre_15",
    "masked_open_in_emergency",
)  # fmt: skip
VALUES = ("", "true", "false", "active", "closed", "valid", "expired")  # empty is true, by the contract of the table
_SHUTS_AFTER = DAY  # from the last discharge to the day a consent is withdrawn or a record closed
_REOPENS_AFTER = 60 * DAY


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one fact about one kind of actor; `recorded` is NEVER where it was not written down."""

    fact: str
    kind: int
    patient: Ints
    actor: Ints
    value: Ints
    start: Ints
    stop: Ints
    recorded: Ints


def _rows(fact: str, kind: int, patient: Ints, start: Ints, **more: Ints | int | str) -> Rows:
    """Rows that say `value` (true unless said) from `start`; about nobody in particular unless `actor` is said."""
    value = more.get("value", "true")
    said = {
        "actor": more.get("actor", -1),
        "value": VALUES.index(value) if isinstance(value, str) else value,
        "stop": more.get("stop", NEVER),
        "recorded": more.get("recorded", NEVER),
    }
    columns = {
        name: np.broadcast_to(np.asarray(column, dtype=np.int64), (len(patient),)) for name, column in said.items()
    }
    return Rows(fact, kind, patient, start=np.broadcast_to(start, (len(patient),)), **columns)


def recorded(draw: Draw, patients: Patients, relations: Relations) -> Iterator[Rows]:
    """The whole table, fact by fact."""
    yield from _stays(draw, patients, relations)
    yield from _consents(draw, patients, relations)
    yield from _records(patients)
    yield from _choices(patients)
    yield from _town(relations)
    yield from _shunned(relations)


def _stays(draw: Draw, patients: Patients, relations: Relations) -> Iterator[Rows]:
    """Stays are entered at once, or some hours late; a cancelled admission is said false by a later row."""
    n = len(patients.unit)
    late = np.where(draw.uniform(n) < 0.2, draw.between(HOUR, 30 * HOUR, n), 0)  # noqa: PLR2004  # one in five
    noted = patients.start + late - late % 60
    said = np.where(patients.structure[patients.patient] == STRUCTURE_OF_SHORT_ROWS, 0, 1)
    by_unit = {"actor": patients.unit, "stop": patients.stop, "recorded": noted, "value": said}
    yield _rows("care_team", UNIT, patients.patient, patients.start, **by_unit)
    cancelled = relations.cancelled
    for value, entered in (("true", cancelled.start), ("false", cancelled.start + 2 * HOUR)):
        yield _tied("care_team", UNIT, cancelled, value=value, recorded=entered)
    shared = patients.of_kind(SHARED)
    yield _rows("care_team", STRUCTURE, shared, np.full(1, LONG_AGO), actor=patients.structure[shared])


STRUCTURE_OF_SHORT_ROWS = 2  # its export leaves `value` empty for true


def _consents(draw: Draw, patients: Patients, relations: Relations) -> Iterator[Rows]:
    """A withdrawal ends the row of the consent, or is a later row that says false, written down days after."""
    given = np.flatnonzero(patients.kind != NEVER_ASKED)
    agreed = relations.agreed[given]
    withdrawn = np.where(patients.kind[given] == WITHDREW, patients.discharged[given] + _SHUTS_AFTER, NEVER)
    ended = np.where(given % 2 == 0, withdrawn, NEVER)
    yield _rows("initial_consent", ANY, given, agreed, stop=ended, recorded=agreed)
    told = patients.of_kind(WITHDREW)
    since = patients.discharged[told] + _SHUTS_AFTER
    late = since + (1 + draw.below(9, len(told))) * DAY
    yield _rows("initial_consent", ANY, told, since, value="false", recorded=late)


def _records(patients: Patients) -> Iterator[Rows]:
    everybody = np.arange(len(patients.kind))
    opened = LONG_AGO - (everybody % 700) * DAY
    yield _rows("record_status", ANY, everybody, opened, value="active", recorded=opened)
    shut = patients.of_kind(CLOSED)
    since = patients.discharged[shut] + _SHUTS_AFTER
    again = np.where(shut % 2 == 0, since + _REOPENS_AFTER, NEVER)
    yield _rows("record_status", ANY, shut, since, value="closed", stop=again, recorded=since)
    yield _rows("record_status", ANY, shut[shut % 2 == 0], again[shut % 2 == 0], value="active",
                recorded=again[shut % 2 == 0])  # fmt: skip


def _choices(patients: Patients) -> Iterator[Rows]:
    for fact, kind in _CHOICES:
        chosen = patients.of_kind(kind)
        since = np.where(chosen % 2 == 0, LONG_AGO, START - 20 * DAY)
        yield _rows(fact, ANY, chosen, since, recorded=since)


_CHOICES = (
    ("opposes_bris_de_glace", OPPOSES_BRIS_DE_GLACE),
    ("opposes_centre_15", OPPOSES_CENTRE_15),
    ("masked_open_in_emergency", OPENS_MASKED),
)


def _tied(fact: str, kind: int, ties: Ties, **more: Ints | int | str) -> Rows:
    return _rows(fact, kind, ties.patient, ties.start, **{"actor": ties.actor, "stop": ties.stop, **more})


def _town(relations: Relations) -> Iterator[Rows]:
    """What town doctors rely on, each relation in a fact of its own."""
    for relation, fact, value in _RELIED_ON:
        ties = relations.town[relation]
        yield _tied(fact, PROFESSIONAL, ties, value=value, recorded=ties.start)
    over = relations.town[EXPIRED]
    yield _rows("authorization", PROFESSIONAL, over.patient, over.stop, actor=over.actor, value="expired",
                recorded=over.stop)  # fmt: skip


_RELIED_ON = (
    (CALLED, "care_team", "true"),
    (ASKED, "consent_this_time", "true"),
    (AUTHORISED, "authorization", "valid"),
    (EXPIRED, "authorization", "valid"),
    (TREATING, "treating_physician", "true"),
    (TREATING, "care_team", "true"),
    (RESIDENT, "resident_agreement", "true"),
    (EXAMINED, "express_consent", "true"),
)


def _shunned(relations: Relations) -> Iterator[Rows]:
    """An unblocking ends the row, or is a later row that says false; who is sent away is out of the team by name."""
    blocked = relations.blocked
    by_end = blocked.patient % 2 == 0
    stop: npt.NDArray[np.int64] = np.where(by_end, blocked.stop, NEVER)
    yield _tied("blocked", PROFESSIONAL, blocked, stop=stop, recorded=blocked.start)
    yield _rows("blocked", PROFESSIONAL, blocked.patient[~by_end], blocked.stop[~by_end], actor=blocked.actor[~by_end],
                value="false", recorded=blocked.stop[~by_end])  # fmt: skip
    yield _tied("care_team", PROFESSIONAL, relations.sent_away, value="false", recorded=relations.sent_away.start)
