"""`diff --where` compares some situations only, and `--summary` tells how many."""

import json
from pathlib import Path

import pytest

from tests.command_line import LIBRARY, run, written
from tests.small_policies import axis, fact, policy_folder, rule, world
from tests.test_difference_told import only, told

GROUP = """    groups:
      carers: {fr: Soignants, en: Carers, values: [nurse, doctor]}
"""


def vocabulary(third: str) -> str:
    jobs = axis("profession", "nurse", "doctor", third) + GROUP
    return world(axis("action", "consult", "deposit"), jobs, fact("care_team"), fact("blocked"))


@pytest.fixture
def policies(tmp_path: Path) -> tuple[str, str]:
    """A policy that permits nothing, and one that permits by profession, action and facts; each has its own job."""
    nothing = rule("permit", "all", "care_team and not care_team")
    carers = rule("permit", "carers", "profession in carers and not blocked")
    team = rule("permit", "team", "care_team", "for consult")
    old = policy_folder(tmp_path / "old", nothing, vocabulary("cook"))
    new = policy_folder(tmp_path / "new", nothing + carers + team, vocabulary("clerk"))
    return str(old), str(new)


def where(policies: tuple[str, str], *words: str) -> dict[str, object]:
    _, found = told(*policies, *(part for word in words for part in ("--where", word)))
    return {"where": found["where"], **only(found)}


def test_only_the_situations_asked_about_are_compared_and_counted(policies: tuple[str, str]) -> None:
    assert (
        where(policies)["situations"] == "40"
    )  # to leave the profession out is a situation too: what a team may opens
    found = where(policies, "profession=nurse", "action=consult")
    assert found["where"] == {"profession": ["nurse"], "action": ["consult"]}
    assert (found["situations"], found["changed"], found["opening"]) == ("4", "3", "3")
    assert where(policies, "profession=nurse", "profession=doctor", "care_team")["situations"] == "8"
    assert where(policies, "profession=carers", "care_team=true", "blocked=non")["situations"] == "4"


def test_what_is_asked_is_said_once_and_not_in_the_sentences(policies: tuple[str, str]) -> None:
    ran = run("diff", *policies, "--where", "profession=carers", "--where", "blocked=false", "--lang", "en")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[3] == "Only — profession (en): Carers (carers, 2), blocked (en): no"
    assert lines[4] == "8 situations of 8 change: ⚠ Opens 8."
    assert "  1. Carers (carers, 2) can now: any operation. (8 situations)" in lines
    markdown = run("diff", *policies, "--where", "blocked", "--markdown").out
    assert "Seulement — blocked (fr) : oui" in markdown.replace("\\", "")


def test_those_who_are_not_asked_about_are_not_said_to_be_unchanged(policies: tuple[str, str]) -> None:
    words = ("--where", "action=deposit", "--where", "profession=nurse")
    assert "unchanged" not in run("diff", *policies, *words, "--lang", "en").out
    both = run("diff", *policies, *words, "--where", "profession=clerk", "--lang", "en").out
    assert "Nurse (en) (nurse) can now: deposit (en) (deposit); when blocked (en): no." in both


def test_nothing_opens_among_situations_that_stay_as_they_are(policies: tuple[str, str]) -> None:
    words = ("--where", "action=deposit", "--where", "blocked", "--where", "profession=nurse")
    ran = run("diff", *policies, *words, "--lang", "en")
    assert (ran.code, "No situation changes, of 2." in ran.out) == (0, True)


def test_a_value_that_one_side_alone_knows_may_be_asked_about(policies: tuple[str, str]) -> None:
    assert where(policies, "profession=cook")["otherwise"] == "8"
    assert where(policies, "profession=clerk")["opening"] == "2"


def test_a_value_may_be_named_by_its_label_as_for_who(policies: tuple[str, str]) -> None:
    assert where(policies, "profession=Nurse (EN)")["where"] == {"profession": ["nurse"]}
    assert where(policies, "profession=soignants")["where"] == {"profession": ["doctor", "nurse"]}
    assert where(policies, "profession=Clerk (en)")["opening"] == "2"


def test_a_label_of_several_values_of_one_side_is_refused_and_not_taken_for_that_of_the_other(tmp_path: Path) -> None:
    nothing = rule("permit", "all", "care_team and not care_team")
    old = str(policy_folder(tmp_path / "old", nothing, vocabulary("cook")))
    both = vocabulary("clerk").replace("en: clerk (en)", "en: nurse (en)")
    new = str(policy_folder(tmp_path / "new", nothing + rule("permit", "clerks", "profession is clerk"), both))
    for sides in ((old, new), (new, old)):
        ran = run("diff", *sides, "--where", "profession=nurse (en)")
        assert (ran.code, ran.out, "names several codes" in ran.err) == (2, "", True)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("profession=", "unknown `profession`: ``"),
        ("profesion=nurse", "unknown axis `profesion`"),
        ("profession=nurze", "unknown `profession`: `nurze`"),
        ("profession", "`profession` is not a fact: it takes a value"),
        ("blocked=perhaps", "`blocked` is a fact: it is true or false, not `perhaps`"),
    ],
)
def test_what_no_side_knows_is_refused(policies: tuple[str, str], word: str, message: str) -> None:
    ran = run("diff", *policies, "--where", word)
    assert (ran.code, message in ran.err) == (2, True), ran.err


def test_values_that_nothing_else_tells_apart_are_told_apart_by_what_is_asked(tmp_path: Path) -> None:
    one, other = (rule("permit", "all", facts) for facts in ("care_team", "care_team or blocked"))
    folders = [policy_folder(tmp_path / name, text, vocabulary("cook")) for name, text in (("a", one), ("b", other))]
    old, new = map(str, folders)
    assert where((old, new), "profession=nurse")["changed"] == "2"


# --- counts only ----------------------------------------------------------------------------------


def test_a_summary_is_counts(policies: tuple[str, str]) -> None:
    ran = run("diff", *policies, "--summary", "--lang", "en", "--where", "profession=nurse")
    assert ran.code == 1
    assert ran.out.splitlines()[2:] == [
        "always → always",
        "Only — profession (en): nurse (en) (nurse)",
        "5 situations of 8 change: ⚠ Opens 5.",
        "⚠ Opens: without a rule → permitted 5",
    ]
    markdown = run("diff", *policies, "--summary", "--lang", "fr", "--markdown").out
    assert "⚠ S'ouvre : sans règle → permis 12, code inconnu → permis 2" in markdown
    assert "<details>" not in markdown


def test_a_summary_as_data_has_counts_and_no_block(policies: tuple[str, str]) -> None:
    data = json.loads(run("diff", *policies, "--summary", "--json").out)
    assert data["opens"]
    assert only(data).keys() == {
        *(
            "old_edition",
            "new_edition",
            "periods",
            "situations",
            "changed",
            "opening",
            "closing",
            "otherwise",
            "counts",
        ),
        "reach",
    }
    assert only(told(*policies)[1])["counts"] == only(data)["counts"]


def test_notices_have_no_summary(policies: tuple[str, str]) -> None:
    ran = run("diff", *policies, "--summary", "--format", "github")
    assert (ran.code, "--format github has no counts" in ran.err) == (2, True)


def test_two_editions_are_summed_up_one_after_the_other(tmp_path: Path) -> None:
    library = written(tmp_path / "library", LIBRARY)
    ran = run("diff", library, library, "--summary", "--lang", "en")
    assert (ran.code, ran.out.count("No situation changes")) == (0, 3)
