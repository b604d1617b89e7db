"""The definition of a decision. Short, slow, readable; every faster path is a copy of this, tested against it.

Forbid prevails over abstain, abstain over permit; silence never permits. Unknown is not false: with facts
missing, the answer is the effect that holds under every completion, or INDETERMINATE with the facts that matter.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.checked.policy import And, Cell, Condition, Edition, Is, Not, Or, Policy
from habilitation.vocabulary import PRECEDENCE, SILENCE, Effect

# A situation gives every axis a value; a request gives some. Both are {axis ordinal: value ordinal}.
Situation = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a request means: the effect, the rules that give it, and the missing facts that matter.

    `certain` is false when no single rule holds under every completion though their effect does.
    """

    effect: Effect
    rules: frozenset[str]
    missing: frozenset[str] = frozenset()
    certain: bool = True


def cell(policy: Policy, edition: Edition, matrix: int, situation: Situation) -> int:
    """The value of a cell; 0, not covered, where the edition in force has none."""
    chosen = edition.matrices[matrix]
    if chosen is None:
        return 0
    where = tuple(
        cell(policy, edition, given.index, situation) if given.is_matrix else situation[given.index]
        for given in policy.matrices[matrix].inputs
    )
    return policy.matrices[matrix].editions[chosen].cells.get(where, 0)


def holds(policy: Policy, edition: Edition, condition: Condition, situation: Situation) -> bool:
    """Whether a condition holds in a situation."""
    match condition:
        case Is(axis, values):
            return situation[axis] in values
        case Cell(matrix, values):
            return cell(policy, edition, matrix, situation) in values
        case Not(part):
            return not holds(policy, edition, part, situation)
        case And(parts):
            return all(holds(policy, edition, part, situation) for part in parts)
        case Or(parts):
            return any(holds(policy, edition, part, situation) for part in parts)


def judge(policy: Policy, edition: Edition, situation: Situation) -> Meaning:
    """The decision on a whole situation: the first kind of rule, by precedence, that holds."""
    that_hold = [
        policy.rules[index]
        for index in edition.rules
        if holds(policy, edition, policy.rules[index].condition, situation)
    ]
    for kind, effect in PRECEDENCE:
        if winners := frozenset(rule.name for rule in that_hold if rule.effect is kind):
            return Meaning(effect, winners)
    return Meaning(SILENCE, frozenset())


def completions(policy: Policy, request: Situation) -> Iterator[dict[int, int]]:
    """Every situation the request may be: each axis it leaves out takes each of its values."""
    left_out = [axis for axis in range(len(policy.axes)) if axis not in request]
    for values in itertools.product(*(range(len(policy.axes[axis].values)) for axis in left_out)):
        yield {**request, **dict(zip(left_out, values, strict=True))}


def decide(policy: Policy, edition: Edition, request: Situation) -> Meaning:
    """The decision on a request, facts missing or not."""
    request = with_defaults(policy, request)
    situations = list(completions(policy, request))
    meanings = [judge(policy, edition, situation) for situation in situations]
    effects = {meaning.effect for meaning in meanings}
    if len(effects) > 1:
        return Meaning(Effect.INDETERMINATE, frozenset(), missing(policy, edition, request, situations))
    always = frozenset.intersection(*(meaning.rules for meaning in meanings))
    sometimes = frozenset.union(*(meaning.rules for meaning in meanings))
    return Meaning(effects.pop(), always or sometimes, certain=bool(always) or not sometimes)


def with_defaults(policy: Policy, request: Situation) -> dict[int, int]:
    """The request, and the restrictive default of every axis it leaves out that has one."""
    defaults = {index: axis.default for index, axis in enumerate(policy.axes) if axis.default is not None}
    return {**defaults, **request}


def missing(policy: Policy, edition: Edition, request: Situation, situations: list[dict[int, int]]) -> frozenset[str]:
    """The smallest set of missing facts that settles the effect: those that can change it, all else equal."""

    def effect_with(situation: Situation, axis: int, value: int) -> Effect:
        return judge(policy, edition, {**situation, axis: value}).effect

    return frozenset(
        policy.axes[axis].name
        for axis in range(len(policy.axes))
        if axis not in request
        and any(
            len({effect_with(situation, axis, value) for value in range(len(policy.axes[axis].values))}) > 1
            for situation in situations
        )
    )
