"""Whole columns on one core: `decide_table` on codes, on Arrow dictionaries, and copying the same bytes.

Rows are drawn around the situations of the scalar benchmarks, one fact in ten anew, so that a table holds thousands of
different requests and hundreds of different reasons. `HABILITATION_BENCH_ROWS` is the number of rows (10 million).

Facts missing are timed apart, on a decider without defaults that keeps what it worked out: each call decides a batch it
never met, of rows drawn evenly, the same rows complete, with axes that nobody states, and with facts missing anywhere.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.race import Contenders, race
from benchmarks.situations import SITUATIONS, STATED
from habilitation import Authorizer

ROWS = int(os.environ.get("HABILITATION_BENCH_ROWS", "10_000_000"))
ROUNDS = 3
REDRAWN = 0.1
DMP = Authorizer.dmp()
# What a log of accesses holds; the other axes have a default, or are answered as missing.
OF_A_LOG = sorted({axis for stated in STATED.values() for axis in stated})

Columns = dict[str, NDArray[np.uint8]]

COPY, CODES, STRINGS = "numpy.copyto of the same bytes", "codes", "Arrow dictionary strings"


def drawn(rows: int, names: list[str]) -> Columns:
    """Ordinals, a byte each: no axis of the DMP has more than 256 values."""
    draw = np.random.default_rng(25_09_2024)
    situation = draw.integers(0, len(SITUATIONS), rows)
    asked = DMP.answers.asked
    found: Columns = {}
    for name in names:
        axis = asked.index[name]
        usual = [asked.encoders[axis].ordinal(one[name]) for one in SITUATIONS.values()]
        column = np.array(usual, np.uint8)[situation]
        anew = draw.random(rows) < REDRAWN
        column[anew] = draw.integers(0, len(DMP.tables.axes[axis].values), int(anew.sum()))
        found[name] = column
    return found


def as_strings(columns: Columns) -> pa.Table:
    """The same rows in Arrow: codes as dictionaries of strings, facts as booleans."""
    found = {}
    for name, column in columns.items():
        axis = DMP.tables.axes[DMP.answers.asked.index[name]]
        if axis.fact:
            found[name] = pa.array(column.astype(bool))
        else:
            values = pa.array([value.name for value in axis.values], pa.string())
            found[name] = pa.DictionaryArray.from_arrays(pa.array(column, pa.int32()), values)
    return pa.table(found)


def copied(columns: Columns) -> list[tuple[Any, Any]]:
    """Pairs to copy: the bytes that are read, then as many as are written (effect, reason, edition)."""
    written = [np.zeros(ROWS, kind) for kind in (np.uint8, np.int32, np.int32)]
    return [(np.empty_like(column), column) for column in [*columns.values(), *written]]


BATCHES, BATCH_ROWS, WARM = 20, 131_072, 6
SCATTERED = 0.05
# What few systems record of an access.
UNSTATED = frozenset(
    {
        *("express_consent", "resident_agreement", "unable_to_express", "immediate_danger", "announcement"),
        *("secret_connection", "authorization", "own_structure", "hidden_from_patient", "hidden_from_representatives"),
    }
)
COMPLETE, NULL_AXES, ANYWHERE = "complete", "ten axes never stated", "ten axes never stated, 5 % of the rest missing"


def batches(unstated: frozenset[str], missing: float) -> Iterator[pa.RecordBatch]:
    """The same rows whatever is missing: nullable ordinals, as the audit judges them."""
    for seed in range(BATCHES):
        draw = np.random.default_rng(seed)
        columns = {}
        for axis in DMP.tables.axes:
            values = draw.integers(0, len(axis.values), BATCH_ROWS).astype(np.uint16)
            out = draw.random(BATCH_ROWS) < (1 if axis.name in unstated else missing)
            columns[axis.name] = pa.array(values, mask=out) if out.any() else pa.array(values)
        yield pa.record_batch(columns)


def decider(unstated: frozenset[str], missing: float) -> Callable[[], Any]:
    """Decides another batch at each call, once it has seen a few."""
    decide = DMP.without_defaults().decider().decided
    left = itertools.cycle(list(batches(unstated, missing)))
    for batch in itertools.islice(left, WARM):
        decide(batch)
    return lambda: decide(next(left))


def contenders(names: list[str]) -> Contenders:
    columns = drawn(ROWS, names)
    strings, pairs = as_strings(columns), copied(columns)

    def copy() -> None:
        for target, source in pairs:
            np.copyto(target, source)

    return {
        COPY: copy,
        CODES: lambda: DMP.decide_table(columns),
        STRINGS: lambda: DMP.decide_table(strings),
    }


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """One core, whatever numpy or Arrow would like; where the system cannot say so, as it comes."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    yield
    os.sched_setaffinity(0, cores)


@pytest.fixture(scope="module")
def all_axes() -> Contenders:
    return contenders(list(DMP.answers.asked.index))


@pytest.fixture(scope="module")
def axes_of_a_log() -> Contenders:
    return contenders(OF_A_LOG)


@pytest.mark.benchmark(group="a table, all 31 axes")
@pytest.mark.parametrize("name", [COPY, CODES, STRINGS])
def test_a_table_of_all_axes(benchmark: BenchmarkFixture, all_axes: Contenders, name: str) -> None:
    race(benchmark, all_axes, name, rounds=ROUNDS, calls=ROWS)


@pytest.mark.benchmark(group="a table, the axes of a log")
@pytest.mark.parametrize("name", [COPY, CODES, STRINGS])
def test_a_table_of_the_axes_of_a_log(benchmark: BenchmarkFixture, axes_of_a_log: Contenders, name: str) -> None:
    race(benchmark, axes_of_a_log, name, rounds=ROUNDS, calls=ROWS)


@pytest.fixture(scope="module")
def facts_missing() -> Contenders:
    return {
        COMPLETE: decider(frozenset(), 0),
        NULL_AXES: decider(UNSTATED, 0),
        ANYWHERE: decider(UNSTATED, SCATTERED),
    }


@pytest.mark.benchmark(group="a decider without defaults, facts missing")
@pytest.mark.parametrize("name", [COMPLETE, NULL_AXES, ANYWHERE])
def test_rows_with_facts_missing(benchmark: BenchmarkFixture, facts_missing: Contenders, name: str) -> None:
    race(benchmark, facts_missing, name, rounds=ROUNDS, calls=BATCH_ROWS)
