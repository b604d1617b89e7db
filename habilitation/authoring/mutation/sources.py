"""The written rules and definitions of a policy, and the policy that one of them rewritten makes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from functools import cached_property

from habilitation.authoring.mutation.mutant import Operator
from habilitation.checked.conditions import ConditionReader, Unread, condition_reader
from habilitation.checked.definitions import in_order, names_in
from habilitation.checked.policy import Axis, Invariant, Policy, Rule
from habilitation.checked.timeline import timeline
from habilitation.diagnostic import Diagnostic
from habilitation.source import Word
from habilitation.vocabulary import NOT_COVERED
from habilitation.written.syntax import (
    Condition,
    WrittenDefinition,
    WrittenInvariant,
    WrittenMatrix,
    WrittenPolicy,
    WrittenRule,
)


@dataclasses.dataclass(frozen=True)
class Sources:
    """A policy that `check` accepts, as written and as meant."""

    written: WrittenPolicy
    policy: Policy

    @cached_property
    def rules(self) -> tuple[WrittenRule, ...]:
        """The rules, in the order of `policy.rules`."""
        return tuple(item for file in self.written.rules for item in file.items if isinstance(item, WrittenRule))

    @cached_property
    def definitions(self) -> dict[str, WrittenDefinition]:
        """The definitions, by name."""
        items = (item for file in self.written.rules for item in file.items)
        return {str(item.name): item for item in items if isinstance(item, WrittenDefinition)}

    @cached_property
    def invariants(self) -> tuple[WrittenInvariant, ...]:
        """The invariants, in the order of `policy.invariants`."""
        return tuple(item for file in self.written.rules for item in file.items if isinstance(item, WrittenInvariant))

    @cached_property
    def matrices(self) -> dict[str, WrittenMatrix]:
        """The written matrices, by name."""
        return {str(matrix.matrix): matrix for matrix in self.written.matrices}

    @cached_property
    def reader(self) -> ConditionReader:
        """What resolves the words of conditions."""
        found: list[Diagnostic] = []
        return condition_reader(self.policy.axes, self.policy.matrices, self.definitions, Unread(), found)

    def with_rules(self, changed: dict[int, Rule]) -> Policy:
        """The policy with some rules replaced that are in force on the same days."""
        rules = tuple(changed.get(number, rule) for number, rule in enumerate(self.policy.rules))
        return dataclasses.replace(self.policy, rules=rules)

    def with_condition(self, number: int, written: WrittenRule) -> Policy:
        """The policy with the condition of a rule written otherwise."""
        condition = self.reader.of_rule(written)
        return self.with_rules({number: dataclasses.replace(self.policy.rules[number], condition=condition)})

    def widenings(self, name: Word, words: tuple[Word, ...]) -> Iterator[tuple[Operator, str]]:
        """The words that widen a set of an axis or of a matrix: one value more, and the groups that are next to it.

        The value is the first after the last that the set has, or from the start. The groups are the smallest that
        hold the set and a value in use besides, unless they are the set with that value.
        """
        _, naming = self.reader.namings[name] if name in self.reader.namings else self.reader.cells[name]
        named = naming.any_of(words, [])
        added = _next(naming.axis, named)
        if added is not None:
            yield Operator.VALUE_ADDED, naming.axis.values[added].name
        for group in _smallest_around(naming.axis, named):
            if naming.axis.groups[group] != named | {added}:
                yield Operator.SET_WIDENED, group

    def with_definition(self, name: str, condition: Condition) -> Policy:
        """The policy with a definition written otherwise, wherever it is used."""
        resolved = dict(self.reader.resolved)
        reader = dataclasses.replace(self.reader, resolved=resolved)
        resolved[name] = reader.condition(condition)
        touched = {name}
        for other in self._order:
            if other != name and touched.intersection(names_in(self.definitions[other].condition)):
                touched.add(other)
                resolved[other] = reader.condition(self.definitions[other].condition)
        rules = {
            number: dataclasses.replace(self.policy.rules[number], condition=reader.of_rule(rule))
            for number, rule in enumerate(self.rules)
            if touched.intersection(_named_by((rule.when, rule.unless)))
        }
        invariants = tuple(
            self._invariant(number, one, reader) if touched.intersection(names_in(one.condition)) else kept
            for number, (one, kept) in enumerate(zip(self.invariants, self.policy.invariants, strict=True))
        )
        return dataclasses.replace(self.with_rules(rules), invariants=invariants)

    def _invariant(self, number: int, one: WrittenInvariant, reader: ConditionReader) -> Invariant:
        return dataclasses.replace(self.policy.invariants[number], condition=reader.of_invariant(one))

    @cached_property
    def _order(self) -> list[str]:
        return in_order(self.definitions, [])


def redated(policy: Policy) -> Policy:
    """The policy with the editions that its rules and matrices make in time."""
    editions, stretches = timeline(policy.matrices, policy.rules)
    return dataclasses.replace(policy, editions=editions, timeline=stretches)


def _next(axis: Axis, named: frozenset[int]) -> int | None:
    values = axis.values
    ordered = [*range(max(named) + 1, len(values)), *range(max(named))]
    # Old codes are widened to by nobody; `not covered` has no name in a set.
    fit = (at for at in ordered if at not in named and not values[at].deprecated and values[at].name != NOT_COVERED)
    return next(fit, None)


def _smallest_around(axis: Axis, named: frozenset[int]) -> list[str]:
    in_use = {at for at, value in enumerate(axis.values) if not value.deprecated}
    larger = [group for group, members in axis.groups.items() if named < members and (members - named) & in_use]
    least = min((len(axis.groups[group]) for group in larger), default=0)
    return [group for group in larger if len(axis.groups[group]) == least]


def _named_by(conditions: Iterable[Condition | None]) -> Iterator[Word]:
    for condition in conditions:
        if condition is not None:
            yield from names_in(condition)
