"""A failed case in full: the situation, what was expected and what came, and what decided, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from habilitation.authoring.cases.effects import EFFECTS
from habilitation.authoring.cases.running import CaseResult, mismatches
from habilitation.authoring.cases.suite import Case
from habilitation.compiled.tables import Text
from habilitation.decided.decision import CellView, Decision, Reason
from habilitation.vocabulary import cell_name

_MARGIN = 12
_WORDS = {
    "situation": Text("situation", "situation"),
    "day": Text("jour", "day"),
    "at": Text("le {}", "at {}"),
    "known_on": Text("à ce qu'on en savait le {}", "known on {}"),
    "effect": Text("effet", "effect"),
    "reasons": Text("règles", "reasons"),
    "missing": Text("il manque", "missing"),
    "obligations": Text("obligations", "obligations"),
    "advice": Text("à savoir", "advice"),
    "none": Text("rien", "none"),
    "decided": Text("décidé par", "decided by"),
    "cell": Text("{} {} [{}] : {}", "{} {} [{}]: {}"),
}


def place(case: Case) -> str:
    """`file:line:column` of a case, or of the cell of a table."""
    return f"{case.span.source.name}:{case.span.line}:{case.span.column}"


def told(result: CaseResult, lang: str) -> str:
    """The failure of a case that could be asked, as a difference: `-` what was expected, `+` what came.

    Of a case that could not be asked, its name and place: its diagnostics say why.
    """
    case, decision = result.case, result.decision
    head = f"{case.name} ({place(case)})"
    return "\n".join([head, *(() if decision is None else compared(case, decision, lang))])


def compared(case: Case, decision: Decision, lang: str) -> Iterator[str]:
    """The lines of the difference: the situation, `-` what was expected, `+` what came, what decided."""
    word = {key: text[lang] for key, text in _WORDS.items()}
    yield _line(" ", word["situation"], ", ".join(f"{name}={value}" for name, value in case.facts.items()))
    days = [word[name].format(day) for name, day in (("at", case.at), ("known_on", case.known_on)) if day is not None]
    if days:
        yield _line(" ", word["day"], ", ".join(days))
    for one in mismatches(case, decision):
        got = one.got[:1] if one.what == "effect" else one.got
        yield _line("-", word[one.what], ", ".join(one.expected) or word["none"])
        yield _line("+", word[one.what], ", ".join(got) or word["none"])
    for number, text in enumerate(_decided(decision, lang)):
        yield _line(" ", "" if number else word["decided"], text)


def _line(mark: str, what: str, text: str) -> str:
    return f"{mark} {what.ljust(_MARGIN)}{text}".rstrip()


def _decided(decision: Decision, lang: str) -> Iterator[str]:
    for reason in decision.reasons:
        yield f"{reason.rule} ({reason.source})" if reason.source else reason.rule
        for cell in reason.cells:
            where = " × ".join(value for _, value in cell.at)
            source = f", {cell.place}" if cell.place else ""
            yield f"  {_WORDS['cell'][lang].format(cell.matrix, cell.edition, where, _value(cell, lang))}{source}"


def _value(cell: CellView, lang: str) -> str:
    """The value of a cell as a reader knows it, and as the policy names it."""
    name, label = cell_name(cell.value, lang), cell.text[lang]
    return name if name == label else f"{label} ({name})"


def as_json(result: CaseResult) -> dict[str, Any]:
    """The same as plain data; an effect is named as an answer names it, null where its word is none."""
    case, decision = result.case, result.decision
    expected = {
        name: None if words is None else [str(word) for word in words]
        for name in ("reasons", "missing", "obligations", "advice")
        for words in (getattr(case.expected, name),)
    }
    effect = EFFECTS.get(case.expected.effect)
    return {
        "name": case.name,
        "table": case.table or None,
        "file": case.span.source.name,
        "line": case.span.line,
        "column": case.span.column,
        "at": None if case.at is None else case.at.isoformat(),
        "known_on": None if case.known_on is None else case.known_on.isoformat(),
        "facts": {str(name): str(value) for name, value in case.facts.items()},
        "expected": {"effect": None if effect is None else effect.value, **expected},
        "got": None if decision is None else _got(decision),
        "differences": [one.as_json() for one in result.differences],
    }


def _got(decision: Decision) -> dict[str, Any]:
    return {
        "effect": decision.effect.value,
        "reasons": [_reason(reason) for reason in decision.reasons],
        "missing": list(decision.missing),
        "obligations": list(decision.obligations),
        "advice": list(decision.advice),
        "edition": decision.edition or None,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    cells = [
        {"matrix": cell.matrix, "edition": cell.edition, "at": dict(cell.at), "value": cell.value, "source": cell.place}
        for cell in reason.cells
    ]
    return {"rule": reason.rule, "source": reason.source or None, "cells": cells}
