"""Facts, memberships and documents into tables of the ledger: periods in microseconds, values as ordinals."""

from __future__ import annotations

import abc
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.audit.asked import Asked
from habilitation.audit.intake.columns import Columns
from habilitation.audit.intake.doubts import Doubts, of_documents, of_facts, of_memberships
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.meanings import Meanings, axis_meanings, fact_meanings, kind_meanings
from habilitation.audit.intake.opening import Input
from habilitation.audit.intake.reading import Reading, reading, record
from habilitation.audit.intake.rejecting import Faults, Rejects
from habilitation.audit.intake.sentences import say
from habilitation.audit.intake.times import Clock
from habilitation.audit.ledger import Ledger
from habilitation.audit.schema import (
    ACTOR_KINDS,
    CONTRADICTORY,
    DOUBTFUL,
    OPEN_START,
    OPEN_STOP,
    axis_names,
    column_of,
)
from habilitation.authorizer import Authorizer

_PLACE = {"file": "INTEGER", "line": "BIGINT"}
_PERIOD = {"start": "BIGINT", "stop": "BIGINT"}
_ACTOR = {"actor_kind": "UTINYINT", "actor_id": "VARCHAR"}
SHAPES: Mapping[str, Mapping[str, str]] = {
    "facts": {
        **_PLACE,
        "patient_id": "VARCHAR",
        **_ACTOR,
        "axis": "SMALLINT",
        "value": "SMALLINT",
        **_PERIOD,
        "recorded": "BIGINT",
    },
    "memberships": {**_PLACE, "professional_id": "VARCHAR", **_ACTOR, "value": "SMALLINT", **_PERIOD},
    "documents": {
        **_PLACE,
        "document_id": "VARCHAR",
        "patient_id": "VARCHAR",
        "author_id": "VARCHAR",
        "author_structure_id": "VARCHAR",
        **_PERIOD,
    },
}
_NOTHING, _UNSAID = -1, -2
_ANY, _PROFESSIONAL = ACTOR_KINDS.index("any"), ACTOR_KINDS.index("professional")


def load_table(
    role: str, files: list[Input], asked: Asked, policy: Authorizer, mapping: TableMapping, ledger: Ledger
) -> None:
    """Make the table of that role, and fill it with the good lines of its files; the others are rejected.

    Raises InputError, before any line is read when a file has not the columns it needs.
    """
    with ExitStack() as stack:
        told = [Rejects(file.name, ledger) for file in files]
        opened = []
        for file, reject in zip(files, told, strict=True):
            opened.append(reading(file, mapping, policy, reject, asked.jobs))
            stack.callback(opened[-1].close)
        axes = stated_axes(policy, mapping, opened) if role == "documents" else ()
        columns = {**SHAPES[role], **dict.fromkeys(map(column_of, axes), "SMALLINT")}
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        ledger.connection.execute(f"CREATE TABLE {role} ({listed})")
        reader = READERS[role](asked, policy, mapping, axes)
        for file, one, reject in zip(files, opened, told, strict=True):
            for raw in one.tables(reader.coded, reject):
                for rows in reader.read(raw, file.number, reject):
                    ledger.add(role, rows)
            reject.flush()
            record(file, one.finish(), ledger, one.layout.ignored)


def stated_axes(policy: Authorizer, mapping: TableMapping, opened: list[Reading]) -> tuple[str, ...]:
    """The axes that the documents state, in the order of the policy."""
    columns = {column.name for one in opened for column in one.layout.columns} | set(mapping.constants)
    return tuple(name for name in axis_names(policy) if name in columns)


class TableRows(abc.ABC):
    """Reads the batches of one kind of table."""

    coded: tuple[str, ...] = ("actor_kind",)
    _doubts: Doubts

    def __init__(self, asked: Asked, policy: Authorizer, mapping: TableMapping, axes: tuple[str, ...]) -> None:
        self._mapping, self._clock, self._kinds = mapping, Clock(asked, mapping), kind_meanings(mapping)
        self._prepare(policy, axes)

    def _prepare(self, policy: Authorizer, axes: tuple[str, ...]) -> None:  # noqa: B027  # memberships need nothing of it
        """What this kind of table needs of the policy."""

    def read(self, raw: Any, number: int, reject: Rejects) -> tuple[pa.Table, pa.Table]:
        """The good rows of a batch, as the table holds them; and those that stand for the rejected ones.

        What a rejected row said is not known, but often what it was about: no row would be taken for a no.
        """
        columns, faults = Columns(raw, self._mapping), Faults(raw.num_rows)
        parts = {name: Faults(raw.num_rows, faults) for name in ("actor", "start", "stop", "recorded", "said")}
        ready = dict(self._cells(columns, faults, parts))
        start = self._clock.instants(columns.get("valid_from"), "valid_from", OPEN_START, parts["start"])
        stop = self._clock.instants(columns.get("valid_to"), "valid_to", OPEN_STOP, parts["stop"])
        empty = parts["start"].sound & parts["stop"].sound & (stop <= start)
        for bound in ("start", "stop"):
            parts[bound].add(empty, "bad_period", say("bad_period"))
        start = np.where(parts["start"].sound, start, OPEN_START)
        stop = np.where(parts["stop"].sound, stop, OPEN_STOP)
        place = {"file": pa.array(np.full(raw.num_rows, number, dtype=np.int32)), "line": raw.column("line")}
        table = pa.table({**place, **ready, "start": pa.array(start), "stop": pa.array(stop)})
        if faults.sound.all():
            return table, table.slice(0, 0)
        reject.all(faults.told(raw.column("line")))
        wrong = pa.array(~faults.sound)
        sound = {name: part.sound[~faults.sound] for name, part in parts.items()}
        return table.filter(pa.array(faults.sound)), self._doubts(table.filter(wrong), sound)

    @abc.abstractmethod
    def _cells(self, columns: Columns, faults: Faults, parts: Mapping[str, Faults]) -> Iterator[tuple[str, Any]]:
        """The columns of this kind of table, but places and periods."""

    def _needed(self, columns: Columns, name: str, faults: Faults) -> Any:
        texts = columns.text(name)
        faults.add(np.asarray(texts.is_null()), f"missing_{name}", say("missing", name=name))
        return texts

    def _kind(self, columns: Columns, faults: Faults) -> Any:
        kinds = columns.numbers("actor_kind", self._kinds, _UNSAID, faults)
        # Without a kind and without an actor, it is said of anyone; with an actor, of whom is not guessed.
        nobody = np.asarray(columns.text("actor_id").is_null())
        kinds = np.where((kinds == _UNSAID) & nobody, _ANY, kinds)
        faults.add(kinds == _UNSAID, "missing_actor_kind", say("missing", name="actor_kind"))
        faults.add((kinds != _ANY) & nobody, "missing_actor_id", say("missing", name="actor_id"))
        return kinds


