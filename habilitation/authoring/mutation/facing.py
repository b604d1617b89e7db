"""The cases of the tests facing a mutant: only what it changed is looked at again, on the cases that can see it.

A case is kept as what it leaves possible: of each axis and matrix a set of values, of each rule whether it may and
whether it must hold. Where both agree on the rules that count, the answer is exact; where missing facts leave it open,
the mutant is compiled and asked as any policy is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from habilitation.authoring.cases import Judge, Question
from habilitation.authoring.cases.effects import EFFECTS
from habilitation.authoring.mutation.change import Change, change
from habilitation.authoring.mutation.possible import Possible, possible_cells, possible_values, status
from habilitation.authoring.mutation.sieve import Sieve, numbers
from habilitation.authoring.mutation.standing import Standings
from habilitation.compiled.from_checked import tabulate
from habilitation.decided.decision import DISPUTED_CELL
from habilitation.vocabulary import DISTANT_FUTURE, PRECEDENCE, SILENCE, Effect, RuleEffect

_LAST_DAY = DISTANT_FUTURE - datetime.timedelta(1)
Masks = Mapping[RuleEffect, int]
# The effect and the rules that give it, as bits; None where missing facts leave it open.
_Outcome = tuple[Effect, int] | None


@dataclass(frozen=True, slots=True)
class Faced:
    """One case: the edition that judges it, what it leaves possible, the rules that may and that must hold."""

    question: Question
    edition: int
    possible: Possible
    may: int
    must: int
    outcome: _Outcome


class Facing:
    """The cases of a policy that passes them, ready to face its mutants."""

    def __init__(self, standings: Standings, questions: Iterable[Question], today: datetime.date) -> None:
        self._standings, self._today, self._policy = standings, today, standings.policy
        self._ordinals = {rule.name: number for number, rule in enumerate(self._policy.rules)}
        self._masks: Masks = {
            kind: sum(1 << n for n, rule in enumerate(self._policy.rules) if rule.effect is kind) for kind in RuleEffect
        }
        self._cases: dict[int, list[Faced]] = {number: [] for number in range(len(self._policy.editions))}
        self._before: list[Question] = []
        self._sieves: dict[int, Sieve] = {}
        for question in questions:
            edition = self._edition(standings, question)
            if edition is None:
                self._before.append(question)
            else:
                self._cases[edition].append(self._faced(question, edition))

    def killer(self, mutant: Standings) -> Question | None:
        """The first case met that the mutant does not answer as expected, or None."""
        trial = _Trial(mutant, self._today)
        if mutant.dated_like:
            for edition in self._cases:
                found = self._first(edition, self._sieve(edition).every, edition, trial)
                if found is not None:
                    return found
            return None
        return self._first_redated(trial)

    def _first_redated(self, trial: _Trial) -> Question | None:
        """As `killer`, for a mutant under which a day may have another edition."""
        for question in self._before:
            if self._edition(trial.standings, question) is not None and not trial.judge.passes(question):
                return question
        for number, cases in self._cases.items():
            moved: dict[int | None, int] = {}
            for place, case in enumerate(cases):
                edition = self._edition(trial.standings, case.question)
                moved[edition] = moved.get(edition, 0) | 1 << place
            for edition, some in moved.items():
                found = self._first(number, some, edition, trial)
                if found is not None:
                    return found
        return None

    def _edition(self, standings: Standings, question: Question) -> int | None:
        case = question.case
        return standings.on(min(case.at or self._today, _LAST_DAY), min(case.known_on or _LAST_DAY, _LAST_DAY))

    def _faced(self, question: Question, edition: int) -> Faced:
        standing = self._standings.of(edition)
        possible = possible_values(self._policy, question.stated)
        for number in range(len(self._policy.matrices)):
            possible["matrix", number] = possible_cells(self._policy, number, standing.cells[number], possible)
        may = must = 0
        for name, force in standing.rules.items():
            can, does = status(force.clauses, possible)
            may |= can << self._ordinals[name]
            must |= does << self._ordinals[name]
        return Faced(question, edition, possible, may, must, _outcome(may, must, self._masks))

    # --- one mutant ------------------------------------------------------------------------------

    def _first(self, number: int, some: int, edition: int | None, trial: _Trial) -> Question | None:
        """The first of some cases of an edition, a bit a case, that fails where the mutant has another edition."""
        cases = self._cases[number]
        if edition is None:
            asked = (cases[place].question for place in numbers(some))
            return next((question for question in asked if not trial.judge.passes(question)), None)
        made = change(self._standings.of(number), trial.standings.of(edition), self._policy)
        if not made.rules and not made.cells:
            return None
        masks = {**self._masks}
        for name, force in made.rules.items():
            bit = 1 << self._ordinals[name]
            masks = {kind: mask & ~bit | (bit if force and force.effect is kind else 0) for kind, mask in masks.items()}
        concerned = (cases[place] for place in numbers(some & self._concerned(number, made)))
        return next((one.question for one in concerned if not self._passes(one, made, masks, trial)), None)

    def _concerned(self, number: int, made: Change) -> int:
        """The cases that may look at a cell that changed, or in which a rule that changed may hold, before or after."""
        sieve, before = self._sieve(number), self._standings.of(number).rules
        found = 0
        for matrix, wheres in made.cells.items():
            found |= sieve.may_read(matrix, wheres)
        for name, force in made.rules.items():
            for one in (before.get(name), force):
                found |= sieve.may_hold(one.clauses) if one is not None else 0
        return found

    def _sieve(self, number: int) -> Sieve:
        if number not in self._sieves:
            self._sieves[number] = Sieve(self._policy, [case.possible for case in self._cases[number]])
        return self._sieves[number]

    def _passes(self, case: Faced, made: Change, masks: Masks, trial: _Trial) -> bool:
        possible = made.possible(self._policy, case.possible) if made.cells else case.possible
        may, must, touched = case.may, case.must, 0
        for name, force in made.looked_at(possible, case.possible):
            bit = 1 << self._ordinals[name]
            can, does = status(force.clauses, possible) if force else (False, False)
            touched |= bit if can or may & bit else 0
            may = may & ~bit | (bit if can else 0)
            must = must & ~bit | (bit if does else 0)
        if not touched:
            return True
        outcome = _outcome(may, must, masks)
        if outcome is None or DISPUTED_CELL in (case.question.case.expected.advice or ()):
            return trial.judge.passes(case.question)
        return outcome == case.outcome or self._expected(case.question, outcome)

    def _expected(self, question: Question, outcome: tuple[Effect, int]) -> bool:
        """Whether an answer has nothing the case did not expect: as `Judge.as_expected`, from bits of rules."""
        expected, (effect, bits) = question.case.expected, outcome
        rules = [rule for number, rule in enumerate(self._policy.rules) if bits >> number & 1]
        got: tuple[tuple[Iterable[str] | None, set[str]], ...] = (
            (expected.reasons, {rule.name for rule in rules}),
            (expected.missing, set()),
            (expected.obligations, _of_all(rule.obligations for rule in rules)),
        )
        return (
            effect is EFFECTS[expected.effect]
            and all(words is None or set(map(str, words)) == found for words, found in got)
            and set(map(str, expected.advice or ())) <= _of_all(rule.advice for rule in rules)
        )


@dataclass(frozen=True)
class _Trial:
    """A mutant facing the cases; it is compiled when a case cannot be settled from what it leaves possible."""

    standings: Standings
    today: datetime.date

    @cached_property
    def judge(self) -> Judge:
        return Judge(tabulate(self.standings.policy), self.today)


def _outcome(may: int, must: int, masks: Masks) -> _Outcome:
    for kind, effect in PRECEDENCE:
        can, does = may & masks[kind], must & masks[kind]
        if can != does:
            return None
        if can:
            return effect, can
    return SILENCE, 0


def _of_all(names: Iterable[Sequence[str]]) -> set[str]:
    return {name for some in names for name in some}
