"""From written conditions to conditions over ordinals; definitions are written into the place of their name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from habilitation.checked.axes import named_values, no_action_axis
from habilitation.checked.matrices import cell_axis
from habilitation.checked.policy import And, Axis, Cell, Condition, Is, Matrix, Not, Or
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Word
from habilitation.vocabulary import ACTION
from habilitation.written import syntax
from habilitation.written.syntax import WrittenDefinition, WrittenRule

_NEVER = Or(())


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Resolves the words of conditions; what is wrong goes to `found`."""

    axes: tuple[Axis, ...]
    matrices: tuple[Matrix, ...]
    definitions: Mapping[str, WrittenDefinition]
    found: list[Diagnostic]
    used: set[str] = field(default_factory=set)

    def of_rule(self, rule: WrittenRule) -> Condition:
        """The whole condition of a rule: its actions, `when`, and not `unless`."""
        parts = [*self._actions(rule)]
        if rule.when is not None:
            parts.append(self.condition(rule.when))
        if rule.unless is not None:
            parts.append(Not(self.condition(rule.unless)))
        return And(tuple(parts))

    def _actions(self, rule: WrittenRule) -> Iterator[Condition]:
        self.found.extend(no_action_axis(self.axes, rule.actions))
        for index, axis in enumerate(self.axes):
            if axis.name == ACTION and rule.actions:
                yield Is(index, self._any_of(axis, rule.actions))

    def condition(self, written: syntax.Condition, inside: tuple[str, ...] = ()) -> Condition:
        """A condition, with every name resolved; an unknown one is a mistake and holds nowhere."""
        match written:
            case syntax.Name(word):
                return self._name(word, inside)
            case syntax.Test(axis, values, negated):
                return _negated(self._test(axis, values), negated)
            case syntax.CellTest(matrix, values, negated):
                return _negated(self._cell(matrix, values), negated)
            case syntax.Not(part):
                return Not(self.condition(part, inside))
            case syntax.And(parts):
                return And(tuple(self.condition(part, inside) for part in parts))
            case syntax.Or(parts):
                return Or(tuple(self.condition(part, inside) for part in parts))

    def _name(self, word: Word, inside: tuple[str, ...]) -> Condition:
        if word in self.definitions:
            self.used.add(str(word))
            if word in inside:
                sentence = f"the definition of `{word}` uses itself"
                self.found.append(Diagnostic("circular_definition", sentence, word.span))
                return _NEVER
            return self.condition(self.definitions[word].condition, (*inside, str(word)))
        for index, axis in enumerate(self.axes):
            if axis.name == word and axis.fact:
                return Is(index, frozenset({1}))
            if axis.name == word:
                sentence = f"`{word}` is not a fact"
                self.found.append(Diagnostic("not_a_fact", sentence, word.span, f"write `{word} is …`"))
                return _NEVER
        known = [*self.definitions, *(axis.name for axis in self.axes if axis.fact)]
        sentence = f"unknown fact or definition `{word}`"
        self.found.append(Diagnostic("unknown_axis", sentence, word.span, did_you_mean(word, known)))
        return _NEVER

    def _test(self, word: Word, values: tuple[Word, ...]) -> Condition:
        for index, axis in enumerate(self.axes):
            if axis.name == word:
                return Is(index, self._any_of(axis, values))
        way_out = did_you_mean(word, [axis.name for axis in self.axes])
        if any(matrix.name == word for matrix in self.matrices):
            way_out = f"write `matrix {word} is …`"
        self.found.append(Diagnostic("unknown_axis", f"unknown axis `{word}`", word.span, way_out))
        return _NEVER

    def _cell(self, word: Word, values: tuple[Word, ...]) -> Condition:
        for index, matrix in enumerate(self.matrices):
            if matrix.name == word:
                if not values:
                    return Cell(index, frozenset({0}))
                return Cell(index, self._any_of(cell_axis(matrix), values))
        way_out = did_you_mean(word, [matrix.name for matrix in self.matrices])
        self.found.append(Diagnostic("unknown_matrix", f"unknown matrix `{word}`", word.span, way_out))
        return _NEVER

    def _any_of(self, axis: Axis, words: tuple[Word, ...]) -> frozenset[int]:
        return frozenset().union(*(named_values(axis, word, self.found) for word in words))


def _negated(condition: Condition, negated: bool) -> Condition:
    return Not(condition) if negated else condition
