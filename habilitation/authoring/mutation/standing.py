"""What of a policy is in force on one day, as known on another: its rules by clauses, and the cells of its matrices."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.checked.policy import Period, Policy
from habilitation.compiled.clauses import Clause, Symbol, clauses_of
from habilitation.vocabulary import RuleEffect

Cells = Mapping[tuple[int, ...], int]
_NO_CELLS: Cells = {}


@dataclass(frozen=True, slots=True)
class Force:
    """A rule in force: what it does, and where it holds."""

    effect: RuleEffect
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The rules in force by name, and the cells of each matrix; nothing is covered by one without an edition."""

    rules: Mapping[str, Force]
    cells: tuple[Cells, ...]


class Standings:
    """The standings of a policy; those of a mutant share what the mutant left as it was.

    Raises TooManyClausesError for a condition too tangled to distribute.
    """

    def __init__(self, policy: Policy, sizes: dict[Symbol, int], like: Standings | None = None) -> None:
        self.policy = policy
        before = {} if like is None else {rule.name: rule for rule in like.policy.rules}
        self._clauses: dict[str, tuple[Clause, ...]] = {}
        for rule in policy.rules:
            if like is not None and before[rule.name].condition is rule.condition:
                self._clauses[rule.name] = like._clauses[rule.name]
            else:
                self._clauses[rule.name] = tuple(clauses_of(rule.condition, sizes))
        self._made: dict[int, Standing] = {}
        # Most mutants move no date: their editions are those of the policy.
        self.dated_like = like is not None and policy.timeline is like.policy.timeline

    def of(self, edition: int) -> Standing:
        """What is in force in an edition."""
        if edition not in self._made:
            policy, one = self.policy, self.policy.editions[edition]
            rules = (policy.rules[number] for number in one.rules)
            self._made[edition] = Standing(
                {rule.name: Force(rule.effect, self._clauses[rule.name]) for rule in rules},
                tuple(
                    _NO_CELLS if chosen is None else matrix.editions[chosen].cells
                    for matrix, chosen in zip(policy.matrices, one.matrices, strict=True)
                ),
            )
        return self._made[edition]

    def on(self, day: datetime.date, known_on: datetime.date) -> int | None:
        """The edition in force on a day as known on another; None before the first."""
        stretches = self.policy.timeline
        return next(one.edition for one in stretches if one.applicable.holds(day) and one.known.holds(known_on))


@dataclass(frozen=True, slots=True)
class Met:
    """An edition of a policy and one of its mutant (None: before the first), and days on which both judge."""

    before: int | None
    after: int | None
    applicable: Period
    known: Period


def met(before: Standings, after: Standings) -> Iterator[Met]:
    """Every pair of editions, of a policy and of its mutant, that judge a same day known on a same day.

    Each once: on the days known last, the earliest first.
    """
    seen: set[tuple[int | None, int | None]] = set()
    for one in before.policy.timeline:
        for other in (one,) if after.dated_like else after.policy.timeline:
            applicable, known = _both(one.applicable, other.applicable), _both(one.known, other.known)
            if applicable and known and (one.edition, other.edition) not in seen:
                seen.add((one.edition, other.edition))
                yield Met(one.edition, other.edition, applicable, known)


def _both(one: Period, other: Period) -> Period | None:
    """The days of both periods."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Period(start, end) if start < end else None
