"""The answer to an inverse question: paragraphs for people, data for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from habilitation.authoring.difference.blocks import Box
from habilitation.authoring.difference.naming import Naming
from habilitation.authoring.inverse import Gap, Group, Inverse, Openings, Question
from habilitation.authorizer import Authorizer
from habilitation.cli import screen
from habilitation.cli.counted import counted
from habilitation.cli.options import Lang
from habilitation.cli.words import colon, word

_FLAG = "--list"  # names what is cut
_WAYS = 12  # of a group, shown
_FEW = 6  # values told on one line
_INDENT = 4  # of the values of a group told under it


class Told:
    """An answer in one language; `every`: no value and no way is cut. Data is always whole."""

    def __init__(
        self, policy: Authorizer, inverse: Inverse, question: Question, lang: Lang, *, every: bool = False
    ) -> None:
        self._policy, self._lines, self._question, self._lang = policy, inverse.frame.lines, question, lang
        self._order, self._every = inverse.frame.order, every
        self._naming = Naming(inverse.frame, lang.value, _FLAG, whole=every)

    # --- for people -------------------------------------------------------------------------------

    def openings(self, found: Openings) -> Iterator[str]:
        """Ways common to all, then each group with its own, then those of which there is nothing more to tell.

        The common ones come after those groups to which what is asked about is proper, where it is not to them.
        """
        yield from self._head()
        proper = [group for group in found.groups if group.proper] if not found.common_proper else []
        yield from self._groups(proper)
        if found.common:
            yield ""
            yield screen.styled(colon(self._for_all(), self._lang), "bold")
            yield from self._ways(found.common)
        yield from self._groups(found.groups[len(proper) :])
        if self._question.by is None or not found.only_common:
            if not found.common and not found.groups:
                yield word("never", self._lang)
            return
        rest = word("nothing_else" if found.common else "never", self._lang)
        yield ""
        yield from self._values_told(self._question.by, found.only_common, rest)

    def gaps(self, found: Sequence[Gap]) -> Iterator[str]:
        """What only one may first; each difference with its count and its groups."""
        axis, pair = self._question.axis, self._question.pair
        assert axis is not None
        yield from self._head()
        if not found:
            yield word("no_gap", self._lang)
        for gap in found:
            sides = [
                f"{colon(self._naming.value(axis, value), self._lang)} {word(effect, self._lang)} ({effect})"
                for value, effect in zip(pair, gap.effects, strict=True)
            ]
            yield ""
            style = "bold red" if "PERMIT" in gap.effects else "bold"
            yield screen.styled(f"{' / '.join(sides)} – {counted('situations', gap.situations, self._lang)}", style)
            yield from self._groups(gap.groups)

    def _head(self) -> Iterator[str]:
        question = self._question
        given = {line: frozenset({value}) for line, value in question.given.items()} | question.within
        known = self._facts({line: given[line] for line in self._order if line in given})
        yield f"{known} – {word('edition', self._lang)} {self._policy.edition}" if known else self._policy.edition

    def _groups(self, groups: Iterable[Group]) -> Iterator[str]:
        for group in groups:
            yield ""
            if self._question.by is not None:
                yield from self._values_told(self._question.by, group.values)
            yield from self._ways(group.ways)

    def _values_told(self, line: int, values: frozenset[int], rest: str = "") -> Iterator[str]:
        """The values of a group, the head of its ways; or those of the `rest`, which has none."""
        if not self._every or len(values) <= _FEW:
            told = self._naming.named(line, values) if self._every else self._naming.values(line, values)
            yield f"{colon(rest, self._lang)} {told}" if rest else screen.styled(colon(told, self._lang), "bold")
            return
        head = rest or self._naming.axis(line)
        many = word("so_many", self._lang).format(head, len(values), len(self._lines[line].values))
        yield screen.styled(colon(many, self._lang), "bold")
        for group, names in self._naming.gathered(line, values):
            told = ", ".join(names)
            yield screen.wrapped(f"{colon(group, self._lang)} {told}" if group else told, _INDENT)

    def _for_all(self) -> str:
        if self._question.by is None:
            return word("when", self._lang)
        return word("whatever", self._lang).format(self._naming.axis(self._question.by))

    def _ways(self, ways: Sequence[Box]) -> Iterator[str]:
        """What every way asks, once, then what each asks more."""
        shared = {line: values for line, values in ways[0].items() if all(way.get(line) == values for way in ways)}
        if shared and len(ways) > 1:
            yield f"  {colon(word('in_any_case', self._lang), self._lang)} {self._facts(shared)}"
        for way in ways if self._every else ways[:_WAYS]:
            own = {line: values for line, values in way.items() if len(ways) == 1 or line not in shared}
            yield f"  - {self._facts(own) or word('without_condition', self._lang)}"
        if len(ways) > _WAYS and not self._every:
            yield f"  - {counted('other_ways', len(ways) - _WAYS, self._lang)}"

    def _facts(self, box: Box) -> str:
        return (" ; " if self._lang is Lang.FR else "; ").join(self._naming.facts(box))

    # --- for programs -----------------------------------------------------------------------------

    def openings_data(self, found: Openings) -> dict[str, Any]:
        """The same, whole."""
        return {
            **self._asked(),
            "common": [self._box(way) for way in found.common],
            "groups": [self._group(group) for group in found.groups],
            "nothing_else": self._values(self._question.by, found.only_common),
        }

    def gaps_data(self, found: Sequence[Gap]) -> dict[str, Any]:
        """The same, whole."""
        assert self._question.axis is not None
        line = self._lines[self._question.axis]
        names = [line.values[value] for value in self._question.pair]
        return {
            **self._asked(),
            "between": {"axis": line.name, "values": names},
            "differences": [
                {
                    "effects": dict(zip(names, gap.effects, strict=True)),
                    "situations": gap.situations,
                    "groups": [self._group(group) for group in gap.groups],
                }
                for gap in found
            ],
        }

    def _asked(self) -> dict[str, Any]:
        given: dict[str, str | list[str]] = {
            self._lines[line].name: self._lines[line].values[value] for line, value in self._question.given.items()
        }
        given |= {self._lines[line].name: self._values(line, values) for line, values in self._question.within.items()}
        by = None if self._question.by is None else self._lines[self._question.by].name
        return {"policy": self._policy.policy, "edition": self._policy.edition, "given": given, "by": by}

    def _group(self, group: Group) -> dict[str, Any]:
        ways = [self._box(way) for way in group.ways]
        values = self._values(self._question.by, group.values)
        return {"values": values, "ways": ways, "situations": group.situations}

    def _box(self, box: Box) -> dict[str, list[str]]:
        return {self._lines[line].name: self._values(line, values) for line, values in box.items()}

    def _values(self, line: int | None, values: frozenset[int]) -> list[str]:
        return [] if line is None else [self._lines[line].values[value] for value in sorted(values)]
