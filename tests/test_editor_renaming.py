"""A thing renamed in an editor: everywhere it is named, and only where the policy says the same."""

from pathlib import Path

import pytest

from habilitation.authoring.cases import run_cases
from habilitation.authoring.check import examine
from habilitation.authorizer import Authorizer
from habilitation.written.from_folder import policy_files
from tests.language_client import Editor, save, under
from tests.tested_library import TESTED_LIBRARY

FILES = TESTED_LIBRARY


def findings(folder: Path) -> list[str]:
    """What is wrong with a policy, and the cases that fail."""
    examined = examine(policy_files(folder))
    assert examined.tables is not None, examined.diagnostics
    results, found = run_cases(Authorizer(examined.tables), examined.files)
    assert len(results) == 3
    failed = [one for result in results for one in result.differences]
    return [one.render() for one in (*examined.diagnostics, *found, *failed)]


@pytest.mark.parametrize(
    ("words", "inside", "name", "files"),
    [
        ("when quiet", 6, "hushed", {"rules/library.hab"}),
        ("permit reading", 8, "reading_room", {"rules/library.hab", "tests/library.yaml"}),
        (
            "shelf is rare",
            1,
            "bookcase",
            {"rules/library.hab", "tests/library.yaml", "matrices/access.yaml", "vocabulary.yaml"},
        ),
        (
            "is rare",
            4,
            "Scarce-1",
            {
                *("rules/library.hab", "tests/library.yaml", "vocabulary.yaml"),
                *("matrices/access.yaml", "matrices/access.csv", "tests/published.csv"),
            },
        ),
        ("matrix access", 8, "entry", {"rules/library.hab", "matrices/access.yaml"}),
        ("is permitted", 4, "granted", {"rules/library.hab", "matrices/access.yaml"}),
        ("oblige sign", 8, "register", {"rules/library.hab", "tests/library.yaml", "vocabulary.yaml"}),
    ],
)
def test_a_renamed_policy_says_the_same(
    words: str, inside: int, name: str, files: set[str], editor: Editor, library: Path, rules: str
) -> None:
    if "access" in words:  # a spreadsheet is named as its matrix
        (library / "matrices" / "access.csv").unlink()
    before = findings(library)
    changed = editor.renamed(rules, words, inside, name)
    assert {Path(uri.removeprefix("file://")).relative_to(library).as_posix() for uri in changed} == files
    save(changed)
    after = findings(library)
    assert (before, after) == ([], [])


@pytest.mark.parametrize(
    ("words", "inside", "name", "why"),
    [
        ("for read", 5, "action", None),
        ("permit reading", 8, "lending", "`lending` is already there"),
        ("permit reading", 8, "when", "reserved"),
        ("permit reading", 8, "Big", "small letters"),
        ("when quiet", 6, "shelf", "`shelf` is already there"),
        ("is rare", 4, "open", "`open` is already there"),
        ("is rare", 4, "when", "`when` is reserved"),
        ("is rare", 4, "quand", "`quand` is reserved"),
        ("is rare", 4, "two words", "cannot name a value"),
        ("art. 3", 2, "x", "is not a name that this policy gives"),
        ("action is lend", 1, "x", "is a word of the language"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused_with_its_reason(
    words: str, inside: int, name: str, why: str | None, editor: Editor, rules: str
) -> None:
    answer = editor.answer("textDocument/rename", {**editor.at(rules, words, inside), "newName": name})
    assert why is None or why in answer["error"]["message"]


def test_an_official_code_is_not_ours_to_rename(editor: Editor, library: Path) -> None:
    vocabulary = editor.open(library / "vocabulary.yaml")
    text = editor.texts[vocabulary].replace('reader: {code: "10", system: R', "reader: {system: R")
    editor.type(vocabulary, text)
    asked = editor.at(vocabulary, "reader: {", 2)
    assert "is an official code" in editor.answer("textDocument/prepareRename", asked)["error"]["message"]
    assert (
        "not a name" in editor.answer("textDocument/prepareRename", editor.at(vocabulary, "R: {"))["error"]["message"]
    )
    editor.close(vocabulary)


def test_a_value_named_by_its_code_is_renamed_elsewhere(editor: Editor, rules: str) -> None:
    editor.replace(rules, "when quiet", 'when role is "20" and quiet')
    message = editor.answer("textDocument/prepareRename", editor.at(rules, '"20"', 2))["error"]["message"]
    assert message == "`20` is the official code of `keeper`: rename that"
    at_name = editor.at(rules, "define quiet", 8)
    assert under(editor.texts[rules], editor.ask("textDocument/prepareRename", at_name)) == "quiet"


def test_nothing_is_renamed_while_a_file_cannot_be_read(editor: Editor, rules: str) -> None:
    editor.type(rules, editor.texts[rules] + "\npermit\n")
    assert "cannot be read" in editor.refused(rules, "when quiet", 6, "hushed")


def test_shared_facts_are_renamed_in_their_file_and_the_spreadsheets_it_reads(editor: Editor, library: Path) -> None:
    cases = editor.open(library / "tests" / "library.yaml")
    changed = editor.renamed(cases, "given: [keeper_in", 9, "the_keeper")
    assert {uri.rpartition("/")[2] for uri in changed} == {"library.yaml", "published.csv"}
    save(changed)
    assert findings(library) == []
