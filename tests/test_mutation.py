"""Mutants: what is changed and where; and fates that are those of a mutant recompiled and asked everything."""

import dataclasses
import datetime
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from habilitation.authoring.cases import Case, Expected, Question
from habilitation.authoring.cases.judging import Judge
from habilitation.authoring.check import opened
from habilitation.authoring.mutation import facing, refusing
from habilitation.authoring.mutation.facing import Facing
from habilitation.authoring.mutation.fate import Bench, Fate, Judged
from habilitation.authoring.mutation.pasting import case_yaml
from habilitation.authoring.mutation.possible import coordinates, possible_cells, possible_values, status
from habilitation.authoring.mutation.refusing import Refusing
from habilitation.authoring.mutation.score import score
from habilitation.authoring.mutation.sieve import Sieve, numbers
from habilitation.authoring.mutation.standing import Standings
from habilitation.authoring.mutation.witness import Answer, Witness
from habilitation.authoring.refuting import refutations
from habilitation.checked import meaning
from habilitation.checked.policy import And, Condition, Invariant, Is, MatrixEdition, Not, Or, Policy, Rule
from habilitation.checked.timeline import overlapping_editions, timeline
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.compiled.from_checked import symbol_sizes, tabulate
from habilitation.diagnostic import Diagnostic, PolicyError
from habilitation.source import Source, Span, Word
from habilitation.vocabulary import DISTANT_FUTURE, Effect, RuleEffect
from tests.command_line import run
from tests.dense_policies import dense_policy
from tests.random_policies import conditions, policies
from tests.small_policies import axis, fact, policy_folder, rule, world

_SPAN = Span(Source("cases.yaml", "x"), 0, 1)
_TODAY = datetime.date(2025, 6, 1)
_WORDS = {
    Effect.PERMIT: "permit",
    Effect.DENY: "forbid",
    Effect.INDETERMINATE: "abstain",
    Effect.NOT_APPLICABLE: "silent",
}


# --- the quick fate is the slow one ----------------------------------------------------------------


@st.composite
def accepted(draw: st.DrawFn) -> Policy:
    """A policy with some invariants, without what `check` says against it."""
    policy = draw(policies())
    some = draw(st.lists(conditions(policy.axes, policy.matrices), max_size=3))
    invariants = (
        Invariant(draw(st.booleans()), f"{number}", draw(st.sampled_from(RuleEffect)), condition, _SPAN)
        for number, condition in enumerate(some)
    )
    policy = dataclasses.replace(policy, invariants=tuple(invariants))
    while (found := next(refutations(policy, tabulate(policy)), None)) is not None:
        policy = _without(policy, found)
    return policy


def _without(policy: Policy, found: Diagnostic) -> Policy:
    words = found.message.split("`")
    if found.code == "default_opens":
        axes = (dataclasses.replace(one, default=None) if one.name == words[3] else one for one in policy.axes)
        return dataclasses.replace(policy, axes=tuple(axes))
    if found.code.startswith("invariant"):
        kept = (one for one in policy.invariants if f"“{one.sentence}”" not in found.message)
        return dataclasses.replace(policy, invariants=tuple(kept))
    return _redated(dataclasses.replace(policy, rules=tuple(one for one in policy.rules if one.name != words[1])))


@st.composite
def changed(draw: st.DrawFn, policy: Policy) -> Policy:
    """A policy with one rule, or one edition of a matrix, otherwise."""
    if draw(st.booleans()) and any(matrix.editions for matrix in policy.matrices):
        return draw(_other_cells(policy))
    assume(policy.rules)
    number = draw(st.integers(0, len(policy.rules) - 1))
    one = policy.rules[number]
    other: Rule | None = draw(
        st.one_of(
            conditions(policy.axes, policy.matrices).map(lambda new: dataclasses.replace(one, condition=new)),
            _widened(policy, one.condition).map(lambda new: dataclasses.replace(one, condition=new)),
            st.sampled_from(RuleEffect).map(lambda new: dataclasses.replace(one, effect=new)),
            st.sampled_from(policy.rules).map(
                lambda new: dataclasses.replace(one, applicable=new.applicable, known=new.known)
            ),
            st.none(),
        )
    )
    rules = (*policy.rules[:number], *([other] if other else []), *policy.rules[number + 1 :])
    return _redated(dataclasses.replace(policy, rules=rules))


