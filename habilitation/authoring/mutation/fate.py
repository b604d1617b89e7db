"""What becomes of a mutant: the tests first, then the proof that nothing changed, then all that `check` proves."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass
from functools import cached_property

from habilitation.authoring.cases import Question
from habilitation.authoring.mutation.apart import apart
from habilitation.authoring.mutation.facing import Facing
from habilitation.authoring.mutation.refusing import Refusing
from habilitation.authoring.mutation.standing import Standings, met
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
class Witness:
    """A situation that a survivor answers otherwise: axis → value, the other axes do not matter; and its edition."""

    edition: str
    situation: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The fate of a mutant and what gave it: a case and its place, or what `check` says; a witness of a survivor."""

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
            witness = self._witness(mutant)
        except DiagramTooLargeError:
            witness = Witness("", ())  # not proved equivalent: a test is asked for
        if witness is None:
            return Judged(Fate.EQUIVALENT)
        refused = self._refusing.refusal(mutant)
        if refused is not None:
            return Judged(Fate.KILLED_BY_CHECK, refused.message, str(refused.span or ""), witness)
        return Judged(Fate.SURVIVED, witness=witness)

    def _witness(self, mutant: Standings) -> Witness | None:
        """A situation, in some edition, that the mutant answers otherwise; None proves that there is none."""
        for one, other in met(self.standings, mutant):
            if one is None or other is None:
                if one is not other:
                    number = one if other is None else other
                    editions = self.policy.editions if other is None else mutant.policy.editions
                    return Witness(editions[number or 0].id, ())
                continue
            found = apart(self.tables, self.standings.of(one), mutant.of(other))
            if found is not None:
                axes = self.policy.axes
                named = tuple((axes[axis].name, axes[axis].values[value].name) for axis, value in found.items())
                return Witness(self.policy.editions[one].id, named)
        return None
