"""Where a change is written, when it is not in a cell: in a rule, or in a definition that a rule uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from habilitation.authoring.difference.promises import Written
from habilitation.authoring.difference.whole import Difference, Found, Pair
from habilitation.checked.definitions import names_in
from habilitation.written.syntax import And, CellTest, Condition, Not, Or, Test, WrittenDefinition, WrittenRule


@dataclass(frozen=True, slots=True)
class _Side:
    """What a policy in text writes, by name."""

    rules: Mapping[str, WrittenRule]
    definitions: Mapping[str, WrittenDefinition]

    def used(self, rules: Iterable[str]) -> Iterator[str]:
        """The names that rules use, by themselves and then through definitions."""
        written = [self.rules[rule] for rule in rules if rule in self.rules]
        conditions = [one for rule in written for one in (rule.when, rule.unless) if one is not None]
        seen: set[str] = set()
        for condition in conditions:  # grows as it goes
            for word in names_in(condition):
                if word not in seen:
                    seen.add(word)
                    yield word
                    conditions += [self.definitions[word].condition] if word in self.definitions else []


class Rewritten:
    """The rules and definitions of two policies in text that decide otherwise as they are written.

    A compiled policy has no text: of its rules, only those that come into force are then known.
    """

    def __init__(self, found: Difference) -> None:
        written = found.old.written, found.new.written
        self._sides = tuple(_side(one if all(written) else None) for one in written)
        old, new = self._sides
        self._rules = {name for name, rule in new.rules.items() if _decides(old.rules.get(name)) != _decides(rule)}
        self._definitions = {
            name: str(one.name.span)
            for name, one in new.definitions.items()
            if name not in old.definitions or asks(old.definitions[name].condition) != asks(one.condition)
        }

    def place(self, pair: Pair, found: Found) -> str:
        """`FILE:LINE` of a rule that a block rests on, or else of a definition that one uses; nothing for neither.

        The rules of the new answer come first, those of its example before the others; then those of the old one.
        """
        was, becomes = (
            dict.fromkeys([*(reason.rule for reason in reasons), *rules])
            for reasons, rules in zip((found.witness.old, found.witness.new), found.rules, strict=True)
        )
        places = {rule.name: rule.place for rule in pair.frame.halves[1].tables.rules}
        fresh = {*self._rules, *pair.texts.rules_added}
        rules = (places[name] for name in (*becomes, *was) if name in fresh and name in places)
        old, new = self._sides
        used = (self._definitions.get(name, "") for name in (*new.used(becomes), *old.used(was)))
        return next(rules, "") or next(filter(None, used), "")


def _side(written: Written | None) -> _Side:
    items = written.items if written else ()
    return _Side(
        {str(item.name): item for item in items if isinstance(item, WrittenRule)},
        {str(item.name): item for item in items if isinstance(item, WrittenDefinition)},
    )


def _decides(rule: WrittenRule | None) -> Any:
    """All of a rule that decides, and not what it says."""
    if rule is None:
        return None
    conditions = (asks(rule.when), asks(rule.unless))
    return rule.effect, {*rule.actions}, *conditions, rule.applicable, rule.known


def asks(condition: Condition | None) -> Any:
    """What a condition asks, whatever the order of its parts and the way a set is written."""
    match condition:
        case Test(axis, values, negated) | CellTest(axis, values, negated):
            return type(condition), axis, frozenset(values), negated
        case Not(Not(part)):
            return asks(part)
        case Not(part):
            return Not, asks(part)
        case And(parts) | Or(parts):
            asked = [asks(part) for part in parts]
            kind = type(condition)
            inside = (
                one for part in asked for one in (part[1] if isinstance(part, tuple) and part[0] is kind else [part])
            )
            return kind, frozenset(inside)
        case _:
            return condition
