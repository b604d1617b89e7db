"""Names in an editor: proposed, followed, listed, corrected."""

from pathlib import Path

import pytest

from tests.command_line import run
from tests.language_client import Editor, applied, under
from tests.tested_library import CASES, TESTED_LIBRARY

FILES = TESTED_LIBRARY

# --- completion ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "among", "absent"),
    [
        ("", ["permit", "forbid", "abstain", "define", "never", "always"], ["when", "shelf"]),
        ("per", ["permit"], ["shelf"]),
        ("permit x\n  ", ["for", "when", "unless", "because", "oblige"], ["permit", "shelf"]),
        ("permit x\n  for ", ["read", "lend"], ["reader"]),
        ("permit x\n  for read, le", ["lend"], ["reader"]),
        ("permit x\n  when ", ["shelf", "member", "quiet", "matrix", "not"], ["rare"]),
        ("permit x\n  when (member or sh", ["shelf", "quiet"], ["rare"]),
        ("permit x\n  when shelf ", ["is", "in", "not"], ["rare"]),
        ("permit x\n  when shelf is ", ["rare", "open", "lost", "not"], ["keeper", "shelf"]),
        ("permit x\n  when shelf is not ", ["rare"], ["keeper", "not"]),
        ("permit x\n  when role in ", ["staff"], ["keeper"]),
        ("permit x\n  when role not in ", ["staff"], ["keeper"]),
        ("permit x\n  when role in {", ["staff", "keeper"], ["rare"]),
        ("permit x\n  when role in {keeper, ", ["staff", "reader"], ["rare"]),
        ("permit x\n  when role in {keeper} and ", ["shelf", "matrix"], ["reader"]),
        ("permit x\n  when matrix ", ["access", "post"], ["shelf"]),
        ("permit x\n  when matrix access is ", ["permitted", "refused", "covered"], ["public"]),
        ("permit x\n  when matrix access in {permitted, ", ["refused"], ["public"]),
        ("permit x\n  when unknown is ", ["not"], ["rare"]),
        ("permit x\n  when member\n  oblige ", ["sign"], ["gloves"]),
        ("permit x\n  when member\n  advise ", ["gloves"], ["sign"]),
        ("define loud: ", ["shelf", "member"], ["rare"]),
        ("permit x\n  applicable ", ["from", "until"], ["shelf"]),
        ('permit x\n  because "', ["Règlement, art. 1", "Règlement, art. 5"], ["shelf"]),
        ('permit x\n  because "é", "Règ', ["Règlement, art. 2"], ["shelf"]),
    ],
)
def test_what_may_come_next_is_proposed(
    typed: str, among: list[str], absent: list[str], editor: Editor, rules: str
) -> None:
    editor.type(rules, f"{FILES['rules/library.hab']}\n{typed}@")
    editor.proposes(rules, "@", among, absent)


@pytest.mark.parametrize(
    ("typed", "among", "absent"),
    [
        ("", ["autoriser", "s'abstenir", "permit"], ["quand"]),
        ("défi", ["définir"], ["quand"]),
        ("définir a: member\n", ["autoriser", "définir", "s'abstenir"], ["permit", "define", "quand"]),
        ("autoriser x\n  ", ["pour", "quand", "sauf", "fondement", "obliger"], ["when", "autoriser"]),
        ("autoriser x\n  quand ", ["shelf", "matrice", "non"], ["matrix", "rare"]),
        ("autoriser x\n  quand shelf ", ["est", "dans", "n'est", "hors"], ["is", "rare"]),
        ("autoriser x\n  quand shelf est ", ["rare"], ["keeper"]),
        ("autoriser x\n  quand shelf n'est pas ", ["rare"], ["keeper"]),
        ("autoriser x\n  quand role hors de ", ["staff"], ["keeper"]),
        ("autoriser x\n  quand role dans {", ["staff", "keeper"], ["rare"]),
        ("autoriser x\n  pour ", ["read"], ["reader"]),
        ("autoriser x\n  quand matrice access est ", ["permitted"], ["public"]),
    ],
)
def test_a_french_file_is_proposed_french_words(
    typed: str, among: list[str], absent: list[str], editor: Editor, library: Path, rules: str
) -> None:
    french = editor.open(library / "rules" / "french.hab", f"# é\n{typed}@")
    editor.proposes(french, "@", among, absent)
    editor.close(french)


