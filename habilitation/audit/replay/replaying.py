"""A comparison from end to end: the logs read and judged under each policy in turn, the answers joined."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from habilitation.audit import report
from habilitation.audit.clock import Clock
from habilitation.audit.course import Progress, Watch, gone_through
from habilitation.audit.ledger import Ledger
from habilitation.audit.replay import counted, written
from habilitation.audit.replay.answers import Answers
from habilitation.audit.replay.comparing import NOT_READ, Read, compare
from habilitation.audit.replay.dimensions import Dimension, dimensions
from habilitation.audit.replay.sides import Side, editions_after
from habilitation.audit.replay.unread import Rejected, both, keep, rejected
from habilitation.audit.report.manifest import inputs
from habilitation.audit.report.pseudonyms import quote_nothing
from habilitation.audit.rulebook import Rulebook, Told

_UNREAD = Told(
    "",
    "Cet accès n’est pas lu sous cette politique : elle ne connaît pas un de ses codes, ou il y est un doublon.",
    "This access is not read under this policy: it does not know one of its codes, or it is a duplicate there.",
)


def replayed(
    old: Side, new: Side, *, examples: int = 5, out: Path | None = None, on_progress: Watch | None = None
) -> counted.Replay:
    """Judge every access of the logs under both policies, and tell those that the new one judges otherwise.

    In `out`, a folder, each of them is written, whole or not at all. Raises AuditError: UsageError on declarations or
    a folder that cannot be used, InputError on an input that cannot be read at all.
    """
    watch = on_progress or (lambda _: None)
    folder = None if out is None else written.claimed(out)
    key = report.key_of(new.asked)
    axes = dimensions(old.policy, new.policy)
    with tempfile.TemporaryDirectory(prefix=".habilitation-", dir=folder.parent if folder else None) as ground:
        before, after = (
            _answered(side, axes, Path(ground) / f"{name}.parquet", watch)
            for name, side in (("old", old), ("new", new))
        )
        watch(Progress("evidence"))
        with Ledger(Path(ground), new.asked.jobs) as ledger:
            read = compare(ledger, before.path, after.path, after.files, axes)
            clock = Clock(new.asked.calendar)
            words = counted.Words(
                told={"old": before.told, "new": after.told},
                person=key.name if key else _as_written,
                clock=clock,
            )
            days = _days(read, clock)
            found = counted.Replay(
                before.counts,
                after.counts,
                (before.rejected, after.rejected),
                compared=read.compared,
                only_old=read.only_old,
                only_new=read.only_new,
                undecided=read.undecided,
                days=days,
                later=_later(old, new, days),
                **counted.totals(ledger.connection),
                by=counted.shares(ledger.connection, axes),
                groups=counted.groups(ledger.connection, words, axes, examples),
                dimensions=axes,
                named=(old.named, new.named),
            )
            if folder is not None:
                unread = both(before.rejects, after.rejects, new.asked.lang)
                written.write(ledger, folder, words, found, (old, new), after.inputs, unread)
    return found


_Days = tuple[datetime.date, datetime.date]


def _days(read: Read, clock: Clock) -> _Days | None:
    if read.first is None or read.last is None:
        return None
    first, last = (datetime.datetime.fromisoformat(clock.time(one)).date() for one in (read.first, read.last))
    return first, last


def _later(old: Side, new: Side, days: _Days | None) -> tuple[tuple[datetime.date, ...], tuple[datetime.date, ...]]:
    if days is None or old.policy.tables == new.policy.tables:
        return (), ()
    return editions_after(old, days[1]), editions_after(new, days[1])


def _as_written(_: str, person: str) -> str:
    return person


@dataclass(frozen=True, slots=True)
class _Answered:
    """The answers under one policy, on disk, and what is needed to tell of them."""

    path: Path
    counts: tuple[report.FileCounts, ...]
    files: dict[int, str]
    rejected: Rejected
    rejects: Path
    inputs: list[dict[str, Any]]
    told: Callable[[str], Told]


def _answered(side: Side, axes: Sequence[Dimension], path: Path, watch: Watch) -> _Answered:
    with Ledger(path.parent, side.asked.jobs) as ledger:
        course = gone_through(ledger, side.asked, side.policy, lambda judge, _: Answers(path, judge, axes), watch)
        course.sink.close()
        if report.key_of(side.asked):
            quote_nothing(ledger)
        rejects, counts = path.with_stem(f"{path.stem}-rejects"), course.logs.counts()
        keep(ledger.connection, rejects)
        files = {file.number: file.name for file in course.logs.intake.files}
        return _Answered(
            path,
            counts=counts,
            files=files,
            rejected=rejected(ledger.connection, counts),
            rejects=rejects,
            inputs=inputs(ledger.connection),
            told=_told(Rulebook(course.judge)),
        )


def _told(rulebook: Rulebook) -> Callable[[str], Told]:
    return lambda rules: _UNREAD if rules == NOT_READ else rulebook.told(rules)
