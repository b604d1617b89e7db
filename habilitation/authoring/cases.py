"""The tests of a policy: situations written beside its rules, and what it must answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from habilitation.authorizer import Authorizer
from habilitation.compiled.tables import AxisTable
from habilitation.decided.decision import Decision
from habilitation.diagnostic import Diagnostic, RequestError, did_you_mean
from habilitation.source import Word
from habilitation.vocabulary import ENGINE_REASONS, Effect
from habilitation.written.from_folder import PolicyFiles, read_cases
from habilitation.written.syntax import WrittenCase, WrittenCases, as_day

_EXPECTED = {
    "permit": Effect.PERMIT,
    "forbid": Effect.DENY,
    "abstain": Effect.INDETERMINATE,
    "silent": Effect.NOT_APPLICABLE,
}
_TRUTHS: dict[str, bool] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case run: the decision (None when the case cannot be asked) and how it differs from the expected one."""

    case: WrittenCase
    decision: Decision | None
    differences: tuple[Diagnostic, ...]


def run_cases(policy: Authorizer, files: PolicyFiles) -> tuple[list[CaseResult], list[Diagnostic]]:
    """Every case of a policy, in file order, and what is wrong with the test files themselves."""
    read, found = read_cases(files)
    return [_run(policy, file, case) for file in read for case in file.cases], found


def _run(policy: Authorizer, file: WrittenCases, case: WrittenCase) -> CaseResult:
    wrong = [*_unreadable(file, case)]
    if wrong:
        return CaseResult(case, None, tuple(wrong))
    at = policy if case.at is None and case.known_on is None else policy.at(case.at or _today(), case.known_on)
    facts: dict[Word, Word] = {}
    for bundle in case.given:
        facts.update(file.facts[bundle])
    facts.update(case.with_)
    axes = {axis.name: axis for axis in policy.tables.axes}
    try:
        decision = at.decide({str(name): _value(axes.get(name), value) for name, value in facts.items()})
    except RequestError as refused:
        place = next((name.span for name in facts if name == refused.axis), case.name.span)
        return CaseResult(case, None, (Diagnostic("case_refused", refused.message, place, refused.help),))
    return CaseResult(case, decision, tuple(_differences(case, decision)))


def _today() -> datetime.date:
    return datetime.date.today()  # noqa: DTZ011  # a case without a date is judged as a request would be now


def _value(axis: AxisTable | None, word: Word) -> str | bool:
    return _TRUTHS.get(word, str(word)) if axis is not None and axis.fact else str(word)


def _unreadable(file: WrittenCases, case: WrittenCase) -> Iterator[Diagnostic]:
    for bundle in case.given:
        if bundle not in file.facts:
            way_out = did_you_mean(bundle, file.facts)
            yield Diagnostic("unknown_facts", f"unknown facts `{bundle}`", bundle.span, way_out)
    if case.expect not in _EXPECTED:
        way_out = "`permit`, `forbid`, `abstain` or `silent`"
        yield Diagnostic("unknown_value", f"unknown effect `{case.expect}`", case.expect.span, way_out)
    for day in (case.at, case.known_on):
        if day is not None and as_day(day) is None:
            yield Diagnostic("invalid_date", f"`{day}` is not a date", day.span, "write YYYY-MM-DD")


def _differences(case: WrittenCase, decision: Decision) -> Iterator[Diagnostic]:
    rules = {reason.rule for reason in decision.reasons} - {*ENGINE_REASONS}
    if decision.effect is not _EXPECTED[case.expect]:
        sentence = f"expected {_EXPECTED[case.expect].value}, got {decision.effect.value} ({_listed(rules)})"
        yield Diagnostic("case_fails", sentence, case.expect.span)
    compared = (
        ("reasons", case.reasons, rules),
        ("missing", case.missing, set(decision.missing)),
        ("obligations", case.obligations, set(decision.obligations)),
    )
    for what, expected, got in compared:
        if expected is not None and set(map(str, expected)) != got:
            sentence = f"expected {what} {_listed(set(map(str, expected)))}, got {_listed(got)}"
            yield Diagnostic("case_fails", sentence, expected[0].span if expected else case.name.span)
    absent = set(map(str, case.advice or ())) - set(decision.advice)
    if absent:
        yield Diagnostic("case_fails", f"expected the advice {_listed(absent)}", case.name.span)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
