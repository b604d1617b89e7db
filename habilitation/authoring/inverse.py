"""Inverse questions: who may, what may one, under which conditions, and what separates two; exact, over diagrams.

An answer is a set of groups of values. The ways of a group are conditions that may overlap, each as wide as it can be:
together they are every situation in which its values are permitted, and no other.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from habilitation.authoring.difference.blocks import Box, cover, holds_throughout
from habilitation.authoring.one_edition import Given, OneEdition, Within
from habilitation.authorizer import Authorizer
from habilitation.compiled.settling import EFFECTS, FAILS, PERMIT, settle_effect
from habilitation.diagnostic import RequestError

_AGREED = len(EFFECTS) ** 2


@dataclass(frozen=True, slots=True)
class Group:
    """Values of an axis that have one answer: its ways, and the situations of each value in which it holds.

    `proper`: what is asked about counts for one of the ways, the first.
    """

    values: frozenset[int]
    ways: tuple[Box, ...]
    situations: int
    proper: bool = False


@dataclass(frozen=True, slots=True)
class Openings:
    """Under which conditions the values of an axis are permitted.

    `common`: ways open to every value, which the groups do not repeat. `only_common`: the values that have no other;
    when there is no common way, nothing opens to them. `common_proper`: as `proper` of a group, of the common ways.
    """

    common: tuple[Box, ...]
    groups: tuple[Group, ...]
    only_common: frozenset[int]
    common_proper: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Situations in which one value has an effect and the other value another, by the values of an axis."""

    effects: tuple[str, str]
    groups: tuple[Group, ...]
    situations: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the values known, the axis of the answer, and two values to tell apart, if any, with theirs.

    `within`: the axes of which a set of values is asked about. `about`: of the axes known, those that the question is
    about.
    """

    given: dict[int, int]
    by: int | None
    axis: int | None = None
    pair: tuple[int, int] = (0, 0)
    within: dict[int, frozenset[int]] = field(default_factory=dict)
    about: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Asked:
    """The axes that a question is about, each with the diagram of what is permitted when that one is left open.

    An axis counts for a way that does not hold for all its values. `within` is that of the question.
    """

    frame: OneEdition
    open: Mapping[int, int]
    within: Within

    def ordered(self, ways: tuple[Box, ...], head: Box) -> tuple[tuple[Box, ...], bool]:
        """The ways for which the most axes count first, and whether one counts for one; `head`: where they are ways."""
        counts = [self._count({**self.within, **head, **way}) for way in ways]
        order = sorted(range(len(ways)), key=lambda at: -counts[at])
        return tuple(ways[at] for at in order), any(counts)

    def _count(self, box: Box) -> int:
        return sum(
            not holds_throughout(self.frame, {line: box[line] for line in box if line != axis}, root)
            for axis, root in self.open.items()
        )


class Inverse:
    """Answers inverse questions about the edition in force of a policy. Raises RequestError before the first."""

    def __init__(self, policy: Authorizer) -> None:
        answers = policy.answers
        if answers.number < 0:
            raise RequestError(
                "before_first_edition",
                "no edition of the policy is in force then",
                help="`habilitation show policy` lists the editions",
            )
        self._space = answers.effects
        self.frame = OneEdition(policy.tables, policy.tables.editions[answers.number], self._space)

    def openings(
        self, given: Given, by: int | None = None, within: Within | None = None, about: frozenset[int] = frozenset()
    ) -> Openings:
        """For each value of an axis, under which conditions it is permitted, the given values being what they are.

        Without an axis, every condition is common. `within` keeps some axes to a set of values: what a condition says
        of them is inside it, and values of `by` outside it are left out. `about`: axes of what is known; the ways for
        which their values count come first, then those that would hold for any.
        """
        kept = dict(within or {})
        values = kept.pop(by, None) if by is not None else None
        free = {axis: value for axis, value in given.items() if axis not in about}
        whole = self.frame.combined(_permits, self._space.diagram(settle_effect, free))
        permits = {
            value: self.frame.kept_to(kept, root)
            for value, root in self._by_value(self.frame.known_to_be(given, about, whole), by).items()
            if values is None or value in values
        }
        roots = _by_root(permits)
        common = self.frame.combined(lambda *held: int(all(held)), *roots)
        told = self._ways(common, kept)
        settled = {*given, by}
        groups = [self._group(root, some, settled, told, kept) for root, some in roots.items() if root != common]
        left_open = {axis: self.frame.known_to_be(given, about - {axis}, whole) for axis in about}
        asked = _Asked(self.frame, left_open, within or {})
        first, proper = asked.ordered(told, {})
        ranked = [_ranked(asked, group, by) for group in _ordered(groups)]
        ranked.sort(key=lambda group: not group.proper)
        return Openings(first, tuple(ranked), roots.get(common, frozenset()), proper)

    def apart(self, given: Given, axis: int, pair: tuple[int, int], by: int | None = None) -> tuple[Gap, ...]:
        """Every situation that two values of an axis answer differently: what only one of them may comes first."""
        diagrams = (self._space.diagram(settle_effect, {**given, axis: value}) for value in pair)
        one, other = (self._by_value(root, by) for root in diagrams)
        unlike = {value: self.frame.combined(_numbered, one[value], other[value]) for value in one}
        numbers = {number for root in set(unlike.values()) for number in self.frame.counts(root)} - {_AGREED}
        gaps = [self._gap(number, unlike, {*given, axis, by}) for number in numbers]
        return tuple(sorted(gaps, key=lambda gap: (EFFECTS[PERMIT].value not in gap.effects, gap.effects)))

    def _gap(self, number: int, unlike: Mapping[int, int], settled: set[int | None]) -> Gap:
        roots = _by_root(
            {value: self.frame.combined(lambda answer: int(answer == number), root) for value, root in unlike.items()}
        )
        groups = _ordered(self._group(root, values, settled) for root, values in roots.items() if root != FAILS)
        one, other = (EFFECTS[effect].value for effect in divmod(number, len(EFFECTS)))
        return Gap((one, other), groups, sum(group.situations * len(group.values) for group in groups))

    def _group(
        self,
        root: int,
        values: frozenset[int],
        settled: set[int | None],
        told: tuple[Box, ...] = (),
        within: Within | None = None,
    ) -> Group:
        """The values of one root. Of the situations, what is settled is counted once."""
        kept = within or {}
        once = math.prod(len(self.frame.lines[line].values) for line in {*settled, *kept} if line is not None)
        ways = tuple(way for way in self._ways(root, kept) if way not in told)
        return Group(values, ways, self._situations(root, kept) // once)

    def _ways(self, root: int, within: Within) -> tuple[Box, ...]:
        """The ways of a diagram of 1 and 0; what they say of an axis is inside its values, if it says anything."""
        inside = (
            {line: values & within.get(line, values) for line, values in way.items()} for way in cover(self.frame, root)
        )
        return tuple({line: values for line, values in way.items() if values != within.get(line)} for way in inside)

    def _situations(self, root: int, within: Within) -> int:
        """How many situations a diagram of 1 and 0 holds, as many times as these axes have values."""
        roots = [(root, 1)]
        for axis, values in within.items():
            numbers = Counter(self._space.classes[axis][value] for value in values)
            roots = [
                (self.frame.once(one, axis, number, {}), times * many)
                for one, times in roots
                for number, many in numbers.items()
            ]
        return sum(self.frame.counts(one).get(1, 0) * times for one, times in roots)

    def _by_value(self, root: int, by: int | None) -> dict[int, int]:
        """For each value of an axis, the root of a diagram; a value alone when there is no axis."""
        if by is None:
            return {0: root}
        kept: dict[tuple[int, int], int] = {}
        classes = self._space.classes[by]
        return {value: self.frame.once(root, by, number, kept) for value, number in enumerate(classes)}


def _permits(effect: int) -> int:
    return int(effect == PERMIT)


def _numbered(one: int, other: int) -> int:
    return _AGREED if one == other else one * len(EFFECTS) + other


def _by_root(roots: Mapping[int, int]) -> dict[int, frozenset[int]]:
    """The values that share a root: diagrams are canonical, so these have one answer and the others another."""
    found: dict[int, set[int]] = {}
    for value, root in roots.items():
        found.setdefault(root, set()).add(value)
    return {root: frozenset(values) for root, values in found.items()}


def _ranked(asked: _Asked, group: Group, by: int | None) -> Group:
    """The group with the ways for which what is asked about counts first."""
    ways, proper = asked.ordered(group.ways, {} if by is None else {by: group.values})
    return replace(group, ways=ways, proper=proper)


def _ordered(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The group of most situations first."""
    return tuple(sorted(groups, key=lambda group: (-group.situations * len(group.values), sorted(group.values))))
