"""Which situations `diff` compares, as typed: words of a request, of which either policy may be the one that knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from habilitation.authoring.codes import values_of
from habilitation.authorizer import Authorizer
from habilitation.cli.facts import facts_typed
from habilitation.diagnostic import RequestError


def narrowed(words: Iterable[str], policies: Sequence[Authorizer]) -> dict[str, frozenset[str]]:
    """The values of each axis that words name: `profession=G15_60`, a group, a label, `blocked=false`, `care_team`.

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
            if refusal.code == "ambiguous_code":
                raise
            refusals.append(refusal)
    if len(refusals) == len(policies):
        raise refusals[0]
    return names


def _named(word: str, policy: Authorizer) -> frozenset[str]:
    """The values of a policy that a word names. Raises RequestError."""
    asked = policy.answers.asked
    name, _, code = word.partition("=")
    if code and name in asked.index and not policy.tables.axes[asked.index[name]].fact:
        ordinals = values_of(policy, asked.index[name], code)
    else:
        ((name, value),) = facts_typed([word], policy).items()
        ordinals = frozenset({asked.encoders[asked.index[name]].ordinal(value)})
    axis = policy.tables.axes[asked.index[name]]
    return frozenset(axis.values[ordinal].name for ordinal in ordinals)
