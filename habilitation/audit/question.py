"""A question about one person: what of the tables bears on it, whether anything names them, what could not be read."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from habilitation.audit.asked import Asked
from habilitation.audit.schema import ACTOR_KINDS

_PROFESSIONAL = ACTOR_KINDS.index("professional")
# Where a person is named, and which rows bear on nobody but others: an answer is the same without them.
_NAMED = {
    "patient": {"facts": "patient_id = ?", "documents": "patient_id = ?"},
    "professional": {
        "facts": f"actor_kind = {_PROFESSIONAL} AND actor_id = ?",
        "memberships": "professional_id = ?",
        "documents": "author_id = ?",
    },
}
_OF_OTHERS = {
    "patient": {"facts": "patient_id <> ?", "documents": "patient_id <> ?"},
    "professional": {
        "facts": f"actor_kind = {_PROFESSIONAL} AND actor_id <> ?",
        "memberships": "professional_id <> ?",
    },
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer rests on.

    `known`: a line of the logs, of any day, or a row of the tables names the person. `unread`, `unread_rows`: lines
    of the logs and rows of the tables of which something could not be read, and might have been about them.
    `nothing_read`: the logs have lines, and none of them could be read.
    """

    known: bool
    unread: int
    unread_rows: int
    nothing_read: bool


def narrowed(tables: duckdb.DuckDBPyConnection, asked: Asked) -> bool:
    """Drop the rows that cannot bear on the answer; whether any row named the person."""
    which, person = ("patient", asked.patient) if asked.patient else ("professional", asked.professional)
    given = {name for (name,) in tables.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    known = False
    for table, condition in _NAMED[which].items():
        if table in given:
            query = f"SELECT count(*) > 0 FROM {table} WHERE {condition}"  # noqa: S608  # names of ours
            known |= tables.execute(query, [person]).fetchall()[0][0]
    for table, condition in _OF_OTHERS[which].items():
        if table in given:
            tables.execute(f"DELETE FROM {table} WHERE {condition}", [person])  # noqa: S608  # as above
    return known