def test_a_word_begun_with_an_accent_is_replaced_whole(editor: Editor, library: Path, rules: str) -> None:
    for begun, whole in (("défi", "définir"), ("s'abs", "s'abstenir")):
        french = editor.open(library / "rules" / "french.hab", f"# 🚑\n{begun}")
        edit = editor.proposed(french, begun, len(begun))[whole]["textEdit"]
        assert applied(editor.texts[french], [edit]) == f"# 🚑\n{whole}"
        editor.close(french)


@pytest.mark.parametrize("typed", ["# permit when ", 'permit x\n  fr "shelf is ', "permit x x x ", "permit x\n  fr "])
def test_nothing_is_proposed_in_a_comment_a_sentence_or_after_a_mistake(typed: str, editor: Editor, rules: str) -> None:
    editor.type(rules, f"{FILES['rules/library.hab']}\n{typed}@")
    assert editor.proposed(rules, "@") == {}


def test_a_value_is_proposed_with_its_label_and_takes_the_place_of_the_word_begun(editor: Editor, rules: str) -> None:
    editor.replace(rules, "shelf is rare and", "shelf is ra and")
    rare = editor.proposed(rules, "is ra and", 5)["rare"]
    assert (rare["detail"], rare["filterText"]) == ("Rare books", "rare Rare books")
    after = applied(editor.texts[rules], [rare["textEdit"]])
    assert after == FILES["rules/library.hab"]


@pytest.mark.parametrize(
    ("typed", "among", "absent"),
    [
        ("    expect: ", ["permit", "silent"], ["shelf"]),
        ("    given: [", ["keeper_in"], ["reading"]),
        ("    reasons: [reading, ", ["lending"], ["shelf"]),
        ("    missing: [", ["shelf", "member"], ["reading"]),
        ("    obligations: [", ["sign"], ["gloves"]),
        ("    advice: [", ["gloves"], ["sign"]),
        ("    with: {", ["shelf", "member"], ["rare"]),
        ("    with: {shelf: ", ["rare", "open"], ["keeper"]),
        ("    with: {shelf: rare, member: ", ["true", "false"], ["rare"]),
        ("    name: some ", [], ["shelf"]),
        ("    rows: ", ["shelf", "desk"], ["rare"]),
        ("    rows: shelf\n    columns: role\n    blocks:\n      - {columns: [", ["keeper"], ["rare", "role"]),
        ("    rows: shelf\n    columns: role\n    blocks:\n      - {columns: [keeper], rows: {", ["rare"], ["keeper"]),
        ("    rows: shelf\n    blocks:\n      - {columns: [", ["keeper_in"], ["rare", "keeper"]),
    ],
)
def test_a_test_file_is_proposed_what_its_keys_call_for(
    typed: str, among: list[str], absent: list[str], editor: Editor, library: Path, rules: str
) -> None:
    cases = editor.open(library / "tests" / "library.yaml")
    editor.wait_for(cases)
    editor.type(cases, f"{CASES}  - name: é\n{typed}@")
    editor.proposes(cases, "@", among, absent)


@pytest.mark.parametrize(
    ("file", "after", "typed", "among", "absent"),
    [
        ("matrices/access.yaml", "axes: [", "", ["post", "shelf"], ["rare"]),
        ("matrices/access.yaml", "rows: ", "", ["post", "shelf"], ["rare"]),
        ("matrices/access.yaml", "columns: [", "", ["public", "custody"], ["rare"]),
        ("matrices/access.yaml", "        rows:\n", "          ", ["rare", "lost"], ["public"]),
        ("matrices/access.yaml", "fr: ", "", [], ["rare"]),
        ("matrices/access.yaml", "{post: ", "", ["public", "custody"], ["rare"]),
        ("matrices/access.yaml", "custody, shelf: ", "", ["rare", "open"], ["public"]),
        ("matrices/post.yaml", "        rows:\n", "          ", ["reader", "staff"], ["front"]),
        ("matrices/post.yaml", "columns: [", "", ["front"], ["staff", "reader"]),
        ("vocabulary.yaml", 'code: "10", system: ', "", ["R"], ["rare"]),
        ("vocabulary.yaml", "en: Staff, values: [", "", ["keeper", "clerk"], ["rare"]),
        ("vocabulary.yaml", "fr: ", "", [], ["rare", "shelf"]),
        ("matrices/access.csv", "shelf;", "", [], ["rare"]),
    ],
)
def test_vocabulary_and_matrices_are_proposed_what_their_keys_call_for(
    file: str, after: str, typed: str, among: list[str], absent: list[str], editor: Editor, library: Path
) -> None:
    uri = editor.open(library / file)
    editor.wait_for(uri)
    editor.replace(uri, after, f"{after}{typed}@")
    editor.proposes(uri, "@", among, absent)
    editor.close(uri)


