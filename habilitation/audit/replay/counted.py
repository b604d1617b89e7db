"""What a comparison found, in numbers: how many accesses, whose, by whom, from which rule to which."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from habilitation.audit.clock import Clock
from habilitation.audit.replay.comparing import CHANGED, KINDS
from habilitation.audit.replay.dimensions import Dimension
from habilitation.audit.replay.sides import Named
from habilitation.audit.replay.unread import Rejected
from habilitation.audit.report import FileCounts
from habilitation.audit.rulebook import Told

_SIDES = ("old", "new")
_JUDGEMENT = ("effect", "rules", "missing")
_KEY = tuple(f"{side}_{name}" for side in _SIDES for name in _JUDGEMENT)
_ORDER = "CASE kind " + " ".join(f"WHEN '{kind}' THEN {number}" for number, kind in enumerate(KINDS)) + " END"
_NUMBERED = "numbered"

Naming = Callable[[str, str], str]  # of a sort of person and an id, the name that is shown


@dataclass(frozen=True, slots=True)
class Judgement:
    """An effect, the rules it rests on (joined with `+`), what they say, and the facts that were missing."""

    effect: str
    rules: str
    missing: str
    told: Told


@dataclass(frozen=True, slots=True)
class Example:
    """One access: its place in the log, and what people need to find it; `values` by the keys of the dimensions."""

    place: str
    part: int
    time: str
    professional_id: str
    patient_id: str
    values: Mapping[str, str]
    outcome: str


@dataclass(frozen=True, slots=True)
class Share:
    """The accesses of one value of an axis (empty: not known), by what became of them."""

    value: str
    opened: int
    closed: int
    otherwise: int
    reason: int


@dataclass(frozen=True, slots=True)
class Group:
    """The accesses that went from one judgement to another; `done`: those that took place.

    `by` counts them by the key of each dimension and its values.
    """

    kind: str
    old: Judgement
    new: Judgement
    accesses: int
    done: int
    records: int
    professionals: int
    by: Mapping[str, Mapping[str, int]]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """A log under two policies. `kinds` counts the accesses that change; `reason`, those of the same effect.

    `compared` counts the accesses read under either policy, those of `only_old` and `only_new` among them, and those
    that neither policy settles, `undecided`: nothing is known of what became of these. `records` and `professionals`
    count those of which an access has another effect; `rejected` is what could not be read, under the old policy and
    under the new. `days` are those of the first access compared and of the last, in the zone of the audit; `later`, for
    the old policy and for the new, the days after them on which an edition begins, where the policies are not the same.
    `by` has the values of each of the `dimensions`, under its key; `named` are the policies.
    """

    old_files: tuple[FileCounts, ...]
    new_files: tuple[FileCounts, ...]
    rejected: tuple[Rejected, Rejected]
    compared: int
    only_old: int
    only_new: int
    undecided: int
    days: tuple[datetime.date, datetime.date] | None
    later: tuple[tuple[datetime.date, ...], tuple[datetime.date, ...]]
    kinds: Mapping[str, int]
    assessable: int  # that become so
    not_assessable: int  # that become so
    records: int
    professionals: int
    by: Mapping[str, tuple[Share, ...]]
    groups: tuple[Group, ...]
    dimensions: tuple[Dimension, ...]
    named: tuple[Named, Named]

    @property
    def changed(self) -> int:
        """The accesses of another effect."""
        return self.kinds["opened"] + self.kinds["closed"] + self.kinds["otherwise"]

    @property
    def nothing_read(self) -> bool:
        """Whether the logs have lines, and none of them could be read under either policy."""
        files = (*self.old_files, *self.new_files)
        return 0 < sum(file.read for file in files) == sum(file.rejected for file in files)

    @property
    def nothing_assessed(self) -> bool:
        """Whether accesses were read, and neither policy settles any."""
        return 0 < self.compared == self.undecided

    @property
    def inconclusive(self) -> bool:
        """Whether what could not be read leaves nothing to conclude: no line of the logs, or no access settled."""
        return self.nothing_read or (self.nothing_assessed and any(side.reasons for side in self.rejected))

    @property
    def opens(self) -> bool:
        """Whether the new policy permits an access that the old one did not."""
        return self.kinds["opened"] > 0


@dataclass(frozen=True, slots=True)
class Words:
    """How what was found is told: of each side its rules, the names of people, the times of instants."""

    told: Mapping[str, Callable[[str], Told]]
    person: Naming
    clock: Clock


def totals(tables: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The numbers of a Replay that are no breakdown."""
    query = f"""
        SELECT {", ".join(f"count(*) FILTER (kind = '{kind}')" for kind in KINDS)},
               count(*) FILTER (old_effect = 'INDETERMINATE' AND new_effect <> 'INDETERMINATE'),
               count(*) FILTER (old_effect <> 'INDETERMINATE' AND new_effect = 'INDETERMINATE'),
               count(DISTINCT patient_id) FILTER (kind <> 'reason'),
               count(DISTINCT professional_id) FILTER (kind <> 'reason') FROM {CHANGED}
    """  # noqa: S608  # names of ours
    ((*kinds, assessable, not_assessable, records, professionals),) = tables.execute(query).fetchall()
    return {
        "kinds": dict(zip(KINDS, kinds, strict=True)),
        "assessable": assessable,
        "not_assessable": not_assessable,
        "records": records,
        "professionals": professionals,
    }


