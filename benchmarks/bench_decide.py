"""One decision: the engine, the hand-written if-chain, and the floor under any Python function.

Sixteen situations in turn, written out as a caller writes them, in a loop that is the same for all: a time is that of
16 calls, 64 times over. The if-chain is timed on dicts that are already built, and on dicts written out in the call,
as keywords are. Past 15 keywords CPython 3.11 builds a dict to make a call: hence an empty function with them all.
"""

from __future__ import annotations

import random
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

EMPTY = "an empty call"
EMPTY_WITH_KEYWORDS = "an empty call, same keywords"
CHAIN = "the if-chain, a dict"
CHAIN_WRITTEN_OUT = "the if-chain, a dict written out"


Requests = Mapping[str, Mapping[str, Any]]


def looped(called: Callable[..., Any], arguments: list[str], **names: Any) -> Callable[[], None]:
    """A function that makes these calls, each written out, `TURNS` times over."""
    calls = "".join(f"        called({one})\n" for one in arguments)
    parameters = "".join(f", {name}={name}" for name in names)
    text = f"def loop(called=called{parameters}):\n    for _ in repeat(None, {TURNS}):\n{calls}"
    scope: dict[str, Any] = {"called": called, "repeat": repeat, **names}
    exec(text, scope)  # noqa: S102  # our own situations
    loop: Callable[[], None] = scope["loop"]
    return loop


def by_keywords(called: Callable[..., Any], requests: Requests) -> Callable[[], None]:
    return looped(called, [", ".join(f"{axis}={value!r}" for axis, value in one.items()) for one in requests.values()])


def by_dict_written_out(called: Callable[..., Any], requests: Requests) -> Callable[[], None]:
    return looped(called, [repr(dict(one)) for one in requests.values()])


def by_dict(called: Callable[..., Any], requests: Requests) -> Callable[[], None]:
    names = {f"request_{number}": dict(one) for number, one in enumerate(requests.values())}
    return looped(called, list(names), **names)


def nothing() -> None:
    """The floor."""


def with_keywords() -> Callable[..., None]:
    """The floor of a function that names every axis, with its default."""
    scope: dict[str, Any] = {}
    exec(f"def nothing({', '.join(f'{axis.name}=None' for axis in DMP.tables.axes)}): pass", scope)  # noqa: S102  # names of axes
    function: Callable[..., None] = scope["nothing"]
    return function


def contenders(requests: Requests) -> Contenders:
    return {
        EMPTY: looped(nothing, [""] * len(requests)),
        EMPTY_WITH_KEYWORDS: by_keywords(with_keywords(), requests),
        CHAIN: by_dict(if_chain.decide, requests),
        CHAIN_WRITTEN_OUT: by_dict_written_out(if_chain.decide, requests),
        "decide, a dict": by_dict(DMP.decide, requests),
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


# --- requests that do not come back ---------------------------------------------------------------------


def varied(count: int) -> list[dict[str, Any]]:
    """Different requests: the situations with a document type, a profession and three facts drawn anew."""
    draw = random.Random(25_09_2024)
    axes = {axis.name: axis for axis in DMP.tables.axes}
    facts = [name for name, axis in axes.items() if axis.fact]
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    while len(found) < count:
        request = dict(draw.choice(list(SITUATIONS.values())))
        for name in ("document_type", "profession"):
            request[name] = draw.choice(axes[name].values).name
        request |= {name: draw.random() < 0.5 for name in draw.sample(facts, 3)}
        found[tuple(request.values())] = request
    return list(found.values())


VARIED = varied(CALLS * 8)


def each(called: Callable[[dict[str, Any]], Any]) -> Callable[[], None]:
    def loop() -> None:
        for request in VARIED:
            called(request)

    return loop


ALL_DIFFERENT: Contenders = {
    "a call that gives back": each(lambda request: request),
    CHAIN: each(if_chain.decide),
    "decide, a dict": each(DMP.decide),
}


@pytest.mark.benchmark(group="one decision, all 31 facts, requests that all differ")
@pytest.mark.parametrize("name", ALL_DIFFERENT)
def test_one_decision_on_requests_that_all_differ(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, ALL_DIFFERENT, name, rounds=ROUNDS // 5, calls=len(VARIED))
