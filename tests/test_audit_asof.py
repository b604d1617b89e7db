"""The facts as of each access: what DuckDB and numpy find is what a slow reading of the rows finds."""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from habilitation import Authorizer
from habilitation.audit import kept, schema
from habilitation.audit.asked import Asked
from habilitation.audit.asof import timelines
from habilitation.audit.asof.situating import Situating
from habilitation.audit.asof.standing import UNKNOWN, Standing
from habilitation.audit.judgement import EFFECTS, RANKS, Judge, Judged
from habilitation.audit.ledger import Ledger
from habilitation.audit.passing import Passing
from habilitation.audit.tally import Tally
from tests.asof_reference import IN_DOUBT, UNREADABLE, WHOEVER, Tables, value

DMP = Authorizer.dmp()
AXES = schema.axis_names(DMP)
ENCODED = schema.encoded(DMP)
FACTS = ("care_team", "blocked", "initial_consent", "record_status", "authorization")
SAYS = ("document_type", "masked", "document_state")
DAY = 86_400_000_000
START = 20_100 * DAY  # in 2025
LAG = 7 * DAY


def drawn(rng: random.Random, *, members: bool, papers: bool) -> tuple[Tables, list[dict[str, Any]]]:
    """A small hospital without any plausibility: rows that meet, contradict and correct one another."""
    people, patients, units = ["P1", "P2", "P3"], ["A", "B"], ["U1", "U2"]

    def stretch() -> dict[str, int]:
        start = rng.choice([-(2**62), START + rng.randrange(12) * DAY])
        stop = rng.choice([2**62, max(start, START) + rng.randrange(1, 9) * DAY])
        return {"start": start, "stop": stop}

    def fact() -> dict[str, Any]:
        kind = rng.choice([0, 1, 1, 2, 2, 2, 3, 3, 3])
        axis = rng.choice(FACTS)
        size = len(DMP.tables.axes[AXES.index(axis)].values)
        told = {"axis": axis, "value": rng.randrange(size), "recorded": rng.choice([None, START, START + 5 * DAY])}
        if rng.random() < 0.1:  # what stands for a rejected row
            kind = rng.choice([kind, WHOEVER])
            told |= {"value": IN_DOUBT, "recorded": rng.choice([told["recorded"], UNREADABLE])}
        actor = {1: "S1", 2: rng.choice(units), 3: rng.choice(people)}.get(kind, "")
        return {"patient_id": rng.choice(patients), "actor_kind": kind, "actor_id": actor, **told, **stretch()}

    def member() -> dict[str, Any]:
        kind = rng.choice([1, 2])
        actor = rng.choice(["S1", "S2"]) if kind == 1 else rng.choice([*units, "U3"])
        where = {"actor_kind": kind, "actor_id": actor, "value": 1}
        if rng.random() < 0.2:
            where |= {"actor_id": rng.choice([actor, ""]), "value": IN_DOUBT}
        return {"professional_id": rng.choice(people), **where, **stretch()}

    def paper() -> dict[str, Any]:
        said = {axis: rng.choice([0, 0, 0, 1, IN_DOUBT]) for axis in SAYS if rng.random() < 0.8}
        by = {"author_id": rng.choice(["P1", "P1", "P2", None, ""])}
        by |= {"author_structure_id": rng.choice(["S1", "S1", "S2", None, ""])}
        return {"document_id": rng.choice("de"), "patient_id": rng.choice(patients), "says": said, **by, **stretch()}

    def access(line: int) -> dict[str, Any]:
        rounded = rng.choice([1, 1, DAY, 4 * DAY])
        t = START + rng.randrange(14) * DAY
        stated = dict.fromkeys(AXES) | {"action": AXES.index("action") and 2, "motive": rng.randrange(3)}
        stated |= {
            "capacity": 0,
            "channel": 0,
            "profession": rng.choice([0, 13]),
            "masked": rng.choice([None, None, 1]),
        }
        where = {"unit_id": rng.choice([*units, None]), "structure_id": rng.choice(["S1", "S2", None])}
        who = {"professional_id": rng.choice([*people, "P9", None]), "patient_id": rng.choice([*patients, "C"])}
        what = {"document_id": rng.choice(["d", "e", "f", None]), "event_id": None, "request_id": None}
        return {
            "file": 0, "line": line, "part": 0, "t": t, "t_end": t + rounded,
            "outcome": rng.randrange(3), "justification": None,
            **stated, **where, **who, **what,
        }  # fmt: skip

    tables = Tables(
        facts=[fact() for _ in range(rng.randrange(30))],
        memberships=[member() for _ in range(rng.randrange(8))] if members else None,
        documents=[paper() for _ in range(rng.randrange(12))] if papers else None,
        complete=frozenset(
            rng.sample(["care_team", "blocked", "initial_consent", "masked", "author", "own_structure"], 3)
        ),
        assume={"record_status": 0, "document_type": 40},
        defaults=dict.fromkeys(AXES, 0),
        lag={"care_team": LAG},
        known_before=rng.choice([None, START + 3 * DAY]),
    )
    return tables, [access(line) for line in range(1, 60)]


