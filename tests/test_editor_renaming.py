"""A thing renamed in an editor: everywhere it is named, and only where the policy says the same."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from habilitation.authoring.cases import run_cases
from habilitation.authoring.check import examine
from habilitation.authorizer import Authorizer
from habilitation.decided.request import encoder
from habilitation.editor.homes import Home
from habilitation.editor.readings import Desk
from habilitation.editor.things import Thing, unquoted
from habilitation.written.from_folder import policy_files
from tests.command_line import written
from tests.language_client import Editor, applied, save, under
from tests.tested_library import CODE_LISTS, NAMED_LIBRARY, TESTED_LIBRARY

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
            {
                *("rules/library.hab", "tests/library.yaml", "vocabulary.yaml"),
                *("matrices/access.yaml", "matrices/access.csv"),
            },
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
    if words == "matrix access":  # a spreadsheet is named as its matrix
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
        ("permit reading", 8, "when", "`when` is reserved and cannot name a rule: choose another name"),
        ("permit reading", 8, "quand", "`quand` is reserved and cannot name a rule: choose another name"),
        ("permit reading", 8, "Big", "`Big` cannot name a rule: use small letters, digits and `_`, a letter first"),
        ("when quiet", 6, "Big", "`Big` cannot name a condition: use small letters"),
        ("shelf is rare", 1, "Big", "`Big` cannot name an axis: use small letters, digits and `_`, a letter first"),
        ("oblige sign", 8, "Big", "`Big` cannot name an obligation: use small letters"),
        ("when quiet", 6, "shelf", "`shelf` is already there"),
        ("is rare", 4, "open", "`open` is already there"),
        ("is rare", 4, "when", "`when` is reserved and cannot name a value: choose another name"),
        ("is rare", 4, "quand", "`quand` is reserved and cannot name a value: choose another name"),
        ("is rare", 4, "two words", "`two words` cannot name a value: use letters without accents, digits and"),
        ("is rare", 4, "A-b.c", None),
        ("is rare", 4, "2024-01-01", None),
        ("is rare", 4, "-", "`-` cannot name a value: use letters without accents, digits and `_`, with `-` and `.`"),
        ("shelf is rare", 0, "réserve", "cannot name an axis"),
        ("art. 3", 2, "x", "is not a name that this policy gives"),
        ("action is lend", 1, "x", "is a word of the language"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused_with_its_reason(
    words: str, inside: int, name: str, why: str | None, editor: Editor, rules: str
) -> None:
    answer = editor.answer("textDocument/rename", {**editor.at(rules, words, inside), "newName": name})
    assert ("error" in answer) == (why is not None)
    assert why is None or why in answer["error"]["message"]


def test_a_refusal_leaves_no_trace_in_the_log_of_the_server(
    editor: Editor, rules: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert "already there" in editor.refused(rules, "when quiet", 6, "shelf")
    assert [one.exc_info[0].__name__ for one in caplog.records if one.exc_info and one.exc_info[0]] == []


@pytest.mark.parametrize(
    ("thing", "name", "value"),
    [("reader: {", "20", "keeper"), ("reader: {", "LIB", "keeper"), ("staff: {", "any", "clerk")],
)
def test_a_code_of_another_value_names_no_value_and_no_group(
    thing: str, name: str, value: str, editor: Editor, library: Path
) -> None:
    other_list = CODE_LISTS.replace("code: ANY, system: R", "code: any, system: R, axis: role, value: clerk")
    vocabulary = editor.open(library / "vocabulary.yaml", FILES["vocabulary.yaml"] + other_list)
    assert editor.refused(vocabulary, thing, 1, name) == f"`{name}` is already a code of `{value}`"
    assert editor.renamed(vocabulary, "reader: {", 1, "10"), "its own code is its own"


def test_an_official_code_is_not_ours_to_rename(editor: Editor, library: Path) -> None:
    vocabulary = editor.open(library / "vocabulary.yaml")
    text = editor.texts[vocabulary].replace('reader: {code: "10", system: R', "reader: {system: R")
    editor.type(vocabulary, text)
    assert "is an official code" in editor.kept(vocabulary, "reader: {", 2)
    assert "not a name" in editor.kept(vocabulary, "R: {", 0)
    editor.close(vocabulary)


def test_a_value_named_by_its_code_is_renamed_elsewhere(editor: Editor, rules: str) -> None:
    editor.replace(rules, "when quiet", 'when role is "20" and quiet')
    assert editor.kept(rules, '"20"', 2) == "`20` is the official code of `keeper`: rename that"
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


# --- whatever is renamed -------------------------------------------------------------------------


def test_a_cell_value_is_renamed_in_the_rows_and_the_spreadsheet_that_name_it(editor: Editor, tmp_path: Path) -> None:
    written(tmp_path, NAMED_LIBRARY)
    rules = editor.open(tmp_path / "rules" / "library.hab")
    save(editor.renamed(rules, "is permitted", 4, "granted"))
    text = (tmp_path / "matrices" / "access.yaml").read_text("utf-8")
    assert "granted: {mark: O," in text
    assert "rare: refused granted(1)\n" in text
    assert 'open: "O granted"' in text
    assert "permitted" not in text
    matrix = editor.open(tmp_path / "matrices" / "access.yaml")
    save(editor.renamed(matrix, "lost: refused", 8, "Closed"))
    assert "lost: Closed\n            O\n" in (tmp_path / "matrices" / "access.yaml").read_text("utf-8")
    assert "lost;Closed;O\n" in (tmp_path / "matrices" / "access.csv").read_text("utf-8")
    assert findings(tmp_path) == []


@dataclass(frozen=True, slots=True)
class Declared:
    """A thing of a policy, where its name is declared."""

    thing: Thing
    file: str
    place: int


def declared(folder: Path) -> list[Declared]:
    reading = Desk(Home(folder)).read({})
    assert reading is not None
    places = [(one.thing, unquoted(one.span)) for one in reading.mentions if one.declares]
    return [Declared(thing, place.source.name, place.start) for thing, place in places]


def renamed(editor: Editor, folder: Path, one: Declared, name: str) -> dict[str, str]:
    """The texts of the policy once the server has renamed a thing; none where it refuses."""
    uri = editor.open(folder / one.file)
    answer = editor.answer("textDocument/rename", {**editor.at(uri, "", one.place), "newName": name})
    if "error" in answer:
        return {}
    edits = answer["result"]["changes"]
    return {file: applied(text, edits.get((folder / file).as_uri(), [])) for file, text in NAMED_LIBRARY.items()}


def said(folder: Path, texts: dict[str, str], *names: str) -> tuple[object, ...]:
    """What is found in a policy, what its cases say, its tables, and the words of its requests; some names blank."""
    examined = examine(policy_files(Path(written(folder, texts))))
    assert examined.tables is not None, examined.diagnostics
    results, found = run_cases(Authorizer(examined.tables), examined.files)
    blank = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, names))})(?![\w.-])")
    words = [sorted(f"{word} {at}" for word, at in encoder(axis).known.items()) for axis in examined.tables.axes]
    return (
        [one.code for one in (*examined.diagnostics, *found)],
        [result.differences for result in results],
        blank.sub("•", repr(replace(examined.tables, digest=""))),
        [sorted(blank.sub("•", word) for word in axis) for axis in words],
    )


def test_the_places_of_a_cell_value_are_its_names_and_its_marks(editor: Editor, tmp_path: Path) -> None:
    written(tmp_path, NAMED_LIBRARY)
    matrix = editor.open(tmp_path / "matrices" / "access.yaml")
    for words, inside in (("refused permitted(1)", 9), ("            O", 12), ('"O permitted"', 1)):
        found = editor.ask("textDocument/definition", editor.at(matrix, words, inside))
        assert under(editor.texts[matrix], found["range"]) == "permitted"
        asked = {**editor.at(matrix, words, inside), "context": {"includeDeclaration": False}}
        texts = {(tmp_path / name).as_uri(): text for name, text in NAMED_LIBRARY.items()}
        named = [under(texts[one["uri"]], one["range"]) for one in editor.ask("textDocument/references", asked)]
        assert named == ["O", "O", "O", "O", "O", "permitted", "O", "permitted", "O", "permitted"]
    assert editor.kept(matrix, "            O", 12) == "`O` is the mark of `permitted`: rename that"


@pytest.mark.parametrize(
    ("file", "words", "inside", "name", "why"),
    [
        ("vocabulary.yaml", "  desk:", 3, "post", "`post` is already there"),
        ("matrices/access.yaml", "matrix: access", 9, "entry", "a spreadsheet for an unknown matrix `access`"),
        ("matrices/access.yaml", "refused: {", 1, "O", "`O` would be a mistake: `O` already stands for `permitted`"),
        ("tests/library.yaml", "  keeper_in:", 3, "why", "`why` would mean something else at tests/published.csv:1"),
    ],
)
def test_a_name_under_which_the_policy_would_say_something_else_is_refused(
    file: str, words: str, inside: int, name: str, why: str, editor: Editor, tmp_path: Path
) -> None:
    written(tmp_path, NAMED_LIBRARY)
    assert why in editor.refused(editor.open(tmp_path / file), words, inside, name)


def test_a_name_written_with_escapes_is_not_left_behind(editor: Editor, library: Path, rules: str) -> None:
    cases = editor.open(library / "tests" / "library.yaml")
    editor.replace(cases, "with: {shelf: rare", 'with: {shelf: "r\\x61re"')
    assert "with escapes at tests/library.yaml:6" in editor.refused(rules, "is rare", 4, "scarce")


def test_whatever_is_renamed_the_policy_says_the_same_but_for_the_name(editor: Editor, tmp_path: Path) -> None:
    written(tmp_path, NAMED_LIBRARY)
    kept = []
    for one in declared(tmp_path):
        names = one.thing.name, f"{one.thing.name}_2"  # matrices are in the order of their names
        texts = renamed(editor, tmp_path, one, names[1])
        if texts:
            assert said(tmp_path / "after", texts, *names) == said(tmp_path / "before", NAMED_LIBRARY, *names), one
        else:
            kept.append(f"{one.thing.kind.value} {one.thing.name}")
    assert kept == ["matrix access", "code system R", "axis action"], "a spreadsheet is named as its matrix"
