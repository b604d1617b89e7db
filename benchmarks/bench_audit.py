"""A whole audit, from files to report, beside reading the same files: ratios in one run, and the memory at its highest.

    python -m benchmarks.bench_audit

prints the table. `HABILITATION_BENCH_LINES` is the number of lines (20 million): facts are a quarter of it,
AuditEvents a tenth. `HABILITATION_BENCH_ROUNDS` is the number of rounds (3), each of them both sides in turn. Every run
is a process of its own; processor and memory are those of all it starts (see `process.py`).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from benchmarks.hospital_at_scale import COMPLETE, as_csv, as_ndjson, write_columns, write_policy, write_tables
from benchmarks.process import Taken, taken
from habilitation import Authorizer
from habilitation.audit.asked import JOBS, Asked
from habilitation.audit.run import audit

LINES = int(os.environ.get("HABILITATION_BENCH_LINES", "20_000_000"))
ROUNDS = int(os.environ.get("HABILITATION_BENCH_ROUNDS", "3"))
TABLES = ("facts", "memberships", "documents")
# What an AuditEvent does not say.
_ASSUMED = {
    "care_team": "true",
    "initial_consent": "true",
    "record_status": "active",
    "capacity": "professional",
    "channel": "direct",
}


# --- what is timed --------------------------------------------------------------------------------


def audited(log: Path, out: Path, tables: Path | None = None, policy: Path | None = None) -> None:
    """The audit of a log, with the tables of a folder or with the facts of its columns."""
    given: dict[str, Any] = {name: (str(tables / f"{name}.parquet"),) for name in TABLES} if tables else {}
    if log.suffix == ".ndjson":
        given["assume"] = _ASSUMED
    asked = Asked(logs=(str(log),), out=out, complete=COMPLETE, zone="Europe/Paris", **given)
    audit(asked, Authorizer.load(policy) if policy else Authorizer.dmp())


def parquet_read(log: Path) -> None:
    for _ in pq.ParquetFile(log).iter_batches(131_072):
        pass


def csv_read(log: Path) -> None:
    for _ in duckdb.connect().read_csv(str(log), all_varchar=True).to_arrow_reader(131_072):
        pass


def ndjson_extracted(log: Path) -> None:
    """The columns of an access out of AuditEvents, by DuckDB: elements that are not named are not read."""
    coding = "STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[])"
    who = "STRUCT(reference VARCHAR, identifier STRUCT(value VARCHAR))"
    agent = f"STRUCT(requestor BOOLEAN, who {who}, role {coding}[], location {who}, purposeOfUse {coding}[])"
    detail = "STRUCT(type VARCHAR, valueString VARCHAR)[]"
    entity = f"STRUCT(what {who}, type STRUCT(code VARCHAR), role STRUCT(code VARCHAR), detail {detail})"
    shape = (
        f"{{id: 'VARCHAR', period: 'STRUCT(start VARCHAR)', recorded: 'VARCHAR', outcome: 'VARCHAR', "
        f"action: 'VARCHAR', subtype: 'STRUCT(code VARCHAR)[]', agent: '{agent}[]', entity: '{entity}[]'}}"
    )
    lines = duckdb.connect(config={"threads": JOBS}).sql(f"""
        SELECT id, coalesce(period.start, recorded), who.who.identifier.value, who.role[1].coding[1],
               who.location.reference, who.purposeOfUse[1].coding[1], action, outcome, subtype[1].code,
               list_filter(entity, lambda e: e.role.code = '1')[1].what.reference, file.what.reference,
               file.detail[1].valueString, list_filter(entity, lambda e: e.type.code = 'XrequestId')[1].what
        FROM (SELECT *, list_filter(agent, lambda a: a.requestor)[1] AS who,
                     list_filter(entity, lambda e: e.role.code = '4')[1] AS file
              FROM read_ndjson('{log}', columns = {shape}))
    """)  # noqa: S608  # ours
    for _ in lines.to_arrow_reader(131_072):
        pass


def joined(folder: Path) -> None:
    """What a data person would write: one ASOF join a fact."""

    def fact(name: str) -> str:
        return f"(SELECT * FROM '{folder}/facts.parquet' WHERE fact = '{name}')"  # noqa: S608  # ours

    duckdb.connect(config={"threads": JOBS}).sql(f"""
        SELECT count(consent.valid_from), count(status.value), count(treating.value), count(stay.valid_to),
               count(member.valid_from), sum(document.masked::INT)
        FROM '{folder}/log.parquet' l
        ASOF LEFT JOIN {fact("initial_consent")} consent ON l.patient_id = consent.patient_id
                       AND l.time >= consent.valid_from
        ASOF LEFT JOIN {fact("record_status")} status ON l.patient_id = status.patient_id
                       AND l.time >= status.valid_from
        ASOF LEFT JOIN {fact("treating_physician")} treating ON l.patient_id = treating.patient_id
                       AND l.professional_id = treating.actor_id AND l.time >= treating.valid_from
        ASOF LEFT JOIN {fact("care_team")} stay ON l.patient_id = stay.patient_id AND l.time >= stay.valid_from
        ASOF LEFT JOIN '{folder}/memberships.parquet' member ON l.professional_id = member.professional_id
                       AND stay.actor_id = member.actor_id AND l.time >= member.valid_from
        ASOF LEFT JOIN '{folder}/documents.parquet' document ON l.document_id = document.document_id
                       AND l.time >= document.valid_from
    """).fetchall()  # noqa: S608  # as above


WORK: dict[str, Callable[..., None]] = {
    work.__name__: work for work in (audited, parquet_read, csv_read, ndjson_extracted, joined)
}


# --- how ------------------------------------------------------------------------------------------


def run(work: Callable[..., None], *given: Path) -> Taken:
    """Do some work in a fresh interpreter: its start is counted, on both sides."""
    return taken([sys.executable, "-m", "benchmarks.bench_audit", work.__name__, *map(str, given)])


@dataclass(frozen=True, slots=True)
class Row:
    """A race: a log, the tables beside it, what it is compared to, and the share of its speed to reach, in percent."""

    what: str
    log: Path
    tables: Path | None
    baseline: str
    beside: Callable[..., None]
    reach: int

    def raced(self, out: Path) -> str:
        """Both, in turn; the first round warms the files up."""
        given = (self.log, out, self.tables) if self.tables else (self.log, out)
        pairs = [(run(audited, *given), run(self.beside, self.tables or self.log)) for _ in range(ROUNDS + 1)][1:]
        wall = statistics.median(theirs.wall / ours.wall for ours, theirs in pairs)
        cpu = statistics.median(theirs.cpu / ours.cpu for ours, theirs in pairs)
        seconds = statistics.median(ours.wall for ours, _ in pairs)
        peak = max(ours.peak for ours, _ in pairs)
        verdict = "reached" if 100 * wall >= self.reach else "missed"
        return (
            f"| {self.what} | {self.baseline} | ≥ {self.reach} % | {wall:.0%} | {cpu:.0%} | {seconds:.1f} s "
            f"| {peak:.0f} MiB | {verdict} |"
        )


def rows(folder: Path) -> Iterator[Row]:
    """The races, each with files of its own, made when its turn comes."""
    columns, events = f"{LINES:,} lines", LINES // 10
    log = write_columns(folder / "columns.parquet", LINES)
    yield Row(
        f"Parquet, facts as columns, {columns}", log, None, "pyarrow only reading the same columns", parquet_read, 50
    )
    csv = as_csv(log, folder / "columns.csv")
    yield Row(f"CSV, facts as columns, {columns}", csv, None, "DuckDB reading the same columns", csv_read, 60)
    for path in (csv, log):
        path.unlink()
    few = write_columns(folder / "few.parquet", events)
    ndjson = as_ndjson(few, folder / "events.ndjson")
    yield Row(
        f"AuditEvent NDJSON, {events:,} lines", ndjson, None, "DuckDB extracting the same fields", ndjson_extracted, 60
    )
    ndjson.unlink()
    tables = write_tables(folder / "tables", LINES, LINES // 4)
    yield Row(
        f"Parquet and tables as of the instant, {columns}, {LINES // 4:,} facts",
        tables / "log.parquet",
        tables,
        "DuckDB doing the same as-of joins alone",
        joined,
        60,
    )


def growth(folder: Path) -> Iterator[str]:
    """Twice and four times the lines, or the facts, more and more editions, and each kind of log: time and memory."""
    unit = LINES // 4
    for lines, facts in ((1, 1), (2, 1), (4, 1), (1, 2), (1, 4)):
        tables = write_tables(folder / f"{lines}x{facts}", unit * lines, unit // 4 * facts)
        took = run(audited, tables / "log.parquet", folder / "report", tables)
        yield _grown(f"{unit * lines:,} lines", f"{unit // 4 * facts:,} facts", took)
        for file in tables.iterdir():
            file.unlink()
    tables = write_tables(folder / "dated", unit, unit // 4)
    for editions in (1, 12, 48):
        policy = write_policy(folder / f"policy{editions}", editions)
        took = run(audited, tables / "log.parquet", folder / "report", tables, policy)
        yield _grown(f"{unit:,} lines", f"{unit // 4:,} facts, {editions} editions in the year", took)
    for file in tables.iterdir():
        file.unlink()
    for times in (1, 2, 4):
        log = write_columns(folder / "columns.parquet", unit * times)
        yield _grown(f"{unit * times:,} lines", "Parquet, facts as columns", run(audited, log, folder / "report"))
        csv = as_csv(log, folder / "columns.csv")
        yield _grown(f"{unit * times:,} lines", "CSV, facts as columns", run(audited, csv, folder / "report"))
        csv.unlink()
        few = write_columns(folder / "few.parquet", unit * times // 10)
        ndjson = as_ndjson(few, folder / "events.ndjson")
        yield _grown(f"{unit * times // 10:,} lines", "AuditEvent NDJSON", run(audited, ndjson, folder / "report"))
        ndjson.unlink()


def _grown(lines: str, beside: str, took: Taken) -> str:
    return f"| {lines} | {beside} | {took.wall:.1f} s | {took.cpu:.1f} s | {took.peak:.0f} MiB |"


def main() -> None:
    """The races, then how it grows."""
    with tempfile.TemporaryDirectory() as folder:
        _told("what", "baseline", "reach for", "median, wall", "median, processor", "wall", "peak memory", "verdict")
        for row in rows(Path(folder)):
            print(row.raced(Path(folder) / "report"), flush=True)
        print()
        _told("lines", "beside", "wall", "processor", "peak memory")
        for line in growth(Path(folder)):
            print(line, flush=True)


def _told(*head: str) -> None:
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        WORK[sys.argv[1]](*map(Path, sys.argv[2:]))
    else:
        main()
