"""From written conditions to conditions over ordinals; definitions are written into the place of their name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.checked.axes import no_action_axis
from habilitation.checked.definitions import Weight, in_order, too_heavy, weigh, weights_of
from habilitation.checked.matrices import cell_axis
from habilitation.checked.naming import Naming, naming
from habilitation.checked.policy import And, Axis, Cell, Condition, Is, Matrix, Not, Or
from habilitation.diagnostic import Diagnostic, did_you_mean, did_you_mean_labelled
from habilitation.source import Word
from habilitation.vocabulary import ACTION
from habilitation.written import syntax
from habilitation.written.syntax import WrittenDefinition, WrittenInvariant, WrittenRule, keywords_of

_NEVER = Or(())
_LISTED = "`habilitation show axes` lists them"


@dataclass(frozen=True, slots=True)
class Unread:
    """Names that some file could not declare: whoever uses them is not to blame."""

    definitions: frozenset[str] = frozenset()
    matrices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Resolves the words of conditions; what is wrong goes to `found`."""

    axes: tuple[Axis, ...]
    namings: Mapping[str, tuple[int, Naming]]
    cells: Mapping[str, tuple[int, Naming]]
    unread: Unread
    resolved: dict[str, Condition]
    defined: frozenset[str]
    weights: Mapping[str, Weight]
    found: list[Diagnostic]

    def of_rule(self, rule: WrittenRule) -> Condition:
        """The whole condition of a rule: its actions, `when`, and not `unless`."""
        parts = [*self._actions(rule)]
        for written, negated in ((rule.when, False), (rule.unless, True)):
            if written is not None:
                sentence = f"the rule `{rule.name}`"
                self.found.extend(too_heavy(rule.name, weigh(written, self.weights), sentence))
                parts.append(_negated(self.condition(written), negated))
        return And(tuple(parts))

    def of_invariant(self, invariant: WrittenInvariant) -> Condition:
        """The condition of an invariant."""
        weight = weigh(invariant.condition, self.weights)
        self.found.extend(too_heavy(invariant.sentence, weight, "the invariant"))
        return self.condition(invariant.condition)

    def _actions(self, rule: WrittenRule) -> Iterator[Condition]:
        self.found.extend(no_action_axis(self.axes, rule.actions))
        if rule.actions and ACTION in self.namings:
            index, words = self.namings[ACTION]
            yield Is(index, words.any_of(rule.actions, self.found))

    def condition(self, written: syntax.Condition) -> Condition:
        """A condition, with every name resolved; an unknown one is a mistake and holds nowhere."""
        match written:
            case syntax.Name(word):
                return self._name(word)
            case syntax.Test(axis, values, negated):
                return _negated(self._test(axis, values), negated)
            case syntax.CellTest(matrix, values, negated):
                return _negated(self._cell(matrix, values), negated)
            case syntax.Not(part):
                return Not(self.condition(part))
            case syntax.And(parts):
                return And(tuple(self.condition(part) for part in parts))
            case syntax.Or(parts):
                return Or(tuple(self.condition(part) for part in parts))

    def _name(self, word: Word) -> Condition:
        if word in self.resolved:
            return self.resolved[word]
        if word in self.defined or word in self.unread.definitions:
            return _NEVER  # it turns in circles, or could not be read: told already
        if word in self.namings:
            index, words = self.namings[word]
            if words.axis.fact:
                return Is(index, frozenset({1}))
            way_out = f"write `{word} {keywords_of(word.span.source)['is']} …`"
            self._tell("not_a_fact", f"`{word}` is not a fact", word, way_out)
            return _NEVER
        known = [*self.defined, *(axis.name for axis in self.axes if axis.fact)]
        labels = [(axis.name, label) for axis in self.axes if axis.fact for label in (axis.labels.fr, axis.labels.en)]
        way_out = did_you_mean(word, sorted(known)) or did_you_mean_labelled(word, labels)
        self._tell("unknown_axis", f"unknown fact or definition `{word}`", word, way_out or _LISTED)
        return _NEVER

    def _test(self, word: Word, values: tuple[Word, ...]) -> Condition:
        if word in self.namings:
            index, words = self.namings[word]
            if words.axis.fact and not words.names.keys() >= set(values):
                return self._no_truth(word, next(value for value in values if value not in words.names))
            return Is(index, words.any_of(values, self.found))
        labels = [(axis.name, label) for axis in self.axes for label in (axis.labels.fr, axis.labels.en)]
        way_out = did_you_mean(word, self.namings) or did_you_mean_labelled(word, labels) or _LISTED
        if word in self.cells:
            written = keywords_of(word.span.source)
            way_out = f"write `{written['matrix']} {word} {written['is']} …`"
        self._tell("unknown_axis", f"unknown axis `{word}`", word, way_out)
        return _NEVER

    def _no_truth(self, word: Word, value: Word) -> Condition:
        """A fact that is tested as if it had values."""
        way_out = f"a fact is written alone: `{word}`, or `{keywords_of(word.span.source)['not']} {word}`"
        self._tell("unknown_value", f"unknown value `{value}` of `{word}`", value, way_out)
        return _NEVER

    def _cell(self, word: Word, values: tuple[Word, ...]) -> Condition:
        if word in self.cells:
            index, words = self.cells[word]
            return Cell(index, words.any_of(values, self.found) if values else frozenset({0}))
        if word not in self.unread.matrices:
            self._tell("unknown_matrix", f"unknown matrix `{word}`", word, did_you_mean(word, self.cells))
        return _NEVER

    def _tell(self, code: str, message: str, word: Word, way_out: str) -> None:
        self.found.append(Diagnostic(code, message, word.span, way_out))


def condition_reader(
    axes: tuple[Axis, ...],
    matrices: tuple[Matrix, ...],
    definitions: Mapping[str, WrittenDefinition],
    unread: Unread,
    found: list[Diagnostic],
) -> ConditionReader:
    """The reader of the conditions of a policy, its definitions resolved."""
    ordered = in_order(definitions, found)
    reader = ConditionReader(
        axes=axes,
        namings={axis.name: (index, naming(axis)) for index, axis in enumerate(axes)},
        cells={matrix.name: (index, naming(cell_axis(matrix))) for index, matrix in enumerate(matrices)},
        unread=unread,
        resolved={},
        defined=frozenset(definitions),
        weights=weights_of(ordered, definitions, found),
        found=found,
    )
    for name in ordered:
        reader.resolved[name] = reader.condition(definitions[name].condition)
    return reader


def _negated(condition: Condition, negated: bool) -> Condition:
    return Not(condition) if negated else condition
