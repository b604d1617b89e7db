"""The scalar path, the generated functions and the columns are copies of the definition, missing facts included."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings

from habilitation.authorizer import Authorizer
from habilitation.checked import meaning
from habilitation.checked.policy import Policy
from habilitation.compiled.from_checked import tabulate
from habilitation.decided.decision import Decision
from habilitation.decided.fast import unrolled
from habilitation.decided.many import EFFECT_NAMES, Batch, Ledger
from habilitation.decided.one import Answers
from habilitation.vocabulary import MISSING_FACT, NO_RULE
from tests.random_policies import policies

_MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


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
