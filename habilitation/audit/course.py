"""The logs of an audit gone through once, under one policy: tables loaded, every line situated and judged."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import pyarrow as pa

from habilitation.audit import report, schema
from habilitation.audit.asked import Asked
from habilitation.audit.asof import timelines
from habilitation.audit.asof.situating import Situating
from habilitation.audit.asof.standing import Standing
from habilitation.audit.duplicates import without_duplicates
from habilitation.audit.intake import Intake, LogFile
from habilitation.audit.judgement import Judge
from habilitation.audit.ledger import Ledger
from habilitation.audit.passing import Passing, Sink
from habilitation.audit.question import Heard, narrowed
from habilitation.audit.refusals import InputError
from habilitation.authorizer import Authorizer


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: lines judged, findings so far, the share of the logs read (None: not known)."""

    phase: str
    lines: int = 0
    findings: int = 0
    fraction: float | None = None


Watch = Callable[[Progress], None]
S = TypeVar("S", bound=Sink)


@dataclass(frozen=True, slots=True)
class Course(Generic[S]):
    """What went through, once it has: the logs as they were read, who judged them, where the answers are."""

    logs: Logs
    judge: Judge
    sink: S
    lines: int
    findings: int

    @property
    def asked(self) -> Asked:
        """What was asked, the mapping file heard."""
        return self.logs.intake.asked


def gone_through(
    ledger: Ledger, asked: Asked, policy: Authorizer, sink: Callable[[Judge, Logs], S], watch: Watch
) -> Course[S]:
    """Judge every line of the logs once; what `sink` makes takes the answers. Raises UsageError, InputError."""
    if asked.known_on is not None:
        policy = policy.at(datetime.datetime.now(datetime.UTC), known_on=asked.known_on)
    watch(Progress("facts"))
    read = Logs(Intake.open(asked, policy, ledger))
    asked = read.intake.asked
    read.intake.load_tables()
    if asked.patient or asked.professional:
        read.named = narrowed(ledger.connection, asked)
    found = timelines.built(ledger.connection, asked, schema.axis_names(policy))
    judge = Judge(policy, asked, Standing(policy, asked, found))
    encoded = schema.encoded(policy)
    taking = sink(judge, read)
    passing = Passing(ledger, judge, Situating(ledger.connection, found, encoded.names), taking, encoded)
    facts = {schema.column_of(axis.name) for axis in policy.tables.axes if axis.fact}
    lines = without_duplicates(ledger, asked.deduplicate, read.batches(), encoded, facts, read.kept)
    passing.through(lines, lambda: watch(Progress("log", passing.lines, passing.findings, read.fraction)))
    passing.settle()
    return Course(read, judge, taking, passing.lines, passing.findings)


class Logs:
    """The logs of an intake, one after the other, and what became of their lines."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.kept: dict[int, tuple[int, int]] = {}
        self.named = False  # whether a row of the tables names the person asked about
        self._done: list[LogFile] = []
        self._bytes = {file.number: file.path.stat().st_size for file in intake.files if file.role == "log"}

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The lines of every log. Raises InputError when there is none: a report on nothing would be reassuring."""
        for log in self.intake.logs():
            self._done.append(log)
            yield from log.batches()
        if not any(log.lines_read for log in self._done):
            raise InputError("empty_file", f"`{self._done[0].name}` has no line, nor has any other log")

    @property
    def fraction(self) -> float | None:
        """The share of the bytes read so far."""
        if not self._done:
            return None
        read = sum(log.fraction * self._bytes[log.number] for log in self._done)
        return read / max(1, sum(self._bytes.values()))

    def heard(self, ledger: Ledger) -> Heard:
        """What the answer to a question rests on, once everything is read."""
        names = [log.name for log in self._done]
        rejects = "SELECT count(DISTINCT (file, line)) FROM rejects WHERE list_contains(?, file) = ?"
        ((unread,), (rows,)) = (
            ledger.connection.execute(rejects, [names, of_logs]).fetchall()[0] for of_logs in (True, False)
        )
        lines = sum(log.lines_read for log in self._done)
        return Heard(
            known=self.named or any(log.named for log in self._done),
            unread=unread,
            unread_rows=rows,
            nothing_read=0 < lines == sum(log.rejected for log in self._done),
        )

    def counts(self) -> tuple[report.FileCounts, ...]:
        """What became of the lines of each log, once they are all read."""
        return tuple(
            report.FileCounts(
                file=log.name,
                read=log.lines_read,
                judged=judged,
                accesses=accesses,
                rejected=log.rejected,
                duplicates=log.told - judged,
                outside=log.outside,
            )
            for log in self._done
            for judged, accesses in [self.kept.get(log.number, (log.told, log.accesses))]
        )
