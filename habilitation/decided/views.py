"""Functions for views: a row of answers worked out once each, or a function written once the view is asked often."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from habilitation.decided.decision import Decision
from habilitation.decided.fast import Decide, Slow, unrolled
from habilitation.decided.one import Answers

_ASKED_BEFORE_WRITING = 50


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


def rows(answers: Answers, open_axes: Sequence[int], slow: Slow) -> Decide:
    """A function over one row of answers: for a view whose open axes are few, each answer is worked out once.

    The row belongs to the view; equal keys are equal requests of that view.
    """
    names = [answers.tables.axes[axis].name for axis in open_axes]
    parameters = ", ".join(["request=None, /", *(f"{name}=None" for name in names), "**more"])
    places = names or ["None"]  # a view that leaves nothing open has a row of one answer
    key = "".join(f"[{name}]" for name in places)
    stated = ", ".join(f"{name!r}: {name}" for name in names)
    text = (
        f"def bind(row, slow):\n"
        f"    def decide({parameters}):\n"
        f"        if request is None and not more:\n"
        f"            try:\n                return row{key}\n"
        f"            except (KeyError, TypeError):\n                pass\n"
        f"            return keep(row, slow(None, {{{stated}}}, more), ({', '.join(places)},))\n"
        f"        return slow(request, {{{stated}}}, more)\n"
        f"    return decide\n"
    )
    bind = _BINDERS.get(text)
    if bind is None:
        scope: dict[str, Any] = {"keep": _keep}
        exec(compile(text, f"<view of {answers.tables.name}>", "exec"), scope)  # noqa: S102  # as above
        bind = _BINDERS[text] = scope["bind"]
    decide: Decide = bind({}, slow)
    return decide


_BINDERS: dict[str, Callable[..., Decide]] = {}


def _keep(row: dict[Any, Any], decision: Decision, key: tuple[Any, ...]) -> Decision:
    """Remember the answer at its place in the row; a key that cannot be one is simply answered."""
    try:
        for part in key[:-1]:
            row = row.setdefault(part, {})
        row[key[-1]] = decision
    except TypeError:
        pass
    return decision
