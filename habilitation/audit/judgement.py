"""Situated lines to answers, by the engine's own tables: the seam, and what is made of it line by line."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from habilitation.audit.asked import Asked
from habilitation.audit.asof.standing import Ordinals, Standing
from habilitation.audit.schema import DONE, REFUSED
from habilitation.authorizer import Authorizer
from habilitation.vocabulary import Effect

EFFECTS = tuple(effect.value for effect in Effect)
PERMIT, DENY, INDETERMINATE, NOT_APPLICABLE = (
    EFFECTS.index(effect.value) for effect in (Effect.PERMIT, Effect.DENY, Effect.INDETERMINATE, Effect.NOT_APPLICABLE)
)
# Of the answers at the instants a stamp may stand for, the one retained: nobody is accused on a rounded stamp.
RANKS = {PERMIT: 3, INDETERMINATE: 2, NOT_APPLICABLE: 1, DENY: 0}
KINDS = ("", "not_justified", "no_rule", "over_restriction", "not_assessable", "permitted")
WITHOUT_PROFESSIONAL = "professional_id"
NOBODY = -1  # the reason of a line without a professional: the fact that is missing is who


@dataclass(frozen=True, slots=True)
class Judged:
    """The answers to the lines of one batch; `reasons`, `missing` and `editions` are numbers in the judge's lists."""

    batch: pa.RecordBatch
    known: list[Ordinals | int]
    effects: NDArray[np.uint8]
    reasons: NDArray[np.int32]
    missing: NDArray[np.int32]
    editions: NDArray[np.int32]


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
        found: NDArray[np.datetime64] = self._days.take(np.searchsorted(self._instants, instants, "right"))
        return found

    def each_day(self) -> list[datetime.date]:
        """A day of each edition, in order."""
        found: list[datetime.date] = self._days.tolist()
        return found

    def straddle(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether an edition begins within each interval."""
        found: NDArray[np.bool_] = np.searchsorted(self._instants, starts, "right") != np.searchsorted(
            self._instants, ends - 1, "right"
        )
        return found


def _midnight(day: datetime.date, zone: str) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), ZoneInfo(zone))


class Judge:
    """Judges situated batches by one policy, without its defaults: what nothing tells is unknown."""

    def __init__(self, policy: Authorizer, asked: Asked, standing: Standing) -> None:
        self.policy = policy.without_defaults()
        self.standing = standing
        self.calendar = Calendar(policy, asked.calendar)
        self.seam = self.policy.decider()
        # Names of the numbers in answers; they are only ever added to.
        self.reason_names: tuple[str, ...] = ()
        self.missing_names: tuple[str, ...] = ()
        self.edition_names: tuple[str, ...] = ()

    def __call__(self, batch: pa.RecordBatch) -> Judged:
        known = self.standing.known(batch)
        answers = self.seam.decided(self._requests(batch, known))
        self.reason_names, self.missing_names = answers.reason_names, answers.missing_names
        self.edition_names = answers.edition_names
        effects, reasons = answers.effect, answers.reason
        nobody = batch.column("professional_id").is_null().to_numpy(zero_copy_only=False)
        if nobody.any():  # nobody to know anything of, whatever the rules say of others
            effects = np.where(nobody, np.uint8(INDETERMINATE), effects)
            reasons = np.where(nobody, np.int32(NOBODY), reasons)
        return Judged(batch, known, effects, reasons, answers.missing, answers.edition)

    def _requests(self, batch: pa.RecordBatch, known: Sequence[Ordinals | int]) -> pa.RecordBatch:
        """The question each line asks: an axis a column, and the day."""
        rows = batch.num_rows
        columns = [_column(values, rows) for values in known]
        days = pa.array(self.calendar.days(batch.column("t").to_numpy()))
        return pa.RecordBatch.from_arrays([*columns, days], [*self.standing.names, "at"])


def _column(values: Ordinals | int, rows: int) -> pa.Array:
    if isinstance(values, int):
        return pa.nulls(rows, pa.uint16()) if values < 0 else pa.array(np.full(rows, values, np.uint16))
    unknown = values < 0
    if not unknown.any():
        return pa.array(values.view(np.uint16))
    return pa.array(values.view(np.uint16), mask=unknown)


def kinds(effects: NDArray[np.uint8], outcomes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What each line is to the report, as an index in KINDS: the rule's answer against what the system did."""
    found = np.zeros(len(effects), np.uint8)
    found[(effects == DENY) & (outcomes == DONE)] = 1
    found[(effects == NOT_APPLICABLE) & (outcomes == DONE)] = 2
    found[(effects == PERMIT) & (outcomes == REFUSED)] = 3
    found[effects == INDETERMINATE] = 4
    return found
