"""`diff --format github|sarif`: where an opening is told, how many times, and in which order."""

import re
from pathlib import Path

import pytest

from habilitation import Authorizer
from tests.command_line import run
from tests.sarif_logs import read_log
from tests.small_policies import axis, fact, policy_folder, rule, world

WARD = world(axis("action", "read", "write"), axis("role", "doctor", "nurse", "clerk"), fact("treats"), fact("masked"))
CARER = "define carer: treats and role is doctor\n"
ATTENDS = "define attends: carer\n"
READING = rule("permit", "reading", "attends", "for read")
SHUT = rule("forbid", "shut", "masked and not attends")
ENTERING = rule("permit", "entering", "role in {doctor, nurse}", "for write")
RULES = CARER + ATTENDS + READING + SHUT + ENTERING
NEVER = 'never "a clerk reads":\n  permit when action is read and role is clerk\n'


def ward(ground: Path, rules: str = RULES, vocabulary: str = WARD) -> str:
    return str(policy_folder(ground, rules, vocabulary))


def commands(old: str, new: str, lang: str = "en") -> list[str]:
    return run("diff", old, new, "--format", "github", "--lang", lang).out.splitlines()


def lines(old: str, new: str) -> list[int]:
    """The lines of rules/all.hab that the openings are told on."""
    return [int(re.findall(r"rules/all\.hab,line=(\d+),", one)[0]) for one in commands(old, new)]


def line(text: str, rules: str = RULES) -> int:
    return next(number for number, one in enumerate(rules.splitlines(), 1) if one.startswith(text))


WIDER = "define carer: treats and role in {doctor, nurse}\n"


def test_what_a_changed_definition_opens_is_told_on_the_definition(tmp_path: Path) -> None:
    old, new = ward(tmp_path / "old"), ward(tmp_path / "new", RULES.replace(CARER, WIDER))
    (told,) = commands(old, new)
    assert told.startswith(f"::warning file={new}/rules/all.hab,line=1,endLine=1,title=opens::")


OPEN = RULES.replace("when attends", "when treats")
REWORDED = RULES.replace("reading, in English", "reworded")


SPELT = RULES.replace("when attends", "when (attends or role is clerk and treats) and role in {doctor, nurse}")
RESPELT = RULES.replace("when attends", "when role in {nurse, doctor} and (treats and role in {clerk} or attends)")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param(RULES, OPEN, "permit reading", id="a rule of the new answer"),
        pytest.param(OPEN, OPEN.replace("not attends", "not treats"), "forbid shut", id="a rule of the old answer"),
        pytest.param(RULES, RULES.replace(CARER, f"{WIDER}# nurses\n"), "define carer", id="a definition"),
        pytest.param(RULES, REWORDED.replace(CARER, WIDER), "define carer", id="no rule that is only worded otherwise"),
        pytest.param(RULES, REWORDED + rule("permit", "nurses", "treats"), "permit nurses", id="a new rule"),
        pytest.param(SPELT, RESPELT.replace(CARER, WIDER), "define carer", id="no rule that asks the same otherwise"),
        pytest.param(RULES, RULES.replace(CARER, WIDER).replace(SHUT, ""), "define carer", id="beside a removed rule"),
    ],
)
def test_an_opening_is_told_where_the_change_is_written(old: str, new: str, place: str, tmp_path: Path) -> None:
    assert line(place, new) in lines(ward(tmp_path / "old", old), ward(tmp_path / "new", new))


def test_what_a_removed_rule_opens_is_told_on_the_rule_that_permits(tmp_path: Path) -> None:
    new = RULES.replace(SHUT, "")
    assert lines(ward(tmp_path / "old"), ward(tmp_path / "new", new)) == [line("permit entering", new)]


def test_what_a_group_opens_is_told_on_the_rule_that_permits(tmp_path: Path) -> None:
    rules = RULES.replace("role is doctor", "role in carers")
    group = "    groups:\n      carers: {fr: Soignants, en: Carers, values: [doctor]}\n"
    narrow = WARD.replace("  treats:", f"{group}  treats:")
    old = ward(tmp_path / "old", rules, narrow)
    new = ward(tmp_path / "new", rules, narrow.replace("[doctor]", "[doctor, nurse]"))
    assert lines(old, new) == [line("permit reading")]


