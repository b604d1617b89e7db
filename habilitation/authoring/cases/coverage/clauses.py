"""The conditions of rules with the place of each leaf, definitions read where they stand, and where a leaf matters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from habilitation.authoring.cases.coverage.situations import Situations, Truth, Where
from habilitation.checked import policy as checked
from habilitation.checked.conditions import ConditionReader
from habilitation.source import Span, Word
from habilitation.written.syntax import (
    And,
    CellTest,
    Condition,
    Name,
    Not,
    Or,
    Test,
    WrittenDefinition,
    WrittenRule,
    keywords_of,
)


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A clause at its place, and what it means."""

    span: Span
    text: str
    condition: checked.Condition


@dataclass(frozen=True, slots=True, eq=False)
class Negated:
    """True where the part is false."""

    part: Node


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """True where every part is, or where some part is."""

    parts: tuple[Node, ...]
    every: bool


Node = Leaf | Negated | Joined


@dataclass(frozen=True, slots=True)
class Placing:
    """Gives conditions their places. A definition is one node, whoever uses it: its leaves are seen through all."""

    reader: ConditionReader
    definitions: Mapping[str, WrittenDefinition]
    defined: dict[str, Node] = field(default_factory=dict)

    def of_rule(self, rule: WrittenRule) -> Node:
        """The condition of a rule, without the actions it is for."""
        parts = [self.node(rule.when)] if rule.when is not None else []
        parts += [Negated(self.node(rule.unless))] if rule.unless is not None else []
        return Joined(tuple(parts), every=True)

    def node(self, written: Condition) -> Node:
        match written:
            case Not(part):
                return Negated(self.node(part))
            case And(parts) | Or(parts):
                return Joined(tuple(map(self.node, parts)), every=isinstance(written, And))
            case Name(word) if word in self.definitions:
                if word not in self.defined:
                    self.defined[str(word)] = self.node(self.definitions[word].condition)
                return self.defined[word]
            case Name(word):
                return self._leaf(written, word, word)
            case Test(axis, values, _):
                return self._leaf(written, axis, values[-1])
            case CellTest(matrix, values, _):
                return self._leaf(written, matrix, values[-1] if values else written.covered or matrix)

    def _leaf(self, written: Name | Test | CellTest, first: Word, last: Word) -> Leaf:
        text = first.span.source.text[first.span.start : last.span.end]
        text = re.sub(r"\s+", " ", text) + ("}" if "{" in text else "")
        if isinstance(written, CellTest):
            text = f"{keywords_of(first.span.source)['matrix']} {text}"
        return Leaf(Span(first.span.source, first.span.start, last.span.end), text, self.reader.condition(written))


@dataclass(slots=True)
class Showing:
    """What some situations show of the leaves of a rule: each is told with where it matters, and its truth there."""

    situations: Situations
    truths: dict[int, Truth] = field(default_factory=dict)

    def truth(self, node: Node) -> Truth:
        # By identity, each once: a node is the same for every rule that uses it, and outlives this.
        if id(node) not in self.truths:
            self.truths[id(node)] = self._truth(node)
        return self.truths[id(node)]

    def _truth(self, node: Node) -> Truth:
        match node:
            case Leaf(condition=condition):
                return self.situations.truth(condition)
            case Negated(part):
                holds, fails = self.truth(part)
                return fails, holds
            case Joined(parts, every):
                return self.situations.joined([self.truth(part) for part in parts], every=every)

    def mattering(self, node: Node, where: Where) -> Iterator[tuple[Leaf, Where]]:
        """The leaves of a node, each with the situations, of some, where flipping it alone flips the node."""
        match node:
            case Leaf():
                yield node, where
            case Negated(part):
                yield from self.mattering(part, where)
            case Joined(parts, every):
                for part, open_ in zip(parts, self._open(parts, where, every=every), strict=True):
                    yield from self.mattering(part, open_)

    def _open(self, parts: Sequence[Node], where: Where, *, every: bool) -> list[Where]:
        """For each part, where all the others let it through: true under `and`, false under `or`."""
        if not parts:  # a rule without a condition
            return []
        let = [self.truth(part)[0 if every else 1] for part in parts]
        before, after = [where], [self.situations.everywhere]
        for one in let[:-1]:
            before.append(before[-1] & one)
        for one in reversed(let[1:]):
            after.append(after[-1] & one)
        return [one & other for one, other in zip(before, reversed(after), strict=True)]
