"""Answers to requests that each may have their own date: a view of the policy an edition, and the texts it gave."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from habilitation.authorizer import Authorizer
from habilitation.diagnostic import RequestError
from habilitation.vocabulary import as_date

# Whether the answer is a permit, and the answer as text.
Answer = tuple[bool, str]
Answering = Callable[[Authorizer, Mapping[str, Any]], Answer]

_KEPT_AT_MOST = 4096  # texts kept an edition: a few kilobytes each
_LAST_DAY = datetime.date.max - datetime.timedelta(1)


class Judge:
    """Answers request after request; the views of the policy and the answers already put into words are kept."""

    def __init__(
        self, policy: Authorizer, answering: Answering, at: str | None = None, known_on: str | None = None
    ) -> None:
        self._policy, self._answering = policy, answering
        self._at = None if at is None else day_of("at", at)
        self._known_on = _LAST_DAY if known_on is None else day_of("known_on", known_on)
        # INVARIANT (few views): one a stretch of the timeline, however many days are asked about.
        self._views: dict[int, tuple[Authorizer, dict[tuple[Any, ...], Answer]]] = {}

    def answer(self, request: dict[str, Any]) -> Answer:
        """The answer to one request, judged `at` its date as `known_on` another. Raises RequestError."""
        at, known_on = request.pop("at", None), request.pop("known_on", None)
        day = self._at or datetime.date.today() if at is None else day_of("at", at)  # noqa: DTZ011  # legal time of the caller
        view, kept = self._view(day, self._known_on if known_on is None else day_of("known_on", known_on))
        key = tuple(request.items())
        try:
            known = kept.get(key)
        except TypeError:  # a value that is a list or an object
            return self._answering(view, request)
        if known is None:
            if len(kept) >= _KEPT_AT_MOST:
                kept.clear()
            known = kept[key] = self._answering(view, request)
        return known

    def _view(self, day: datetime.date, known_on: datetime.date) -> tuple[Authorizer, dict[tuple[Any, ...], Answer]]:
        day, known_on = min(day, _LAST_DAY), min(known_on, _LAST_DAY)
        number, stretch = next(
            (number, stretch)
            for number, stretch in enumerate(self._policy.tables.timeline)
            if stretch.start <= day < stretch.end and stretch.known_start <= known_on < stretch.known_end
        )
        if number not in self._views:
            self._views[number] = self._policy.at(stretch.start, known_on=stretch.known_start), {}
        return self._views[number]


def day_of(name: str, moment: Any) -> datetime.date:
    """The day that one typed or wrote for `at` or `known_on`. Raises RequestError."""
    try:
        return as_date(moment)
    except ValueError as error:
        raise RequestError("invalid_date", str(error), name) from None
