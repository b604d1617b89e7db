"""Sets of values in the words of the vocabulary: a group by its label, most values by those left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from habilitation.authoring.difference.blocks import Box
from habilitation.authoring.difference.frame import Frame
from habilitation.authoring.difference.lines import FACT, NOBODY
from habilitation.compiled.tables import AxisTable, Text, ValueTable

_LISTED = 6  # values and groups named in a sentence; all of them are in the data
_LEFT_OUT = 3  # values left out that are named instead of those taken
_WORDS = {
    "and": Text(" et ", " and "),
    "others": Text("{} autres", "{} others"),
    "except": Text("tout sauf {}", "all but {}"),
    "except people": Text("tous sauf {}", "all but {}"),
    "yes": Text("oui", "yes"),
    "no": Text("non", "no"),
    "of": Text("{} ({} sur {})", "{} ({} of {})"),
    "code": Text("code {} ({} → {})", "code {} ({} → {})"),
    "unknown": Text("inconnu", "unknown"),
    "left out": Text("non renseigné", "not stated"),
    "defaults": Text("non renseigné ({} → {})", "not stated ({} → {})"),
    "any": Text("sans défaut", "no default"),
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

    @cached_property
    def _labels(self) -> Counter[str]:
        """How many axes of the two sides have each label: one that is named otherwise is two axes."""
        return Counter(self._frame.axis(line).text[self._lang] for line in range(len(self._frame.lines)))

    def axis(self, line: int) -> str:
        """The label of an axis, of the new side if it knows it, with its name where another has the same label."""
        label = self._frame.axis(line).text[self._lang]
        return label if self._labels[label] == 1 else f"{label} ({self._frame.lines[line].name})"

    def value(self, line: int, number: int) -> str:
        """The label of a value with its name; yes or no; what each side takes a code for, or the axis left out."""
        word = self._frame.lines[line].word(number)
        taken = list(self._taken(line, number))
        if word is None:
            new, old = (self._default(*one) for one in taken)
            return self._word("left out") if new == old else self._word("defaults").format(old, new)
        if any(value is not None and value.name != word for _, value in taken):
            new, old = (self._word("unknown") if value is None else value.name for _, value in taken)
            return self._word("code").format(word, old, new)
        fact, found = next((fact, value) for fact, value in taken if value is not None)
        if fact:
            return self._truth(word)
        return f"{found.text[self._lang]} ({word})"

    def _default(self, fact: bool, value: ValueTable | None) -> str:
        if value is None:
            return self._word("any")
        return self._truth(value.name) if fact else value.name

    def _truth(self, name: str) -> str:
        return self._word("yes" if name == FACT[1] else "no")

    def _taken(self, line: int, number: int) -> Iterator[tuple[bool, ValueTable | None]]:
        """Whether the axis is a fact, and the value that a word stands for, on the new side and on the old one."""
        ordinals = self._frame.lines[line].ordinals[number]
        for axis, ordinal in zip(self._axes[line], reversed(ordinals), strict=True):
            yield axis is not None and axis.fact, axis.values[ordinal] if axis and ordinal >= 0 else None

    def people(self, line: int, numbers: frozenset[int]) -> str:
        """A set of those who ask, in a few words."""
        return self.values(line, numbers, "except people")

    def values(self, line: int, numbers: frozenset[int], all_but: str = "except") -> str:
        """A set of values, in a few words."""
        every = len(self._frame.lines[line].values)
        left = sorted(set(range(every)) - numbers)
        if 0 < len(left) <= _LEFT_OUT < len(numbers):
            return self._word(all_but).format(self.listed(self.value(line, number) for number in left))
        parts = [*self._groups(line, numbers)]
        grouped = frozenset().union(*(inside for _, inside in parts))
        parts += [(self.value(line, number), frozenset({number})) for number in sorted(numbers - grouped)]
        # One more is named rather than counted.
        if len(parts) <= _LISTED + 1:
            return self.listed(text for text, _ in parts)
        others = sum(len(inside) for _, inside in parts[_LISTED:])
        told = [*(text for text, _ in parts[:_LISTED]), self._word("others").format(others)]
        return self._word("of").format(self.listed(told), len(numbers), every)

    def _groups(self, line: int, numbers: frozenset[int]) -> Iterator[tuple[str, frozenset[int]]]:
        """Groups that are inside the set and do not meet, the largest first."""
        axis, side = (self._axes[line][0], 1) if self._axes[line][0] is not None else (self._axes[line][1], 0)
        # Of the words for a value, its name comes first.
        number_of: dict[int, int] = {}
        for number, pair in enumerate(self._frame.lines[line].ordinals):
            number_of.setdefault(pair[side], number)
        left = set(numbers)
        groups = [] if axis is None else sorted(axis.groups, key=lambda group: (-len(group[2]), group[0]))
        for name, text, ordinals in groups:
            inside = frozenset(number_of[ordinal] for ordinal in ordinals)
            if len(inside) > 1 and inside <= left:
                left -= inside
                yield f"{text[self._lang]} ({name}, {len(inside)})", inside

    def listed(self, texts: Iterable[str]) -> str:
        """Texts, with a comma between them and a word before the last."""
        *first, last = texts
        return f"{', '.join(first)}{self._word('and')}{last}" if first else last

    def facts(self, box: Box) -> Iterator[str]:
        """Each thing a condition asks."""
        colon = " : " if self._lang == "fr" else ": "
        for line, numbers in box.items():
            yield f"{self.axis(line)}{colon}{self.values(line, numbers)}"

    def _word(self, word: str) -> str:
        return _WORDS[word][self._lang]
