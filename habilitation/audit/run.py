"""An audit from end to end: tables in, lines judged, evidence out."""

from __future__ import annotations

import contextlib
import datetime
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from habilitation.audit import grounds, kept, report
from habilitation.audit.asked import Asked
from habilitation.audit.course import Logs, Progress, Watch, gone_through
from habilitation.audit.evidence import Evidence
from habilitation.audit.judgement import Judge
from habilitation.audit.ledger import Ledger
from habilitation.audit.options import options
from habilitation.audit.question import Heard
from habilitation.audit.tally import Tally
from habilitation.authorizer import Authorizer

_ROWS = 20_000  # lines whose evidence is put together at once


def audit(asked: Asked, policy: Authorizer, on_progress: Watch | None = None) -> report.Summary:
    """Judge the logs and write the report in `asked.out`, whole or not at all.

    Raises AuditError: UsageError on declarations or a folder that cannot be used, InputError on an input that cannot be
    read at all. A line that cannot be read is a reject, and stops nothing.
    """
    report.ready(asked)
    started = datetime.datetime.now(datetime.UTC)
    assert asked.out is not None
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
) -> Iterator[tuple[Ledger, Logs, Watch]]:
    """The ledger of a run with everything judged, and the logs as they were read."""

    def kept_and_counted(judge: Judge, logs: Logs) -> kept.Kept:
        tally = Tally(judge.policy, [file.name for file in logs.intake.files], logs.intake.asked.calendar)
        keeper = kept.Keeper(judge, every=bool(asked.patient or asked.professional))
        return kept.Kept(ledger, keeper, tally)

    with (
        tempfile.TemporaryDirectory(dir=beside, prefix=".habilitation-") as folder,
        Ledger(Path(folder), asked.jobs) as ledger,
    ):
        course = gone_through(ledger, asked, policy, kept_and_counted, watch)
        judge = course.judge
        ledger.add("tally", course.sink.tally.rows(judge.reason_names, judge.edition_names))
        watch(Progress("evidence", course.lines, course.findings))
        _put_together(ledger, judge, course.asked)
        yield ledger, course.logs, watch


def _put_together(ledger: Ledger, judge: Judge, asked: Asked) -> None:
    """Kept lines to reported ones."""
    connection = ledger.connection
    inputs = dict(connection.execute("SELECT number, name FROM inputs").fetchall())
    evidence = Evidence(judge, inputs, asked.calendar)
    shown = f"(SELECT * FROM {kept.TABLE} WHERE kind <> 'not_assessable')"  # noqa: S608  # a table of ours
    grounds.gather(connection, shown, judge.standing.names, asked.lag)
    with connection.cursor() as cursor:
        rows: pa.RecordBatchReader = cursor.sql(grounds.read_with(kept.TABLE)).to_arrow_reader(_ROWS)
        for batch in rows:
            ledger.add("reported", evidence.reported(batch))
