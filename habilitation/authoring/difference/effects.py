"""The diagram of what two editions answer: for each situation the old effect and the new one, or that they agree."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from habilitation.authoring.difference.blocks import boxed
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


class Compared:
    """Two editions, compared over the whole space, or `where` some axes have one of some values."""

    def __init__(self, old: Half, new: Half, where: Where | None = None) -> None:
        self.frame = Frame(old, new, where)

    @cached_property
    def rules(self) -> tuple[Mapping[str, Rule], Mapping[str, Rule]]:
        """The rules in force on each side, by name, each with its effect and where it holds."""
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
        frame = self.frame
        known = frame.known(side)
        if frame.halves[side].edition is None:
            return frame.kept(~INDETERMINATE, known, UNSTATED)
        kinds = [
            self._anywhere([rule.where for rule in self.rules[side].values() if rule.effect == number])
            for number in range(len(PRECEDENCE))
        ]

        def effect(*held: int) -> int:
            # INVARIANT (answers): effects are numbered in order of precedence, silence last.
            return held.index(1) if 1 in held else len(PRECEDENCE)

        return frame.kept(frame.combined(effect, *kinds), known, UNSTATED)

    def _anywhere(self, roots: Sequence[int]) -> int:
        """Root of the situations where one of the rules holds, put together two by two: small ones first."""
        roots = list(dict.fromkeys(roots)) or [FAILS]
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

    @cached_property
    def changed(self) -> int:
        """Root of the situations that change: 1, or 0 elsewhere."""
        return self.frame.combined(lambda answer: int(answer != _AGREED), self.difference)


def _change(answer: int) -> Change:
    return Change(*divmod(answer, len(NAMES)))
