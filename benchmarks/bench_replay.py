"""`diff --log`, from a log and two policies to what changes, beside the plain audit of the same log: ratios in one run.

    python -m benchmarks.bench_replay

prints the table. `HABILITATION_BENCH_LINES` is the number of lines (1 million), facts are a quarter of it;
`HABILITATION_BENCH_ROUNDS` is the number of rounds (3), each of them both sides in turn. Every run is a process of its
own; processor and memory are those of all it starts (see `process.py`).
"""

from __future__ import annotations

import datetime
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bench_audit import TABLES, audited
from benchmarks.hospital_at_scale import COMPLETE, write_columns, write_policy, write_tables
from benchmarks.process import Taken, taken
from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.replay import Side, held_at, replayed

LINES = int(os.environ.get("HABILITATION_BENCH_LINES", "1_000_000"))
ROUNDS = int(os.environ.get("HABILITATION_BENCH_ROUNDS", "3"))
EDITIONS = datetime.date(2024, 9, 25), datetime.date(2025, 7, 8)
# Made for the measure: one access in twenty of the log is a nurse's, to a note.
CLOSED = """
forbid notes_closed_to_nurses
  for consult
  when profession is G15_60 and document_type is "34133-9"
  because "a benchmark, no text of law"
  fr "Banc d'essai : note fermée aux infirmiers."
  en "Benchmark: a note closed to nurses."
"""


def judged_again(log: Path, policy: Path | None = None, tables: Path | None = None) -> int:
    """How many accesses a policy judges otherwise than the DMP's; without one, its last edition than its first."""
    given: dict[str, Any] = {name: (str(tables / f"{name}.parquet"),) for name in TABLES} if tables else {}
    asked = Asked(logs=(str(log),), complete=COMPLETE, zone="Europe/Paris", **given)
    dmp = Authorizer.dmp()
    sides = (dmp, Authorizer.load(policy)) if policy else (held_at(dmp, day, None) for day in EDITIONS)
    return replayed(*(Side(side, asked) for side in sides)).changed


def run(work: str, *given: Path | None) -> Taken:
    """Do some work in a fresh interpreter: its start is counted, on both sides."""
    return taken([sys.executable, "-m", "benchmarks.bench_replay", work, *(str(one or "") for one in given)])


WORK: dict[str, Callable[..., object]] = {work.__name__: work for work in (judged_again, audited)}


@dataclass(frozen=True, slots=True)
class Row:
    """A log, the tables beside it, and the policy under which it is judged again."""

    what: str
    log: Path
    policy: Path | None
    tables: Path | None = None

    def raced(self, out: Path) -> str:
        """Both, in turn, once the files are warm."""
        changed = judged_again(self.log, self.policy, self.tables)
        again, audit = (self.log, self.policy, self.tables), (self.log, out, self.tables)
        pairs = [(run("judged_again", *again), run("audited", *audit)) for _ in range(ROUNDS)]
        wall = statistics.median(ours.wall / theirs.wall for ours, theirs in pairs)
        cpu = statistics.median(ours.cpu / theirs.cpu for ours, theirs in pairs)
        seconds, theirs = (statistics.median(side.wall for side in sides) for sides in zip(*pairs, strict=True))
        peak = max(ours.peak for ours, _ in pairs)
        took = f"{wall:.1f}× | {cpu:.1f}× | {seconds:.1f} s | {theirs:.1f} s | {peak:.0f} MiB"
        return f"| {self.what} | {changed:,} | {took} |"


def rows(folder: Path) -> Iterator[Row]:
    """The races."""
    policy = write_policy(folder / "policy", 1)
    (policy / "rules" / "closed.hab").write_text(CLOSED, encoding="utf-8")
    columns, lines = write_columns(folder / "columns.parquet", LINES), f"Parquet, {LINES:,} lines"
    yield Row(f"{lines}, facts as columns, two editions of the DMP policy", columns, None)
    yield Row(f"{lines}, facts as columns, a rule that closes one access in twenty", columns, policy)
    tables = write_tables(folder / "tables", LINES, LINES // 4)
    what = f"{lines}, tables of {LINES // 4:,} facts as of the instant, the same rule"
    yield Row(what, tables / "log.parquet", policy, tables)


def main() -> None:
    """The table, a race after the other."""
    head = ("what", "judged otherwise", "beside the audit, wall", "processor", "wall", "the audit, wall", "peak memory")
    with tempfile.TemporaryDirectory() as folder:
        print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}", flush=True)
        for row in rows(Path(folder)):
            print(row.raced(Path(folder) / "report"), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        WORK[sys.argv[1]](*(Path(one) if one else None for one in sys.argv[2:]))
    else:
        main()
