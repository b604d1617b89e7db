"""The facts of one access, found slowly: what `audit.asof` must agree with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
ANY, STRUCTURE, UNIT, PROFESSIONAL = range(4)


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
    for level in (_of_document, *(_of_facts(kind) for kind in (PROFESSIONAL, UNIT, STRUCTURE, ANY))):
        found = level(tables, line, axis, at)
        if found:
            return found[0] if len(set(found)) == 1 else None
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
    authors, structures = ({row[name] for row in same} for name in ("author_id", "author_structure_id"))
    if axis == "author":
        return _told(authors, lambda one: None if line["professional_id"] is None else one == line["professional_id"])
    if axis == "own_structure":
        return _told(structures, lambda one: _own(tables, line, one, at))
    values = {tuple(sorted(row["says"].items())) for row in same}
    if len(values) > 1:
        return [0, 1] if any(axis in row["says"] for row in tables.documents) else []
    return [row["says"][axis] for row in same if axis in row["says"]]


def _told(values: set[Any], ask: Any) -> list[int]:
    if len(values) != 1 or None in values:
        return []
    answer = ask(next(iter(values)))
    return [] if answer is None else [int(answer)]


def _own(tables: Tables, line: Row, structure: str, at: int) -> bool | None:
    if tables.memberships is None:
        return None if line["structure_id"] is None else line["structure_id"] == structure
    mine = [
        row["actor_id"]
        for row in tables.memberships
        if row["professional_id"] == line["professional_id"] and row["actor_kind"] == STRUCTURE and _holds(row, at)
    ]
    return structure in mine if mine else None


def _of_facts(kind: int) -> Any:
    def found(tables: Tables, line: Row, axis: str, at: int) -> list[Any]:
        lag = tables.lag.get(axis, 0) if kind in (STRUCTURE, UNIT) else 0
        rows = [
            row
            for row in tables.facts or ()
            if row["patient_id"] == line["patient_id"] and row["actor_kind"] == kind and row["axis"] == axis
            if _holds(row, at, lag if row["stop"] < 2**62 and row["value"] else 0)
            and (tables.known_before is None or row["recorded"] is None or row["recorded"] < tables.known_before)
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


def _last_recorded(rows: Iterable[Row]) -> list[Any]:
    dated = [(-(2**62) if row["recorded"] is None else row["recorded"], row["value"]) for row in rows]
    last = max(date for date, _ in dated)
    return [found for date, found in dated if date == last]


def _concerns(tables: Tables, line: Row, kind: int, actor: str, at: int) -> bool | None:
    if kind == ANY:
        return True
    if kind == PROFESSIONAL:
        return bool(actor == line["professional_id"])
    if tables.memberships is None:
        mine = line["unit_id" if kind == UNIT else "structure_id"]
        return None if mine is None else bool(mine == actor)
    return any(
        row["professional_id"] == line["professional_id"]
        and (row["actor_kind"], row["actor_id"]) == (kind, actor)
        and _holds(row, at)
        for row in tables.memberships
    )
