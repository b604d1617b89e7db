"""The inverse questions of `who` on the DMP policy: answered from tables that are open, and as typed in a warm process.

An answer is its groups and their ways as data, of an `Inverse` made for it; as typed, the policy is opened and the
answer printed too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.race import race
from habilitation import Authorizer
from habilitation.authoring.inverse import Inverse
from tests.command_line import run

Stated = Mapping[str, Any]
TYPE, NURSE, PHYSICIAN = "11488-4", "G15_60", "G15_10"
_ALIKE = {"capacity": "professional", "channel": "direct", "record_status": "active", "blocked": False}
_TEAM = {"care_team": True, "initial_consent": True, "own_structure": False, "author": False}
_CARE, _EMERGENCY = {**_ALIKE, **_TEAM, "motive": "normal"}, {**_ALIKE, "motive": "bris_de_glace"}


@cache
def dmp() -> Authorizer:
    return Authorizer.dmp()


def ordinals(stated: Stated) -> dict[int, int]:
    return dict(dmp().answers.asked.ordinals(stated, {}, stated={}))


def axis(name: str) -> int:
    return dmp().answers.asked.index[name]


def may(by: str, about: str, stated: Stated) -> object:
    return Inverse(dmp()).openings(ordinals({"action": "consult", **stated}), axis(by), about=frozenset({axis(about)}))


def apart(stated: Stated) -> object:
    one, other = (ordinals({"profession": code})[axis("profession")] for code in (NURSE, PHYSICIAN))
    given = ordinals({"action": "consult", **stated})
    return Inverse(dmp()).apart(given, axis("profession"), (one, other), axis("document_type"))


# The three questions, nothing else being known, then in a situation of which most is.
ANSWERED: dict[str, Callable[[], object]] = {
    "who may read a type": partial(may, "profession", "document_type", {"document_type": TYPE}),
    "what may a profession read": partial(may, "document_type", "profession", {"profession": NURSE}),
    "what separates two professions": partial(apart, {}),
    "who may read a type, in an emergency": partial(
        may, "profession", "document_type", {"document_type": TYPE, **_EMERGENCY}
    ),
    "what may a profession read, in normal care": partial(
        may, "document_type", "profession", {"profession": NURSE, **_CARE}
    ),
    "what separates two professions, in normal care": partial(apart, _CARE),
}
TYPED = {
    "who may read a type": (TYPE,),
    "what may a profession read": (NURSE,),
    "what separates two professions": (NURSE, PHYSICIAN),
}


def typed(name: str) -> None:
    assert run("who", *TYPED[name]).code == 0


@pytest.mark.benchmark(group="who, from open tables")
@pytest.mark.parametrize("name", ANSWERED)
def test_answered(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, {name: ANSWERED[name]}, name, rounds=20)


@pytest.mark.benchmark(group="who, as typed in a warm process")
@pytest.mark.parametrize("name", TYPED)
def test_typed(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, {name: lambda: typed(name)}, name, rounds=10)
