"""What `diff` tells of promises and cases: they change no situation, and guard those there are."""

import json
from pathlib import Path

import pytest

from habilitation import Authorizer
from tests.command_line import LIBRARY, run, written
from tests.sarif_logs import read_log
from tests.small_policies import DOOR, ENTRY, policy_folder

NEVER = 'never "A banned person enters":\n  permit when banned\n'
ALWAYS = 'always "Who is banned is refused":\n  forbid when banned\n'
CASES = """cases:
  - {name: a guest enters, with: {action: enter, invited: true, banned: false}, expect: permit}
  - {name: a banned guest stays out, with: {action: enter, invited: true, banned: true}, expect: forbid}
"""


def door(ground: Path, rules: str = "", vocabulary: str = DOOR, cases: str = "") -> str:
    return str(policy_folder(ground, ENTRY + rules, vocabulary, cases=cases))


def told(old: str, new: str, *words: str) -> str:
    ran = run("diff", old, new, "--lang", "en", *words)
    assert ran.code == 0
    return ran.out


def test_a_promise_that_is_removed_is_told_and_opens_nothing(tmp_path: Path) -> None:
    old, new = door(tmp_path / "old", NEVER + ALWAYS), door(tmp_path / "new", ALWAYS)
    assert told(old, new).endswith('\n\nPromises\n  - removed: never "A banned person enters": permit when banned\n')
    french = run("diff", old, new).out
    assert french.endswith('Promesses\n  - retirée : jamais "A banned person enters": autoriser quand banned\n')
    assert "### Promises\n\n- removed: never" in told(old, new, "--markdown")
    assert "<details><summary>Promises" not in told(old, new, "--markdown")


def test_a_promise_that_is_added_has_its_place(tmp_path: Path) -> None:
    old, new = door(tmp_path / "old"), door(tmp_path / "new", NEVER)
    line = (ENTRY + NEVER).splitlines().index('never "A banned person enters":') + 1
    assert f'  - added: never "A banned person enters": permit when banned (rules/all.hab:{line})' in told(old, new)
    assert told(old, new, "--format", "github") == ""


def test_a_promise_with_another_condition_or_another_sentence_has_changed(tmp_path: Path) -> None:
    old = door(tmp_path / "old", NEVER)
    weaker = door(tmp_path / "weaker", NEVER.replace("when banned", "when banned and not invited"))
    before = 'never "A banned person enters": permit when banned'
    assert f"  - changed: {before} → {before} and not invited (rules/all.hab:" in told(old, weaker)
    reworded = door(tmp_path / "reworded", NEVER.replace("A banned person", "Somebody banned"))
    assert f'changed: {before} → never "Somebody banned enters"' in told(old, reworded)


def test_a_promise_whose_definition_says_something_else_has_changed(tmp_path: Path) -> None:
    named = NEVER.replace("when banned", "when unwanted")
    old = door(tmp_path / "old", f"define unwanted: banned\n{named}")
    new = door(tmp_path / "new", f"define unwanted: banned and not invited\n{named}")
    assert "  - changed, though written the same: never " in told(old, new)
    data = json.loads(told(old, new, "--json"))
    (move,) = data["promises"]
    assert (move["kind"], move["old"]["text"] == move["new"]["text"]) == ("changed", True)
    assert move["old"]["meaning"] == "banned in ['true']"
    assert move["new"]["meaning"] == "(banned in ['true']) and (not (invited in ['true']))"


def test_another_order_another_place_and_another_language_leave_a_promise_as_it_is(tmp_path: Path) -> None:
    both = NEVER.replace("when banned", "when banned and invited")
    old = door(tmp_path / "old", both + ALWAYS)
    swapped = ALWAYS + both.replace("banned and invited", "invited and banned")
    assert "Promises" not in told(old, door(tmp_path / "swapped", f"# a comment\n{swapped}"))
    french = Path(door(tmp_path / "french", both + ALWAYS))
    assert run("fmt", str(french), "--keywords", "fr").code == 0
    assert "jamais" in (french / "rules" / "all.hab").read_text("utf-8")
    assert "Promises" not in told(old, str(french))


def test_a_removed_or_changed_promise_is_a_warning_where_a_change_is_reviewed(tmp_path: Path) -> None:
    old = door(tmp_path / "old", NEVER + ALWAYS)
    new = door(tmp_path / "new", ALWAYS.replace("when banned", "when banned and not invited"))
    line = ENTRY.count("\n") + 1
    removed, changed = told(old, new, "--format", "github").splitlines()
    place = f"file={new}/rules/all.hab"
    assert (
        removed
        == f'::warning {place},title=promise_removed::removed: never "A banned person enters": permit when banned'
    )
    assert changed.startswith(f"::warning {place},line={line},endLine={line},title=promise_changed::changed: always")
    results = read_log(run("diff", old, new, "--format", "sarif").out)["runs"][0]["results"]
    assert [(one["ruleId"], one["level"]) for one in results] == [
        ("promise_removed", "warning"),
        ("promise_changed", "warning"),
    ]
    other = policy_folder(tmp_path / "other")
    (other / "rules" / "all.hab").rename(other / "rules" / "door.hab")
    assert told(old, str(other), "--format", "github").startswith("::warning title=promise_removed::")


