"""The rows that a kept line rests on: which fact, written where, holding from when until when."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from habilitation.audit.asof.belonging import STRUCTURE, UNIT, in_sql
from habilitation.audit.asof.situating import AUTHORSHIP
from habilitation.audit.asof.timelines import PROFESSIONAL
from habilitation.audit.schema import CONTRADICTORY, column_of

TABLE = "grounds"
_PLACE = "k.file, k.line, k.part"

# `through` is the membership by which a place's fact holds; none where the line itself writes the place.
_COLUMNS = (
    "file INTEGER, line BIGINT, part INTEGER, axis INTEGER, level INTEGER, value INTEGER, actor VARCHAR, "
    "row_file INTEGER, row_line BIGINT, start BIGINT, stop BIGINT, written_stop BIGINT, "
    "through_file INTEGER, through_line BIGINT, recorded BIGINT"
)
_OF_DOCUMENT = 9  # a level past the kinds of actors


def gather(
    connection: duckdb.DuckDBPyConnection, source: str, axes: Sequence[str], lagging: Collection[str] = ()
) -> None:
    """Fill the table `grounds` for the lines of `source`(file, line, part, t, ids…).

    Also with the last row that had ended by then, of each axis in `lagging`.
    """
    connection.execute(f"CREATE OR REPLACE TABLE {TABLE} ({_COLUMNS})")
    given = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "facts" in given:
        members, through = _MEMBERSHIP if "memberships" in given else ("", "NULL, NULL")
        whose = f"""CASE f.actor_kind WHEN {PROFESSIONAL} THEN f.actor_id = k.professional_id
            WHEN {UNIT} THEN {in_sql("f.actor_id", UNIT, "k", "memberships" in given)}
            WHEN {STRUCTURE} THEN {in_sql("f.actor_id", STRUCTURE, "k", "memberships" in given)}
            ELSE TRUE END"""
        shown = f"""f.actor_kind, f.value, f.actor_id, f.file, f.line, f.start, f.stop, f.written_stop, {through},
                    f.recorded"""
        from_facts = f"FROM {source} k JOIN facts_in_force f ON f.patient_id = k.patient_id {members} WHERE ({whose})"
        # A row about a place of which one may be a member is what makes the fact unknown: it is shown too.
        connection.execute(f"""
            INSERT INTO {TABLE} SELECT {_PLACE}, f.axis, {shown} {from_facts} IS NOT FALSE
            AND f.start <= k.t AND k.t < f.stop
        """)  # names of ours
        if lagging:
            ended = ", ".join(str(axes.index(name)) for name in sorted(lagging))
            connection.execute(f"""
                INSERT INTO {TABLE} SELECT {_PLACE}, f.axis, {shown} {from_facts}
                AND f.axis IN ({ended}) AND f.value <> {CONTRADICTORY} AND f.stop <= k.t
                QUALIFY row_number() OVER (PARTITION BY {_PLACE}, f.axis ORDER BY f.stop DESC, f.file, f.line) = 1
            """)  # as above
    if "documents" in given:
        connection.execute(f"""
            INSERT INTO {TABLE} SELECT * FROM (
                SELECT {_PLACE}, unnest([{_says(connection, axes)}]::INTEGER[]) AS axis, {_OF_DOCUMENT}, 0,
                       d.document_id, d.file, d.line, d.start, d.stop, d.stop, NULL, NULL, 0
                FROM {source} k JOIN documents d ON d.document_id = k.document_id
                AND d.patient_id = k.patient_id AND d.start <= k.t AND k.t < d.stop)
            WHERE axis IS NOT NULL
        """)  # noqa: S608  # as above


def _says(connection: duckdb.DuckDBPyConnection, axes: Sequence[str]) -> str:
    """The axes that a row of documents says something of, in SQL, with a null for each other."""
    columns = {name for (name, *_) in connection.execute("DESCRIBE documents").fetchall()}
    told = [(axis, column_of(axis)) for axis in axes if column_of(axis) in columns]
    told += [(axis, column) for axis, column in AUTHORSHIP.items() if axis in axes]
    return ", ".join(f'CASE WHEN d."{column}" IS NOT NULL THEN {axes.index(axis)} END' for axis, column in told)


_MEMBERSHIP = (
    """LEFT JOIN professionals p ON p.id = k.professional_id
       LEFT JOIN member ON member.professional = p.professional AND member.start <= k.t AND k.t < member.stop
       LEFT JOIN memberships m ON m.professional_id = k.professional_id AND m.actor_kind = f.actor_kind
       AND m.actor_id = f.actor_id AND m.value = 1 AND m.start <= k.t AND k.t < m.stop""",
    "m.file, m.line",
)


def read_with(source: str) -> str:
    """The lines of `source`, each with its grounds as a list, in order."""
    return f"""
        SELECT k.*, g.grounds FROM {source} k LEFT JOIN (
            SELECT file, line, part, list(struct_pack(axis, level, value, actor, row_file, row_line, start, stop,
                                                written_stop, through_file, through_line)
                                    ORDER BY level DESC, recorded DESC NULLS LAST, row_file, row_line,
                                             through_file, through_line) AS grounds
            FROM {TABLE} GROUP BY file, line, part) g USING (file, line, part)
    """  # noqa: S608  # names of ours
