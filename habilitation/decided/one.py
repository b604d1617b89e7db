"""One decision at a time: the scalar copy of the definition, over the tables of one edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from habilitation.compiled.diagram import Space
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.compiled.joint import Desk, Plan
from habilitation.compiled.layout import desk, plan
from habilitation.compiled.reading import Reading, reading
from habilitation.compiled.settling import EFFECTS, FAILS, HOLDS, PERMIT, settle_effect, settle_holds
from habilitation.compiled.tables import Tables
from habilitation.decided.decision import Decision, Outcome, Reason
from habilitation.decided.reasons import before_first_edition, reasons
from habilitation.decided.request import UNSTATED, Desired, desired
from habilitation.vocabulary import EFFECT_OF, Effect

# Tables filled as they are met are emptied past this size, so that memory stays bounded whatever is asked.
_KEPT_AT_MOST = 100_000


class Served:
    """A desk and the outcomes met at it.

    `outcomes` is keyed by the clauses that may hold and, `width` bits above, those that must, when both agree: an exact
    clause set. `partial` is keyed by the codes of a whole request with facts missing. Equal keys mean equal answers.
    """

    __slots__ = ("desk", "outcomes", "partial", "width")

    def __init__(self, laid_out: Desk) -> None:
        self.desk = laid_out
        self.width = max(laid_out.every.bit_length(), 1)
        self.outcomes: dict[int, Outcome] = {}
        self.partial: dict[tuple[int, ...], Outcome] = {}


class Answers:
    """One edition of a policy, answering. Without an edition (before the first), everything is INDETERMINATE."""

    def __init__(self, tables: Tables, number: int) -> None:
        self.tables, self.number = tables, number
        self.edition = tables.editions[number].id if number >= 0 else ""
        self.asked: Desired = desired(tables)
        self._desks: dict[int, Served] = {}
        self._space: Space | None = None

    def __reduce__(self) -> tuple[type[Answers], tuple[Tables, int]]:
        return Answers, (self.tables, self.number)

    @cached_property
    def reading(self) -> Reading:
        """The look-ups of this edition."""
        return reading(self.tables, self.tables.editions[self.number])

    @cached_property
    def plan(self) -> Plan:
        """How values become joint codes."""
        return plan(self.reading)

    @property
    def effects(self) -> Space:
        """The space in which effects are asked; a new one once it remembers much. A root belongs to one space."""
        space = self._space
        if space is None or len(space.forest.axes) > _KEPT_AT_MOST:
            space = self._space = Space(self.tables, self.reading.edition, self.reading.masks)
        return space

    def desk(self, action: int) -> Served:
        """The desk of one action and the outcomes met at it."""
        found = self._desks.get(action)
        if found is None:
            found = self._desks[action] = Served(desk(self.reading, self.plan, action))
        return found

    def decide(self, stated: Mapping[int, int]) -> Decision:
        """The decision on a request in ordinals; an axis left out takes its default, or is missing."""
        return self.judge(self.asked.values(stated))

    def judge(self, values: Sequence[int]) -> Decision:
        """The decision on a value an axis, UNSTATED where missing."""
        if self.number < 0:
            return Decision(self, _BEFORE, (~0, *values))
        action = values[self.plan.desk_axis] if self.plan.desk_axis >= 0 else 0
        if action == UNSTATED:
            return Decision(self, self._settled(values, None), (~0, *values))
        codes = self.plan.codes(values)
        served = self.desk(action)
        may, must = served.desk.live(codes)
        outcome = served.outcomes.get(may | must << served.width)
        if outcome is None:
            outcome = self.work_out(action, may | must << served.width, codes)
        return Decision(self, outcome, (action, *codes))

    def work_out(self, action: int, live: int, codes: tuple[int, ...]) -> Outcome:
        """The outcome of a clause set (`must` above `may`) met for the first time, or of a partial request."""
        served = self.desk(action)
        may, must = live & served.desk.every, live >> served.width
        if may == must:
            outcome = Outcome(*served.desk.outcome(may))
            if len(served.outcomes) >= _KEPT_AT_MOST:
                served.outcomes.clear()
            served.outcomes[live] = outcome
            return outcome
        found = served.partial.get(codes)
        if found is None:
            found = self._settled(self.plan.values(action, codes), (served.desk, may, must))
            if len(served.partial) >= _KEPT_AT_MOST:
                served.partial.clear()
            served.partial[codes] = found
        return found

    def _settled(self, values: Sequence[int], at_desk: tuple[Desk, int, int] | None) -> Outcome:
        """The outcome with facts missing: the effect under every completion, or what is missing to know it."""
        given = {axis: value for axis, value in enumerate(values) if value != UNSTATED}
        effect = None if at_desk is None else _surely(*at_desk)
        if effect is None:
            space = self.effects
            try:
                root = space.diagram(settle_effect, given)
            except DiagramTooLargeError:  # undecidable within bounds stays closed: every fact left out may matter
                return Outcome(
                    Effect.INDETERMINATE, (), tuple(axis for axis in range(len(values)) if axis not in given)
                )
            if root >= 0:
                return Outcome(Effect.INDETERMINATE, (), tuple(sorted(space.forest.support(root))))
            effect = EFFECTS[~root]
        always, sometimes = self._holding(effect, given, at_desk)
        if always or not sometimes:
            return Outcome(effect, always)
        return Outcome(effect, sometimes, certain=False)

    def _holding(
        self, effect: Effect, given: Mapping[int, int], at_desk: tuple[Desk, int, int] | None
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The rules of the winning kind that hold under every completion, and under some."""
        rules = {rule for rule in self.reading.edition.rules if EFFECT_OF[self.tables.rules[rule].effect] is effect}
        always = set[int]()
        if at_desk is not None:
            laid_out, may, must = at_desk
            always = rules & {rule for bit, rule in enumerate(laid_out.rules) if must >> bit & 1}
            rules &= {rule for bit, rule in enumerate(laid_out.rules) if may >> bit & 1}
        roots = {rule: self._rule(rule, given) for rule in rules - always}
        always |= {rule for rule, root in roots.items() if root == HOLDS}
        sometimes = always | {rule for rule, root in roots.items() if root != FAILS}
        return tuple(sorted(always)), tuple(sorted(sometimes))

    def _rule(self, rule: int, given: Mapping[int, int]) -> int:
        """The diagram of one rule's condition, where the given axes have the given values."""
        mask = sum(1 << bit for bit, owner in enumerate(self.reading.edition.clauses) if owner == rule)
        return self.effects.diagram(settle_holds, given, (mask,))

    def permitted(self, stated: Mapping[int, int], axis: int) -> tuple[int, ...]:
        """The values of an axis left out for which the effect is PERMIT under every completion."""
        if self.number < 0:
            return ()
        values = range(len(self.tables.axes[axis].values))
        known = self.asked.values(stated)
        given = {index: value for index, value in enumerate(known) if value != UNSTATED and index != axis}
        return tuple(
            value for value in values if self.effects.diagram(settle_effect, {**given, axis: value}) == ~PERMIT
        )

    def open_axes(self, stated: Mapping[int, int]) -> tuple[int, ...]:
        """The axes left out, without a default, that a clause still open looks at."""
        edition, matrices = self.reading.edition, self.tables.matrices
        live = self.reading.every
        for axis, value in stated.items():
            live &= edition.axis_bits[axis][value]
        looked_at: set[int] = {index for index, bits in enumerate(self.effects.axis_literals) if live & bits}
        reached = {index for index, bits in enumerate(self.effects.cell_literals) if live & bits}
        for index in reversed(range(len(matrices))):
            if index in reached:
                looked_at.update(given for given in matrices[index].inputs if given >= 0)
                reached.update(~given for given in matrices[index].inputs if given < 0)
        return tuple(axis for axis in sorted(looked_at) if axis not in stated and self.asked.defaults[axis] == UNSTATED)

    def undecided(self, stated: Mapping[int, int]) -> tuple[int, ...]:
        """The axes left out, without a default, that can still change the effect."""
        if self.number < 0:
            return ()
        return self._settled(self.asked.values(stated), None).missing

    def values_of(self, codes: tuple[int, ...]) -> tuple[int, ...]:
        """The values a decision was made on."""
        if codes[0] < 0:
            return codes[1:]
        return tuple(self.plan.values(codes[0], codes[1:]))

    def reasons(self, outcome: Outcome, values: Sequence[int]) -> tuple[Reason, ...]:
        """The reasons of an outcome, in sentences."""
        if self.number < 0:
            return (before_first_edition(self.tables),)
        return reasons(self.reading, outcome, values)


def _surely(laid_out: Desk, may: int, must: int) -> Effect | None:
    """The effect that missing facts cannot change, as far as the clauses alone tell; None when they do not."""
    kinds = [(bool(must & mask), bool(may & mask)) for mask in laid_out.masks]
    certain = sum(sure << kind for kind, (sure, _) in enumerate(kinds))
    possible = sum(maybe << kind for kind, (_, maybe) in enumerate(kinds))
    answer = settle_effect(certain, possible)
    return EFFECTS[answer] if answer >= 0 else None


_BEFORE = Outcome(Effect.INDETERMINATE, ())