def shares(tables: duckdb.DuckDBPyConnection, dimensions: Sequence[Dimension]) -> dict[str, tuple[Share, ...]]:
    """For the key of each dimension, the values of the accesses, those of most changes first."""
    counts = ", ".join(f"count(*) FILTER (kind = '{kind}')" for kind in KINDS)
    found = {}
    for one in dimensions:
        query = f"""
            SELECT coalesce({one.column}, '') AS value, {counts} FROM {CHANGED} GROUP BY value
            ORDER BY count(*) FILTER (kind <> 'reason') DESC, count(*) DESC, value
        """  # noqa: S608  # names of ours
        found[one.key] = tuple(Share(*row) for row in tables.execute(query).fetchall())
    return found


def groups(
    tables: duckdb.DuckDBPyConnection, words: Words, dimensions: Sequence[Dimension], examples: int
) -> tuple[Group, ...]:
    """The accesses by where they went from and to: openings first, the largest first; up to so many examples each."""
    key = ", ".join(_KEY)
    tables.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_NUMBERED} AS
        SELECT row_number() OVER (ORDER BY {_ORDER}, accesses DESC, {key}) AS number, * FROM (
            SELECT kind, {key}, count(*) AS accesses, count(*) FILTER (outcome = 'done') AS done,
                   count(DISTINCT patient_id) AS records, count(DISTINCT professional_id) AS professionals
            FROM {CHANGED} GROUP BY kind, {key})
    """)  # noqa: S608  # names of ours
    by = {one.key: _by(tables, one.column) for one in dimensions}
    shown = _examples(tables, words, dimensions, examples)
    rows = tables.execute(f"SELECT * FROM {_NUMBERED} ORDER BY number").fetchall()  # noqa: S608  # as above
    found = []
    for number, kind, *judged, accesses, done, records, professionals in rows:
        old, new = (
            Judgement(effect, rules, missing, words.told[side](rules))
            for side, (effect, rules, missing) in zip(_SIDES, (judged[:3], judged[3:]), strict=True)
        )
        shares_of = {key: counts.get(number, {}) for key, counts in by.items()}
        here = tuple(shown.get(number, ()))
        found.append(Group(kind, old, new, accesses, done, records, professionals, shares_of, here))
    return tuple(found)


def _by(tables: duckdb.DuckDBPyConnection, column: str) -> dict[int, dict[str, int]]:
    query = f"""
        SELECT number, coalesce({column}, '') AS value, count(*) AS n
        FROM {CHANGED} JOIN {_NUMBERED} USING ({", ".join(_KEY)}) GROUP BY ALL ORDER BY number, n DESC, value
    """  # noqa: S608  # names of ours
    found: dict[int, dict[str, int]] = {}
    for number, value, n in tables.execute(query).fetchall():
        found.setdefault(number, {})[value] = n
    return found


def _examples(
    tables: duckdb.DuckDBPyConnection, words: Words, dimensions: Sequence[Dimension], most: int
) -> dict[int, list[Example]]:
    keys = [one.key for one in dimensions]
    columns = ("professional_id", "patient_id", "outcome", *(one.column for one in dimensions))
    query = f"""
        SELECT number, file, line, part, stamp, {", ".join(f"coalesce({name}, '')" for name in columns)}
        FROM {CHANGED} JOIN {_NUMBERED} USING ({", ".join(_KEY)})
        QUALIFY row_number() OVER (PARTITION BY number ORDER BY file, line, part) <= {most}
        ORDER BY number, file, line, part
    """  # noqa: S608  # names of ours
    found: dict[int, list[Example]] = {}
    for number, file, line, part, stamp, professional, patient, outcome, *values in tables.execute(query).fetchall():
        who, whose = words.person("professional", professional), words.person("patient", patient)
        named = dict(zip(keys, values, strict=True))
        told = Example(f"{file}:{line}", part, words.clock.time(stamp), who, whose, named, outcome)
        found.setdefault(number, []).append(told)
    return found
