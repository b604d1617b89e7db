"""What cases have seen of a policy: rules, clauses both ways, rows and columns, each at its place, as defined."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilitation.authoring import proofs
from habilitation.authoring.cases import run_suite
from habilitation.authoring.cases.coverage import Coverage, measured, possible
from habilitation.authoring.check import opened
from habilitation.compiled.clauses import TooManyClausesError
from habilitation.compiled.forest import DiagramTooLargeError
from tests.command_line import LIBRARY, run, written
from tests.small_policies import axis, fact, policy_folder, rule, world

WARD = world(
    axis("action", "enter", "leave"),
    axis("role", "doctor", "nurse", "visitor"),
    fact("invited"),
    fact("banned"),
    fact("night", default="false"),
)
ENTER = {"action": "enter", "role": "visitor", "invited": "false", "banned": "false"}


def coverage(ground: Path, rules: str, *situations: dict[str, str]) -> Coverage:
    """The coverage of some rules by cases that expect nothing in particular."""
    cases = "".join(
        f"  - {{name: case {number}, at: 2025-01-02, expect: silent, with: {json.dumps(facts)}}}\n"
        for number, facts in enumerate(situations)
    )
    folder = policy_folder(ground, rules, WARD, cases=f"cases:\n{cases}" if cases else "cases: []\n")
    return measured(run_suite(opened(folder)))


def unseen(found: Coverage) -> set[tuple[str, str]]:
    return {(item.text, item.way) for item in found.unseen}


# --- rules ----------------------------------------------------------------------------------------

GUESTS = rule("permit", "guests", "invited", "for enter")


def test_without_a_case_nothing_is_seen(tmp_path: Path) -> None:
    found = coverage(tmp_path, GUESTS)
    assert unseen(found) == {("guests", "decides"), ("guests", "escapes"), ("invited", "true"), ("invited", "false")}
    assert (found.total.seen, found.total.total, found.total.percent) == (0, 4, 0.0)


def test_a_rule_is_to_decide_a_case_and_to_leave_another(tmp_path: Path) -> None:
    assert unseen(coverage(tmp_path, GUESTS, {**ENTER, "invited": "true"})) == {
        ("guests", "escapes"),
        ("invited", "false"),
    }
    assert unseen(coverage(tmp_path, GUESTS, {**ENTER, "invited": "true"}, ENTER)) == set()


def test_a_rule_that_holds_and_is_overruled_does_not_decide(tmp_path: Path) -> None:
    found = coverage(
        tmp_path, GUESTS + rule("forbid", "banned", "banned"), {**ENTER, "invited": "true", "banned": "true"}
    )
    assert ("guests", "decides") in unseen(found)
    assert ("guests", "escapes") not in unseen(found)


def test_an_action_a_rule_is_not_for_shows_nothing_of_it(tmp_path: Path) -> None:
    found = coverage(tmp_path, GUESTS, {**ENTER, "action": "leave"}, {**ENTER, "action": "leave", "invited": "true"})
    assert found.total.seen == 0


def test_a_rule_that_is_not_in_force_shows_nothing(tmp_path: Path) -> None:
    later = rule("permit", "guests", "invited", "applicable from 2026-01-01")
    assert coverage(tmp_path, later, ENTER, {**ENTER, "invited": "true"}).total.seen == 0


def test_an_answer_that_waits_for_a_fact_shows_no_rule_that_escapes(tmp_path: Path) -> None:
    found = coverage(tmp_path, GUESTS, {"action": "enter"})
    assert found.total.seen == 0


@pytest.mark.parametrize("more", ["", "  for enter\n", "  applicable from 2024-01-01\n", "  unless banned\n"])
def test_a_rule_without_a_condition_is_to_be_seen_as_any_other(tmp_path: Path, more: str) -> None:
    always = rule("permit", "come_in", "invited").replace("  when invited\n", more)
    assert "when" not in always
    found = coverage(tmp_path, always, ENTER, {**ENTER, "action": "leave", "banned": "true"})
    assert ("come_in", "decides") not in unseen(found)
    assert {item.text for item in found.items} == {"come_in", *(["banned"] if "unless" in more else [])}


# --- clauses --------------------------------------------------------------------------------------

TWO = rule("permit", "guests", "invited and not banned")


def test_a_clause_is_to_matter_when_true_and_when_false(tmp_path: Path) -> None:
    found = coverage(tmp_path, TWO, {**ENTER, "invited": "true"}, {**ENTER, "invited": "true", "banned": "true"})
    assert unseen(found) == {("invited", "false")}


def test_a_clause_beside_a_false_one_does_not_matter(tmp_path: Path) -> None:
    found = coverage(tmp_path, TWO, {**ENTER, "banned": "true"})
    assert {("invited", "true"), ("invited", "false"), ("banned", "true"), ("banned", "false")} <= unseen(found)


def test_under_or_a_clause_matters_where_the_others_are_false(tmp_path: Path) -> None:
    either = rule("permit", "guests", "invited or banned or night")
    found = coverage(tmp_path, either, {**ENTER, "invited": "true"}, {**ENTER, "night": "true", "banned": "true"})
    assert unseen(found) & {("invited", "true")} == set()
    assert {("invited", "false"), ("banned", "true"), ("night", "true")} <= unseen(found)


def test_unless_is_read_negated(tmp_path: Path) -> None:
    rules = rule("permit", "guests", "invited", "unless banned")
    found = coverage(tmp_path, rules, {**ENTER, "invited": "true", "banned": "true"})
    assert ("banned", "true") not in unseen(found)
    assert {("banned", "false"), ("invited", "true")} <= unseen(found)


def test_a_fact_left_missing_shows_only_the_clauses_it_leaves_decided(tmp_path: Path) -> None:
    found = coverage(tmp_path, TWO, {"action": "enter", "invited": "true"}, {"action": "enter", "banned": "false"})
    assert {("invited", "true"), ("banned", "true"), ("banned", "false")} <= unseen(found)
    either = coverage(tmp_path, rule("permit", "guests", "invited or banned"), {"action": "enter", "banned": "true"})
    assert ("banned", "true") in unseen(either)


def test_a_default_is_a_fact_like_another(tmp_path: Path) -> None:
    found = coverage(tmp_path, rule("forbid", "at_night", "night"), ENTER)
    assert unseen(found) == {("night", "true"), ("at_night", "decides")}


def test_a_leaf_of_a_definition_is_seen_where_it_stands_through_any_rule(tmp_path: Path) -> None:
    rules = "define welcome: invited and not banned\n" + rule("permit", "come_in", "welcome", "for enter")
    rules += rule("permit", "go_out", "welcome", "for leave")
    found = coverage(tmp_path, rules, {**ENTER, "invited": "true"}, {**ENTER, "action": "leave"})
    assert {item.text for item in found.items if item.way == "true"} == {"invited", "banned"}
    assert unseen(found) >= {("banned", "true")}
    assert unseen(found) & {("invited", "true"), ("invited", "false"), ("banned", "false")} == set()
    (invited,) = [item for item in found.items if (item.text, item.way) == ("invited", "true")]
    assert (invited.span.line, invited.span.column) == (1, 17)


def test_tests_are_named_as_they_are_written(tmp_path: Path) -> None:
    rules = rule("permit", "staff", "role in {doctor,\n nurse} and role is not visitor and night", "for enter")
    texts = {item.text for item in coverage(tmp_path, rules).items}
    assert texts == {"staff", "role in {doctor, nurse}", "role is not visitor", "night"}


def test_what_no_situation_can_show_is_told_apart_and_not_counted(tmp_path: Path) -> None:
    rules = rule("permit", "doctors", "role is doctor and role is not visitor", "for enter")
    found = coverage(tmp_path, rules, ENTER, {**ENTER, "role": "doctor"}, {**ENTER, "role": "nurse"})
    assert unseen(found) == set()
    assert [(item.text, item.way) for item in found.impossible] == [("role is not visitor", "false")]
    assert (found.total.seen, found.total.total, found.total.percent) == (5, 5, 100.0)


def test_a_share_is_rounded_down_so_that_100_is_everything(tmp_path: Path) -> None:
    rules = "".join(rule("permit", f"rule_{number}", "invited", "for enter") for number in range(300))
    found = coverage(tmp_path, rules, ENTER, {**ENTER, "invited": "true"})
    assert found.total.percent == 100.0
    less = coverage(tmp_path, rules + rule("forbid", "at_night", "night"), ENTER, {**ENTER, "invited": "true"})
    assert (less.total.total - less.total.seen, less.total.percent) == (2, 99.8)


def impossible(found: Coverage) -> set[tuple[str, str]]:
    return {(item.text, item.way) for item in found.impossible}


def test_a_clause_beside_itself_is_never_false_where_it_matters(tmp_path: Path) -> None:
    rules = "define welcome: invited\n" + rule("permit", "guests", "welcome and welcome", "for enter")
    found = coverage(tmp_path, rules, {**ENTER, "invited": "true"}, ENTER)
    assert (unseen(found), impossible(found)) == (set(), {("invited", "false")})


def test_a_rule_that_nothing_escapes_is_not_asked_to_be_escaped(tmp_path: Path) -> None:
    rules = rule("permit", "all", "invited or not invited", "for enter") + GUESTS.replace("guests", "some")
    found = coverage(tmp_path, rules, {**ENTER, "invited": "true"}, ENTER)
    assert ("all", "escapes") in impossible(found)
    assert unseen(found) == set()


def test_a_rule_that_always_holds_is_escaped_only_where_another_overrules_it(tmp_path: Path) -> None:
    always = rule("permit", "come_in", "invited", "for enter").replace("  when invited\n", "")
    assert impossible(coverage(tmp_path, always, ENTER)) == {("come_in", "escapes")}
    for banned in ("", "for leave"):
        found = coverage(tmp_path, always + rule("forbid", "banned_guests", "banned", *filter(None, [banned])), ENTER)
        assert (("come_in", "escapes") in impossible(found)) is bool(banned)


def test_a_rule_that_can_never_decide_is_not_asked_to(tmp_path: Path) -> None:
    rules = rule("permit", "guests", "invited and banned") + rule("forbid", "banned_guests", "banned")
    assert ("guests", "decides") in impossible(coverage(tmp_path, rules, ENTER))
    later = rule("permit", "guests", "invited", "applicable from 2026-01-01")
    assert ("guests", "decides") in unseen(coverage(tmp_path, later, ENTER))


# --- the definition, word for word ----------------------------------------------------------------

FACTS = ("one", "two", "three")
Tree = tuple[Any, ...]
TREES = st.recursive(
    st.sampled_from(FACTS).map(lambda name: ("leaf", name)),
    lambda inner: st.one_of(
        inner.map(lambda part: ("not", part)),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
    ),
    max_leaves=6,
)


def as_text(tree: Tree) -> str:
    if tree[0] == "leaf":
        return str(tree[1])
    if tree[0] == "not":
        return f"not ({as_text(tree[1])})"
    return f"({as_text(tree[1])} {tree[0]} {as_text(tree[2])})"


def leaves(tree: Tree) -> list[str]:
    return [str(tree[1])] if tree[0] == "leaf" else [leaf for part in tree[1:] for leaf in leaves(part)]


def value(tree: Tree, truths: Iterator[bool]) -> bool:
    """The truth of a tree, its leaves taking the truths in order."""
    if tree[0] == "leaf":
        return next(truths)
    parts = [value(part, truths) for part in tree[1:]]
    return not parts[0] if tree[0] == "not" else (all if tree[0] == "and" else any)(parts)


def seen_by_definition(tree: Tree, situations: list[dict[str, bool]]) -> list[set[str]]:
    """For each leaf in order, the ways some situation shows: flip it alone, all else equal, and the tree flips."""
    names = leaves(tree)
    seen: list[set[str]] = [set() for _ in names]
    for situation in situations:
        truths = [situation[name] for name in names]
        for index, truth in enumerate(truths):
            flipped = [*truths[:index], not truth, *truths[index + 1 :]]
            if value(tree, iter(truths)) != value(tree, iter(flipped)):
                seen[index].add("true" if truth else "false")
    return seen


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TREES, st.lists(st.fixed_dictionaries(dict.fromkeys(FACTS, st.booleans())), max_size=4))
def test_a_clause_is_seen_as_defined_by_flipping_it_alone(
    tmp_path: Path, tree: Tree, situations: list[dict[str, bool]]
) -> None:
    folder = of_facts(tmp_path, rule("permit", "them", as_text(tree)), situations)
    items = [item for item in measured(run_suite(opened(folder))).items if item.way in ("true", "false")]
    found = [{item.way for item in pair if item.seen} for pair in zip(items[::2], items[1::2], strict=True)]
    assert found == seen_by_definition(tree, situations)


def of_facts(ground: Path, rules: str, situations: list[dict[str, bool]]) -> Path:
    """A policy whose only axes are the facts, with a case a situation."""
    cases = "".join(
        f"  - {{name: case {number}, expect: silent, with: {json.dumps(as_words(facts))}}}\n"
        for number, facts in enumerate(situations)
    )
    vocabulary = world(axis("action", "enter"), *map(fact, FACTS))
    return policy_folder(ground, rules, vocabulary, cases=f"cases:\n{cases}" if cases else "cases: []\n")


def as_words(facts: dict[str, bool]) -> dict[str, str]:
    return {"action": "enter", **{name: str(truth).lower() for name, truth in facts.items()}}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["permit", "forbid", "abstain"]), TREES), max_size=3))
def test_what_the_cases_of_every_situation_do_not_show_is_proved_impossible(
    tmp_path: Path, written_rules: list[tuple[str, Tree]]
) -> None:
    rules = "".join(rule(effect, f"rule_{n}", as_text(tree)) for n, (effect, tree) in enumerate(written_rules))
    situations = [dict(zip(FACTS, truths, strict=True)) for truths in itertools.product([False, True], repeat=3)]
    found = measured(run_suite(opened(of_facts(tmp_path, rules, situations))))
    assert found.unseen == ()


# --- matrices -------------------------------------------------------------------------------------

READING = {"action": "read", "role": "reader", "desk": "front", "shelf": "open"}


def read_of(ground: Path, *situations: dict[str, str], more: str = "") -> set[tuple[str, str]]:
    """The rows and columns of the library that cases read."""
    cases = "".join(
        f"  - {{name: case {number}, at: 2025-03-01, expect: silent, with: {json.dumps(facts)}}}\n"
        for number, facts in enumerate(situations)
    )
    rules = LIBRARY["rules/library.hab"] + more
    files = {**LIBRARY, "rules/library.hab": rules, "tests/cases.yaml": f"cases:\n{cases}"}
    found = measured(run_suite(opened(written(ground, files))))
    lines = [item for item in found.items if item.way in ("row", "column") and item.seen]
    assert all(item.span.source.name.startswith("matrices/") for item in lines)
    return {(f"{Path(item.span.source.name).stem}:{item.span.line}", item.text) for item in lines}


def test_a_cell_read_covers_its_row_its_column_and_those_of_the_matrices_before_it(tmp_path: Path) -> None:
    assert read_of(tmp_path, READING) == {
        ("access:27", "public"),
        ("access:30", "open"),
        ("post:16", "front"),
        ("post:18", "reader"),
    }


def test_a_cell_that_changes_nothing_is_not_read(tmp_path: Path) -> None:
    assert read_of(tmp_path, {**READING, "action": "lend"}) == set()
    short = rule("permit", "keepers", "role is keeper and matrix access is permitted", "for lend")
    assert read_of(tmp_path, {**READING, "action": "lend"}, more=short) == set()


def test_the_edition_in_force_is_the_one_read_and_a_missing_coordinate_reads_nothing(tmp_path: Path) -> None:
    known = {name: value for name, value in READING.items() if name != "desk"}
    assert read_of(tmp_path, known) == set()


def test_a_test_of_no_cell_is_named_and_read_too(tmp_path: Path) -> None:
    more = rule("abstain", "not_there", "matrix access is not covered", "for lend")
    found = read_of(tmp_path, {**READING, "action": "lend", "shelf": "lost"}, more=more)
    assert {one for one in found if one[0].startswith("post")} == {("post:16", "front"), ("post:18", "reader")}
    files = {**LIBRARY, "rules/library.hab": LIBRARY["rules/library.hab"] + more}
    items = measured(run_suite(opened(written(tmp_path, files)))).items
    assert {"matrix access is permitted", "matrix access is not covered"} <= {item.text for item in items}


def test_a_clause_on_a_cell_that_no_cell_has_cannot_be_shown(tmp_path: Path) -> None:
    more = rule("permit", "twice", "matrix access is refused and role is clerk", "for lend")
    files = {**LIBRARY, "rules/library.hab": LIBRARY["rules/library.hab"] + more}
    found = measured(run_suite(opened(written(tmp_path, files))))
    # A clerk has no post, so no cell: nothing makes `role is clerk` true beside a refusal, and the rule never decides.
    assert [(item.text, item.way) for item in found.impossible] == [
        ("twice", "decides"),
        ("matrix access is refused", "true"),
        ("role is clerk", "true"),
    ]


@pytest.mark.parametrize(
    ("step", "error"), [("clauses_of", TooManyClausesError()), ("Space", DiagramTooLargeError("too large"))]
)
def test_what_is_too_tangled_to_be_proved_impossible_is_still_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: Exception
) -> None:
    more = rule("permit", "twice", "matrix access is refused and role is clerk", "for lend")
    files = {**LIBRARY, "rules/library.hab": LIBRARY["rules/library.hab"] + more}

    def refusing(*_: object) -> Mock:
        if step == "clauses_of":
            raise error
        return Mock(diagram=Mock(side_effect=error))

    monkeypatch.setattr(possible, step, refusing)
    monkeypatch.setattr(proofs, "Space", lambda *_: Mock(diagram=Mock(side_effect=DiagramTooLargeError("too large"))))
    assert measured(run_suite(opened(written(tmp_path, files)))).impossible == ()


def test_a_row_that_no_rule_can_read_is_told_apart(tmp_path: Path) -> None:
    rules = rule("permit", "keepers", "role is keeper and matrix access is permitted", "for read")
    found = measured(run_suite(opened(written(tmp_path, {**LIBRARY, "rules/library.hab": rules}))))
    assert ("reader", "row") in [(item.text, item.way) for item in found.impossible]
    assert ("keeper", "row") in [(item.text, item.way) for item in found.unseen]


# --- the command line -----------------------------------------------------------------------------

CASES = f"cases:\n  - {{name: x, at: 2025-03-01, expect: permit, with: {json.dumps(READING)}}}\n"


def test_the_coverage_is_told_by_file_line_and_column_with_its_shares(tmp_path: Path) -> None:
    folder = written(tmp_path, {**LIBRARY, "tests/cases.yaml": CASES})
    ran = run("test", folder, "--coverage", "--lang", "en")
    assert ran.code == 0
    assert "rules/library.hab:16:8: `shelf is rare` is never seen to matter when true\n" in ran.out
    assert "matrices/access.yaml:29:11: no case reads the row `rare`\n" in ran.out
    assert "rules/library.hab:14:8: no case that `rare_lending` is for escapes it\n" in ran.out
    assert "\nmatrices/post.yaml    2/4" in ran.out
    assert ran.out.splitlines()[-1].startswith("library: 1 case (0 cells of tables), 1 passed, 0 failed, ")
    assert ran.out.endswith(" % seen\n")


@pytest.mark.parametrize(("least", "code"), [("0", 0), ("20", 0), ("90", 1), ("101", 2)])
def test_a_coverage_under_what_is_asked_is_a_finding(tmp_path: Path, least: str, code: int) -> None:
    folder = written(tmp_path, {**LIBRARY, "tests/cases.yaml": CASES})
    assert run("test", folder, "--fail-under", least).code == code


def test_a_coverage_under_what_is_asked_is_said_to_be_the_reason(tmp_path: Path) -> None:
    folder = written(tmp_path, {**LIBRARY, "tests/cases.yaml": CASES})
    asked = ("test", folder, "--fail-under", "90", "--lang", "en")
    told = run(*asked).out.splitlines()[-1]
    assert re.fullmatch(r"Failed: \d+\.\d % seen, less than --fail-under 90", told)
    assert run(*asked, "--junit", "-").err == f"{told}\n"
    assert "--fail-under" not in run("test", folder, "--fail-under", "20", "--lang", "en").out
    data = [json.loads(run("test", folder, "--fail-under", least, "--json").out) for least in ("90", "20")]
    assert [one["under"] for one in data] == [True, False]


def test_the_coverage_is_plain_data_too_and_whole(tmp_path: Path) -> None:
    folder = written(tmp_path, {**LIBRARY, "tests/cases.yaml": CASES})
    assert json.loads(run("test", folder, "--json").out)["coverage"] is None
    data = json.loads(run("test", folder, "--coverage", "--json").out)["coverage"]
    assert data["seen"] + len(data["unseen"]) == data["total"]
    assert sum(file["total"] for file in data["files"]) == data["total"]
    assert data["unseen"][0].keys() == {"way", "text", "file", "line", "column", "message"}
    assert data["impossible"] == []


def test_the_places_of_a_file_are_shown_up_to_twenty_and_what_is_impossible_by_itself(tmp_path: Path) -> None:
    rules = "".join(rule("permit", f"rule_{number}", "invited and not night", "for enter") for number in range(4))
    rules += rule("permit", "nobody", "night and not night", "for enter")
    ran = run("test", str(policy_folder(tmp_path, rules, WARD, cases="cases: []\n")), "--coverage", "--lang", "en")
    assert ran.out.count("rules/all.hab:") >= 20
    assert "rules/all.hab: 7 more places (--json gives them all)" in ran.out
    assert "No situation can show (not counted):\n  rules/all.hab:" in ran.out
