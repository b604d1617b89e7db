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
            named = [axes[axis].name for axis, _ in chunk]
            # Most facts of most requests are false: identity is cheaper than the look-up, which also checks the values.
            all_false = " and ".join(f"{one} is False" for one in named)
            yield f"(0 if {all_false} else {name}[{', '.join(named)}])"

    def relay(self, relay: Relay) -> None:
        self.offsets(relay.inputs, relay.shape, f"r{relay.matrix}")
        self.names[f"cells{relay.matrix}"] = relay.cells
        self.lines[-1] = self.lines[-1].replace(" = ", f" = cells{relay.matrix}[", 1) + "]"

    def group(self, number: int, group: Group) -> None:
        self.offsets(group.symbols, group.sizes, f"c{number}")

    def function(self) -> str:
        plan = self.answers.plan
        open_axes = [
            (index, axis.name) for index, axis in enumerate(self.answers.tables.axes) if index not in self.fixed
        ]
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
        stated_all = [f"{name} = request[{name!r}]" for _, name in open_axes]
        stated_some = [f"{name} = get({name!r}, d{index})" for index, name in open_axes]
        self.names["axes"] = frozenset(name for _, name in open_axes)
        return (
            f"{head}\n    if request is None:\n        if not more:\n{_attempt(self.lines, 12)}"
            f"    elif type(request) is dict and not more{unset}:\n        return mapped(request)\n"
            f"    return slow(request, {{{stated}}}, more)\n"
            # As many keys as axes, and every axis among them: no name is unknown, and none need be checked.
            f"def mapped(request):\n    if len(request) == {len(open_axes)}:\n{_attempt(stated_all + self.lines, 8)}"
            f"    elif request.keys() <= axes:\n        get = request.get\n{_attempt(stated_some + self.lines, 8)}"
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
