"""A decision and its reasons, as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from habilitation.compiled.tables import Text
from habilitation.vocabulary import Effect

if TYPE_CHECKING:
    from habilitation.decided.one import Answers

# An advice every decision carries that rests on a cell its sources dispute.
DISPUTED_CELL = "disputed_cell"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the tables say: an effect, the rules that give it, the axes whose missing value matters.

    `certain` is false when no single rule holds under every completion of the request, though the effect does.
    """

    effect: Effect
    rules: tuple[int, ...]
    missing: tuple[int, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class CellView:
    """A matrix cell an answer rests on: edition, coordinates (axis, value), value, and where it comes from."""

    matrix: str
    edition: str
    at: tuple[tuple[str, str], ...]
    value: str
    text: Text
    place: str
    provenance: tuple[tuple[str, str], ...]
    footnote: Text | None
    disputes: tuple[tuple[Text, str], ...]

    def as_json(self, lang: str) -> dict[str, Any]:
        """The cell as plain data, sentences in `lang`."""
        return {
            "matrix": self.matrix,
            "edition": self.edition,
            "at": dict(self.at),
            "value": self.value,
            "source": self.place,
            "provenance": dict(self.provenance),
            "footnote": self.footnote[lang] if self.footnote else None,
            "disputes": [{"message": text[lang], "source": source} for text, source in self.disputes],
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule (or the engine's own reason code), its sentence, its legal sources, its place, its cells."""

    rule: str
    message: Text
    citations: tuple[str, ...] = ()
    source: str = ""
    cells: tuple[CellView, ...] = ()
    obligations: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()

    @property
    def cell(self) -> CellView | None:
        """The first cell the rule read, if any."""
        return self.cells[0] if self.cells else None

    def as_json(self, lang: str = "fr") -> dict[str, Any]:
        """The reason as plain data, sentences in `lang`."""
        return {
            "rule": self.rule,
            "citations": list(self.citations),
            "message": self.message[lang],
            "source": self.source or None,
            "cell": self.cells[0].as_json(lang) if self.cells else None,
            "cells": [cell.as_json(lang) for cell in self.cells],
        }


class Decision:
    """The answer to one request. True when, and only when, the effect is PERMIT.

    Immutable. Its reasons, in the order of the policy, are all the rules of the winning kind that hold; they are put
    into sentences when asked for.
    """

    __slots__ = ("_answers", "_codes", "_outcome")

    def __init__(self, answers: Answers, outcome: Outcome, codes: tuple[int, ...]) -> None:
        self._answers, self._outcome, self._codes = answers, outcome, codes

    @property
    def effect(self) -> Effect:
        """PERMIT, DENY, INDETERMINATE or NOT_APPLICABLE."""
        return self._outcome.effect

    def __bool__(self) -> bool:
        return self._outcome.effect is Effect.PERMIT

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Never empty: the rules that give the effect, else the engine's reason (`no_rule`, `missing_fact`, …)."""
        return self._answers.reasons(self._outcome, self.values)

    @property
    def answers(self) -> Answers:
        """The edition that judged, for the rooms that look behind the answer."""
        return self._answers

    @property
    def outcome(self) -> Outcome:
        """The answer as ordinals."""
        return self._outcome

    @property
    def certain(self) -> bool:
        """False when, facts missing, the effect is sure but no single rule is: one of the reasons holds."""
        return self._outcome.certain

    @property
    def missing(self) -> tuple[str, ...]:
        """The smallest set of missing facts that would settle the effect; empty when it is settled."""
        return tuple(self._answers.tables.axes[axis].name for axis in self._outcome.missing)

    @property
    def obligations(self) -> tuple[str, ...]:
        """What the caller must do, by name, once each, sorted."""
        return _obligations(self.reasons)

    @property
    def advice(self) -> tuple[str, ...]:
        """What the caller should know, by name, once each, sorted."""
        return _advice(self.reasons)

    @property
    def edition(self) -> str:
        """The edition that judged; empty before the first."""
        return self._answers.edition

    @property
    def policy(self) -> dict[str, str]:
        """Name and digest of the policy."""
        return {"name": self._answers.tables.name, "digest": self._answers.tables.digest}

    @property
    def values(self) -> tuple[int, ...]:
        """The ordinal of each axis as judged, defaults included; -1 where missing."""
        return self._answers.values_of(self._codes)

    @property
    def facts(self) -> dict[str, str | bool]:
        """The request as judged, defaults included; missing axes are left out."""
        found: dict[str, str | bool] = {}
        for axis, value in zip(self._answers.tables.axes, self.values, strict=True):
            if value >= 0:
                found[axis.name] = bool(value) if axis.fact else axis.values[value].name
        return found

    def as_json(self, lang: str = "fr") -> dict[str, Any]:
        """The decision as plain data, sentences in `lang`."""
        reasons = self.reasons
        return {
            "effect": self.effect.value,
            "permit": bool(self),
            "reasons": [reason.as_json(lang) for reason in reasons],
            "missing": list(self.missing),
            "obligations": list(_obligations(reasons)),
            "advice": list(_advice(reasons)),
            "edition": self.edition or None,
            "policy": self.policy,
        }

    def _identity(self) -> tuple[Any, ...]:
        return self._answers.tables.digest, self._answers.edition, self._outcome, self.values

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Decision) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())

    def __reduce__(self) -> tuple[Any, ...]:
        return Decision, (self._answers, self._outcome, self._codes)

    def __repr__(self) -> str:
        rules = ", ".join(reason.rule for reason in self.reasons)
        return f"<Decision {self.effect.value}: {rules}>"


def _obligations(reasons: Iterable[Reason]) -> tuple[str, ...]:
    return _sorted_once(name for reason in reasons for name in reason.obligations)


def _advice(reasons: Sequence[Reason]) -> tuple[str, ...]:
    disputed = any(cell.disputes for reason in reasons for cell in reason.cells)
    found = [name for reason in reasons for name in reason.advice]
    return _sorted_once([*found, DISPUTED_CELL] if disputed else found)


def _sorted_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
