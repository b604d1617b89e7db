"""Cases run: the decision of each, and every way in which it is not the expected one, told at its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from habilitation.authoring.cases.judging import Judge
from habilitation.authoring.cases.questions import Question, questions
from habilitation.authoring.cases.suite import EFFECTS, Case, read
from habilitation.authorizer import Authorizer
from habilitation.compiled.tables import Tables
from habilitation.decided.decision import Decision
from habilitation.diagnostic import Diagnostic
from habilitation.vocabulary import ENGINE_REASONS
from habilitation.written.from_folder import PolicyFiles


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case run: the decision (None when the case cannot be asked) and how it differs from the expected one."""

    case: Case
    decision: Decision | None
    differences: tuple[Diagnostic, ...]


def run_cases(policy: Authorizer, files: PolicyFiles) -> tuple[list[CaseResult], list[Diagnostic]]:
    """Every case of a policy, in file order, and what is wrong with the test files themselves."""
    suite = read(files)
    return list(run(policy.tables, questions(policy.tables, suite))), list(suite.found)


def run(tables: Tables, asked: tuple[Question, ...]) -> Iterator[CaseResult]:
    """Every question judged by the tables; sentences are made only for those that fail."""
    judge = Judge(tables)
    for question in asked:
        if question.wrong:
            yield CaseResult(question.case, None, question.wrong)
            continue
        decision = judge.decision(question)
        right = judge.as_expected(decision, question.case.expected)
        yield CaseResult(question.case, decision, () if right else tuple(differences(question.case, decision)))


def differences(case: Case, decision: Decision) -> Iterator[Diagnostic]:
    """Each way in which a decision is not the expected one, at the word that expects it."""
    expected = case.expected
    rules = {reason.rule for reason in decision.reasons} - {*ENGINE_REASONS}
    if decision.effect is not EFFECTS[expected.effect]:
        sentence = f"expected {EFFECTS[expected.effect].value}, got {decision.effect.value} ({_listed(rules)})"
        yield Diagnostic("case_fails", sentence, case.span if case.table else expected.effect.span)
    compared = (
        ("reasons", expected.reasons, rules),
        ("missing", expected.missing, set(decision.missing)),
        ("obligations", expected.obligations, set(decision.obligations)),
    )
    for what, words, got in compared:
        if words is not None and set(map(str, words)) != got:
            sentence = f"expected {what} {_listed(set(map(str, words)))}, got {_listed(got)}"
            yield Diagnostic("case_fails", sentence, words[0].span if words and not case.table else case.span)
    absent = set(map(str, expected.advice or ())) - set(decision.advice)
    if absent:
        yield Diagnostic("case_fails", f"expected the advice {_listed(absent)}", case.span)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
