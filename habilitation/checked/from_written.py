"""Words to meanings: the only way into `checked`. Everything wrong is found in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from habilitation.checked.axes import AxisReader
from habilitation.checked.conditions import ConditionReader, Unread, condition_reader
from habilitation.checked.dates import known_from, last_days_excluded, period
from habilitation.checked.definitions import names_in
from habilitation.checked.mistakes import MISTAKES_AT_MOST, Mistakes, TooManyMistakesError
from habilitation.checked.naming import bad_name, labelled, missing_translation
from habilitation.checked.policy import Axis, Invariant, Matrix, Policy, Rule
from habilitation.checked.spreadsheet import differing_spreadsheets
from habilitation.checked.timeline import edition_gaps, overlapping_editions, timeline, too_many_stretches
from habilitation.checked.world import World
from habilitation.diagnostic import Diagnostic, Severity, did_you_mean
from habilitation.source import Word
from habilitation.written.syntax import (
    Condition,
    Item,
    WrittenDefinition,
    WrittenInvariant,
    WrittenNotice,
    WrittenPolicy,
    WrittenRule,
    keywords_of,
)


def check(written: WrittenPolicy, world: World | None = None) -> tuple[Policy | None, list[Diagnostic]]:
    """The checked policy and everything found; the policy is only to be used when nothing found is an error.

    `world` is what an earlier round resolved.
    """
    found = Mistakes()
    try:
        return _checked(written, world or World(), found), found
    except TooManyMistakesError:
        message = f"more than {MISTAKES_AT_MOST} mistakes: the others wait until these are gone"
        return None, [*found, Diagnostic("too_many", message)]


def _checked(written: WrittenPolicy, world: World, found: list[Diagnostic]) -> Policy:
    axes, matrices = world.of(written, found)
    items = [item for file in written.rules for item in file.items]
    definitions = {str(item.name): item for item in items if isinstance(item, WrittenDefinition)}
    unread = Unread(frozenset(name for file in written.rules for name in file.refused), written.unread)
    reader = _RuleReader(condition_reader(axes, matrices, definitions, unread, found), found)
    rules = tuple(reader.rule(item) for item in items if isinstance(item, WrittenRule))
    invariants = tuple(reader.invariant(item) for item in items if isinstance(item, WrittenInvariant))
    vocabulary = written.vocabulary
    axis_reader = AxisReader(vocabulary, found)
    obligations = axis_reader.notices(vocabulary.obligations, "an obligation")
    advice = axis_reader.notices(vocabulary.advice, "an advice")
    crowded = list(too_many_stretches(matrices, rules))
    editions, stretches = timeline(matrices, rules) if not crowded else ((), ())
    found.extend(crowded)
    scene = _Scene(written, items, axes, matrices)
    found.extend(one for finder in CHECKS for one in finder(scene))
    return Policy(
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
        condition = self.conditions.of_invariant(item)
        return Invariant(item.always, str(item.sentence), item.effect, condition, item.sentence.span)


# --- finders ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scene:
    written: WrittenPolicy
    items: list[Item]
    axes: tuple[Axis, ...]
    matrices: tuple[Matrix, ...]

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
            way_out = f"say what it rests on with `{keywords_of(rule.name.span.source)['because']}`"
            yield Diagnostic("no_citation", sentence, rule.name.span, way_out)


def untranslated_rules(scene: _Scene) -> Iterator[Diagnostic]:
    """Every rule speaks French and English."""
    for rule in scene.rules():
        yield from missing_translation(rule.fr, rule.en, f"the rule `{rule.name}`", rule.name.span)


def unknown_notices(scene: _Scene) -> Iterator[Diagnostic]:
    """Obligations and advice are declared in the vocabulary."""
    vocabulary = scene.written.vocabulary
    for rule in scene.rules():
        for word, way_out in _undeclared(rule.oblige, vocabulary.obligations, "obligations"):
            yield Diagnostic("unknown_obligation", f"unknown obligation `{word}`", word.span, way_out)
        for word, way_out in _undeclared(rule.advise, vocabulary.advice, "advice"):
            yield Diagnostic("unknown_advice", f"unknown advice `{word}`", word.span, way_out)


def _undeclared(words: Iterable[Word], declared: dict[Word, WrittenNotice], where: str) -> Iterator[tuple[Word, str]]:
    for word in words:
        if word not in declared:
            yield word, did_you_mean(word, declared) or f"declare it in vocabulary.yaml under `{where}`"


def unused_definitions(scene: _Scene) -> Iterator[Diagnostic]:
    """A condition that no rule and no invariant uses, itself or through another, once all of them can be read."""
    if not all(file.whole for file in scene.written.rules):
        return
    named = {str(definition.name): definition for definition in scene.definitions()}
    waiting = [word for condition in _conditions(scene.items) for word in names_in(condition)]
    used: set[str] = set()
    while waiting:
        word = waiting.pop()
        if word in named and word not in used:
            used.add(str(word))
            waiting.extend(names_in(named[word].condition))
    for definition in scene.definitions():
        if definition.name not in used:
            sentence = f"`{definition.name}` is never used"
            yield Diagnostic("unused_definition", sentence, definition.name.span, "remove it", Severity.WARNING)


def _conditions(items: Iterable[Item]) -> Iterator[Condition]:
    for item in items:
        if isinstance(item, WrittenInvariant):
            yield item.condition
        elif isinstance(item, WrittenRule):
            yield from (condition for condition in (item.when, item.unless) if condition is not None)


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


def excluded_ends(scene: _Scene) -> Iterator[Diagnostic]:
    """Rules and editions that leave out the last day of a month."""
    editions = (edition.applicable for matrix in scene.written.matrices for edition in matrix.editions)
    periods = [(rule.applicable.start, rule.applicable.end) for rule in scene.rules()]
    yield from last_days_excluded([*periods, *((period.from_, period.until) for period in editions)])


def spreadsheets(scene: _Scene) -> Iterator[Diagnostic]:
    """A CSV beside a matrix says the same as the matrix."""
    unread = scene.written.unread
    read = [(name, rows) for name, rows in scene.written.spreadsheets if name not in unread]
    yield from differing_spreadsheets(scene.axes, scene.matrices, read, scene.written.folder)


CHECKS = (
    bad_names,
    repeated_names,
    uncited_rules,
    untranslated_rules,
    unknown_notices,
    unused_definitions,
    repeated_editions,
    overlaps_and_gaps,
    excluded_ends,
    spreadsheets,
)
