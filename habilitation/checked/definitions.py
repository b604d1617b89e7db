"""Definitions in an order where each comes after those it uses; those that turn in circles or swell are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.diagnostic import Diagnostic
from habilitation.source import Word
from habilitation.written.syntax import (
    And,
    CellTest,
    Condition,
    Name,
    Not,
    Or,
    Test,
    WrittenDefinition,
)

# A definition is written into the place of its name: a few that each use the one before twice would make a
# condition that no machine can hold, and a long chain one that no reader can follow.
WORDS_AT_MOST = 10_000
DEEP_AT_MOST = 100

Definitions = Mapping[str, WrittenDefinition]


@dataclass(frozen=True, slots=True)
class Weight:
    """How many words a condition has once its definitions are written into it, and how deep they are nested."""

    words: int
    depth: int


def names_in(condition: Condition) -> Iterator[Word]:
    """The facts and definitions a condition names by themselves."""
    match condition:
        case Name(word):
            yield word
        case Not(part):
            yield from names_in(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from names_in(part)
        case _:
            pass


def in_order(definitions: Definitions, found: list[Diagnostic]) -> list[str]:
    """Every definition after those it uses. Without recursion: a chain of them may be as long as a policy."""
    ordered: dict[str, None] = {}
    for first in definitions:
        path: dict[str, Iterator[Word]] = {}
        if first not in ordered:
            path[first] = names_in(definitions[first].condition)
        while path:
            name, inside = path.popitem()
            word = next(inside, None)
            if word is None:
                ordered[name] = None
                continue
            path[name] = inside
            if word in path:
                found.append(_circle(word, list(path)))
            elif word in definitions and word not in ordered:
                path[str(word)] = names_in(definitions[word].condition)
    return list(ordered)


def _circle(word: Word, path: list[str]) -> Diagnostic:
    through = path[path.index(word) + 1 :]
    way_out = "through " + ", ".join(f"`{name}`" for name in through) if through else ""
    return Diagnostic("circular_definition", f"the definition of `{word}` uses itself", word.span, way_out)


def weigh(condition: Condition, weights: Mapping[str, Weight]) -> Weight:
    """The weight of a condition, from those of the definitions it names."""
    match condition:
        case Name(word):
            return weights.get(word, Weight(1, 1))
        case Test(_, values, _) | CellTest(_, values, _):
            return Weight(1 + len(values), 1)
        case Not(part):
            return _around([weigh(part, weights)])
        case And(parts) | Or(parts):
            return _around([weigh(part, weights) for part in parts])


def _around(parts: list[Weight]) -> Weight:
    return Weight(1 + sum(part.words for part in parts), 1 + max(part.depth for part in parts))


def too_heavy(word: Word, weight: Weight, what: str) -> Iterator[Diagnostic]:
    """A condition that does not stay small, told at its name."""
    if weight.words > WORDS_AT_MOST:
        sentence = f"{what} has more than {WORDS_AT_MOST} words once its definitions are written out"
        yield Diagnostic("too_many", sentence, word.span, "use fewer definitions, or smaller ones")
    elif weight.depth > DEEP_AT_MOST:
        sentence = f"{what} is more than {DEEP_AT_MOST} deep once its definitions are written out"
        yield Diagnostic("too_deep", sentence, word.span, "shorten the chain of definitions")


def weights_of(ordered: list[str], definitions: Definitions, found: list[Diagnostic]) -> dict[str, Weight]:
    """The weight of each definition. One that is too heavy is told once, and weighs nothing for its users."""
    weights: dict[str, Weight] = {}
    for name in ordered:
        definition = definitions[name]
        weight = weigh(definition.condition, weights)
        told = list(too_heavy(definition.name, weight, f"`{name}`"))
        found.extend(told)
        weights[name] = Weight(1, 1) if told else weight
    return weights
