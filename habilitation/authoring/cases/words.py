"""The words that a test file may say: the axes and values of a policy, its rules, obligations and advice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from habilitation.checked.policy import Policy
from habilitation.compiled.from_checked import axis_table
from habilitation.compiled.tables import Tables
from habilitation.decided.decision import DISPUTED_CELL
from habilitation.decided.request import Desired, desired
from habilitation.diagnostic import Diagnostic, RequestError, did_you_mean
from habilitation.source import Word
from habilitation.vocabulary import ENGINE_REASONS, TRUTHS, write_truth


class Named(Protocol):
    """What a case, or a mark of a table, names beside the effect it expects."""

    @property
    def reasons(self) -> Sequence[Word] | None:
        """Rules."""

    @property
    def missing(self) -> Sequence[Word] | None:
        """Axes."""

    @property
    def obligations(self) -> Sequence[Word] | None:
        """Obligations of the vocabulary."""

    @property
    def advice(self) -> Sequence[Word] | None:
        """Advice of the vocabulary, or of the engine."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one policy, each fact looked up once. `rules` is None where not every rule could be read."""

    asked: Desired
    rules: Collection[str] | None
    obligations: Collection[str]
    advice: Collection[str]
    _known: dict[tuple[Word, Word], tuple[int, int] | RequestError] = field(default_factory=dict, repr=False)

    def stated(self, name: Word, value: Word) -> tuple[int, int] | Diagnostic:
        """The axis and the value by ordinal that a fact of a case states, read as a request; or why there is none."""
        known = self._known.get((name, value)) or self._known.setdefault((name, value), self._read(name, value))
        if isinstance(known, RequestError):
            place = name if known.code == "unknown_axis" else value
            return Diagnostic("case_refused", known.message, place.span, known.help)
        return known

    def _read(self, name: Word, value: Word) -> tuple[int, int] | RequestError:
        axis = self.asked.index.get(name)
        if axis is None:
            return self.asked.unknown_axis(str(name))
        encoder = self.asked.encoders[axis]
        if encoder.axis.fact and value not in TRUTHS:
            message = f"`{name}` is a fact: it is true or false, not `{value}`"
            return RequestError("wrong_type", message, str(name), write_truth(value))
        try:
            return axis, encoder.ordinal(TRUTHS[value] if encoder.axis.fact else str(value))
        except RequestError as refused:
            return refused

    def misnamed(self, named: Named) -> dict[str, tuple[Diagnostic, ...]]:
        """By side of the answer (`reasons`, `missing`, …), the names that nothing in the policy bears."""
        sides = {
            "reasons": _unknown("unknown_rule", "rule", named.reasons, self.rules),
            "missing": _unknown("unknown_axis", "axis", named.missing, self.asked.index),
            "obligations": _unknown("unknown_obligation", "obligation", named.obligations, self.obligations),
            "advice": _unknown("unknown_advice", "advice", named.advice, self.advice),
        }
        return {side: found for side, found in sides.items() if found}


def _unknown(
    code: str, what: str, words: Sequence[Word] | None, known: Collection[str] | None
) -> tuple[Diagnostic, ...]:
    if not words or known is None:
        return ()
    return tuple(
        Diagnostic(code, f"unknown {what} `{word}`", word.span, _silence(word) or did_you_mean(word, known))
        for word in words
        if word not in known
    )


def _silence(word: Word) -> str:
    return "`reasons: []` says that no rule decides" if word in ENGINE_REASONS else ""


def words_of(policy: Policy, *, whole: bool) -> Words:
    """The words of a policy as checked; `whole` when nothing is wrong with it, so that no rule of it is unknown."""
    return Words(
        asked=desired(map(axis_table, policy.axes)),
        rules=frozenset(rule.name for rule in policy.rules) if whole and policy.rules else None,
        obligations=frozenset(policy.obligations),
        advice=frozenset((DISPUTED_CELL, *policy.advice)),
    )


def words_in(tables: Tables) -> Words:
    """The words of a compiled policy."""
    return Words(
        asked=desired(tables.axes),
        rules=frozenset(rule.name for rule in tables.rules),
        obligations=frozenset(one.name for one in tables.obligations),
        advice=frozenset((DISPUTED_CELL, *(one.name for one in tables.advice))),
    )
