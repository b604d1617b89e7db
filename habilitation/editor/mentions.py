"""The words of a policy to the things they name; a word that names nothing is left to the diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from habilitation.checked.cells import PART, parts
from habilitation.editor.cells import Mark
from habilitation.editor.tested import Sheets, tested
from habilitation.editor.things import Found, Kind, Mention, Mentions, Thing, each
from habilitation.source import Word
from habilitation.vocabulary import ACTION
from habilitation.written import syntax
from habilitation.written.syntax import (
    Condition,
    Item,
    WrittenAxis,
    WrittenCases,
    WrittenDefinition,
    WrittenInvariant,
    WrittenMatrix,
    WrittenPolicy,
    WrittenRule,
)


def mentions_of(
    written: WrittenPolicy, tests: Sequence[WrittenCases], sheets: Sheets, marks: Iterable[Mark]
) -> Mentions:
    """Every mention in the rules, the vocabulary, the matrices, their spreadsheets and the tests."""
    items = [item for file in written.rules for item in file.items]
    matrices = {str(matrix.matrix): matrix for matrix in written.matrices}
    axes = {str(name): axis for name, axis in written.vocabulary.axes.items()}
    definitions = frozenset(str(item.name) for item in items if isinstance(item, WrittenDefinition))
    finder = _Finder(written, axes, matrices, definitions, {})
    found = [mention for item in items for mention in finder.item(item)]
    found += finder.vocabulary()
    found += [mention for matrix in written.matrices for mention in finder.matrix(matrix)]
    found += [mention for name, rows in written.spreadsheets for mention in finder.spreadsheet(name, rows)]
    found += [_marked(mark) for mark in marks]
    found += tested(tests, sheets, finder.value)
    return Mentions(found)


@dataclass(frozen=True, slots=True)
class _Finder:
    written: WrittenPolicy
    axes: Mapping[str, WrittenAxis]
    matrices: dict[str, WrittenMatrix]
    definitions: frozenset[str]
    codes: dict[str, dict[str, str]]  # of each axis: the value of an official code

    # --- rules ----------------------------------------------------------------------------------

    def item(self, item: Item) -> Found:
        if isinstance(item, WrittenRule):
            yield from self._rule(item)
        elif isinstance(item, WrittenDefinition):
            yield Mention(Thing(Kind.DEFINITION, str(item.name)), item.name.span, declares=True)
            yield from self._condition(item.condition)
        else:
            assert isinstance(item, WrittenInvariant)
            yield from self._condition(item.condition)

    def _rule(self, rule: WrittenRule) -> Found:
        yield Mention(Thing(Kind.RULE, str(rule.name)), rule.name.span, declares=True)
        for action in rule.actions:
            yield from self.value(ACTION, action)
        for condition in (rule.when, rule.unless):
            if condition is not None:
                yield from self._condition(condition)
        yield from each(Kind.TEXT, rule.because)
        yield from each(Kind.OBLIGATION, rule.oblige)
        yield from each(Kind.ADVICE, rule.advise)

    def _condition(self, condition: Condition) -> Found:
        match condition:
            case syntax.Name(word):
                kind = Kind.DEFINITION if word in self.definitions else Kind.AXIS
                yield Mention(Thing(kind, str(word)), word.span)
            case syntax.Test(axis, values, _):
                yield Mention(Thing(Kind.AXIS, str(axis)), axis.span)
                for value in values:
                    yield from self.value(axis, value)
            case syntax.CellTest(matrix, values, _):
                yield Mention(Thing(Kind.MATRIX, str(matrix)), matrix.span)
                yield from (Mention(Thing(Kind.CELL, str(value), str(matrix)), value.span) for value in values)
            case syntax.Not(part):
                yield from self._condition(part)
            case syntax.And(parts) | syntax.Or(parts):
                for part in parts:
                    yield from self._condition(part)

    def value(self, axis: str, word: Word) -> Found:
        """A word where a value of an axis may stand: a value, a group, or an official code."""
        known = self.axes.get(axis)
        if known is None:
            return
        if word in known.values:
            yield Mention(Thing(Kind.VALUE, str(word), axis), word.span)
        elif word in known.groups:
            yield Mention(Thing(Kind.GROUP, str(word), axis), word.span)
        elif word in (codes := self._codes(axis, known)):
            yield Mention(Thing(Kind.VALUE, codes[word], axis), word.span, alias=True)

    def _codes(self, axis: str, known: WrittenAxis) -> dict[str, str]:
        if axis not in self.codes:
            self.codes[axis] = {str(value.code): str(name) for name, value in known.values.items() if value.code}
        return self.codes[axis]

    # --- the vocabulary -------------------------------------------------------------------------

    def vocabulary(self) -> Found:
        vocabulary = self.written.vocabulary
        for name, axis in vocabulary.axes.items():
            yield Mention(Thing(Kind.AXIS, str(name)), name.span, declares=True)
            yield from self._axis(str(name), axis)
        for kind, declared in (
            (Kind.SYSTEM, vocabulary.systems),
            (Kind.OBLIGATION, vocabulary.obligations),
            (Kind.ADVICE, vocabulary.advice),
        ):
            yield from each(kind, declared, declares=True)
        for codes in vocabulary.code_lists.values():
            for code in codes.codes:
                yield from each(Kind.SYSTEM, [code.system])
                yield from each(Kind.AXIS, [code.axis] if code.axis else [])
                if code.axis and code.value:
                    yield from self.value(str(code.axis), code.value)

    def _axis(self, name: str, axis: WrittenAxis) -> Found:
        for word, value in axis.values.items():
            yield Mention(Thing(Kind.VALUE, str(word), name), word.span, declares=True)
            yield from each(Kind.SYSTEM, [value.system] if value.system else [])
            if value.replaced_by:
                yield from self.value(name, value.replaced_by)
        for word, group in axis.groups.items():
            yield Mention(Thing(Kind.GROUP, str(word), name), word.span, declares=True)
            for member in group.values:
                yield from self.value(name, member)
        if axis.default:
            yield from self.value(name, axis.default)

    # --- matrices -------------------------------------------------------------------------------

    def matrix(self, matrix: WrittenMatrix) -> Found:
        yield Mention(Thing(Kind.MATRIX, str(matrix.matrix)), matrix.matrix.span, declares=True)
        for word in (*matrix.axes, *([matrix.rows] if matrix.rows else [])):
            yield Mention(self._side(word), word.span)
        for value, body in matrix.values.items():
            thing = Thing(Kind.CELL, str(value), str(matrix.matrix))
            yield Mention(thing, value.span, declares=True)
            yield from [Mention(thing, body.mark.span, alias=True)] if body.mark else []
        rows, across = self._sides(matrix)
        for edition in matrix.editions:
            for block in edition.blocks:
                yield from self._heads(rows, block.rows)
                yield from self._heads(across, block.columns)
            for dispute in edition.disputes:
                for side, word in dispute.at.items():
                    yield Mention(self._side(side), side.span)
                    yield from self._coordinate(str(side), word)

    def spreadsheet(self, name: Word, rows: Sequence[Sequence[Word]]) -> Found:
        matrix = self.matrices.get(str(name))
        if matrix is None or not rows:
            return
        down, across = self._sides(matrix)
        yield from each(Kind.AXIS, [word for word in rows[0][:1] if word in self.axes and word in down])
        yield from self._heads(across, rows[0][1:])
        yield from self._heads(down, [row[0] for row in rows[1:] if row])

    def _side(self, word: Word) -> Thing:
        return Thing(Kind.AXIS if word in self.axes else Kind.MATRIX, str(word))

    def _sides(self, matrix: WrittenMatrix) -> tuple[list[str], list[str]]:
        """The side that runs down, and those that run across."""
        rows = str(matrix.rows or matrix.axes[0]) if matrix.axes else ""
        return [rows], [str(side) for side in matrix.axes if side != rows]

    def _heads(self, sides: list[str], words: Iterable[Word]) -> Found:
        """The heads of rows or columns: a value, or `a/b` where there are two sides."""
        for word in words:
            named = parts(word, PART) if len(sides) > 1 else [word]
            for side, part in zip(sides, named, strict=False):
                yield from self._coordinate(side, part)

    def _coordinate(self, side: str, word: Word) -> Found:
        if side in self.axes:
            yield from self.value(side, word)
        elif side in self.matrices:
            yield Mention(Thing(Kind.CELL, str(word), side), word.span)


def _marked(mark: Mark) -> Mention:
    thing = Thing(Kind.CELL, mark.value, str(mark.matrix.matrix))
    named = mark.span.source.text[mark.span.start : mark.span.end]
    return Mention(thing, mark.span, alias=named in {str(body.mark) for body in mark.matrix.values.values()})
