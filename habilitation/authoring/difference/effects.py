"""The diagram of what two editions answer: for each situation the old effect and the new one, or that they agree."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from habilitation.authoring.difference.blocks import boxed
from habilitation.authoring.difference.completions import completed, left_open
from habilitation.authoring.difference.frame import Frame, Half, Where
from habilitation.authoring.difference.holding import Holding
from habilitation.compiled.settling import EFFECTS, FAILS, INDETERMINATE, PERMIT
from habilitation.vocabulary import EFFECT_OF, PRECEDENCE

# What a side answers where it cannot state the situation: closed, as anything unknown.
UNSTATED = len(EFFECTS)
NAMES = (*(effect.value for effect in EFFECTS), "UNKNOWN")
OPENING, CLOSING, OTHERWISE = "opening", "closing", "otherwise"
WAYS = (OPENING, CLOSING, OTHERWISE)
_AGREED = len(NAMES) ** 2
_UNSETTLED = UNSTATED + 1  # completions that do not agree: nothing is known, which is undetermined


@dataclass(frozen=True, slots=True)
class Change:
    """From an effect to another, as numbers in NAMES."""

    old: int
    new: int

    @property
    def way(self) -> str:
        """Whether it opens, closes, or changes one closed effect for another."""
        if self.new == PERMIT:
            return OPENING
        return CLOSING if self.old == PERMIT else OTHERWISE

    @property
    def unstated(self) -> bool:
        """Whether it is closed on both sides, for a code that one of them does not know."""
        return self.way == OTHERWISE and UNSTATED in (self.old, self.new)

    @property
    def order(self) -> tuple[int, int, int]:
        """Openings first, then closings."""
        return WAYS.index(self.way), self.old, self.new


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one side: the number of its effect, and the root of where it holds."""

    effect: int
    where: int


def compared(old: Half, new: Half, where: Where | None = None) -> Compared:
    """Two editions, compared; an axis that has no default is left out only if that opens or closes something."""
    found = Compared(old, new, where)
    idle = found.idle
    return Compared(old, new, where, idle) if idle else found


