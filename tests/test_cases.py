"""The cases of a policy: what passes, and each way of failing, at its place."""

from pathlib import Path

import pytest

from habilitation import Authorizer, Diagnostic
from habilitation.authoring.cases import CaseResult, run_cases
from habilitation.authoring.cases.effects import EFFECTS, unknown_effect, words_of
from habilitation.authoring.check import examine, opened
from habilitation.checked.mistakes import MISTAKES_AT_MOST
from habilitation.source import Source, Span, Word
from habilitation.written.syntax import Language
from tests.command_line import run
from tests.small_policies import axis, fact, policy_folder, rule, world

WARD = world(
    axis("action", "enter"),
    axis("role", "doctor", "visitor"),
    fact("invited"),
    fact("banned", default="false"),
    obligations="  sign: {fr: Signer, en: Sign}\n",
    advice="  knock: {fr: Frapper, en: Knock}\n",
)
RULES = (
    rule("permit", "guests", "invited", "oblige sign", "advise knock")
    + rule("forbid", "banned_guests", "banned")
    + rule("forbid", "no_more_visits", "role is visitor and invited", "applicable from 2025-01-01")
    + rule("forbid", "learnt_later", "role is doctor and invited", "known from 2026-03-01")
)
FACTS = "facts:\n  guest: {role: visitor, invited: 'true'}\n  intruder: {invited: 'false'}\n"


def results(ground: Path, *cases: str) -> tuple[list[CaseResult], list[Diagnostic]]:
    """Each case is written on one line, as `{expect: …}`."""
    written = "".join(f"  - {{name: case {number}, {case}}}\n" for number, case in enumerate(cases))
    folder = policy_folder(ground, RULES, WARD, cases=f"{FACTS}cases:\n{written}")
    return run_cases(Authorizer.load(folder), opened(folder))


def differences(ground: Path, case: str) -> tuple[Diagnostic, ...]:
    ((found,), unreadable) = results(ground, case)
    assert unreadable == []
    return found.differences


@pytest.mark.parametrize(
    "case",
    [
        "at: 2024-06-01, given: [guest], expect: permit, reasons: [guests], obligations: [sign], advice: [knock]",
        "at: 2025-06-01, given: [guest], expect: forbid, reasons: [no_more_visits], obligations: [], advice: []",
        "given: [guest, intruder], expect: silent, reasons: []",
        "with: {role: doctor}, expect: abstain, missing: [invited]",
        "at: 2025-06-01, known_on: 2025-06-01, with: {role: doctor, invited: 'true'}, expect: permit",
        "known_on: 2026-02-28, with: {role: doctor, invited: 'true'}, expect: permit",
        "known_on: 2026-03-01, with: {role: doctor, invited: 'true'}, expect: forbid",
    ],
)
def test_a_case_that_answers_as_expected_has_no_difference(tmp_path: Path, case: str) -> None:
    ((found,), unreadable) = results(tmp_path, case)
    assert (found.differences, unreadable) == ((), [])
    assert found.decision is not None


@pytest.mark.parametrize(
    ("case", "sentence", "underlined"),
    [
        ("at: 2024-06-01, given: [guest], expect: forbid", "expected DENY, got PERMIT (guests)", "forbid"),
        ("given: [intruder], expect: permit", "expected PERMIT, got NOT_APPLICABLE (none)", "permit"),
        (
            "at: 2024-06-01, given: [guest], expect: permit, reasons: [banned_guests]",
            "expected reasons banned_guests, got guests",
            "banned_guests",
        ),
        ("with: {role: doctor}, expect: abstain, missing: [role]", "expected missing role, got invited", "role"),
        (
            "at: 2024-06-01, given: [guest], expect: permit, obligations: []",
            "expected obligations none, got sign",
            "case 0",
        ),
        (
            "at: 2025-06-01, given: [guest], expect: forbid, advice: [knock]",
            "expected the advice knock",
            "case 0",
        ),
    ],
)
def test_a_case_that_fails_says_what_was_expected_and_what_came(
    tmp_path: Path, case: str, sentence: str, underlined: str
) -> None:
    (found,) = differences(tmp_path, case)
    assert (found.code, found.message) == ("case_fails", sentence)
    assert found.span is not None
    assert found.span.source.text[found.span.start : found.span.end] == underlined


def test_every_way_of_failing_is_told_at_once(tmp_path: Path) -> None:
    names = "reasons: [banned_guests], missing: [role], obligations: [], advice: [disputed_cell]"
    case = f"at: 2024-06-01, given: [guest], expect: forbid, {names}"
    assert len(differences(tmp_path, case)) == 5


