"""The timelines of an audit: what its tables say of anybody, of places, of persons, of members and of documents."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import duckdb

from habilitation.audit.asked import Asked
from habilitation.audit.asof.belonging import COLUMNS, LEFT, LISTED, listed
from habilitation.audit.asof.stretches import Item, Timeline, cut
from habilitation.audit.schema import ACTOR_KINDS, CONTRADICTORY, OPEN_START, OPEN_STOP, WHOEVER, column_of

ANY, STRUCTURE, UNIT, PROFESSIONAL = range(len(ACTOR_KINDS))


def built(connection: duckdb.DuckDBPyConnection, asked: Asked, axes: Sequence[str]) -> dict[str, Timeline]:
    """The timelines of the tables given, by name; none for a table that was not given.

    `anyone`, `place` (both by patient), `person` (by patient and professional), `member` (by professional) and
    `document` (by document and patient). Ids are numbered first, in `patients`, `professionals` and `papers`.
    """
    given = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    order = connection.execute("SELECT current_setting('preserve_insertion_order')").fetchone()
    connection.execute("SET preserve_insertion_order = false")  # sorting needs less memory so
    if "facts" in given:
        connection.execute(_facts_in_force(asked, axes))
    _number_ids(connection, given)
    found: dict[str, Timeline] = {}
    if "facts" in given:
        for name, select in _FACTS.items():
            key = ("patient", "professional") if name == "person" else ("patient",)
            found[name] = cut(connection, name, key, select)
    if "memberships" in given:
        found["member"] = cut(connection, "member", ("professional",), _MEMBERS)
        _with_places(connection, found["member"])
    if "documents" in given:
        found["document"] = _documents(connection, axes)
    connection.execute(f"SET preserve_insertion_order = {order[0] if order else True}")
    return found


def _number_ids(connection: duckdb.DuckDBPyConnection, given: Collection[str]) -> None:
    """Small numbers for the ids of the tables: texts are compared once a line, not once a timeline."""
    sources = {
        "patients": ("patient", {"facts": "patient_id", "documents": "patient_id"}),
        "professionals": ("professional", {"facts": "actor_id", "memberships": "professional_id"}),
        "papers": ("paper", {"documents": "document_id"}),
    }
    for table, (number, columns) in sources.items():
        parts = [
            f"SELECT {column} AS id FROM {source}"  # noqa: S608  # names of ours
            + (f" WHERE actor_kind = {PROFESSIONAL}" if column == "actor_id" else "")
            for source, column in columns.items()
            if source in given
        ]
        if parts:
            ids = " UNION ALL ".join(parts)
            connection.execute(f"""
                CREATE OR REPLACE TABLE {table} AS
                SELECT id, (row_number() OVER ())::INTEGER AS {number}
                FROM (SELECT DISTINCT id FROM ({ids}) WHERE id IS NOT NULL)
            """)  # noqa: S608  # as above


def _facts_in_force(asked: Asked, axes: Sequence[str]) -> str:
    """The facts as known on the day asked; those about units and structures outlast their end by the lag."""
    lags = {axes.index(fact): lag // datetime.timedelta(microseconds=1) for fact, lag in sorted(asked.lag.items())}
    outlasting = "".join(f" WHEN {axis} THEN {lag}" for axis, lag in lags.items())
    lag = f"CASE axis{outlasting} ELSE 0 END" if lags else "0"
    # Of a rejected row whose date cannot be read, it is not known that it came later.
    known = "TRUE"
    if asked.known_on is not None:
        known = f"(coalesce(recorded, {OPEN_START}) < {known_until(asked)} OR recorded = {OPEN_STOP})"
    return f"""
        CREATE OR REPLACE VIEW facts_in_force AS
        SELECT file, line, patient_id, actor_kind, actor_id, axis, value, start,
               stop + CASE WHEN actor_kind IN ({STRUCTURE}, {UNIT}) AND stop < {OPEN_STOP} AND value <> 0
                           THEN {lag} ELSE 0 END
               AS stop,
               stop AS written_stop, coalesce(recorded, {OPEN_START}) AS recorded
        FROM facts WHERE {known}
    """  # noqa: S608  # numbers of ours


def known_until(asked: Asked) -> int:
    """The end of the day by which things had to be known, in the calendar of the audit; far away when none is asked."""
    if asked.known_on is None:
        return OPEN_STOP
    end = datetime.datetime.combine(asked.known_on + datetime.timedelta(1), datetime.time(), ZoneInfo(asked.calendar))
    return int(end.timestamp()) * 1_000_000


_FACTS = {
    "anyone": f"""
        SELECT patient, actor_kind AS kind, '' AS actor, axis, value, start, stop, recorded
        FROM facts_in_force JOIN patients ON id = patient_id WHERE actor_kind IN ({ANY}, {WHOEVER})""",  # noqa: S608  # as above
    "place": f"""
        SELECT patient, actor_kind AS kind, actor_id AS actor, axis, value, start, stop, recorded
        FROM facts_in_force JOIN patients ON id = patient_id WHERE actor_kind IN ({STRUCTURE}, {UNIT})""",  # noqa: S608
    "person": f"""
        SELECT patient, professional, 0 AS kind, '' AS actor, axis, value, start, stop, recorded
        FROM facts_in_force JOIN patients p ON p.id = patient_id JOIN professionals q ON q.id = actor_id
        WHERE actor_kind = {PROFESSIONAL}""",  # noqa: S608  # as above
}
# A rejected row takes nothing from a sound one. What has ended has, until it begins again.
_MEMBERS = f"""
    SELECT professional, actor_kind AS kind, actor_id AS actor, {LISTED} AS axis, value, start, stop, value AS recorded
    FROM memberships JOIN professionals ON id = professional_id
    UNION ALL
    SELECT professional, actor_kind, actor_id, {LEFT}, 1, min(stop), {OPEN_STOP}, 0
    FROM memberships JOIN professionals ON id = professional_id WHERE value = 1 AND stop < {OPEN_STOP}
    GROUP BY ALL"""  # noqa: S608  # as above


def _with_places(connection: duckdb.DuckDBPyConnection, members: Timeline) -> None:
    """Beside each stretch of a professional, where it belongs then."""
    rows = [(number, *(sorted(actors) for actors in listed(state))) for number, state in enumerate(members.states, 1)]
    columns = ", ".join(f"{column} VARCHAR[]" for column in COLUMNS)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE places (state INTEGER, {columns})")
    if rows:
        connection.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute("CREATE OR REPLACE TABLE member AS SELECT * FROM member JOIN places USING (state)")


def _documents(connection: duckdb.DuckDBPyConnection, axes: Sequence[str]) -> Timeline:
    """A document's row is one item, numbered by what it says; a state is the rows at once, axis by axis."""
    columns = {name for (name, *_) in connection.execute("DESCRIBE documents").fetchall()}
    stated = {column_of(name): axis for axis, name in enumerate(axes) if column_of(name) in columns}
    listed = ", ".join(f'"{name}"' for name in stated) or "0 AS nothing"
    connection.execute(f"""
        CREATE OR REPLACE TABLE document_values AS
        SELECT row_number() OVER () AS number, * FROM (SELECT DISTINCT {listed} FROM documents)
    """)  # noqa: S608  # names of axes
    same = " AND ".join(f'd."{name}" IS NOT DISTINCT FROM v."{name}"' for name in stated) or "TRUE"
    select = f"""
        SELECT paper, patient, 0 AS kind, v.number::VARCHAR AS actor, 0 AS axis, 1 AS value, d.start, d.stop,
               0 AS recorded, d.author_id, d.author_structure_id
        FROM documents d JOIN document_values v ON {same} JOIN papers ON papers.id = d.document_id
        JOIN patients ON patients.id = d.patient_id"""  # noqa: S608
    timeline = cut(connection, "document", ("paper", "patient"), select, ("author_id", "author_structure_id"))
    rows = connection.execute("SELECT * FROM document_values ORDER BY number").fetchall()
    said = {
        str(number): {axis: value for axis, value in zip(stated.values(), values, strict=False) if value is not None}
        for number, *values in rows
    }
    states = tuple(tuple(_agreed([said[actor] for _, actor, _, _ in state])) for state in timeline.states)
    return Timeline(timeline.name, states)


def _agreed(rows: Sequence[Mapping[int, int]]) -> Iterator[Item]:
    """What rows at once say: a row that is silent on an axis contradicts none."""
    for axis in sorted({axis for row in rows for axis in row}):
        values = {row[axis] for row in rows if axis in row}
        yield 0, "", axis, values.pop() if len(values) == 1 else CONTRADICTORY
