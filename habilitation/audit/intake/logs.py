"""The logs of an audit as batches to judge, file after file."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habilitation.audit.asked import Asked
from habilitation.audit.intake.ahead import ahead
from habilitation.audit.intake.encoding import Encoding, distinct, gone
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.opening import Input
from habilitation.audit.intake.reading import reading, record
from habilitation.audit.intake.rejecting import Rejects
from habilitation.audit.intake.zones import zone
from habilitation.audit.ledger import Ledger
from habilitation.audit.schema import FEW, OPEN_START, OPEN_STOP, axis_names
from habilitation.authorizer import Authorizer

_EPOCH = datetime.date(1970, 1, 1)


class LogFile:
    """One log: once it is read, the lines `told` (of accesses), `rejected` and `outside` add up to `lines_read`.

    A line may give several accesses: it is `told` if one is, else `outside` if one is outside the question, and
    `rejected` only if nothing of it could be read.
    """

    def __init__(self, file: Input, asked: Asked, policy: Authorizer, mapping: TableMapping, ledger: Ledger) -> None:
        self.number, self.name = file.number, file.name
        self.told = self.accesses = self.outside = 0
        self.named = False  # whether a line that is read names the person asked about
        self._file, self._asked, self._ledger = file, asked, ledger
        self._rejects = Rejects(file.name, ledger)
        self._reading = reading(file, mapping, policy, self._rejects, asked.jobs)
        self._encoding = Encoding(asked, policy, mapping, file.number, self._rejects)
        self._coded = (*axis_names(policy), *FEW, "outcome", "time_granularity")
        self._since, self._until = _period(asked)

    @property
    def rejected(self) -> int:
        """Lines of which nothing could be read, so far."""
        return self._rejects.count

    @property
    def lines_read(self) -> int:
        """Lines read so far."""
        return self.told + self.rejected + self.outside

    @property
    def fraction(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return self._reading.fraction

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of the schema `encoded`, in the order of the file; they can be read once.

        When the last has been given, the rejects and the file itself are in the ledger.
        """
        try:
            yield from ahead(self._encoded())
            self._rejects.flush()
            record(self._file, self._reading.finish(), self._ledger, self._reading.layout.ignored)
        finally:
            self._reading.close()

    def _encoded(self) -> Iterator[pa.RecordBatch]:
        asked = {"patient_id": self._asked.patient, "professional_id": self._asked.professional}
        who = {name: text for name, text in asked.items() if text}
        only = next(iter(who.items()), None) if not self._encoding.renames(who) else None
        for raw in self._reading.tables(self._coded, self._rejects, only):
            batch = self._kept(raw, who)
            if batch.num_rows:
                self.told += distinct(batch)
                self.accesses += batch.num_rows
                yield batch
        self.outside += self._reading.passed_over

    def _kept(self, raw: Any, who: Mapping[str, str]) -> pa.RecordBatch:
        """The lines of a batch that the question is about."""
        if who:
            about = self._encoding.about(raw, who)
            asked = raw.filter(pa.array(about))
            self.outside += gone(raw, asked)
            raw = asked
        batch = self._encoding.encode(raw)
        self.named |= batch.num_rows > 0
        if (self._since, self._until) == (OPEN_START, OPEN_STOP):
            return batch
        after, before = pc.greater(batch.column("t_end"), self._since), pc.less(batch.column("t"), self._until)
        within = pc.and_(after, before)
        kept = batch.filter(within)
        self.outside += gone(batch, kept)
        return kept


def _period(asked: Asked) -> tuple[int, int]:
    """The instants between which accesses are asked for: midnights of the calendar, or no end at all."""
    return _midnight(asked.since, asked, OPEN_START), _midnight(asked.until, asked, OPEN_STOP)


def _midnight(day: datetime.date | None, asked: Asked, never: int) -> int:
    if day is None:
        return never
    local = (day - _EPOCH) // datetime.timedelta(microseconds=1)
    return int(zone(asked.calendar).instants(np.array([local]))[0][0])
