"""Codes as one types them: a code, the label of a value, or a group; accents, capitals and hyphens of labels aside."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from habilitation.authoring.show import named
from habilitation.authoring.suggestions import told, way_out
from habilitation.authorizer import Authorizer
from habilitation.compiled.tables import AxisTable, Text
from habilitation.diagnostic import RequestError, folded

_LISTED = 8  # codes of a group named in a way out

_Found = tuple[int, frozenset[int]]  # an axis and values of it
_Called = tuple[int, frozenset[int], str]  # the same, and the name to be shown


def find_value(policy: Authorizer, word: str) -> tuple[int, int]:
    """The axis and the value that a word names, not a group. Raises RequestError."""
    axis, values = find_values(policy, word)
    if len(values) == 1:
        return axis, next(iter(values))
    table = policy.tables.axes[axis]
    codes = [f"`{table.values[value].name}`" for value in sorted(values)]
    more = f" and {len(codes) - _LISTED} more" if len(codes) > _LISTED else ""
    message = f"`{word}` is a group of `{table.name}`, and one code is asked"
    raise RequestError("ambiguous_code", message, table.name, f"one of {', '.join(codes[:_LISTED])}{more}")


def find_values(policy: Authorizer, word: str) -> _Found:
    """The axis and the values that a word names: a code, a group, or a label in either language; or `AXIS=` one.

    Of a label that several codes share, the only one that is not deprecated. Raises RequestError.
    """
    asked = policy.answers.asked
    name, equals, code = word.partition("=")
    if equals:
        named(policy.tables.axes, name, "axis")
        return asked.index[name], values_of(policy, asked.index[name], code)
    encoders = {axis: one for axis, one in enumerate(asked.encoders) if not one.axis.fact}
    found = [axis for axis, one in encoders.items() if word in one.known or word in one.ambiguous]
    if len(found) > 1:
        ways = " or ".join(f"`{policy.tables.axes[axis].name}={word}`" for axis in found)
        raise RequestError("ambiguous_code", f"`{word}` is a code of several axes", help=f"write {ways}")
    if found:
        return found[0], frozenset({encoders[found[0]].ordinal(word)})
    axes = {axis: one.axis for axis, one in encoders.items()}
    named_so = _called(axes, word)
    if named_so is None:
        raise RequestError("unknown_code", f"no axis has the code `{word}`", help=way_out(list(axes.values()), word))
    return named_so


def values_of(policy: Authorizer, axis: int, word: str) -> frozenset[int]:
    """The values of one axis that a word names, as `find_values`. Raises RequestError."""
    encoder, table = policy.answers.asked.encoders[axis], policy.tables.axes[axis]
    if table.fact or word in encoder.known or word in encoder.ambiguous:
        return frozenset({encoder.ordinal(word)})
    named_so = _called({axis: table}, word)
    if named_so is None:
        message = f"unknown `{table.name}`: `{word}`"
        raise RequestError("unknown_code", message, table.name, way_out([table], word))
    return named_so[1]


def _called(axes: Mapping[int, AxisTable], word: str) -> _Found | None:
    """What bears a name or a label, None for nothing. Raises RequestError for several things."""
    groups = [(number, group) for number, axis in axes.items() for group in axis.groups]
    values = [(number, value) for number, axis in axes.items() for value in range(len(axis.values))]
    labelled = [(number, value) for number, value in values if _says(axes[number].values[value].text, word)]
    live = [(number, value) for number, value in labelled if not axes[number].values[value].deprecated]
    named_so: list[_Called]
    for named_so in (
        [(number, frozenset(inside), f"`{name}`") for number, (name, _, inside) in groups if name == word],
        [(number, frozenset({value}), told(axes[number], value)) for number, value in live or labelled],
        [(number, frozenset(inside), f"`{name}`") for number, (name, text, inside) in groups if _says(text, word)],
    ):
        if len(named_so) == 1:
            return named_so[0][:2]
        if named_so:
            message = f"`{word}` names several codes or groups"
            raise RequestError("ambiguous_code", message, help=f"write {' or '.join(_ways(axes, named_so, word))}")
    return None


def _ways(axes: Mapping[int, AxisTable], named_so: Sequence[_Called], word: str) -> Iterator[str]:
    """How each of several things of one name is asked: by its axis, or by its own name when its axis has several."""
    numbers = [number for number, *_ in named_so]
    for number, _, name in named_so:
        typed = f"{axes[number].name}={word}"
        yield name if numbers.count(number) > 1 else f"`{shlex.quote(typed) if ' ' in typed else typed}`"


def _says(text: Text, word: str) -> bool:
    return folded(word) in (folded(text.fr), folded(text.en))
