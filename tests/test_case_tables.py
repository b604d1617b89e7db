"""The table form of cases: every mark is a case of its own, at its own place, and nothing of a table is lost."""

from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.authoring.cases import Suite, questions, read, run_cases
from habilitation.authoring.cases.judging import Judge
from habilitation.authoring.check import opened
from tests.small_policies import axis, fact, policy_folder, rule, world

WARD = world(
    axis("action", "enter", "leave"),
    axis("role", "doctor", "nurse", "visitor"),
    fact("invited"),
    fact("banned", default="false"),
)
RULES = rule("permit", "staff", "role in {doctor, nurse}", "for enter") + rule("forbid", "banned_people", "banned")
FACTS = """facts:
  at_the_door: {action: enter}
  free: {banned: "false"}
  banned: {banned: "true"}
"""
MARKS = "marks: {O: {expect: permit, reasons: [staff]}, N: {expect: forbid}, S: {expect: silent}}"
SHEET = "role;free;banned;remark\ndoctor;O;N;x\n\nnurse;O;N;\nvisitor;S;N;y\n"


def suite(ground: Path, table: str, **spreadsheets: str) -> Suite:
    folder = written(ground, table, **spreadsheets)
    return read(opened(folder))


def written(ground: Path, table: str, **spreadsheets: str) -> Path:
    """A ward whose tests are one table; every line of it is written as in a file."""
    lines = "".join(f"    {line}\n" for line in table.splitlines())
    folder = policy_folder(ground, RULES, WARD, cases=f"{FACTS}tables:\n  - name: the door\n{lines}")
    for name, text in spreadsheets.items():
        (folder / "tests" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


IN_THE_FILE = f"""given: [at_the_door]
rows: role
{MARKS}
blocks:
  - columns: [free, banned]
    rows:
      doctor: O N
      visitor: . N
"""
BESIDE_IT = f"given: [at_the_door]\nrows: role\n{MARKS}\nfrom: door.csv\nignore: [remark]"


def test_each_mark_is_a_case_with_its_row_its_column_and_its_place(tmp_path: Path) -> None:
    found = suite(tmp_path, IN_THE_FILE)
    assert found.found == ()
    assert [case.name for case in found.cases] == [
        "the door [doctor × free]",
        "the door [doctor × banned]",
        "the door [visitor × banned]",
    ]
    refused = found.cases[1]
    assert dict(refused.facts) == {"action": "enter", "role": "doctor", "banned": "true"}
    assert refused.table == "the door"
    assert refused.span.source.text[refused.span.start : refused.span.end] == "N"
    assert refused.span.source.line(refused.span.line).strip() == "doctor: O N"


def test_a_spreadsheet_beside_the_file_gives_the_same_cases(tmp_path: Path) -> None:
    found = suite(tmp_path, BESIDE_IT, door=SHEET)
    assert found.found == ()
    assert [case.name for case in found.cases][:2] == ["the door [doctor × free]", "the door [doctor × banned]"]
    assert len(found.cases) == 6
    assert [(one.span.source.name, one.span.line) for one in found.cases][-1] == ("tests/door.csv", 5)


def test_the_key_of_a_spreadsheet_may_be_any_of_its_columns(tmp_path: Path) -> None:
    sheet = "remark,free,role\nx,O,doctor\n"
    found = suite(tmp_path, f"{BESIDE_IT}\nkey: role", door=sheet)
    assert [dict(case.facts) for case in found.cases] == [{"action": "enter", "role": "doctor", "banned": "false"}]


def test_columns_may_be_values_of_an_axis_and_rows_shared_facts(tmp_path: Path) -> None:
    block = "blocks:\n  - columns: [doctor, visitor]\n    rows: {free: O S}"
    table = f"given: [at_the_door]\ncolumns: role\n{MARKS}\n{block}"
    folder = written(tmp_path, table)
    results, found = run_cases(Authorizer.load(folder), opened(folder))
    assert (found, [one.differences for one in results]) == ([], [(), ()])


def test_one_cell_fails_alone_at_its_own_place(tmp_path: Path) -> None:
    folder = written(tmp_path, BESIDE_IT, door=SHEET.replace("nurse;O;N", "nurse;O;O"))
    results, _ = run_cases(Authorizer.load(folder), opened(folder))
    (failed,) = [one for one in results if one.differences]
    assert failed.case.name == "the door [nurse × banned]"
    assert [one.message for one in failed.differences] == [
        "expected PERMIT, got DENY (banned_people)",
        "expected reasons staff, got banned_people",
    ]
    assert {str(one.span) for one in failed.differences} == {"tests/door.csv:4"}


def test_the_dates_of_a_table_are_those_of_its_cells(tmp_path: Path) -> None:
    found = suite(tmp_path, f"{IN_THE_FILE}at: 2025-01-02\nknown_on: 2024-01-02\n")
    assert {(str(case.at), str(case.known_on)) for case in found.cases} == {("2025-01-02", "2024-01-02")}


@pytest.mark.parametrize(
    ("change", "to", "code", "way_out"),
    [
        (
            "doctor: O N",
            "doctor: O X",
            "unknown_cell_value",
            "the marks are `O`, `N`, `S`, and `.` for no case; declare it under `marks`",
        ),
        ("doctor: O N", "doctor: O", "ragged_row", "write one mark a column, `.` for none"),
        ("[free, banned]", "[fre, banned]", "unknown_facts", "did you mean `free`?"),
    ],
)
def test_what_is_wrong_in_a_block_is_told_once_and_the_other_cells_are_run(
    tmp_path: Path, change: str, to: str, code: str, way_out: str
) -> None:
    found = suite(tmp_path, IN_THE_FILE.replace(change, to))
    assert [(one.code, one.help) for one in found.found] == [(code, way_out)]
    assert "the door [visitor × banned]" in [case.name for case in found.cases]


def test_the_marks_of_a_ragged_row_are_told_too(tmp_path: Path) -> None:
    found = suite(tmp_path, IN_THE_FILE.replace("doctor: O N", "doctor: O X Y"))
    assert [(one.code, one.message) for one in found.found] == [
        ("ragged_row", "a row of 3 under 2 columns"),
        ("unknown_cell_value", "unknown mark `X`"),
        ("unknown_cell_value", "unknown mark `Y`"),
    ]


def test_a_cell_whose_row_and_column_are_both_wrong_tells_both(tmp_path: Path) -> None:
    block = "blocks:\n  - columns: [enter, knock]\n    rows: {doctor: . O, docter: . O}"
    folder = written(tmp_path, f"rows: role\ncolumns: action\n{MARKS}\n{block}")
    results, _ = run_cases(Authorizer.load(folder), opened(folder))
    assert [[one.message for one in result.differences] for result in results] == [
        ["unknown `action`: `knock`"],
        ["unknown `role`: `docter`", "unknown `action`: `knock`"],
    ]


@pytest.mark.parametrize(
    ("change", "to", "code", "way_out"),
    [
        ("from: door.csv", "from: doors.csv", "missing_file", "did you mean `door.csv`?"),
        ("from: door.csv", "from: ../rules.csv", "missing_file", "put the CSV beside this file"),
        ("ignore: [remark]", "ignore: [remark, remarks]", "unknown_column", "did you mean `remark`?"),
        ("ignore: [remark]", "ignore: [remark]\nkey: roles", "unknown_column", "did you mean `role`?"),
        ("ignore: [remark]", "", "unknown_facts", ""),
        ("from: door.csv\nignore: [remark]", "", "missing_key", ""),
    ],
)
def test_a_spreadsheet_that_is_not_as_the_table_says_is_told(
    tmp_path: Path, change: str, to: str, code: str, way_out: str
) -> None:
    found = suite(tmp_path, BESIDE_IT.replace(change, to), door=SHEET)
    assert (found.found[0].code, found.found[0].help) == (code, way_out)


def test_a_short_row_of_a_spreadsheet_is_told_and_the_others_are_run(tmp_path: Path) -> None:
    found = suite(tmp_path, BESIDE_IT, door="role;free;banned;remark\ndoctor;O\nnurse;O;N;\n")
    assert [(one.code, str(one.span)) for one in found.found] == [("ragged_row", "tests/door.csv:2")]
    assert len(found.cases) == 2


def test_an_empty_spreadsheet_has_no_cell(tmp_path: Path) -> None:
    assert suite(tmp_path, BESIDE_IT, door="\n").cases == ()


def test_an_unknown_code_is_told_at_the_row_that_names_it(tmp_path: Path) -> None:
    folder = written(tmp_path, BESIDE_IT, door=SHEET.replace("nurse", "nurce"))
    results, _ = run_cases(Authorizer.load(folder), opened(folder))
    told = {one.render() for result in results for one in result.differences}
    assert len(told) == 1
    (sentence,) = told
    assert sentence.startswith("tests/door.csv:4:1: unknown `role`: `nurce`")


@pytest.mark.parametrize("wrong", ["given: [gest]", "at: yesterday"])
def test_what_is_wrong_with_the_whole_table_keeps_its_cells_from_being_asked(tmp_path: Path, wrong: str) -> None:
    found = suite(tmp_path, f"{IN_THE_FILE.replace('given: [at_the_door]', '')}\n{wrong}")
    assert found.cases
    assert all(case.wrong for case in found.cases)


# --- the quick answers ----------------------------------------------------------------------------


def test_the_quick_answers_are_those_of_the_front_door_on_every_case_of_the_dmp() -> None:
    dmp = Authorizer.dmp()
    judge = Judge(dmp.tables)
    for question in questions(dmp.tables, read(opened(None))):
        at = dmp if question.case.at is None else dmp.at(question.case.at, question.case.known_on)
        assert judge.decision(question) == at.answers.decide(question.stated), question.case.name
