"""What becomes of a mutant: the tests first, then the proof that nothing changed, then all that `check` proves."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass
from functools import cached_property

from habilitation.authoring.cases import Question
from habilitation.authoring.mutation.facing import Facing
from habilitation.authoring.mutation.refusing import Refusing
from habilitation.authoring.mutation.standing import Standings
from habilitation.authoring.mutation.witness import Witness, difference
from habilitation.checked.policy import Policy
from habilitation.compiled.clauses import TooManyClausesError
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.compiled.from_checked import symbol_sizes
from habilitation.compiled.tables import Tables
from habilitation.diagnostic import PolicyError


class Fate(enum.Enum):
    """What becomes of a mutant."""

    KILLED_BY_TEST = "killed_by_test"
    KILLED_BY_CHECK = "killed_by_check"
    EQUIVALENT = "equivalent"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Judged:
    """The fate of a mutant and what gave it: a case and its place, or what `check` says; a witness of a survivor.

    A survivor has none where the comparison does not stay small: it is not proved equivalent.
    """

    fate: Fate
    by: str = ""
    place: str = ""
    witness: Witness | None = None


@dataclass(frozen=True)
class Bench:
    """A policy that `check` accepts and that passes its tests, against which mutants are judged."""

    policy: Policy
    tables: Tables
    questions: tuple[Question, ...]
    today: datetime.date

    @cached_property
    def standings(self) -> Standings:
        """What is in force in each edition of the policy."""
        return Standings(self.policy, symbol_sizes(self.policy))

    @cached_property
    def _facing(self) -> Facing:
        return Facing(self.standings, self.questions, self.today)

    @cached_property
    def _refusing(self) -> Refusing:
        return Refusing(self.standings, self.tables)

    def judge(self, policy: Policy) -> Judged:
        """The fate of a mutant of the policy."""
        try:
            mutant = Standings(policy, symbol_sizes(policy), self.standings)
            killer = self._facing.killer(mutant)
        except (TooManyClausesError, PolicyError):
            return Judged(Fate.KILLED_BY_CHECK, "compiled_too_large")
        if killer is not None:
            return Judged(Fate.KILLED_BY_TEST, killer.case.name, str(killer.case.span))
        try:
            found = difference(self.tables, self.standings, mutant)
            if found is None:
                return Judged(Fate.EQUIVALENT)
        except DiagramTooLargeError:
            found = None  # not proved equivalent: a test is asked for
        refused = self._refusing.refusal(mutant)
        if refused is not None:
            return Judged(Fate.KILLED_BY_CHECK, refused.message, str(refused.span or ""))
        return Judged(Fate.SURVIVED, witness=None if found is None else found.witness())
