"""The log passes once: each line beside its facts, judged, and handed on with its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import numpy as np
import pyarrow as pa

from habilitation.audit.asof.situating import STRADDLES, Situating
from habilitation.audit.judgement import RANKS, Judge, Judged
from habilitation.audit.ledger import Ledger
from habilitation.audit.schema import PLACE

_UNSURE = "unsure"
_PLACE = ", ".join(PLACE)
_RANK_OF = np.array([1 + RANKS[effect] for effect in range(len(RANKS))], np.uint8)


class Sink(Protocol):
    """Where the answers go; each line comes once."""

    def add(self, judged: Judged) -> int:
        """Take the answers to a batch; how many of them are findings."""

    def flush(self) -> None:
        """Nothing comes for a while."""


class Passing:
    """Takes encoded lines; hands each, judged, to a sink.

    A line whose stamp was rounded, and in whose interval something changes, waits: at the end it is judged at every
    instant at which anything changes, and keeps the best answer, at the first instant that gives it.
    """

    def __init__(self, ledger: Ledger, judge: Judge, situating: Situating, sink: Sink, schema: pa.Schema) -> None:
        self._ledger, self._judge, self._situating = ledger, judge, situating
        self._sink, self._schema = sink, schema
        self.lines = self.findings = 0
        ledger.connection.from_arrow(schema.empty_table()).create(_UNSURE)

    def through(self, lines: Iterable[pa.RecordBatch], watch: Callable[[], None]) -> None:
        """Judge the lines of batches, in any order; those that wait are judged by `settle`."""
        failures: list[BaseException] = []
        reader = pa.RecordBatchReader.from_batches(self._schema, _watched(lines, failures))
        try:
            for batch in self._situating(reader):
                self._take(batch)
                watch()
            self._sink.flush()
        except Exception:
            if failures:  # what went wrong while reading, rather than what DuckDB makes of it
                raise failures[0] from None
            raise

    def _take(self, batch: pa.RecordBatch) -> None:
        starts, ends = (batch.column(name).to_numpy() for name in ("t", "t_end"))
        waits = batch.column(STRADDLES).to_numpy(zero_copy_only=False) | self._judge.calendar.straddle(starts, ends)
        if waits.any():
            self._ledger.add(_UNSURE, batch.filter(pa.array(waits)).select(self._schema.names))
            batch = batch.filter(pa.array(~waits))
        self._settled(self._judge(batch))

    def _settled(self, judged: Judged) -> None:
        self.lines += judged.batch.num_rows
        self.findings += self._sink.add(judged)

    def settle(self) -> None:
        """Judge the lines that wait."""
        connection = self._ledger.connection
        moments = self._situating.instants("waiting", self._judge.calendar.changes)
        stamped = "w.* REPLACE (m.instant AS t, m.instant + 1 AS t_end), w.t AS stamp, w.t_end AS stamp_end"
        connection.execute(f"CREATE TABLE waiting AS SELECT DISTINCT ON ({_PLACE}) * FROM {_UNSURE}")  # noqa: S608  # ours
        connection.execute(f"CREATE TABLE moments AS {moments}")
        connection.execute(f"CREATE VIEW tried AS SELECT {stamped} FROM waiting w JOIN moments m USING ({_PLACE})")  # noqa: S608
        connection.execute(
            "CREATE TABLE answers (file INTEGER, line BIGINT, part INTEGER, instant BIGINT, rank UTINYINT)"
        )
        for judged in self._judged_at("tried"):
            # An instant of which nothing was known yet tells nothing of the others.
            ranks = np.where(self._judge.later(judged.batch), np.uint8(0), _RANK_OF.take(judged.effects))
            columns = [*(judged.batch.column(name) for name in (*PLACE, "t")), ranks]
            self._ledger.add("answers", pa.table(columns, [*PLACE, "instant", "rank"]))
        connection.execute(f"""
            CREATE VIEW retained AS SELECT tried.* FROM tried JOIN (
                SELECT {_PLACE}, instant AS t FROM answers
                QUALIFY row_number() OVER (PARTITION BY {_PLACE} ORDER BY rank DESC, instant) = 1)
            USING ({_PLACE}, t)
        """)  # noqa: S608  # names of ours
        for judged in self._judged_at("retained"):
            self._settled(judged)
        self._sink.flush()

    def _judged_at(self, view: str) -> Iterator[Judged]:
        situating = Situating(
            self._situating.connection, self._situating.timelines, [*self._schema.names, "stamp", "stamp_end"]
        )
        with self._ledger.connection.cursor() as cursor:
            rows = cursor.sql(f"SELECT * FROM {view}").to_arrow_reader(65_536)  # noqa: S608  # a view of ours
            for batch in situating(rows):
                yield self._judge(batch)


def _watched(lines: Iterable[pa.RecordBatch], failures: list[BaseException]) -> Iterator[pa.RecordBatch]:
    """The lines; what fails on the way is noted, for DuckDB keeps only its text."""
    try:
        yield from lines
    except BaseException as failure:
        failures.append(failure)
        raise
