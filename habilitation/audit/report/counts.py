"""What became of every line of the logs, in numbers that must add up before anything is written."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from habilitation.audit.refusals import InputError
from habilitation.audit.schema import OUTCOMES
from habilitation.authorizer import Authorizer
from habilitation.vocabulary import Effect

FINDINGS = ("not_justified", "no_rule")
# A cell of the square that is worth showing, access by access, and the kind it is shown as; None: whatever the outcome.
SHOWN = {
    "not_justified": (Effect.DENY, "done"),
    "no_rule": (Effect.NOT_APPLICABLE, "done"),
    "over_restriction": (Effect.PERMIT, "refused"),
    "not_assessable": (Effect.INDETERMINATE, None),
}


class Unbalanced(RuntimeError):
    """Numbers of one run that contradict each other: a mistake of ours, and no report is written on it."""


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What became of the lines of one log file, each counted once; `accesses` are those judged, one or more a line.

    A line is `judged` if an access of it is; else a duplicate if one is, else `outside` (what the questions leave out)
    if one is; and rejected only if nothing of it could be read.
    """

    file: str
    read: int
    judged: int
    accesses: int
    rejected: int = 0
    duplicates: int = 0
    outside: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """What was run: by which policy, with which versions and options (JSON-able), on how many lines of which log.

    `finished` is the only instant that is written, in one field of the manifest. `baseline`, JSON-able, is written as
    given.
    """

    policy: Authorizer
    versions: Mapping[str, str]
    options: Mapping[str, Any]
    files: tuple[FileCounts, ...]
    started: datetime.datetime
    finished: datetime.datetime
    baseline: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The lines of all the files; the accesses judged, by `square[effect][outcome]`; those reported, `by_kind`.

    Every effect, outcome and kind is there, be it with 0. `rejected` counts lines of logs of which nothing could be
    read, `partly_rejected` those of which something else was; `rejected_elsewhere`, lines of the other inputs;
    `unnamed`, findings on a record that no row of the facts is about.
    """

    lines_read: int
    judged: int
    accesses: int
    rejected: int
    partly_rejected: int
    duplicates: int
    outside: int
    rejected_elsewhere: int
    break_glass: int
    unnamed: int
    square: Mapping[str, Mapping[str, int]]
    by_kind: Mapping[str, int]

    @property
    def nothing_read(self) -> bool:
        """Whether the logs have lines, and none of them could be read."""
        return 0 < self.lines_read == self.rejected

    @property
    def findings(self) -> int:
        """Accesses done that the rules refuse, or that no rule permits."""
        return sum(self.by_kind[kind] for kind in FINDINGS)


@dataclass(frozen=True, slots=True)
class Summary:
    """A report as written: where it is, what it counts, how long the run took in seconds."""

    path: Path
    counts: Counts
    seconds: float

    @property
    def findings(self) -> int:
        return self.counts.findings

    @property
    def exit_code(self) -> int:
        """0 without a finding, 1 with one; 3 when no line could be read: nothing found would mean nothing."""
        return InputError.exit_code if self.counts.nothing_read else 1 if self.findings else 0


def counted(tables: duckdb.DuckDBPyConnection, run: Run) -> Counts:
    """The counts of a run; raises Unbalanced, with every contradiction, if a line is lost or counted twice."""
    judged = _numbers(tables, "SELECT key, sum(n) FROM tally WHERE dimension = 'file' GROUP BY ALL")
    rejected = _numbers(tables, "SELECT file, count(DISTINCT line) FROM rejects GROUP BY ALL")
    kinds = _numbers(tables, "SELECT kind, count(*) FROM reported GROUP BY ALL")
    square = _square(tables)
    wrong = [*_lost_lines(run.files, judged, rejected), *_lost_kinds(square, kinds)]
    if wrong:
        raise Unbalanced("; ".join(wrong))
    ((break_glass,),) = tables.execute("SELECT count(*) FROM reported WHERE break_glass").fetchall()
    logs = {one.file for one in run.files}
    return Counts(
        lines_read=sum(one.read for one in run.files),
        judged=sum(one.judged for one in run.files),
        accesses=sum(one.accesses for one in run.files),
        rejected=sum(one.rejected for one in run.files),
        partly_rejected=sum(rejected.get(one.file, 0) - one.rejected for one in run.files),
        duplicates=sum(one.duplicates for one in run.files),
        outside=sum(one.outside for one in run.files),
        rejected_elsewhere=sum(n for file, n in rejected.items() if file not in logs),
        break_glass=break_glass,
        unnamed=_unnamed(tables),
        square=square,
        by_kind={kind: kinds.get(kind, 0) for kind in SHOWN},
    )


def _unnamed(tables: duckdb.DuckDBPyConnection) -> int:
    """Findings on a record of which the facts have no row, be it a mistake in how its identifier is written."""
    if not tables.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'facts'").fetchall():
        return 0
    ((n,),) = tables.execute(
        "SELECT count(*) FROM reported WHERE list_contains(?, kind) AND EXISTS (FROM facts) "
        "AND NOT EXISTS (FROM facts WHERE facts.patient_id = reported.patient_id)",
        [list(FINDINGS)],
    ).fetchall()
    return int(n)


def _numbers(tables: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    return {key: int(n) for key, n in tables.execute(query).fetchall()}


def _square(tables: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    square = {effect.value: dict.fromkeys(OUTCOMES, 0) for effect in Effect}
    query = "SELECT effect, outcome, sum(n) FROM tally WHERE dimension = 'file' GROUP BY ALL"
    for effect, outcome, n in tables.execute(query).fetchall():
        square[effect][outcome] = int(n)
    return square


def _lost_lines(files: Iterable[FileCounts], judged: Mapping[str, int], rejected: Mapping[str, int]) -> Iterable[str]:
    """INVARIANT (every line is somewhere): a line read is judged, rejected, a duplicate, or outside; and only one."""
    known = set()
    for one in files:
        known.add(one.file)
        if one.read != one.judged + one.rejected + one.duplicates + one.outside:
            yield f"the lines of `{one.file}` do not add up: {one}"
        if one.accesses != judged.get(one.file, 0):
            yield f"{one.accesses} accesses of `{one.file}` judged, {judged.get(one.file, 0)} tallied"
        if one.judged > one.accesses:
            yield f"{one.judged} lines of `{one.file}` judged, on {one.accesses} accesses"
        if one.rejected > rejected.get(one.file, 0):
            yield f"{one.rejected} lines of `{one.file}` rejected, {rejected.get(one.file, 0)} kept as rejects"
    yield from (f"accesses of `{file}` tallied, which is no log" for file in sorted(set(judged) - known))


def _lost_kinds(square: Mapping[str, Mapping[str, int]], kinds: Mapping[str, int]) -> Iterable[str]:
    """INVARIANT (every finding is shown): the accesses reported are those that the square counts."""
    for kind, (effect, outcome) in SHOWN.items():
        n = square[effect.value][outcome] if outcome else sum(square[effect.value].values())
        if n != kinds.get(kind, 0):
            yield f"{n} accesses are `{kind}`, {kinds.get(kind, 0)} reported"
