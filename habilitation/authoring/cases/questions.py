"""Cases put to the axes of a policy: what they state by ordinal, or why they cannot be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from habilitation.authoring.cases.suite import Case, Suite
from habilitation.authoring.cases.words import Words, words_in
from habilitation.compiled.tables import Tables
from habilitation.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Question:
    """A case, and the {axis: value} it states by ordinal; with something `wrong` it is not asked.

    `misnamed` are the names it expects that nothing bears: it is asked, judged on what else it expects, and fails.
    """

    case: Case
    stated: Mapping[int, int]
    wrong: tuple[Diagnostic, ...] = ()
    misnamed: tuple[Diagnostic, ...] = ()


def questions(tables: Tables, suite: Suite) -> tuple[Question, ...]:
    """The cases of a suite as any policy with these axes is asked them."""
    words = words_in(tables)
    return tuple(_question(case, words) for case in suite.cases)


def _question(case: Case, words: Words) -> Question:
    stated = [words.stated(name, value) for name, value in case.facts.items()]
    wrong = (*case.wrong, *(one for one in stated if isinstance(one, Diagnostic)))
    sides = words.misnamed(case.expected)
    misnamed = tuple(one for found in sides.values() for one in found)
    if wrong:
        return Question(case, {}, (*wrong, *misnamed))
    if misnamed:
        case = replace(case, expected=case.expected.without(sides))
    return Question(case, dict(one for one in stated if not isinstance(one, Diagnostic)), (), misnamed)
