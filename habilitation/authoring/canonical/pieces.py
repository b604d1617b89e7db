"""Items of a rule file as pieces to lay out, in the canonical order and the words of one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from habilitation.authoring.canonical.page import Flow, Leaf
from habilitation.diagnostic import Diagnostic
from habilitation.source import Word
from habilitation.written.syntax import (
    And,
    CellTest,
    Condition,
    Form,
    Item,
    Keywords,
    Language,
    Name,
    Not,
    Or,
    Test,
    WrittenDefinition,
    WrittenInvariant,
    WrittenPeriod,
    WrittenRule,
    keywords,
)

Part = Leaf | Flow
Block = tuple[int, Part]  # the column where it starts, from 0, and the piece

_CODE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\Z", re.ASCII)
BODY = 2  # clauses and conditions go in by
_WITHIN = 4  # what goes on in parentheses goes in by: more than what goes on after them
_LOOSE, _TIGHT = 0, 2  # how tight the parts of `or`, and what follows a `not`, are bound; those of `and` are between


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of items; `found` are the names that the words of the language leave to nobody."""

    words: Keywords
    found: list[Diagnostic] = field(default_factory=list)

    def of(self, item: Item) -> Iterator[Block]:
        """The lines of an item, before they are cut."""
        match item:
            case WrittenRule():
                yield 0, Leaf(f"{self.words[item.effect.value]} {self._name(item.name)}", *_from(item, item.name))
                yield from ((BODY, part) for part in self._clauses(item))
            case WrittenDefinition(name, condition):
                head = Leaf(f"{self.words['define']} {self._name(name)}:", *_from(item, name))
                yield 0, Flow((head, self._condition(condition, _LOOSE)), apart=True)
            case WrittenInvariant(always, sentence):
                kind = self.words["always" if always else "never"]
                yield 0, Leaf(f"{kind} {_quoted(sentence)}:", *_from(item, sentence))
                effect = f"{self.words[item.effect.value]} {self.words['when']} "
                yield BODY, _prefixed(effect, self._condition(item.condition, _LOOSE))

    def _clauses(self, rule: WrittenRule) -> Iterator[Part]:
        yield from self._listed("for", [self._named(word) for word in rule.actions])
        for keyword, condition in (("when", rule.when), ("unless", rule.unless)):
            if condition is not None:
                yield self._opened(keyword, self._condition(condition, _LOOSE))
        yield from self._listed("because", [_leaf(_quoted(word), word) for word in rule.because])
        for keyword, text in (("fr", rule.fr), ("en", rule.en)):
            if text is not None:
                yield self._opened(keyword, _leaf(_quoted(text), text))
        yield from self._dated("applicable", rule.applicable)
        yield from self._dated("known", WrittenPeriod(rule.known))
        yield from self._listed("oblige", [self._named(word) for word in rule.oblige])
        yield from self._listed("advise", [self._named(word) for word in rule.advise])

    def _opened(self, keyword: str, part: Part) -> Part:
        return _prefixed(f"{self.words[keyword]} ", part)

    def _listed(self, keyword: str, leaves: list[Leaf]) -> Iterator[Part]:
        if leaves:
            yield self._opened(keyword, _listed(leaves))

    def _dated(self, keyword: str, period: WrittenPeriod) -> Iterator[Part]:
        bounds = [(word, day) for word, day in (("from", period.start), ("until", period.end)) if day is not None]
        if bounds:
            text = " ".join(f"{self.words[word]} {day}" for word, day in bounds)
            yield self._opened(keyword, Leaf(text, bounds[0][1].span.start, bounds[-1][1].span.end))

    def _condition(self, condition: Condition, bound: int) -> Part:
        """A condition; in parentheses where what stands around it binds tighter (`bound`)."""
        match condition:
            case Name():
                return self._named(condition.word)
            case Test():
                return self._test(f"{self._name(condition.axis)}", condition.axis, condition)
            case CellTest():
                head = f"{self.words['matrix']} {self._name(condition.matrix)}"
                return self._test(head, condition.matrix, condition)
            case Not(part):
                return _prefixed(f"{self.words['not']} ", self._condition(part, _TIGHT))
            case And(parts):
                return self._joined("and", parts, 1, bound)
            case Or(parts):
                return self._joined("or", parts, _LOOSE, bound)

    def _joined(self, keyword: str, parts: tuple[Condition, ...], own: int, bound: int) -> Part:
        # A part of the same kind as the whole was in parentheses: they stay, or the tree would be another.
        inner = [self._condition(part, own + 1) for part in parts]
        rest = (_prefixed(f"{self.words[keyword]} ", part) for part in inner[1:])
        apart = keyword == "or" and any(isinstance(part, And) for part in parts)
        flow = Flow((inner[0], *rest), apart)
        return flow if bound <= own else _wrapped("(", _inset(flow), ")")

    def _test(self, head: str, named: Word, test: Test | CellTest) -> Part:
        within = "not in" if test.negated else "in"
        if isinstance(test, CellTest) and test.covered is not None:  # the negation is that of `is not covered`
            text = f"{head} {self.words['is' if test.negated else 'is not']} {self.words['covered']}"
            return Leaf(text, named.span.start, test.covered.span.end)
        last = test.values[-1]
        if test.form is Form.IS:
            text = f"{head} {self.words['is not' if test.negated else 'is']} {self._value(last)}"
            return Leaf(text, named.span.start, last.span.end)
        if test.form is Form.IN:
            return Leaf(f"{head} {self.words[within]} {self._name(last)}", named.span.start, last.span.end)
        values = _listed([_leaf(self._value(value), value) for value in test.values])
        return _wrapped(f"{head} {self.words[within]} {{", _starting(named.span.start, values), "}")

    def _value(self, word: Word) -> str:
        return word if _CODE.match(word) and word not in self.words.reserved else _quoted(word)

    def _named(self, word: Word) -> Leaf:
        return _leaf(self._name(word), word)

    def _name(self, word: Word) -> str:
        if word in self.words.reserved:
            message = f"`{word}` is a word of the language, in its keywords `{self.words.language}`"
            self.found.append(Diagnostic("reserved_name", message, word.span, "choose another name"))
        return word


