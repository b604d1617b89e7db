"""`check` on the DMP policy, then the total comparison of its tables with the definition.

In seconds of processor, since a second on the wall is that of the neighbours too.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.race import Contenders, race
from habilitation.authoring.certificate import certificate
from habilitation.authoring.check import examine, opened


def check() -> None:
    assert not examine(opened(None)).errors


def check_and_compare() -> dict[str, Any]:
    return certificate(examine(opened(None)))


CHECKS: Contenders = {"check": check, "check and certificate": check_and_compare}


@pytest.mark.benchmark(group="compile, invariants, total comparison", timer=time.process_time)
@pytest.mark.parametrize("name", CHECKS)
def test_check(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, CHECKS, name, rounds=2)