@st.composite
def _widened(draw: st.DrawFn, policy: Policy, condition: Condition) -> Condition:
    """A condition in which each set of an axis has the values of a larger one."""
    match condition:
        case Is(axis, values):
            every = range(len(policy.axes[axis].values))
            return Is(axis, values | draw(st.frozensets(st.sampled_from(every))))
        case Not(part):
            return Not(draw(_widened(policy, part)))
        case And(parts) | Or(parts):
            return type(condition)(tuple(draw(_widened(policy, part)) for part in parts))
        case _:
            return condition


@st.composite
def _other_cells(draw: st.DrawFn, policy: Policy) -> Policy:
    number = draw(st.sampled_from([n for n, matrix in enumerate(policy.matrices) if matrix.editions]))
    matrix = policy.matrices[number]
    at = draw(st.integers(0, len(matrix.editions) - 1))
    where = draw(st.sampled_from(_coordinates(policy, number)))
    return _flipped(policy, number, at, where, draw(st.integers(0, len(matrix.values) - 1)))


def _coordinates(policy: Policy, number: int) -> list[tuple[int, ...]]:
    sizes = [
        len(policy.matrices[one.index].values) if one.is_matrix else len(policy.axes[one.index].values)
        for one in policy.matrices[number].inputs
    ]
    return list(itertools.product(*map(range, sizes)))


def _flipped(policy: Policy, number: int, at: int, where: tuple[int, ...], value: int) -> Policy:
    matrix = policy.matrices[number]
    edition: MatrixEdition = matrix.editions[at]
    flipped = dataclasses.replace(edition, cells={**edition.cells, where: value})
    editions = (*matrix.editions[:at], flipped, *matrix.editions[at + 1 :])
    replaced = dataclasses.replace(matrix, editions=editions)
    matrices = (*policy.matrices[:number], replaced, *policy.matrices[number + 1 :])
    return _redated(dataclasses.replace(policy, matrices=matrices))


def _redated(policy: Policy) -> Policy:
    editions, stretches = timeline(policy.matrices, policy.rules)
    return dataclasses.replace(policy, editions=editions, timeline=stretches)


@st.composite
def asked(draw: st.DrawFn, policy: Policy, at_most: int = 5) -> Question:
    """A question the policy answers as expected; it may leave facts out, and say nothing of the reasons."""
    axes = draw(st.sets(st.integers(0, len(policy.axes) - 1), max_size=at_most))
    stated = {number: draw(st.integers(0, len(policy.axes[number].values) - 1)) for number in sorted(axes)}
    day = draw(st.sampled_from([datetime.date(2024, 6, 1), datetime.date(2025, 6, 1), datetime.date(2026, 6, 1)]))
    answer = _answer(policy, stated, day)
    reasons = [Word(name, _SPAN) for name in answer.rules] if draw(st.booleans()) else None
    missing = [Word(name, _SPAN) for name in answer.missing] if draw(st.booleans()) else None
    expected = Expected(Word(_WORDS[answer.effect], _SPAN), reasons, missing)
    return Question(Case("a case", {}, expected, _SPAN, at=day), stated)


def _answer(policy: Policy, stated: meaning.Situation, day: datetime.date) -> meaning.Meaning:
    number = _edition(policy, day, DISTANT_FUTURE - datetime.timedelta(1))
    if number is None:
        return meaning.Meaning(Effect.INDETERMINATE, frozenset())
    return meaning.decide(policy, policy.editions[number], stated)


def _edition(policy: Policy, day: datetime.date, known: datetime.date) -> int | None:
    return next(one.edition for one in policy.timeline if one.applicable.holds(day) and one.known.holds(known))


def _slow_fate(policy: Policy, mutant: Policy, questions: list[Question]) -> Fate:
    """By the definition: every case, every situation on every day, and all that `check` says."""
    if _killed(mutant, questions):
        return Fate.KILLED_BY_TEST
    if all(one == other for one, other in _everywhere(policy, mutant)):
        return Fate.EQUIVALENT
    return Fate.KILLED_BY_CHECK if _refusals(mutant) else Fate.SURVIVED


