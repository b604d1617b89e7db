"""Outcome codes: a number for each different answer met, and what it says."""

from __future__ import annotations

import threading
from collections.abc import Callable

from habilitation.decided.decision import Outcome
from habilitation.decided.one import Answers
from habilitation.vocabulary import BEFORE_FIRST_EDITION, MISSING_FACT, NO_RULE, UNKNOWN_CODE, Effect

EFFECT_NAMES = tuple(effect.value for effect in Effect)


class Ledger:
    """Codes of answers, never renumbered.

    By code: `names` are the reason (`rule+rule`), `effects` the effect, as an index;
    `reasons[code]` and `missing[code]` are indices in `reason_names` and `missing_names` (`axis+axis`), whose
    first says that nothing is. Several threads may write in it.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.effects: list[int] = []
        self.reasons: list[int] = []
        self.missing: list[int] = []
        self.reason_names: list[str] = []
        self.missing_names: list[str] = [""]
        self._numbers: dict[tuple[str, Effect, str], int] = {}
        self._reasons: dict[tuple[str, Effect], int] = {}
        self._missing = {"": 0}
        self.lock = threading.Lock()

    def number(self, name: str, effect: Effect, missing: str = "") -> int:
        """The code of an answer; a new one the first time."""
        key = (name, effect, missing)
        with self.lock:
            if key not in self._numbers:
                self.names.append(name)
                self.effects.append(EFFECT_NAMES.index(effect.value))
                if (name, effect) not in self._reasons:
                    self._reasons[name, effect] = len(self.reason_names)
                    self.reason_names.append(name)
                if missing not in self._missing:
                    self._missing[missing] = len(self.missing_names)
                    self.missing_names.append(missing)
                self.reasons.append(self._reasons[name, effect])
                self.missing.append(self._missing[missing])
                self._numbers[key] = len(self._numbers)
            return self._numbers[key]

    @property
    def unknown(self) -> int:
        """The code of a row with a code the policy does not know."""
        return self.number(UNKNOWN_CODE, Effect.INDETERMINATE)

    @property
    def before_first_edition(self) -> int:
        """The code of a row that no edition judges."""
        return self.number(BEFORE_FIRST_EDITION, Effect.INDETERMINATE)

    def of(self, answers: Answers) -> Callable[[Outcome], int]:
        """How the outcomes of an edition are numbered."""
        axes, rules = answers.tables.axes, answers.tables.rules

        def number(outcome: Outcome) -> int:
            if outcome.missing:
                return self.number(MISSING_FACT, outcome.effect, "+".join(axes[axis].name for axis in outcome.missing))
            return self.number("+".join(rules[rule].name for rule in outcome.rules) or NO_RULE, outcome.effect)

        return number