@pytest.mark.parametrize(
    ("case", "code", "way_out"),
    [
        ("given: [gest], expect: permit", "unknown_facts", "did you mean `guest`?"),
        ("given: [guest], expect: permitted", "unknown_value", "did you mean `permit`?"),
        ("given: [guest], expect: permit, at: yesterday", "invalid_date", "write YYYY-MM-DD"),
        ("given: [guest], expect: permit, known_on: 2025-13-01", "invalid_date", "write YYYY-MM-DD"),
        ("with: {rôle: doctor}, expect: permit", "case_refused", "did you mean `role`?"),
        ("with: {role: doctr}, expect: permit", "case_refused", "did you mean `doctor`?"),
        ("with: {invited: maybe}, expect: permit", "case_refused", "write `true` or `false`"),
        ("with: {invited: non}, expect: permit", "case_refused", "write `false`"),
        ("with: {invited: Oui}, expect: permit", "case_refused", "write `true`"),
        ("with: {invited: 'no'}, expect: permit", "case_refused", "write `false`"),
    ],
)
def test_a_case_that_cannot_be_asked_has_no_decision_and_says_why(
    tmp_path: Path, case: str, code: str, way_out: str
) -> None:
    ((found,), mistakes) = results(tmp_path, case)
    assert found.decision is None
    assert [(one.code, one.help) for one in found.differences] == [(code, way_out)]
    assert list(found.differences) == mistakes


@pytest.mark.parametrize(
    ("named", "code", "way_out"),
    [
        ("reasons: [gusts]", "unknown_rule", "did you mean `guests`?"),
        ("reasons: [guests, no_rule]", "unknown_rule", "`reasons: []` says that no rule decides"),
        ("missing: [rol]", "unknown_axis", "did you mean `role`?"),
        ("obligations: [sing]", "unknown_obligation", "did you mean `sign`?"),
        ("advice: [knok]", "unknown_advice", "did you mean `knock`?"),
    ],
)
def test_a_case_that_expects_a_name_nothing_bears_fails_and_what_else_it_expects_is_compared(
    tmp_path: Path, named: str, code: str, way_out: str
) -> None:
    case = "at: 2024-06-01, given: [guest], "
    right, wrong = results(tmp_path, f"{case}expect: permit, {named}", f"{case}expect: forbid, {named}")[0]
    ((mistake,), (same, difference)) = right.differences, wrong.differences
    assert (mistake.code, mistake.help, same.code) == (code, way_out, code)
    assert (right.differs, wrong.differs) == (False, True)
    assert difference.message == "expected DENY, got PERMIT (guests)"


def test_all_that_keeps_a_case_from_being_asked_is_told(tmp_path: Path) -> None:
    ((found,), _) = results(tmp_path, "with: {rôle: x, invited: maybe}, expect: permits, reasons: [gests], at: now")
    codes = ["invalid_date", "unknown_value", "case_refused", "case_refused", "unknown_rule"]
    assert [one.code for one in found.differences] == codes


def test_a_case_tells_all_its_mistakes_each_at_its_place(tmp_path: Path) -> None:
    case = "given: [gest], at: soon, expect: maybe, with: {role: doctr, invited: perhaps, rank: 1, banned: 'true'}"
    ((found,), _) = results(tmp_path, case)
    assert found.decision is None
    told = [(one.code, one.span.source.text[one.span.start : one.span.end]) for one in found.differences if one.span]
    assert told == [
        ("unknown_facts", "gest"),
        ("invalid_date", "soon"),
        ("unknown_value", "maybe"),
        ("case_refused", "doctr"),
        ("case_refused", "perhaps"),
        ("case_refused", "rank"),
    ]


def test_later_bundles_and_then_the_facts_of_the_case_win(tmp_path: Path) -> None:
    ((found,), _) = results(tmp_path, "given: [intruder, guest], with: {role: doctor}, expect: forbid")
    assert found.decision is not None
    assert found.decision.facts == {"role": "doctor", "invited": True, "banned": False}


def test_cases_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    found, _ = results(tmp_path, *["given: [guest], expect: permit"] * 12)
    assert [one.case.name for one in found] == [f"case {number}" for number in range(12)]


def test_a_test_file_that_cannot_be_read_is_a_mistake_and_no_case(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path, RULES, WARD, cases="cases: [{name: no expectation}]\n")
    found, unreadable = run_cases(Authorizer.load(folder), opened(folder))
    assert found == []
    assert [one.code for one in unreadable] == ["missing_key"]


