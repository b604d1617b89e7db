"""Requests piped as JSON Lines: an answer a line, in order, and what cannot be read said in its place."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habilitation import Authorizer
from habilitation.cli import judge
from habilitation.cli.lines import LINE_BYTES, numbered
from tests.command_line import LIBRARY, Ran, run, written

ROOT = Path(__file__).parent.parent
ENGLISH = ("--lang", "en")
READ: dict[str, Any] = {"action": "read", "role": "keeper", "desk": "back", "shelf": "rare"}
LEND = {**READ, "action": "lend"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The library, compiled."""
    folder = tmp_path_factory.mktemp("library")
    file = folder / "library.hab"
    file.write_bytes(Authorizer.load(written(folder, LIBRARY)).compile())
    return str(file)


def lines(*requests: Any) -> bytes:
    """Each request on a line: data as JSON, bytes as they are."""
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in requests)


def answers(ran: Ran) -> list[Any]:
    return [json.loads(line) for line in ran.out.split("\n") if line]


def effects(ran: Ran) -> list[str]:
    return [answer.get("effect") or answer["error"]["code"] for answer in answers(ran)]


def test_each_line_has_its_answer_in_order(library: str) -> None:
    ran = run("decide", "--json", "-", "--policy", library, stdin=lines(READ, LEND, READ))
    assert (ran.code, ran.err) == (1, "")
    policy = Authorizer.load(library)
    assert answers(ran) == [policy.decide(one).as_json("fr") for one in (READ, LEND, READ)]


def test_nothing_typed_and_something_piped_is_a_stream(library: str) -> None:
    ran = run("decide", "--json", "--policy", library, *ENGLISH, stdin=lines(READ))
    assert (ran.code, effects(ran)) == (0, ["PERMIT"])
    assert answers(ran)[0]["reasons"][0]["message"] == "The matrix opens it."


@pytest.mark.parametrize("words", [("decide", "--json", "-"), ("decide",), ("explain",)])
def test_no_line_is_no_answer_and_is_told_beside(words: tuple[str, ...], library: str) -> None:
    ran = run(*words, "--policy", library)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("no request: the standard input has no line\n  help: write the request, ")


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        (b'{"action":', "not_json", "not JSON: Expecting value (column 11)"),
        (b'{"shelf": NaN}', "not_json", "not JSON: `NaN`"),
        (b'{"shelf": -Infinity}', "not_json", "not JSON: `-Infinity`"),
        (b'{"shelf": ' + b"9" * 5000 + b"}", "not_json", "not JSON: a number too large"),
        (b'["action"]', "not_an_object", "a request is a JSON object, not a list"),
        (b"null", "not_an_object", "a request is a JSON object, not null"),
        (b'"action"', "not_an_object", "a request is a JSON object, not a text"),
        (b"true", "not_an_object", "a request is a JSON object, not a truth value"),
        (b'{"action": "\xff"}', "not_utf8", "not UTF-8 (byte 13)"),
        (b'{"role": "keeper", "role": "reader"}', "repeated_key", "`role` is given twice"),
        (b'{"rool": "keeper"}', "unknown_axis", "unknown axis `rool`"),
        (b'{"role": "kepper"}', "unknown_code", "unknown `role`: `kepper`"),
        (b'{"role": 10}', "wrong_type", "`role` takes a code as text, not 10"),
        (b'{"role": ["keeper"]}', "wrong_type", "`role` takes a code as text, not ['keeper']"),
        (b'{"role": {"code": "20"}}', "wrong_type", "`role` takes a code as"),
        (b'{"member": "true"}', "wrong_type", "`member` is a fact"),
        (b'{"at": "2025-02-30"}', "invalid_date", "`2025-02-30` is not a date"),
        (b'{"known_on": 2025}', "invalid_date", "is not a date"),
        (b'{"shelf": "' + b"x" * LINE_BYTES + b'"}', "line_too_long", "a line of more than 1048576 bytes"),
        (b'{"shelf": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested_too_deep", "nested too deep"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_line_that_cannot_be_read_has_an_error_in_its_place(
    line: bytes, code: str, sentence: str, library: str
) -> None:
    ran = run("decide", "--json", "-", "--policy", library, stdin=lines(READ, line, READ))
    assert (ran.code, ran.err) == (3, "")
    assert effects(ran) == ["PERMIT", code, "PERMIT"]
    error = answers(ran)[1]["error"]
    assert set(error) == {"code", "message", "axis", "help", "line"}
    assert error["line"] == 2
    assert sentence in error["message"]


