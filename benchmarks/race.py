"""How a group is timed: each contender a benchmark of its own, with the others timed in turn, round by round.

Hosts change speed by 1.6 within minutes, so two benchmarks run one after the other give no ratio. Here every round of
a contender first runs the others once, outside its own clock: `extra_info["beside"]` keeps, for each of them, its
times and the median of the ratios taken within one round.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture

Contenders = Mapping[str, Callable[[], Any]]


def race(benchmark: BenchmarkFixture, contenders: Contenders, name: str, *, rounds: int, calls: int = 1) -> None:
    """Time one contender, which makes `calls` calls, beside all the others."""
    others = {other: contender for other, contender in contenders.items() if other != name}
    clocked: dict[str, list[float]] = {other: [] for other in others}

    def time_the_others() -> None:
        for other, contender in others.items():
            start = time.perf_counter()
            contender()
            clocked[other].append(time.perf_counter() - start)

    timed: Any = benchmark.pedantic  # pytest-benchmark does not ship its types
    timed(contenders[name], setup=time_the_others, rounds=rounds, warmup_rounds=1)
    if benchmark.stats is None:  # --benchmark-disable: run once, nothing timed
        return
    own: list[float] = benchmark.stats.stats.data
    benchmark.extra_info["contender"] = name
    benchmark.extra_info["calls"] = calls
    benchmark.extra_info["beside"] = {
        other: {
            "min": min(times[1:]),  # the first is the warm-up's
            "median": statistics.median(times[1:]),
            "ratio": statistics.median(mine / theirs for mine, theirs in zip(own, times[1:], strict=True)),
        }
        for other, times in clocked.items()
    }