def _refusals(mutant: Policy) -> set[tuple[str, str]]:
    """All that `check` says, of a policy compiled and proved as any other."""
    found = [*overlapping_editions(mutant.matrices), *refutations(mutant, tabulate(mutant))]
    return {(one.code, one.message) for one in found}


def _killed(mutant: Policy, questions: list[Question]) -> bool:
    for one in questions:
        assert one.case.at is not None
        got, expected = _answer(mutant, one.stated, one.case.at), one.case.expected
        if (
            _WORDS[got.effect] != expected.effect
            or (expected.reasons is not None and {*expected.reasons} != got.rules)
            or (expected.missing is not None and {*expected.missing} != got.missing)
        ):
            return True
    return False


def _everywhere(policy: Policy, mutant: Policy) -> Iterator[tuple[object, ...]]:
    days = {stretch.applicable.start for one in (policy, mutant) for stretch in one.timeline}
    known = {stretch.known.start for one in (policy, mutant) for stretch in one.timeline}
    situations = [*meaning.completions(policy, {})]
    for day, on in itertools.product(sorted(days), sorted(known)):
        numbers = [_edition(one, day, on) for one in (policy, mutant)]
        before, after = numbers
        if before is None or after is None:
            yield before is None, after is None
            continue
        for situation in situations:
            yield (
                meaning.judge(policy, policy.editions[before], situation),
                meaning.judge(mutant, mutant.editions[after], situation),
            )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_quick_fate_of_a_mutant_is_that_of_the_definition(data: st.DataObject) -> None:
    policy = data.draw(accepted())
    mutant = data.draw(changed(policy))
    questions = data.draw(st.lists(asked(policy), max_size=4))
    bench = Bench(policy, tabulate(policy), tuple(questions), _TODAY)
    assert bench.judge(mutant).fate is _slow_fate(policy, mutant, questions)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutant_is_refused_as_check_would_refuse_it_without_what_the_policy_proves(data: st.DataObject) -> None:
    policy = data.draw(accepted())
    standings = Standings(policy, symbol_sizes(policy))
    refused = Refusing(standings, tabulate(policy))
    for _ in range(3):  # what was found for a mutant serves the next
        mutant = data.draw(changed(policy))
        found, said = refused.refusal(Standings(mutant, symbol_sizes(mutant), standings)), _refusals(mutant)
        assert (found.code, found.message) in said if found is not None else not said


@pytest.mark.parametrize(
    "error", [PolicyError([Diagnostic("compiled_too_large", "too large")]), DiagramTooLargeError("too large")]
)
def test_a_mutant_that_cannot_be_compiled_or_proved_is_refused_as_too_large(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    policy = dense_policy(1)
    standings = Standings(policy, symbol_sizes(policy))
    refused = Refusing(standings, tabulate(policy))
    monkeypatch.setattr(refusing, "tabulate", Mock(side_effect=error))
    assert refused.refusal(standings) == Diagnostic("compiled_too_large", "too large")


def test_a_mutant_that_cannot_be_compiled_for_a_case_is_refused_as_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = dense_policy(1)
    # A case that states nothing leaves open what a rule less changes.
    question = Question(Case("all", {}, Expected(Word("abstain", _SPAN)), _SPAN, at=_TODAY), {})
    bench = Bench(policy, tabulate(policy), (question,), _TODAY)
    monkeypatch.setattr(facing, "tabulate", Mock(side_effect=PolicyError([])))
    mutant = _redated(dataclasses.replace(policy, rules=policy.rules[1:]))
    assert bench.judge(mutant) == Judged(Fate.KILLED_BY_CHECK, "compiled_too_large")


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(0, 2**32), st.integers(0, 2))
def test_a_cell_changed_among_several_that_a_case_leaves_open_is_judged_as_defined(
    data: st.DataObject, seed: int, number: int
) -> None:
    policy = dense_policy(seed)
    questions = data.draw(st.lists(asked(policy, at_most=2), min_size=3, max_size=3))
    standings = Standings(policy, symbol_sizes(policy))
    faced = Facing(standings, questions, _TODAY)
    for where, value in itertools.product(_coordinates(policy, number), range(len(policy.matrices[number].values))):
        mutant = _flipped(policy, number, 0, where, value)
        killer = faced.killer(Standings(mutant, symbol_sizes(mutant), standings))
        assert (killer is not None) is _killed(mutant, questions)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 2**32), st.integers(0, 2))