def test_blank_lines_have_no_answer_and_are_counted(library: str) -> None:
    ran = run("decide", "--json", "-", "--policy", library, stdin=lines(b"", READ, b" \t", b"{", b""))
    assert effects(ran) == ["PERMIT", "not_json"]
    assert answers(ran)[1]["error"]["line"] == 4


def test_lines_may_end_as_in_windows_begin_with_a_mark_and_lack_an_end(library: str) -> None:
    one = json.dumps(READ).encode()
    ran = run("decide", "--json", "-", "--policy", library, stdin=b"\xef\xbb\xbf" + one + b"\r\n" + one)
    assert (ran.code, effects(ran)) == (0, ["PERMIT", "PERMIT"])


def test_a_long_line_is_never_held_whole() -> None:
    stream = io.BytesIO(b"x" * (3 * LINE_BYTES) + b"\n" + b"{}\n")
    assert [(number, len(line)) for number, line in numbered(stream)] == [(1, LINE_BYTES + 1), (2, 3)]


def test_a_line_of_just_the_length_allowed_is_read(library: str) -> None:
    padded = json.dumps(READ).encode().ljust(LINE_BYTES)
    ran = run("decide", "--json", "-", "--policy", library, stdin=lines(padded, padded + b" "))
    assert effects(ran) == ["PERMIT", "line_too_long"]


def test_each_line_is_judged_by_its_own_dates(library: str) -> None:
    dated = [
        {**READ, "at": "2024-06-01", "known_on": "2024-06-01T08:00:00Z"},
        {**READ, "at": "2025-06-01T23:59:59+01:00"},
        {**READ, "at": "2025-06-01", "known_on": "2024-06-01"},
        {**READ, "at": "2023-01-01"},
        {**READ, "known_on": "2023-01-01"},
        {**READ, "at": "9999-12-31"},
        {**READ, "at": None, "known_on": None},
    ]
    ran = run("decide", "--json", "-", "--policy", library, stdin=lines(*dated))
    editions = ["2024-01-01", "2025-01-01", "2025-01-01@2024-01-01", None, None, "2025-01-01", "2025-01-01"]
    assert [answer["edition"] for answer in answers(ran)] == editions


def test_the_dates_of_the_command_line_hold_for_the_lines_that_have_none(library: str) -> None:
    options = ("--policy", library, "--at", "2024-06-01", "--known-on", "2024-06-01")
    ran = run("decide", "--json", "-", *options, stdin=lines(READ, {**READ, "at": "2023-01-01"}))
    assert [answer["edition"] for answer in answers(ran)] == ["2024-01-01", None]


def test_words_beside_the_dash_hold_for_every_line(library: str) -> None:
    requests = lines({"shelf": "rare"}, {"shelf": "open"}, {"role": "reader", "shelf": "open"})
    ran = run("decide", "--json", "action=read", "role=keeper", "desk=front", "-", "--policy", library, stdin=requests)
    assert effects(ran) == ["NOT_APPLICABLE", "PERMIT", "already_given"]
    assert run("decide", "rool=keeper", "-", "--policy", library, stdin=requests).code == 2


def test_codes_with_their_system_are_read(library: str) -> None:
    coded = {**READ, "role": {"system": "urn:oid:1.2.3", "code": "20"}}
    ran = run("decide", "--json", "-", "--policy", library, stdin=lines(coded, READ))
    first, second = answers(ran)
    assert first == second


def test_half_a_surrogate_pair_stays_json(library: str) -> None:
    ran = run("decide", "--json", "-", "--policy", library, stdin=lines({"role": "\ud800"}))
    assert answers(ran)[0]["error"]["message"] == "unknown `role`: `\ud800`"


