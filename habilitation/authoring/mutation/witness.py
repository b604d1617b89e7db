"""A situation that a mutant answers otherwise than its policy: the facts and the day of a case that kills it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from habilitation.authoring.mutation.apart import apart
from habilitation.authoring.mutation.possible import possible_cells, possible_values, status
from habilitation.authoring.mutation.standing import Met, Standing, Standings, met
from habilitation.checked.policy import Axis, Period, Policy
from habilitation.compiled.tables import Tables
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST, PRECEDENCE, SILENCE, Effect


@dataclass(frozen=True, slots=True)
class Answer:
    """An effect, and the names of the rules that give it."""

    effect: Effect
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """What a case states (axis → value, other facts left out), its day, and how policy and mutant answer it.

    `at` is None where any day will do, `known_on` where it is what is known in the end. `edition` is that of the
    policy, empty before the first.
    """

    situation: tuple[tuple[str, str], ...]
    at: datetime.date | None
    known_on: datetime.date | None
    edition: str
    policy: Answer
    mutant: Answer


@dataclass(frozen=True, slots=True)
class Difference:
    """A situation (axis → value, the other axes do not matter) that policy and mutant answer otherwise on some days."""

    sides: _Sides
    found: Mapping[int, int]
    days: Met

    def witness(self) -> Witness:
        """The situation as a case would state it."""
        policy, stated = self.sides.policy, self.sides.stated(self.found)
        answers = self.sides.answers(stated)
        assert answers is not None
        named = ((number, axis) for number, axis in enumerate(policy.axes) if number in stated)
        return Witness(
            situation=tuple((axis.name, axis.values[stated[number]].name) for number, axis in named),
            at=_day(self.days.applicable),
            # What a case leaves out is what is known in the end.
            known_on=None if self.days.known.end == DISTANT_FUTURE else _day(self.days.known),
            edition="" if self.days.before is None else policy.editions[self.days.before].id,
            policy=answers[0],
            mutant=answers[1],
        )


def difference(tables: Tables, before: Standings, after: Standings) -> Difference | None:
    """Where a mutant answers otherwise than its policy, on some day; None proves that it never does.

    Raises DiagramTooLargeError.
    """
    for days in met(before, after):
        if days.before is None and days.after is None:
            continue
        one = None if days.before is None else before.of(days.before)
        other = None if days.after is None else after.of(days.after)
        found = apart(tables, one or _silent(other), other or _silent(one))
        # Before the first edition nothing is settled: that is another answer than any edition's.
        if found is not None or one is None or other is None:
            return Difference(_Sides(before.policy, one, other), found or {}, days)
    return None


def _silent(standing: Standing | None) -> Standing:
    return Standing({}, () if standing is None else standing.cells)


def _day(period: Period) -> datetime.date | None:
    """A day of a period; None where every day is one."""
    if period.start != DISTANT_PAST:
        return period.start
    return None if period.end == DISTANT_FUTURE else period.end - datetime.timedelta(1)


@dataclass(frozen=True, slots=True)
class _Sides:
    """A policy and its mutant, as they stand on one day; None is before the first edition."""

    policy: Policy
    before: Standing | None
    after: Standing | None

    def stated(self, found: Mapping[int, int]) -> dict[int, int]:
        """Facts that tell both sides apart, the others missing: few, out of some that do whatever the others are."""
        stated = dict(found)
        if self.answers(stated) is None:
            left = [number for number, axis in enumerate(self.policy.axes) if axis.default is None]
            stated |= {number: _usual(self.policy.axes[number]) for number in left if number not in found}
        for axis in reversed(list(stated)):
            fewer = {number: value for number, value in stated.items() if number != axis}
            if self.answers(fewer) is not None:
                stated = fewer
        return stated

    def answers(self, stated: Mapping[int, int]) -> tuple[Answer, Answer] | None:
        """Both answers; None where they are the same, or wait for a missing fact."""
        one, other = (_answer(self.policy, standing, stated) for standing in (self.before, self.after))
        return None if one is None or other is None or one == other else (one, other)


def _usual(axis: Axis) -> int:
    """A value of an axis, in use if there is one."""
    return next((number for number, value in enumerate(axis.values) if not value.deprecated), 0)


def _answer(policy: Policy, standing: Standing | None, stated: Mapping[int, int]) -> Answer | None:
    """What stands answers a request; None where a missing fact may change it."""
    if standing is None:
        return Answer(Effect.INDETERMINATE, ())
    possible = possible_values(policy, stated)
    for number in range(len(policy.matrices)):
        possible["matrix", number] = possible_cells(policy, number, standing.cells[number], possible)
    held = {name: status(force.clauses, possible) for name, force in standing.rules.items()}
    for kind, effect in PRECEDENCE:
        ours = [name for name, force in standing.rules.items() if force.effect is kind]
        if any(held[name] == (True, False) for name in ours):
            return None
        if decisive := tuple(name for name in ours if held[name] == (True, True)):
            return Answer(effect, decisive)
    return Answer(SILENCE, ())
