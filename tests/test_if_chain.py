"""The hand-written baseline of the benchmarks gives the answers of the engine: it is no straw man."""

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.if_chain import EDITION, decide
from benchmarks.if_chain_matrices import Answer
from benchmarks.situations import SITUATIONS, STATED
from habilitation import Authorizer
from habilitation.decided.one import Answers

Values = list[int]

SITUATIONS_OF_A_CLAUSE = 20
NEIGHBOURS = 8
DRAWS_FOR_A_CELL = 60


@cache
def engine() -> Authorizer:
    return Authorizer.dmp()


@cache
def answers() -> Answers:
    return engine().answers


def spelled(values: Values) -> dict[str, Any]:
    axes = engine().tables.axes
    return {
        axis.name: bool(value) if axis.fact else axis.values[value].name
        for axis, value in zip(axes, values, strict=True)
    }


def of_the_engine(values: Values) -> Answer:
    """Effect by the fast path that is measured, rules by the tables (the fast path spells them in sentences)."""
    decision = engine().decide(spelled(values))
    effect, rules = answers().reading.outcome(answers().reading.live(values))
    assert decision.effect is effect
    return effect.value, tuple(sorted(engine().tables.rules[rule].name for rule in rules))


# What closes nothing, so that the rule looked at is heard, and not only the opposition that drowns it.
QUIET: dict[str, tuple[str | bool, ...]] = {
    "motive": ("normal",),
    "channel": ("direct",),
    "profession": ("G15_10", "G15_60", "R291_99"),
    "record_status": ("active",),
    "care_team": (True,),
    "initial_consent": (True,),
    "blocked": (False,),
    "masked": (False,),
    "unable_to_express": (True,),
    "immediate_danger": (True,),
    "opposes_bris_de_glace": (False,),
    "opposes_centre_15": (False,),
    "document_state": ("current",),
    "secret_connection": (False,),
}


@cache
def quiet() -> dict[int, list[int]]:
    asked = answers().asked
    return {
        asked.index[name]: [asked.encoders[asked.index[name]].ordinal(one) for one in some]
        for name, some in QUIET.items()
    }


def where_it_holds(clause: int, draw: random.Random) -> Values:
    """A situation where a clause holds, or nearly: its axes are right, and its matrix cells when some draw has them."""
    bits = answers().reading.edition.axis_bits
    admitted = [[value for value, word in enumerate(words) if word >> clause & 1] for words in bits]
    values: Values = []
    for _ in range(DRAWS_FOR_A_CELL):
        calm = [[value for value in quiet().get(axis, ()) if value in side] for axis, side in enumerate(admitted)]
        values = [
            draw.choice(some if some and draw.random() < 0.9 else side)
            for some, side in zip(calm, admitted, strict=True)
        ]
        if answers().reading.live(values) >> clause & 1:
            break
    return values


def around(clause: int, draw: random.Random) -> Iterator[Values]:
    """Situations where a clause holds, each with neighbours that differ from it by one axis."""
    axes = engine().tables.axes
    for _ in range(SITUATIONS_OF_A_CLAUSE):
        values = where_it_holds(clause, draw)
        yield values
        for axis in draw.sample(range(len(axes)), NEIGHBOURS):
            yield [*values[:axis], draw.randrange(len(axes[axis].values)), *values[axis + 1 :]]


def test_the_baseline_answers_for_the_edition_in_force() -> None:
    assert engine().edition == EDITION


def test_the_baseline_agrees_around_every_clause_and_gives_every_rule_as_a_reason() -> None:
    draw, given_as_reason = random.Random(25_09_2024), set[str]()  # noqa: S311  # repeatable, not secret
    edition = answers().reading.edition
    for clause in range(len(edition.clauses)):
        for values in around(clause, draw):
            found = decide(spelled(values))
            assert found == of_the_engine(values), spelled(values)
            given_as_reason.update(found[1])
    assert given_as_reason == {engine().tables.rules[rule].name for rule in edition.rules}


@st.composite
def situations(draw: st.DrawFn) -> Values:
    """Any situation, care and professionals more often than their share of the vocabulary."""
    values = [draw(st.integers(0, len(axis.values) - 1)) for axis in engine().tables.axes]
    index = answers().asked.index
    values[index["motive"]] = draw(st.integers(0, 2) | st.integers(0, 6))
    values[index["profession"]] = draw(st.sampled_from([0, 1, 12]) | st.integers(0, 158))
    return values


@settings(max_examples=3_000, deadline=None)
@given(situations())
def test_the_baseline_agrees_on_any_situation(values: Values) -> None:
    assert decide(spelled(values)) == of_the_engine(values)


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("said", [SITUATIONS, STATED], ids=["all facts", "facts stated"])
def test_a_situation_that_is_timed_has_one_answer(name: str, said: dict[str, dict[str, Any]]) -> None:
    decision = engine().decide(said[name])
    rules = tuple(sorted(reason.rule for reason in decision.reasons))
    assert decide(said[name]) == (decision.effect.value, rules)


def test_a_whole_situation_says_every_axis_in_the_order_of_the_vocabulary() -> None:
    axes = [axis.name for axis in engine().tables.axes]
    assert all(list(request) == axes for request in SITUATIONS.values())
