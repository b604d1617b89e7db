"""What `check` says against a mutant: as against any policy, but what the policy proves already is not proved again.

An edition that stands as one of the policy, under the same invariants, opens by no default and refutes nothing. A rule
is first looked for where it decides in the policy: it is searched for over the whole space only where it does not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cached_property

from habilitation.authoring.mutation.standing import Standings
from habilitation.authoring.proofs import Proofs
from habilitation.authoring.refuting import failing_invariants, idle_rules, opening_defaults, silent_invariants
from habilitation.checked.timeline import overlapping_editions
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.compiled.from_checked import tabulate
from habilitation.compiled.reading import Reading, reading
from habilitation.compiled.settling import FAILS, settle_decides
from habilitation.compiled.tables import Tables
from habilitation.diagnostic import Diagnostic, PolicyError
from habilitation.vocabulary import PRECEDENCE

_KINDS = tuple(kind for kind, _ in PRECEDENCE)


class Refusing:
    """A policy that `check` accepts, and where its rules decide, found when first asked."""

    def __init__(self, standings: Standings, tables: Tables) -> None:
        self._standings = standings
        self._proofs = [Proofs(standings.policy, tables, number) for number in range(len(tables.editions))]
        self._found: dict[tuple[int, int], tuple[int, ...] | None] = {}

    def refusal(self, mutant: Standings) -> Diagnostic | None:
        """One thing that `check` says against a mutant, or None."""
        overlaps = next(overlapping_editions(mutant.policy.matrices), None)
        if overlaps is not None:
            return overlaps
        try:
            return next(self._refutations(mutant, tabulate(mutant.policy)), None)
        except PolicyError as error:
            return error.diagnostics[0]
        except DiagramTooLargeError as error:
            return Diagnostic("compiled_too_large", str(error))

    def _refutations(self, mutant: Standings, tables: Tables) -> Iterator[Diagnostic]:
        """As those of `check`, an edition after the other: the first is enough, and few editions tell it."""
        policy = mutant.policy
        editions = [
            _Again(policy, tables, number, self, self._stands(mutant, number)) for number in range(len(tables.editions))
        ]
        if editions:
            yield from idle_rules(policy, editions)
            for one in editions:
                if not one.stands:
                    yield from opening_defaults(policy, [one])
                    yield from failing_invariants(policy, [one])
            yield from silent_invariants(policy, editions)

    def _stands(self, mutant: Standings, number: int) -> bool:
        """Whether an edition of a mutant is one of the policy, under the same invariants."""
        policy = self._standings.policy
        return mutant.policy.invariants == policy.invariants and any(
            mutant.of(number) == self._standings.of(one) for one in range(len(policy.editions))
        )

    def deciding(self, name: str) -> Iterator[tuple[int, ...]]:
        """A whole situation (a value an axis) where a rule of the policy decides, for each edition in which it does."""
        rule = self._ordinals[name]
        for number, proofs in enumerate(self._proofs):
            if (number, rule) not in self._found:
                self._found[number, rule] = self._whole(proofs.where_it_decides(rule))
            found = self._found[number, rule]
            if found is not None:
                yield found

    @cached_property
    def _ordinals(self) -> dict[str, int]:
        return {rule.name: number for number, rule in enumerate(self._standings.policy.rules)}

    def _whole(self, situation: dict[str, str] | None) -> tuple[int, ...] | None:
        # An axis that the situation does not name may have any value: the first.
        if situation is None:
            return None
        axes = self._standings.policy.axes
        named = ([value.name for value in axis.values] for axis in axes)
        return tuple(
            values.index(situation[axis.name]) if axis.name in situation else 0
            for axis, values in zip(axes, named, strict=True)
        )


@dataclasses.dataclass(frozen=True)
class _Again(Proofs):
    """The proofs of an edition of a mutant; `stands` when it is an edition of the policy."""

    known: Refusing
    stands: bool

    def decides(self, rule: int) -> bool:
        """As defined, from the clauses of the rule and of what prevails over it: the whole effect is seldom needed."""
        for values in self.known.deciding(self.tables.rules[rule].name):
            if rule in self._reading.outcome(self._reading.live(values))[1]:
                return True
        above = sum(self.space.kinds[: _KINDS.index(self.tables.rules[rule].effect)])
        return self.space.diagram(settle_decides, None, (above, self.mask(rule))) != FAILS

    @cached_property
    def _reading(self) -> Reading:
        return reading(self.tables, self.tables.editions[self.number])
