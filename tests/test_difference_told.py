"""What `diff` tells: sentences, reasons, counts, in every form; and whether anything opens."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from habilitation import Authorizer
from habilitation.authoring.difference import blocks as blocks_room
from habilitation.authoring.difference import markdown as markdown_room
from habilitation.authoring.difference.effects import NAMES
from habilitation.authoring.difference.sides import sides
from habilitation.authoring.difference.stretches import together
from habilitation.authoring.difference.whole import difference
from tests.command_line import LIBRARY, Ran, run, written
from tests.sarif_logs import read_log
from tests.small_policies import ENTRY, axis, fact, policy_folder, rule, world


@pytest.fixture
def library(tmp_path: Path) -> str:
    return written(tmp_path / "library", LIBRARY)


def changed(tmp_path: Path, **texts: tuple[str, str]) -> str:
    """The library with a replacement in some of its files."""
    files = dict(LIBRARY)
    for name, (old, new) in texts.items():
        (path,) = (one for one in files if f"{name}." in one)
        assert old in files[path]
        files[path] = files[path].replace(old, new)
    return written(tmp_path / "changed", files)


def told(*words: str) -> tuple[int, dict[str, Any]]:
    ran = run("diff", *words, "--json", "--lang", "en")
    return ran.code, json.loads(ran.out)


def only(found: dict[str, Any]) -> dict[str, Any]:
    (compared,) = found["compared"]
    return dict(compared)


def test_a_policy_does_not_differ_from_itself(library: str) -> None:
    code, found = told(library, library)
    assert (code, found["opens"]) == (0, False)
    assert {one["changed"] for one in found["compared"]} == {"0"}
    assert {len(one["blocks"]) for one in found["compared"]} == {0}


def test_a_matrix_cell_that_closes_is_a_sentence_with_who_what_where_and_the_old_and_new_reason(
    library: str, tmp_path: Path
) -> None:
    new = changed(tmp_path, access=("rare: N O(1)", "rare: N N"))
    code, found = told(library, new, "--at", "2025-06-01")
    assert code == 0
    (block,) = only(found)["blocks"]
    assert block["sentence"] == (
        "Keeper (keeper) can no longer: Read (read); Shelf: Rare books (rare); Desk: Back (back)."
        " 2 other values of “Role” unchanged."
    )
    assert (block["way"], block["old"], block["new"], block["situations"]) == (
        "closing",
        "PERMIT",
        "NOT_APPLICABLE",
        "2",
    )
    assert block["values"] == {"action": ["read"], "role": ["keeper"], "desk": ["back"], "shelf": ["rare"]}
    assert block["when"] == [{}]
    (old,), (new_reason,) = block["example"]["old"], block["example"]["new"]
    assert (old["rule"], old["citations"][0], old["cell"]["value"]) == ("reading", "Règlement, art. 1", "permitted")
    assert new_reason["rule"] == "no_rule"
    (cell,) = only(found)["texts"]["cells"]
    assert (cell["at"], cell["old"], cell["new"]) == ({"post": "custody", "shelf": "rare"}, "permitted", "refused")
    assert cell["place"].startswith("matrices/access.yaml:")


def test_the_other_way_round_it_opens_and_the_exit_code_says_so(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, access=("rare: N O(1)", "rare: N N"))
    code, found = told(new, library, "--at", "2025-06-01")
    assert (code, found["opens"]) == (1, True)
    assert only(found)["opening"] == "2"
    assert only(found)["blocks"][0]["sentence"].startswith("Keeper (keeper) can now: Read (read)")


def test_a_condition_is_told_after_the_codes_and_another_closed_effect_apart(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, library=("member and not shelf is rare", "member and shelf is open"))
    code, found = told(library, new, "--at", "2025-06-01")
    assert code == 0
    (block,) = only(found)["blocks"]
    assert block["sentence"] == (
        "Anyone: Lend (lend), without a rule and no longer undetermined; Shelf: Lost books (lost); when Member: yes."
    )
    assert (block["way"], only(found)["otherwise"], only(found)["opening"]) == ("otherwise", "6", "0")


def test_other_reasons_for_the_same_effect_are_counted_by_rule(library: str, tmp_path: Path) -> None:
    more = LIBRARY["rules/library.hab"] + (
        'forbid lending_of_rare_books\n  for lend\n  when shelf is rare and member\n  because "x"\n  fr "x"\n  en "x"\n'
    )
    new = written(tmp_path / "more", LIBRARY | {"rules/library.hab": more})
    code, found = told(library, new, "--at", "2025-06-01")
    assert (code, only(found)["changed"]) == (0, "0")
    assert only(found)["reasons"] == {
        "situations": "6",
        "rules": [{"rule": "lending_of_rare_books", "gained": "6", "lost": "0"}],
    }
    assert only(found)["texts"]["rules_added"] == ["lending_of_rare_books"]


def test_what_a_rule_says_otherwise_is_told_though_nothing_changes(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, library=('"Règlement, art. 3"', '"Règlement, art. 4"'))
    _, found = told(library, new, "--at", "2025-06-01")
    (move,) = only(found)["texts"]["rules"]
    assert (move["rule"], move["field"], move["old"], move["new"]) == (
        "rare_lending",
        "citations",
        ["Règlement, art. 3"],
        ["Règlement, art. 4"],
    )
    assert move["situations"] == "12"


def test_a_rule_that_changes_its_effect_gives_no_same_answer(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, library=("forbid rare_lending", "abstain rare_lending"))
    _, found = told(library, new, "--at", "2025-06-01")
    (move,) = only(found)["texts"]["rules"]
    assert (move["field"], move["old"], move["new"], move["situations"]) == ("effect", ["forbid"], ["abstain"], "0")


def test_a_cell_that_its_sources_no_longer_dispute_is_told(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, access=("{at: {post: custody, shelf: rare}", "{at: {post: custody, shelf: open}"))
    text = run("diff", library, new, "--at", "2025-06-01", "--lang", "en").out
    assert "`access` [custody, rare]: may read (disputed) → may read (matrices/access.yaml:29)" in text
    assert "`access` [custody, open]: may read → may read (disputed)" in text


def test_a_value_only_one_side_knows_is_closed_on_the_other_and_told(tmp_path: Path) -> None:
    old = str(policy_folder(tmp_path / "old", rules=rule("permit", "all", "a or not a"), vocabulary=WARD))
    wider = WARD.replace("      day: {", "      dusk: {fr: Soir, en: Dusk}\n      day: {")
    new = str(policy_folder(tmp_path / "new", rules=rule("permit", "all", "a or not a"), vocabulary=wider))
    code, found = told(old, new)
    assert code == 1
    (block,) = only(found)["blocks"]
    assert (block["old"], block["new"], block["values"]) == ("UNKNOWN", "PERMIT", {"shift": ["dusk"]})
    assert block["example"]["old"][0]["rule"] == "unknown_code"
    assert only(found)["texts"]["codes"] == [
        {"axis": "shift", "added": ["dusk"], "removed": [], "whole": False, "default": None, "codes": []}
    ]
    code, found = told(new, old)
    assert (code, only(found)["closing"]) == (0, "2")


WARD = world(fact("a"), "  shift:\n    fr: Poste\n    en: Shift\n    values:\n      day: {fr: Jour, en: Day}\n")


JOBS = axis("job", "nurse: {code: '60', system: G15}", "doctor: {code: '10', system: G15}", "clerk")
SYSTEMS = "  G15: {oids: [1.2.3], title: Jobs}\n"


def coded(ground: Path, *swaps: tuple[str, str], lists: str = "") -> str:
    """A policy whose nurses and doctors have codes; only doctors are let in."""
    jobs = JOBS
    for old, new in swaps:
        assert old in jobs
        jobs = jobs.replace(old, new)
    sections = {"systems": SYSTEMS} | ({"code_lists": lists} if lists else {})
    return str(policy_folder(ground, rule("permit", "doctors", "job is doctor"), world(jobs, fact("a"), **sections)))


def test_a_code_that_stands_for_another_value_is_a_situation_of_its_own(tmp_path: Path) -> None:
    old = coded(tmp_path / "old")
    new = coded(tmp_path / "new", ("'60'", "'x'"), ("'10'", "'60'"), ("'x'", "'10'"))
    code, found = told(old, new)
    opening, closing = only(found)["blocks"]
    assert (code, opening["sentence"], opening["situations"]) == (
        1,
        "Now permitted: any operation; job (en): code 60 (nurse → doctor).",
        "2",
    )
    assert closing["sentence"] == "No longer permitted: any operation; job (en): code 10 (doctor → nurse)."
    assert opening["example"]["situation"] == {"job": "60", "a": False}
    (before, after) = (Authorizer.load(place).decide(opening["example"]["situation"]) for place in (old, new))
    assert (before.effect.value, after.effect.value) == (opening["old"], opening["new"])
    (moves,) = only(found)["texts"]["codes"]
    assert moves["codes"] == [
        {"spellings": ["10", "10^G15", "10^1.2.3", "10^urn:oid:1.2.3"], "old": "doctor", "new": "nurse"},
        {"spellings": ["60", "60^G15", "60^1.2.3", "60^urn:oid:1.2.3"], "old": "nurse", "new": "doctor"},
    ]
    assert "`job`: code `60`, nurse → doctor" in run("diff", old, new, "--lang", "en").out


def test_a_code_of_a_list_that_appears_opens_what_its_value_may_and_one_that_disappears_closes_it(
    tmp_path: Path,
) -> None:
    old = coded(tmp_path / "old")
    new = coded(tmp_path / "new", lists="  L:\n    codes:\n      - {code: D, system: G15, axis: job, value: doctor}\n")
    code, found = told(old, new)
    (block,) = only(found)["blocks"]
    assert (code, block["values"], block["old"]) == (1, {"job": ["D"]}, "UNKNOWN")
    assert block["sentence"] == "Now permitted: any operation; job (en): code D (unknown → doctor)."
    assert (told(new, old)[0], only(told(new, old)[1])["closing"]) == (0, "2")
    assert "`job`: code `D`, doctor → unknown" in run("diff", new, old, "--lang", "en").out


def test_a_value_that_is_named_otherwise_is_followed_by_the_name_it_keeps_as_a_code(tmp_path: Path) -> None:
    old, new = coded(tmp_path / "old"), coded(tmp_path / "new", ("clerk: {", "secretary: {code: clerk, "))
    code, found = told(old, new)
    (moves,) = only(found)["texts"]["codes"]
    assert (code, only(found)["closing"]) == (0, "0")
    assert (moves["added"], moves["removed"]) == (["secretary"], ["clerk"])
    assert moves["codes"] == [{"spellings": ["clerk"], "old": "clerk", "new": "secretary"}]


def test_a_code_of_a_list_that_says_another_truth_of_a_fact_is_told_though_no_request_gives_it(tmp_path: Path) -> None:
    def listing(ground: Path, truth: str) -> str:
        lists = f"  L:\n    codes:\n      - {{code: HID, system: G15, axis: a, value: {truth}}}\n"
        return coded(ground, lists=lists)

    found = only(told(listing(tmp_path / "old", "true"), listing(tmp_path / "new", "false"))[1])
    assert (found["changed"], found["texts"]["codes"][0]["codes"]) == (
        "0",
        [{"spellings": ["HID", "HID^G15", "HID^1.2.3", "HID^urn:oid:1.2.3"], "old": "true", "new": "false"}],
    )


def test_past_twelve_the_codes_read_otherwise_are_counted(tmp_path: Path) -> None:
    each = "".join(f"      - {{code: C{one}, system: G15, axis: job, value: clerk}}\n" for one in range(1300))
    old, new = coded(tmp_path / "old"), coded(tmp_path / "new", lists=f"  L:\n    codes:\n{each}")
    assert "`job`: 1,300 codes read otherwise" in run("diff", old, new, "--lang", "en").out


def test_an_axis_only_one_side_knows_does_not_change_the_answer_of_the_other(tmp_path: Path) -> None:
    old = str(policy_folder(tmp_path / "old", rules=rule("permit", "all", "a"), vocabulary=world(fact("a"))))
    both = world(fact("a"), fact("b", default="false"))
    new = str(policy_folder(tmp_path / "new", rules=rule("permit", "all", "a and b"), vocabulary=both))
    code, found = told(old, new)
    assert (code, only(found)["closing"], only(found)["opening"]) == (0, "1", "0")
    told_of = run("diff", old, new, "--lang", "en").out
    assert "`b`: axis added" in told_of
    assert "`b`: axis removed" in run("diff", new, old, "--lang", "en").out


def test_another_default_is_told(tmp_path: Path) -> None:
    old = str(policy_folder(tmp_path / "old", rules=rule("permit", "all", "a"), vocabulary=world(fact("a"))))
    defaulted = world(fact("a", default="false"))
    new = str(policy_folder(tmp_path / "new", rules=rule("permit", "all", "a"), vocabulary=defaulted))
    assert "`a`: default – → false" in run("diff", old, new, "--lang", "en").out


def left_out(ground: Path, default: str | None, *facts: str) -> str:
    """A policy that lets in whoever is `a`, all else being false."""
    vocabulary = world(fact("a", default=default) if default else fact("a"), *facts)
    return str(policy_folder(ground, rules=rule("permit", "all", "a"), vocabulary=vocabulary))


@pytest.mark.parametrize(
    ("old", "new", "code", "counts", "sentence"),
    [
        ("false", "true", 1, ("1", "0", "0"), "Now permitted: any operation; when a (en): not stated (no → yes)."),
        (
            "true",
            "false",
            0,
            ("0", "1", "0"),
            "No longer permitted: any operation; when a (en): not stated (yes → no).",
        ),
        (
            None,
            "true",
            1,
            ("1", "0", "0"),
            "Now permitted: any operation; when a (en): not stated (no default → yes).",
        ),
        (
            "false",
            None,
            0,
            ("0", "0", "1"),
            ("Any operation, undetermined and no longer without a rule; when a (en): not stated (no → no default)."),
        ),
    ],
)
def test_a_request_that_leaves_an_axis_out_is_judged_with_the_default_of_each_side(
    old: str | None, new: str | None, code: int, counts: tuple[str, str, str], sentence: str, tmp_path: Path
) -> None:
    places = left_out(tmp_path / "old", old), left_out(tmp_path / "new", new)
    found = told(*places)
    compared = only(found[1])
    (block,) = compared["blocks"]
    assert (found[0], block["sentence"]) == (code, sentence)
    assert (compared["opening"], compared["closing"], compared["otherwise"], compared["situations"]) == (*counts, "3")
    assert (block["when"], block["example"]["situation"]) == ([{"a": [None]}], {"a": None})
    for place, side in zip(places, ("old", "new"), strict=True):
        decision = Authorizer.load(place).decide(block["example"]["situation"])
        assert decision.effect.value == block[side]
        assert [reason.rule for reason in decision.reasons] == [reason["rule"] for reason in block["example"][side]]


def test_an_axis_that_loses_a_value_may_open_what_was_unsettled_while_it_was_left_out(tmp_path: Path) -> None:
    """Who says no shift could be of the night, which was closed; the night is gone, and all that is left is open."""
    shifts = [axis("shift", *names) for names in (("day", "dusk", "night"), ("day", "dusk"))]
    old, new = (
        str(policy_folder(tmp_path / str(number), rule("permit", "by_day", "shift in {day, dusk}"), world(one)))
        for number, one in enumerate(shifts)
    )
    code, found = told(old, new)
    opening, otherwise = only(found)["blocks"]
    assert (code, opening["sentence"]) == (1, "Now permitted: any operation; shift (en): not stated.")
    assert (opening["old"], opening["new"], otherwise["values"]) == ("INDETERMINATE", "PERMIT", {"shift": ["night"]})


def test_an_axis_that_gains_a_value_is_not_left_out_where_that_opens_and_closes_nothing(tmp_path: Path) -> None:
    def shifts(ground: Path, condition: str, *names: str) -> str:
        return str(policy_folder(ground, rule("permit", "by_day", condition), world(axis("shift", *names), fact("a"))))

    old, new = shifts(tmp_path / "old", "a", "day"), shifts(tmp_path / "new", "a", "day", "dusk")
    assert only(told(old, new)[1])["situations"] == "4"
    stricter = shifts(tmp_path / "stricter", "a and shift is day", "day", "dusk")
    closing = only(told(old, stricter)[1])
    assert (closing["situations"], closing["closing"]) == ("6", "1")
    assert closing["blocks"][0]["values"] == {"shift": [None]}


# --- editions -------------------------------------------------------------------------------------


def test_without_a_day_every_two_editions_in_force_together_are_compared_once(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, access=("until: 2025-01-01}", "until: 2024-07-01}"))
    found = together(*sides(library, library))
    assert [(one.old.edition, one.new.edition) for one in found] == [
        (edition, edition) for edition in Authorizer.load(library).tables.editions
    ]
    _, differing = told(library, new)
    periods = [
        (one["old_edition"], one["new_edition"], *map(tuple, map(dict.values, one["periods"])))
        for one in differing["compared"]
    ]
    assert periods == [
        ("2024-01-01", "2024-01-01", ("2024-01-01", "2024-07-01", "2024-01-01", None)),
        ("2024-01-01", "2024-07-01", ("2024-07-01", "2025-01-01", "2024-01-01", None)),
        ("2025-01-01", "2025-01-01", ("2025-01-01", None, "2025-01-01", None)),
        ("2025-01-01@2024-01-01", "2024-07-01", ("2025-01-01", None, "2024-01-01", "2025-01-01")),
    ]


def test_two_days_of_one_policy_are_compared(library: str) -> None:
    code, found = told(f"{library}@2024-06-01", "@2025-06-01")
    assert (code, only(found)["old_edition"], only(found)["new_edition"]) == (0, "2024-01-01", "2025-01-01")
    assert only(found)["periods"] == []
    assert found["old"]["at"] == "2024-06-01"


def test_before_its_first_edition_a_policy_leaves_everything_undetermined(library: str) -> None:
    code, found = told(f"{library}@2023-06-01", "@2025-06-01")
    assert (code, only(found)["old_edition"]) == (1, None)
    assert {block["old"] for block in only(found)["blocks"]} == {"INDETERMINATE"}
    assert only(found)["blocks"][0]["example"]["old"][0]["rule"] == "before_first_edition"
    assert "no edition → 2025-01-01" in run("diff", f"{library}@2023-06-01", "@2025-06-01", "--lang", "en").out


def test_nothing_is_compared_of_policies_never_in_force_together(library: str) -> None:
    ran = run("diff", library, library, "--known-on", "2000-01-01", "--lang", "en")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "No edition to compare.")
    assert (
        "No edition to compare."
        in run("diff", library, library, "--known-on", "2000-01-01", "--lang", "en", "--markdown").out
    )


# --- forms ----------------------------------------------------------------------------------------


def opened(library: str, tmp_path: Path, *words: str) -> Ran:
    new = changed(tmp_path, library=("forbid rare_lending", "permit rare_lending"))
    return run("diff", library, new, "--at", "2025-06-01", *words)


def test_the_text_says_who_what_and_why_in_both_languages(library: str, tmp_path: Path) -> None:
    french, english = (opened(library, tmp_path, "--lang", lang) for lang in ("fr", "en"))
    assert french.code == english.code == 1
    assert "⚠ S'ouvre (12 situations, 1 phrase)" in french.out
    assert (
        "  1. Quiconque peut désormais : Prêter (lend) ; Rayon : Réserve précieuse (rare). (12 situations)"
        in french.out
    )
    assert "     avant : refusé — `rare_lending` On ne prête pas les livres rares. (Règlement, art. 3)" in french.out
    assert "  1. Anyone can now: Lend (lend); Shelf: Rare books (rare). (12 situations)" in english.out
    assert "     after: permitted — `rare_lending` Rare books are not lent. (Règlement, art. 3)" in english.out


def test_on_a_terminal_openings_are_red(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, library=("forbid rare_lending", "permit rare_lending"))
    drawn = run("diff", library, new, "--at", "2025-06-01", terminal=True).out
    assert "\x1b[1;31m⚠ S'ouvre" in drawn
    assert "\x1b[" not in run("diff", library, new, "--at", "2025-06-01", terminal=True, NO_COLOR="1").out.replace(
        "\x1b[1m", ""
    ).replace("\x1b[2m", "").replace("\x1b[0m", "")


def test_markdown_shows_openings_and_folds_the_rest(library: str, tmp_path: Path) -> None:
    text = opened(library, tmp_path, "--markdown", "--lang", "en").out
    shown, _, folded = text.partition("<details>")
    assert "#### ⚠ Opens (12 situations, 1 sentence)" in shown
    assert "1. Anyone can now: Lend (lend); Shelf: Rare books (rare). _(12 situations)_" in shown
    assert "<summary>Rules</summary>" in folded
    assert text.count("<details>") == text.count("</details>")
    closed = run("diff", library, library, "--format", "markdown", "--lang", "en").out
    assert "✓ Nothing opens." in closed


def test_of_many_cells_of_a_matrix_twelve_are_told_and_the_others_counted(tmp_path: Path) -> None:
    world_of_rooms = world(
        axis("action", "enter"), axis("role", "host", "guest"), axis("room", *(f"r{n}" for n in range(8)))
    )

    def rooms(name: str, mark: str) -> str:
        rows = "".join(f"          r{n}: {mark} {mark}\n" for n in range(8))
        folder = policy_folder(tmp_path / name, rule("permit", "enter", "matrix doors is open"), world_of_rooms)
        (folder / "matrices").mkdir(exist_ok=True)
        (folder / "matrices" / "doors.yaml").write_text(
            "matrix: doors\nfr: Portes\nen: Doors\naxes: [role, room]\nrows: room\n"
            "values:\n  open: {mark: O, fr: ouverte, en: open}\n  shut: {mark: N, fr: close, en: shut}\n"
            "editions:\n  - id: one\n    applicable: {from: 2025-01-01}\n    known: {from: 2025-01-01}\n"
            f"    provenance: {{title: t}}\n    blocks:\n      - columns: [host, guest]\n        rows:\n{rows}",
            "utf-8",
        )
        return str(folder)

    text = run("diff", rooms("old", "N"), rooms("new", "O"), "--at", "2025-06-01", "--lang", "en").out
    assert text.count("shut → open") == 12
    assert "  - `doors`: 16 cells\n" in text
    assert "  - `doors`: 4 more cells (`--json` tells them all)\n" in text


def test_what_a_policy_says_stays_text_in_markdown(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, library=('en "Rare books are not lent."', 'en "<img src=x> [a](b) *c*."'))
    text = run("diff", library, new, "--at", "2025-06-01", "--markdown", "--lang", "en").out
    assert "<img" not in text
    assert r"&lt;img src=x&gt; \[a\](b) \*c\*." in text


def test_a_summary_too_long_is_cut_and_says_so(library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_room, "BYTES_AT_MOST", 150)
    assert opened(library, tmp_path, "--markdown", "--lang", "en").out.endswith("… cut: `--json` tells all\n")


def test_openings_are_notices_on_the_rule_that_opens(library: str, tmp_path: Path) -> None:
    github = opened(library, tmp_path, "--format", "github", "--lang", "en")
    assert github.code == 1
    assert re.match(
        r"::warning file=\S+/changed/rules/library\.hab,line=14,endLine=14,title=opens::Anyone can now: Lend",
        github.out,
    )
    (result,) = read_log(opened(library, tmp_path, "--format", "sarif").out)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 14, "endLine": 14}
    assert run("diff", library, library, "--format", "github") == Ran(0, "", "")


@pytest.mark.parametrize(
    ("files", "row"),
    [
        ({"access": ("rare: N O(1)", "rare: N N")}, "access.yaml:rare: N O(1)"),
        # The role has no cell of its own: its column is read in another matrix.
        ({"post": ("keeper: PUB CUS", "keeper: PUB PUB")}, "post.yaml:keeper: PUB CUS"),
    ],
)
def test_an_opening_by_a_cell_is_a_notice_on_its_row(
    files: dict[str, tuple[str, str]], row: str, library: str, tmp_path: Path
) -> None:
    old = changed(tmp_path, **files)
    name, _, written_row = row.partition(":")
    lines = LIBRARY[f"matrices/{name}"].splitlines()
    last = max(number for number, line in enumerate(lines, 1) if written_row in line)
    ran = run("diff", old, library, "--at", "2025-06-01", "--format", "github", "--lang", "en")
    assert f"file={library}/matrices/{name},line={last},endLine={last},title=opens::Keeper" in ran.out
    assert ran.code == 1


def test_an_opening_by_a_cell_that_a_rule_forbade_by_is_a_notice_on_its_row(tmp_path: Path) -> None:
    vocabulary = world(axis("role", "guest", "host"), axis("room", "hall", "attic"))
    permit, forbid = rule("permit", "all", "role in {guest, host}"), rule("forbid", "shut", "matrix rooms is shut")
    sheets = {mark: {"rooms": ROOMS.format(mark)} for mark in "ON"}

    def placed(rules: str, mark: str) -> str:
        new = str(policy_folder(tmp_path / "new", rules, vocabulary, sheets[mark]))
        (command,) = run("diff", old, new, "--format", "github").out.splitlines()
        return command.partition(f"file={new}/")[2].partition(",endLine")[0]

    old = str(policy_folder(tmp_path / "old", permit + forbid, vocabulary, sheets["N"]))
    row = f"matrices/rooms.yaml,line={len(ROOMS.splitlines())}"
    assert placed(permit + forbid, "O") == row
    assert placed(permit.replace("permit all", "permit everyone") + forbid, "O") == row
    assert placed(permit, "O") == "rules/all.hab,line=1"
    assert (
        placed(permit + forbid.replace("is shut", "is open and not matrix rooms is open"), "N")
        == f"rules/all.hab,line={permit.count(chr(10)) + 1}"
    )


ROOMS = """matrix: rooms
fr: Pièces
en: Rooms
axes: [role, room]
rows: room
values:
  open: {{mark: O, fr: ouverte, en: open}}
  shut: {{mark: N, fr: fermée, en: shut}}