@pytest.mark.parametrize("typed", ["", "O ", "O N", "O(1) "])
def test_the_marks_of_a_matrix_are_proposed_in_its_rows(typed: str, editor: Editor, library: Path) -> None:
    uri = editor.open(library / "matrices" / "access.yaml")
    editor.replace(uri, "open: O O\n", f"# the shelf\n          open: {typed}\n")
    found = editor.proposed(uri, f"open: {typed}\n", len(f"open: {typed}"))
    assert {name: one["detail"] for name, one in found.items()} == {"O": "may read", "N": "may not read"}
    assert editor.proposed(uri, "title: ", len("title: ")) == {}, "a sentence is no row"


# --- definition, references, symbols -------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "inside", "file", "line"),
    [
        ("when quiet", 6, "rules/library.hab", "define quiet: shelf is rare and not desk in {front}"),
        ("shelf is rare", 1, "vocabulary.yaml", "  shelf:"),
        ("is rare", 4, "vocabulary.yaml", "      rare: {fr: Réserve précieuse, en: Rare books}"),
        ("matrix access", 8, "matrices/access.yaml", "matrix: access"),
        ("is permitted", 4, "matrices/access.yaml", "  permitted: {mark: O, fr: peut lire, en: may read}"),
        ("oblige sign", 8, "vocabulary.yaml", "  sign: {fr: Signer"),
    ],
)
def test_a_name_leads_to_where_it_is_declared(
    words: str, inside: int, file: str, line: str, editor: Editor, library: Path, rules: str
) -> None:
    found = editor.ask("textDocument/definition", editor.at(rules, words, inside))
    assert found["uri"] == (library / file).as_uri()
    assert FILES[file].split("\n")[found["range"]["start"]["line"]].startswith(line)


def test_a_text_of_the_law_is_declared_nowhere(editor: Editor, rules: str) -> None:
    assert editor.ask("textDocument/definition", editor.at(rules, "art. 3")) is None


def test_every_mention_of_a_value_is_found_in_rules_matrices_spreadsheets_and_tests(
    editor: Editor, library: Path, rules: str
) -> None:
    asked = {**editor.at(rules, "is rare", 4), "context": {"includeDeclaration": True}}
    found = editor.ask("textDocument/references", asked)
    texts = {(library / name).as_uri(): text for name, text in FILES.items()}
    assert {under(texts[one["uri"]], one["range"]) for one in found} == {"rare"}
    files = [one["uri"].rpartition("/")[2] for one in found]
    assert {name: files.count(name) for name in files} == {
        "access.csv": 1,
        "access.yaml": 3,
        "library.hab": 4,
        "library.yaml": 2,
        "published.csv": 1,
        "vocabulary.yaml": 1,
    }
    asked["context"]["includeDeclaration"] = False
    assert len(editor.ask("textDocument/references", asked)) == len(found) - 1


def test_a_file_shows_what_it_holds(editor: Editor, library: Path, rules: str) -> None:
    def names(uri: str) -> list[str]:
        found = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        return [one["name"] for one in found]

    assert names(rules) == ["quiet", "reading", "rare_lending", "lending", "a rare book is lent"]
    assert names(editor.open(library / "tests" / "library.yaml")) == [
        "keeper_in",
        "a keeper reads a rare book",
        "who reads what",
        "as it was published",
    ]
    assert names(editor.open(library / "matrices" / "post.yaml")) == ["post"]
    vocabulary = names(editor.open(library / "vocabulary.yaml"))
    assert vocabulary == ["action", "role", "staff", "desk", "shelf", "member", "sign", "gloves"]


