"""What is proved of a policy over its whole space, in every edition, or refuted with a smallest counterexample."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from habilitation.checked.policy import Invariant, Policy
from habilitation.compiled.diagram import (
    DENY,
    INDETERMINATE,
    PERMIT,
    Settle,
    Space,
    settle_effect,
    settle_holds,
)
from habilitation.compiled.from_checked import with_probes
from habilitation.compiled.reading import reading
from habilitation.compiled.tables import Tables
from habilitation.diagnostic import Diagnostic
from habilitation.vocabulary import EFFECT_OF, RuleEffect

_ANSWER_OF = {RuleEffect.FORBID: DENY, RuleEffect.ABSTAIN: INDETERMINATE, RuleEffect.PERMIT: PERMIT}
_EFFECT_KINDS = 0b111
_PROBE = 0b1000
FINE, FOUND = 0, 1


def _probing(wanted: int, where_effect_is: bool) -> Settle:
    """FOUND where the probe holds and the effect is (or is not) the wanted one; FINE elsewhere."""

    def settle(certain: int, possible: int) -> int:
        if not possible & _PROBE:
            return FINE
        effect = settle_effect(certain & _EFFECT_KINDS, possible & _EFFECT_KINDS)
        if effect < 0:
            return ~(~effect | _PROBE)
        if (effect == wanted) is not where_effect_is:
            return FINE
        return FOUND if certain & _PROBE else ~_PROBE

    return settle


# One function a question, made once: a space remembers its nodes by question.
_WHERE_IT_IS = {answer: _probing(answer, True) for answer in _ANSWER_OF.values()}
_WHERE_IT_IS_NOT = {answer: _probing(answer, False) for answer in _ANSWER_OF.values()}


@dataclass(frozen=True)
class Proofs:
    """The proofs of one edition of a policy."""

    policy: Policy
    tables: Tables
    number: int

    @cached_property
    def effects(self) -> Space:
        """The space of effects."""
        edition = self.tables.editions[self.number]
        return Space(self.tables, edition, reading(self.tables, edition).masks)

    def _probe(self, invariant: Invariant) -> Space:
        edition = with_probes(self.policy, self.tables, self.number, [invariant.condition])
        masks = reading(self.tables, self.tables.editions[self.number]).masks
        first = len(self.tables.editions[self.number].clauses)
        probe = sum(1 << bit for bit in range(first, len(edition.clauses)))
        return Space(self.tables, edition, (*masks, probe))

    def counterexample(self, invariant: Invariant) -> dict[str, str] | None:
        """A smallest situation (axis → value, the other axes do not matter) that refutes an invariant, or None."""
        space = self._probe(invariant)
        answer = _ANSWER_OF[invariant.effect]
        settle = _WHERE_IT_IS_NOT[answer] if invariant.always else _WHERE_IT_IS[answer]
        return self._shortest(space, space.diagram(settle), FOUND)

    def applies(self, rule: int) -> bool:
        """Whether a rule holds in some situation."""
        edition = self.tables.editions[self.number]
        mask = sum(1 << bit for bit, owner in enumerate(edition.clauses) if owner == rule)
        return bool(mask) and Space(self.tables, edition, (mask,)).diagram(settle_holds) != ~0

    def decides(self, rule: int) -> bool:
        """Whether a rule is among the reasons of some situation."""
        edition = self.tables.editions[self.number]
        mask = sum(1 << bit for bit, owner in enumerate(edition.clauses) if owner == rule)
        masks = reading(self.tables, edition).masks
        settle = _WHERE_IT_IS[_ANSWER_OF[self.tables.rules[rule].effect]]
        return Space(self.tables, edition, (*masks, mask)).diagram(settle) != ~FINE

    def opened_by_default(self, axis: int) -> dict[str, str] | None:
        """A situation PERMIT with the default of an axis and not with another of its values, or None."""
        space = self.effects
        root = space.diagram(settle_effect)
        classes = range(len(space.samples[axis]))
        default = space.classes[axis][self.tables.axes[axis].default]
        for other in classes:
            if other != default:
                found = _Implication(space, axis, default, other).refuted(root, root)
                if found is not None:
                    named = {self.tables.axes[where].name: self._named(space, where, at) for where, at in found}
                    return {**named, self.tables.axes[axis].name: self._named(space, axis, other)}
        return None

    def _named(self, space: Space, axis: int, number: int) -> str:
        return self.tables.axes[axis].values[space.samples[axis][number]].name

    def _shortest(self, space: Space, root: int, wanted: int) -> dict[str, str] | None:
        """The fewest axes that lead to an answer."""
        if root == ~wanted:
            return {}
        queue: deque[tuple[int, tuple[tuple[int, int], ...]]] = deque([(root, ())])
        seen = {root}
        while queue:
            node, path = queue.popleft()
            if node < 0:
                continue
            axis = space.forest.axes[node]
            for number, child in enumerate(space.forest.children[node]):
                step = (*path, (axis, number))
                if child == ~wanted:
                    return {self.tables.axes[where].name: self._named(space, where, at) for where, at in step}
                if child not in seen:
                    seen.add(child)
                    queue.append((child, step))
        return None


class _Implication:
    """PERMIT with one value of an axis implies PERMIT with another, all else equal; or a situation where it does not."""

    def __init__(self, space: Space, axis: int, one: int, other: int) -> None:
        self._forest, self._space = space.forest, space
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
        axis = min(self._read(one), self._read(other))
        for number in [0] if axis[1] == self._axis else range(len(self._space.samples[axis[1]])):
            found = self.refuted(self._step(one, axis[1], number, self._one), self._step(other, axis[1], number, self._other))
            if found is not None:
                return ((axis[1], number), *found) if axis[1] != self._axis else found
        self._fine.add((one, other))
        return None

    def _read(self, node: int) -> tuple[int, int]:
        """Place in the reading order, and axis, of a node."""
        if node < 0:
            return len(self._space.order), -1
        axis = self._forest.axes[node]
        return self._space.order.index(axis), axis

    def _step(self, node: int, axis: int, number: int, mine: int) -> int:
        if node < 0 or self._forest.axes[node] != axis:
            return node
        return self._forest.children[node][mine if axis == self._axis else number]


# --- what `check` says -----------------------------------------------------------------------------


def refutations(policy: Policy, tables: Tables) -> Iterator[Diagnostic]:
    """Every proof that fails, in any edition."""
    editions = [Proofs(policy, tables, number) for number in range(len(tables.editions))]
    yield from _idle_rules(editions)
    yield from _opening_defaults(editions)
    yield from _failing_invariants(editions)


def _idle_rules(editions: Sequence[Proofs]) -> Iterator[Diagnostic]:
    if not editions:
        return
    policy = editions[0].policy
    for number, rule in enumerate(policy.rules):
        where = [one for one in editions if number in one.tables.editions[one.number].rules]
        if not any(one.applies(number) for one in where):
            message = f"the rule `{rule.name}` can never apply"
            yield Diagnostic("never_applies", message, rule.span, "no situation satisfies its condition")
        elif not any(one.decides(number) for one in where):
            message = f"the rule `{rule.name}` never decides anything"
            way_out = f"wherever it holds, the effect is not {EFFECT_OF[rule.effect].value}"
            yield Diagnostic("never_decides", message, rule.span, way_out)


def _opening_defaults(editions: Sequence[Proofs]) -> Iterator[Diagnostic]:
    for one in editions:
        for axis, table in enumerate(one.tables.axes):
            if table.default >= 0:
                situation = one.opened_by_default(axis)
                if situation is not None:
                    default = table.values[table.default].name
                    message = f"the default `{default}` of `{table.name}` opens what another value closes"
                    yield Diagnostic("default_opens", message, one.policy.axes[axis].span, _shown(situation, one))


def _failing_invariants(editions: Sequence[Proofs]) -> Iterator[Diagnostic]:
    for one in editions:
        for invariant in one.policy.invariants:
            situation = one.counterexample(invariant)
            if situation is not None:
                word = "always" if invariant.always else "never"
                message = f"not true: {word} “{invariant.sentence}”"
                yield Diagnostic("invariant_fails", message, invariant.span, _shown(situation, one))


def _shown(situation: dict[str, str], one: Proofs) -> str:
    facts = ", ".join(f"{axis} {value}" for axis, value in situation.items()) or "any request"
    return f"counterexample: {facts} (edition {one.tables.editions[one.number].id})"


