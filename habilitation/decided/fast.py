"""Generated functions for one decision: the look-ups of `one`, unrolled for the axes a caller leaves open.

In CPython the number of bytecodes decides, so each axis costs one dict look-up that also checks the value, facts are
checked together, and anything unusual (a missing fact, an unknown code, a mapping) goes to the slow path, which
answers the same or refuses with a reason. Measured by `benchmarks/bench_decide.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from habilitation.compiled.joint import Group, Relay
from habilitation.decided.decision import Decision
from habilitation.decided.one import Answers

_FACTS_TOGETHER = 7  # at most 3 ** 7 joint values, as tuples
_ASKED_BEFORE_WRITING = 50
_TRUTHS = {False: 0, True: 1, None: 2}  # a missing fact has the last code


class Decide(Protocol):
    """Decide on a request: a mapping, keywords, or both; one keyword an axis of the policy."""

    def __call__(self, request: Mapping[str, Any] | None = None, /, **facts: Any) -> Decision:
        """The decision. Raises RequestError for an unknown axis, an unknown code or a wrong type."""


@dataclass(slots=True)
class _Writer:
    """Writes one function; `names` are what its globals hold."""

    answers: Answers
    fixed: Mapping[int, int]
    names: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def parameters(self) -> str:
        axes = self.answers.tables.axes
        shown = []
        for index, axis in enumerate(axes):
            if index not in self.fixed:
                self.names[f"d{index}"] = self._default(index)
                shown.append(f"{axis.name}=d{index}")
        return ", ".join(["request=None, /", *shown, "**more"])

    def _default(self, index: int) -> Any:
        axis = self.answers.tables.axes[index]
        if axis.default < 0:
            return None
        return bool(axis.default) if axis.fact else axis.values[axis.default].name

    def offsets(self, symbols: Sequence[int], sizes: Sequence[int], target: str) -> None:
        """Line that sums the premultiplied ordinals of some symbols into `target`."""
        terms, constant, stride = [], 0, 1
        facts: list[tuple[int, int]] = []
        for symbol, size in zip(reversed(symbols), reversed(sizes), strict=True):
            if symbol < 0:
                terms.append(f"r{~symbol} * {stride}" if stride > 1 else f"r{~symbol}")
            elif symbol in self.fixed:
                constant += self.fixed[symbol] * stride
            elif self.answers.tables.axes[symbol].fact:
                facts.append((symbol, stride))
            else:
                terms.append(self._look_up(symbol, stride))
            stride *= size
        terms.extend(self._facts(facts))
        if constant or not terms:
            terms.append(str(constant))
        self.lines.append(f"{target} = " + " + ".join(terms))

    def _look_up(self, axis: int, stride: int) -> str:
        name = f"x{axis}_{stride}"
        known = self.answers.asked.encoders[axis].known
        self.names[name] = {spelling: ordinal * stride for spelling, ordinal in known.items()}
        if self.answers.tables.axes[axis].default < 0:
            self.names[name][None] = len(self.answers.tables.axes[axis].values) * stride
        return f"{name}[{self.answers.tables.axes[axis].name}]"

    def _facts(self, facts: Sequence[tuple[int, int]]) -> Iterator[str]:
        axes = self.answers.tables.axes
        for start in range(0, len(facts), _FACTS_TOGETHER):
            chunk = facts[start : start + _FACTS_TOGETHER]
            if len(chunk) == 1:
                yield self._look_up(*chunk[0])
                continue
            name = "f" + "_".join(str(axis) for axis, _ in chunk)
            sides = [(False, True) if axes[axis].default >= 0 else (False, True, None) for axis, _ in chunk]
            self.names[name] = {
                truths: sum(_TRUTHS[truth] * stride for (_, stride), truth in zip(chunk, truths, strict=True))
                for truths in itertools.product(*sides)
            }
            yield f"{name}[{', '.join(self.answers.tables.axes[axis].name for axis, _ in chunk)}]"

    def relay(self, relay: Relay) -> None:
        self.offsets(relay.inputs, relay.shape, f"r{relay.matrix}")
        self.names[f"cells{relay.matrix}"] = relay.cells
        self.lines[-1] = self.lines[-1].replace(" = ", f" = cells{relay.matrix}[", 1) + "]"

    def group(self, number: int, group: Group) -> None:
        self.offsets(group.symbols, group.sizes, f"c{number}")

    def function(self) -> str:
        plan = self.answers.plan
        open_axes = [(index, axis.name) for index, axis in enumerate(self.answers.tables.axes) if index not in self.fixed]
        head = f"def decide({self.parameters()}):"
        for relay in plan.relays:
            self.relay(relay)
        for number, group in enumerate(plan.groups):
            self.group(number, group)
        numbers = range(len(plan.groups))
        self.lines.append(f"action_code, outcomes, {', '.join(f'w{number}' for number in numbers)} = {self._desk()}")
        self.lines.append("live = " + " & ".join(f"w{number}[c{number}]" for number in numbers))
        self.lines.append(f"codes = (action_code, {', '.join(f'c{number}' for number in numbers)})")
        stated = ", ".join(f"{name!r}: {name}" for _, name in open_axes)
        unset = "".join(f" and {name} is d{index}" for index, name in open_axes)
        loads = [f"{name} = get({name!r}, d{index})" for index, name in open_axes]
        self.names["axes"] = frozenset(name for _, name in open_axes)
        return (
            f"{head}\n    if request is None:\n        if not more:\n{_attempt(self.lines, 12)}"
            f"    elif type(request) is dict and not more{unset}:\n        return mapped(request)\n"
            f"    return slow(request, {{{stated}}}, more)\n"
            f"def mapped(request):\n    if request.keys() <= axes:\n        get = request.get\n"
            f"{_attempt(loads + self.lines, 8)}"
            f"    return slow(request, {{}}, {{}})\n"
        )

    def _desk(self) -> str:
        axis = self.answers.plan.desk_axis
        if axis < 0:
            self.names["desk"] = _served(self.answers, 0)
            return "desk"
        if axis in self.fixed:
            self.names["desk"] = _served(self.answers, self.fixed[axis])
            return "desk"
        known = self.answers.asked.encoders[axis].known
        self.names["desks"] = _Desks(self.answers, known)
        return f"desks[{self.answers.tables.axes[axis].name}]"


def _attempt(lines: Sequence[str], margin: int) -> str:
    """The look-ups, then the outcome; what is not in a table falls through to the slow path."""
    text = [
        "try:",
        *(f"    {line}" for line in lines),
        "except (KeyError, TypeError):",
        "    pass",
        "else:",
        "    try:",
        "        return Decision(answers, outcomes[live], codes)",
        "    except KeyError:",
        "        return Decision(answers, work_out(action_code, live, codes[1:]), codes)",
    ]
    return "".join(f"{' ' * margin}{line}\n" for line in text)


class _Desks(dict[Any, tuple[Any, ...]]):
    """The desk of each spelling of an action, as the generated code unpacks it, laid out when it is first met."""

    def __init__(self, answers: Answers, known: Mapping[Any, int]) -> None:
        super().__init__()
        self._answers, self._known = answers, known

    def __missing__(self, action: Any) -> tuple[Any, ...]:
        laid_out = self[action] = _served(self._answers, self._known[action])
        return laid_out


def _served(answers: Answers, action: int) -> tuple[Any, ...]:
    """Action, outcomes, then the words of each group (may, and must above it)."""
    served = answers.desk(action)
    desk, width = served.desk, served.width
    words = []
    for may, must, group in zip(desk.may, desk.must, answers.plan.groups, strict=True):
        if may is None or must is None:
            words.append((desk.every | desk.every << width,) * group.codes)
        else:
            words.append(tuple(some | all_ << width for some, all_ in zip(may, must, strict=True)))
    return (action, served.outcomes, *words)


Slow = Callable[[Mapping[str, Any] | None, Mapping[str, Any], Mapping[str, Any]], Decision]


def unrolled(answers: Answers, fixed: Mapping[int, int], slow: Slow) -> Decide:
    """A function that decides by look-ups alone when every name and value is known, and leaves the rest to `slow`."""
    writer = _Writer(answers, fixed)
    text = writer.function()
    scope: dict[str, Any] = {
        **writer.names,
        "answers": answers,
        "slow": slow,
        "Decision": Decision,
        "work_out": answers.work_out,
    }
    # Names of axes are identifiers by `check` (reserved_name) and by the artefact reader; values never reach the text.
    exec(compile(text, f"<decide {answers.tables.name}>", "exec"), scope)  # noqa: S102  # generated above, from ordinals and identifiers
    decide: Decide = scope["decide"]
    return decide


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
