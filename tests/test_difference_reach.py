"""`diff` says first whom and what it reaches, and once what several editions have in common."""

from pathlib import Path

import pytest

from tests.command_line import LIBRARY, run, written
from tests.small_policies import axis, fact, policy_folder, rule, world
from tests.test_difference_told import changed, only, told


@pytest.fixture
def library(tmp_path: Path) -> str:
    return written(tmp_path / "library", LIBRARY)


def test_whom_and_what_each_way_reaches_is_said_before_the_sentences(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, library=("forbid rare_lending", "permit rare_lending"))
    summed_up = run("diff", library, new, "--at", "2025-06-01", "--lang", "en", "--summary").out
    assert "⚠ Opens, axis by axis — Operation: Lend (lend); Shelf: Rare books (rare)" in summed_up.splitlines()
    text = run("diff", library, new, "--at", "2025-06-01", "--lang", "en").out
    assert "⚠ Opens, axis by axis — " not in text, "its only sentence says so"
    reached = only(told(library, new, "--at", "2025-06-01")[1])["reach"]
    assert reached == {"opening": {"action": ["lend"], "shelf": ["rare"]}}


def test_what_is_reached_is_looked_at_code_by_code_and_nothing_is_said_of_all_of_them(tmp_path: Path) -> None:
    jobs = world(axis("action", "read", "write"), axis("role", "nurse", "doctor", "clerk"), fact("on_call"))
    doctors, nurses = rule("permit", "doctors", "role is doctor"), rule("permit", "nurses", "role is nurse", "for read")
    clerks = rule("permit", "clerks", "role is clerk and on_call", "for write")
    old, middle, new = (
        str(policy_folder(tmp_path / str(number), rules=text, vocabulary=jobs))
        for number, text in enumerate((doctors, doctors + nurses, doctors + nurses + clerks))
    )
    whole = run("diff", old, new, "--lang", "en").out
    assert "⚠ Opens, axis by axis — role (en): nurse (en) (nurse) and clerk (en) (clerk)" in whole.splitlines(), whole
    assert only(told(old, middle)[1])["reach"] == {"opening": {"role": ["nurse"], "action": ["read"]}}
    assert only(told(old, new)[1])["reach"] == {"opening": {"role": ["nurse", "clerk"]}}
    assert only(told(middle, old)[1])["reach"] == {"closing": {"role": ["nurse"], "action": ["read"]}}
    assert only(told(old, old)[1])["reach"] == {}


@pytest.fixture
def twice(tmp_path: Path) -> tuple[str, str]:
    """Two policies of two editions, apart in the same way in both."""
    jobs = world(axis("action", "read", "write"), axis("role", "nurse", "doctor"), fact("on_call"))
    later = rule("forbid", "no_writing", "role is doctor", "for write", "applicable from 2026-01-01")
    both = rule("permit", "doctors", "role is doctor", "applicable from 2025-01-01") + later
    one = rule("permit", "nurses", "role is nurse and on_call", "for read", "applicable from 2025-01-01")
    old, new = (
        policy_folder(tmp_path / name, rules=text, vocabulary=jobs)
        for name, text in zip("ab", (both, both + one), strict=True)
    )
    return str(old), str(new)


def test_a_sentence_of_an_earlier_pair_of_editions_is_referred_to_and_its_situations_are_counted_again(
    twice: tuple[str, str],
) -> None:
    lines = run("diff", *twice, "--lang", "en").out.splitlines()
    again = lines.index("2026-01-01 → 2026-01-01 (from 2026-01-01)")
    (first,) = (at for at, line in enumerate(lines) if line.startswith("  1. Nurse"))
    assert first < again
    assert lines[first + 1].startswith("     before:")
    assert lines[again + 3 :][:3] == [
        "⚠ Opens (1 situation, 1 sentence)",
        "  1. As sentence 1 of “Opens”, 2025-01-01 → 2025-01-01, word for word. (1 situation)",
        "",
    ]
    assert (
        "1. As sentence 1 of “Opens”, 2025-01-01 → 2025-01-01, word for word. _(1 situation)_"
        in run("diff", *twice, "--lang", "en", "--markdown").out
    )
    sentences = [block["sentence"] for pair in told(*twice)[1]["compared"] for block in pair["blocks"]]
    assert len(set(sentences)) == 1


