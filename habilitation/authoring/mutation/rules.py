"""Mutants of rules and of definitions: dropped, swapped, with another condition, other actions, other dates."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial

from habilitation.authoring.mutation.dates import Dates, in_a_rule, redatings
from habilitation.authoring.mutation.mutant import Mutant, Operator
from habilitation.authoring.mutation.rewriting import keywords_at, place, rewritten, shown
from habilitation.authoring.mutation.sources import Sources, redated
from habilitation.checked.policy import Policy
from habilitation.source import Word
from habilitation.vocabulary import ACTION, RuleEffect
from habilitation.written.syntax import And, Condition, Or, WrittenRule


def rule_mutants(sources: Sources) -> Iterator[Mutant]:
    """The mutants of every rule, in the order of the files."""
    for number, written in enumerate(sources.rules):
        yield from _effects(sources, number, written)
        yield from _actions(sources, number, written)
        yield from _conditions(sources, number, written)
        yield from _dates(sources, number, written)


def definition_mutants(sources: Sources) -> Iterator[Mutant]:
    """The mutants of every definition; each changes all the rules that use it."""
    for name, definition in sources.definitions.items():
        for one in rewritten(definition.condition, sources.widenings):
            policy = partial(sources.with_definition, name, one.condition)
            yield Mutant(one.operator, name, one.before, one.after, one.span, policy)


def _effects(sources: Sources, number: int, written: WrittenRule) -> Iterator[Mutant]:
    name, rule = str(written.name), sources.policy.rules[number]
    others = sources.policy.rules[:number] + sources.policy.rules[number + 1 :]
    dropped = partial(redated, dataclasses.replace(sources.policy, rules=others))
    yield Mutant(Operator.RULE_DROPPED, name, name, "", written.name.span, dropped)
    for effect in RuleEffect:
        if effect is not rule.effect:
            swapped = partial(sources.with_rules, {number: dataclasses.replace(rule, effect=effect)})
            words, span = keywords_at(written.name.span), written.name.span
            before, after = words[rule.effect.value], words[effect.value]
            yield Mutant(Operator.EFFECT_SWAPPED, name, before, after, span, swapped)


def _actions(sources: Sources, number: int, written: WrittenRule) -> Iterator[Mutant]:
    name, actions = str(written.name), written.actions
    for index, action in enumerate(actions):
        rest = actions[:index] + actions[index + 1 :]
        if rest:  # a rule without `for` speaks of every action
            fewer = partial(sources.with_condition, number, dataclasses.replace(written, actions=rest))
            yield Mutant(Operator.VALUE_REMOVED, name, str(action), ", ".join(rest), action.span, fewer)
    all_of_them = f"{keywords_at(written.name.span)['for']} {', '.join(actions)}"
    for operator, word in sources.widenings(Word(ACTION, written.name.span), actions) if actions else ():
        longer = dataclasses.replace(written, actions=(*actions, Word(word, actions[-1].span)))
        more = partial(sources.with_condition, number, longer)
        yield Mutant(operator, name, all_of_them, word, actions[0].span, more)


def _conditions(sources: Sources, number: int, written: WrittenRule) -> Iterator[Mutant]:
    # A conjunction loses its parts one by one, and so does `unless` its alternatives; else the clause goes whole.
    if written.when is not None:
        changed = partial(_with_when, sources, number, written)
        yield from _condition(sources, written, "when", written.when, changed, whole=not isinstance(written.when, And))
    if written.unless is not None:
        changed = partial(_with_unless, sources, number, written)
        whole = not isinstance(written.unless, Or)
        yield from _condition(sources, written, "unless", written.unless, changed, whole=whole)


def _condition(
    sources: Sources,
    written: WrittenRule,
    key: str,
    condition: Condition,
    changed: Callable[[Condition | None], Policy],
    *,
    whole: bool,
) -> Iterator[Mutant]:
    name = str(written.name)
    if whole:
        text = f"{keywords_at(written.name.span)[key]} {shown(condition)}"
        yield Mutant(Operator.CLAUSE_DROPPED, name, text, "", place(condition), partial(changed, None))
    for one in rewritten(condition, sources.widenings):
        yield Mutant(one.operator, name, one.before, one.after, one.span, partial(changed, one.condition))


def _with_when(sources: Sources, number: int, written: WrittenRule, condition: Condition | None) -> Policy:
    return sources.with_condition(number, dataclasses.replace(written, when=condition))


def _with_unless(sources: Sources, number: int, written: WrittenRule, condition: Condition | None) -> Policy:
    return sources.with_condition(number, dataclasses.replace(written, unless=condition))


def _dates(sources: Sources, number: int, written: WrittenRule) -> Iterator[Mutant]:
    rule = sources.policy.rules[number]
    said = in_a_rule(keywords_at(written.name.span))
    dates = Dates(written.applicable.start, written.applicable.end, written.known, said)
    for one in redatings(dates, rule.applicable, rule.known):
        moved = dataclasses.replace(rule, applicable=one.applicable, known=one.known)
        policy = partial(redated, sources.with_rules({number: moved}))
        yield Mutant(one.operator, rule.name, one.before, one.after, one.span, policy)
