"""`fmt` as a person, a pipe or a CI runs it."""

import json
import os
from pathlib import Path

import pytest

from habilitation import shipped
from tests.command_line import ACCESS, VOCABULARY, run

LOOSE = 'permit x   when (a) and  b # why\n because "L"\n'
LAID = 'permit x\n  when a and b  # why\n  because "L"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules" / ".hidden").mkdir(parents=True)
    (tmp_path / "rules" / "loose.hab").write_text(LOOSE, encoding="utf-8")
    (tmp_path / "rules" / "laid.hab").write_text(LAID, encoding="utf-8")
    (tmp_path / "rules" / ".hidden" / "loose.hab").write_text(LOOSE, encoding="utf-8")
    return tmp_path


def text(folder: Path, name: str = "loose.hab") -> str:
    return (folder / "rules" / name).read_text(encoding="utf-8")


def test_files_are_laid_out_in_place_and_named(folder: Path) -> None:
    ran = run("fmt", str(folder), "--lang", "en")
    assert (ran.code, ran.out) == (0, f"laid out: {folder.as_posix()}/rules/loose.hab\n")
    assert text(folder) == LAID
    assert run("fmt", str(folder)).out == ""


def test_what_is_hidden_is_left_alone(folder: Path) -> None:
    run("fmt", str(folder))
    assert text(folder, ".hidden/loose.hab") == LOOSE


def test_the_current_folder_is_laid_out_when_none_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert run("fmt").out == "mis en forme : rules/loose.hab\n"


def test_a_check_writes_nothing_and_ends_with_1_when_something_would_change(folder: Path) -> None:
    ran = run("fmt", str(folder), "--check", "--lang", "en")
    assert (ran.code, ran.out) == (1, f"to lay out: {folder.as_posix()}/rules/loose.hab\n")
    assert text(folder) == LOOSE
    assert run("fmt", str(folder / "rules" / "laid.hab"), "--check").code == 0


def test_a_diff_shows_lines_and_writes_nothing(folder: Path) -> None:
    ran = run("fmt", str(folder), "--diff")
    assert ran.code == 1
    assert "-permit x   when (a) and  b # why\n" in ran.out
    assert "+  when a and b  # why\n" in ran.out
    assert text(folder) == LOOSE


def test_a_rule_file_goes_through_a_pipe() -> None:
    ran = run("fmt", "-", stdin=LOOSE.encode())
    assert (ran.code, ran.out, ran.err) == (0, LAID, "")
    assert run("fmt", "-", stdin=LAID.encode()).out == LAID


def test_a_file_that_cannot_be_parsed_is_left_as_it_is_and_the_others_are_laid_out(folder: Path) -> None:
    (folder / "rules" / "broken.hab").write_text("permit x\n  whne a\n", encoding="utf-8")
    ran = run("fmt", str(folder))
    assert ran.code == 2
    assert "broken.hab:2:3: unexpected `whne`" in ran.out
    assert "loose.hab" in ran.out
    assert text(folder, "broken.hab") == "permit x\n  whne a\n"
    assert text(folder) == LAID


def test_what_cannot_be_parsed_does_not_go_through_a_pipe() -> None:
    ran = run("fmt", "-", stdin=b"permit x\n  whne a\n")
    assert (ran.code, ran.out) == (2, "")
    assert "unexpected `whne`" in ran.err


def test_a_program_reads_which_files_change(folder: Path) -> None:
    ran = run("fmt", str(folder), "--check", "--json")
    files = {Path(file["file"]).name: file["changed"] for file in json.loads(ran.out)["files"]}
    assert files == {"laid.hab": False, "loose.hab": True}


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    assert run("fmt", str(tmp_path / "none.hab")).code == 3


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "link.hab").symlink_to(folder / "rules" / "loose.hab")
    run("fmt", str(folder / "link.hab"))
    assert (folder / "link.hab").is_symlink()
    assert text(folder) == LAID


def test_a_link_met_in_a_folder_is_left_alone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "loose.hab"
    elsewhere.write_text(LOOSE, encoding="utf-8")
    (folder / "rules" / "link.hab").symlink_to(elsewhere)
    (folder / "rules" / "nowhere.hab").symlink_to(folder / "none.hab")
    ran = run("fmt", str(folder), "--lang", "en")
    assert (ran.code, ran.out) == (0, f"laid out: {folder.as_posix()}/rules/loose.hab\n")
    assert elsewhere.read_text(encoding="utf-8") == LOOSE


