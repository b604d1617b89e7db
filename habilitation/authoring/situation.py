"""What a stated situation leaves to be known: on each axis, the values that are permitted and those left undecided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from habilitation.authoring.show import Named
from habilitation.authorizer import Authorizer
from habilitation.compiled.settling import INDETERMINATE, PERMIT, settle_effect
from habilitation.compiled.tables import AxisTable
from habilitation.decided.request import UNSTATED


@dataclass(frozen=True, slots=True)
class Undecided:
    """Values that may still be permitted, and the axes for want of which; of none, the sources do not settle it."""

    missing: tuple[str, ...]
    values: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """The answer to a situation (None: there is none), the axes for want of which it is not settled, and their values.

    `permitted` and `undecided` have a key for each axis, facts apart, that can still change the answer; a value in
    neither is never permitted, whatever is missing.
    """

    effect: str | None
    missing: tuple[str, ...]
    permitted: Mapping[str, tuple[Named, ...]]
    undecided: Mapping[str, tuple[Undecided, ...]]


def stated(view: Authorizer, lang: str) -> Stated:
    """The situation of a view; before the first edition nothing is permitted, and no axis can change that."""
    undecided = view.undecided
    axes = [axis for axis in view.tables.axes if axis.name in undecided and not axis.fact]
    roots = {axis.name: _roots(view, axis) for axis in axes}
    return Stated(
        effect=view.decide().effect.value,
        missing=undecided,
        permitted={axis.name: _permitted(axis, roots[axis.name], lang) for axis in axes},
        undecided={axis.name: tuple(_undecided(view, axis, roots[axis.name], lang)) for axis in axes},
    )


def _roots(view: Authorizer, axis: AxisTable) -> tuple[int, ...]:
    """The diagram of the effect for each value of an axis."""
    asked = view.answers.asked
    values = asked.values(asked.ordinals(view.facts, stated={}))
    given = {number: value for number, value in enumerate(values) if value != UNSTATED}
    at = asked.index[axis.name]
    return tuple(view.answers.effects.diagram(settle_effect, {**given, at: value}) for value in range(len(axis.values)))


def _permitted(axis: AxisTable, roots: Sequence[int], lang: str) -> tuple[Named, ...]:
    return tuple(_named(axis, value, lang) for value, root in enumerate(roots) if root == ~PERMIT)


def _undecided(view: Authorizer, axis: AxisTable, roots: Sequence[int], lang: str) -> Iterator[Undecided]:
    """The values that a fact still missing may open, and those that abstain; together those that want the same."""
    forest = view.answers.effects.forest
    wanting: dict[frozenset[int], list[Named]] = {}
    for value, root in enumerate(roots):
        if root == ~INDETERMINATE or any(~PERMIT in forest.children[node] for node in forest.below(root)):
            wanting.setdefault(frozenset(forest.support(root)), []).append(_named(axis, value, lang))
    for missing, values in wanting.items():
        yield Undecided(tuple(view.tables.axes[one].name for one in sorted(missing)), tuple(values))


def _named(axis: AxisTable, value: int, lang: str) -> Named:
    return Named(axis.values[value].name, axis.values[value].text[lang])
