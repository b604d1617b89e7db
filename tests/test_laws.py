"""The laws of a decision, by name, on every request of random policies."""

import dataclasses
import itertools
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from habilitation.authoring.proofs import Proofs
from habilitation.checked import meaning
from habilitation.checked.policy import And, Condition, Edition, Policy, Rule
from habilitation.checked.timeline import timeline
from habilitation.compiled.from_checked import tabulate
from habilitation.decided.one import Answers
from habilitation.vocabulary import Effect, RuleEffect
from tests.random_policies import conditions, policies
from tests.test_agreement import requests

_MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def with_rules(policy: Policy, rules: tuple[Rule, ...]) -> Policy:
    editions, stretches = timeline(policy.matrices, rules)
    return dataclasses.replace(policy, rules=rules, editions=editions, timeline=stretches)


def last_edition(policy: Policy) -> Edition | None:
    return policy.editions[policy.timeline[-1].edition] if policy.timeline[-1].edition is not None else None


def undated(policy: Policy) -> Policy:
    """The same policy with one edition, so that changing a rule cannot move the editions."""
    rules = tuple(
        dataclasses.replace(rule, applicable=type(rule.applicable)(), known=rule.applicable.start.min)
        for rule in policy.rules
    )
    bare = tuple(dataclasses.replace(matrix, editions=matrix.editions[:1]) for matrix in policy.matrices)
    always = tuple(
        dataclasses.replace(
            matrix,
            editions=tuple(
                dataclasses.replace(one, applicable=type(one.applicable)(), known=one.known.min)
                for one in matrix.editions
            ),
        )
        for matrix in bare
    )
    dated = dataclasses.replace(policy, matrices=always)
    # Matrices without any edition would put the whole policy before its first edition.
    return with_rules(
        dated if any(one.editions for one in always) else dataclasses.replace(policy, matrices=always), rules
    )


def effects(policy: Policy) -> dict[tuple[tuple[int, int], ...], Effect]:
    """The effect of every request, by the compiled path, in the only edition."""
    answers = Answers(tabulate(policy), 0)
    return {tuple(request.items()): answers.decide(request).effect for request in requests(policy)}


def usable(policy: Policy) -> Policy:
    one = undated(policy)
    assume(len(one.editions) == 1)
    return one


@_MANY
@given(policies())
def test_forbid_prevails(policy: Policy) -> None:
    policy = usable(policy)
    answers = Answers(tabulate(policy), 0)
    for request in itertools.islice(requests(policy), 200):
        if len(request) == len(policy.axes):
            held = [rule for rule in policy.rules if meaning.holds(policy, policy.editions[0], rule.condition, request)]
            decision = answers.decide(request)
            if any(rule.effect is RuleEffect.FORBID for rule in held):
                assert decision.effect is Effect.DENY
                assert {reason.rule for reason in decision.reasons} == {
                    rule.name for rule in held if rule.effect is RuleEffect.FORBID
                }


@_MANY
@given(policies())
def test_silence_never_permits(policy: Policy) -> None:
    policy = usable(policy)
    silent = with_rules(policy, tuple(rule for rule in policy.rules if rule.effect is not RuleEffect.PERMIT))
    assume(silent.editions)
    assert Effect.PERMIT not in effects(silent).values()


@_MANY
@given(policies(), st.randoms(use_true_random=False))
def test_rule_order_does_not_matter(policy: Policy, random: Random) -> None:
    policy = usable(policy)
    shuffled = list(policy.rules)
    random.shuffle(shuffled)
    assert effects(policy) == effects(with_rules(policy, tuple(shuffled)))


@_MANY
@given(policies(), st.data())
def test_removing_a_permit_never_opens(policy: Policy, data: st.DataObject) -> None:
    policy = usable(policy)
    permits = [rule for rule in policy.rules if rule.effect is RuleEffect.PERMIT]
    assume(permits)
    gone = data.draw(st.sampled_from(permits))
    after = effects(with_rules(policy, tuple(rule for rule in policy.rules if rule is not gone)))
    before = effects(policy)
    assert all(before[request] is Effect.PERMIT for request, effect in after.items() if effect is Effect.PERMIT)


@_MANY
@given(policies(), st.data())
def test_adding_an_opposition_never_opens(policy: Policy, data: st.DataObject) -> None:
    policy = usable(policy)
    condition: Condition = data.draw(conditions(policy.axes, policy.matrices))
    like = policy.rules[0] if policy.rules else None
    assume(like is not None)
    assert like is not None
    opposition = dataclasses.replace(like, name="opposition", effect=RuleEffect.FORBID, condition=condition)
    before, after = effects(policy), effects(with_rules(policy, (*policy.rules, opposition)))
    assert all(before[request] is Effect.PERMIT for request, effect in after.items() if effect is Effect.PERMIT)


@_MANY
@given(policies(), st.data())
def test_narrowing_a_permit_never_opens(policy: Policy, data: st.DataObject) -> None:
    policy = usable(policy)
    more: Condition = data.draw(conditions(policy.axes, policy.matrices))
    narrowed = tuple(
        dataclasses.replace(rule, condition=And((rule.condition, more))) if rule.effect is RuleEffect.PERMIT else rule
        for rule in policy.rules
    )
    before, after = effects(policy), effects(with_rules(policy, narrowed))
    assert all(before[request] is Effect.PERMIT for request, effect in after.items() if effect is Effect.PERMIT)


@_MANY
@given(policies())
def test_a_default_that_check_accepts_never_opens(policy: Policy) -> None:
    policy = usable(policy)
    tables = tabulate(policy)
    proofs = Proofs(policy, tables, 0)
    accepted = [
        axis for axis, table in enumerate(tables.axes) if table.default >= 0 and proofs.opened_by_default(axis) is None
    ]
    answered = effects(policy)
    for request, effect in answered.items():
        stated = dict(request)
        for axis in accepted:
            if axis not in stated and effect is Effect.PERMIT:
                values = range(len(policy.axes[axis].values))
                filled = [{**stated, axis: value} for value in values]
                assert all(answered[tuple(sorted(one.items()))] is Effect.PERMIT for one in filled)


@_MANY
@given(policies())
def test_a_default_that_check_refuses_opens_somewhere(policy: Policy) -> None:
    policy = usable(policy)
    tables = tabulate(policy)
    proofs = Proofs(policy, tables, 0)
    answered = effects(policy)
    for axis, table in enumerate(tables.axes):
        if table.default < 0:
            continue
        opens = any(
            effect is Effect.PERMIT
            and any(
                answered[tuple(sorted({**dict(request), axis: value}.items()))] is not Effect.PERMIT
                for value in range(len(table.values))
            )
            for request, effect in answered.items()
            if dict(request).get(axis) == table.default and len(request) == len(tables.axes)
        )
        assert opens is (proofs.opened_by_default(axis) is not None)


@_MANY
@given(policies())
def test_unknown_never_opens(policy: Policy) -> None:
    """A fact left out without a default opens only what each of its values opens."""
    policy = usable(policy)
    answered = effects(policy)
    for request, effect in answered.items():
        stated = dict(request)
        if effect is Effect.PERMIT:
            for axis, table in enumerate(policy.axes):
                if axis not in stated and table.default is None:
                    for value in range(len(table.values)):
                        filled = tuple(sorted({**stated, axis: value}.items()))
                        assert answered[filled] is Effect.PERMIT
