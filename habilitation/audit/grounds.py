"""The rows that a kept line rests on: which fact, written where, holding from when until when."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from habilitation.audit.asof.timelines import PROFESSIONAL, STRUCTURE, UNIT

TABLE = "grounds"
_PLACE = "k.file, k.line, k.part"

# Rows of a document say several axes at once: axis -1. `through` is the membership by which a place's fact holds.
_COLUMNS = (
    "file INTEGER, line BIGINT, part INTEGER, axis INTEGER, level INTEGER, value INTEGER, actor VARCHAR, "
    "row_file INTEGER, row_line BIGINT, start BIGINT, stop BIGINT, written_stop BIGINT, "
    "through_file INTEGER, through_line BIGINT, recorded BIGINT"
)
_WHOSE = f"(f.actor_kind = 0 OR f.actor_kind = {PROFESSIONAL} AND f.actor_id = k.professional_id OR {{place}})"


def gather(connection: duckdb.DuckDBPyConnection, source: str, lagging: Collection[int]) -> None:
    """Fill the table `grounds` for the lines of `source`(file, line, part, t, ids…).

    Also with the last row that had ended by then, of each axis in `lagging`.
    """
    connection.execute(f"CREATE OR REPLACE TABLE {TABLE} ({_COLUMNS})")
    given = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "facts" in given:
        members, place, through = _membership("memberships" in given)
        whose = _WHOSE.format(place=place)
        shown = f"""f.actor_kind, f.value, f.actor_id, f.file, f.line, f.start, f.stop, f.written_stop, {through},
                    f.recorded"""
        from_facts = f"FROM {source} k JOIN facts_in_force f ON f.patient_id = k.patient_id {members} WHERE {whose}"
        connection.execute(f"""
            INSERT INTO {TABLE} SELECT {_PLACE}, f.axis, {shown} {from_facts} AND f.start <= k.t AND k.t < f.stop
        """)  # names of ours
        if lagging:
            axes = ", ".join(map(str, sorted(lagging)))
            connection.execute(f"""
                INSERT INTO {TABLE} SELECT {_PLACE}, f.axis, {shown} {from_facts}
                AND f.axis IN ({axes}) AND f.stop <= k.t
                QUALIFY row_number() OVER (PARTITION BY {_PLACE}, f.axis ORDER BY f.stop DESC, f.file, f.line) = 1
            """)  # as above
    if "documents" in given:
        connection.execute(f"""
            INSERT INTO {TABLE}
            SELECT {_PLACE}, -1, 9, 0, d.document_id, d.file, d.line, d.start, d.stop, d.stop, NULL, NULL, 0
            FROM {source} k JOIN documents d ON d.document_id = k.document_id
            AND d.patient_id = k.patient_id AND d.start <= k.t AND k.t < d.stop
        """)  # noqa: S608  # as above


def _membership(given: bool) -> tuple[str, str, str]:
    """How a line's person is a member of a place: by the table, or without one by the unit that the line writes."""
    if given:
        join = """LEFT JOIN memberships m ON m.professional_id = k.professional_id AND m.actor_kind = f.actor_kind
                  AND m.actor_id = f.actor_id AND m.start <= k.t AND k.t < m.stop"""
        return join, "m.line IS NOT NULL", "m.file, m.line"
    place = (
        f"f.actor_kind = {UNIT} AND f.actor_id = k.unit_id OR "
        f"f.actor_kind = {STRUCTURE} AND f.actor_id = k.structure_id"
    )
    return "", place, "NULL, NULL"


def read_with(source: str) -> str:
    """The lines of `source`, each with its grounds as a list, in order."""
    return f"""
        SELECT k.*, g.grounds FROM {source} k LEFT JOIN (
            SELECT file, line, part, list(struct_pack(axis, level, value, actor, row_file, row_line, start, stop,
                                                written_stop, through_file, through_line)
                                    ORDER BY level DESC, recorded DESC NULLS LAST, row_file, row_line) AS grounds
            FROM {TABLE} GROUP BY file, line, part) g USING (file, line, part)
    """  # noqa: S608  # names of ours