editions:
  - id: first
    applicable: {{from: 2024-01-01}}
    known: {{from: 2024-01-01}}
    provenance: {{title: A plan}}
    blocks:
      - columns: [guest, host]
        rows:
          hall: O O
          attic: O {}
"""


def test_a_policy_that_cannot_be_used_is_refused_in_the_form_asked_for(library: str, tmp_path: Path) -> None:
    new = changed(tmp_path, library=("shelf is rare", "shlf is rare"))
    plain = run("diff", library, new)
    assert (plain.code, "unknown_axis" in plain.err) == (2, True)
    github = run("diff", library, new, "--format", "github")
    assert (github.code, github.out.partition(",")[0]) == (2, f"::error file={new}/rules/library.hab")
    backwards = run("diff", new, library, "--format", "github").out
    assert backwards.startswith(f"::error file={new}/rules/library.hab")
    assert f"::in `{new}`, unknown axis `shlf`" in backwards
    assert json.loads(run("diff", library, new, "--json").out)["error"]["code"] == "invalid_policy"


def test_forms_exclude_one_another_and_unknown_places_are_usage_errors(library: str) -> None:
    assert run("diff", library, library, "--json", "--markdown").code == 2
    ran = run("diff", library, "nowhere")
    assert (ran.code, "unknown_policy" in ran.err) == (2, True)


def test_the_same_policies_give_the_same_bytes(library: str, tmp_path: Path) -> None:
    new = str(policy_folder(tmp_path / "other", rules=ENTRY))
    first, again = (run("diff", library, new, "--at", "2025-06-01", "--json") for _ in range(2))
    assert first == again


def test_rules_that_decide_elsewhere_in_a_sentence_are_named(tmp_path: Path) -> None:
    """`a` permits where it holds, `b` where it does: one sentence, for two rules, once a rule forbids nothing."""
    vocabulary = world(fact("a"), fact("b"))
    both = rule("permit", "by_a", "a") + rule("permit", "by_b", "b")
    old = str(policy_folder(tmp_path / "old", rules=both + rule("forbid", "all", "a or b"), vocabulary=vocabulary))
    new = str(policy_folder(tmp_path / "new", rules=both, vocabulary=vocabulary))
    (block,) = only(told(old, new)[1])["blocks"]
    assert block["rules"] == {"old": ["all"], "new": ["by_a", "by_b"]}
    assert (block["when"], len(block["example"]["new"])) == ([{"a": ["true"]}, {"b": ["true"]}], 1)
    assert "“a text”; elsewhere: `by_b`" in run("diff", old, new, "--lang", "en").out.replace("(a text)", "“a text”")


def test_what_all_sentences_share_is_said_once(library: str, tmp_path: Path) -> None:
    closed = 'forbid nobody_reads\n  for read\n  when shelf is open\n  because "x"\n  fr "x"\n  en "x"\n'
    closed += 'forbid members_lend\n  for lend\n  when shelf is open and member\n  because "x"\n  fr "x"\n  en "x"\n'
    new = written(tmp_path / "shut", LIBRARY | {"rules/library.hab": LIBRARY["rules/library.hab"] + closed})
    for form in ("text", "markdown"):
        text = run("diff", library, new, "--at", "2025-06-01", "--lang", "en", "--format", form).out
        assert "Everywhere below — Shelf: Open shelf (open)" in text
        assert "can no longer: Read (read)." in text


@pytest.mark.parametrize("bound", ["HEADS_AT_MOST", "WAYS_AT_MOST"])
def test_a_difference_too_large_to_be_told_whole_is_refused_rather_than_cut(
    bound: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks_room, bound, 0)
    ran = run("diff", library, changed(tmp_path, access=("rare: N O(1)", "rare: N N")), "--at", "2025-06-01")
    assert (ran.code, "compiled_too_large" in ran.err) == (2, True)


def test_many_values_are_told_by_those_left_out_or_counted_past_six(tmp_path: Path) -> None:
    """One rule, and the sets of values it is told by."""
    values = "".join(f"      v{one}: {{fr: V{one}, en: V{one}}}\n" for one in range(12))
    vocabulary = world(fact("a"), f"  kind:\n    fr: Genre\n    en: Kind\n    values:\n{values}")
    old = str(policy_folder(tmp_path / "old", rules=rule("permit", "x", "a"), vocabulary=vocabulary))

    def said(taken: int) -> str:
        named = ", ".join(f"v{one}" for one in range(taken))
        rules = rule("permit", "x", "a") + rule("permit", "y", f"kind in {{{named}}}")
        new = str(policy_folder(tmp_path / f"new{taken}", rules=rules, vocabulary=vocabulary))
        (block,) = only(told(old, new)[1])["blocks"]
        return (
            str(block["sentence"])
            .removeprefix("Now permitted: any operation; Kind: ")
            .removesuffix("; when a (en): no.")
        )

    assert said(2) == "V0 (v0) and V1 (v1)"
    assert said(7) == "V0 (v0), V1 (v1), V2 (v2), V3 (v3), V4 (v4), V5 (v5) and V6 (v6)"
    assert said(8) == "V0 (v0), V1 (v1), V2 (v2), V3 (v3), V4 (v4), V5 (v5) and 2 others (8 of 12)"
    assert said(9) == "all but V9 (v9), V10 (v10) and V11 (v11)"


# --- the shipped policy ---------------------------------------------------------------------------


def test_between_the_two_editions_of_the_dmp_only_the_air_channel_changes_and_everything_is_counted() -> None:
    code, found = told("dmp@2024-09-25", "@2025-07-08")
    compared = only(found)
    assert code == 1
    assert {tuple(block["values"]["channel"]) for block in compared["blocks"]} == {("air",)}
    for way in ("opening", "closing", "otherwise"):
        assert int(compared[way]) == sum(int(one["situations"]) for one in compared["blocks"] if one["way"] == way)
    assert compared["texts"]["rules_removed"] == ["air_not_yet_defined"]
    policy = Authorizer.dmp()
    for block in compared["blocks"]:
        situation = block["example"]["situation"]
        assert policy.at("2024-09-25").decide(situation).effect.value == block["old"]
        assert policy.at("2025-07-08").decide(situation).effect.value == block["new"]


def test_on_the_dmp_the_comparison_says_what_the_two_editions_answer() -> None:
    """A draw, beside the whole space of small policies: the diagrams against `decide`, on the vocabulary we ship."""
    policy = Authorizer.dmp()
    (pair,) = difference(*sides("dmp@2024-09-25", "@2025-07-08")).pairs
    days = [policy.at("2024-09-25"), policy.at("2025-07-08")]
    draw = random.Random(4)  # noqa: S311  # repeatable, not secret
    met = 0
    for _ in range(1500):
        numbers = [draw.randrange(len(line.values)) for line in pair.frame.lines]
        numbers[[line.name for line in pair.frame.lines].index("channel")] = 2  # air: elsewhere nothing changes
        situation = {
            line.name: line.values[number] == "true"
            if line.values[number] in ("true", "false")
            else line.values[number]
            for line, number in zip(pair.frame.lines, numbers, strict=True)
        }
        old, new = (day.decide(situation).effect.value for day in days)
        within = [
            found.change
            for found in pair.found
            if all(numbers[line] in values for line, values in found.block.head.items())
            and any(all(numbers[line] in values for line, values in way.items()) for way in found.block.ways)
        ]
        assert [(NAMES[change.old], NAMES[change.new]) for change in within] == ([(old, new)] if old != new else [])
        met += len(within)
    assert met > 20


def test_axes_of_one_label_are_told_apart_by_their_names(tmp_path: Path) -> None:
    def ward(ground: str, author: str) -> str:
        vocabulary = world(axis("action", "read"), fact(author)).replace(f"{author} (en)", "Author")
        return str(policy_folder(tmp_path / ground, rule("permit", "own", author), vocabulary))

    text = run("diff", ward("old", "author"), ward("new", "wrote_it"), "--lang", "en").out
    assert "Author (wrote_it): yes" in text
    assert "Author (author): no" in text
