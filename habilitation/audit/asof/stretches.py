"""Rows with dates to timelines: for each key, stretches that do not overlap, each with the number of its state.

A state is all that holds together, resolved row against row. Different stretches share few states, so that a line of
the log carries small numbers through the joins, whatever was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from habilitation.audit.schema import CONTRADICTORY, IN_DOUBT, OPEN_START

# What holds in a state: the kind of actor and the actor (0 and "" where the key says it), the axis, the value.
Item = tuple[int, str, int, int]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A table `name`(key…, start, stop, state, carried…) in DuckDB; state n is `states[n - 1]`, 0 is nothing at all."""

    name: str
    states: tuple[tuple[Item, ...], ...]


def cut(
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
# The value of the rows at once that say one; in doubt when they differ.
_ONE_OF = f"CASE WHEN min({{0}}) < max({{0}}) THEN '{IN_DOUBT}' ELSE min({{0}}) END"

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
       SELECT {keys}, start, any_value(stop) AS stop{one_of}, count(*)::INTEGER AS items, min(item) AS least,
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
