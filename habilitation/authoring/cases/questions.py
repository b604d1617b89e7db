"""Cases put to the axes of a policy: what they state by ordinal, or why they cannot be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from habilitation.authoring.cases.suite import Case, Suite
from habilitation.compiled.tables import AxisTable, Tables
from habilitation.decided.request import desired
from habilitation.diagnostic import Diagnostic, RequestError
from habilitation.source import Word

_TRUTHS: dict[str, bool] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Question:
    """A case, and the {axis: value} it states by ordinal; with something `wrong` it is not asked."""

    case: Case
    stated: Mapping[int, int]
    wrong: tuple[Diagnostic, ...] = ()


def questions(tables: Tables, suite: Suite) -> tuple[Question, ...]:
    """The cases of a suite as any policy with these axes is asked them."""
    asked = desired(tables)
    axes = {axis.name: axis for axis in tables.axes}
    # A table repeats its codes in every cell: each is read once.
    known: dict[tuple[Word, Word], tuple[int, int]] = {}

    def question(case: Case) -> Question:
        stated: dict[int, int] = {}
        wrong = [*case.wrong]
        for name, value in case.facts.items():
            if (name, value) not in known:
                try:
                    read = asked.ordinals({str(name): _value(axes.get(name), value)}, stated={})
                except RequestError as refused:
                    place = name if refused.code == "unknown_axis" else value
                    wrong.append(Diagnostic("case_refused", refused.message, place.span, refused.help))
                    continue
                known[name, value] = next(iter(read.items()))
            axis, ordinal = known[name, value]
            stated[axis] = ordinal
        return Question(case, {} if wrong else stated, tuple(wrong))

    return tuple(map(question, suite.cases))


def _value(axis: AxisTable | None, word: Word) -> str | bool:
    return _TRUTHS.get(word, str(word)) if axis is not None and axis.fact else str(word)
