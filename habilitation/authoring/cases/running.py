"""Cases run: the decision of each, and every way in which it is not the expected one, told at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from habilitation.authoring.cases.effects import EFFECTS
from habilitation.authoring.cases.judging import Judge
from habilitation.authoring.cases.proofreading import mistakes
from habilitation.authoring.cases.questions import Question, questions
from habilitation.authoring.cases.suite import Case, Suite, case_files, suite_of
from habilitation.authoring.cases.words import words_in
from habilitation.authorizer import Authorizer
from habilitation.authorizer.opening import usable
from habilitation.checked.policy import Policy
from habilitation.compiled.from_checked import tabulate
from habilitation.compiled.tables import Tables, Text
from habilitation.decided.decision import Decision
from habilitation.diagnostic import Diagnostic
from habilitation.source import Span
from habilitation.vocabulary import ENGINE_REASONS
from habilitation.written.from_folder import PolicyFiles
from habilitation.written.syntax import WrittenPolicy

# No mistake of a text: its code is in docs/workbench/test.md.
_CODE = "no_case"
_NO_CASE = Diagnostic(_CODE, "there is no case: nothing is tested", help="write cases in `tests/*.yaml`")
DIFFERS = "case_fails"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case run: the decision (None when the case cannot be asked) and how it differs from the expected one.

    Among the differences are the mistakes of the case itself.
    """

    case: Case
    decision: Decision | None
    differences: tuple[Diagnostic, ...]

    @property
    def differs(self) -> bool:
        """Whether the case was asked, and the answer is not the expected one."""
        return any(one.code == DIFFERS for one in self.differences)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a case expected of one side of the answer (`effect`, `reasons`, …) and what came, each in order."""

    what: str
    expected: tuple[str, ...]
    got: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Tested:
    """A policy and its cases, run: `asked` and `results` go together, in the order of the files.

    `mistakes` are those of the test files themselves: what keeps some cases from being asked, and what makes none.
    """

    written: WrittenPolicy
    policy: Policy
    tables: Tables
    suite: Suite
    asked: tuple[Question, ...]
    results: tuple[CaseResult, ...]
    mistakes: tuple[Diagnostic, ...]

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that cannot be asked, or are not answered as expected."""
        return tuple(result for result in self.results if result.differences)


def run_suite(files: PolicyFiles, only: str = "", lang: str = "en") -> Tested:
    """The cases of a policy whose name holds a text, run; that there is none at all is a mistake.

    Their differences are told in `lang` (`fr` or `en`).

    Raises PolicyError for a policy that cannot be used.
    """
    written, policy = usable(files)
    tables = tabulate(policy)
    tests = case_files(files)
    suite = suite_of(tests)
    found = mistakes(tests, words_in(tables))
    if not suite.cases and not suite.found:
        found = (*found, _NO_CASE)
    asked = tuple(one for one in questions(tables, suite) if only.casefold() in one.case.name.casefold())
    return Tested(written, policy, tables, suite, asked, tuple(run(tables, asked, lang)), found)


def run_cases(policy: Authorizer, files: PolicyFiles) -> tuple[list[CaseResult], list[Diagnostic]]:
    """Every case of a policy, in file order, and what is wrong with the test files themselves."""
    tests = case_files(files)
    found = mistakes(tests, words_in(policy.tables))
    return list(run(policy.tables, questions(policy.tables, suite_of(tests)))), list(found)


def run(tables: Tables, asked: Iterable[Question], lang: str = "en") -> Iterator[CaseResult]:
    """Every question judged by the tables; sentences are made only for those that fail."""
    judge = Judge(tables)
    for question in asked:
        if question.wrong:
            yield CaseResult(question.case, None, question.wrong)
            continue
        decision = judge.decision(question)
        right = judge.as_expected(decision, question.case.expected)
        told = () if right else (_told(one, lang) for one in mismatches(question.case, decision))
        yield CaseResult(question.case, decision, (*question.misnamed, *told))


def mismatches(case: Case, decision: Decision) -> Iterator[Mismatch]:
    """Each side of a decision that is not the expected one, at the word that expects it, or at the cell of a table."""
    expected = case.expected
    rules = _names(reason.rule for reason in decision.reasons if reason.rule not in ENGINE_REASONS)
    wanted = EFFECTS[expected.effect]
    if decision.effect is not wanted:
        place = case.span if case.table else expected.effect.span
        yield Mismatch("effect", (wanted.value,), (decision.effect.value, *rules), place)
    compared = (
        ("reasons", expected.reasons, rules),
        ("missing", expected.missing, _names(decision.missing)),
        ("obligations", expected.obligations, _names(decision.obligations)),
    )
    for what, words, got in compared:
        if words is not None and _names(words) != got:
            yield Mismatch(what, _names(words), got, words[0].span if words and not case.table else case.span)
    absent = _names(word for word in expected.advice or () if word not in decision.advice)
    if absent:
        yield Mismatch("advice", absent, _names(decision.advice), case.span)


_SENTENCES = {
    "effect": Text("{} attendu, {} obtenu ({})", "expected {}, got {} ({})"),
    "reasons": Text("règles attendues : {}, obtenues : {}", "expected reasons {}, got {}"),
    "missing": Text("manque attendu : {}, obtenu : {}", "expected missing {}, got {}"),
    "obligations": Text("obligations attendues : {}, obtenues : {}", "expected obligations {}, got {}"),
    "advice": Text("à savoir attendu : {}", "expected the advice {}"),
}


def _told(one: Mismatch, lang: str) -> Diagnostic:
    first = 1 if one.what == "effect" else 0  # after an effect, the rules that gave it
    told = [*one.got[:first], _listed(one.got[first:], lang)]
    sentence = _SENTENCES[one.what][lang].format(_listed(one.expected, lang), *told)
    return Diagnostic(DIFFERS, sentence, one.span)


def _names(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(map(str, words))))


def _listed(names: tuple[str, ...], lang: str) -> str:
    return ", ".join(names) or Text("rien", "none")[lang]
