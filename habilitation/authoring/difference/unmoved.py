"""Whom a change leaves alone: the other values of the axis of those who ask, all else as in the block."""

from __future__ import annotations

from dataclasses import dataclass

from habilitation.authoring.difference.blocks import Block, boxed
from habilitation.authoring.difference.effects import Compared


@dataclass(frozen=True, slots=True)
class Unmoved:
    """The line of those who ask, and how many of its values change nowhere under the conditions of a block."""

    line: int
    values: int


def unmoved(compared: Compared, block: Block) -> Unmoved | None:
    """How many of those who ask nothing changes for; None when the block speaks of all of them."""
    frame = compared.frame
    line = frame.subject
    if line is None or line not in block.head:
        return None
    others = boxed(frame, {other: values for other, values in block.head.items() if other != line})
    where = frame.kept(block.condition, others, 0)
    moved = frame.met(frame.kept(compared.changed, where, 0), line)
    return Unmoved(line, len(frame.asked(line)) - len(moved))
