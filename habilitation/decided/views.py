"""Functions for views: a row of answers worked out once each, or a function written once the view is asked often."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from habilitation.decided.decision import Decision
from habilitation.decided.fast import Decide, Slow, unrolled
from habilitation.decided.one import Answers

_ASKED_BEFORE_WRITING = 50
_KEPT_AT_MOST = 100_000  # answers of a row


def once_asked(answers: Answers, fixed: Mapping[int, int], slow: Slow) -> Decide:
    """`unrolled`, written only once a view has been asked a few times: writing takes a millisecond."""
    asked = 0
    written: Decide | None = None

    def decide(request: Mapping[str, Any] | None = None, /, **facts: Any) -> Decision:
        nonlocal asked, written
        if written is not None:
            return written(request, **facts)
        asked += 1
        if asked > _ASKED_BEFORE_WRITING:
            written = unrolled(answers, fixed, slow)
        return slow(request, facts, {})

    return decide


First = Callable[[Mapping[str, Any]], Decision]


def rows(answers: Answers, open_axes: Sequence[int], slow: Slow, first: First) -> Decide:
    """A function over one row of answers: for a view whose open axes are few, each answer is worked out once.

    `first` works an answer out from the open axes alone. The row belongs to the view; equal keys are equal requests.
    """
    names = [answers.tables.axes[axis].name for axis in open_axes]
    # As in `fast`: the parameters are axes, every other name begins with `_`.
    parameters = ", ".join(["_request=None, /", *(f"{name}=None" for name in names), "**_more"])
    places = names or ["None"]  # a view that leaves nothing open has a row of one answer
    key = "".join(f"[{name}]" for name in places)
    stated = ", ".join(f"{name!r}: {name}" for name in names)
    text = (
        f"def bind(_row, _keep, _slow, _first):\n"
        f"    def decide({parameters}):\n"
        f"        if _request is None and not _more:\n"
        f"            try:\n                return _row{key}\n"
        f"            except (KeyError, TypeError):\n                pass\n"
        f"            return _keep(_first({{{stated}}}), ({', '.join(places)},))\n"
        f"        return _slow(_request, {{{stated}}}, _more)\n"
        f"    return decide\n"
    )
    bind = _BINDERS.get(text)
    if bind is None:
        scope: dict[str, Any] = {}
        exec(compile(text, f"<view of {answers.tables.name}>", "exec"), scope)  # noqa: S102  # as above
        bind = _BINDERS[text] = scope["bind"]
    row = _Row()
    decide: Decide = bind(row.answers, row.keep, slow, first)
    return decide


_BINDERS: dict[str, Callable[..., Decide]] = {}


class _Row:
    """Answers by the values of the open axes, a dict in a dict; emptied when it holds too many."""

    __slots__ = ("answers", "kept")

    def __init__(self) -> None:
        self.answers: dict[Any, Any] = {}
        self.kept = 0

    def keep(self, decision: Decision, key: tuple[Any, ...]) -> Decision:
        """Remember the answer at its place; a key that cannot be one is simply answered."""
        if self.kept >= _KEPT_AT_MOST:
            self.answers.clear()
            self.kept = 0
        place = self.answers
        try:
            for part in key[:-1]:
                place = place.setdefault(part, {})
            place[key[-1]] = decision
        except TypeError:
            return decision
        self.kept += 1
        return decision