def test_effects_and_promises_are_told_in_the_language_of_their_file(editor: Editor, library: Path, rules: str) -> None:
    assert run("fmt", "--keywords", "fr", str(library)).code == 0
    editor.type(rules, (library / "rules" / "library.hab").read_text("utf-8"))
    found = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": rules}})
    details = {one["name"]: one["detail"].partition(" ")[0] for one in found}
    assert list(details.values()) == ["définir", "autoriser", "refuser", "s'abstenir", "jamais"]
    assert editor.hovered(rules, "refuser rare_lending", 9).startswith("**refuser** `rare_lending`")


# --- layout --------------------------------------------------------------------------------------


def test_a_rule_file_is_laid_out_and_says_the_same(editor: Editor, rules: str) -> None:
    asked = {"textDocument": {"uri": rules}, "options": {"tabSize": 2, "insertSpaces": True}}
    editor.type(rules, '# é🚑\npermit   x for read\n when (member) because "é🚑" fr "é" en "e" # why')
    edits = editor.ask("textDocument/formatting", asked)
    laid_out = applied(editor.texts[rules], edits)
    assert laid_out == '# é🚑\npermit x\n  for read\n  when member\n  because "é🚑"\n  fr "é"\n  en "e"  # why\n'
    editor.type(rules, laid_out)
    assert editor.ask("textDocument/formatting", asked) == []


def test_the_marks_of_a_matrix_are_put_in_line_as_fmt_does(editor: Editor, library: Path) -> None:
    matrix = editor.open(library / "matrices" / "access.yaml")
    asked = {"textDocument": {"uri": matrix}, "options": {"tabSize": 2, "insertSpaces": True}}
    in_line = editor.texts[matrix]
    crooked = in_line.replace("open: O O\n    disputes", "open:    O   O\n    disputes")
    editor.type(matrix, crooked.replace("\n", "\r\n"))
    (edit,) = editor.ask("textDocument/formatting", asked)
    assert edit["newText"] == in_line != crooked
    editor.type(matrix, in_line)
    assert editor.ask("textDocument/formatting", asked) == []
    (library / "crooked.yaml").write_text(crooked, encoding="utf-8")
    run("fmt", str(library / "crooked.yaml"))
    assert (library / "crooked.yaml").read_text(encoding="utf-8") == in_line


def test_what_cannot_be_read_and_what_has_no_layout_are_left_as_they_are(
    editor: Editor, library: Path, rules: str
) -> None:
    options = {"tabSize": 2, "insertSpaces": True}
    editor.replace(rules, "define quiet:", "define quiet")
    assert editor.ask("textDocument/formatting", {"textDocument": {"uri": rules}, "options": options}) == []
    matrix = editor.open(library / "matrices" / "access.yaml")
    editor.replace(matrix, "rare: N O\n", "rare: N    O\n          rare: N O\n")
    assert editor.ask("textDocument/formatting", {"textDocument": {"uri": matrix}, "options": options}) == []
    for name in ("vocabulary.yaml", "matrices/access.csv"):
        other = editor.open(library / name, "policy:   x\nmatrix\n")
        assert editor.ask("textDocument/formatting", {"textDocument": {"uri": other}, "options": options}) == []


# --- corrections ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "wrong", "codes"),
    [
        ("when shelf is rare", "when shelv is rare", ["unknown_axis"]),
        ("not shelf is rare", 'not shelf is "rrare"', ["unknown_value"]),
        ("  because", "  becuse", ["syntax_error"]),
    ],
)
def test_a_correction_puts_back_the_word_that_was_meant(
    right: str, wrong: str, codes: list[str], editor: Editor, rules: str
) -> None:
    editor.replace(rules, right, wrong)
    told = editor.wait_for(rules, *codes)
    asked = {
        "textDocument": {"uri": rules},
        "range": told[0]["range"],
        "context": {"diagnostics": [*told, {**told[0], "source": "another"}]},
    }
    (fix,) = editor.ask("textDocument/codeAction", asked)
    assert (fix["kind"], fix["isPreferred"]) == ("quickfix", True)
    editor.type(rules, applied(editor.texts[rules], fix["edit"]["changes"][rules]))
    editor.wait_for(rules)
