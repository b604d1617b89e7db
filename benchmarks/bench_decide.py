"""One decision: the engine, the hand-written if-chain, and the floor under any Python function.

Sixteen situations in turn, written out as a caller writes them, in a loop that is the same for all: a time is that of
16 calls, 64 times over. The if-chain is given dicts that are already built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import repeat
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import if_chain
from benchmarks.race import Contenders, race
from benchmarks.situations import SITUATIONS, STATED
from habilitation import Authorizer

TURNS = 64
CALLS = TURNS * len(SITUATIONS)
ROUNDS = 150
DMP = Authorizer.dmp()


def looped(called: Callable[..., Any], arguments: list[str], **names: Any) -> Callable[[], None]:
    """A function that makes the calls, each written out, `TURNS` times over."""
    calls = "".join(f"        called({one})\n" for one in arguments)
    text = f"def loop(called=called, {''.join(f'{name}={name}, ' for name in names)}):\n    for _ in turns:\n{calls}"
    text = text.replace("in turns", f"in repeat(None, {TURNS})")
    scope: dict[str, Any] = {"called": called, "repeat": repeat, **names}
    exec(text, scope)  # noqa: S102  # our own situations
    loop: Callable[[], None] = scope["loop"]
    return loop


def by_keywords(called: Callable[..., Any], requests: Mapping[str, Mapping[str, Any]]) -> Callable[[], None]:
    written = [", ".join(f"{axis}={value!r}" for axis, value in request.items()) for request in requests.values()]
    return looped(called, written)


def by_mapping(called: Callable[..., Any], requests: Mapping[str, Mapping[str, Any]]) -> Callable[[], None]:
    names = {f"request_{number}": dict(request) for number, request in enumerate(requests.values())}
    return looped(called, list(names), **names)


def nothing() -> None:
    """The floor."""


def with_keywords() -> Callable[..., None]:
    """The floor of a function that names every axis, with its default."""
    scope: dict[str, Any] = {}
    exec(f"def nothing({', '.join(f'{axis.name}=None' for axis in DMP.tables.axes)}): pass", scope)  # noqa: S102  # names of axes
    function: Callable[..., None] = scope["nothing"]
    return function


def chain_by_keywords(**request: Any) -> if_chain.Answer:
    return if_chain.decide(request)


def contenders(requests: Mapping[str, Mapping[str, Any]]) -> Contenders:
    return {
        "an empty call": looped(nothing, [""] * len(requests)),
        "an empty call, same keywords": by_keywords(with_keywords(), requests),
        "the if-chain, a dict": by_mapping(if_chain.decide, requests),
        "the if-chain, keywords": by_keywords(chain_by_keywords, requests),
        "decide, a dict": by_mapping(DMP.decide, requests),
        "decide, keywords": by_keywords(DMP.decide, requests),
    }


ALL_FACTS = contenders(SITUATIONS)
FACTS_STATED = contenders(STATED)


@pytest.mark.benchmark(group="one decision, all 31 facts")
@pytest.mark.parametrize("name", ALL_FACTS)
def test_one_decision_with_all_facts(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, ALL_FACTS, name, rounds=ROUNDS, calls=CALLS)


@pytest.mark.benchmark(group="one decision, the 9 to 15 facts that a caller states")
@pytest.mark.parametrize("name", FACTS_STATED)
def test_one_decision_with_the_facts_stated(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, FACTS_STATED, name, rounds=ROUNDS, calls=CALLS)
