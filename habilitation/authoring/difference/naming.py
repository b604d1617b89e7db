"""Sets of values in the words of the vocabulary: a group by its label, most values by those left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from habilitation.authoring.difference.blocks import Box
from habilitation.authoring.difference.frame import NOBODY, Frame
from habilitation.compiled.tables import AxisTable, Text

_LISTED = 6  # values and groups named in a sentence; all of them are in the data
_LEFT_OUT = 3  # values left out that are named instead of those taken
_WORDS = {
    "and": Text(" et ", " and "),
    "others": Text("{} autres", "{} others"),
    "except": Text("tout sauf {}", "all but {}"),
    "yes": Text("oui", "yes"),
    "no": Text("non", "no"),
    "of": Text("{} sur {} : ", "{} of {}: "),
}


class Naming:
    """The words of a frame, in one language."""

    def __init__(self, frame: Frame, lang: str) -> None:
        self._frame, self._lang = frame, lang

    @cached_property
    def _axes(self) -> list[tuple[AxisTable | None, AxisTable | None]]:
        """For each line, its axis on the new side and on the old one."""
        halves = self._frame.halves
        return [
            (
                halves[1].tables.axes[line.axes[1]] if line.axes[1] != NOBODY else None,
                halves[0].tables.axes[line.axes[0]] if line.axes[0] != NOBODY else None,
            )
            for line in self._frame.lines
        ]

    def axis(self, line: int) -> str:
        """The label of an axis, of the new side if it knows it."""
        return next(axis.text[self._lang] for axis in self._axes[line] if axis is not None)

    def value(self, line: int, number: int) -> str:
        """The label of a value with its name, or yes and no for a fact."""
        name = self._frame.lines[line].values[number]
        for axis, ordinal in zip(self._axes[line], reversed(self._frame.lines[line].ordinals[number]), strict=True):
            if axis is not None and ordinal != NOBODY:
                if axis.fact:
                    return self._word("yes" if ordinal else "no")
                return f"{axis.values[ordinal].text[self._lang]} ({name})"
        raise AssertionError("a value is known to a side")

    def values(self, line: int, numbers: frozenset[int]) -> str:
        """A set of values, in a few words."""
        every = len(self._frame.lines[line].values)
        left = sorted(set(range(every)) - numbers)
        if 0 < len(left) <= _LEFT_OUT < len(numbers):
            return self._word("except").format(self.listed(self.value(line, number) for number in left))
        groups, alone = self._grouped(line, numbers)
        if len(groups) == 1 and not alone:
            return groups[0]
        parts = [*groups, *(self.value(line, number) for number in alone)]
        if len(parts) <= _LISTED:
            return self.listed(parts)
        counted = self._word("of").format(len(numbers), every)
        return counted + self.listed(parts, at_most=_LISTED)

    def _grouped(self, line: int, numbers: frozenset[int]) -> tuple[list[str], list[int]]:
        """Groups that are inside the set, the largest first, and the values of no such group."""
        axis, side = (self._axes[line][0], 1) if self._axes[line][0] is not None else (self._axes[line][1], 0)
        number_of = {pair[side]: number for number, pair in enumerate(self._frame.lines[line].ordinals)}
        left, labels = set(numbers), []
        groups = [] if axis is None else sorted(axis.groups, key=lambda group: (-len(group[2]), group[0]))
        for name, text, ordinals in groups:
            inside = {number_of[ordinal] for ordinal in ordinals}
            if len(inside) > 1 and inside <= left:
                left -= inside
                labels.append(f"{text[self._lang]} ({name}, {len(inside)})")
        return labels, sorted(left)

    def listed(self, texts: Iterable[str], at_most: int | None = None) -> str:
        """Texts, with a comma between them and a word before the last."""
        told: Sequence[str] = list(texts)
        if at_most is not None and len(told) > at_most:
            told = [*told[:at_most], self._word("others").format(len(told) - at_most)]
        *first, last = told
        return f"{', '.join(first)}{self._word('and')}{last}" if first else last

    def facts(self, box: Box) -> Iterator[str]:
        """Each thing a condition asks."""
        colon = " : " if self._lang == "fr" else ": "
        for line, numbers in box.items():
            yield f"{self.axis(line)}{colon}{self.values(line, numbers)}"

    def _word(self, word: str) -> str:
        return _WORDS[word][self._lang]
