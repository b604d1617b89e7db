"""A request as typed: `AXIS=VALUE` words and facts by their name."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from habilitation.authorizer import Authorizer
from habilitation.diagnostic import RequestError
from habilitation.vocabulary import TRUTHS, write_truth

_TYPED = {**TRUTHS, "yes": True, "oui": True, "no": False, "non": False}


def facts_typed(words: Sequence[str], policy: Authorizer) -> dict[str, Any]:
    """The request of some words: `profession=G15_60`, `blocked=false`, `care_team` (true).

    Raises RequestError for a name nobody declared, a fact that is neither true nor false, or a word said twice.
    """
    found: dict[str, Any] = {}
    for typed in words:
        name, equals, value = typed.partition("=")
        if name not in policy.answers.asked.index:
            raise _unknown(name, typed, policy)
        if name in found:
            raise RequestError("already_given", f"`{name}` is given twice", name)
        found[name] = _value(name, value if equals else None, policy)
    return found


def request_typed(words: Sequence[str], policy: Authorizer) -> dict[str, Any]:
    """The same, where each axis has one code. Raises RequestError for one that nobody knows too, with what it meant."""
    found = facts_typed(words, policy)
    for name, value in found.items():
        number = policy.answers.asked.index[name]
        try:
            policy.answers.asked.encoders[number].ordinal(value)
        except RequestError as refusal:
            axis = policy.tables.axes[number]
            if any(value == group for group, *_ in axis.groups):
                way_out = f"give one of its codes (`habilitation show axis {name}`)"
                raise RequestError(refusal.code, f"`{value}` is a group of `{name}`", name, way_out) from None
            if refusal.help:
                raise
            from habilitation.authoring import suggestions  # noqa: PLC0415  # only of what is refused

            meant = suggestions.way_out([axis], str(value))
            raise RequestError(refusal.code, refusal.message, name, meant) from None
    return found


def _unknown(name: str, typed: str, policy: Authorizer) -> RequestError:
    """The refusal of a word: of a fact said not to be, of a code without its axis, of a name nobody declared."""
    from habilitation.authoring.codes import find_values  # noqa: PLC0415  # only of what is refused

    refusal = policy.answers.asked.unknown_axis(name)
    fact = name.removeprefix("not-")
    if fact != name and fact in policy.answers.asked.index:
        return RequestError(refusal.code, refusal.message, name, f"write `{fact}=false`")
    way_out = refusal.help
    if not way_out and name == typed:
        with contextlib.suppress(RequestError):
            axis, values = find_values(policy, name)
            table = policy.tables.axes[axis]
            way_out = f"did you mean `{table.name}={table.values[min(values)].name}`?" if len(values) == 1 else ""
    return RequestError(refusal.code, refusal.message, name, way_out or "`habilitation show axes` lists them")


def _value(name: str, value: str | None, policy: Authorizer) -> str | bool:
    axis = policy.tables.axes[policy.answers.asked.index[name]]
    if axis.fact:
        truth = True if value is None else _TYPED.get(value.casefold())
        if truth is None:
            message = f"`{name}` is a fact: it is true or false, not `{value}`"
            raise RequestError("wrong_type", message, name, write_truth(value or "", f"{name}="))
        return truth
    if value is None:
        message = f"`{name}` is not a fact: it takes a value"
        raise RequestError("wrong_type", message, name, f"write `{name}=VALUE` (`habilitation show axis {name}`)")
    return value
