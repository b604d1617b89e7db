"""The two policies under which a log is judged, each with what is asked of it in its own vocabulary."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from habilitation.audit.asked import Asked
from habilitation.audit.in_words import InWords, settled
from habilitation.authorizer import Authorizer
from habilitation.diagnostic import Diagnostic

_LAST_DAY = datetime.date.max - datetime.timedelta(1)  # the end of a stretch is excluded


@dataclass(frozen=True, slots=True)
class Named:
    """A policy as it was asked for, its name and digests, and its days; None where none was given."""

    asked: str
    policy: Mapping[str, str]
    at: datetime.date | None = None
    known_on: datetime.date | None = None

    def plain(self) -> dict[str, str | None]:
        """As data, under the names of `diff`."""
        days = {"at": self.at, "known_on": self.known_on}
        told = {name: day.isoformat() if day else None for name, day in days.items()}
        return {"asked": self.asked, **self.policy, **told}


@dataclass(frozen=True, slots=True)
class Side:
    """A policy, and the audit as asked under it: the same logs and tables on both sides; `said`, how it was named."""

    policy: Authorizer
    asked: Asked
    said: Named | None = None

    @property
    def named(self) -> Named:
        """How the policy was named, else by its own name; known on the day of the audit, where it gives no other."""
        said = self.said or Named(self.policy.tables.name, self.policy.policy)
        # A policy held at a day is so as known when it was held.
        return said if said.at or said.known_on else dataclasses.replace(said, known_on=self.asked.known_on)


def asked_of_both(
    words: InWords, old: Authorizer, new: Authorizer, found: Iterable[Diagnostic] = ()
) -> tuple[Side, Side]:
    """Both sides of a comparison. What is declared of an axis that only one policy has is asked of that one alone.

    Raises WordsError for what neither policy knows, and for a value that a policy that has the axis does not know.
    """
    found = list(found)
    sides = ((old, new), (new, old))
    known = [(policy, _known_to(words, _axes(policy), _axes(other))) for policy, other in sides]
    one, other = (Side(policy, settled(said, policy, found)) for policy, said in known)
    return one, other


def _axes(policy: Authorizer) -> Collection[str]:
    return policy.answers.asked.index


def _known_to(words: InWords, axes: Collection[str], others: Collection[str]) -> InWords:
    """The words without what is declared of the axes of the other policy alone."""
    foreign = {axis for axis in others if axis not in axes}
    return dataclasses.replace(
        words,
        policy=None,  # both are named elsewhere
        complete=tuple(axis for axis in words.complete if axis not in foreign),
        assume={axis: value for axis, value in words.assume.items() if axis not in foreign},
        lag={axis: lag for axis, lag in words.lag.items() if axis not in foreign},
    )


def editions_after(side: Side, day: datetime.date) -> tuple[datetime.date, ...]:
    """The days after this one on which an edition begins: none of them judges what happened by then."""
    ours = min(side.asked.known_on or _LAST_DAY, _LAST_DAY)
    then = [one for one in side.policy.tables.timeline if one.known_start <= ours < one.known_end]
    ordered = sorted(then, key=lambda one: one.start)
    return tuple(
        one.start for before, one in itertools.pairwise(ordered) if one.edition != before.edition and one.start > day
    )


def held_at(policy: Authorizer, at: datetime.date | None, known_on: datetime.date | None) -> Authorizer:
    """The policy where every access is judged by the edition in force `at` a day, as known on another.

    Without `at`, each by the edition in force at its instant, as known on that day; without either, as it is.
    """
    if at is None and known_on is None:
        return policy
    timeline = policy.tables.timeline
    ours = min(known_on or _LAST_DAY, _LAST_DAY)
    then = [stretch for stretch in timeline if stretch.known_start <= ours < stretch.known_end]
    if at is not None:
        law = min(at, _LAST_DAY)
        (held,) = (stretch for stretch in then if stretch.start <= law < stretch.end)
        then = [dataclasses.replace(held, start=datetime.date.min, end=datetime.date.max)]
    always, never = datetime.date.min, datetime.date.max
    flat = tuple(dataclasses.replace(stretch, known_start=always, known_end=never) for stretch in then)
    return Authorizer(dataclasses.replace(policy.tables, timeline=flat))
