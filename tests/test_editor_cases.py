"""The cases of a policy in an editor: those that fail are told where they are written, until they no longer do."""

from pathlib import Path

import pytest

from habilitation.authoring.cases import failures, first_failures, run_suite
from habilitation.editor.proving import FAILING_CASES
from habilitation.written.from_folder import policy_files
from tests.command_line import LIBRARY, written
from tests.language_client import Editor, under

CASES = """facts:
  reader: {action: read, role: reader, desk: front}
cases:
  - name: a reader takes a book of the open shelf
    given: [reader]
    with: {shelf: open}
    at: 2025-03-01
    expect: permit
    reasons: [reading]
"""
TABLE = """facts:
  reader: {action: read, desk: front}
tables:
  - name: who reads what
    given: [reader]
    at: 2025-03-01
    rows: role
    columns: shelf
    marks: {O: {expect: permit}, N: {expect: silent}}
    from: published.csv
"""
FILES = {**LIBRARY, "tests/reading.yaml": CASES}
SHEET = "role;open;rare\nreader;O;N\nkeeper;O;N\n"


def test_a_case_that_fails_is_told_with_its_difference_and_no_longer_once_it_passes(
    editor: Editor, library: Path
) -> None:
    cases = editor.open(library / "tests" / "reading.yaml", CASES.replace("[reading]", "[lending]"))
    (told,) = editor.wait_for(cases, "case_fails")
    assert under(editor.texts[cases], told["range"]) == "lending"
    assert told["message"].split("\n") == [
        "a reader takes a book of the open shelf: expected reasons lending, got reading",
        "  situation   action=read, role=reader, desk=front, shelf=open",
        "  day         at 2025-03-01",
        "- reasons     lending",
        "+ reasons     reading",
        "  decided by  reading (rules/library.hab:4)",
        "                access 2025-01-01 [public × open]: may read (permitted), matrices/access.yaml:30",
    ]
    editor.replace(cases, "[lending]", "[reading]")
    editor.wait_for(cases)


def test_a_rule_that_is_changed_fails_the_cases_of_a_file_that_is_not_open(editor: Editor, library: Path) -> None:
    rules = editor.open(library / "rules" / "library.hab")
    cases = (library / "tests" / "reading.yaml").as_uri()
    editor.replace(rules, "when matrix access is permitted", "when matrix access is refused")
    (told,) = editor.wait_for(cases, "case_fails")
    assert told["message"].startswith("a reader takes a book of the open shelf: expected PERMIT, got NOT_APPLICABLE")
    editor.replace(rules, "when matrix access is refused", "when matrix access is permitted")
    editor.wait_for(cases)


def test_a_case_that_cannot_be_asked_is_told_at_the_word_that_is_unknown(editor: Editor, library: Path) -> None:
    cases = editor.open(library / "tests" / "reading.yaml", CASES.replace("shelf: open", "shelf: opn"))
    (told,) = editor.wait_for(cases, "case_refused")
    assert under(editor.texts[cases], told["range"]) == "opn"


def test_beside_a_mistake_of_the_tests_cases_are_run_and_nothing_is_told_twice(editor: Editor, library: Path) -> None:
    unknown = CASES.replace("shelf: open", "shelf: opn")
    text = unknown + CASES.partition("cases:\n")[2].replace("the open shelf", "any shelf").replace("permit", "forbid")
    text = text.replace("[reading]", "[readings]")
    cases = editor.open(library / "tests" / "reading.yaml", text)
    told = editor.wait_for(cases, "case_refused", "unknown_rule", "case_fails", "unknown_rule")
    assert told[2]["message"].startswith("a reader takes a book of any shelf: expected DENY, got PERMIT (reading)\n")
    rules = editor.open(library / "rules" / "library.hab")
    editor.type(rules, editor.texts[rules] + 'never "nobody reads": permit when action is read\n')
    editor.wait_for(rules, "invariant_fails")
    editor.wait_for(cases, "case_refused", "unknown_rule", "case_fails", "unknown_rule")


def test_a_cell_that_fails_is_told_in_the_spreadsheet_it_comes_from(editor: Editor, library: Path) -> None:
    (library / "tests" / "published.csv").write_text(SHEET.replace("reader;O;N", "reader;O;O"), encoding="utf-8")
    editor.open(library / "tests" / "table.yaml", TABLE)
    sheet = (library / "tests" / "published.csv").as_uri()
    (told,) = editor.wait_for(sheet, "case_fails")
    assert told["message"].startswith("who reads what [reader × rare]: expected PERMIT, got NOT_APPLICABLE")
    assert told["range"]["start"] == {"line": 1, "character": 9}
    (library / "tests" / "published.csv").write_text(SHEET, encoding="utf-8")
    editor.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": sheet, "type": 2}]})
    editor.wait_for(sheet)


def test_cases_are_not_run_while_something_else_is_wrong(editor: Editor, library: Path) -> None:
    cases = editor.open(library / "tests" / "reading.yaml", CASES.replace("[reading]", "[lending]"))
    editor.wait_for(cases, "case_fails")
    rules = editor.open(library / "rules" / "library.hab")
    editor.replace(rules, "when shelf is rare", "when shelv is rare")
    editor.wait_for(rules, "unknown_axis")
    editor.wait_for(cases)


def test_a_false_promise_and_a_failing_case_are_told_together(editor: Editor, library: Path) -> None:
    cases = editor.open(library / "tests" / "reading.yaml", CASES.replace("[reading]", "[lending]"))
    rules = editor.open(library / "rules" / "library.hab")
    editor.type(rules, editor.texts[rules] + 'never "nobody reads": permit when action is read\n')
    editor.wait_for(rules, "invariant_fails")
    editor.wait_for(cases, "case_fails")


# --- how many -------------------------------------------------------------------------------------


def many(count: int) -> str:
    return "cases:\n" + "".join(
        f"  - {{name: c{number}, with: {{action: read, shelf: lost}}, expect: permit}}\n" for number in range(count)
    )


@pytest.mark.parametrize(("failing", "last"), [(2, "c1: "), (3, "c2: "), (5, "2 more cases fail")])
def test_past_a_number_the_failing_cases_are_counted(tmp_path: Path, failing: int, last: str) -> None:
    files = policy_files(Path(written(tmp_path, {**LIBRARY, "tests/many.yaml": many(failing)})))
    told = first_failures(files, 3)
    assert len(told) == min(failing, 4)
    assert told[-1].message.startswith(last)
    assert told[:3] == tuple(failures(run_suite(files).results))[:3]
    assert told[-1].span is not None
    assert told[-1].span.line == 1 + len(told)


def test_an_editor_is_told_of_no_more_than_it_can_list(editor: Editor, library: Path) -> None:
    cases = editor.open(library / "tests" / "many.yaml", many(FAILING_CASES + 7))
    told = editor.wait_for(cases, *["case_fails"] * (FAILING_CASES + 1))
    assert told[-1]["message"] == "7 more cases fail"
