"""What the page says in two languages, and the words of a policy for its codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from habilitation.authorizer import Authorizer
from habilitation.vocabulary import BEFORE_FIRST_EDITION, MISSING_FACT, NO_RULE, UNKNOWN_CODE

THIN = "\u202f"  # between thousands: read alike in both languages
ELLIPSIS = "…"
LENGTH = 120  # characters of a name or a code shown as given


@dataclass(frozen=True, slots=True)
class Words:
    """A text in French and in English; the same twice when it belongs to no language."""

    fr: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.fr if lang == "fr" else self.en


def same(text: str) -> Words:
    """A text of no language: a code, a place, a name."""
    return Words(text, text)


def grouped(number: int) -> str:
    """A count with a thin space between thousands."""
    return f"{number:,}".replace(",", THIN)


def ratio(part: int, whole: int, of: int = 100) -> Words:
    """`part` in `of` of `whole`, with one decimal, as each language writes it; a dash if `whole` is nothing.

    >>> ratio(1, 8)
    Words(fr='12,5', en='12.5')
    """
    text = f"{of * part / whole:.1f}" if whole else "–"
    return Words(text.replace(".", ","), text)


def cut(text: str, length: int = LENGTH) -> str:
    """The text, or its beginning and an ellipsis: what a log says may be of any length, the page may not."""
    return text if len(text) <= length else text[: length - 1] + ELLIPSIS


YES_NO = {"true": Words("oui", "yes"), "false": Words("non", "no"), "": Words("non précisé", "not stated")}
UNKNOWN = {"unknown": Words("inconnu", "unknown")}

# What may be missing that is no axis of a policy.
NO_AXES = {
    "professional_id": Words("Identifiant du professionnel", "Identifier of the professional"),
    "known_on": Words("Postérieur au jour des faits connus", "Later than the day of the facts known"),
}
# What the engine says when no rule does.
REASONS = {
    NO_RULE: Words("Aucune règle ne permet cet accès.", "No rule permits this access."),
    MISSING_FACT: Words("Un fait manque pour juger.", "A fact is missing to judge."),
    BEFORE_FIRST_EDITION: Words(
        "Accès antérieur à la première édition des règles.", "Access before the first edition."
    ),
    UNKNOWN_CODE: Words("Un code que les règles ne connaissent pas.", "A code the rules do not know."),
}


class Glossary:
    """The words of a policy for its axes, values and rules; a name it does not know stands for itself."""

    def __init__(self, policy: Authorizer) -> None:
        tables = policy.tables
        self.title = _words(tables.text)
        self._axes = {axis.name: _words(axis.text) for axis in tables.axes}
        self._values = {
            axis.name: {value.name: _words(value.text) for value in axis.values}
            for axis in tables.axes
            if not axis.fact
        }
        self._rules = {rule.name: (_words(rule.message), rule.citations) for rule in tables.rules}

    def axis(self, name: str) -> Words:
        return self._axes.get(name) or NO_AXES.get(name) or same(cut(name))

    def value(self, axis: str, value: str) -> Words:
        values: Mapping[str, Words] = self._values.get(axis, YES_NO)
        return values.get(value) or YES_NO.get(value) or UNKNOWN.get(value) or same(cut(value))

    def rule(self, name: str) -> Words:
        if name in self._rules:
            return self._rules[name][0]
        return REASONS.get(name or NO_RULE) or same(cut(name))

    def citations(self, name: str) -> tuple[str, ...]:
        return self._rules[name][1] if name in self._rules else ()


def _words(text: Any) -> Words:
    return Words(text.fr, text.en)