@pytest.mark.skipif(os.name == "nt", reason="no modes there")
@pytest.mark.parametrize("mode", [0o640, 0o600, 0o444, 0o755])
def test_a_file_keeps_its_mode_and_its_owner(mode: int, folder: Path) -> None:
    loose = folder / "rules" / "loose.hab"
    if os.geteuid() == 0:
        os.chown(loose, 1, 2)
    loose.chmod(mode)
    before = loose.stat()
    run("fmt", str(folder))
    after = loose.stat()
    assert text(folder) == LAID
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xef\xbb\xbf" + LAID.encode(), ["the byte-order mark (BOM) goes"]),
        (LAID.replace("\n", "\r\n").encode(), ["lines end with LF, not CRLF"]),
        (LAID.removesuffix("\n").encode(), ["the last line has an end"]),
        (
            b"\xef\xbb\xbf" + LAID.strip().replace("\n", "\r\n").encode(),
            ["the byte-order mark (BOM) goes", "lines end with LF, not CRLF", "the last line has an end"],
        ),
    ],
)
def test_a_file_laid_out_has_no_byte_order_mark_and_all_its_lines_end_alike(
    content: bytes, told: list[str], folder: Path
) -> None:
    loose = folder / "rules" / "loose.hab"
    loose.write_bytes(content)
    assert run("fmt", str(folder), "--check").code == 1
    shown = run("fmt", str(folder), "--diff", "--lang", "en").out
    assert [line.removeprefix("\\ ") for line in shown.splitlines() if line.startswith("\\")] == told
    assert shown.startswith(f"--- {loose.as_posix()}\n+++ {loose.as_posix()}\n\\")
    assert "\r" not in shown
    assert loose.read_bytes() == content
    assert run("fmt", "-", stdin=content).out == LAID
    run("fmt", str(folder))
    assert loose.read_bytes() == LAID.encode()
    assert run("fmt", str(folder), "--check").code == 0


def test_a_matrix_has_the_same_bytes_everywhere_and_other_yaml_files_have_their_author_s(folder: Path) -> None:
    matrix, other = folder / "access.yaml", folder / "vocabulary.yaml"
    for file, text in ((matrix, ACCESS), (other, VOCABULARY)):
        file.write_bytes(b"\xef\xbb\xbf" + text.strip().replace("\n", "\r\n").encode())
    before = other.read_bytes()
    run("fmt", str(folder))
    assert matrix.read_bytes() == (ACCESS.strip() + "\n").encode()
    assert other.read_bytes() == before
    assert run("fmt", str(folder), "--check").code == 0


@pytest.mark.parametrize("text", ["matrix:\n  include:\n    - python: '3.11'\n", "matrix: nightly\naxes: 2\n"])
def test_a_matrix_of_another_program_is_left_alone(text: str, folder: Path) -> None:
    (folder / "travis.yml").write_text(text, encoding="utf-8")
    ran = run("fmt", str(folder))
    assert ran.code == 0
    assert (folder / "travis.yml").read_text(encoding="utf-8") == text
    (folder / "matrices").mkdir()
    (folder / "travis.yml").rename(folder / "matrices" / "travis.yml")
    assert run("fmt", str(folder)).code == 2, "among the matrices, what is meant as one is told what it lacks"


def test_keywords_are_translated_there_and_back(folder: Path) -> None:
    run("fmt", str(folder), "--keywords", "fr")
    assert text(folder) == 'autoriser x\n  quand a et b  # why\n  fondement "L"\n'
    assert run("fmt", str(folder), "--check").code == 0
    run("fmt", str(folder), "--keywords", "en")
    assert text(folder) == LAID


def test_a_name_that_french_reserves_keeps_its_file_in_english(folder: Path) -> None:
    (folder / "rules" / "loose.hab").write_text("permit x\n  when sauf and a is non\n", encoding="utf-8")
    ran = run("fmt", str(folder), "--keywords", "fr")
    assert ran.code == 2
    assert "loose.hab:2:8: `sauf` is a word of the language, in its keywords `fr`" in ran.out
    assert text(folder) == "permit x\n  when sauf and a is non\n"


def test_the_shipped_policy_is_laid_out() -> None:
    assert run("fmt", "--check", *map(str, shipped.dmp_shelves().values())).code == 0