def test_sentences_that_name_a_part_of_their_codes_are_alike_when_all_are(tmp_path: Path) -> None:
    """Of many codes a sentence names six, and counts the others."""
    jobs = world(axis("action", "read"), axis("role", *(f"r{number:02}" for number in range(20))))

    def some(numbers: range) -> str:
        return f"role in {{{', '.join(f'r{number:02}' for number in numbers)}}}"

    first = rule("forbid", "first", some(range(10, 14)), "applicable from 2025-01-01 until 2026-01-01")
    readers = rule("permit", "readers", some(range(14)), "applicable from 2025-01-01")
    for closed, alike in ((range(6, 10), 0), (range(10, 14), 1)):
        both = first + rule("forbid", "second", some(closed), "applicable from 2026-01-01")
        sides = enumerate((both, both + readers))
        old, new = (str(policy_folder(tmp_path / f"{alike}{at}", rules, jobs)) for at, rules in sides)
        text = run("diff", old, new, "--lang", "en").out
        assert text.count("and 4 others (10 of 20)") == 2 - alike
        assert text.count("word for word") == alike


def test_a_sentence_alike_where_something_else_is_said_once_of_all_is_told_again(tmp_path: Path) -> None:
    jobs = world(axis("action", "read", "write"), axis("role", "nurse", "doctor"), fact("a"), fact("b"))
    # What opens asks `a` and not `b` in the first edition, `b` and not `a` in the second.
    first, second = ("applicable from 2025-01-01 until 2026-01-01",), ("applicable from 2026-01-01",)
    both = rule("forbid", "no_b", "b or not a", *first) + rule("forbid", "no_a", "a or not b", *second)
    some = rule("permit", "nurses", "role is nurse", "for read", "applicable from 2025-01-01")
    some += rule("permit", "doctors", "role is doctor", "for write", "applicable from 2025-01-01")
    old, new = (
        policy_folder(tmp_path / str(at), rules=text, vocabulary=jobs) for at, text in enumerate((both, both + some))
    )
    text = run("diff", str(old), str(new), "--lang", "en").out
    assert "Everywhere below — a (en): yes, b (en): no" in text
    assert "Everywhere below — a (en): no, b (en): yes" in text
    assert text.count("  1. Nurse (en) (nurse) can now: read (en) (read).") == 2


def test_a_definition_that_asks_something_else_is_told_with_its_place(tmp_path: Path) -> None:
    jobs = world(axis("action", "read"), axis("role", "nurse", "doctor"), fact("on_call"))
    reading = rule("permit", "reading", "ours")
    texts = (
        "define ours: role is doctor\n",
        "define ours: role is doctor or on_call\n",
        "define ours: on_call or role in {doctor}\n",
    )
    one, wider, same = (str(policy_folder(tmp_path / str(at), text + reading, jobs)) for at, text in enumerate(texts))
    shown = run("diff", one, wider, "--lang", "en").out
    line = "define ours: role is doctor → define ours: role is doctor or on_call (rules/all.hab:1)"
    assert shown.endswith(f"\n\nDefinitions\n  - {line}\n")
    assert (
        f"### Definitions\n\n- {line}".replace("_", "\\_") in run("diff", one, wider, "--lang", "en", "--markdown").out
    )
    assert "Definitions" not in run("diff", wider, same, "--lang", "en").out
    (told_so,) = told(one, wider)[1]["definitions"]
    assert told_so == {
        "name": "ours",
        "old": "define ours: role is doctor",
        "new": "define ours: role is doctor or on_call",
        "place": "rules/all.hab:1",
    }
    for at, condition in enumerate(("(on_call or (role is doctor))", "not (not (role is doctor or on_call))")):
        regrouped = str(policy_folder(tmp_path / f"regrouped{at}", f"define ours: {condition}\n" + reading, jobs))
        assert "Definitions" not in run("diff", wider, regrouped, "--lang", "en").out
    gone = str(policy_folder(tmp_path / "gone", rule("permit", "reading", "role is doctor"), jobs))
    assert "removed: define ours: role is doctor\n" in run("diff", one, gone, "--lang", "en").out
    assert "ajoutée : définir ours: role est doctor (rules/all.hab:1)" in run("diff", gone, one).out


def test_what_is_said_of_an_axis_left_out_comes_last(tmp_path: Path) -> None:
    jobs = [world(axis("action", "read"), axis("role", "nurse", "doctor", *more)) for more in ((), ("clerk",))]
    old = str(policy_folder(tmp_path / "old", rule("permit", "all", "role in {nurse, doctor}"), jobs[0]))
    new = str(policy_folder(tmp_path / "new", rule("permit", "all", "role in {nurse, clerk}"), jobs[1]))
    opened = [block["values"]["role"] for pair in told(old, new)[1]["compared"] for block in pair["blocks"]]
    assert opened.count([None]) == 1
    closing = [block for pair in told(old, new)[1]["compared"] for block in pair["blocks"] if block["way"] == "closing"]
    assert [one["values"]["role"] for one in closing] == [["doctor"], [None]]
