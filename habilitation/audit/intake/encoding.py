"""Columns of text to the columns that are judged: instants in microseconds, values as ordinals, the rest rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.audit.asked import Asked
from habilitation.audit.intake.columns import Columns
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.meanings import Meanings, axis_meanings, granularity_meanings, outcome_meanings
from habilitation.audit.intake.rejecting import Faults, Rejects
from habilitation.audit.intake.sentences import say
from habilitation.audit.intake.times import Clock
from habilitation.audit.schema import DONE, FEW, TEXTS, axis_names, column_of, encoded
from habilitation.authorizer import Authorizer

_BY_DEFAULT = {"action": "consult"}
_UNSTATED = -1


class Encoding:
    """Reads the batches of one log. Raises nothing for a line: what is wrong with one goes to the rejects."""

    def __init__(self, asked: Asked, policy: Authorizer, mapping: TableMapping, number: int, rejects: Rejects) -> None:
        self._rejects, self._number, self._mapping = rejects, number, mapping
        self._schema = encoded(policy)
        self._axes = {name: axis_meanings(policy, name, mapping) for name in axis_names(policy)}
        self._defaults = {name: _default(self._axes, name) for name in self._axes}
        self._outcomes, self._granularities = outcome_meanings(mapping), granularity_meanings(mapping)
        self._clock = Clock(asked, mapping)
        self._nulls: Any = pa.nulls(0, pa.uint16())
        self._alone: Any = pa.array([], pa.int32())

    def encode(self, raw: Any) -> pa.RecordBatch:
        """A batch of the schema `encoded`, without the rows that are rejected. `raw`: `line` and named columns."""
        columns, faults = Columns(raw, self._mapping), Faults(raw.num_rows)
        texts = {name: columns.coded(name) if name in FEW else columns.text(name) for name in TEXTS}
        faults.add(np.asarray(texts["patient_id"].is_null()), "missing_patient_id", say("missing", name="patient_id"))
        t, t_end = self._clock.intervals(columns.get("time"), self._granularity(columns, faults), faults)
        outcomes = columns.numbers("outcome", self._outcomes, DONE, faults)
        ready: dict[str, Any] = {
            "file": pa.array(np.full(raw.num_rows, self._number, dtype=np.int32)),
            "line": raw.column("line"),
            "part": self._parts(raw),
            **texts,
            "t": pa.array(t),
            "t_end": pa.array(t_end),
            "outcome": pa.array(outcomes.astype(np.uint8)),
            **{column_of(name): self._axis(columns, name, faults) for name in self._axes},
        }
        batch = pa.RecordBatch.from_arrays([ready[name] for name in self._schema.names], schema=self._schema)
        sound = faults.sound
        if sound.all():
            return batch
        good = batch.filter(pa.array(sound))
        self._rejects.all(faults.told(raw.column("line")), gone(raw, good))
        return good

    def renames(self, names: Iterable[str]) -> bool:
        """Whether the mapping file writes the identifiers of these columns another way."""
        said = (self._mapping.values, self._mapping.system, self._mapping.constants)
        return any(name in one for one in said for name in names)

    def about(self, raw: Any, who: Mapping[str, str]) -> Any:
        """The rows that bear these identifiers, or no patient (it may be theirs), as a mask."""
        columns = Columns(raw, self._mapping)
        return np.logical_and.reduce(
            [columns.bears(name, text, or_none=name == "patient_id") for name, text in who.items()]
        )

    def _granularity(self, columns: Columns, faults: Faults) -> Any:
        if columns.get("time_granularity") is None:
            return self._clock.granularity
        return columns.numbers("time_granularity", self._granularities, self._clock.granularity, faults)

    def _parts(self, raw: Any) -> Any:
        """Which of its line each access is; of most formats a line has one, and all share a column of 0."""
        if "part" in raw.schema.names:
            return raw.column("part")
        if len(self._alone) < raw.num_rows:
            self._alone = pa.array(np.zeros(raw.num_rows, dtype=np.int32))
        return self._alone.slice(0, raw.num_rows)

    def _unstated(self, rows: int) -> Any:
        """A column of nulls; most axes are stated by no column, and share one."""
        if len(self._nulls) < rows:
            self._nulls = pa.nulls(rows, pa.uint16())
        return self._nulls.slice(0, rows)

    def _axis(self, columns: Columns, name: str, faults: Faults) -> Any:
        column, nothing = columns.get(name), self._defaults[name]
        if column is None:
            if nothing == _UNSTATED:
                return self._unstated(columns.rows)
            return pa.array(np.full(columns.rows, nothing, dtype=np.uint16))
        if pa.types.is_boolean(column.type) and not self._mapping.values.get(name):
            return column.cast(pa.uint8()).cast(pa.uint16())
        numbers = columns.numbers(name, self._axes[name], nothing, faults)
        unstated = numbers < 0
        return pa.array(numbers.astype(np.uint16), mask=unstated if unstated.any() else None)


def gone(before: Any, after: Any) -> int:
    """How many lines of a batch have no access left in what was kept of it."""
    return 0 if before.num_rows == after.num_rows else distinct(before) - distinct(after)


def distinct(batch: Any) -> int:
    """How many lines the accesses of a batch are of; those of a line come together."""
    lines = batch.column("line").to_numpy()
    return int(np.count_nonzero(np.diff(lines))) + 1 if len(lines) else 0


def _default(axes: Mapping[str, Meanings], name: str) -> int:
    found = axes[name].of(_BY_DEFAULT[name]) if name in _BY_DEFAULT else _UNSTATED
    return found if isinstance(found, int) else _UNSTATED
