"""A view of one patient: opening it with `given`, then deciding document by document, as a screen does.

The view keeps the answers it has given, so the first test times answers given before; the last one opens a new view
each time and gives each answer once.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import if_chain
from benchmarks.bench_decide import CHAIN_WRITTEN_OUT, EMPTY, EMPTY_WITH_KEYWORDS, TURNS, looped, nothing
from benchmarks.race import Contenders, race
from habilitation import Authorizer

DMP = Authorizer.dmp()
NURSE = DMP.given(action="consult", capacity="professional", profession="G15_60", channel="direct", motive="normal")
OF_THE_PATIENT = {"record_status": "active", "care_team": True, "initial_consent": True, "blocked": False}
PATIENT = NURSE.given(OF_THE_PATIENT)
TYPES = [value.name for value in next(axis for axis in DMP.tables.axes if axis.name == "document_type").values]
DOCUMENTS = [f"document_type={code!r}, masked={masked}" for code in TYPES[:8] for masked in (False, True)]
ROUNDS = 150


def documents_alone(document_type: str, masked: bool) -> None:
    """The floor of a function with these keywords."""


ON_A_VIEW: Contenders = {
    EMPTY: looped(nothing, [""] * len(DOCUMENTS)),
    EMPTY_WITH_KEYWORDS: looped(documents_alone, DOCUMENTS),
    "decide on a view": looped(PATIENT.decide, DOCUMENTS),
}


@pytest.mark.benchmark(group="decide(document_type=…, masked=…) on a view")
@pytest.mark.parametrize("name", ON_A_VIEW)
def test_one_decision_on_a_view(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, ON_A_VIEW, name, rounds=ROUNDS, calls=TURNS * len(DOCUMENTS))


def repeated(called: Callable[[], Any]) -> Callable[[], None]:
    def loop() -> None:
        for _ in repeat(None, TURNS):
            called()

    return loop


OPENING_A_VIEW: Contenders = {
    EMPTY: repeated(nothing),
    "given, four facts more": repeated(lambda: NURSE.given(OF_THE_PATIENT)),
}


@pytest.mark.benchmark(group="given")
@pytest.mark.parametrize("name", OPENING_A_VIEW)
def test_opening_a_view(benchmark: BenchmarkFixture, name: str) -> None:
    race(benchmark, OPENING_A_VIEW, name, rounds=ROUNDS, calls=TURNS)


# --- a screen: a patient opened, each of a hundred documents asked once --------------------------------

SCREEN = [
    {"document_type": TYPES[number % len(TYPES)], "masked": number % 10 == 0, "hidden_from_patient": number % 20 == 0}
    for number in range(100)
]
KNOWN = {**NURSE.facts, **OF_THE_PATIENT}


def screen_by_the_chain() -> list[bool]:
    return [if_chain.decide({**KNOWN, **document})[0] == "PERMIT" for document in SCREEN]


def screen_by_a_view() -> list[bool]:
    decide = NURSE.given(OF_THE_PATIENT).decide
    return [bool(decide(**document)) for document in SCREEN]


SCREENS: Contenders = {CHAIN_WRITTEN_OUT: screen_by_the_chain, "given, then decide": screen_by_a_view}


@pytest.mark.benchmark(group="a screen: one patient opened, 100 documents asked once")
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen(benchmark: BenchmarkFixture, name: str) -> None:
    assert screen_by_a_view() == screen_by_the_chain()
    race(benchmark, SCREENS, name, rounds=ROUNDS, calls=len(SCREEN))
