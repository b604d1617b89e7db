"""What is asked of an audit: which logs and tables, by which policy, under which declarations."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

STANDARD_INPUT = "-"
CALENDAR = "Europe/Paris"  # of the days of the law, when no zone is declared
# Past four, what grows most is memory: AuditEvents are read by as many processes.
JOBS = min(os.cpu_count() or 1, 4)


@dataclass(frozen=True, slots=True)
class Asked:
    """An audit as asked. Paths may be globs; `-` is the standard input, and only a log.

    `complete`: axes for which no row means the restrictive default; for any other axis, no row means unknown.
    `assume`: axis to value, for every line that states none. `lag`: how long, by fact, what a unit or a structure was
    to a patient outlasts its end (the days after a discharge). `granularity`: what the stamps of lines without a
    `time_granularity` are rounded down to. `zone`: of date-times without an offset, which are refused when it is empty.
    """

    logs: tuple[str, ...]
    out: Path | None = None
    facts: tuple[str, ...] = ()
    memberships: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    policy: Path | None = None
    mapping: Path | None = None
    format: str = ""  # csv, parquet or ndjson, when the content does not tell
    complete: frozenset[str] = frozenset()
    assume: Mapping[str, str] = field(default_factory=dict)
    lag: Mapping[str, datetime.timedelta] = field(default_factory=dict)
    granularity: datetime.timedelta | None = None
    zone: str = ""
    known_on: datetime.date | None = None
    deduplicate: str = ""  # request_id or gesture
    patient: str = ""  # only the accesses to this record
    professional: str = ""  # only the accesses of this person
    since: datetime.date | None = None
    until: datetime.date | None = None  # excluded
    jobs: int = JOBS
    pseudonymise: Path | None = None
    dialect: str = "rfc4180"  # or excel-fr
    lang: str = "fr"

    @property
    def calendar(self) -> str:
        """The zone whose days and hours are counted."""
        return self.zone or CALENDAR
