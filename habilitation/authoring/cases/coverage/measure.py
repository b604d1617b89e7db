"""Coverage measured: every item of the source that is to be seen, and whether the cases have seen it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from habilitation.authoring.cases.coverage.clauses import Leaf, Node, Placing, Showing
from habilitation.authoring.cases.coverage.possible import Path, Whole, matrices_of, open_paths
from habilitation.authoring.cases.coverage.reads import Coordinates, lines
from habilitation.authoring.cases.coverage.situations import Situations, Where
from habilitation.authoring.cases.running import Tested
from habilitation.checked.conditions import Unread, condition_reader
from habilitation.checked.policy import And, Condition, Not
from habilitation.compiled.tables import Text
from habilitation.decided.decision import Decision
from habilitation.source import Span
from habilitation.written.syntax import WrittenDefinition, WrittenRule

_SENTENCES = {
    "decides": Text("`{}` ne décide aucun cas", "`{}` decides no case"),
    "escapes": Text("aucun des cas que `{}` regarde ne lui échappe", "no case that `{}` is for escapes it"),
    "true": Text("aucun cas ne montre que `{}` compte s'il est vrai", "`{}` is never seen to matter when true"),
    "false": Text("aucun cas ne montre que `{}` compte s'il est faux", "`{}` is never seen to matter when false"),
    "row": Text("aucun cas ne lit la ligne `{}`", "no case reads the row `{}`"),
    "column": Text("aucun cas ne lit la colonne `{}`", "no case reads the column `{}`"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be seen, at its place.

    `way` is `decides` or `escapes` of a rule, `true` or `false` of a clause, `row` or `column` of a matrix. It is not
    `possible` when no situation at all shows it.
    """

    way: str
    text: str
    span: Span
    seen: bool
    possible: bool = True

    def sentence(self, lang: str) -> str:
        """What is not seen, in words."""
        return _SENTENCES[self.way][lang].format(self.text)

    def as_json(self, lang: str) -> dict[str, Any]:
        """The item as plain data, its sentence in a language."""
        place = {"file": self.span.source.name, "line": self.span.line, "column": self.span.column}
        return {"way": self.way, "text": self.text, **place, "message": self.sentence(lang)}


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """How many items of a file, or of all, were seen, of those that can be."""

    file: str
    seen: int
    total: int

    @property
    def percent(self) -> float:
        """The share seen, rounded down to a tenth: 100.0 is everything. Nothing to see is all seen."""
        return self.seen * 1000 // self.total / 10 if self.total else 100.0

    def as_json(self) -> dict[str, Any]:
        """The counts as plain data."""
        return {"file": self.file, "seen": self.seen, "total": self.total, "percent": self.percent}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every item of a policy, in the order of its places."""

    items: tuple[Item, ...]

    @property
    def unseen(self) -> tuple[Item, ...]:
        """What cases could still show."""
        return tuple(item for item in self.items if item.possible and not item.seen)

    @property
    def impossible(self) -> tuple[Item, ...]:
        """What no situation shows: a clause that changes nothing where it stands, a rule that nothing escapes."""
        return tuple(item for item in self.items if not item.possible)

    @property
    def files(self) -> tuple[FileCoverage, ...]:
        """The counts of each file."""
        names = dict.fromkeys(item.span.source.name for item in self.items)
        return tuple(_counted(name, [item for item in self.items if item.span.source.name == name]) for name in names)

    @property
    def total(self) -> FileCoverage:
        """The counts of them all."""
        return _counted("", self.items)


def _counted(file: str, items: Sequence[Item]) -> FileCoverage:
    possible = [item for item in items if item.possible]
    return FileCoverage(file, sum(item.seen for item in possible), len(possible))


def measured(tested: Tested) -> Coverage:
    """The coverage of a policy by its cases."""
    measure = _Measure(tested)
    for number in range(len(tested.tables.editions)):
        measure.edition(number)
    found = [*measure.rules(), *measure.clauses(), *measure.lines()]
    return Coverage(tuple(sorted(found, key=lambda item: (item.span.source.name, item.span.start, item.way))))


class _Measure:
    """What has been seen so far, edition after edition."""

    def __init__(self, tested: Tested) -> None:
        self._tested, self._policy = tested, tested.policy
        items = [item for file in tested.written.rules for item in file.items]
        definitions = {str(item.name): item for item in items if isinstance(item, WrittenDefinition)}
        reader = condition_reader(self._policy.axes, self._policy.matrices, definitions, Unread(), [])
        placing = Placing(reader, definitions)
        # INVARIANT (rules in order): the rules of a checked policy are those written, in the order of the files.
        self._written = [item for item in items if isinstance(item, WrittenRule)]
        self._nodes: list[Node] = [placing.of_rule(rule) for rule in self._written]
        self._seen: dict[Leaf, set[str]] = {}
        self._ways: list[set[str]] = [set() for _ in self._written]
        self._read: dict[tuple[int, int], Coordinates] = {}
        self._whole = Whole(self._policy, tested.tables)

    def _for(self, rule: int) -> tuple[Condition, ...]:
        """The actions a rule is for, as the first part of its condition; nothing when it is for all."""
        condition = self._policy.rules[rule].condition
        return condition.parts[:1] if isinstance(condition, And) and self._written[rule].actions else ()

    def edition(self, number: int) -> None:
        """What the cases that an edition judges show."""
        decisions = [one.decision for one in self._tested.results if one.decision is not None]
        decisions = [decision for decision in decisions if decision.answers.number == number]
        if not decisions:
            return
        situations = Situations(self._tested.tables, number, np.array([one.values for one in decisions], np.int32))
        showing = Showing(situations)
        reads = [situations.nowhere.copy() for _ in self._policy.matrices]
        for rule, where in self._rules(situations, decisions):
            self._clauses(showing, self._nodes[rule], where, reads)
        self._cells(situations, reads)

    def _rules(self, situations: Situations, decisions: Sequence[Decision]) -> Iterator[tuple[int, Where]]:
        """Each rule in force and where it may speak, once what it decides and what escapes it is noted."""
        settled = np.array([not one.outcome.missing for one in decisions], np.bool_)
        deciding: dict[int, list[int]] = {}
        for row, decision in enumerate(decisions):
            for rule in decision.outcome.rules:
                deciding.setdefault(rule, []).append(row)
        for rule in situations.edition.rules:
            where = situations.joined([situations.truth(part) for part in self._for(rule)], every=True)[0]
            reasons = deciding.get(rule, [])
            escaping = where & settled
            escaping[reasons] = False
            self._ways[rule] |= {"escapes"} if escaping.any() else set()
            self._ways[rule] |= {"decides"} if any(decisions[row].outcome.certain for row in reasons) else set()
            yield rule, where

    def _clauses(self, showing: Showing, node: Node, where: Where, reads: Sequence[Where]) -> None:
        for leaf, open_ in showing.mattering(node, where):
            seen = self._seen.setdefault(leaf, set())
            for way, true in zip(("true", "false"), showing.truth(leaf), strict=True):
                shown = open_ & true
                if shown.any():
                    seen.add(way)
                    for matrix in matrices_of(leaf.condition):
                        reads[matrix] |= shown

    def _cells(self, situations: Situations, reads: Sequence[Where]) -> None:
        """The cells read, those that gave their coordinates too: matrices stand after their inputs."""
        for matrix in reversed(range(len(reads))):
            chosen = situations.edition.matrices[matrix]
            if chosen >= 0 and reads[matrix].any():
                found = self._read.setdefault((matrix, chosen), set())
                found |= situations.coordinates(matrix, reads[matrix])
                for given in situations.tables.matrices[matrix].inputs:
                    if given < 0:
                        reads[~given][reads[matrix]] = True

    def rules(self) -> Iterator[Item]:
        """The items of rules."""
        for rule, (written, seen) in enumerate(zip(self._written, self._ways, strict=True)):
            name, editions = written.name, self._in_force(rule)
            decides = "decides" in seen
            yield Item("decides", str(name), name.span, decides, decides or self._whole.decides(rule, editions))
            escapes = "escapes" in seen
            possible = escapes or self._whole.escapes(rule, self._for(rule), editions)
            yield Item("escapes", str(name), name.span, escapes, possible)

    def _in_force(self, rule: int) -> tuple[int, ...]:
        """The editions a rule is in force in."""
        return tuple(number for number, one in enumerate(self._policy.editions) if rule in one.rules)

    @cached_property
    def _paths(self) -> dict[Leaf, list[Path]]:
        """Where each leaf stands: a path for each rule that uses it, once or more."""
        paths: dict[Leaf, list[Path]] = {}
        for rule, node in enumerate(self._nodes):
            for leaf, given in open_paths(node, self._for(rule)):
                paths.setdefault(leaf, []).append(Path(leaf, given, self._in_force(rule)))
        return paths

    def clauses(self) -> Iterator[Item]:
        """The items of clauses."""
        for leaf, paths in self._paths.items():
            for way, own in (("true", leaf.condition), ("false", Not(leaf.condition))):
                seen = way in self._seen.get(leaf, ())
                possible = seen or any(self._whole.somewhere((*path.given, own), path.editions) for path in paths)
                yield Item(way, leaf.text, leaf.span, seen, possible)

    def lines(self) -> Iterator[Item]:
        """The items of matrices."""
        paths = [path for paths in self._paths.values() for path in paths]
        for written in self._tested.written.matrices:
            for line in lines(self._policy, written, self._read):
                possible = line.read or self._whole.readable(line, paths)
                yield Item(line.kind, str(line.word), line.word.span, line.read, possible)
