"""The diagram of what two editions answer: for each situation the old effect and the new one, or that they agree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from habilitation.authoring.difference.frame import Frame, Half
from habilitation.compiled.settling import EFFECTS, INDETERMINATE, PERMIT, settle_effect

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
    def order(self) -> tuple[int, int, int]:
        """Openings first, then closings."""
        return WAYS.index(self.way), self.old, self.new


class Compared:
    """Two editions, compared over the whole space."""

    def __init__(self, old: Half, new: Half) -> None:
        self.frame = Frame(old, new)

    @cached_property
    def effects(self) -> tuple[int, int]:
        """Root of each side's effects in the frame; where a side cannot state a situation, UNSTATED."""
        old, new = (self._effects(side) for side in range(2))
        return old, new

    def _effects(self, side: int) -> int:
        frame, space = self.frame, self.frame.spaces[side]
        # Before the first edition everything is INDETERMINATE.
        root = ~INDETERMINATE if space is None else frame.lifted(side, space.diagram(settle_effect))
        return frame.combined(lambda effect, known: effect if known else UNSTATED, root, frame.known(side))

    @cached_property
    def difference(self) -> int:
        """Root of the changes, numbered; an answer past them where both sides agree."""
        return self.frame.combined(lambda old, new: _AGREED if old == new else old * len(NAMES) + new, *self.effects)

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
