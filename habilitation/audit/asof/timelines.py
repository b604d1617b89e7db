"""Rows with dates to timelines: for each key, stretches that do not overlap, each with the number of its state.

A state is all that holds together, resolved row against row. Different stretches share few states, so that a line of
the log carries small numbers through the joins, whatever was recorded.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import duckdb

from habilitation.audit.asked import Asked
from habilitation.audit.schema import ACTOR_KINDS, CONTRADICTORY, OPEN_START, OPEN_STOP

ANY, STRUCTURE, UNIT, PROFESSIONAL = range(len(ACTOR_KINDS))

# What holds in a state: the kind of actor and the actor (0 and "" where the key says it), the axis, the value.
Item = tuple[int, str, int, int]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A table `name`(key…, start, stop, state, carried…) in DuckDB; state n is `states[n - 1]`, 0 is nothing at all."""

    name: str
    states: tuple[tuple[Item, ...], ...]


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
            found[name] = _timeline(connection, name, key, select)
    if "memberships" in given:
        found["member"] = _timeline(connection, "member", ("professional",), _MEMBERS)
        _with_structures(connection, found["member"])
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
    known = (
        "TRUE"
        if asked.known_on is None
        else f"(coalesce(recorded, {OPEN_START}) < {_known_until(asked)} OR value = {CONTRADICTORY})"
    )
    return f"""
        CREATE OR REPLACE VIEW facts_in_force AS
        SELECT file, line, patient_id, actor_kind, actor_id, axis, value, start,
               stop + CASE WHEN actor_kind IN ({STRUCTURE}, {UNIT}) AND stop < {OPEN_STOP} AND value <> 0
                           THEN {lag} ELSE 0 END
               AS stop,
               stop AS written_stop, coalesce(recorded, {OPEN_START}) AS recorded
        FROM facts WHERE {known}
    """  # noqa: S608  # numbers of ours


def _known_until(asked: Asked) -> int:
    """The end of the day asked, in the calendar of the audit."""
    assert asked.known_on is not None
    end = datetime.datetime.combine(asked.known_on + datetime.timedelta(1), datetime.time(), ZoneInfo(asked.calendar))
    return int(end.timestamp()) * 1_000_000


_FACTS = {
    "anyone": f"""
        SELECT patient, 0 AS kind, '' AS actor, axis, value, start, stop, recorded
        FROM facts_in_force JOIN patients ON id = patient_id WHERE actor_kind = {ANY}""",  # noqa: S608  # as above
    "place": f"""
        SELECT patient, actor_kind AS kind, actor_id AS actor, axis, value, start, stop, recorded
        FROM facts_in_force JOIN patients ON id = patient_id WHERE actor_kind IN ({STRUCTURE}, {UNIT})""",  # noqa: S608
    "person": f"""
        SELECT patient, professional, 0 AS kind, '' AS actor, axis, value, start, stop, recorded
        FROM facts_in_force JOIN patients p ON p.id = patient_id JOIN professionals q ON q.id = actor_id
        WHERE actor_kind = {PROFESSIONAL}""",  # noqa: S608  # as above
}
_MEMBERS = """
    SELECT professional, actor_kind AS kind, actor_id AS actor, 0 AS axis, 1 AS value, start, stop, 0 AS recorded
    FROM memberships JOIN professionals ON id = professional_id"""


def _with_structures(connection: duckdb.DuckDBPyConnection, members: Timeline) -> None:
    """Beside each stretch of a professional, the structures it belongs to then."""
    structures = [[actor for kind, actor, _, _ in state if kind == STRUCTURE] for state in members.states]
    connection.execute("CREATE OR REPLACE TEMP TABLE structures (state INTEGER, structures VARCHAR[])")
    if structures:
        connection.executemany("INSERT INTO structures VALUES (?, ?)", list(enumerate(structures, 1)))
    connection.execute("CREATE OR REPLACE TABLE member AS SELECT * FROM member JOIN structures USING (state)")


