"""A comparison as plain data, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from habilitation.audit.replay.counted import Example, Judgement, Replay
from habilitation.audit.replay.unread import SIDES, Rejected
from habilitation.audit.report import FileCounts


def totals(found: Replay) -> dict[str, Any]:
    """What was compared, and the numbers: of lines by file under each policy, of accesses by what became of them."""
    read = lines(found)
    sides = {side: {**named.plain(), **read[side]} for side, named in zip(SIDES, found.named, strict=True)}
    return {**sides, **accesses(found)}


def lines(found: Replay) -> dict[str, Any]:
    """The numbers of lines by file under each policy."""
    each = zip(SIDES, (found.old_files, found.new_files), found.rejected, strict=True)
    return {side: _lines(files, rejected) for side, files, rejected in each}


def accesses(found: Replay) -> dict[str, Any]:
    """The numbers of accesses by what became of them."""
    return {
        "compared": found.compared,
        "changed": found.changed,
        **{kind: n for kind, n in found.kinds.items() if kind != "reason"},
        "reason_only": found.kinds["reason"],
        "undecided": found.undecided,
        "first_day": found.days[0].isoformat() if found.days else None,
        "last_day": found.days[1].isoformat() if found.days else None,
        "editions_after": {
            side: [day.isoformat() for day in days] for side, days in zip(("old", "new"), found.later, strict=True)
        },
        "nothing_read": found.nothing_read,
        "nothing_assessed": found.nothing_assessed,
        "become_assessable": found.assessable,
        "become_not_assessable": found.not_assessable,
        "records": found.records,
        "professionals": found.professionals,
        "read_by_old_alone": found.only_old,
        "read_by_new_alone": found.only_new,
    }


def plain(found: Replay) -> dict[str, Any]:
    """All of it."""
    return {
        **totals(found),
        "by": {axis: [asdict(share) for share in shares] for axis, shares in found.by.items()},
        "groups": [
            {
                "kind": group.kind,
                "old": _judgement(group.old),
                "new": _judgement(group.new),
                "accesses": group.accesses,
                "done": group.done,
                "records": group.records,
                "professionals": group.professionals,
                "by": {axis: dict(values) for axis, values in group.by.items()},
                "examples": [*map(_example, group.examples)],
            }
            for group in found.groups
        ],
    }


def _lines(files: tuple[FileCounts, ...], rejected: Rejected) -> dict[str, Any]:
    names = ("read", "judged", "accesses", "rejected", "duplicates", "outside")
    numbers = {name: sum(getattr(file, name) for file in files) for name in names}
    return {**numbers, **rejected.plain(), "files": [*map(asdict, files)]}


def _example(one: Example) -> dict[str, Any]:
    return {
        "place": one.place,
        "part": one.part,
        "time": one.time,
        "professional_id": one.professional_id,
        "patient_id": one.patient_id,
        **one.values,
        "outcome": one.outcome,
    }


def _judgement(one: Judgement) -> Mapping[str, Any]:
    return {
        "effect": one.effect,
        "rules": one.rules.split("+"),
        "citation": one.told.citations,
        "message": {"fr": one.told.message_fr, "en": one.told.message_en},
        "missing": one.missing.split("+") if one.missing else [],
    }
