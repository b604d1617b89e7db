"""The axes of two policies side by side: what a request may say of each, and the value that either side takes it for.

Names come first, matched by name; then the codes that the two sides read otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from habilitation.compiled.tables import AxisTable
from habilitation.decided.request import encoder

NOBODY = -1  # the ordinal of an axis or of a value on the side that does not know it
FACT = ("false", "true")  # an axis may be a fact on one side, and a code on the other


@dataclass(frozen=True, slots=True)
class Code:
    """A code that the two sides take for different values: the ways to write it, and its ordinal on each side."""

    spellings: tuple[str, ...]
    ordinals: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """An axis of the two sides: its ordinal on each, the words for its values, and the ordinals of each word on each.

    `values` are the names of both sides, `named` of them, then the shortest spelling of each of the `codes`.
    """

    name: str
    axes: tuple[int, int]
    values: tuple[str, ...]
    ordinals: tuple[tuple[int, int], ...]
    named: int
    codes: tuple[Code, ...]

    def among(self, names: frozenset[str]) -> frozenset[int]:
        """The numbers of some values, and of the codes that a side takes for one of them."""
        named = {number for number in range(self.named) if self.values[number] in names}
        old, new = ({self.ordinals[number][side] for number in named} - {NOBODY} for side in range(2))
        codes = {number for number, pair in enumerate(self.ordinals) if pair[0] in old or pair[1] in new}
        return frozenset(named | codes)

    @property
    def partly_known(self) -> tuple[bool, bool]:
        """Whether each side knows the axis and not all that may be said of it."""
        one, other = (
            axis != NOBODY and any(pair[side] == NOBODY for pair in self.ordinals)
            for side, axis in enumerate(self.axes)
        )
        return one, other


def lines(old: Sequence[AxisTable], new: Sequence[AxisTable]) -> tuple[Line, ...]:
    """The axes of the two sides, those of the new side first."""
    names = dict.fromkeys([*(axis.name for axis in new), *(axis.name for axis in old)])
    sides = [{axis.name: number for number, axis in enumerate(side)} for side in (old, new)]
    return tuple(_line(name, (sides[0].get(name, NOBODY), sides[1].get(name, NOBODY)), old, new) for name in names)


def listed(old: AxisTable, new: AxisTable) -> tuple[Code, ...]:
    """The codes of lists that the two sides take for another truth of a fact; a request does not use them."""
    if old.synonyms == new.synonyms:
        return ()
    known = [encoder(replace(axis, fact=False)).known for axis in (old, new)]
    return tuple(_codes((old, new), known, [value.name for value in new.values]))


def _line(name: str, axes: tuple[int, int], old: Sequence[AxisTable], new: Sequence[AxisTable]) -> Line:
    one, other = (side[axis] if axis != NOBODY else None for side, axis in zip((old, new), axes, strict=True))
    names = tuple(dict.fromkeys(value.name for axis in (other, one) if axis for value in axis.values))
    if one is None or other is None or one == other:
        known = [_names(axis) for axis in (one, other)]
        codes: tuple[Code, ...] = ()
    else:
        known = [_words(axis, one.fact or other.fact) for axis in (one, other)]
        codes = tuple(_codes((one, other), known, names))
    pairs = [(known[0].get(word, NOBODY), known[1].get(word, NOBODY)) for word in names]
    values = (*names, *(code.spellings[0] for code in codes))
    return Line(name, axes, values, (*pairs, *(code.ordinals for code in codes)), len(names), codes)


def _names(axis: AxisTable | None) -> Mapping[str, int]:
    return {value.name: ordinal for ordinal, value in enumerate(axis.values)} if axis else {}


def _words(axis: AxisTable, fact: bool) -> Mapping[str, int]:
    """Every text that a request may give for a value; a fact is true or false, whatever lists call it."""
    return _names(axis) if fact else encoder(axis).known


def _codes(
    axes: tuple[AxisTable, AxisTable], known: Sequence[Mapping[str, int]], names: Sequence[str]
) -> Iterator[Code]:
    """The codes that are no name, and are taken for another value; not those that came or left with their value."""
    groups: dict[tuple[str, tuple[int, int]], list[str]] = {}
    told = {(known[0].get(word, NOBODY), known[1].get(word, NOBODY)) for word in names}
    for word in dict.fromkeys([*known[1], *known[0]]).keys() - set(names):
        pair = known[0].get(word, NOBODY), known[1].get(word, NOBODY)
        if pair not in told or _renamed(axes, pair):
            groups.setdefault((word.partition("^")[0], pair), []).append(word)
    for (_, pair), spellings in sorted(groups.items()):
        yield Code(tuple(sorted(spellings, key=lambda word: (len(word), word))), pair)


def _renamed(axes: tuple[AxisTable, AxisTable], pair: tuple[int, int]) -> bool:
    """Whether both sides know a value, by two names."""
    return NOBODY not in pair and axes[0].values[pair[0]].name != axes[1].values[pair[1]].name
