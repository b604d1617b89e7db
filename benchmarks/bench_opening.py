"""Opening the DMP policy: compiled, or from its texts.

In one process, every module loaded and every cache warm: that is fair to the texts, since what they need more (lark,
yaml, pydantic) costs a second tenth of a second to import. What a policy puts off until it is asked is seen by the
second group, which asks once; the third opens in a fresh interpreter, as a service does when it starts: the whole
process is timed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.race import Contenders, race
from benchmarks.situations import STATED
from habilitation import Authorizer

TEXTS, COMPILED, NOTHING = "from its texts", "compiled", "an interpreter that does nothing"


@pytest.fixture(scope="module")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("compiled") / "dmp.habc"
    path.write_bytes(Authorizer.dmp().compile())
    return path


@pytest.mark.benchmark(group="opening the policy")
@pytest.mark.parametrize("name", [TEXTS, COMPILED])
def test_opening(benchmark: BenchmarkFixture, artefact: Path, name: str) -> None:
    ways: Contenders = {TEXTS: Authorizer.dmp, COMPILED: lambda: Authorizer.load(artefact)}
    race(benchmark, ways, name, rounds=20)


@pytest.mark.benchmark(group="opening the policy, and a first decision")
@pytest.mark.parametrize("name", [TEXTS, COMPILED])
def test_opening_and_a_first_decision(benchmark: BenchmarkFixture, artefact: Path, name: str) -> None:
    (request, *_) = STATED.values()
    ways: Contenders = {
        TEXTS: lambda: Authorizer.dmp().decide(request),
        COMPILED: lambda: Authorizer.load(artefact).decide(request),
    }
    race(benchmark, ways, name, rounds=20)


def fresh(program: str, *arguments: str) -> None:
    command = [sys.executable, "-c", program, *arguments]
    subprocess.run(command, check=True, cwd=Path(__file__).parent.parent)  # noqa: S603  # our own programs


@pytest.mark.benchmark(group="opening the policy, in a fresh interpreter")
@pytest.mark.parametrize("name", [NOTHING, TEXTS, COMPILED])
def test_opening_in_a_fresh_interpreter(benchmark: BenchmarkFixture, artefact: Path, name: str) -> None:
    opening = "import sys; from habilitation import Authorizer; Authorizer"
    ways: Contenders = {
        NOTHING: lambda: fresh("pass"),
        TEXTS: lambda: fresh(f"{opening}.dmp()"),
        COMPILED: lambda: fresh(f"{opening}.load(sys.argv[1])", str(artefact)),
    }
    race(benchmark, ways, name, rounds=5)
