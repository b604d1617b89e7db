"""A whole audit, from files to report, beside reading the same files: ratios in one run, and the memory at its highest.

`HABILITATION_BENCH_LINES` is the number of lines (20 million; facts are a quarter of it). Peak memory is that of a
process of its own, in MiB, kept in `extra_info`.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.hospital_at_scale import COMPLETE, as_csv, write_columns, write_tables
from benchmarks.race import race
from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.run import audit

LINES = int(os.environ.get("HABILITATION_BENCH_LINES", "20_000_000"))
FACTS = LINES // 4
AUDIT, READ, JOINS = "audit", "only reading the same columns", "DuckDB doing the same as-of joins alone"
ROUNDS = 2
_TABLES = ("facts", "memberships", "documents")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hospital")


def audited(log: Path, out: Path, tables: Path | None = None) -> None:
    """The audit of a log, with the tables of a folder or with the facts of its columns."""
    given: dict[str, Any] = {name: (str(tables / f"{name}.parquet"),) for name in _TABLES} if tables else {}
    asked = Asked(logs=(str(log),), out=out, complete=COMPLETE, zone="Europe/Paris", jobs=2, **given)
    audit(asked, Authorizer.dmp())


def _peak(work: Callable[[], None], told: Any) -> None:
    work()
    told.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def peak(work: Callable[[], None]) -> int:
    """The memory of a fresh process that does the work, at its highest, in MiB."""
    fresh = multiprocessing.get_context("spawn")
    told = fresh.Queue()
    process = fresh.Process(target=_peak, args=(work, told))
    process.start()
    found: int = told.get()
    process.join()
    return found


def parquet_read(log: Path) -> None:
    for _ in pq.ParquetFile(log).iter_batches(131_072):
        pass


def csv_read(log: Path) -> None:
    for _ in duckdb.connect().read_csv(str(log), all_varchar=True).to_arrow_reader(131_072):
        pass


def joined(folder: Path) -> None:
    """What a data person would write: one ASOF join a fact."""

    def fact(name: str) -> str:
        return f"(SELECT * FROM '{folder}/facts.parquet' WHERE fact = '{name}')"  # noqa: S608  # ours

    duckdb.connect(config={"threads": 2}).sql(f"""
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


def measured(benchmark: BenchmarkFixture, work: Callable[[], None], name: str, baseline: Callable[[], None]) -> None:
    race(benchmark, {AUDIT: work, name: baseline}, AUDIT, rounds=ROUNDS, calls=LINES)
    benchmark.extra_info["peak_mib"] = peak(work)


@pytest.mark.benchmark(group="audit: Parquet, facts as columns")
def test_parquet_with_facts_as_columns(benchmark: BenchmarkFixture, data: Path) -> None:
    log = write_columns(data / "columns.parquet", LINES)
    measured(benchmark, partial(audited, log, data / "report"), READ, partial(parquet_read, log))


@pytest.mark.benchmark(group="audit: CSV, facts as columns")
def test_csv_with_facts_as_columns(benchmark: BenchmarkFixture, data: Path) -> None:
    log = as_csv(data / "columns.parquet", data / "columns.csv")
    measured(benchmark, partial(audited, log, data / "report"), READ, partial(csv_read, log))
    log.unlink()


@pytest.mark.benchmark(group="audit: Parquet, facts as of the instant")
def test_parquet_with_facts_as_of_the_instant(benchmark: BenchmarkFixture, data: Path) -> None:
    folder = write_tables(data / "tables", LINES, FACTS)
    work = partial(audited, folder / "log.parquet", data / "report", folder)
    measured(benchmark, work, JOINS, partial(joined, folder))


@pytest.mark.benchmark(group="audit: how it grows")
@pytest.mark.parametrize(("lines", "facts"), [(1, 1), (2, 1), (4, 1), (1, 2), (1, 4)], ids=str)
def test_it_grows_with_lines_and_facts(benchmark: BenchmarkFixture, data: Path, lines: int, facts: int) -> None:
    unit = LINES // 4
    folder = write_tables(data / f"{lines}x{facts}", unit * lines, FACTS // 4 * facts)
    timed: Any = benchmark.pedantic
    timed(partial(audited, folder / "log.parquet", data / "report", folder), rounds=1)
    benchmark.extra_info |= {"lines": unit * lines, "facts": FACTS // 4 * facts}
