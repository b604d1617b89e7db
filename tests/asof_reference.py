"""The facts of one access, found slowly: what `audit.asof` must agree with."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
ANY, STRUCTURE, UNIT, PROFESSIONAL, WHOEVER = range(5)
UNREADABLE = 2**62  # the date of a rejected row, where that is what cannot be read
IN_DOUBT = -2  # the value of a row that was rejected, where it can be told what it was about


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows as dicts; None for a table that was not given."""

    facts: Sequence[Row] | None = None
    memberships: Sequence[Row] | None = None
    documents: Sequence[Row] | None = None
    complete: frozenset[str] = frozenset()
    assume: Mapping[str, int] = field(default_factory=dict)
    defaults: Mapping[str, int] = field(default_factory=dict)
    lag: Mapping[str, int] = field(default_factory=dict)
    known_before: int | None = None


def value(tables: Tables, line: Row, axis: str, at: int) -> int | None:
    """The ordinal of an axis for an access at an instant; None when it is not known."""
    if line.get(axis) is not None:
        return int(line[axis])
    for level in (_of_document, *(_of_facts(kind) for kind in (WHOEVER, PROFESSIONAL, UNIT, STRUCTURE, ANY))):
        found = level(tables, line, axis, at)
        if found:
            return found[0] if len(set(found)) == 1 and found[0] != IN_DOUBT else None
    if axis in tables.assume:
        return tables.assume[axis]
    return tables.defaults[axis] if axis in tables.complete else None


def _holds(row: Row, at: int, lag: int = 0) -> bool:
    return bool(row["start"] <= at < row["stop"] + lag)


def _of_document(tables: Tables, line: Row, axis: str, at: int) -> list[Any]:
    if not tables.documents or line["document_id"] is None:
        return []
    same = [row for row in tables.documents if row["document_id"] == line["document_id"] and _holds(row, at)]
    same = [row for row in same if row["patient_id"] == line["patient_id"]]
    authors, structures = ({row[name] for row in same} - {None} for name in ("author_id", "author_structure_id"))
    if axis == "author":
        return _told(authors, lambda one: None if line["professional_id"] is None else one == line["professional_id"])
    if axis == "own_structure":
        return _told(structures, lambda one: _belongs(tables, line, STRUCTURE, one, at))
    return [row["says"][axis] for row in same if axis in row["says"]]


def _told(values: set[Any], ask: Any) -> list[int]:
    answers = [None if value == "" else ask(value) for value in values]
    return [IN_DOUBT if len(answers) > 1 or answers[0] is None else int(answers[0])] if answers else []


def _of_facts(kind: int) -> Any:
    def found(tables: Tables, line: Row, axis: str, at: int) -> list[Any]:
        lag = tables.lag.get(axis, 0) if kind in (STRUCTURE, UNIT) else 0
        rows = [
            row
            for row in tables.facts or ()
            if row["patient_id"] == line["patient_id"] and row["actor_kind"] == kind and row["axis"] == axis
            if _holds(row, at, lag if row["stop"] < 2**62 and row["value"] else 0)
            if _was_known(row["recorded"], tables.known_before)
        ]
        answers: list[Any] = []
        for actor in sorted({row["actor_id"] for row in rows}):
            whose = _concerns(tables, line, kind, actor, at)
            if whose is None:
                answers.extend([0, 1])  # it may be so, or not
            elif whose:
                answers.extend(_last_recorded([row for row in rows if row["actor_id"] == actor]))
        return answers

    return found


def _was_known(recorded: int | None, by: int | None) -> bool:
    return by is None or recorded in (None, UNREADABLE) or int(recorded or 0) < by


def _last_recorded(rows: Iterable[Row]) -> list[Any]:
    dated = [(-(2**62) if row["recorded"] is None else row["recorded"], row["value"]) for row in rows]
    last = max(date for date, _ in dated)
    return [found for date, found in dated if date == last]


def _concerns(tables: Tables, line: Row, kind: int, actor: str, at: int) -> bool | None:
    if kind in (ANY, WHOEVER):
        return True
    if kind == PROFESSIONAL:
        return bool(actor == line["professional_id"])
    return _belongs(tables, line, kind, actor, at)


def _belongs(tables: Tables, line: Row, kind: int, actor: str, at: int) -> bool | None:
    """Whether the person of a line belongs somewhere, in each world that the rejected rows leave open."""
    told = [
        row
        for row in tables.memberships or ()
        if row["professional_id"] == line["professional_id"] and row["actor_kind"] == kind
    ]
    rows = [row for row in told if _holds(row, at)]
    has_left = any(row["actor_id"] == actor and row["value"] != IN_DOUBT and row["stop"] <= at for row in told)
    sound = [row["actor_id"] for row in rows if row["value"] != IN_DOUBT]
    # A rejected row may say nothing of now; where its actor cannot be read, it may be this one, or another.
    doubted = [row["actor_id"] for row in rows if row["value"] == IN_DOUBT]
    choices = [(None, named) if named else (None, actor, "another") for named in doubted]
    written = line["unit_id" if kind == UNIT else "structure_id"]
    answers = set()
    for world in itertools.product(*choices):
        listed = [*sound, *(place for place in world if place)]
        by_line = None if written is None else written == actor
        answers.add(actor in listed if listed else False if has_left else by_line)
    return answers.pop() if len(answers) == 1 else None
