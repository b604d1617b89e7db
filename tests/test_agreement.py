"""The scalar path, the generated functions and the columns are copies of the definition, missing facts included."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilitation.authoring.cases.answering import Bits
from habilitation.authorizer import Authorizer
from habilitation.checked import meaning
from habilitation.checked.policy import Policy
from habilitation.compiled.from_checked import tabulate
from habilitation.decided.decision import Decision
from habilitation.decided.fast import unrolled
from habilitation.decided.many import EFFECT_NAMES, Batch, Ledger
from habilitation.decided.one import Answers
from habilitation.vocabulary import BEFORE_FIRST_EDITION, MISSING_FACT, NO_RULE
from tests.dense_policies import dense_policy
from tests.random_policies import policies

_MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


_FEWER = settings(_MANY, max_examples=80)


def requests(policy: Policy) -> Iterator[dict[int, int]]:
    """Every request there is: each axis takes each of its values, or is left out."""
    sides = [[None, *range(len(axis.values))] for axis in policy.axes]
    for values in itertools.product(*sides):
        yield {axis: value for axis, value in enumerate(values) if value is not None}


def as_meaning(decision: Decision) -> meaning.Meaning:
    outcome = decision.outcome
    return meaning.Meaning(
        outcome.effect,
        frozenset(decision.answers.tables.rules[rule].name for rule in outcome.rules),
        frozenset(decision.missing),
        outcome.certain,
    )


def reason_name(policy: Policy, meant: meaning.Meaning) -> str:
    if meant.missing:
        return MISSING_FACT
    names = [rule.name for rule in policy.rules if rule.name in meant.rules]
    return "+".join(names) or NO_RULE


def missing_name(policy: Policy, meant: meaning.Meaning) -> str:
    return "+".join(axis.name for axis in policy.axes if axis.name in meant.missing)


def without_defaults(policy: Policy) -> Policy:
    return replace(policy, axes=tuple(replace(axis, default=None) for axis in policy.axes))


def spelt(policy: Policy, request: dict[int, int]) -> dict[str, Any]:
    axes = policy.axes
    return {
        axes[axis].name: bool(value) if axes[axis].fact else axes[axis].values[value].name
        for axis, value in request.items()
    }


@_MANY
@given(policies())
def test_one_decision_means_what_the_definition_says_on_every_request(policy: Policy) -> None:
    tables = tabulate(policy)
    for number, edition in enumerate(policy.editions):
        answers = Answers(tables, number)
        for request in requests(policy):
            assert as_meaning(answers.decide(request)) == meaning.decide(policy, edition, request)


@_FEWER
@given(policies())
def test_the_bits_that_answer_the_cases_of_authors_give_the_same_decisions(policy: Policy) -> None:
    tables = tabulate(policy)
    for number in range(-1, len(policy.editions)):
        answers = Answers(tables, number)
        bits = Bits(answers)
        for request in requests(policy):
            assert bits.decision(request) == answers.decide(request)


@_MANY
@given(policies())
def test_generated_functions_mean_what_the_definition_says_on_every_request(policy: Policy) -> None:
    tables = tabulate(policy)
    for number, edition in enumerate(policy.editions):
        answers = Answers(tables, number)
        refused: list[Any] = []

        def slow(request: Any, stated: Any, more: Any, refused: list[Any] = refused) -> Any:
            refused.append((request, stated, more))

        decide = unrolled(answers, {}, slow)
        for request in requests(policy):
            facts = spelt(policy, request)
            if (
                len(request) < len(policy.axes)
                and answers.plan.desk_axis >= 0
                and answers.plan.desk_axis not in request
            ):
                continue  # no action stated and none by default: the slow path, tested above
            expected = meaning.decide(policy, edition, request)
            assert as_meaning(decide(**facts)) == expected
            assert as_meaning(decide(facts)) == expected
        assert not refused


@_MANY
@given(policies())
def test_columns_mean_what_the_definition_says_on_every_request(policy: Policy) -> None:
    tables = tabulate(policy)
    for number, edition in enumerate(policy.editions):
        asked = list(requests(policy))
        columns = []
        for index, axis in enumerate(policy.axes):
            missing = axis.default if axis.default is not None else len(axis.values)
            columns.append(np.array([request.get(index, missing) for request in asked], np.uint8))
        ledger = Ledger()
        reasons = Batch(Answers(tables, number), ledger).decide(columns, len(asked))
        for request, reason in zip(asked, reasons.tolist(), strict=True):
            meant = meaning.decide(policy, edition, request)
            assert ledger.names[reason] == reason_name(policy, meant)
            assert EFFECT_NAMES[ledger.effects[reason]] == meant.effect.value
            assert ledger.missing_names[ledger.missing[reason]] == missing_name(policy, meant)


@_MANY
@given(policies())
def test_without_defaults_is_the_policy_whose_axes_have_none(policy: Policy) -> None:
    bare = without_defaults(policy)
    assert Authorizer(tabulate(policy)).without_defaults().tables == tabulate(bare)


@_FEWER
@given(policies(), st.data())
def test_without_defaults_every_path_means_what_the_definition_says(policy: Policy, data: st.DataObject) -> None:
    bare = without_defaults(policy)
    asked = data.draw(st.lists(st.sampled_from(list(requests(policy))), min_size=1, max_size=25))
    day = data.draw(st.sampled_from(["2023-01-01", "2024-06-01", "2025-06-01", "2026-06-01"]))
    authorizer = Authorizer(tabulate(policy)).at(day).without_defaults()
    number = authorizer.answers.number
    facts = [spelt(policy, request) for request in asked]
    columns = {axis.name: np.array([one.get(axis.name) for one in facts], object) for axis in policy.axes}
    decided = authorizer.decider().decided(columns)
    for row, request in enumerate(asked):
        if number < 0:
            assert decided.reason_names[decided.reason[row]] == BEFORE_FIRST_EDITION
            continue
        meant = meaning.decide(bare, policy.editions[number], request)
        assert as_meaning(authorizer.answers.decide(request)) == meant
        assert as_meaning(authorizer.decide(facts[row])) == meant
        assert as_meaning(authorizer.decide(**facts[row])) == meant
        assert decided.effect_names[decided.effect[row]] == meant.effect.value
        assert decided.reason_names[decided.reason[row]] == reason_name(policy, meant)
        assert decided.missing_names[decided.missing[row]] == missing_name(policy, meant)


@pytest.mark.parametrize("defaults", [True, False])
def test_where_much_stays_open_every_path_answers_alike(defaults: bool) -> None:
    for seed in range(60):
        policy = dense_policy(seed) if defaults else without_defaults(dense_policy(seed))
        answers, ledger = Answers(tabulate(policy), 0), Ledger()
        asked = list(requests(policy))
        columns = []
        for index, axis in enumerate(policy.axes):
            missing = axis.default if axis.default is not None else len(axis.values)
            columns.append(np.array([request.get(index, missing) for request in asked], np.uint8))
        codes = Batch(answers, ledger).decide(columns, len(asked)).tolist()
        found = {}
        for number, (request, code) in enumerate(zip(asked, codes, strict=True)):
            meant = found[number] = as_meaning(answers.decide(request))
            assert ledger.names[code] == reason_name(policy, meant)
            assert EFFECT_NAMES[ledger.effects[code]] == meant.effect.value
            assert ledger.missing_names[ledger.missing[code]] == missing_name(policy, meant)
        for number in random.Random(seed).sample(range(len(asked)), 25):  # noqa: S311  # repeatable, not secret
            assert found[number] == meaning.decide(policy, policy.editions[0], asked[number])


@_MANY
@given(policies())
def test_given_then_decide_equals_decide(policy: Policy) -> None:
    authorizer = Authorizer(tabulate(policy))
    for request in itertools.islice(requests(policy), 40):
        facts = spelt(policy, request)
        for kept in range(len(facts) + 1):
            first = dict(itertools.islice(facts.items(), kept))
            rest = {name: value for name, value in facts.items() if name not in first}
            view = authorizer.given(first)
            assert view.decide(rest) == authorizer.decide(facts)
            assert view.decide(**rest) == authorizer.decide(facts)
