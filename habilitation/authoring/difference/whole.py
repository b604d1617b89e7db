"""The whole difference of two policies: each pair of editions compared, its blocks, their witnesses, their texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.authoring.difference.blocks import Block, Box, blocks
from habilitation.authoring.difference.dates import DateMove, dates
from habilitation.authoring.difference.deciding import deciding
from habilitation.authoring.difference.effects import OPENING, WAYS, Change, Compared, compared
from habilitation.authoring.difference.frame import Frame, Where
from habilitation.authoring.difference.promises import Guards, guards
from habilitation.authoring.difference.reach import reach
from habilitation.authoring.difference.reasons import Reasons, reasons
from habilitation.authoring.difference.sides import Side
from habilitation.authoring.difference.stretches import Together, together
from habilitation.authoring.difference.texts import Texts, texts
from habilitation.authoring.difference.unmoved import Unmoved, unmoved
from habilitation.authoring.difference.witness import Witness, Witnesses
from habilitation.authoring.difference.wordings import Wording, wordings
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.diagnostic import Diagnostic, PolicyError


@dataclass(frozen=True, slots=True)
class Found:
    """A block of situations that change alike, one of them with its reasons, and whom the change leaves alone.

    `rules` are those of each side that are a reason somewhere in the block.
    """

    change: Change
    block: Block
    rules: tuple[tuple[str, ...], tuple[str, ...]]
    witness: Witness
    unmoved: Unmoved | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two editions compared: how many situations change and how, in blocks; other reasons; other texts.

    `reach` has, for each way that some situation changes in, the codes with which one does.
    """

    together: Together
    frame: Frame
    counts: dict[Change, int]
    reach: Mapping[str, Box]
    found: tuple[Found, ...]
    reasons: Reasons
    texts: Texts

    @property
    def changed(self) -> int:
        """How many situations change."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """Two policies, every pair of their editions that was compared, in which situations, and whether only counted."""

    old: Side
    new: Side
    pairs: tuple[Pair, ...]
    dates: tuple[DateMove, ...]
    wordings: tuple[Wording, ...]
    where: Where
    counts_only: bool
    guards: Guards

    @property
    def opens(self) -> bool:
        """Whether anything closed is now permitted."""
        return any(change.way == OPENING for pair in self.pairs for change in pair.counts)


def difference(old: Side, new: Side, where: Where | None = None, *, counts_only: bool = False) -> Difference:
    """Everything that two policies judge otherwise, or only `where` some axes have one of some values.

    With `counts_only`, how much of it there is, and no block. Raises PolicyError when that does not stay small.
    """
    try:
        pairs = tuple(_pair(one, where, counts_only) for one in together(old, new))
        return Difference(
            old,
            new,
            pairs,
            dates(old.tables, new.tables),
            wordings(old.tables, new.tables),
            dict(where or {}),
            counts_only,
            _guards(old, new),
        )
    except DiagramTooLargeError as error:
        raise PolicyError([Diagnostic("compiled_too_large", str(error), help="compare a smaller change")]) from None


def _guards(old: Side, new: Side) -> Guards:
    """Of two days of one policy, there is nothing to compare."""
    return Guards(compared=True) if old.tables is new.tables else guards(old.written, new.written)


def _pair(editions: Together, where: Where | None, counts_only: bool) -> Pair:
    both = compared(editions.old, editions.new, where)
    return Pair(
        editions,
        both.frame,
        both.counts,
        reach(both),
        () if counts_only else tuple(sorted(_found(both), key=lambda one: _rank(both.frame, one))),
        reasons(both),
        texts(both),
    )


def _found(compared: Compared) -> Iterator[Found]:
    witnesses = Witnesses(compared.frame)
    for change in compared.counts:
        for block in blocks(compared.frame, compared.where(change)):
            rules = deciding(compared, block, (change.old, change.new))
            yield Found(change, block, rules, witnesses.of(block), unmoved(compared, block))


def _rank(frame: Frame, found: Found) -> tuple[int, bool]:
    """What opens first; of each way, last what only speaks of an axis left out: true, it reads as a false alarm."""
    boxes = (found.block.head, *found.block.ways)
    left_out = any(values == {frame.lines[line].left_out} for box in boxes for line, values in box.items())
    return WAYS.index(found.change.way), left_out
