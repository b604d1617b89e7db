"""Each line of a log beside the stretches of the timelines that its instants meet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from habilitation.audit.asof.belonging import STRUCTURE, in_sql
from habilitation.audit.asof.stretches import Timeline
from habilitation.audit.schema import CONTRADICTORY, IN_DOUBT

BATCH = 131_072
# What each timeline adds to a line.
STATES = ("anyone", "place", "person", "member", "document")
STRADDLES = "straddles"

_MEETS = "{0}.start < l.t_end AND {0}.stop > l.t"
_JOINS = {
    "patients": "patients ON patients.id = l.patient_id",
    "professionals": "professionals ON professionals.id = l.professional_id",
    "papers": "papers ON papers.id = l.document_id",
    "anyone": "anyone ON anyone.patient = patients.patient AND " + _MEETS.format("anyone"),
    "place": "place ON place.patient = patients.patient AND " + _MEETS.format("place"),
    "person": "person ON person.patient = patients.patient AND person.professional = professionals.professional AND "
    + _MEETS.format("person"),
    "member": "member ON member.professional = professionals.professional AND " + _MEETS.format("member"),
    # The document of another patient than the line's tells nothing of this access.
    "document": "document ON document.paper = papers.paper AND document.patient = patients.patient AND "
    + _MEETS.format("document"),
}
_KEYS = {
    "anyone": ("patients",),
    "place": ("patients",),
    "person": ("patients", "professionals"),
    "member": ("professionals",),
    "document": ("papers", "patients"),
}
# The author of a document, and whether its structure is one of the professional's.
AUTHOR, OWN_STRUCTURE = "is_author", "is_own_structure"
# The facts that they tell, each by a column of the documents.
AUTHORSHIP = {"author": "author_id", "own_structure": "author_structure_id"}


@dataclass(frozen=True, slots=True)
class Situating:
    """Adds to encoded lines what holds then, and whether that changes within the interval of the line.

    A state by timeline (int32, 0: nothing holds), whose document it is (as ordinals, null: not said), and `straddles`.
    A line whose interval meets several stretches comes several times.
    """

    connection: duckdb.DuckDBPyConnection
    timelines: Mapping[str, Timeline]
    columns: Sequence[str]

    def __call__(self, lines: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        if not self.timelines:
            yield from (self._alone(batch) for batch in lines)
            return
        with self.connection.cursor() as cursor:
            # The log is read once, whatever its length: it is always the side that passes.
            cursor.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
            cursor.execute("SET preserve_insertion_order = false")
            cursor.register("log", lines)
            yield from cursor.sql(self.query("log")).to_arrow_reader(BATCH)

    def _alone(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A line when no table tells anything."""
        nothing = pa.array(np.zeros(batch.num_rows, np.int32))
        unknown = pa.nulls(batch.num_rows, pa.int8())
        constant = pa.array(np.zeros(batch.num_rows, bool))
        columns = [*(batch.column(name) for name in self.columns), *[nothing] * len(STATES), unknown, unknown, constant]
        return pa.RecordBatch.from_arrays(columns, [*self.columns, *STATES, AUTHOR, OWN_STRUCTURE, STRADDLES])

    def query(self, source: str) -> str:
        """The lines of a table beside what holds."""
        listed = ", ".join(f'l."{name}"' for name in self.columns)
        return f"""
            SELECT {listed}, {", ".join(self._states())}, {self._authorship()}, {self._straddles()} AS {STRADDLES}
            FROM {source} l {" ".join(f"LEFT JOIN {_JOINS[name]}" for name in self._joined())}
        """  # noqa: S608  # names of ours

    def instants(self, source: str, others: Collection[int]) -> str:
        """The instants at which something changes within the lines of a table, and the first of each line."""
        parts = [f"SELECT file, line, part, t AS instant FROM {source}"]  # noqa: S608  # names of ours
        for name in self.timelines:
            keys = " ".join(f"JOIN {_JOINS[key]}" for key in _KEYS[name])
            parts.extend(
                f"SELECT l.file, l.line, l.part, {name}.{date} FROM {source} l {keys} JOIN {_JOINS[name]} "  # noqa: S608  # as above
                f"WHERE {name}.{date} > l.t AND {name}.{date} < l.t_end"
                for date in ("start", "stop")
            )
        parts.extend(
            f"SELECT file, line, part, {instant}::BIGINT FROM {source} WHERE t < {instant} AND t_end > {instant}"  # noqa: S608
            for instant in sorted(others)
        )
        return " UNION ".join(parts)

    def _joined(self) -> list[str]:
        keys = dict.fromkeys(key for name in STATES if name in self.timelines for key in _KEYS[name])
        return [*keys, *(name for name in STATES if name in self.timelines)]

    def _states(self) -> Iterator[str]:
        for name in STATES:
            state = f"coalesce({name}.state, 0)" if name in self.timelines else "0::INTEGER"
            yield f"{state} AS {name}"

    def _authorship(self) -> str:
        if "document" not in self.timelines:
            return f"NULL::TINYINT AS {AUTHOR}, NULL::TINYINT AS {OWN_STRUCTURE}"
        own = in_sql("document.author_structure_id", STRUCTURE, "l", "member" in self.timelines)
        # A structure is written, and whether it is theirs is not known: no row does not mean no here.
        return f"""CASE WHEN document.author_id = '{IN_DOUBT}' THEN {CONTRADICTORY}
                        ELSE document.author_id = l.professional_id END::TINYINT AS {AUTHOR},
                   CASE WHEN document.author_structure_id = '{IN_DOUBT}' THEN {CONTRADICTORY}
                        WHEN document.author_structure_id IS NOT NULL
                        THEN coalesce(({own})::TINYINT, {CONTRADICTORY}) END::TINYINT AS {OWN_STRUCTURE}"""

    def _straddles(self) -> str:
        met = [f"coalesce({name}.start > l.t OR {name}.stop < l.t_end, FALSE)" for name in self.timelines]
        return " OR ".join(met)