def test_between_compiled_policies_an_opening_is_told_on_a_rule_that_is_new_or_permits(tmp_path: Path) -> None:
    compiled = []
    for number, rules in enumerate((RULES, RULES.replace(CARER, WIDER), RULES + rule("permit", "all", "treats"))):
        place = tmp_path / f"{number}.compiled"
        place.write_bytes(Authorizer.load(ward(tmp_path / str(number), rules)).compile())
        compiled.append(str(place))
    old, wider, more = compiled
    assert {*lines(old, wider)} == {line("permit reading")}
    assert {*lines(old, more)} == {len(RULES.splitlines()) + 1}


def test_the_openings_of_one_place_are_one_notice_that_counts_them(tmp_path: Path) -> None:
    wider = RULES.replace("role in {doctor, nurse}", "role is nurse or role is clerk and not treats or role is doctor")
    both = wider.replace("for write", "for read, write")
    old, new = ward(tmp_path / "old"), ward(tmp_path / "new", both)
    (told,) = commands(old, new)
    assert (
        "(and 2 more openings here, for clerk (en) (clerk); doctor (en) (doctor), 5 situations in all)%0A`entering`"
        in told
    )
    assert (
        "(et 2 autres ouvertures ici, pour clerk (fr) (clerk) ; doctor (fr) (doctor), 5 situations en tout)%0A"
        in commands(old, new, "fr")[0]
    )
    (one,) = commands(old, ward(tmp_path / "one", wider))
    assert "more opening" not in one


def test_openings_of_several_pairs_of_editions_are_one_notice(tmp_path: Path) -> None:
    dated = RULES + rule("forbid", "late", "role is clerk and masked", "for write", "applicable from 2025-01-01")
    old, new = ward(tmp_path / "old", dated), ward(tmp_path / "new", dated.replace(CARER, WIDER))
    (told,) = commands(old, new)
    assert "(and 3 more openings here, 6 situations in all, over 2 pairs of editions)" in told


def test_a_notice_stays_short_and_is_cut_at_a_word(tmp_path: Path) -> None:
    words = " ".join(["word"] * 400)
    long = RULES.replace("reading, in English.", words) + NEVER.replace("a clerk reads", words)
    old, new = (
        ward(tmp_path / "old", long),
        ward(tmp_path / "new", long.replace(CARER, WIDER).replace("is clerk", "is clerk and masked")),
    )
    told = commands(old, new)
    assert [len(one) < 1_000 + len(new) for one in told] == [True, True]
    assert all(" word …" in one for one in told)


def test_promises_removed_or_changed_come_before_what_opens(tmp_path: Path) -> None:
    old, new = ward(tmp_path / "old", RULES + NEVER), ward(tmp_path / "new", RULES.replace(CARER, WIDER))
    assert [re.findall("title=([a-z_]+)", one) for one in commands(old, new)] == [["promise_removed"], ["opens"]]


def test_each_place_is_one_result_of_sarif_whose_fingerprint_stays_when_lines_move(tmp_path: Path) -> None:
    changed = RULES.replace(CARER, WIDER).replace("role in {doctor, nurse}", "role in {doctor, nurse, clerk}") + NEVER
    old = ward(tmp_path / "old", RULES + NEVER.replace("is clerk", "is clerk and treats"))
    prints = []
    for above in ("", "# a comment\n\n"):
        log = read_log(run("diff", old, ward(tmp_path / "new", above + changed), "--format", "sarif").out)
        results = log["runs"][0]["results"]
        assert [one["ruleId"] for one in results] == ["promise_changed", "opens", "opens"]
        prints.append([one["partialFingerprints"]["finding/v1"] for one in results])
    assert len({*prints[0]}) == 3
    assert prints[0] == prints[1]