def test_the_sieve_keeps_the_cases_in_which_a_rule_may_hold_or_a_cell_may_be_read(
    data: st.DataObject, seed: int, number: int
) -> None:
    policy = dense_policy(seed)
    standing = Standings(policy, symbol_sizes(policy)).of(0)
    cases = []
    for question in data.draw(st.lists(asked(policy), max_size=5)):
        possible = possible_values(policy, question.stated)
        for matrix in range(3):
            possible["matrix", matrix] = possible_cells(policy, matrix, standing.cells[matrix], possible)
        cases.append(possible)
    sieve = Sieve(policy, cases)
    for force in standing.rules.values():
        may = [place for place, case in enumerate(cases) if status(force.clauses, case)[0]]
        assert list(numbers(sieve.may_hold(force.clauses))) == may
    for where in _coordinates(policy, number):
        sides = [coordinates(policy, number, case) for case in cases]
        reading = [place for place, side in enumerate(sides) if all(at in side[n] for n, at in enumerate(where))]
        assert list(numbers(sieve.may_read(number, [where]))) == reading


def test_a_case_that_leaves_several_cells_open_kills_a_mutant_that_gives_the_same_ones_to_others(
    tmp_path: Path,
) -> None:
    rules = rule("permit", "on_shift", "matrix shift is on or role is visitor", "for enter")
    shifts = SHIFTS.replace("          nurse:  N O\n", "          nurse:  N O\n          visitor: N N\n")
    cases = "cases:\n  - {name: somebody, with: {action: enter}, at: 2025-01-01, expect: abstain, missing: [role]}\n"
    folder = policy_folder(tmp_path, rules, DOOR, {"shift": shifts}, cases)
    found = json.loads(run("mutate", str(folder), "--json", "--only", "shift", "--lang", "en", "--jobs", "1").out)
    fates = {one["sentence"]: (one["fate"], one["by"]) for one in found["mutants"]}
    assert fates["shift (nurse, enter): `on` instead of `off`"] == ("killed_by_test", "somebody")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_case_made_of_the_situation_of_a_survivor_kills_it(data: st.DataObject) -> None:
    policy = data.draw(policies())
    mutant = data.draw(changed(policy))
    tables = tabulate(policy)
    told = Bench(policy, tables, (), _TODAY).judge(mutant).witness
    if told is None:
        return
    case = _question(policy, told, told.policy)
    assert Judge(tables, _TODAY).passes(case)
    assert Bench(policy, tables, (case,), _TODAY).judge(mutant).fate is Fate.KILLED_BY_TEST
    assert Judge(tabulate(mutant), _TODAY).passes(_question(policy, told, told.mutant))


def _question(policy: Policy, told: Witness, answer: Answer) -> Question:
    """The case of a witness, that expects one of both answers."""
    axes = {one.name: number for number, one in enumerate(policy.axes)}
    names = [[value.name for value in one.values] for one in policy.axes]
    stated = {axes[axis]: names[axes[axis]].index(value) for axis, value in told.situation}
    expected = Expected(Word(_WORDS[answer.effect], _SPAN), [Word(name, _SPAN) for name in answer.rules])
    return Question(Case("a case", {}, expected, _SPAN, at=told.at, known_on=told.known_on), stated)


# --- what is changed, and where --------------------------------------------------------------------

DOOR = world(axis("action", "enter", "leave", "knock"), axis("role", "doctor", "nurse", "visitor"), fact("invited"))
RULES = (
    rule("permit", "guests", "invited and not (role is visitor or late)", "for enter")
    + rule("forbid", "no_visitor", "role is visitor", "for enter, leave", "applicable from 2025-01-01")
    + "define late: role is visitor and invited\n"
)
SHIFTS = """\
matrix: shift
fr: Garde
en: Shift
axes: [role, action]
rows: role
values: {on: {mark: O, fr: oui, en: on}, off: {mark: N, fr: non, en: off}}
editions:
  - id: first
    applicable: {from: 2024-01-01}
    known: {from: 2024-01-01}
    provenance: {title: a list}
    blocks:
      - columns: [enter, leave]
        rows:
          doctor: O .
          nurse:  N O
"""
CASES = """\
facts:
  guest: {action: enter, role: doctor, invited: true}
cases:
  - {name: a guest enters, given: [guest], at: 2025-01-01, expect: permit, reasons: [guests]}
  - {name: no visitor, given: [guest], with: {role: visitor}, at: 2025-01-01, expect: forbid, reasons: [no_visitor]}
"""


