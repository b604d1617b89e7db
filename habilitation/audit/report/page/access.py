"""One access as the page shows it: where in the log, who, whose record, what, by which rule, on which facts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from habilitation.audit.report.page.words import Glossary, Words, cut, same

ID, SENTENCE = 64, 420  # characters shown
FACTS_AT_MOST, CHANGES_AT_MOST, RULES_AT_MOST = 12, 4, 4
TO_THE_MINUTE = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[^ ]*")
IN_DAYS = re.compile(r"(?<=\d )d$")

# Why a value is what it is, when no row says so; a value found for the unit or the structure names its row.
ORIGINS = {
    "log": Words("dit par le journal", "stated by the log"),
    "complete": Words("aucune ligne, table déclarée complète", "no row, in a table declared complete"),
    "assumed": Words("supposé pour tout le journal", "assumed for the whole log"),
    "default": Words("valeur par défaut de la politique", "default of the policy"),
    "unknown": Words("aucune ligne", "no row"),
}
SPELT = {"the log": "log", "no row, declared complete": "complete"}  # as sentences rather than codes
ENDED = "; the last ended"
EFFECT_WORDS = {
    "PERMIT": Words("permis", "permitted"),
    "DENY": Words("refusé par une règle", "refused by a rule"),
    "NOT_APPLICABLE": Words("permis par aucune règle", "permitted by no rule"),
    "INDETERMINATE": Words("non évaluable", "not assessable"),
}
OUTCOME_WORDS = {
    "done": Words("ouvert", "opened"),
    "refused": Words("refusé par le système", "refused by the system"),
    "failed": Words("échoué", "failed"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact looked at: its value then, and the row or the declaration it comes from."""

    axis: Words
    value: Words
    origin: Words
    period: Words


@dataclass(frozen=True, slots=True)
class Access:
    """A reported line. `time` is an interval when the stamp was rounded; `changes` are ways it would have opened."""

    place: str
    time: str
    stamp: str
    professional: str
    profession: Words
    unit: str
    patient: str
    document: str
    document_type: Words
    action: Words
    motive: Words
    event: str
    effect: Words
    outcome: Words
    rules: tuple[str, ...]
    citations: str
    message: Words
    facts: tuple[Fact, ...]
    facts_left: int
    changes: tuple[Words, ...]
    edition: str
    justification: str
    finding: bool


def access(row: Mapping[str, Any], words: Glossary) -> Access:
    """A row of `reported`, its texts bounded in length and its codes in words."""
    text = {name: "" if value is None else str(value) for name, value in row.items()}
    facts = json.loads(text["facts"] or "[]")
    return Access(
        place=cut(f"{text['file']}:{text['line']}", 2 * ID),
        time=moment(text["time"], text["time_end"]),
        stamp=text["time"],
        professional=cut(text["professional_id"], ID),
        profession=words.value("profession", text["profession"]) if text["profession"] else same(""),
        unit=cut(text["unit_id"] or text["structure_id"], ID),
        patient=cut(text["patient_id"], ID),
        document=cut(text["document_id"], ID),
        document_type=words.value("document_type", text["document_type"]) if text["document_type"] else same(""),
        action=words.value("action", text["action"]) if text["action"] else same(""),
        motive=words.value("motive", text["motive"]) if text["motive"] else same(""),
        event=cut(text["event_id"], ID),
        effect=EFFECT_WORDS[text["effect"]],
        outcome=OUTCOME_WORDS[text["outcome"]],
        rules=tuple(text["rules"].split("+")[:RULES_AT_MOST]) if text["rules"] else (),
        citations=cut(text["citations"], SENTENCE),
        message=Words(cut(text["message_fr"], SENTENCE), cut(text["message_en"], SENTENCE)),
        facts=tuple(_fact(fact, words) for fact in facts[:FACTS_AT_MOST]),
        facts_left=max(0, len(facts) - FACTS_AT_MOST),
        changes=_changes(text["changes_fr"], text["changes_en"]),
        edition=cut(text["edition"], ID),
        justification=cut(text["justification"], SENTENCE),
        finding=text["kind"] in {"not_justified", "no_rule"},
    )


def moment(time: str, end: str) -> str:
    """A stamp as read: `2025-03-14 10:42:07`, or `2025-03-14 10:40–10:50` when it was rounded.

    >>> moment("2025-03-14T10:40:00+01:00", "2025-03-14T10:50:00+01:00")
    '2025-03-14 10:40–10:50'
    >>> moment("2025-03-14T00:00:00+01:00", "2025-03-15T00:00:00+01:00")
    '2025-03-14 00:00–2025-03-15 00:00'
    """
    day, clock = time[:10], time[11:19]
    if not end:
        return f"{day} {clock}"
    until = end[11:16] if end[:10] == day else f"{end[:10]} {end[11:16]}"
    return f"{day} {clock[:5]}–{until}"


def _fact(fact: Mapping[str, Any], words: Glossary) -> Fact:
    axis, value = str(fact.get("axis", "")), _plain(fact.get("value"))
    origin, row = str(fact.get("origin") or ""), str(fact.get("row") or "")
    told = words.value(axis, value)
    return Fact(
        words.axis(axis) if len(axis) <= ID else same(cut(axis, ID)),
        Words(cut(told.fr, 2 * ID), cut(told.en, 2 * ID)),
        _ground(origin, cut(row, 2 * ID)),
        _period(str(fact.get("from") or "")[:ID], str(fact.get("until") or "")[:ID]),
    )


def _plain(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _ground(origin: str, row: str) -> Words:
    """The row that says so, or why there is none. But that the log itself said so must be read, row or not."""
    code = origin.removesuffix(ENDED)
    told = ORIGINS.get(SPELT.get(code, code), same(cut(code, ID)))
    if origin.endswith(ENDED):
        return Words(f"{told.fr} ; la dernière a pris fin : {row}", f"{told.en}; the last ended: {row}")
    return same(row) if row and told is not ORIGINS["log"] else told


def _period(start: str, stop: str) -> Words:
    """When the row holds, to the minute; what lasts after its end (`+ 7 d`) is said."""
    start, stop = (TO_THE_MINUTE.sub(r"\1 \2", text) for text in (start, stop))
    jusque = IN_DAYS.sub("j", stop)
    if start and stop:
        return Words(f"du {start} au {jusque}", f"from {start} to {stop}")
    if start:
        return Words(f"depuis le {start}", f"since {start}")
    return Words(f"jusqu'au {jusque}", f"until {stop}") if stop else same("")


def _changes(fr: str, en: str) -> tuple[Words, ...]:
    pairs = zip(fr.split(" | "), en.split(" | "), strict=False)
    found = [Words(cut(one, SENTENCE), cut(other, SENTENCE)) for one, other in pairs if one]
    return tuple(found[:CHANGES_AT_MOST])