class Facts(TableRows):
    """Rows of the facts."""

    coded = ("actor_kind", "fact", "value")
    _doubts = staticmethod(of_facts)

    def _prepare(self, policy: Authorizer, axes: tuple[str, ...]) -> None:  # noqa: ARG002  # those of documents
        self._facts = fact_meanings(policy, self._mapping)
        self._axes = [
            (encoder.axis, axis_meanings(policy, encoder.axis.name, self._mapping, "value"))
            for encoder in policy.answers.asked.encoders
        ]

    def _cells(self, columns: Columns, faults: Faults, parts: Mapping[str, Faults]) -> Iterator[tuple[str, Any]]:
        yield "patient_id", self._needed(columns, "patient_id", faults)
        kinds = self._kind(columns, parts["actor"])
        actors = columns.text("actor_id")
        wrong = (kinds == _ANY) & ~np.asarray(actors.is_null())
        parts["actor"].add(wrong, "bad_actor_kind", say("bad_actor_kind"))
        yield "actor_kind", pa.array(np.maximum(kinds, 0).astype(np.uint8))
        yield "actor_id", actors.fill_null("")
        axes = columns.numbers("fact", self._facts, _NOTHING, faults)
        faults.add(axes == _NOTHING, "missing_fact", say("missing", name="fact"))
        yield "axis", pa.array(axes.astype(np.int16))
        doubtful = columns.flags(DOUBTFUL)
        values = np.where(doubtful, CONTRADICTORY, self._values(columns, axes, parts["said"]))
        yield "value", pa.array(values.astype(np.int16))
        recorded = self._clock.instants(columns.get("recorded_at"), "recorded_at", OPEN_STOP, parts["recorded"])
        known = parts["recorded"].sound & ~doubtful
        yield "recorded", pa.array(recorded, mask=(recorded == OPEN_STOP) & known)

    def _values(self, columns: Columns, axes: Any, faults: Faults) -> Any:
        """Ordinals of the values, each read as its fact reads them; a fact alone is true."""
        values = np.full(columns.rows, _NOTHING, dtype=np.int64)
        for axis in np.unique(axes[axes >= 0]).tolist():
            table, meanings = self._axes[axis]
            rows = axes == axis
            found, kinds, told = columns.some("value", rows, meanings, 1 if table.fact else _NOTHING)
            values[rows] = found
            if kinds is not None:
                spread = np.zeros(columns.rows, dtype=np.int32)
                spread[rows] = kinds
                faults.add_each(spread, told)
            if not table.fact:
                faults.add(rows & (values == _NOTHING), "missing_value", say("missing_value", name=table.name))
        return values


class Memberships(TableRows):
    """Rows of the memberships."""

    _doubts = staticmethod(of_memberships)

    def _cells(self, columns: Columns, faults: Faults, parts: Mapping[str, Faults]) -> Iterator[tuple[str, Any]]:
        yield "professional_id", self._needed(columns, "professional_id", faults)
        kinds = self._kind(columns, parts["actor"])
        wrong = (kinds == _ANY) | (kinds == _PROFESSIONAL)
        parts["actor"].add(wrong, "bad_actor_kind", say("bad_actor_kind.member"))
        yield "actor_kind", pa.array(np.maximum(kinds, 0).astype(np.uint8))
        yield "actor_id", columns.text("actor_id").fill_null("")
        yield "value", pa.array(np.ones(columns.rows, np.int16))


class Documents(TableRows):
    """Rows of the documents."""

    _doubts = staticmethod(of_documents)

    def _prepare(self, policy: Authorizer, axes: tuple[str, ...]) -> None:
        self._axes: dict[str, Meanings] = {name: axis_meanings(policy, name, self._mapping) for name in axes}
        self.coded = axes

    def _cells(self, columns: Columns, faults: Faults, parts: Mapping[str, Faults]) -> Iterator[tuple[str, Any]]:
        yield "document_id", self._needed(columns, "document_id", faults)
        yield "patient_id", self._needed(columns, "patient_id", faults)
        yield "author_id", columns.text("author_id")
        yield "author_structure_id", columns.text("author_structure_id")
        for name, meanings in self._axes.items():
            cells = Faults(columns.rows, parts["said"])
            ordinals = columns.numbers(name, meanings, _NOTHING, cells)
            said = np.where(cells.sound, ordinals, CONTRADICTORY).astype(np.int16)
            yield column_of(name), pa.array(said, mask=said == _NOTHING)


READERS: Mapping[str, type[TableRows]] = {"facts": Facts, "memberships": Memberships, "documents": Documents}
