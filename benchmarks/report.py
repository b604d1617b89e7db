"""The speed goals against a run: `python benchmarks/report.py FILE`, where FILE is what --benchmark-json wrote.

A ratio is taken twice: between the best rounds, and as the median of the ratios within one round (see `race.py`). The
verdict looks at the median. No time is asserted anywhere: times are the host's, ratios are ours.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Timed = Mapping[str, Any]  # one benchmark, as pytest-benchmark writes it


@dataclass(frozen=True, slots=True)
class Unit:
    """How a goal is read off `mine / theirs`, and whether a value meets a bound."""

    read: Callable[[float], float]
    shown: str
    met: Callable[[float, float], bool]


TIMES = Unit(lambda ratio: ratio, "{:.1f}×", lambda value, bound: value <= bound)
FASTER = Unit(lambda ratio: 1 / ratio, "{:.2f}× the speed", lambda value, bound: value >= bound)
SHARE = Unit(lambda ratio: 100 / ratio, "{:.1f} %", lambda value, bound: value >= bound)
SECONDS = Unit(lambda seconds: seconds, "{:.2f} s of CPU", lambda value, bound: value <= bound)
MILLISECONDS = Unit(lambda seconds: 1e3 * seconds, "{:.1f} ms", lambda value, bound: value <= bound)
WAITED = Unit(lambda seconds: seconds, "{:.2f} s", lambda value, bound: value <= bound)


@dataclass(frozen=True, slots=True)
class Goal:
    """A contender of a group against another; without a baseline, its own time. Without a bound, for information."""

    group: str
    contender: str
    baseline: str | None
    unit: Unit
    bound: float | None = None
    aim: float | None = None

    @property
    def reach(self) -> str:
        """The goal, in words."""
        if self.bound is None:
            return "–"
        sign = "≤" if self.unit.met(0, 1) else "≥"
        aim = "" if self.aim is None else f", aim at {self.unit.shown.format(self.aim)}"
        return f"{sign} {self.unit.shown.format(self.bound)}{aim}"


_ALL, _STATED = "one decision, all 31 facts", "one decision, the 9 to 15 facts that a caller states"
_DIFFERENT = "one decision, all 31 facts, requests that all differ"
_VIEW, _TABLE, _LOG = (
    "decide(document_type=…, masked=…) on a view",
    "a table, all 31 axes",
    "a table, the axes of a log",
)
_EMPTY, _KEYWORDS = "an empty call", "an empty call, same keywords"
_CHAIN, _WRITTEN_OUT = "the if-chain, a dict", "the if-chain, a dict written out"
_COPY, _CODES, _STRINGS = "numpy.copyto of the same bytes", "codes", "Arrow dictionary strings"
_CHECK = "compile, invariants, total comparison"
_WARM, _COLD = "the workbench, in a warm process", "the workbench, from a cold start"
_VERBS = ("check", "test --coverage", "diff of two editions")
_QUESTIONS = ("who may read a type", "what may a profession read", "what separates two professions")
_SITUATED = (
    "who may read a type, in an emergency",
    "what may a profession read, in normal care",
    "what separates two professions, in normal care",
)

GOALS = (
    Goal(_ALL, "decide, keywords", _EMPTY, TIMES, 15, 5),
    Goal(_ALL, "decide, a dict", _EMPTY, TIMES, 15, 5),
    Goal(_ALL, _KEYWORDS, _EMPTY, TIMES),
    Goal(_ALL, _CHAIN, _EMPTY, TIMES),
    Goal(_ALL, "decide, keywords", _KEYWORDS, TIMES),
    Goal(_ALL, "decide, a dict", _CHAIN, FASTER, 1, 2),
    Goal(_ALL, "decide, keywords", _WRITTEN_OUT, FASTER, 1, 2),
    Goal(_STATED, "decide, keywords", _EMPTY, TIMES, 15, 5),
    Goal(_STATED, _KEYWORDS, _EMPTY, TIMES),
    Goal(_STATED, "decide, keywords", _KEYWORDS, TIMES),
    Goal(_STATED, "decide, a dict", _CHAIN, FASTER, 1, 2),
    Goal(_STATED, "decide, keywords", _WRITTEN_OUT, FASTER, 1, 2),
    Goal(_DIFFERENT, "decide, a dict", _CHAIN, FASTER, 1, 2),
    Goal(_VIEW, "decide on a view", _EMPTY, TIMES, 2, 1.2),
    Goal(_VIEW, _KEYWORDS, _EMPTY, TIMES),
    Goal(_VIEW, "decide on a view", _KEYWORDS, TIMES),
    Goal("given", "given, four facts more", _EMPTY, TIMES),
    Goal("a screen: one patient opened, 100 documents asked once", "given, then decide", _WRITTEN_OUT, TIMES),
    Goal(_TABLE, _CODES, _COPY, SHARE, 5),
    Goal(_LOG, _CODES, _COPY, SHARE, 5),
    Goal(_TABLE, _STRINGS, _CODES, SHARE, 40),
    Goal(_LOG, _STRINGS, _CODES, SHARE, 40),
    Goal("opening the policy", "compiled", "from its texts", FASTER, 20),
    Goal("opening the policy, and a first decision", "compiled", "from its texts", FASTER),
    Goal("opening the policy, in a fresh interpreter", "compiled", "from its texts", FASTER),
    Goal(_CHECK, "check", None, SECONDS, 2),
    Goal(_CHECK, "check and certificate", None, SECONDS, 10),
    *(Goal(_WARM, verb, None, WAITED, 1) for verb in _VERBS),
    *(Goal(_COLD, verb, None, WAITED, 2) for verb in _VERBS),
    *(Goal("who, from open tables", question, None, MILLISECONDS) for question in (*_QUESTIONS, *_SITUATED)),
    *(Goal("who, as typed in a warm process", question, None, MILLISECONDS) for question in _QUESTIONS),
    Goal("the mutants of the DMP policy, on two cores", "mutate", None, WAITED, 120),
)


def row(goal: Goal, timed: Timed | None) -> str:
    """One line of the table."""
    baseline = goal.baseline or "–"
    cells = [f"{goal.group}: {goal.contender}", baseline, goal.reach]
    if timed is None:
        return _line([*cells, "", "", "not measured"])
    best, median = (goal.unit.read(ratio) for ratio in _ratios(goal, timed))
    return _line([*cells, goal.unit.shown.format(best), goal.unit.shown.format(median), _verdict(goal, median)])


def _ratios(goal: Goal, timed: Timed) -> tuple[float, float]:
    best, median = timed["stats"]["min"], timed["stats"]["median"]
    if goal.baseline is None:
        return best, median
    beside = timed["extra_info"]["beside"][goal.baseline]
    return best / beside["min"], beside["ratio"]


def _verdict(goal: Goal, value: float) -> str:
    if goal.bound is None:
        return "–"
    if goal.aim is not None and goal.unit.met(value, goal.aim):
        return "aim reached"
    return "reached" if goal.unit.met(value, goal.bound) else "missed"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def table(run: Mapping[str, Any], goals: Iterable[Goal]) -> str:
    """Some goals in markdown, as measured in a run."""
    timed = {(one["group"], one["extra_info"].get("contender")): one for one in run["benchmarks"]}
    head = ["what", "baseline", "reach for", "best rounds", "median", "verdict"]
    lines = [_line(head), _line(["---"] * len(head))]
    return "\n".join(lines + [row(goal, timed.get((goal.group, goal.contender))) for goal in goals])


def host(run: Mapping[str, Any]) -> str:
    """The machine and the day, without which a figure says nothing."""
    machine = run["machine_info"]
    cpu, version = machine["cpu"], machine["python_version"]
    return (
        f"{cpu.get('brand_raw', machine['machine'])}, {cpu['count']} cores, CPython {version}, {run['datetime'][:10]}"
    )


if __name__ == "__main__":
    measured = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(table(measured, [goal for goal in GOALS if goal.bound is not None]))
    print("\nFor information:\n")
    print(table(measured, [goal for goal in GOALS if goal.bound is None]))
    print(f"\n{host(measured)}")
