"""What is proved of a policy over its whole space, in every edition, or refuted with a smallest counterexample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from habilitation.checked.policy import Invariant, Policy
from habilitation.compiled.diagram import Space
from habilitation.compiled.forcing import Forcing
from habilitation.compiled.probes import with_probes
from habilitation.compiled.reading import reading
from habilitation.compiled.settling import DENY, FAILS, HOLDS, INDETERMINATE, PERMIT, settle_effect, settle_holds
from habilitation.compiled.tables import EditionTable, Tables
from habilitation.vocabulary import RuleEffect

_ANSWER_OF = {RuleEffect.FORBID: DENY, RuleEffect.ABSTAIN: INDETERMINATE, RuleEffect.PERMIT: PERMIT}


@dataclass(frozen=True)
class Proofs:
    """The proofs of one edition of a policy: diagrams of effects, rules and invariants, walked together."""

    policy: Policy
    tables: Tables
    number: int

    @cached_property
    def probed(self) -> EditionTable:
        """The edition with the conditions of the invariants as more clauses."""
        conditions = [invariant.condition for invariant in self.policy.invariants]
        return with_probes(self.policy, self.tables, self.number, conditions)

    @cached_property
    def space(self) -> Space:
        """The space of effects, in which the invariants' conditions can be asked about as well."""
        masks = reading(self.tables, self.tables.editions[self.number]).masks
        return Space(self.tables, self.probed, masks)

    @cached_property
    def effect(self) -> int:
        """Root of the diagram of effects, over the whole space."""
        return self.space.diagram(settle_effect)

    def mask(self, owner: int) -> int:
        """The clauses of one owner: a rule, or an invariant numbered past the rules."""
        return sum(1 << bit for bit, rule in enumerate(self.probed.clauses) if rule == owner)

    def _condition(self, owner: int) -> int:
        """Root of the diagram of the clauses of one owner."""
        mask = self.mask(owner)
        return self.space.diagram(settle_holds, None, (mask,)) if mask else FAILS

    def counterexample(self, index: int) -> dict[str, str] | None:
        """A smallest situation (axis → value, the other axes do not matter) that refutes an invariant, or None."""
        invariant: Invariant = self.policy.invariants[index]
        answer = ~_ANSWER_OF[invariant.effect]
        condition = self._invariant(index)
        refuted = self._meeting(self.effect, condition, lambda effect: (effect != answer) is invariant.always, {})
        if refuted == FAILS:
            return None
        anything = Forcing(self.space, HOLDS, [-1] * len(self.tables.axes), [True] * len(self.tables.axes))
        axes = self.tables.axes
        return {axes[axis].name: axes[axis].values[value].name for axis, value in next(anything.fewest(refuted))}

    def speaks(self, index: int) -> bool:
        """Whether the condition of an invariant holds in some situation: of none, it would say nothing."""
        return self._invariant(index) != FAILS

    def _invariant(self, index: int) -> int:
        return self._condition(len(self.tables.rules) + index)

    def applies(self, rule: int) -> bool:
        """Whether a rule holds in some situation."""
        return self._condition(rule) != FAILS

    def decides(self, rule: int) -> bool:
        """Whether a rule is among the reasons in some situation."""
        return self.where_it_decides(rule) is not None

    def where_it_decides(self, rule: int) -> dict[str, str] | None:
        """A situation (axis → value, the other axes do not matter) where a rule is among the reasons, or None."""
        answer = ~_ANSWER_OF[self.tables.rules[rule].effect]
        return self._where(self._condition(rule), lambda effect: effect == answer)

    def where_it_is_overruled(self, rule: int) -> dict[str, str] | None:
        """A situation (as above) where a rule holds and is not among the reasons, or None."""
        answer = ~_ANSWER_OF[self.tables.rules[rule].effect]
        return self._where(self._condition(rule), lambda effect: effect != answer)

    def opened_by_default(self, axis: int) -> dict[str, str] | None:
        """A situation PERMIT with the default of an axis and not with another of its values, or None."""
        space = self.space
        default = space.classes[axis][self.tables.axes[axis].default]
        for other in range(len(space.samples[axis])):
            if other != default and self._opens(axis, default, other):
                found = _Implication(space, axis, default, other).refuted(self.effect, self.effect)
                if found is not None:
                    return self._named((*found, (axis, other)))
        return None

    def _opens(self, axis: int, default: int, other: int) -> bool:
        """Whether PERMIT with the default of an axis is not PERMIT with another value, somewhere."""
        nodes = self._looking_at.get(axis, ())
        children = self.space.forest.children
        return not all(self._implied(children[node][default], children[node][other]) for node in nodes)

    @cached_property
    def _looking_at(self) -> dict[int, list[int]]:
        """The nodes of the effect, by the axis that they look at: all of them are reached by some situation."""
        nodes: dict[int, list[int]] = {}
        for node in self.space.forest.below(self.effect):
            nodes.setdefault(self.space.forest.axes[node], []).append(node)
        return nodes

    def _implied(self, one: int, other: int) -> bool:
        """Whether PERMIT in one diagram is PERMIT in the other; what is found for an axis serves all of them."""
        if other in (one, ~PERMIT) or (one < 0 and one != ~PERMIT):
            return True
        if one < 0 and other < 0:
            return False
        known = self._implications.get((one, other))
        if known is None:
            space = self.space
            axis = min(space.read(one), space.read(other))[1]
            numbers = range(len(space.samples[axis]))
            known = all(self._implied(space.step(one, axis, n), space.step(other, axis, n)) for n in numbers)
            self._implications[one, other] = known
        return known

    @cached_property
    def _implications(self) -> dict[tuple[int, int], bool]:
        return {}

    def _meeting(
        self, effect: int, condition: int, wanted: Callable[[int], bool], met: dict[tuple[int, int], int]
    ) -> int:
        """Root of the diagram of the situations where a condition holds and the effect is wanted."""
        if condition == FAILS or (effect < 0 and not wanted(effect)):
            return FAILS
        if effect < 0:
            return condition
        if (effect, condition) not in met:
            space = self.space
            axis = min(space.read(effect), space.read(condition))[1]
            numbers = range(len(space.samples[axis]))
            pairs = [(space.step(effect, axis, number), space.step(condition, axis, number)) for number in numbers]
            children = tuple(self._meeting(*pair, wanted, met) for pair in pairs)
            met[effect, condition] = space.forest.node(axis, children)
        return met[effect, condition]

    def _where(self, condition: int, wanted: Callable[[int], bool]) -> dict[str, str] | None:
        """A situation where a condition holds and the effect is wanted: both diagrams read side by side."""
        space = self.space
        stack: list[tuple[int, int, tuple[tuple[int, int], ...]]] = [(self.effect, condition, ())]
        seen = {(self.effect, condition)}
        while stack:
            effect, holds, path = stack.pop()
            if holds == HOLDS and effect < 0 and wanted(effect):
                return self._named(path)
            if holds == FAILS or (effect < 0 and (holds < 0 or not wanted(effect))):
                continue
            axis = min(space.read(effect), space.read(holds))[1]
            for number in range(len(space.samples[axis])):
                pair = space.step(effect, axis, number), space.step(holds, axis, number)
                if pair not in seen:
                    seen.add(pair)
                    stack.append((*pair, (*path, (axis, number))))
        return None

    def _named(self, path: Sequence[tuple[int, int]]) -> dict[str, str]:
        axes, samples = self.tables.axes, self.space.samples
        return {axes[axis].name: axes[axis].values[samples[axis][number]].name for axis, number in path}


class _Implication:
    """PERMIT with one value of an axis implies PERMIT with another, all else equal; or where it does not."""

    def __init__(self, space: Space, axis: int, one: int, other: int) -> None:
        self._space = space
        self._axis, self._one, self._other = axis, one, other
        self._fine: set[tuple[int, int]] = set()

    def refuted(self, one: int, other: int) -> tuple[tuple[int, int], ...] | None:
        """The path to a refutation, or None."""
        if one == other and one < 0:
            return None
        if one < 0 and other < 0:
            return () if ~one == PERMIT and ~other != PERMIT else None
        if (one, other) in self._fine or (one < 0 and ~one != PERMIT) or (other < 0 and ~other == PERMIT):
            return None
        axis = min(self._space.read(one), self._space.read(other))[1]
        here = axis == self._axis
        for number in [0] if here else range(len(self._space.samples[axis])):
            one_number, other_number = (self._one, self._other) if here else (number, number)
            found = self.refuted(self._space.step(one, axis, one_number), self._space.step(other, axis, other_number))
            if found is not None:
                return found if here else ((axis, number), *found)
        self._fine.add((one, other))
        return None
