"""What is known of each access, axis by axis, and where that comes from."""

from __future__ import annotations

import enum
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from habilitation.audit.asked import Asked
from habilitation.audit.asof.belonging import STRUCTURE, UNIT, Belonging, Belongings, Key
from habilitation.audit.asof.situating import AUTHOR, AUTHORSHIP, OWN_STRUCTURE
from habilitation.audit.asof.stretches import Item, Timeline
from habilitation.audit.schema import CONTRADICTORY, WHOEVER, column_of
from habilitation.authorizer import Authorizer
from habilitation.vocabulary import TRUTHS

Ordinals = NDArray[np.int16]
UNKNOWN = -1


class Origin(enum.IntEnum):
    """Where a value comes from; a later one prevails over an earlier one."""

    UNKNOWN = 0
    COMPLETE = 1  # no row, in a table declared complete for the axis
    ASSUMED = 2
    ANYONE = 3
    STRUCTURE = 4
    UNIT = 5
    PERSON = 6
    DOUBT = 7  # a rejected row that may be about anybody: it might have been the most specific
    DOCUMENT = 8
    LOG = 9


# Where the levels are told whose key is all that they need: a timeline, and a kind of actor in its states.
_OF_ONE = {
    Origin.ANYONE: ("anyone", 0),
    Origin.PERSON: ("person", 0),
    Origin.DOUBT: ("anyone", WHOEVER),
    Origin.DOCUMENT: ("document", 0),
}


