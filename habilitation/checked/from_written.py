"""Words to meanings: the only way into `checked`. Everything wrong is found in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from habilitation.checked.axes import AxisReader, bad_name, labelled, missing_translation
from habilitation.checked.conditions import ConditionReader
from habilitation.checked.matrices import MatrixReader, known_from, period
from habilitation.checked.policy import Axis, Invariant, Matrix, Policy, Rule
from habilitation.checked.spreadsheet import differing_spreadsheets
from habilitation.checked.timeline import edition_gaps, overlapping_editions, timeline
from habilitation.diagnostic import Diagnostic, Severity, did_you_mean
from habilitation.source import Word
from habilitation.written.syntax import (
    Item,
    WrittenDefinition,
    WrittenInvariant,
    WrittenNotice,
    WrittenPolicy,
    WrittenRule,
)


def check(written: WrittenPolicy) -> tuple[Policy, list[Diagnostic]]:
    """The checked policy and everything found; the policy is only to be used when nothing found is an error."""
    found: list[Diagnostic] = []
    axis_reader = AxisReader(written.vocabulary, found)
    axes = axis_reader.axes()
    matrices = MatrixReader(axes, found).matrices(written.matrices)
    items = [item for file in written.rules for item in file.items]
    definitions = {str(item.name): item for item in items if isinstance(item, WrittenDefinition)}
    reader = _RuleReader(ConditionReader(axes, matrices, definitions, found), found)
    rules = tuple(reader.rule(item) for item in items if isinstance(item, WrittenRule))
    invariants = tuple(reader.invariant(item) for item in items if isinstance(item, WrittenInvariant))
    vocabulary = written.vocabulary
    obligations = axis_reader.notices(vocabulary.obligations, "an obligation")
    advice = axis_reader.notices(vocabulary.advice, "an advice")
    editions, stretches = timeline(matrices, rules)
    scene = _Scene(written, items, axes, matrices, reader.conditions.used)
    found.extend(one for finder in CHECKS for one in finder(scene))
    policy = Policy(
        name=str(vocabulary.policy),
        title=labelled(vocabulary.fr, vocabulary.en, vocabulary.policy),
        axes=axes,
        matrices=matrices,
        rules=rules,
        invariants=invariants,
        obligations=obligations,
        advice=advice,
        editions=editions,
        timeline=stretches,
        digest=written.digest,
    )
    return policy, found


@dataclass(frozen=True, slots=True)
class _RuleReader:
    conditions: ConditionReader
    found: list[Diagnostic]

    def rule(self, item: WrittenRule) -> Rule:
        return Rule(
            name=str(item.name),
            effect=item.effect,
            condition=self.conditions.of_rule(item),
            citations=tuple(map(str, item.because)),
            message=labelled(item.fr, item.en, item.name),
            applicable=period(item.applicable.start, item.applicable.end, self.found),
            known=known_from(item.known, self.found).start,
            obligations=tuple(map(str, item.oblige)),
            advice=tuple(map(str, item.advise)),
            span=item.name.span,
        )

    def invariant(self, item: WrittenInvariant) -> Invariant:
        condition = self.conditions.condition(item.condition)
        return Invariant(item.always, str(item.sentence), item.effect, condition, item.sentence.span)


# --- finders ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scene:
    written: WrittenPolicy
    items: list[Item]
    axes: tuple[Axis, ...]
    matrices: tuple[Matrix, ...]
    used: set[str]

    def rules(self) -> Iterator[WrittenRule]:
        return (item for item in self.items if isinstance(item, WrittenRule))

    def definitions(self) -> Iterator[WrittenDefinition]:
        return (item for item in self.items if isinstance(item, WrittenDefinition))


def bad_names(scene: _Scene) -> Iterator[Diagnostic]:
    """Names of rules and definitions that cannot be names."""
    for rule in scene.rules():
        yield from bad_name(rule.name, "a rule")
    for definition in scene.definitions():
        yield from bad_name(definition.name, "a condition")


def repeated_names(scene: _Scene) -> Iterator[Diagnostic]:
    """One name, one rule; one name, one condition; and no condition named as an axis."""
    axes = {axis.name for axis in scene.axes}
    for definition in scene.definitions():
        if definition.name in axes:
            sentence = f"`{definition.name}` is already an axis"
            yield Diagnostic("repeated_name", sentence, definition.name.span)
    groups: tuple[Iterable[Word], ...] = (
        (rule.name for rule in scene.rules()),
        (definition.name for definition in scene.definitions()),
        (item.sentence for item in scene.items if isinstance(item, WrittenInvariant)),
    )
    for names in groups:
        seen: dict[str, Word] = {}
        for name in names:
            if name in seen:
                sentence = f"`{name}` is already written at {seen[name].span}"
                yield Diagnostic("repeated_name", sentence, name.span)
            seen.setdefault(str(name), name)


def uncited_rules(scene: _Scene) -> Iterator[Diagnostic]:
    """A rule rests on at least one text."""
    for rule in scene.rules():
        if not rule.because:
            sentence = f"the rule `{rule.name}` cites nothing"
            yield Diagnostic("no_citation", sentence, rule.name.span, "say what it rests on with `because`")


def untranslated_rules(scene: _Scene) -> Iterator[Diagnostic]:
    """Every rule speaks French and English."""
    for rule in scene.rules():
        yield from missing_translation(rule.fr, rule.en, f"the rule `{rule.name}`", rule.name.span)


def unknown_notices(scene: _Scene) -> Iterator[Diagnostic]:
    """Obligations and advice are declared in the vocabulary."""
    vocabulary = scene.written.vocabulary
    for rule in scene.rules():
        yield from _undeclared(rule.oblige, vocabulary.obligations, "obligation")
        yield from _undeclared(rule.advise, vocabulary.advice, "advice")


def _undeclared(words: Iterable[Word], declared: dict[Word, WrittenNotice], what: str) -> Iterator[Diagnostic]:
    for word in words:
        if word not in declared:
            way_out = did_you_mean(word, declared) or f"declare it in vocabulary.yaml under `{what}`"
            yield Diagnostic(f"unknown_{what}", f"unknown {what} `{word}`", word.span, way_out)


def unused_definitions(scene: _Scene) -> Iterator[Diagnostic]:
    """A condition nobody uses."""
    for definition in scene.definitions():
        if definition.name not in scene.used:
            sentence = f"`{definition.name}` is never used"
            yield Diagnostic("unused_definition", sentence, definition.name.span, severity=Severity.WARNING)


def repeated_editions(scene: _Scene) -> Iterator[Diagnostic]:
    """Two editions of one matrix have different names."""
    for matrix in scene.written.matrices:
        seen: set[str] = set()
        for edition in matrix.editions:
            if edition.id in seen:
                sentence = f"the edition `{edition.id}` is already written"
                yield Diagnostic("repeated_name", sentence, edition.id.span)
            seen.add(str(edition.id))


def overlaps_and_gaps(scene: _Scene) -> Iterator[Diagnostic]:
    """Editions that overlap, and days without one."""
    yield from overlapping_editions(scene.matrices)
    yield from edition_gaps(scene.matrices)


def spreadsheets(scene: _Scene) -> Iterator[Diagnostic]:
    """A CSV beside a matrix says the same as the matrix."""
    yield from differing_spreadsheets(scene.axes, scene.matrices, scene.written.spreadsheets)


CHECKS = (
    bad_names,
    repeated_names,
    uncited_rules,
    untranslated_rules,
    unknown_notices,
    unused_definitions,
    repeated_editions,
    overlaps_and_gaps,
    spreadsheets,
)

