"""Situated lines to answers, by the engine's own tables: the seam, and what is made of it line by line."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from habilitation.audit.asked import Asked
from habilitation.audit.asof.standing import UNKNOWN, Ordinals, Standing
from habilitation.audit.asof.timelines import known_until
from habilitation.audit.schema import DONE, OUTCOMES, REFUSED
from habilitation.authorizer import Authorizer
from habilitation.vocabulary import Effect

EFFECTS = tuple(effect.value for effect in Effect)
PERMIT, DENY, INDETERMINATE, NOT_APPLICABLE = (
    EFFECTS.index(effect.value) for effect in (Effect.PERMIT, Effect.DENY, Effect.INDETERMINATE, Effect.NOT_APPLICABLE)
)
# Of the answers at the instants a stamp may stand for, the one retained: nobody is accused on a rounded stamp.
RANKS = {PERMIT: 3, INDETERMINATE: 2, NOT_APPLICABLE: 1, DENY: 0}
KINDS = ("", "not_justified", "no_rule", "over_restriction", "not_assessable", "permitted")
WITHOUT_PROFESSIONAL, LATER = "professional_id", "known_on"  # what is missing, where it is no fact
NOT_ASKED = -1  # the reason where a fact is missing whatever the rules say: who it was, or what was known by then


@dataclass(frozen=True, slots=True)
class Judged:
    """The answers to the lines of one batch; `reasons`, `missing` and `editions` are numbers in the judge's lists."""

    batch: pa.RecordBatch
    known: list[Ordinals | int]
    effects: NDArray[np.uint8]
    reasons: NDArray[np.int32]
    missing: NDArray[np.int32]
    editions: NDArray[np.int32]

    @property
    def square(self) -> NDArray[np.uint8]:
        """What the rule says and what the system did, as one number: that of the effect, then that of the outcome."""
        outcomes: NDArray[np.uint8] = self.batch.column("outcome").to_numpy()
        return self.effects * np.uint8(len(OUTCOMES)) + outcomes


class Calendar:
    """The day by which each instant is judged: the editions of a policy change at midnight, in the audit's zone."""

    def __init__(self, policy: Authorizer, zone: str) -> None:
        days = sorted({stretch.start for stretch in policy.tables.timeline} - {datetime.date.min})
        self.changes = [int(_midnight(day, zone).timestamp()) * 1_000_000 for day in days]
        first = days[0] - datetime.timedelta(1) if days else datetime.date(2000, 1, 1)
        self._instants = np.array(self.changes, np.int64)
        self._days = np.array([first, *days], "datetime64[D]")

    def days(self, instants: NDArray[np.int64]) -> NDArray[np.datetime64]:
        """A day of the edition in force at each instant."""
        edition = self._only(instants, instants)
        if edition is not None:
            return np.broadcast_to(self._days[edition], instants.shape)
        found: NDArray[np.datetime64] = self._days.take(np.searchsorted(self._instants, instants, "right"))
        return found

    def each_day(self) -> list[datetime.date]:
        """A day of each edition, in order."""
        found: list[datetime.date] = self._days.tolist()
        return found

    def straddle(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether an edition begins within each interval."""
        if self._only(starts, ends - 1) is not None:
            return np.zeros(starts.shape, bool)
        found: NDArray[np.bool_] = np.searchsorted(self._instants, starts, "right") != np.searchsorted(
            self._instants, ends - 1, "right"
        )
        return found

    def _only(self, starts: NDArray[np.int64], lasts: NDArray[np.int64]) -> np.intp | None:
        """The edition of all these intervals, when it is one: lines come by day, and editions last."""
        if not len(starts):
            return None
        first, last = np.searchsorted(self._instants, (starts.min(), lasts.max()), "right")
        return first if first == last else None


def _midnight(day: datetime.date, zone: str) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), ZoneInfo(zone))


class Judge:
    """Judges situated batches by one policy, without its defaults: what nothing tells is unknown."""

    def __init__(self, policy: Authorizer, asked: Asked, standing: Standing) -> None:
        self.policy = policy.without_defaults()
        self.standing = standing
        self.calendar = Calendar(policy, asked.calendar)
        self._known_until = known_until(asked)
        self.seam = self.policy.decider()
        # Names of the numbers in answers; they are only ever added to.
        self.reason_names: tuple[str, ...] = ()
        self.missing_names: tuple[str, ...] = ()
        self.edition_names: tuple[str, ...] = ()

    def __call__(self, batch: pa.RecordBatch) -> Judged:
        known = [_alike(values) for values in self.standing.known(batch)]
        answers = self.seam.decided(self._requests(batch, known))
        self.reason_names, self.missing_names = answers.reason_names, answers.missing_names
        self.edition_names = answers.edition_names
        effects, reasons = answers.effect, answers.reason
        # Nobody to know anything of, or nothing that could be known yet, whatever the rules say of others.
        unasked = batch.column("professional_id").is_null().to_numpy(zero_copy_only=False) | self.later(batch)
        if unasked.any():
            effects = np.where(unasked, np.uint8(INDETERMINATE), effects)
            reasons = np.where(unasked, np.int32(NOT_ASKED), reasons)
        return Judged(batch, known, effects, reasons, answers.missing, answers.edition)

    def later(self, batch: pa.RecordBatch) -> NDArray[np.bool_]:
        """The lines later than all that was known on the day asked."""
        found: NDArray[np.bool_] = batch.column("t").to_numpy() >= self._known_until
        return found

    def _requests(self, batch: pa.RecordBatch, known: Sequence[Ordinals | int]) -> dict[str, NDArray[Any]]:
        """The question each line asks: an axis a column, and the day; what no line knows is left out."""
        named = zip(self.standing.names, known, strict=True)
        columns = {name: _column(values, batch.num_rows) for name, values in named if not _is_unknown(values)}
        return columns | {"at": self.calendar.days(batch.column("t").to_numpy())}


def _is_unknown(values: Ordinals | int) -> bool:
    return isinstance(values, int) and values == UNKNOWN


def _alike(values: Ordinals | int) -> Ordinals | int:
    """One number when all lines have the same: most axes of most batches, which are then decided at once."""
    if isinstance(values, int) or not len(values) or (values != values[0]).any():
        return values
    return int(values[0])


def _column(values: Ordinals | int, rows: int) -> NDArray[np.uint16]:
    if isinstance(values, int):
        return np.broadcast_to(np.uint16(values), (rows,))
    unknown = values < 0
    if not unknown.any():
        return values.view(np.uint16)
    masked: NDArray[np.uint16] = np.ma.masked_array(np.maximum(values, 0).view(np.uint16), unknown)
    return masked


_KIND = {(DENY, DONE): 1, (NOT_APPLICABLE, DONE): 2, (PERMIT, REFUSED): 3}
_KIND |= {(INDETERMINATE, outcome): 4 for outcome in range(len(OUTCOMES))}
_KINDS = np.array(
    [_KIND.get((effect, outcome), 0) for effect in range(len(EFFECTS)) for outcome in range(len(OUTCOMES))], np.uint8
)


def kinds(judged: Judged) -> NDArray[np.uint8]:
    """What each line is to the report, as an index in KINDS: the rule's answer against what the system did."""
    return _KINDS.take(judged.square)
