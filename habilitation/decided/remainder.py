"""What missing facts leave open: the effect under every completion, and the rules that give it under all or some.

A request leaves clauses open, and remainders of matrices. Requests that leave the same are answered alike, whatever
else they state: the diagram is asked once for each different remainder, not once for each different request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from habilitation.compiled.diagram import Space
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.compiled.reading import Reading
from habilitation.compiled.settling import EFFECTS, FAILS, HOLDS, Settle, settle_effect, settle_holds
from habilitation.decided.decision import Outcome
from habilitation.vocabulary import Effect

# Settle, the clauses asked about, the missing axes they look at, what is left of the matrices they need (else -1).
_Question = tuple[Settle, int, tuple[int, ...], tuple[int, ...]]
# The root of a diagram, and the axes that can change its answer.
_Answer = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Remainder:
    """Facts given, the clauses they leave possible (`live`) and certain (`sure`), what is left of each matrix."""

    given: Mapping[int, int]
    live: int
    sure: int
    rest: tuple[int, ...]


class Remainders:
    """Answers to requests with facts missing, over one space."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.space = Space(reading.tables, reading.edition, reading.masks)
        self._known: dict[_Question, _Answer] = {}
        self._clauses: dict[int, int] = {}
        for clause, rule in enumerate(reading.edition.clauses):
            self._clauses[rule] = self._clauses.get(rule, 0) | 1 << clause

    def __len__(self) -> int:
        return max(len(self._known), len(self.space.forest.axes))

    def outcome(self, given: Mapping[int, int]) -> Outcome:
        """The effect under every completion, with the rules that give it, or what is missing to know it."""
        left = self._left(given)
        answer, missing = self._effect(left)
        if answer >= 0:
            return Outcome(Effect.INDETERMINATE, (), missing)
        always, sometimes = self._rules(~answer, left)
        if always or not sometimes:
            return Outcome(EFFECTS[~answer], always)
        return Outcome(EFFECTS[~answer], sometimes, certain=False)

    def _left(self, given: Mapping[int, int]) -> Remainder:
        space = self.space
        live, literals = space.every, 0
        rest = [slices.start for slices in space.slices]
        for axis, bits in enumerate(space.axis_bits):
            value = given.get(axis)
            if value is None:
                literals |= space.axis_literals[axis]
                continue
            live &= bits[value]
            for matrix, coordinate in space.feeds[axis]:
                rest[matrix] = space.slices[matrix].fix(rest[matrix], coordinate, value)
        live = space.resolved(rest, live, range(len(rest)))
        for matrix, number in enumerate(rest):
            if number >= 0:
                literals |= space.cell_literals[matrix]
        return Remainder(given, live, live & ~literals, tuple(rest))

    def _effect(self, left: Remainder) -> _Answer:
        """An answer of `settle_effect` (its complement), or a root and the axes that can change the effect."""
        forbid, abstain, permit = masks = self._reading.masks
        certain = sum(bool(left.sure & mask) << kind for kind, mask in enumerate(masks))
        possible = sum(bool(left.live & mask) << kind for kind, mask in enumerate(masks))
        settled = settle_effect(certain, possible)
        if settled >= 0:
            return ~settled, ()
        return self._ask(settle_effect, left, forbid | abstain | (0 if left.sure & abstain else permit))

    def _rules(self, effect: int, left: Remainder) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The rules of the winning kind that hold under every completion, and under some."""
        mask = self._reading.masks[effect] if effect < len(self._reading.masks) else 0
        always = set(self._reading.rules_of(left.sure & mask))
        open_ = set(self._reading.rules_of(left.live & mask)) - always
        roots = {rule: self._ask(settle_holds, left, self._clauses[rule])[0] for rule in open_}
        always |= {rule for rule, root in roots.items() if root == HOLDS}
        sometimes = always | {rule for rule, root in roots.items() if root != FAILS}
        return tuple(sorted(always)), tuple(sorted(sometimes))

    def _ask(self, settle: Settle, left: Remainder, mask: int) -> _Answer:
        """The root of the answer, and the axes that can change it; only the clauses of `mask` matter to it."""
        live = left.live & mask
        looked_at = tuple(
            axis for axis, bits in enumerate(self.space.axis_literals) if live & bits and axis not in left.given
        )
        rest = self._needed(left.rest, live)
        question = (settle, live, looked_at, rest)
        found = self._known.get(question)
        if found is None:
            try:
                found = self._known[question] = self._walked(settle, left.given, mask)
            except DiagramTooLargeError:  # undecidable within bounds stays closed: what is looked at may matter
                inputs = (
                    axis for axis, feeds in enumerate(self.space.feeds) if any(rest[one] >= 0 for one, _ in feeds)
                )
                return 0, tuple(sorted({*looked_at, *(axis for axis in inputs if axis not in left.given)}))
        return found

    def _walked(self, settle: Settle, given: Mapping[int, int], mask: int) -> _Answer:
        root = self.space.diagram(settle, given, None if settle is settle_effect else (mask,))
        return root, tuple(sorted(self.space.forest.support(root)))

    def _needed(self, rest: tuple[int, ...], live: int) -> tuple[int, ...]:
        """What is left of the matrices that these clauses look at, directly or through others; -1 for the rest."""
        kept = list(rest)
        for matrix in reversed(range(len(rest))):
            users = self.space.users[matrix]
            if not live & self.space.cell_literals[matrix] and not any(kept[user] >= 0 for user, _ in users):
                kept[matrix] = -1
        return tuple(kept)
