"""A written condition with one clause dropped, negated, widened or narrowed, in the order of the text."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from habilitation.authoring.mutation.mutant import Operator
from habilitation.source import Span, Word
from habilitation.written.syntax import And, CellTest, Condition, Form, Keywords, Name, Not, Or, Test, keywords_of

# The words, one at a time, that widen a set of an axis or of a matrix, and what each does to it.
Widenings = Callable[[Word, tuple[Word, ...]], Iterable[tuple[Operator, str]]]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """One way a condition can change."""

    operator: Operator
    condition: Condition
    before: str
    after: str
    span: Span


def rewritten(condition: Condition, widenings: Widenings) -> Iterator[Rewritten]:
    """Every mutant of a condition, save for the condition gone as a whole."""
    match condition:
        case Not(part):
            for one in rewritten(part, widenings):
                yield dataclasses.replace(one, condition=Not(one.condition))
        case And(parts) | Or(parts):
            yield from _parts(type(condition), parts, widenings)
        case Test() | CellTest():
            yield _negation(condition)
            yield from _sets(condition, widenings)
        case Name():
            yield _negation(condition)


def _parts(kind: type[And] | type[Or], parts: tuple[Condition, ...], widenings: Widenings) -> Iterator[Rewritten]:
    for index, part in enumerate(parts):
        before, after = parts[:index], parts[index + 1 :]
        rest = (*before, *after)
        left = rest[0] if len(rest) == 1 else kind(rest)
        yield Rewritten(Operator.CLAUSE_DROPPED, left, shown(part), "", place(part))
        for one in rewritten(part, widenings):
            yield dataclasses.replace(one, condition=kind((*before, one.condition, *after)))


def _negation(leaf: Name | Test | CellTest) -> Rewritten:
    negated = Not(leaf) if isinstance(leaf, Name) else dataclasses.replace(leaf, negated=not leaf.negated)
    return Rewritten(Operator.CLAUSE_NEGATED, negated, shown(leaf), shown(negated), place(leaf))


def _sets(leaf: Test | CellTest, widenings: Widenings) -> Iterator[Rewritten]:
    name = leaf.axis if isinstance(leaf, Test) else leaf.matrix
    for index, word in enumerate(leaf.values):
        rest = leaf.values[:index] + leaf.values[index + 1 :]
        if rest:
            fewer = dataclasses.replace(leaf, values=rest)
            yield Rewritten(Operator.VALUE_REMOVED, fewer, str(word), shown(fewer), word.span)
    for operator, wider in widenings(name, leaf.values) if leaf.values else ():
        more = dataclasses.replace(leaf, values=(*leaf.values, Word(wider, leaf.values[-1].span)))
        yield Rewritten(operator, more, shown(leaf), wider, name.span)


def place(condition: Condition) -> Span:
    """Where a condition begins."""
    match condition:
        case Name(word):
            return word.span
        case Test(word) | CellTest(word):
            return word.span
        case Not(part):
            return place(part)
        case And(parts) | Or(parts):
            return place(parts[0])


def shown(condition: Condition) -> str:
    """A condition on one line, with the keywords of the file where it stands."""
    words = keywords_at(place(condition))
    match condition:
        case Name(word):
            return str(word)
        case Test(axis):
            return f"{axis} {_among(words, condition)}"
        case CellTest(matrix):
            return f"{words['matrix']} {matrix} {_among(words, condition)}"
        case Not(part):
            return f"{words['not']} {_enclosed(part)}"
        case And(parts):
            joined = (_enclosed(part) if isinstance(part, Or) else shown(part) for part in parts)
            return f" {words['and']} ".join(joined)
        case Or(parts):
            return f" {words['or']} ".join(map(shown, parts))


def keywords_at(span: Span) -> Keywords:
    """The keywords of the rule file of a place."""
    return keywords_of(span.source)


def _enclosed(condition: Condition) -> str:
    return f"({shown(condition)})" if isinstance(condition, And | Or) else shown(condition)


def _among(words: Keywords, test: Test | CellTest) -> str:
    values = test.values
    if not values:
        return f"{words['is' if test.negated else 'is not']} {words['covered']}"
    only = values[0] if len(values) == 1 else None
    if only and test.form is Form.IS:
        return f"{words['is not' if test.negated else 'is']} {only}"
    named = only if only and test.form is Form.IN else f"{{{', '.join(values)}}}"
    return f"{words['not in' if test.negated else 'in']} {named}"
