"""Files that look like a part of a policy and are not read: `check` says so, and leaves what is no part of it alone."""

from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.authoring.check import examine, opened
from habilitation.written.strays import beside, strays
from tests.command_line import run
from tests.small_policies import DOOR, ENTRY, policy_folder


def told(folder: Path) -> list[tuple[str, str]]:
    """The files that `check` says are not read, each with where it should be."""
    found = [one for one in examine(opened(folder)).diagnostics if one.code == "file_not_read"]
    return [(one.span.source.name, one.help) for one in found if one.span is not None]


def door(ground: Path, *names: str, text: str = "") -> Path:
    folder = policy_folder(ground / "door")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("more.hab", "", "rules"),
        ("more.hab", "cases:\n", "rules"),
        ("Rules/more.hab", "# a rule", "rules"),
        ("matrix/rota.yaml", "# a rota\nmatrix: rota\n", "matrices"),
        ("rota.yml", "matrix: rota", "matrices"),
        ("rules/rota.yaml", "matrix: rota\n", "matrices"),
        ("test/cases.yaml", "cases: []\n", "tests"),
    ],
)
def test_what_lies_outside_its_part_is_told_where_it_should_be(tmp_path: Path, name: str, text: str, part: str) -> None:
    assert told(door(tmp_path, name, text=text)) == [(name, f"move it to `{part}/`")]


@pytest.mark.parametrize(
    ("name", "text", "renamed"),
    [
        ("rules/night.hab.txt", "", "rules/night.hab"),
        ("rules/night.HAB.TXT", "", "rules/night.HAB"),
        ("night.hab.txt", "", "rules/night.hab"),
        ("rules/night.txt", "# la nuit\nrefuser la_nuit\n", "rules/night.hab"),
        ("rules/night", "never 'x':\n", "rules/night.hab"),
        ("tests/night.txt", "cases:\n", "tests/night.yaml"),
        ("tests/night.yml.txt", "cases:\n", "tests/night.yml"),
        ("matrices/rota.yaml.txt", "matrix: rota\n", "matrices/rota.yaml"),
        ("rota.yaml.txt", "matrix: rota\n", "matrices/rota.yaml"),
        ("tests/rules.txt", "permit x\n", "rules/rules.hab"),
    ],
)
def test_what_is_named_as_a_text_is_told_its_name(tmp_path: Path, name: str, text: str, renamed: str) -> None:
    assert told(door(tmp_path, name, text=text)) == [(name, f"rename it `{renamed}`")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rules/notes.txt", "Vu avec la direction : toujours rien.\n"),
        ("rules/README.md", "permit x\n"),
        ("tests/night.yaml.bak", "cases:\n"),
        ("notes.txt", "permit x\n"),
        ("LICENSE", "cases:\n"),
        ("audit.yaml", "logs: log.csv\n"),
        ("notes/cases.md", "cases:\n"),
        (".git/more.hab", ""),
        (".more.hab", ""),
        ("far/away/more.hab", ""),
        ("rules/more/night.hab", ""),
        ("notes.yaml", "note: |\n  matrix: no key\n"),
    ],
)
def test_what_is_no_part_of_it_is_left_alone(tmp_path: Path, name: str, text: str) -> None:
    assert told(door(tmp_path, name, text=text)) == []


def test_another_policy_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    assert told(door(tmp_path, "other/vocabulary.yaml", "other/more.hab")) == []


def test_links_and_what_cannot_be_opened_are_left_alone(tmp_path: Path) -> None:
    folder = door(tmp_path)
    (tmp_path / "secret.hab").write_text("secret", encoding="utf-8")
    (folder / "more.hab").symlink_to(tmp_path / "secret.hab")
    (folder / "rules" / "rota.yaml").symlink_to("nowhere.yaml")
    assert told(folder) == []
    assert beside(tmp_path / "nowhere") == {}


def test_a_file_that_may_not_be_opened_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, mode: str) -> None:
        raise PermissionError

    (tmp_path / "more.hab").write_text("", encoding="utf-8")
    monkeypatch.setattr(Path, "open", refused)
    assert list(strays(beside(tmp_path))) == []


def test_a_file_that_is_not_read_takes_no_part_in_the_policy(tmp_path: Path) -> None:
    alone = Authorizer.load(policy_folder(tmp_path / "alone"))
    assert Authorizer.load(door(tmp_path, "more.hab", text=ENTRY)).policy == alone.policy


def test_a_folder_of_a_shelf_is_no_policy_that_passes(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path, rules="")
    (folder / "door.hab").write_text(ENTRY, encoding="utf-8")
    ran = run("check", str(folder), "--lang", "en")
    assert (ran.code, "code: no_rule" in ran.out, "code: file_not_read" in ran.out) == (1, True, True)
    assert run("compile", "--output", str(tmp_path / "out"), str(folder)).code == 2


def test_a_policy_without_a_rule_still_opens_and_permits_nothing(tmp_path: Path) -> None:
    policy = Authorizer.load(policy_folder(tmp_path, rules="", vocabulary=DOOR))
    assert not policy.decide(action="enter", invited=True, banned=False)
