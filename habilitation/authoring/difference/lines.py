"""The axes of two policies side by side: what a request may say of each, and the value that either side takes it for.

Names come first, matched by name; then the codes that the two sides read otherwise; then to say nothing of the axis,
where that is read otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from habilitation.compiled.tables import AxisTable
from habilitation.decided.request import encoder

NOBODY = -1  # the ordinal of an axis or of a value on the side that does not know it
ANY = -2  # the ordinal of an axis left out on a side that has no default for it: it may be any
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
    `left_out` is the number of what stands for saying nothing, where it matters: the default of each side, or ANY.
    """

    name: str
    axes: tuple[int, int]
    values: tuple[str, ...]
    ordinals: tuple[tuple[int, int], ...]
    named: int
    codes: tuple[Code, ...]
    left_out: int

    def word(self, number: int) -> str | None:
        """What a request says; None for nothing."""
        return None if number == self.left_out else self.values[number]

    def number(self, said: str | bool | None) -> int:
        """The number of what a request says."""
        if said is None:
            return self.left_out
        return self.values.index(FACT[said] if isinstance(said, bool) else said)

    @property
    def unsettled(self) -> bool:
        """Whether to leave the axis out leaves it open on both sides."""
        return self.left_out != NOBODY and self.ordinals[self.left_out] == (ANY, ANY)

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


def lines(old: Sequence[AxisTable], new: Sequence[AxisTable], stated: frozenset[str] = frozenset()) -> tuple[Line, ...]:
    """The axes of the two sides, those of the new side first; those of `stated` are never left out."""
    sides = [{axis.name: number for number, axis in enumerate(side)} for side in (old, new)]
    found = []
    for name in dict.fromkeys([*sides[1], *sides[0]]):
        one, other = (side.get(name, NOBODY) for side in sides)
        pair = (old[one] if one != NOBODY else None, new[other] if other != NOBODY else None)
        found.append(_line(name, (one, other), pair, name in stated))
    return tuple(found)


def listed(old: AxisTable, new: AxisTable) -> tuple[Code, ...]:
    """The codes of lists that the two sides take for another truth of a fact; a request does not use them."""
    if old.synonyms == new.synonyms:
        return ()
    known = [encoder(replace(axis, fact=False)).known for axis in (old, new)]
    return tuple(_codes((old, new), known, [value.name for value in new.values]))


def _line(name: str, numbers: tuple[int, int], axes: tuple[AxisTable | None, AxisTable | None], stated: bool) -> Line:
    old, new = axes
    names = tuple(dict.fromkeys(value.name for axis in (new, old) if axis for value in axis.values))
    if old is None or new is None or old == new:
        known = [_names(axis) for axis in axes]
        pairs = tuple((known[0].get(word, NOBODY), known[1].get(word, NOBODY)) for word in names)
        return Line(name, numbers, names, pairs, len(names), (), NOBODY)
    known = [_words(axis, old.fact or new.fact) for axis in (old, new)]
    codes = tuple(_codes((old, new), known, names))
    pairs = tuple((known[0].get(word, NOBODY), known[1].get(word, NOBODY)) for word in names)
    pairs += tuple(code.ordinals for code in codes)
    values = (*names, *(code.spellings[0] for code in codes))
    default = None if stated else _default((old, new), pairs)
    if default is None:
        return Line(name, numbers, values, pairs, len(names), codes, NOBODY)
    return Line(name, numbers, (*values, ""), (*pairs, default), len(names), codes, len(values))


def _default(axes: tuple[AxisTable, AxisTable], pairs: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """What either side takes for an axis left out; None where some word says the same, or where words say it all."""
    old, new = (axis.default if axis.default >= 0 else ANY for axis in axes)
    if (old, new) == (ANY, ANY):
        both = [pair for pair in pairs if NOBODY not in pair]
        matched = [len({pair[side] for pair in both}) == len(axis.values) for side, axis in enumerate(axes)]
        return None if all(matched) else (ANY, ANY)
    return None if (old, new) in pairs else (old, new)


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
