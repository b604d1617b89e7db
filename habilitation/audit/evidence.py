"""Kept lines to evidence: names and sentences, the facts looked at with their rows, what would have permitted it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.audit.asof.standing import Origin
from habilitation.audit.clock import Clock
from habilitation.audit.judgement import Judge
from habilitation.audit.kept import unpacked
from habilitation.audit.ledger import REPORTED
from habilitation.audit.rulebook import Rulebook
from habilitation.audit.schema import OPEN_START, OPEN_STOP, WHOEVER

_AXES = ("profession", "activity_genre", "specialty", "capacity", "document_type", "action", "motive", "channel")
_ORIGINS: Mapping[int, str] = {
    Origin.COMPLETE: "no row, declared complete",
    Origin.ASSUMED: "assumed",
    Origin.LOG: "the log",
    Origin.UNKNOWN: "unknown",
}
_LEVELS: Mapping[int, int] = {
    Origin.ANYONE: 0,
    Origin.STRUCTURE: 1,
    Origin.UNIT: 2,
    Origin.PERSON: 3,
    Origin.DOUBT: WHOEVER,
    Origin.DOCUMENT: 9,
}
_WITHOUT_FACTS = "not_assessable"
_FINDINGS = ("not_justified", "no_rule")  # what is permitted needs no way out
_KEPT_AT_MOST = 20_000  # facts told, of lines that rest on no row
_NOWHERE = '"row":"","from":"","until":""}'


class Evidence:
    """Turns batches of kept lines, with their grounds, into rows of the table `reported`."""

    def __init__(self, judge: Judge, inputs: Mapping[int, str], zone: str) -> None:
        self._axes = judge.policy.tables.axes
        self._index = {axis.name: number for number, axis in enumerate(self._axes)}
        self._inputs, self._clock = inputs, Clock(zone)
        self._rulebook = Rulebook(judge)
        self._texts: dict[tuple[int, int, int, bool], str] = {}
        self._groundless: dict[tuple[str, str, bytes, bytes], str] = {}

    def reported(self, batch: pa.RecordBatch) -> pa.Table:
        """The lines of a batch as the report shows them."""
        known, origins = unpacked(batch.column("known"), np.int16), unpacked(batch.column("origins"), np.uint8)
        columns: dict[str, Any] = {name: batch.column(name) for name in REPORTED.names if name in batch.schema.names}
        for name in _AXES:
            columns[name] = self._names(name, known)
        columns["file"] = pa.array([self._inputs[number] for number in batch.column("file").to_pylist()], pa.string())
        columns["time"] = self._times(batch.column("stamp"))
        exact = pa.compute.equal(pa.compute.subtract(batch.column("stamp_end"), batch.column("stamp")), 1)
        columns["time_end"] = pa.compute.if_else(exact, "", self._times(batch.column("stamp_end")))
        columns |= self._sentences(batch, known)
        columns["facts"] = pa.array(self._facts(batch, known, origins), pa.string())
        rows = batch.num_rows
        filled = [columns[name] if name in columns else pa.nulls(rows, pa.string()) for name in REPORTED.names]
        return pa.Table.from_arrays(filled, REPORTED.names).cast(REPORTED)

    def _names(self, name: str, known: Any) -> pa.Array:
        if name not in self._index:
            return pa.nulls(len(known), pa.string())
        axis = self._index[name]
        ordinals = known[:, axis]
        names = pa.array([value.name for value in self._axes[axis].values], pa.string())
        return names.take(pa.array(ordinals, mask=ordinals < 0))

    def _times(self, column: pa.Array) -> pa.Array:
        return pa.array(self._clock.times(column.to_numpy(zero_copy_only=False)), pa.string())

    def _time(self, instant: int) -> str:
        return "" if instant in (OPEN_START, OPEN_STOP) else self._clock.time(instant)

    def _sentences(self, batch: pa.RecordBatch, known: Any) -> dict[str, pa.Array]:
        """Citations and messages by rule, ways out by what was known."""
        rules = batch.column("rules").dictionary_encode()
        told = [self._rulebook.told(names) for names in rules.dictionary.to_pylist()]
        found = {
            name: pa.array([getattr(one, name) for one in told], pa.string()).take(rules.indices)
            for name in ("citations", "message_fr", "message_en")
        }
        changes = [
            self._rulebook.changes(edition, tuple(values)) if kind in _FINDINGS else ("", "")
            for kind, edition, values in zip(
                batch.column("kind").to_pylist(), batch.column("edition").to_pylist(), known.tolist(), strict=True
            )
        ]
        found["changes_fr"] = pa.array([one[0] for one in changes], pa.string())
        found["changes_en"] = pa.array([one[1] for one in changes], pa.string())
        return found

    def _facts(self, batch: pa.RecordBatch, known: Any, origins: Any) -> Iterator[str]:
        columns = [batch.column(name).to_pylist() for name in ("kind", "rules", "edition", "grounds", "t")]
        for row, (kind, rules, edition, grounds, instant) in enumerate(zip(*columns, strict=True)):
            if kind == _WITHOUT_FACTS:
                yield "[]"
                continue
            if grounds:
                yield self._looked_at(edition, rules, known[row].tolist(), origins[row].tolist(), grounds, instant)
                continue
            # Without a row of its own, a line says what others said of the same facts.
            key = (edition, rules, known[row].tobytes(), origins[row].tobytes())
            if key not in self._groundless:
                if len(self._groundless) >= _KEPT_AT_MOST:
                    self._groundless.clear()
                told = self._looked_at(edition, rules, known[row].tolist(), origins[row].tolist(), (), instant)
                self._groundless[key] = told
            yield self._groundless[key]

    def _looked_at(
        self,
        edition: str,
        rules: str,
        values: Sequence[int],
        sources: Sequence[int],
        grounds: Sequence[Mapping[str, Any]],
        instant: int,
    ) -> str:
        looked_at = self._rulebook.looked_at(edition, rules, tuple(values))
        told = (self._fact(axis, values[axis], sources[axis], grounds, instant) for axis in looked_at)
        return f"[{','.join(told)}]"

    def _fact(self, axis: int, value: int, source: int, grounds: Sequence[Mapping[str, Any]], instant: int) -> str:
        """One fact in JSON: its value, where it comes from, and the row that says so, or the last one that did."""
        level = _LEVELS.get(source)
        if level is not None:
            rows = [
                g for g in grounds if g["axis"] == axis and g["level"] == level and g["start"] <= instant < g["stop"]
            ]
        elif source in (Origin.COMPLETE, Origin.UNKNOWN):
            rows = [g for g in grounds if g["axis"] == axis and g["stop"] <= instant]
        else:
            rows = []
        if not rows:
            return self._told(axis, value, source, ended=False)
        place, since, until = self._row(rows[0])
        told = self._told(axis, value, source, ended=level is None)
        tail = json.dumps({"row": place, "from": since, "until": until}, ensure_ascii=False, separators=(",", ":"))
        return told[: -len(_NOWHERE)] + tail[1:]

    def _told(self, axis: int, value: int, source: int, *, ended: bool) -> str:
        """The same without a row; worked out once."""
        key = (axis, value, source, ended)
        if key not in self._texts:
            table = self._axes[axis]
            origin = _ORIGINS.get(source, Origin(source).name.lower()) + ("; the last ended" if ended else "")
            told = {
                "axis": table.name,
                "value": table.values[value].name if value >= 0 else "unknown",
                "origin": origin,
            }
            self._texts[key] = json.dumps(told, ensure_ascii=False, separators=(",", ":"))[:-1] + "," + _NOWHERE
        return self._texts[key]

    def _row(self, ground: Mapping[str, Any]) -> tuple[str, str, str]:
        place = f"{self._inputs[ground['row_file']]}:{ground['row_line']}"
        if ground["through_line"] is not None:
            place += f" ({self._inputs[ground['through_file']]}:{ground['through_line']})"
        until = self._time(ground["written_stop"])
        if ground["stop"] != ground["written_stop"]:
            days = datetime.timedelta(microseconds=ground["stop"] - ground["written_stop"])
            until += f" + {days.days} d" if days.days * 86_400 == days.total_seconds() else f" + {days}"
        return place, self._time(ground["start"]), until
