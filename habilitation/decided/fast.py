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
        """The decision. None and MISSING are missing facts; a fact takes True and False (or 1 and 0), never a text.

        Raises RequestError for an unknown axis, an unknown code, a wrong type, or a fact stated twice differently.
        """


class _Unstated(str):
    """The default of an axis, where nobody stated a value."""

    __slots__ = ()


@dataclass(slots=True)
class _Writer:
    """Writes one function; `names` are what its globals hold.

    Its parameters are the axes, which begin with a letter; every other name begins with `_`, so that none can meet.
    """

    answers: Answers
    fixed: Mapping[int, int]
    names: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def parameters(self) -> str:
        axes = self.answers.tables.axes
        shown = []
        for index, axis in enumerate(axes):
            if index not in self.fixed:
                self.names[f"_d{index}"] = self._default(index)
                shown.append(f"{axis.name}=_d{index}")
        return ", ".join(["_request=None, /", *shown, "**_more"])

    def _default(self, index: int) -> Any:
        """Equal to the default of an axis, but an object of its own: what nobody stated can be told by identity."""
        axis = self.answers.tables.axes[index]
        if axis.default < 0:
            return None
        return float(axis.default) if axis.fact else _Unstated(axis.values[axis.default].name)

    def offsets(self, symbols: Sequence[int], sizes: Sequence[int], target: str) -> None:
        """Line that sums the premultiplied ordinals of some symbols into `target`."""
        terms, constant, stride = [], 0, 1
        facts: list[tuple[int, int]] = []
        for symbol, size in zip(reversed(symbols), reversed(sizes), strict=True):
            if symbol < 0:
                terms.append(f"_r{~symbol} * {stride}" if stride > 1 else f"_r{~symbol}")
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
        name = f"_x{axis}_{stride}"
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
            # The same facts may stand in two groups, with other strides: another table, so another name.
            name = "_f" + "_".join(f"{axis}s{stride}" for axis, stride in chunk)
            sides = [(False, True) if axes[axis].default >= 0 else (False, True, None) for axis, _ in chunk]
            self.names[name] = {
                truths: sum(_TRUTHS[truth] * stride for (_, stride), truth in zip(chunk, truths, strict=True))
                for truths in itertools.product(*sides)
            }
            # Most facts of most requests are false: identity is cheaper than the look-up, which also checks the values.
            all_false = " and ".join(self._is_false(axis) for axis, _ in chunk)
            yield f"(0 if {all_false} else {name}[{', '.join(axes[axis].name for axis, _ in chunk)}])"

    def _is_false(self, axis: int) -> str:
        name, default = self.answers.tables.axes[axis].name, self.answers.tables.axes[axis].default
        return f"({name} is False or {name} is _d{axis})" if default == 0 else f"{name} is False"

    def relay(self, relay: Relay) -> None:
        self.offsets(relay.inputs, relay.shape, f"_r{relay.matrix}")
        self.names[f"_cells{relay.matrix}"] = relay.cells
        self.lines[-1] = self.lines[-1].replace(" = ", f" = _cells{relay.matrix}[", 1) + "]"

    def group(self, number: int, group: Group) -> None:
        self.offsets(group.symbols, group.sizes, f"_c{number}")

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
        words = ", ".join(f"_w{number}" for number in numbers)
        self.lines.append(f"_action, _outcomes, {words or '_live'} = {self._desk()}")
        if words:
            self.lines.append("_live = " + " & ".join(f"_w{number}[_c{number}]" for number in numbers))
        self.lines.append(f"_codes = (_action, {', '.join(f'_c{number}' for number in numbers)})")
        stated = ", ".join(f"{name!r}: None if {name} is _d{index} else {name}" for index, name in open_axes)
        unset = "".join(f" and {name} is _d{index}" for index, name in open_axes)
        stated_all = [f"{name} = _request[{name!r}]" for _, name in open_axes]
        stated_some = [f"{name} = _get({name!r}, _d{index})" for index, name in open_axes]
        self.names["_axes"] = frozenset(name for _, name in open_axes)
        return (
            f"{head}\n    if _request is None:\n        if not _more:\n{_attempt(self.lines, 12)}"
            f"    elif _type(_request) is _dict and not _more{unset}:\n        return _mapped(_request)\n"
            f"    return _slow(_request, {{{stated}}}, _more)\n"
            # As many keys as axes, and every axis among them: no name is unknown, and none need be checked.
            f"def _mapped(_request):\n    if len(_request) == {len(open_axes)}:\n{_attempt(stated_all + self.lines, 8)}"
            f"    elif _request.keys() <= _axes:\n        _get = _request.get\n"
            f"{_attempt(stated_some + self.lines, 8)}"
            f"    return _slow(_request, {{}}, {{}})\n"
        )

    def _desk(self) -> str:
        axis = self.answers.plan.desk_axis
        if axis < 0:
            self.names["_desk"] = _served(self.answers, 0)
            return "_desk"
        if axis in self.fixed:
            self.names["_desk"] = _served(self.answers, self.fixed[axis])
            return "_desk"
        known = self.answers.asked.encoders[axis].known
        self.names["_desks"] = _Desks(self.answers, known)
        return f"_desks[{self.answers.tables.axes[axis].name}]"


def _attempt(lines: Sequence[str], margin: int) -> str:
    """The look-ups, then the outcome; what is not in a table falls through to the slow path."""
    text = [
        "try:",
        *(f"    {line}" for line in lines),
        "except (KeyError, TypeError):",
        "    pass",
        "else:",
        "    try:",
        "        return _decision(_answers, _outcomes[_live], _codes)",
        "    except KeyError:",
        "        return _decision(_answers, _work_out(_action, _live, _codes[1:]), _codes)",
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
    """Action, outcomes, then the words of each group (may, and must above it), or all clauses where there is none."""
    served = answers.desk(action)
    desk, width = served.desk, served.width
    every = desk.every | desk.every << width
    words: list[tuple[int, ...]] = []
    for may, must, group in zip(desk.may, desk.must, answers.plan.groups, strict=True):
        if may is None or must is None:
            words.append((every,) * group.codes)
        else:
            words.append(tuple(some | all_ << width for some, all_ in zip(may, must, strict=True)))
    return (action, served.outcomes, *words) if words else (action, served.outcomes, every)


Slow = Callable[[Mapping[str, Any] | None, Mapping[str, Any], Mapping[str, Any]], Decision]


def unrolled(answers: Answers, fixed: Mapping[int, int], slow: Slow) -> Decide:
    """A function that decides by look-ups alone when every name and value is known, and leaves the rest to `slow`."""
    writer = _Writer(answers, fixed)
    text = writer.function()
    scope: dict[str, Any] = {
        **writer.names,
        "_answers": answers,
        "_slow": slow,
        "_decision": Decision,
        "_work_out": answers.work_out,
        "_type": type,
        "_dict": dict,
    }
    # Names of axes are identifiers by `check` (reserved_name) and by the artefact reader; values never reach the text.
    exec(compile(text, f"<decide {answers.tables.name}>", "exec"), scope)  # noqa: S102  # generated above, from ordinals and identifiers
    decide: Decide = scope["decide"]
    return decide
