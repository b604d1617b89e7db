"""What `diff` compares: places, revisions of git and days, opened without a checkout and without trust."""

import datetime
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.authoring.difference.sides import Side, sides
from habilitation.diagnostic import PolicyError, RequestError
from habilitation.written import limits
from tests.command_line import run
from tests.small_policies import DOOR, ENTRY, policy_folder, rule

LAX = rule("permit", "everyone", "invited or not invited")
ROOT = Path(__file__).parent.parent
_NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "nobody"), ("EMAIL", "nobody@example.org"), ("DATE", "2025-01-01T00:00:00Z"))
}


def git(place: Path, *words: str) -> str:
    ran = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", "-C", str(place), *words],  # noqa: S607  # as found on the path
        env={**os.environ, **_NOBODY},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def committed(place: Path, *, tag: str) -> None:
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", tag)
    git(place, "tag", tag)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A repository whose policy, in `door/`, was strict, then lax, and is strict again on the disk."""
    policy_folder(tmp_path / "door")
    git(tmp_path, "init", "-q")
    committed(tmp_path, tag="strict")
    policy_folder(tmp_path / "door", rules=LAX)
    committed(tmp_path, tag="lax")
    policy_folder(tmp_path / "door")
    return tmp_path


def rules(side: Side) -> list[str]:
    return [one.name for one in side.tables.rules]


def refused(old: str, new: str, at: str | None = None) -> str:
    with pytest.raises(RequestError) as refusal:
        sides(old, new, at=at)
    return refusal.value.code


def test_a_revision_has_its_policy_where_the_folder_beside_it_stands(house: Path) -> None:
    lax, strict = sides("lax", str(house / "door"))
    assert (rules(lax), rules(strict)) == (["everyone"], ["guests", "banned_guests"])
    assert sides("strict", str(house / "door"))[0].tables == strict.tables


def test_a_revision_may_say_where_its_policy_stands(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(house)
    assert [rules(side) for side in sides("strict:door", "lax:door/")] == [["guests", "banned_guests"], ["everyone"]]
    monkeypatch.chdir(house / "door")
    assert [rules(side) for side in sides("strict", "lax")] == [["guests", "banned_guests"], ["everyone"]]


def test_a_revision_has_its_policy_at_the_path_that_the_revision_beside_it_says(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(house)
    assert [rules(side) for side in sides("strict", "lax:door")] == [["guests", "banned_guests"], ["everyone"]]
    assert [rules(side) for side in sides("lax:door/", "strict")] == [["everyone"], ["guests", "banned_guests"]]
    policy_folder(house / "gate", rules=LAX)
    committed(house, tag="gate")
    with pytest.raises(RequestError, match=r"`strict` has no policy in `gate`"):
        sides("strict", "gate:gate")


def test_a_policy_may_be_the_whole_repository(tmp_path: Path) -> None:
    policy_folder(tmp_path)
    git(tmp_path, "init", "-q")
    committed(tmp_path, tag="first")
    one, other = sides("first", str(tmp_path))
    assert one.tables == other.tables


def test_a_revision_may_hold_a_compiled_policy(house: Path) -> None:
    compiled = Authorizer.load(house / "door").compile()
    (house / "door.compiled").write_bytes(compiled)
    committed(house, tag="released")
    one, other = sides("released:door.compiled", str(house / "door.compiled"))
    assert one.tables == other.tables == Authorizer.load(house / "door").tables


def test_the_shipped_policy_is_read_on_its_shelves_in_a_revision(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for shelf in ("rules", "matrices"):
        shutil.copytree(ROOT / shelf / "dmp", tmp_path / shelf / "dmp")
    git(tmp_path, "init", "-q")
    committed(tmp_path, tag="first")
    there = {shelf: tmp_path / shelf / "dmp" for shelf in ("rules", "matrices")}
    monkeypatch.setattr("habilitation.shipped.dmp_shelves", lambda: there)
    one, other = sides("first", "dmp")
    assert one.tables == other.tables
    assert one.tables.name == "dmp"


def test_days_stand_after_the_place_and_a_day_alone_is_of_the_same_place(house: Path) -> None:
    one, other = sides(f"{house}/door@2025-01-01@2024-12-01", "@2025-02-01")
    assert (one.at, one.known_on) == (datetime.date(2025, 1, 1), datetime.date(2024, 12, 1))
    assert (other.at, other.known_on) == (datetime.date(2025, 2, 1), None)
    assert one.tables is other.tables
    assert one.policy().tables is one.tables


def test_days_asked_apart_are_for_the_side_that_gives_none(house: Path) -> None:
    one, other = sides(f"{house}/door@@2024-12-01", "lax", at="2025-01-01", known_on="2025-02-01")
    assert (one.at, one.known_on) == (datetime.date(2025, 1, 1), datetime.date(2024, 12, 1))
    assert (other.at, other.known_on) == (datetime.date(2025, 1, 1), datetime.date(2025, 2, 1))


def test_a_day_on_one_side_only_is_for_those_who_ask_it(house: Path) -> None:
    one, other = sides(f"{house}/door", "@2025-02-01", alike=False)
    assert (one.at, other.at) == (None, datetime.date(2025, 2, 1))


def test_what_names_nothing_is_said(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    door = str(house / "door")
    assert refused("nowhere", door) == "unknown_policy"
    assert refused("--upload-pack=touch", door) == "unknown_policy"
    assert refused("strict:elsewhere", door) == "unknown_policy"
    assert refused(f"{door}@2025-01-01", door) == "half_dated"
    assert refused(door, f"{door}@2025-01-01") == "half_dated"
    assert refused(f"{door}@2025-13-01", "@2025-01-01") == "invalid_date"
    assert refused(f"{door}@", door) == refused(door, f"{door}@@") == "invalid_date"
    assert refused(door, door, at="tomorrow") == "invalid_date"
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RequestError, match=r"no revision of git .git cannot be run"):
        sides("strict", door)


def test_a_revision_without_the_policy_says_which_ones_it_has(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy_folder(house / "gate")
    with pytest.raises(RequestError, match=r"`lax` has no policy in `gate` \(it has `lax:door`; `none` in its place"):
        sides("lax", str(house / "gate"))
    monkeypatch.chdir(house)
    with pytest.raises(RequestError, match=r"`strict` has no policy in `\.` \(it has `strict:door`; "):
        sides("strict", "lax")
    for number in range(4):
        policy_folder(house / "more" / f"p{number}")
    committed(house, tag="many")
    with pytest.raises(RequestError, match=r"it has `many:door`, `many:gate`, `many:more/p0` and 3 more;"):
        sides("many:nowhere", "lax:door")


def test_a_revision_without_any_policy_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    (tmp_path / "notes.txt").write_text("nothing yet", "utf-8")
    committed(tmp_path, tag="empty")
    with pytest.raises(RequestError, match=r"`empty` has no policy in `door` \(it has no policy at all; `none`"):
        sides("empty", str(policy_folder(tmp_path / "door")))
    policy_folder(tmp_path)
    committed(tmp_path, tag="top")
    with pytest.raises(RequestError, match=r"it has `top:door`, `top:\.`;"):
        sides("top:elsewhere", "top:.")


def test_no_policy_has_the_day_of_the_other_side(house: Path) -> None:
    door = str(house / "door")
    nothing, dated = sides("none", f"{door}@2025-01-01")
    assert (nothing.tables.axes, nothing.at, dated.at) == ((), datetime.date(2025, 1, 1), datetime.date(2025, 1, 1))
    nothing, undated = sides("none", door)
    assert (nothing.at, undated.at) == (None, None)
    assert nothing.policy().edition == ""


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("door@01/02/2026", "@2026-06-01", "invalid_date", "`01/02/2026` is not a date: give @YYYY-MM-DD after"),
        ("door@2026-06-01", "door@2026/02/01", "invalid_date", "`2026/02/01` is not a date"),
        ("door@2026-2-1", "door", "invalid_date", "`2026-2-1` is not a date"),
        ("door@2026-06-01@1.1.2026", "door", "invalid_date", "`1.1.2026` is not a date"),
        ("door@2026-06-01", "2026-07-01", "unknown_policy", "did you mean `door@2026-07-01`?"),
        ("2026-07-01", "door@2026-06-01", "unknown_policy", "did you mean `door@2026-07-01`?"),
        ("2026-06-01", "2026-07-01", "unknown_policy", "did you mean `dmp@2026-06-01`?"),
        ("door", "2026-07-01", "unknown_policy", "did you mean `door@2026-07-01`?"),
        ("door@2026-06-01", "1/7/2026", "invalid_date", "`1/7/2026` is not a date: give @YYYY-MM-DD after the policy"),
        ("@2026-06-01", "@2026-07-01", "unknown_policy", "write the policy before the day: `POLICY@2026-06-01`"),
        ("door@tomorrow", "door", "unknown_policy", "`door@tomorrow` is no policy folder"),
        ("door@1.2.3", "door", "unknown_policy", "`door@1.2.3` is no policy folder"),
    ],
)
def test_a_day_that_is_not_written_as_one_is_said(
    old: str, new: str, code: str, said: str, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(house)
    with pytest.raises(RequestError) as refusal:
        sides(old, new)
    assert (refusal.value.code, said in str(refusal.value)) == (code, True), str(refusal.value)


def test_a_folder_named_as_a_day_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    policy_folder(tmp_path / "2026-07-01")
    assert refused("2026-07-01@2026-06-01", "2026-07-01") == "half_dated"
    assert rules(sides("2026-07-01", "2026-07-01")[0]) == ["guests", "banned_guests"]


def test_a_word_that_is_a_folder_and_a_revision_is_refused_and_each_has_another_word(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy_folder(house / "lax")
    monkeypatch.chdir(house)
    for words in (("door", "lax"), ("lax", "door"), ("strict:door", "lax")):
        with pytest.raises(RequestError, match=r"`lax` is a path and a revision of git .write `./lax` for the path"):
            sides(*words)
    assert rules(sides("door", "./lax")[1]) == ["guests", "banned_guests"]
    assert rules(sides("door", "lax^0")[1]) == rules(sides("door", "lax:door")[1]) == ["everyone"]
    monkeypatch.setenv("PATH", "")
    assert rules(sides("door", "lax")[1]) == ["guests", "banned_guests"]


@pytest.mark.parametrize("word", ["", "@", "@@"])
def test_an_empty_word_is_no_policy_and_not_the_other_one(word: str, house: Path) -> None:
    for at in (None, "2025-01-01"):
        assert refused(str(house / "door"), word, at=at) == "unknown_policy"
        assert refused(word, str(house / "door"), at=at) == "unknown_policy"
    with pytest.raises(RequestError, match=r"names no policy \(give a path, a revision or `dmp`; `@YYYY-MM-DD` alone"):
        sides(str(house / "door"), word)
    assert sides(str(house / "door"), "@@2025-01-01")[1].known_on == datetime.date(2025, 1, 1)


def test_a_word_is_no_revision_where_there_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(RequestError, match=r"no revision of git .*door` is in no repository of git"):
        sides("main", str(policy_folder(tmp_path / "door")))


def test_in_a_hook_the_repository_is_the_one_that_holds_the_folder(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert rules(sides("lax", str(house / "door"))[0]) == ["everyone"]


def test_git_that_does_not_answer_is_not_waited_for(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = house / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec /bin/sleep 20\n", "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(slow.parent))
    monkeypatch.setattr("habilitation.authoring.difference.revision._SECONDS", 0.2)
    with pytest.raises(RequestError, match=r"git cannot be run: .* timed out"):
        sides("strict", str(house / "door"))


def test_a_part_of_the_policy_in_another_repository_is_refused_and_not_left_out(house: Path) -> None:
    commit = git(house, "rev-parse", "strict")
    git(house, "update-index", "--add", "--cacheinfo", f"160000,{commit},door/rules/more")
    git(house, "commit", "-q", "-m", "submodule")
    assert found("HEAD", str(house / "door")) == ["unreadable_file"]


def test_a_revision_that_cannot_be_read_is_refused_whole(house: Path) -> None:
    blob = git(house, "rev-parse", "strict:door/vocabulary.yaml")
    (house / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert refused("strict:door/vocabulary.yaml", str(house / "door")) in {"unreadable_revision", "unknown_policy"}


def found(old: str, new: str) -> list[str]:
    with pytest.raises(PolicyError) as refusal:
        sides(old, new)
    return [one.code for one in refusal.value.diagnostics]


def test_a_revision_is_read_within_the_bounds_of_a_folder(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    door = str(house / "door")
    monkeypatch.setattr(limits, "FILE_BYTES", 40)
    assert set(found("strict", door)) == {"file_too_large"}
    monkeypatch.setattr(limits, "FILES", 1)
    assert found("strict", door) == ["too_many"]


def test_links_and_names_that_leave_the_policy_are_not_followed(house: Path) -> None:
    (house / "door" / "rules" / "more.hab").symlink_to("/etc/passwd")
    (house / "door" / "rules" / ".hidden.hab").write_text("nonsense", "utf-8")
    (house / "door" / "notes.txt").write_text("not a part of the policy", "utf-8")
    committed(house, tag="linked")
    assert found("linked", str(house / "door")) == ["unreadable_file"]
    (house / "door" / "rules" / "more.hab").unlink()
    committed(house, tag="mended")
    assert rules(sides("mended", str(house / "door"))[0]) == ["guests", "banned_guests"]


def test_a_policy_with_mistakes_is_refused_with_their_places(house: Path) -> None:
    policy_folder(house / "door", rules=ENTRY.replace("invited", "invted"), vocabulary=DOOR)
    committed(house, tag="wrong")
    assert found("wrong", str(house / "door")) == ["unknown_axis"]


@pytest.mark.parametrize(
    ("typed", "way_out"),
    [
        (["main..branch"], "habilitation diff main branch"),
        (["main...feature/x"], "habilitation diff main feature/x"),
        (["v1.2..", "--summary"], "habilitation diff v1.2 HEAD"),
        (["..branch"], "habilitation diff HEAD branch"),
        (["door", "main:my door..HEAD"], "habilitation diff 'main:my door' HEAD"),
    ],
)
def test_two_revisions_in_one_word_are_told_how_they_are_written(typed: list[str], way_out: str) -> None:
    ran = run("diff", *typed)
    assert (ran.code, f"two revisions, and not one policy\n  help: write `{way_out}`\n" in ran.err) == (2, True)


@pytest.mark.parametrize("typed", ["..", "../..", "../door", "a/../b", "./..door", "main"])
def test_a_path_that_goes_up_is_no_range(typed: str) -> None:
    assert "Missing argument 'NEW'" in run("diff", typed).err


def test_a_folder_whose_name_holds_two_dots_is_a_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    policy_folder(tmp_path / "old..new")
    assert run("diff", "old..new", "old..new").code == 0
