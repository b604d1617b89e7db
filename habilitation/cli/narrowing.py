"""Which situations `diff` compares, as typed: words of a request, of which either policy may be the one that knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from habilitation.authorizer import Authorizer
from habilitation.cli.facts import facts_typed
from habilitation.diagnostic import RequestError


def narrowed(words: Iterable[str], policies: Sequence[Authorizer]) -> dict[str, frozenset[str]]:
    """The values of each axis that words name: `profession=G15_60`, a group, `blocked=false`, `care_team` (true).

    Several words of one axis are its several values. Raises RequestError for what no policy knows; the first one says
    how.
    """
    found: dict[str, frozenset[str]] = {}
    for word in words:
        axis = word.partition("=")[0]
        known = [policy for policy in policies if axis in policy.answers.asked.index]
        found[axis] = found.get(axis, frozenset()) | _either(word, known or policies[:1])
    return found


def _either(word: str, policies: Sequence[Authorizer]) -> frozenset[str]:
    names: frozenset[str] = frozenset()
    refusals = []
    for policy in policies:
        try:
            names |= _named(word, policy)
        except RequestError as refusal:
            refusals.append(refusal)
    if len(refusals) == len(policies):
        raise refusals[0]
    return names


def _named(word: str, policy: Authorizer) -> frozenset[str]:
    """The values of a policy that a word names. Raises RequestError."""
    ((name, value),) = facts_typed([word], policy).items()
    asked = policy.answers.asked
    axis = asked.encoders[asked.index[name]].axis
    inside = next((inside for group, _, inside in axis.groups if group == value), None)
    ordinals = (asked.encoders[asked.index[name]].ordinal(value),) if inside is None else inside
    return frozenset(axis.values[ordinal].name for ordinal in ordinals)
