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
    "of": Text("{} ({} sur {}{})", "{} ({} of {}{})"),
    "part": Text("{} ({}, {} sur {})", "{} ({}, {} of {})"),
    "named by": Text(" ; {} les nomme", "; {} names them"),
    "code": Text("code {} ({} → {})", "code {} ({} → {})"),
    "unknown": Text("inconnu", "unknown"),
    "left out": Text("non renseigné", "not stated"),
    "defaults": Text("non renseigné ({} → {})", "not stated ({} → {})"),
    "any": Text("sans défaut", "no default"),
}


class Naming:
    """The words of a frame, in one language; `whole`: nothing is cut. `flag` names what is cut, and is told there."""

    def __init__(self, frame: Frame, lang: str, flag: str = "", *, whole: bool = False) -> None:
        self._frame, self._lang, self._flag, self._whole = frame, lang, flag, whole

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
        parts = [(head, inside) for _, head, inside in self._groups(line, numbers)]
        grouped = frozenset().union(*(inside for _, inside in parts))
        parts += [(self.value(line, number), frozenset({number})) for number in sorted(numbers - grouped)]
        # One more is named rather than counted.
        if self._whole or len(parts) <= _LISTED + 1:
            return self.listed(text for text, _ in parts)
        others = sum(len(inside) for _, inside in parts[_LISTED:])
        told = [*(text for text, _ in parts[:_LISTED]), self._word("others").format(others)]
        named_by = self._word("named by").format(self._flag) if self._flag else ""
        return self._word("of").format(self.listed(told), len(numbers), every, named_by)

    def named(self, line: int, numbers: frozenset[int]) -> str:
        """Every value of a set, by itself."""
        return self.listed(self.value(line, number) for number in sorted(numbers))

    def gathered(self, line: int, numbers: frozenset[int]) -> Iterator[tuple[str, list[str]]]:
        """Every value of a set, under the group it is told with, in the order of the vocabulary; the last have none.

        That is the largest group inside the set, or else the smallest that the value is in, with what part of it.
        """
        left, heads = set(numbers), dict[str, tuple[str, frozenset[int]]]()
        for name, head, inside in self._groups(line, numbers):
            left -= inside
            heads[name] = head, inside
        named = [(name, label, inside) for name, label, inside in self._named(line) if len(inside) > 1]
        for name, label, inside in sorted(named, key=lambda group: len(group[2])):
            part = inside & left
            if part:
                left -= part
                heads[name] = self._word("part").format(label, name, len(part), len(inside)), part
        told = [heads[name] for name, *_ in named if name in heads] + ([("", frozenset(left))] if left else [])
        yield from ((head, [self.value(line, number) for number in sorted(part)]) for head, part in told)

    def _groups(self, line: int, numbers: frozenset[int]) -> Iterator[tuple[str, str, frozenset[int]]]:
        """Groups that are inside the set and do not meet, the largest first: name, as shown, values."""
        left = set(numbers)
        for name, label, inside in sorted(self._named(line), key=lambda group: (-len(group[2]), group[0])):
            if len(inside) > 1 and inside <= left:
                left -= inside
                yield name, f"{label} ({name}, {len(inside)})", inside

    def _named(self, line: int) -> Iterator[tuple[str, str, frozenset[int]]]:
        """The groups of a line: name, label, values; of the new side if it knows the axis."""
        axis, side = (self._axes[line][0], 1) if self._axes[line][0] is not None else (self._axes[line][1], 0)
        # Of the words for a value, its name comes first.
        number_of: dict[int, int] = {}
        for number, pair in enumerate(self._frame.lines[line].ordinals):
            number_of.setdefault(pair[side], number)
        for name, text, ordinals in axis.groups if axis else ():
            yield name, text[self._lang], frozenset(number_of[ordinal] for ordinal in ordinals)

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
