"""A code that one policy alone knows, and that opens nothing, is counted by `diff` rather than told."""

import json
from pathlib import Path

import pytest

from tests.command_line import run
from tests.small_policies import axis, fact, policy_folder, rule, world
from tests.test_difference_told import ROOMS, only, told

RULES = rule("permit", "hosts", "role is host and a") + rule("forbid", "shut", "matrix rooms is shut and a")


@pytest.fixture
def policies(tmp_path: Path) -> tuple[str, str]:
    """A policy, and the same with a role and a room more, of which the host may enter one."""
    roles, rooms = ("guest", "host"), ("hall", "attic")
    before = world(axis("role", *roles), axis("room", *rooms), fact("a"))
    after = world(axis("role", *roles, "cook"), axis("room", *rooms, "cellar"), fact("a"))
    sheet = {"rooms": ROOMS.format("N")}
    old = policy_folder(tmp_path / "old", RULES, before, sheet)
    new = policy_folder(tmp_path / "new", RULES, after, {"rooms": sheet["rooms"] + "          cellar: N O\n"})
    return str(old), str(new)


def test_what_was_an_unknown_code_and_is_closed_now_is_one_line_with_its_count(policies: tuple[str, str]) -> None:
    ran = run("diff", *policies, "--lang", "en")
    assert ran.code == 1
    assert "10 situations of 18 change: ⚠ Opens 1, Stays closed, otherwise 9." in ran.out
    assert "⚠ Opens (1 situation, 1 sentence)" in ran.out
    assert "Stays closed, otherwise (" not in ran.out
    assert ran.out.partition("Stays closed, unknown to one side\n")[2].splitlines()[0] == (
        "  - unknown code before, closed now: 9 situations (denied 1, without a rule 8)"
    )
    assert "code inconnu avant, fermé maintenant : 9 situations (refusé 1, sans règle 8)" in run("diff", *policies).out
    assert "no longer unknown code" not in ran.out


def test_a_code_that_goes_is_one_line_too(policies: tuple[str, str]) -> None:
    ran = run("diff", *reversed(policies), "--lang", "en", "--markdown")
    assert ran.code == 0
    assert "- closed before, unknown code now: 9 situations (denied 1, without a rule 8)" in ran.out
    assert "Closes (1 situation, 1 sentence)" in ran.out


def test_the_data_has_all_of_them(policies: tuple[str, str]) -> None:
    found = only(told(*policies)[1])
    unknown = [block for block in found["blocks"] if block["old"] == "UNKNOWN" and block["way"] == "otherwise"]
    assert sum(int(block["situations"]) for block in unknown) == 9
    assert found["otherwise"] == "9"


def test_another_refusal_is_told_beside_it(policies: tuple[str, str], tmp_path: Path) -> None:
    old, new = policies
    stricter = Path(new) / "rules" / "all.hab"
    stricter.write_text(stricter.read_text("utf-8") + rule("forbid", "guests", "role is guest and a"), "utf-8")
    text = run("diff", old, new, "--lang", "en").out
    assert "Stays closed, otherwise (2 situations, 1 sentence)\n  1. Guest (en) (guest): any operation, denied" in text
    assert "unknown code before, closed now: 9 situations (denied 1, without a rule 8)" in text
    data = json.loads(run("diff", old, new, "--json").out)
    assert only(data)["otherwise"] == "11"


def test_compared_with_no_policy_what_a_first_one_permits_opens_and_the_rest_is_counted(
    policies: tuple[str, str],
) -> None:
    old, _ = policies
    ran = run("diff", "none", old, "--lang", "en")
    assert ran.code == 1
    assert "8 situations of 8 change: ⚠ Opens 1, Stays closed, otherwise 7." in ran.out
    assert "  1. Host (en) (host) can now: any operation; room (en): hall (en) (hall); when a (en): yes." in ran.out
    assert "     before: no policy — `unknown_code` There is no policy." in ran.out
    assert "  - no policy before, closed now: 7 situations (denied 1, without a rule 6)" in ran.out
    assert "`role`: axis added" in ran.out
    found = only(told("none", old)[1])
    assert {block["old"] for block in found["blocks"]} == {"UNKNOWN"}
    gone = run("diff", old, "none", "--lang", "fr", "--summary")
    assert (gone.code, "Se ferme : permis → aucune politique 1" in gone.out) == (0, True)
    assert run("diff", "none", old, "--format", "github").out.startswith(f"::warning file={old}/rules/all.hab,line=1,")


def test_no_policy_judges_no_past_access(policies: tuple[str, str]) -> None:
    ran = run("diff", "none", policies[0], "--log", "log.csv")
    assert (ran.code, "`none` is no policy, and judges no access" in ran.err) == (2, True)


def test_a_cell_that_is_not_covered_is_said_in_the_language(policies: tuple[str, str]) -> None:
    assert "`rooms` [host, cellar] : non couvert → ouverte (" in run("diff", *policies).out
    assert "`rooms` [host, cellar]: not covered → open (" in run("diff", *policies, "--lang", "en").out
