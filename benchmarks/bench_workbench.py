"""The verbs of a policy author on the DMP policy, as typed: in a process that has run them once, and from a cold start.

Both run the command line whole, its words and its printing included, on the wall: that is what somebody waits for.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.race import race
from tests.command_line import run

ROOT = Path(__file__).parent.parent
# What is typed, and how it ends on the shipped policy.
VERBS: dict[str, tuple[Sequence[str], int]] = {
    "check": (("check",), 0),
    "test --coverage": (("test", "--coverage"), 0),
    "diff of two editions": (("diff", "dmp@2024-09-25", "dmp@2025-07-08"), 1),
}


def warm(name: str) -> None:
    words, code = VERBS[name]
    assert run(*words).code == code


def ended(words: Sequence[str]) -> int:
    """How a command ends, run in a process of its own."""
    command = [sys.executable, "-m", "habilitation", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode  # noqa: S603  # our own program


def cold(name: str) -> None:
    words, code = VERBS[name]
    assert ended(words) == code


@pytest.mark.benchmark(group="the workbench, in a warm process")
@pytest.mark.parametrize("name", VERBS)
def test_warm(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, {name: lambda: warm(name)}, name, rounds=5)


@pytest.mark.benchmark(group="the workbench, from a cold start")
@pytest.mark.parametrize("name", VERBS)
def test_cold(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, {name: lambda: cold(name)}, name, rounds=5)


@pytest.mark.benchmark(group="the mutants of the DMP policy, on two cores")
def test_mutants(benchmark: BenchmarkFixture) -> None:
    benchmark.extra_info["contender"] = "mutate"
    timed: Any = benchmark.pedantic  # pytest-benchmark does not ship its types
    assert timed(ended, (("mutate", "--jobs", "2"),), rounds=1) in {0, 1}