def asked_of(tables: Tables) -> Asked:
    known_on = None
    if tables.known_before is not None:
        instant = datetime.datetime.fromtimestamp(tables.known_before // 1_000_000, datetime.UTC)
        known_on = instant.date() - datetime.timedelta(1)
    values = {axis: DMP.tables.axes[AXES.index(axis)].values[number].name for axis, number in tables.assume.items()}
    lag = {"care_team": datetime.timedelta(microseconds=LAG)}
    return Asked(logs=("log.csv",), complete=tables.complete, assume=values, lag=lag, zone="UTC", known_on=known_on)


def fill(ledger: Ledger, tables: Tables) -> None:
    """The tables as intake leaves them."""
    numbered = [{**row, "axis": AXES.index(row["axis"])} for row in tables.facts or ()]
    kinds = {"actor_kind": pa.uint8(), "axis": pa.int16(), "value": pa.int16(), "author_id": pa.string()}
    for name, rows, columns in (
        ("facts", numbered, "patient_id actor_kind actor_id axis value start stop recorded"),
        ("memberships", tables.memberships, "professional_id actor_kind actor_id value start stop"),
        ("documents", tables.documents, "document_id patient_id author_id author_structure_id start stop"),
    ):
        if rows is None:
            continue
        fields = [(one, kinds.get(one, pa.string() if one.endswith("_id") else pa.int64())) for one in columns.split()]
        says = SAYS if name == "documents" else ()
        axes = [(schema.column_of(one), pa.int16()) for one in says]
        wanted = pa.schema([("file", pa.int32()), ("line", pa.int64()), *fields, *axes])
        said = [{schema.column_of(axis): cell for axis, cell in row.get("says", {}).items()} for row in rows]
        listed = [{"file": 1, "line": number, **row, **said[number - 2]} for number, row in enumerate(rows, 2)]
        ledger.connection.from_arrow(pa.Table.from_pylist(listed, wanted)).create(name)


def encoded(lines: list[dict[str, Any]]) -> pa.RecordBatch:
    """The lines as intake leaves them."""
    named = [{schema.column_of(name) if name in AXES else name: cell for name, cell in line.items()} for line in lines]
    return pa.RecordBatch.from_pylist(named, ENCODED)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("seed", range(18))
def test_what_is_known_of_an_access_is_what_its_rows_say(seed: int, ledger: Ledger) -> None:
    tables, lines = drawn(random.Random(seed), members=seed % 3 != 0, papers=seed % 2 == 0)  # noqa: S311  # a draw to repeat
    exact = [{**line, "t_end": line["t"] + 1} for line in lines]
    fill(ledger, tables)
    asked = asked_of(tables)
    found = timelines.built(ledger.connection, asked, AXES)
    standing = Standing(DMP, asked, found)
    situating = Situating(ledger.connection, found, ENCODED.names)
    batch = encoded(exact)
    seen = 0
    for situated in situating(pa.RecordBatchReader.from_batches(ENCODED, [batch])):
        known = standing.known(situated)
        for row, line in enumerate(situated.column("line").to_pylist()):
            seen += 1
            for number, axis in enumerate(AXES):
                column = known[number]
                got = column if isinstance(column, int) else int(column[row])
                expected = value(tables, exact[line - 1], axis, exact[line - 1]["t"])
                assert got == (UNKNOWN if expected is None else expected), (axis, exact[line - 1])
    assert seen == len(lines)


@pytest.mark.parametrize("seed", range(6))
def test_a_rounded_stamp_is_judged_at_every_instant_that_matters_and_the_best_is_kept(
    seed: int, ledger: Ledger
) -> None:
    tables, lines = drawn(random.Random(100 + seed), members=True, papers=True)  # noqa: S311  # as above
    fill(ledger, tables)
    asked = asked_of(tables)
    found = timelines.built(ledger.connection, asked, AXES)
    policy = DMP if asked.known_on is None else DMP.at("2025-01-15", known_on=asked.known_on)
    judge = Judge(policy, asked, Standing(policy, asked, found))
    tally = Tally(policy, ["log.csv"], "UTC")
    situating = Situating(ledger.connection, found, ENCODED.names)
    sink = kept.Kept(ledger, kept.Keeper(judge, every=True), tally)
    passing = Passing(ledger, judge, situating, sink, ENCODED)
    passing.through([encoded(lines)], lambda: None)
    passing.settle()
    rows = ledger.connection.execute("SELECT line, effect FROM kept ORDER BY line").fetchall()
    assert [line for line, _ in rows] == [line["line"] for line in lines]
    for line, effect in rows:
        assert effect == best(policy, tables, lines[line - 1]), lines[line - 1]
    counted = tally.rows(judge.reason_names, judge.edition_names).to_pylist()
    assert sum(row["n"] for row in counted if row["dimension"] == "file") == len(lines)


def best(policy: Authorizer, tables: Tables, line: dict[str, Any]) -> str:
    """The most favourable answer of the scalar path, over the days of the interval."""
    until = 2**62 if tables.known_before is None else tables.known_before
    if line["professional_id"] is None or line["t"] >= until:
        return "INDETERMINATE"
    strict = policy.without_defaults()
    effects = []
    # Every change falls at a midnight: a look a day, and one at the stamp, is a look everywhere.
    for at in range(line["t"], min(line["t_end"], until), DAY):
        stated = {axis: value(tables, line, axis, at) for axis in AXES}
        ordinals = {number: stated[axis] for number, axis in enumerate(AXES) if stated[axis] is not None}
        day = datetime.datetime.fromtimestamp(at // 1_000_000, datetime.UTC).date()
        effects.append(strict.at(day).answers.decide({k: v for k, v in ordinals.items() if v is not None}).effect.value)
    return max(effects, key=lambda effect: RANKS[EFFECTS.index(effect)])


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Kathmandu", "0"), ("Asia/Kolkata", "23"), ("UTC", "18")])
def test_an_access_counts_in_its_local_hour_and_day(zone: str, hour: str) -> None:
    instant = datetime.datetime(2025, 3, 10, 18, 25, tzinfo=datetime.UTC)
    line = {"file": 0, "line": 1, "part": 0, "t": int(instant.timestamp()) * 1_000_000, "outcome": 0}
    batch = pa.RecordBatch.from_pylist([line], ENCODED)
    one = np.zeros(1, np.int32)
    tally = Tally(DMP, ["log.csv"], zone)
    tally.add(Judged(batch, [UNKNOWN] * len(AXES), np.zeros(1, np.uint8), one, one, one))
    told = {row["dimension"]: row["key"] for row in tally.rows(("rule",), ("edition",)).to_pylist()}
    assert (told["hour"], told["day"]) == (hour, "2025-03-11" if zone == "Asia/Kathmandu" else "2025-03-10")


def test_the_calendar_changes_edition_at_midnight_in_its_own_zone() -> None:
    judge = Judge(DMP, Asked(logs=()), Standing(DMP, Asked(logs=()), {}))
    first = dataclasses.asdict(DMP.tables.timeline[1])["start"]
    assert judge.calendar.changes[0] == int(
        datetime.datetime.combine(first, datetime.time(), datetime.timezone(datetime.timedelta(hours=2))).timestamp()
        * 1e6
    )