def test_answers_are_short_lines_without_json(library: str) -> None:
    ran = run("decide", "-", "--policy", library, *ENGLISH, stdin=lines(READ, {"action": "read"}, b"{", LEND))
    assert ran.out.splitlines() == [
        "PERMIT reading",
        "INDETERMINATE missing_fact (missing: role, desk, shelf)",
        "ERROR 3: not JSON: Expecting property name enclosed in double quotes (column 2)",
        "DENY rare_lending",
    ]
    assert ran.code == 3


def test_an_error_shown_to_a_person_cannot_move_the_cursor(library: str) -> None:
    ran = run("decide", "-", "--policy", library, stdin=lines({"role": "\x1b[2J\n"}))
    assert "\x1b" not in ran.out
    assert ran.out.count("\n") == 1


def test_explanations_stream_too(library: str) -> None:
    as_data = run("explain", "--json", "-", "--policy", library, stdin=lines(READ, b"{", LEND))
    assert (as_data.code, effects(as_data)) == (3, ["PERMIT", "not_json", "DENY"])
    plain = run("explain", "-", "--policy", library, *ENGLISH, stdin=lines(READ, LEND))
    assert plain.out.startswith("Access permitted.\n")
    assert "\nAccess denied.\n" in plain.out


def test_answers_forgotten_are_worked_out_again(library: str) -> None:
    requests = [{**READ, "shelf": shelf, "member": member} for shelf in ("open", "rare") for member in (True, False)]
    stream = lines(*requests * 3)
    with mock.patch.object(judge, "_KEPT_AT_MOST", 2):
        forgetful = run("decide", "--json", "-", "--policy", library, stdin=stream)
    assert forgetful == run("decide", "--json", "-", "--policy", library, stdin=stream)


def test_an_answer_comes_before_the_next_question(library: str) -> None:
    command = [sys.executable, "-m", "habilitation", "decide", "--json", "-", "--policy", library]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asked:
        assert asked.stdin is not None
        assert asked.stdout is not None
        for request, effect in ((READ, "PERMIT"), (LEND, "DENY")):
            asked.stdin.write(lines(request))
            asked.stdin.flush()
            assert json.loads(asked.stdout.readline())["effect"] == effect
        asked.stdin.close()
        assert asked.wait(timeout=30) == 1


def test_a_reader_that_leaves_is_no_traceback(library: str) -> None:
    command = [sys.executable, "-m", "habilitation", "decide", "--json", "-", "--policy", library]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as asked:
        assert asked.stdout is not None
        asked.stdout.close()
        _, said = asked.communicate(lines(*[READ] * 1000), timeout=30)
    assert b"Traceback" not in said


def test_input_that_cannot_be_read_at_all_ends_with_3(library: str, tmp_path: Path) -> None:
    folder = mock.Mock(readline=mock.Mock(side_effect=IsADirectoryError(21, "Is a directory")))
    with mock.patch("habilitation.cli.asking.numbered", side_effect=lambda _: numbered(folder)):
        ran = run("decide", "-", "--policy", library)
        as_data = run("decide", "--json", "-", "--policy", library)
    assert (ran.code, ran.err) == (3, "Is a directory\n  code: unreadable_file\n")
    assert json.loads(as_data.out) == {"error": {"code": "unreadable_file", "message": "Is a directory"}}


_VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.lists(st.none()))
_NAMES = st.one_of(st.sampled_from([*READ, "member", "at", "known_on"]), st.text(max_size=8))
_LINES = st.one_of(
    st.binary(max_size=40).filter(lambda line: b"\n" not in line),
    st.dictionaries(_NAMES, _VALUES, max_size=4).map(lambda data: json.dumps(data).encode()),
)


@given(stdin=st.lists(_LINES, max_size=6))
@settings(max_examples=100, deadline=None)
def test_whatever_is_piped_each_line_has_one_answer(stdin: list[bytes], library: str) -> None:
    ran = run("decide", "--json", "-", "--policy", library, stdin=lines(*stdin))
    first, *rest = [*stdin, b""]
    told = [line for line in (first.removeprefix(b"\xef\xbb\xbf"), *rest) if line.strip()]
    assert len(answers(ran)) == len(told)
    unread = [answer for answer in answers(ran) if "error" in answer]
    permitted = all(answer["permit"] for answer in answers(ran) if "error" not in answer)
    assert ran.code == (3 if unread else 2 if not told else 0 if permitted else 1)