def test_a_summary_counts_promises(tmp_path: Path) -> None:
    old, new = door(tmp_path / "old", NEVER + ALWAYS), door(tmp_path / "new", ALWAYS)
    assert told(old, new, "--summary").endswith("\n\nPromises\n  - 1 promise removed\n")
    assert "Promises" not in told(old, old, "--summary")


def test_a_compiled_policy_keeps_no_promise_to_compare(tmp_path: Path) -> None:
    old = door(tmp_path / "old", NEVER, cases=CASES)
    compiled = tmp_path / "door.compiled"
    compiled.write_bytes(Authorizer.load(old).compile())
    for words in ((), ("--summary",)):
        text = told(old, str(compiled), *words)
        assert text.endswith("\nPromises\n  - not compared: a compiled policy keeps neither promises nor cases\n")
    assert json.loads(told(old, str(compiled), "--json"))["guards_compared"] is False
    assert told(old, str(compiled), "--format", "github") == ""
    assert "Promises" not in told(str(compiled), str(compiled))


def test_promises_of_no_policy_are_none(tmp_path: Path) -> None:
    ran = run("diff", "none", door(tmp_path / "new", NEVER), "--lang", "en")
    assert '  - added: never "A banned person enters"' in ran.out


def test_cases_that_are_removed_are_named(tmp_path: Path) -> None:
    old = door(tmp_path / "old", cases=CASES)
    new = door(tmp_path / "new", cases="\n".join([*CASES.splitlines()[:2], ""]).replace("a guest", "guests"))
    assert told(old, new).endswith(
        "\n\nCases of the tests\n  - 2 cases removed\n  - 1 case added\n"
        "  - removed: a guest enters\n  - removed: a banned guest stays out\n"
    )
    data = json.loads(told(old, new, "--json"))
    assert data["cases"] == {"added": ["guests enters"], "removed": ["a guest enters", "a banned guest stays out"]}
    assert "Cases of the tests" not in told(old, door(tmp_path / "same", cases=f"# moved\n{CASES}"))
    none_left = told(old, door(tmp_path / "none"))
    assert "  - 2 cases removed\n" in none_left


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"cases:\n  - {name: caf\xe9}\n", "tests/cases.yaml:2: not UTF-8 (byte 22)"),
        (b"cases:\n  - {name: [}\n", "tests/cases.yaml:2:"),
    ],
)
def test_where_a_test_file_cannot_be_read_its_cases_are_not_said_to_be_removed(
    text: bytes, message: str, tmp_path: Path
) -> None:
    old, new = door(tmp_path / "old", NEVER, cases=CASES), door(tmp_path / "new", cases=CASES)
    (tmp_path / "new" / "tests" / "cases.yaml").write_bytes(text)
    for sides in ((old, new), (new, old)):
        shown = told(*sides)
        assert f"Cases of the tests\n  - not compared, a test file is not read: {message}" in shown
        assert " cases removed" not in shown
        assert " cases added" not in shown
        data = json.loads(told(*sides, "--json"))
        assert data["cases"] == {"added": [], "removed": []}
        assert [one.startswith(message) for one in data["cases_unread"]] == [True]
        assert len(data["promises"]) == 1


def test_past_twelve_the_cases_removed_are_counted(tmp_path: Path) -> None:
    many = "".join(CASES.splitlines(keepends=True)[1].replace("a guest", f"guest {n}") for n in range(13))
    text = told(door(tmp_path / "old", cases=f"cases:\n{many}"), door(tmp_path / "new"))
    assert text.endswith("Cases of the tests\n  - 13 cases removed\n")


def test_a_promise_about_the_cells_of_a_matrix_is_told_by_their_values(tmp_path: Path) -> None:
    def library(ground: str, value: str) -> str:
        rules = (
            LIBRARY["rules/library.hab"] + f'\nnever "Nobody":\n  permit when matrix access is {value} or not member\n'
        )
        return written(tmp_path / ground, {**LIBRARY, "rules/library.hab": rules})

    ran = run("diff", library("old", "permitted"), library("new", "refused"), "--json")
    (move,) = json.loads(ran.out)["promises"]
    assert move["old"]["meaning"] == "(access in ['permitted']) or (not (member in ['true']))"
