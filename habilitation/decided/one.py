"""One decision at a time: the scalar copy of the definition, over the tables of one edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from habilitation.compiled.diagram import Space
from habilitation.compiled.joint import Desk, Plan
from habilitation.compiled.layout import desk, plan
from habilitation.compiled.reading import Reading, reading
from habilitation.compiled.settling import PERMIT, settle_effect
from habilitation.compiled.tables import Tables
from habilitation.decided.decision import Decision, Outcome, Reason
from habilitation.decided.reasons import before_first_edition, reasons
from habilitation.decided.remainder import Remainders
from habilitation.decided.request import UNSTATED, Desired, desired
from habilitation.vocabulary import Effect

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
        self.asked: Desired = desired(tables.axes)
        self._desks: dict[int, Served] = {}
        self._kept: Remainders | None = None

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
        """The space in which effects are asked. A root belongs to one space."""
        return self._remainders.space

    @property
    def _remainders(self) -> Remainders:
        """The answers to requests with facts missing; new ones once they remember much."""
        kept = self._kept
        if kept is None or len(kept) > _KEPT_AT_MOST:
            kept = self._kept = Remainders(self.reading)
        return kept

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
            return Decision(self, self.settled(values), (~0, *values))
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
            found = self.settled(self.plan.values(action, codes))
            if len(served.partial) >= _KEPT_AT_MOST:
                served.partial.clear()
            served.partial[codes] = found
        return found

    def settled(self, values: Sequence[int]) -> Outcome:
        """The outcome with facts missing: the effect under every completion, or what is missing to know it."""
        return self._remainders.outcome({axis: value for axis, value in enumerate(values) if value != UNSTATED})

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
        return self.settled(self.asked.values(stated)).missing

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


_BEFORE = Outcome(Effect.INDETERMINATE, ())