@dataclass(slots=True)
class _Places:
    """What the units and the structures of a patient say of a person who belongs to some: one entry a pair met."""

    width: int
    states: Sequence[Sequence[Item]]
    numbers: dict[tuple[int, Key], int] = field(default_factory=dict)
    values: dict[int, array[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = {level: array("h", [UNKNOWN] * self.width) for level in (STRUCTURE, UNIT)}

    def number(self, place: int, key: Key, belonging: Mapping[int, Belonging]) -> int:
        """The entry of a pair: of a state of places, and of what a person belongs to."""
        found = self.numbers.get((place, key))
        if found is None:
            found = self.numbers[place, key] = len(self.values[UNIT]) // self.width
            for level, column in self.values.items():
                row = [UNKNOWN] * self.width
                for kind, actor, axis, value in self.states[place - 1]:
                    if kind == level:
                        row[axis] = _together(row[axis], value, belonging[kind].to(actor))
                column.extend(row)
        return found


def _together(found: int, value: int, is_member: bool | None) -> int:
    if is_member is None:
        return CONTRADICTORY
    if not is_member:
        return found
    return value if found in (UNKNOWN, value) else CONTRADICTORY


class Standing:
    """The ordinal of each axis for each line; -1 where nothing tells it, or where what tells it disagrees."""

    def __init__(self, policy: Authorizer, asked: Asked, timelines: Mapping[str, Timeline]) -> None:
        axes = policy.tables.axes
        self.names = tuple(axis.name for axis in axes)
        self._otherwise = np.full(len(axes), UNKNOWN, np.int16)
        self._otherwise_from = np.zeros(len(axes), np.uint8)
        for number, (axis, encoder) in enumerate(zip(axes, policy.answers.asked.encoders, strict=True)):
            if axis.name in asked.assume:
                self._otherwise[number] = _ordinal(encoder, asked.assume[axis.name])
                self._otherwise_from[number] = Origin.ASSUMED
            elif axis.name in asked.complete:
                self._otherwise[number] = max(axis.default, 0)  # a fact without a default: no row is no
                self._otherwise_from[number] = Origin.COMPLETE
        self._tables = {
            level: _by_axis(timelines[name], kind) for level, (name, kind) in _OF_ONE.items() if name in timelines
        }
        self._belongings = Belongings(timelines.get("member"))
        self._places = _Places(len(axes), timelines["place"].states) if "place" in timelines else None
        self._place_axes = {axis for state in self._places.states for _, _, axis, _ in state} if self._places else set()

    def known(self, batch: pa.RecordBatch) -> list[Ordinals | int]:
        """The ordinals of each axis: one for all lines, or one a line."""
        entries = self._entries(batch)
        return [self._axis(batch, axis, entries) for axis in range(len(self.names))]

    def origins(self, batch: pa.RecordBatch) -> list[NDArray[np.uint8]]:
        """Where each of them comes from (`Origin`), one a line."""
        entries, rows = self._entries(batch), batch.num_rows
        found = []
        for axis in range(len(self.names)):
            origin = np.full(rows, self._otherwise_from[axis], np.uint8)
            for level, values in self._levels(batch, axis, entries):
                origin[values != UNKNOWN] = level
            found.append(origin)
        return found

    def _axis(self, batch: pa.RecordBatch, axis: int, entries: NDArray[Any] | None) -> Ordinals | int:
        found: Ordinals | int = int(self._otherwise[axis])
        for _, values in self._levels(batch, axis, entries):
            stated = values != UNKNOWN
            found = (
                values
                if stated.all()
                else np.where(stated, values, np.int16(found) if isinstance(found, int) else found)
            )
        if isinstance(found, int):
            return found
        return np.maximum(found, UNKNOWN)  # what disagrees is unknown

    def _levels(
        self, batch: pa.RecordBatch, axis: int, entries: NDArray[Any] | None
    ) -> Iterator[tuple[Origin, Ordinals]]:
        """What each source says of an axis, from the least to the most trusted."""
        yield from self._of_one(Origin.ANYONE, batch, axis)
        if self._places is not None and entries is not None and axis in self._place_axes:
            for level, origin in ((STRUCTURE, Origin.STRUCTURE), (UNIT, Origin.UNIT)):
                table = np.frombuffer(self._places.values[level], np.int16)[axis :: self._places.width]
                yield origin, table.take(entries)
        for level in (Origin.PERSON, Origin.DOUBT, Origin.DOCUMENT):
            yield from self._of_one(level, batch, axis)
        for name, column in zip(AUTHORSHIP, (AUTHOR, OWN_STRUCTURE), strict=True):
            if self.names[axis] == name and batch.column(column).null_count < batch.num_rows:
                yield Origin.DOCUMENT, _ordinals(batch.column(column))
        stated = batch.column(column_of(self.names[axis]))
        if stated.null_count < batch.num_rows:
            yield Origin.LOG, _ordinals(stated)

    def _of_one(self, level: Origin, batch: pa.RecordBatch, axis: int) -> Iterator[tuple[Origin, Ordinals]]:
        """What a timeline that needs no more than its key says of an axis."""
        if level in self._tables and axis in self._tables[level]:
            yield level, self._tables[level][axis].take(_numbers(batch, _OF_ONE[level][0]))

    def _entries(self, batch: pa.RecordBatch) -> NDArray[Any] | None:
        """The entry of each line in what places say of people; 0 where they say nothing."""
        if self._places is None:
            return None
        places = _numbers(batch, "place")
        where = np.flatnonzero(places)
        entries = np.zeros(batch.num_rows, np.int32)
        if not len(where):
            return entries
        people, meant = self._belongings.of(batch.take(pa.array(where)).select(["member", "unit_id", "structure_id"]))
        alike = pa.array(people).dictionary_encode()
        pairs = pa.array(places[where].astype(np.int64) << 32 | alike.indices.to_numpy()).dictionary_encode()
        known = [meant(number) for number in alike.dictionary.to_pylist()]
        numbers = [self._places.number(pair >> 32, *known[pair & 0xFFFFFFFF]) for pair in pairs.dictionary.to_pylist()]
        entries[where] = np.array(numbers, np.int32).take(pairs.indices.to_numpy())
        return entries


def _ordinal(encoder: Any, text: str) -> int:
    """The ordinal of a value written in a file, where truth values are texts."""
    if encoder.axis.fact and text in TRUTHS:
        return int(TRUTHS[text])
    found: int = encoder.ordinal(text)
    return found


def _by_axis(timeline: Timeline, wanted: int) -> dict[int, Ordinals]:
    """The value of each axis by state, as actors of that kind have it; the first is of no state."""
    found: dict[int, Ordinals] = {}
    for number, state in enumerate(timeline.states, 1):
        for kind, _, axis, value in state:
            if kind == wanted:
                found.setdefault(axis, np.full(len(timeline.states) + 1, UNKNOWN, np.int16))[number] = value
    return found


def _numbers(batch: pa.RecordBatch, column: str) -> NDArray[np.int32]:
    found: NDArray[np.int32] = batch.column(column).to_numpy()
    return found


def _ordinals(column: pa.Array) -> Ordinals:
    """Ordinals of a column with nulls; -1 for a null."""
    if column.null_count:
        column = column.cast(pa.int16()).fill_null(UNKNOWN)
    found: Ordinals = column.to_numpy(zero_copy_only=False).astype(np.int16, copy=False)
    return found
