"""An audit from end to end: tables in, lines judged, evidence out."""

from __future__ import annotations

import contextlib
import datetime
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from habilitation.audit import grounds, kept, report, schema
from habilitation.audit.asked import Asked
from habilitation.audit.asof import timelines
from habilitation.audit.asof.situating import Situating
from habilitation.audit.asof.standing import Standing
from habilitation.audit.duplicates import without_duplicates
from habilitation.audit.evidence import Evidence
from habilitation.audit.intake import Intake, LogFile
from habilitation.audit.judgement import Judge
from habilitation.audit.ledger import Ledger
from habilitation.audit.options import options
from habilitation.audit.passing import Passing
from habilitation.audit.question import Heard, narrowed
from habilitation.audit.refusals import InputError
from habilitation.audit.tally import Tally
from habilitation.authorizer import Authorizer

_ROWS = 20_000  # lines whose evidence is put together at once


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: lines judged, findings so far, the share of the logs read (None: not known)."""

    phase: str
    lines: int = 0
    findings: int = 0
    fraction: float | None = None


Watch = Callable[[Progress], None]


def audit(asked: Asked, policy: Authorizer, on_progress: Watch | None = None) -> report.Summary:
    """Judge the logs and write the report in `asked.out`, whole or not at all.

    Raises AuditError: UsageError on declarations or a folder that cannot be used, InputError on an input that cannot be
    read at all. A line that cannot be read is a reject, and stops nothing.
    """
    report.ready(asked)
    started = datetime.datetime.now(datetime.UTC)
    assert asked.out is not None
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with _judged(asked, policy, on_progress or _unwatched, asked.out.parent) as (ledger, read, watch):
        whole = read.intake.asked
        watch(Progress("report"))
        run = report.Run(
            policy=policy,
            versions=report.versions(),
            options=options(whole),
            files=read.counts(),
            started=started,
            finished=datetime.datetime.now(datetime.UTC),
        )
        return report.write(ledger, whole, run)


def accesses(
    asked: Asked,
    policy: Authorizer,
    on_progress: Watch | None = None,
    on_heard: Callable[[Heard], object] | None = None,
) -> Iterator[dict[str, Any]]:
    """Every access to the record `asked.patient`, or of the person `asked.professional`, in the order of time.

    Each is a dict of the columns of the ledger's table `reported`; under `asked.pseudonymise`, people bear their names
    of the reports. `on_heard` is told what the answer rests on, before the first. Raises AuditError, as `audit` does.
    """
    report.key_of(asked)
    with _judged(asked, policy, on_progress or _unwatched, None) as (ledger, read, _):
        if on_heard is not None:
            on_heard(read.heard(ledger))
        report.renamed(ledger, asked)
        rows = ledger.connection.sql(
            'SELECT * FROM reported ORDER BY epoch_us("time"::TIMESTAMPTZ), file, line, part'
        ).to_arrow_reader(_ROWS)
        for batch in rows:
            yield from batch.to_pylist()


def _unwatched(_: Progress) -> None:
    """Nobody looks."""


@contextlib.contextmanager
def _judged(
    asked: Asked, policy: Authorizer, watch: Watch, beside: Path | None
) -> Iterator[tuple[Ledger, _Logs, Watch]]:
    """The ledger of a run with everything judged, and the logs as they were read."""
    if asked.known_on is not None:
        policy = policy.at(datetime.datetime.now(datetime.UTC), known_on=asked.known_on)
    with (
        tempfile.TemporaryDirectory(dir=beside, prefix=".habilitation-") as folder,
        Ledger(Path(folder), asked.jobs) as ledger,
    ):
        watch(Progress("facts"))
        read = _Logs(Intake.open(asked, policy, ledger))
        asked = read.intake.asked
        read.intake.load_tables()
        if asked.patient or asked.professional:
            read.named = narrowed(ledger.connection, asked)
        axes = schema.axis_names(policy)
        found = timelines.built(ledger.connection, asked, axes)
        judge = Judge(policy, asked, Standing(policy, asked, found))
        encoded = schema.encoded(policy)
        tally = Tally(policy, [file.name for file in read.intake.files], asked.calendar)
        keeper = kept.Keeper(judge, every=bool(asked.patient or asked.professional))
        passing = Passing(ledger, judge, Situating(ledger.connection, found, encoded.names), tally, keeper, encoded)
        facts = {schema.column_of(axis.name) for axis in policy.tables.axes if axis.fact}
        lines = without_duplicates(ledger, asked.deduplicate, read.batches(), encoded, facts, read.kept)
        passing.through(lines, lambda: watch(Progress("log", passing.lines, passing.findings, read.fraction)))
        passing.settle()
        ledger.add("tally", tally.rows(judge.reason_names, judge.edition_names))
        watch(Progress("evidence", passing.lines, passing.findings))
        _put_together(ledger, judge, asked, axes)
        yield ledger, read, watch


class _Logs:
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


def _put_together(ledger: Ledger, judge: Judge, asked: Asked, axes: tuple[str, ...]) -> None:
    """Kept lines to reported ones."""
    connection = ledger.connection
    inputs = dict(connection.execute("SELECT number, name FROM inputs").fetchall())
    evidence = Evidence(judge, inputs, asked.calendar)
    shown = f"(SELECT * FROM {kept.TABLE} WHERE kind <> 'not_assessable')"  # noqa: S608  # a table of ours
    grounds.gather(connection, shown, axes, asked.lag)
    with connection.cursor() as cursor:
        rows: pa.RecordBatchReader = cursor.sql(grounds.read_with(kept.TABLE)).to_arrow_reader(_ROWS)
        for batch in rows:
            ledger.add("reported", evidence.reported(batch))