class Compared:
    """Two editions, compared over the whole space, or `where` some axes have one of some values.

    Every situation says something of the axes of `stated`.
    """

    def __init__(self, old: Half, new: Half, where: Where | None = None, stated: frozenset[str] = frozenset()) -> None:
        self.frame = Frame(old, new, where, stated)

    @property
    def idle(self) -> frozenset[str]:
        """The axes without a default, of which it opens and closes nothing to say nothing."""
        frame = self.frame
        open_ = [number for number, line in enumerate(frame.lines) if line.unsettled]
        if not open_:
            return frozenset()
        moved = frame.combined(lambda answer: int(_opens_or_closes(answer)), self.difference)
        lines = [
            frame.lines[number] for number in open_ if frame.lines[number].left_out not in frame.met(moved, number)
        ]
        return frozenset(line.name for line in lines)

    @cached_property
    def rules(self) -> tuple[Mapping[str, Rule], Mapping[str, Rule]]:
        """The rules in force on each side, by name, each with its effect and where it is a reason of it if it prevails.

        That is where it holds; of what an axis left out leaves open, under every completion, or some if no rule does.
        """
        old, new = (self._given(side) if left_open(self.frame, side) else self._held[side] for side in range(2))
        return old, new

    def _given(self, side: int) -> dict[str, Rule]:
        """The rules of a side, where they are reasons of its answers to requests that leave an axis out as well."""
        frame, rules = self.frame, self._held[side]
        sure = {
            name: Rule(rule.effect, completed(frame, side, rule.where, lambda one, other: one and other))
            for name, rule in rules.items()
        }
        by_none = [
            frame.combined(lambda held: int(not held), self._anywhere(sure, effect))
            for effect in range(len(PRECEDENCE))
        ]
        settled = frame.combined(lambda answer: int(answer != _UNSETTLED), self._answers[side])
        found = {}
        for name, rule in rules.items():
            root = sure[name].where
            may = completed(frame, side, rule.where, lambda one, other: one or other)
            if may != root:
                alone = frame.kept(by_none[rule.effect], may, 0)
                root = frame.combined(lambda one, other: int(one or other), root, alone)
            found[name] = Rule(rule.effect, frame.kept(settled, root, 0))
        return found

    @cached_property
    def _held(self) -> tuple[Mapping[str, Rule], Mapping[str, Rule]]:
        """The rules in force on each side, and where they hold when every axis has a value."""
        old, new = (self._rules(side) for side in range(2))
        return old, new

    def _rules(self, side: int) -> dict[str, Rule]:
        half, holding = self.frame.halves[side], Holding(self.frame, side)
        rules = [(half.tables.rules[number], number) for number in (half.edition.rules if half.edition else ())]
        return {rule.name: Rule(EFFECTS.index(EFFECT_OF[rule.effect]), holding.rule(number)) for rule, number in rules}

    @cached_property
    def effects(self) -> tuple[int, int]:
        """Root of each side's effects; where a side cannot state a situation, UNSTATED."""
        old, new = (self._effects(side) for side in range(2))
        return old, new

    def _effects(self, side: int) -> int:
        answers = self._answers[side]
        if left_open(self.frame, side):
            answers = self.frame.combined(lambda one: INDETERMINATE if one == _UNSETTLED else one, answers)
        return self.frame.kept(answers, self.frame.known(side), UNSTATED)

    @cached_property
    def _answers(self) -> tuple[int, int]:
        """Root of each side's effects, whatever is unknown to it."""
        old, new = (self._answer(side) for side in range(2))
        return old, new

    def _answer(self, side: int) -> int:
        if self.frame.halves[side].edition is None:
            return ~INDETERMINATE
        kinds = [self._anywhere(self._held[side], number) for number in range(len(PRECEDENCE))]

        def effect(*held: int) -> int:
            # INVARIANT (answers): effects are numbered in order of precedence, silence last.
            return held.index(1) if 1 in held else len(PRECEDENCE)

        answers = self.frame.combined(effect, *kinds)
        return completed(self.frame, side, answers, lambda one, other: one if one == other else _UNSETTLED)

    def _anywhere(self, rules: Mapping[str, Rule], effect: int) -> int:
        """Root of the situations where a rule of an effect holds, put together two by two: small ones first."""
        roots = list(dict.fromkeys(rule.where for rule in rules.values() if rule.effect == effect)) or [FAILS]
        while len(roots) > 1:
            pairs = itertools.zip_longest(roots[::2], roots[1::2], fillvalue=FAILS)
            roots = [self.frame.combined(lambda one, other: int(one or other), *pair) for pair in pairs]
        return roots[0]

    @cached_property
    def difference(self) -> int:
        """Root of the changes, numbered; an answer past them where both sides agree, or nothing is asked."""
        frame = self.frame
        found = frame.combined(lambda old, new: _AGREED if old == new else old * len(NAMES) + new, *self.effects)
        return frame.kept(found, boxed(frame, frame.within), _AGREED)

    @cached_property
    def agreed(self) -> int:
        """Root of the effects the two sides agree on; UNSTATED where they do not, or nothing is asked."""
        frame = self.frame
        found = frame.combined(lambda old, new: old if old == new else UNSTATED, *self.effects)
        return frame.kept(found, boxed(frame, frame.within), UNSTATED)

    @cached_property
    def counts(self) -> dict[Change, int]:
        """How many situations change, exactly, by change; openings first."""
        found = {
            _change(answer): count for answer, count in self.frame.counts(self.difference).items() if answer != _AGREED
        }
        return {change: found[change] for change in sorted(found, key=lambda one: one.order)}

    def where(self, change: Change) -> int:
        """Root of the situations of one change: 1, or 0 elsewhere."""
        number = change.old * len(NAMES) + change.new
        return self.frame.combined(lambda answer: int(answer == number), self.difference)

    def moved(self, way: str) -> int:
        """Root of the situations that change in one way, those that a side cannot state and stay closed aside."""

        def asked(answer: int) -> int:
            change = _change(answer)
            return int(answer != _AGREED and change.way == way and not change.unstated)

        return self.frame.combined(asked, self.difference)

    @cached_property
    def changed(self) -> int:
        """Root of the situations that change: 1, or 0 elsewhere."""
        return self.frame.combined(lambda answer: int(answer != _AGREED), self.difference)


def _opens_or_closes(answer: int) -> bool:
    return answer != _AGREED and _change(answer).way != OTHERWISE


def _change(answer: int) -> Change:
    return Change(*divmod(answer, len(NAMES)))