def _documents(connection: duckdb.DuckDBPyConnection, axes: Sequence[str]) -> Timeline:
    """A document's row is one item, numbered by what it says: two rows at once that say different things contradict."""
    columns = {name for (name, *_) in connection.execute("DESCRIBE documents").fetchall()}
    stated = [name for name in axes if name in columns]
    listed = ", ".join(f'"{name}"' for name in stated) or "0 AS nothing"
    connection.execute(f"""
        CREATE OR REPLACE TABLE document_values AS
        SELECT row_number() OVER () AS number, * FROM (SELECT DISTINCT {listed} FROM documents)
    """)  # noqa: S608  # names of axes
    same = " AND ".join(f'd."{name}" IS NOT DISTINCT FROM v."{name}"' for name in stated) or "TRUE"
    select = f"""
        SELECT paper, patient, 0 AS kind, '' AS actor, 0 AS axis, v.number AS value, d.start, d.stop, 0 AS recorded,
               d.author_id, d.author_structure_id
        FROM documents d JOIN document_values v ON {same} JOIN papers ON papers.id = d.document_id
        JOIN patients ON patients.id = d.patient_id"""  # noqa: S608
    timeline = _timeline(connection, "document", ("paper", "patient"), select, ("author_id", "author_structure_id"))
    rows = connection.execute("SELECT * FROM document_values ORDER BY number").fetchall()
    said = {
        number: [(axes.index(name), value) for name, value in zip(stated, values, strict=False) if value is not None]
        for number, *values in rows
    }
    everything = [(axes.index(name), CONTRADICTORY) for name in stated]
    states = tuple(
        tuple((0, "", axis, value) for item in state for axis, value in said.get(item[3], everything))
        for state in timeline.states
    )
    return Timeline(timeline.name, states)


def _timeline(
    connection: duckdb.DuckDBPyConnection, name: str, key: Sequence[str], select: str, carried: Sequence[str] = ()
) -> Timeline:
    """Cut the rows of `select` at every date at which something of their key changes, and number the states."""
    keys = ", ".join(key)
    within = {
        "keys": keys,
        "cut_keys": ", ".join(f"cut.{column}" for column in key),
        "name": name,
        "rows": select,
        "carried": "".join(f", {column}" for column in carried),
        "any_carried": "".join(f", any_value({column}) AS {column}" for column in carried),
        "one_of": "".join(f", {_ONE_OF.format(column)} AS {column}" for column in carried),
        "part": "TRUE",
    }
    for statement in _PREPARE:
        connection.execute(statement.format(**within))
    counted = connection.execute(f"SELECT count(*) FROM rows_{name}").fetchone()  # noqa: S608  # ours
    parts = 1 + (counted[0] if counted else 0) // _ROWS_AT_ONCE
    for part in range(parts):
        for statement in _CUT:
            connection.execute(statement.format(**within | {"part": f"{key[0]} % {parts} = {part}"}))
    for statement in _FINISH:
        connection.execute(statement.format(**within))
    actors = dict(connection.execute(f"SELECT slot, (kind, actor) FROM actors_{name}").fetchall())  # noqa: S608  # ours
    found: dict[int, list[Item]] = {}
    for state, item in connection.execute(f"SELECT state, item FROM said_{name} ORDER BY ALL").fetchall():  # noqa: S608
        kind, actor = actors[item >> 32]
        found.setdefault(state, []).append((kind, actor, item >> 20 & 0xFFF, (item & 0xFFFFF) + CONTRADICTORY))
    connection.execute(f"DROP TABLE said_{name}; DROP TABLE actors_{name}")
    return Timeline(name, tuple(tuple(found[state]) for state in sorted(found)))


_ROWS_AT_ONCE = 500_000
# The value that rows at once agree on; none when they differ, or when one of them is silent.
_ONE_OF = "CASE WHEN min({0}) = max({0}) AND count({0}) = count(*) THEN min({0}) END"

