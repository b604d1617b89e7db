"""One situation of a block, and why each side answers as it does there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from habilitation.authoring.difference.blocks import Block
from habilitation.authoring.difference.frame import Frame, Half
from habilitation.authoring.difference.lines import ANY, FACT, NOBODY
from habilitation.compiled.reading import Reading, reading
from habilitation.compiled.tables import AxisTable, Text
from habilitation.decided.decision import Outcome, Reason
from habilitation.decided.reasons import before_first_edition, reasons
from habilitation.decided.remainder import Remainders
from habilitation.vocabulary import UNKNOWN_CODE

_UNKNOWN = Text(
    "Cette politique ne connaît pas un code de la situation.", "This policy does not know a code of the situation."
)

_NOTHING = Text("Il n'y a pas de politique.", "There is no policy.")


@dataclass(frozen=True, slots=True)
class Witness:
    """A situation, the values that are the block's own first, and the reasons of the old and of the new answer.

    None is for an axis that the request leaves out.
    """

    situation: Mapping[str, str | bool | None]
    old: tuple[Reason, ...]
    new: tuple[Reason, ...]


class Witnesses:
    """Finds the witnesses of a frame."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._readings: list[Reading | None] = [
            reading(half.tables, half.edition) if half.edition else None for half in frame.halves
        ]
        self._remainders: dict[int, Remainders] = {}

    def of(self, block: Block) -> Witness:
        """A situation of the block; what it leaves open is at its default, or at its first value."""
        told = {**block.head, **block.ways[0]}
        chosen = {line: self._chosen(line, told.get(line)) for line in [*told, *self._frame.order]}
        old, new = (self._reasons(side, chosen) for side in range(2))
        return Witness(dict(self._named(line, number) for line, number in chosen.items()), old, new)

    def _chosen(self, line: int, allowed: frozenset[int] | None) -> int:
        """A value, of those both sides know if there is one."""
        ordinals = self._frame.lines[line].ordinals
        every = sorted(range(len(ordinals)) if allowed is None else allowed)
        both = [number for number in every if NOBODY not in ordinals[number]] or every
        if allowed is None:
            both.sort(key=lambda number: not self._is_default(line, ordinals[number][1]))
        return both[0]

    def _is_default(self, line: int, ordinal: int) -> bool:
        axis = self._axis(line, 1)
        return axis is not None and axis.default >= 0 and axis.default == ordinal

    def _axis(self, line: int, side: int) -> AxisTable | None:
        number = self._frame.lines[line].axes[side]
        return self._frame.halves[side].tables.axes[number] if number != NOBODY else None

    def _named(self, line: int, number: int) -> tuple[str, str | bool | None]:
        axis = self._axis(line, 1) or self._axis(line, 0)
        name = self._frame.lines[line].word(number)
        fact = axis is not None and axis.fact and name in FACT
        return self._frame.lines[line].name, name == FACT[1] if fact else name

    def _reasons(self, side: int, chosen: Mapping[int, int]) -> tuple[Reason, ...]:
        half: Half = self._frame.halves[side]
        at = {line.axes[side]: line.ordinals[chosen[number]][side] for number, line in enumerate(self._frame.lines)}
        values = [at[axis] for axis in range(len(half.tables.axes))]
        if half.is_nothing:
            return (Reason(UNKNOWN_CODE, _NOTHING),)
        if NOBODY in values:
            return (Reason(UNKNOWN_CODE, _UNKNOWN),)
        found = self._readings[side]
        if found is None:
            return (before_first_edition(half.tables),)
        if ANY in values:
            remainders = self._remainders.setdefault(side, Remainders(found))
            outcome = remainders.outcome({axis: value for axis, value in enumerate(values) if value != ANY})
            return reasons(found, outcome, values)
        return reasons(found, Outcome(*found.outcome(found.live(values))), values)