# --- the words of an effect ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "effect"),
    [
        ("permit", "PERMIT"),
        ("autoriser", "PERMIT"),
        ("refuser", "DENY"),
        ("s'abstenir", "INDETERMINATE"),
        ("s’abstenir", "INDETERMINATE"),
        ("silent", "NOT_APPLICABLE"),
        ("silence", "NOT_APPLICABLE"),
    ],
)
def test_an_effect_is_expected_in_either_language(word: str, effect: str) -> None:
    assert EFFECTS[word].value == effect


@pytest.mark.parametrize(
    ("word", "way_out"),
    [
        ("DENY", "did you mean `forbid`?"),
        ("not_applicable", "did you mean `silent`?"),
        ("permis", "did you mean `autoriser`?"),
        ("Refusé", "did you mean `refuser`?"),
        ("allowed", "did you mean `permit`?"),
        ("abstenir", "did you mean `s'abstenir`?"),
        (
            "oui",
            "`permit`, `forbid`, `abstain`, `silent`, or `autoriser`, `refuser`, `s'abstenir`, `silence`",
        ),
    ],
)
def test_a_word_that_is_no_effect_leads_to_those_that_are(word: str, way_out: str) -> None:
    source = Source("tests/x.yaml", word)
    (told,) = unknown_effect(Word(word, Span(source, 0, len(word))))
    assert (told.code, told.help) == ("unknown_value", way_out)


def test_the_page_of_the_rule_language_says_which_word_is_which_answer() -> None:
    page = (Path(__file__).parent.parent / "docs" / "rule-language.md").read_text("utf-8")
    for english, french in zip(*map(words_of, (Language.EN, Language.FR)), strict=True):
        assert f"| `{english}` | `{french}` | `{EFFECTS[english].value}` |\n" in page


# --- what `check` says of them, without asking any ------------------------------------------------


def checked(ground: Path, cases: str, rules: str = RULES) -> list[tuple[str, str]]:
    """What `check` says, by code and by the words underlined."""
    vocabulary = WARD.replace(", default: false", "")  # which opens
    found = examine(opened(policy_folder(ground, rules, vocabulary, cases=cases))).diagnostics
    return [(one.code, one.span.source.text[one.span.start : one.span.end]) for one in found if one.span is not None]


def test_check_tells_the_mistakes_of_the_tests_and_runs_none(tmp_path: Path) -> None:
    cases = FACTS + "cases:\n  - {name: fails, given: [guest], expect: silent}\n  - {name: x, expect: permis}\n"
    assert checked(tmp_path, cases) == [("unknown_value", "permis")]
    ran = run("check", str(tmp_path))
    assert (ran.code, "code: unknown_value" in ran.out) == (1, True)
    assert Authorizer.load(tmp_path).at("2024-06-01", "2024-06-01").decide(invited=True, role="visitor", banned=False)


def test_facts_that_no_case_uses_are_read_too(tmp_path: Path) -> None:
    assert checked(tmp_path, "facts:\n  late: {rôle: doctor}\n") == [("case_refused", "rôle")]


def test_the_axis_of_a_table_is_told_once_where_it_is_named(tmp_path: Path) -> None:
    table = "rows: rolee, marks: {O: {expect: permit}}, blocks: [{columns: [guest], rows: {doctor: O, visitor: O}}]"
    assert checked(tmp_path, f"{FACTS}tables:\n  - {{name: t, {table}}}\n") == [("case_refused", "rolee")]


def test_beside_a_mistake_of_the_policy_no_rule_is_unknown(tmp_path: Path) -> None:
    cases = "cases:\n  - {name: x, with: {rôle: x}, expect: permit, reasons: [guests, unheard_of]}\n"
    found = checked(tmp_path, cases, RULES.replace("permit guests\n", "permit guests and\n"))
    assert sorted(code for code, _ in found) == ["case_refused", "syntax_error"]


def test_of_a_policy_whose_vocabulary_cannot_be_read_only_broken_tests_are_told(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path, RULES, "policy: [", cases="cases: [{name: x, expect: permis}]\n")
    (folder / "tests" / "broken.yaml").write_text("cases: [{name: x}]\n", encoding="utf-8")
    assert [one.code for one in examine(opened(folder)).diagnostics] == ["missing_key", "yaml_syntax"]


def test_past_two_thousand_mistakes_the_others_wait(tmp_path: Path) -> None:
    cases = "".join(f"  - {{name: c{number}, expect: permis}}\n" for number in range(MISTAKES_AT_MOST + 10))
    found = examine(opened(policy_folder(tmp_path, RULES, WARD, cases=f"cases:\n{cases}"))).diagnostics
    assert [one.code for one in found if one.span is None] == ["too_many"]
    assert sum(one.code == "unknown_value" for one in found) == MISTAKES_AT_MOST