def _from(item: Item, word: Word) -> tuple[int, int]:
    return item.span.start, word.span.end


def _leaf(text: str, word: Word) -> Leaf:
    return Leaf(text, word.span.start, word.span.end)


def _quoted(word: Word) -> str:
    escaped = re.sub(r'["\\]', r"\\\g<0>", word)
    return f'"{escaped}"'


def _listed(leaves: list[Leaf]) -> Part:
    parts = (*(replace(leaf, text=f"{leaf.text},") for leaf in leaves[:-1]), leaves[-1])
    return parts[0] if len(parts) == 1 else Flow(parts)


def _starting(start: int, part: Part) -> Part:
    """A part whose first leaf starts in the source at `start`."""
    if isinstance(part, Leaf):
        return replace(part, start=start)
    return replace(part, parts=(_starting(start, part.parts[0]), *part.parts[1:]))


def _prefixed(text: str, part: Part) -> Part:
    if isinstance(part, Leaf):
        return replace(part, text=text + part.text)
    return replace(part, parts=(_prefixed(text, part.parts[0]), *part.parts[1:]))


def _inset(flow: Flow) -> Flow:
    """A flow that goes in further, where it is in parentheses; what it begins with, further still."""
    first, *rest = flow.parts
    if isinstance(first, Flow):
        first = replace(first, step=first.step + _WITHIN)
    return replace(flow, parts=(first, *rest), step=_WITHIN)


def _wrapped(opening: str, part: Part, closing: str) -> Part:
    return _suffixed(_prefixed(opening, part), closing)


def _suffixed(part: Part, text: str) -> Part:
    if isinstance(part, Leaf):
        return replace(part, text=part.text + text)
    return replace(part, parts=(*part.parts[:-1], _suffixed(part.parts[-1], text)))


def on_one_line(item: Item, language: Language) -> str:
    """An item in the keywords of a language, its layout and its comments aside."""
    return " ".join(leaf.text for _, part in Pieces(keywords(language)).of(item) for leaf in part.leaves)