# An item is one number: whose it is (31 bits), the axis (12), the value (20). Sets of items are told apart by their
# count, least, greatest and 128 bits of hash: aggregates of a fixed size, which DuckDB can put on disk. So is the value
# recorded last: the greatest of (date, value), which the greatest of (date, value upside down) must confirm.
_PREPARE = (
    """CREATE OR REPLACE TEMP TABLE actors_{name} AS
       SELECT *, (row_number() OVER ())::INTEGER AS slot FROM (SELECT DISTINCT kind, actor FROM ({rows}))""",
    """CREATE OR REPLACE TEMP TABLE rows_{name} AS
       SELECT {keys}, slot, axis, (value - ({contradictory}))::HUGEINT AS value, start, stop,
              (recorded::HUGEINT - ({open})) << 20 AS recorded{carried}
       FROM ({rows}) JOIN actors_{name} USING (kind, actor) WHERE start < stop""".replace(
        "{contradictory}", str(CONTRADICTORY)
    ).replace("{open}", str(OPEN_START)),
    """CREATE OR REPLACE TEMP TABLE gathered_{name} AS
       SELECT {keys}, start, stop{carried}, 1::INTEGER AS items, 0::BIGINT AS least, 0::BIGINT AS greatest,
              0::HUGEINT AS summed FROM rows_{name} LIMIT 0""",
    """CREATE OR REPLACE TEMP TABLE told_{name} AS
       SELECT items, least, greatest, summed, 0::BIGINT AS item FROM gathered_{name}""",
)
_CUT = (
    """CREATE OR REPLACE TEMP TABLE part_{name} AS SELECT * FROM rows_{name} WHERE {part}""",
    """CREATE OR REPLACE TEMP TABLE shared_{name} AS
       SELECT {keys} FROM part_{name} GROUP BY {keys} HAVING count(*) > 1""",
    """CREATE OR REPLACE TEMP TABLE resolved_{name} AS
       WITH shared AS (SELECT * FROM part_{name} SEMI JOIN shared_{name} USING ({keys})),
       dates AS (SELECT {keys}, start AS date FROM shared UNION SELECT {keys}, stop FROM shared),
       cut AS (SELECT {keys}, date AS start, lead(date) OVER (PARTITION BY {keys} ORDER BY date) AS stop FROM dates),
       holding AS (SELECT {cut_keys}, cut.start, cut.stop, slot, axis, value, recorded{carried}
                   FROM cut JOIN shared USING ({keys}) WHERE shared.start <= cut.start AND cut.start < shared.stop),
       believed AS (SELECT {keys}, start, any_value(stop) AS stop, slot, axis,
                           max(recorded + value) & 1048575 AS one,
                           1048575 - (max(recorded + 1048575 - value) & 1048575) AS other
                           {one_of} FROM holding GROUP BY {keys}, start, slot, axis)
       SELECT {keys}, start, stop{carried},
              (slot::BIGINT << 32) + (axis::BIGINT << 20) + CASE WHEN one = other THEN one ELSE 0 END::BIGINT AS item
       FROM believed
       UNION ALL
       SELECT {keys}, start, stop{carried}, (slot::BIGINT << 32) + (axis::BIGINT << 20) + value::BIGINT AS item
       FROM part_{name} ANTI JOIN shared_{name} USING ({keys})""",
    """CREATE OR REPLACE TEMP TABLE new_{name} AS
       SELECT {keys}, start, any_value(stop) AS stop{any_carried}, count(*)::INTEGER AS items, min(item) AS least,
              max(item) AS greatest, sum(hash(item)::HUGEINT << 32 | hash(item, 1) >> 32) AS summed
       FROM resolved_{name} GROUP BY {keys}, start""",
    """INSERT INTO told_{name}
       WITH untold AS (SELECT items, least, greatest, summed, arg_min(struct_pack({keys}, start), start) AS found_at
                       FROM new_{name} ANTI JOIN told_{name} USING (items, least, greatest, summed)
                       GROUP BY items, least, greatest, summed),
       example AS (SELECT items, least, greatest, summed, unnest(found_at) FROM untold)
       SELECT items, least, greatest, summed, item FROM example JOIN resolved_{name} USING ({keys}, start)""",
    "INSERT INTO gathered_{name} SELECT * FROM new_{name}",
    "DROP TABLE new_{name}; DROP TABLE resolved_{name}; DROP TABLE shared_{name}; DROP TABLE part_{name}",
)
_FINISH = (
    "DROP TABLE rows_{name}",
    """CREATE OR REPLACE TEMP TABLE states_{name} AS
       SELECT (row_number() OVER ())::INTEGER AS state, * FROM
       (SELECT DISTINCT items, least, greatest, summed FROM told_{name})""",
    """CREATE OR REPLACE TEMP TABLE said_{name} AS
       SELECT state, item FROM told_{name} JOIN states_{name} USING (items, least, greatest, summed)""",
    """CREATE OR REPLACE TABLE {name} AS
       SELECT {keys}, start, stop{carried}, state FROM gathered_{name}
       JOIN states_{name} USING (items, least, greatest, summed)""",
    "DROP TABLE gathered_{name}; DROP TABLE states_{name}; DROP TABLE told_{name}",
)