def door(ground: Path, rules: str = RULES, cases: str = CASES) -> Path:
    return policy_folder(ground, rules, DOOR, {"shift": SHIFTS}, cases)


def sentences(ground: Path, *words: str) -> list[str]:
    """What `mutate --list` says of every mutant, its fate and the total left out."""
    shown = run("mutate", str(door(ground)), "--list", "--lang", "en", "--jobs", "1", *words).out.splitlines()
    heads = [line for line in shown if line not in ("", shown[-1]) and not line.startswith(" ")]
    return [line.partition("all.hab:")[2] or line.partition("shift.yaml:")[2] for line in heads]


def test_a_rule_is_dropped_swapped_rewritten_and_moved_in_time(tmp_path: Path) -> None:
    assert sentences(tmp_path, "--only", "no_visitor") == [
        "7:8: rule `no_visitor` dropped",
        "7:8: `no_visitor`: `permit` instead of `forbid`",
        "7:8: `no_visitor`: `abstain` instead of `forbid`",
        "9:7: `enter` removed in `no_visitor`",
        "9:14: `leave` removed in `no_visitor`",
        "9:7: `knock` added to `for enter, leave` in `no_visitor`",
        "8:8: `when role is visitor` dropped from `no_visitor`",
        "8:8: `role is not visitor` instead of `role is visitor` in `no_visitor`",
        "8:8: `doctor` added to `role is visitor` in `no_visitor`",
        "10:19: `applicable from 2024-12-31` instead of `applicable from 2025-01-01` for `no_visitor`",
        "10:19: `applicable from 2025-01-02` instead of `applicable from 2025-01-01` for `no_visitor`",
        "10:19: `applicable from 2025-01-01` dropped from `no_visitor`",
    ]


def test_a_clause_is_dropped_at_every_depth(tmp_path: Path) -> None:
    dropped = [one for one in sentences(tmp_path, "--only", "guests") if "dropped from" in one]
    assert dropped == [
        "2:8: `invited` dropped from `guests`",
        "2:25: `not (role is visitor or late)` dropped from `guests`",
        "2:25: `role is visitor` dropped from `guests`",
        "2:44: `late` dropped from `guests`",
    ]


GROUPS = (
    "{doctors: [surgeon, intern], ward: [nurse, porter, surgeon, intern], care: [nurse, surgeon, intern, retired],"
    " former: [nurse, retired], desk: [clerk, porter]}"
)


def widened(ground: Path, when: str, *more: str) -> list[str]:
    """What the sets of one rule are widened to, where roles and actions have groups; the next value aside."""
    named = re.sub(r"(\w+): (\[[^]]*])", r"\1: {fr: \1, en: \1, values: \2}", GROUPS)
    roles = ("surgeon", "clerk", "intern", "nurse", "porter", "retired: {status: deprecated}")
    moves = "{moves: {fr: passer, en: move, values: [enter, leave]}}"
    vocabulary = world(axis("action", "enter", "knock", "leave", groups=moves), axis("role", *roles, groups=named))
    folder = policy_folder(ground, rule("permit", "guests", when, *more), vocabulary)
    found = mutated(folder)["mutants"]
    return [one["sentence"] for one in found if one["operator"] == "set_widened"]


def test_a_set_is_widened_to_the_smallest_group_that_holds_it_and_more(tmp_path: Path) -> None:
    assert widened(tmp_path, "role is surgeon") == [
        "`role is surgeon` widened to the group `doctors` in `guests`",
    ]
    french = run("mutate", str(tmp_path), "--list", "--lang", "fr", "--jobs", "1").out
    assert ":8: `role is surgeon` élargi au groupe `doctors` dans `guests`\n" in french
    assert widened(tmp_path, "role is clerk or role not in doctors") == [
        "`role is clerk` widened to the group `desk` in `guests`",
        "`role not in doctors` widened to the group `ward` in `guests`",
        "`role not in doctors` widened to the group `care` in `guests`",
    ]


