"""Whether somebody belongs to a unit or to a structure: by the memberships, or by the line where they say nothing.

The rows of one kind of actor tell nothing of the other: somebody may be listed in units, and in no structure. Where
somebody is listed, not to be listed elsewhere is not to be a member there; nor is one where one's rows have ended. Of
anything else the line is believed, and where it writes nothing, it is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from habilitation.audit.asof.stretches import Item, Timeline
from habilitation.audit.schema import ACTOR_KINDS, CONTRADICTORY, IN_DOUBT

STRUCTURE, UNIT = ACTOR_KINDS.index("structure"), ACTOR_KINDS.index("unit")
_WRITTEN = {UNIT: "unit_id", STRUCTURE: "structure_id"}
# Beside each stretch of a member: where it belongs, where a rejected row may say that it does, and where it no longer
# does. Items of axis LEFT are of the last.
COLUMNS = ("structures", "doubted_structures", "left_structures", "units", "doubted_units", "left_units")
_FIRST = {STRUCTURE: 0, UNIT: 3}
LISTED, LEFT = range(2)

Key = tuple[int, str, str]


def listed(state: Sequence[Item]) -> Iterator[frozenset[str]]:
    """The columns of a state of the memberships, in the order of COLUMNS."""
    for wanted in (STRUCTURE, UNIT):
        for told in ((LISTED, 1), (LISTED, CONTRADICTORY), (LEFT, 1)):
            yield frozenset(actor for kind, actor, *rest in state if kind == wanted and tuple(rest) == told)


@dataclass(frozen=True, slots=True)
class Belonging:
    """What is known of one person and one kind of actor: rows, rejected rows, ended rows, what the line writes."""

    rows: frozenset[str]
    doubted: frozenset[str]
    left: frozenset[str]
    written: str

    def to(self, actor: str) -> bool | None:
        """Whether the person belongs there; None when that is not known."""
        if actor in self.rows:
            return True
        if IN_DOUBT in self.doubted:
            return None
        by_line = actor == self.written if self.written else None
        # With the rejected rows, or without them.
        answers = {False if self.rows or actor in self.left else by_line, *(one == actor for one in self.doubted)}
        return answers.pop() if len(answers) == 1 else None


def in_sql(actor: str, kind: int, line: str, members: bool) -> str:
    """`Belonging.to` as an expression of SQL, on a line and the stretch `member` beside it."""
    written = f"({line}.{_WRITTEN[kind]} = {actor})"
    if not members:
        return written
    rows, doubted, left = (f"member.{column}" for column in COLUMNS[_FIRST[kind] : _FIRST[kind] + 3])
    no = f"(len({rows}) > 0 OR list_contains({left}, {actor}))"
    return f"""CASE WHEN list_contains({rows}, {actor}) THEN TRUE
                    WHEN len({doubted}) > 0 THEN CASE
                        WHEN list_contains({doubted}, '{IN_DOUBT}') THEN NULL
                        WHEN NOT list_contains({doubted}, {actor}) THEN CASE WHEN {no} OR NOT {written} THEN FALSE END
                        WHEN NOT {no} AND len({doubted}) = 1 AND {written} THEN TRUE END
                    WHEN {no} THEN FALSE
                    ELSE {written} END"""


class Belongings:
    """What the person of each line belongs to, as a number for the lines alike."""

    def __init__(self, members: Timeline | None) -> None:
        told = [tuple(listed(state)) for state in members.states] if members else []
        self._states = [(frozenset[str](),) * len(COLUMNS), *told]
        self._are_listed = {kind: np.array([bool(state[at]) for state in self._states]) for kind, at in _FIRST.items()}

    def of(
        self, batch: pa.RecordBatch
    ) -> tuple[NDArray[np.int64], Callable[[int], tuple[Key, Mapping[int, Belonging]]]]:
        """A number a line, and what a number stands for: a key of any batch, and what is known by kind of actor."""
        members = batch.column("member").to_numpy().astype(np.int64)
        units, structures = (self._written(batch, kind, members) for kind in (UNIT, STRUCTURE))
        numbers = (members * len(structures.dictionary) + _codes(structures)) * len(units.dictionary) + _codes(units)

        def meant(number: int) -> tuple[Key, Mapping[int, Belonging]]:
            rest, unit = divmod(number, len(units.dictionary))
            member, structure = divmod(rest, len(structures.dictionary))
            names = {UNIT: units.dictionary[unit].as_py(), STRUCTURE: structures.dictionary[structure].as_py()}
            state = self._states[member]
            known = {
                kind: Belonging(state[at], state[at + 1], state[at + 2], names[kind]) for kind, at in _FIRST.items()
            }
            return (member, names[UNIT], names[STRUCTURE]), known

        return numbers, meant

    def _written(self, batch: pa.RecordBatch, kind: int, members: NDArray[np.int64]) -> Any:
        """The actor that each line writes; nothing where the memberships say better."""
        texts = batch.column(_WRITTEN[kind]).cast(pa.string())
        nothing = pa.array(self._are_listed[kind][members])
        return pc.if_else(nothing, "", pc.fill_null(texts, "")).dictionary_encode()


def _codes(column: Any) -> NDArray[np.int64]:
    found: NDArray[np.int64] = column.indices.to_numpy().astype(np.int64)
    return found