def test_a_group_with_nothing_more_in_use_and_one_that_lacks_a_value_widen_no_set(tmp_path: Path) -> None:
    assert widened(tmp_path, "role is nurse") == [
        "`role is nurse` widened to the group `ward` in `guests`",
        "`role is nurse` widened to the group `care` in `guests`",
    ]
    assert widened(tmp_path, "role in {nurse, clerk}") == []


def test_actions_are_widened_to_a_group_save_where_it_is_the_set_with_the_next_value_added(tmp_path: Path) -> None:
    clerks = "`role is clerk` widened to the group `desk` in `guests`"
    entering = "`for enter` widened to the group `moves` in `guests`"
    assert widened(tmp_path, "role is clerk", "for enter") == [entering, clerks]
    assert widened(tmp_path, "role is clerk", "for leave") == [clerks]  # `enter` comes after `leave`, the last


def test_a_test_is_quoted_as_it_is_written_a_group_after_in(tmp_path: Path) -> None:
    group = "    groups:\n      staff: {fr: Soignants, en: Staff, values: [doctor, nurse]}\n"
    when = "role in staff and role not in {visitor} and role in {doctor, nurse}"
    rules = rule("permit", "staff_enter", when, "for enter")
    folder = policy_folder(tmp_path, rules, DOOR.replace("  invited:", f"{group}  invited:"))
    shown = run("mutate", str(folder), "--list", "--lang", "en", "--jobs", "1", "--only", "staff_enter").out
    quoted = [line.partition(": ")[2] for line in shown.splitlines() if line.startswith("rules/all.hab:2:")]
    assert quoted == [
        "`role in staff` dropped from `staff_enter`",
        "`role not in staff` instead of `role in staff` in `staff_enter`",
        "`visitor` added to `role in staff` in `staff_enter`",
        "`role not in {visitor}` dropped from `staff_enter`",
        "`role in {visitor}` instead of `role not in {visitor}` in `staff_enter`",
        "`doctor` added to `role not in {visitor}` in `staff_enter`",
        "`role in {doctor, nurse}` dropped from `staff_enter`",
        "`role not in {doctor, nurse}` instead of `role in {doctor, nurse}` in `staff_enter`",
        "`doctor` removed in `staff_enter`",
        "`nurse` removed in `staff_enter`",
        "`visitor` added to `role in {doctor, nurse}` in `staff_enter`",
    ]


def test_a_mark_is_flipped_to_each_other_value_and_to_none_at_its_column(tmp_path: Path) -> None:
    flipped = [one for one in sentences(tmp_path, "--only", "shift.yaml") if "shift (nurse" in one or "(doctor" in one]
    assert flipped[:4] == [
        "15:19: shift (doctor, enter): `not covered` instead of `on`",
        "15:19: shift (doctor, enter): `off` instead of `on`",
        "15:21: shift (doctor, leave): `on` instead of `not covered`",
        "15:21: shift (doctor, leave): `off` instead of `not covered`",
    ]
    assert len(flipped) == 2 * 4


def test_a_survivor_is_shown_with_both_answers_and_a_case_to_paste_and_ends_with_1(tmp_path: Path) -> None:
    ran = run("mutate", str(door(tmp_path)), "--lang", "en", "--only", "no_visitor", "--jobs", "1")
    assert ran.code == 1
    assert ran.out.splitlines()[:7] == [
        "rules/all.hab:9:14: `leave` removed in `no_visitor`",
        "  survives: a case would kill it; the policy answers DENY (no_visitor), the mutant NOT_APPLICABLE",
        '  - name: "`leave` removed in `no_visitor` (rules/all.hab:9:14)"',
        "    with: {action: leave, role: visitor}",
        "    at: 2025-01-01",
        "    expect:",
        "rules/all.hab:9:7: `knock` added to `for enter, leave` in `no_visitor`",
    ]


def test_a_long_list_begins_with_its_total_too(tmp_path: Path) -> None:
    lines = run("mutate", str(door(tmp_path)), "--lang", "en", "--list", "--jobs", "1").out.splitlines()
    assert lines[0] == lines[-1]
    assert lines[1] == ""
    assert "; score " in lines[0]
    short = run("mutate", str(tmp_path), "--lang", "en", "--only", "no_visitor", "--jobs", "1").out.splitlines()
    assert "; score " not in short[0]


def test_a_mutant_too_large_to_be_compared_survives_without_a_situation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: object) -> None:
        raise DiagramTooLargeError

    monkeypatch.setattr("habilitation.authoring.mutation.fate.difference", too_large)
    ran = run("mutate", str(door(tmp_path)), "--lang", "en", "--only", "no_visitor", "--jobs", "1")
    assert "`leave` removed in `no_visitor`\n  survives\n" in ran.out
    found = json.loads(run("mutate", str(tmp_path), "--json", "--only", "no_visitor", "--jobs", "1").out)
    assert {one["case"] for one in found["mutants"]} == {None}


def test_a_mutant_of_a_date_is_told_apart_by_a_day_between_the_two(tmp_path: Path) -> None:
    found = json.loads(run("mutate", str(door(tmp_path)), "--json", "--only", "no_visitor", "--jobs", "1").out)
    days = {one["sentence"].split("`")[1]: one["at"] for one in found["mutants"] if one["operator"] == "date_shifted"}
    assert days == {"applicable from 2024-12-31": "2024-12-31", "applicable from 2025-01-02": None}
    (shifted,) = [one for one in found["mutants"] if one["at"] == "2024-12-31"]
    assert (shifted["fate"], shifted["edition"], shifted["known_on"]) == ("survived", "2024-01-01", None)
    assert shifted["policy"] == {"effect": "NOT_APPLICABLE", "rules": []}
    assert shifted["mutant"] == {"effect": "DENY", "rules": ["no_visitor"]}


# Everything that may be dated is: a rule from a day to another, known from a third; a matrix in two editions.
DATED = (
    rule("permit", "guests", "invited", "for enter", "applicable from 2024-05-01 until 2025-05-01")
    + rule("permit", "staff", "matrix shift is on", "known from 2025-07-01")
    + rule("forbid", "no_visitor", "role is visitor", "for enter, leave", "applicable from 2025-01-01")
    + rule("permit", "anybody", "role is visitor or not invited", "for knock")
)
TWO_SHIFTS = (
    SHIFTS.replace("applicable: {from: 2024-01-01}", "applicable: {from: 2024-01-01, until: 2025-03-01}")
    + """  - id: second
    applicable: {from: 2025-03-01}
    known: {from: 2025-02-01}
    provenance: {title: a list}
    blocks:
      - columns: [enter, leave]
        rows: {doctor: . O, nurse: O O}
"""
)


def test_the_cases_of_all_survivors_once_pasted_and_filled_kill_them_all(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path, DATED, DOOR, {"shift": TWO_SHIFTS}, "cases: []\n")
    before = mutated(folder)
    survivors = [one for one in before["mutants"] if one["fate"] == "survived"]
    assert {one["operator"] for one in survivors} >= {"date_shifted", "date_dropped", "cell_flipped", "rule_dropped"}
    assert any(one["known_on"] for one in survivors)
    cases = "\n".join(filled(one) for one in survivors)
    (folder / "tests" / "cases.yaml").write_text(f"cases:\n{cases}\n", encoding="utf-8")
    after = mutated(folder)
    assert [one["sentence"] for one in after["mutants"] if one["fate"] == "survived"] == []
    assert after["counts"]["by_tests"] >= len(survivors)


def mutated(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("mutate", str(folder), "--json", "--jobs", "1", "--lang", "en").out)
    return found


def filled(survivor: dict[str, Any]) -> str:
    """The case of a survivor, expecting what the policy answers."""
    effect = _WORDS[Effect(survivor["policy"]["effect"])]
    text: str = survivor["case"].replace("expect:", f"expect: {effect}")
    return text.replace("reasons:", f"reasons: [{', '.join(survivor['policy']['rules'])}]")


def test_a_case_left_as_it_is_pasted_is_told_to_expect_nothing(tmp_path: Path) -> None:
    first = mutated(door(tmp_path))["mutants"]
    case = next(one["case"] for one in first if one["fate"] == "survived")
    (tmp_path / "tests" / "cases.yaml").write_text(f"cases:\n{case}\n", encoding="utf-8")
    assert "unknown effect ``" in run("check", str(tmp_path)).out


def test_what_yaml_could_take_for_something_else_is_quoted_in_a_case() -> None:
    answers = Answer(Effect.PERMIT, ("a",)), Answer(Effect.PERMIT, ("b",))
    told = Witness((("role", "a, b"), ("kind", "11488-4")), None, datetime.date(2025, 1, 2), "", *answers)
    assert case_yaml(told, 'a "name"').splitlines() == [
        '  - name: "a \\"name\\""',
        '    with: {role: "a, b", kind: 11488-4}',
        "    known_on: 2025-01-02",
        "    expect:",
        "    reasons:",
    ]


def test_a_cell_that_no_rule_reads_is_proved_equivalent(tmp_path: Path) -> None:
    found = json.loads(run("mutate", str(door(tmp_path)), "--json", "--only", "shift", "--jobs", "1").out)
    assert {one["fate"] for one in found["mutants"] if one["operator"] == "cell_flipped"} == {"equivalent"}


def test_where_every_mutant_is_killed_or_equivalent_it_ends_with_0(tmp_path: Path) -> None:
    cases = (
        CASES + "  - {name: nor goes out, with: {action: leave, role: visitor}, at: 2025-01-01, expect: forbid}\n"
        "  - {name: he knocks, given: [guest], with: {action: knock, role: visitor}, at: 2025-01-01, expect: silent}\n"
        "  - {name: the day before, given: [guest], with: {role: visitor}, at: 2024-12-31, expect: silent}\n"
    )
    simple = RULES.replace(" and not (role is visitor or late)", " and role is not visitor").partition("define")[0]
    ran = run("mutate", str(door(tmp_path, simple, cases)), "--only", "no_visitor")
    assert (ran.code, ran.out.count("\n"), "0 survivant ; score 100,0 %" in ran.out) == (0, 1, True)


def test_several_processes_find_what_one_does(tmp_path: Path) -> None:
    files = opened(door(tmp_path))
    assert score(files, jobs=2) == score(files, jobs=1)


def test_a_definition_is_changed_where_it_stands_for_all_who_use_it(tmp_path: Path) -> None:
    assert sentences(tmp_path, "--only", "late")[:2] == [
        "14:14: `role is visitor` dropped from `late`",
        "14:14: `role is not visitor` instead of `role is visitor` in `late`",
    ]


def test_an_invariant_kills_what_no_case_does(tmp_path: Path) -> None:
    never = 'never "a visitor on his own": permit when role is visitor\n'
    folder = door(tmp_path, RULES.replace("applicable from 2025-01-01\n  ", "") + never, "cases: []\n")
    found = json.loads(run("mutate", str(folder), "--json", "--only", "no_visitor", "--lang", "en").out)
    fates = {one["sentence"]: (one["fate"], one["by"]) for one in found["mutants"]}
    assert fates["`no_visitor`: `permit` instead of `forbid`"] == (
        "killed_by_check",
        "not true: never “a visitor on his own”",
    )


def test_a_policy_that_fails_its_tests_is_judged_by_none(tmp_path: Path) -> None:
    folder = door(tmp_path, cases=CASES.replace("expect: permit", "expect: forbid"))
    ran = run("mutate", str(folder))
    assert ran.code == 2
    assert "the case `a guest enters` fails already" in ran.err
    with pytest.raises(PolicyError):
        score(opened(folder))


@pytest.mark.parametrize(
    ("name", "way_out"),
    [("nobody", ""), ("no_visitr", "no_visitor"), ("all.hap", "all.hab"), ("rules/al.hab", "rules/all.hab")],
)
def test_a_name_that_nothing_bears_is_refused(tmp_path: Path, name: str, way_out: str) -> None:
    ran = run("mutate", str(door(tmp_path)), "--only", name)
    assert (ran.code, f"no mutant of `{name}`" in ran.err) == (2, True)
    assert (f"did you mean `{way_out}`?" in ran.err) == bool(way_out)


def test_a_file_is_named_as_the_other_verbs_print_it(tmp_path: Path) -> None:
    folder = door(tmp_path)
    whole = sentences(tmp_path, "--only", "all.hab")
    assert sentences(tmp_path, "--only", str(folder / "rules" / "all.hab")) == whole
    assert sentences(tmp_path, "--only", "rules/all.hab") == whole
