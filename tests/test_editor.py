"""An editor at work on a small policy: what it is told, asks, and changes."""

from pathlib import Path

import pytest

from habilitation.authoring.check import examine
from habilitation.written.from_folder import policy_files
from tests.command_line import LIBRARY
from tests.language_client import Editor, server_here, subprocess_server, under


def codes_of(folder: Path) -> list[str]:
    return [one.code for one in examine(policy_files(folder)).diagnostics]


# --- diagnostics ---------------------------------------------------------------------------------


def test_a_mistake_is_underlined_as_it_is_typed_and_goes_away_as_it_is_mended(editor: Editor, rules: str) -> None:
    editor.replace(rules, "when shelf is rare", "when shelv is rare")
    (told,) = editor.wait_for(rules, "unknown_axis")
    assert under(editor.texts[rules], told["range"]) == "shelv"
    assert told["message"] == "unknown axis `shelv`\ndid you mean `shelf`?"
    assert (told["severity"], told["source"]) == (1, "habilitation")
    editor.replace(rules, "when shelv is rare", "when shelf is rare")
    editor.wait_for(rules)


def test_a_mistake_after_an_emoji_and_accents_is_underlined_where_it_is(editor: Editor, rules: str) -> None:
    editor.replace(rules, 'because "Règlement, art. 3"', 'because "Réglé 🚑🚑, é" oblige sing')
    (told,) = editor.wait_for(rules, "unknown_obligation")
    assert under(editor.texts[rules], told["range"]) == "sing"


def test_a_sentence_left_unfinished_is_told_and_the_other_rules_are_still_read(editor: Editor, rules: str) -> None:
    editor.type(rules, editor.texts[rules].replace("when shelf is rare\n", "when shelf is\n", 1) + "\npermit\n")
    found = editor.wait_for(rules, "syntax_error", "syntax_error")
    assert [one["message"].partition("\n")[0] for one in found] == [
        "`because` is a word of the language",
        "the rule stops too early",
    ]


def test_the_proofs_come_after_the_names(editor: Editor, rules: str) -> None:
    editor.type(rules, editor.texts[rules] + 'never "nobody reads": permit when action is read\n')
    (told,) = editor.wait_for(rules, "invariant_fails")
    assert under(editor.texts[rules], told["range"]) == '"nobody reads"'


def test_what_is_told_in_the_end_is_what_check_says_of_the_saved_files(
    editor: Editor, library: Path, rules: str
) -> None:
    text = LIBRARY["rules/library.hab"] + (
        'never "nobody reads": permit when action is read\n'
        "define quiet: shelf is rare\n"
        'permit nothing for read when member and not member because "x" fr "x" en "x"\n'
    )
    editor.type(rules, text)
    editor.until(lambda: "invariant_fails" in editor.codes(rules))
    (library / "rules" / "library.hab").write_text(text, encoding="utf-8")
    assert editor.codes(rules) == codes_of(library) != []


def test_the_vocabulary_that_changes_changes_what_is_wrong_elsewhere(editor: Editor, library: Path, rules: str) -> None:
    vocabulary = editor.open(library / "vocabulary.yaml")
    editor.replace(vocabulary, "      rare: {", "      scarce: {")
    editor.until(lambda: "unknown_value" in editor.codes(rules))
    access = (library / "matrices" / "access.yaml").as_uri()
    assert editor.codes(access) == ["unknown_value"] * 3, "a file that is not open is told of as well"
    editor.replace(vocabulary, "      scarce: {", "      rare: {")
    editor.wait_for(access)
    editor.wait_for(rules)


def test_a_word_of_a_test_that_nothing_bears_is_told_and_the_policy_is_still_proved(
    editor: Editor, library: Path, rules: str
) -> None:
    text = "cases:\n  - {name: é, with: {shelf: raer}, expect: forbid, reasons: [rare_lendings]}\n"
    cases = editor.open(library / "tests" / "a.yaml", text)
    told = editor.wait_for(cases, "case_refused", "unknown_rule")
    assert [under(text, one["range"]) for one in told] == ["raer", "rare_lendings"]
    editor.type(rules, editor.texts[rules] + 'never "nobody reads": permit when action is read\n')
    editor.wait_for(rules, "invariant_fails")


def test_a_rule_that_cannot_be_read_is_not_unknown_to_the_tests(editor: Editor, library: Path, rules: str) -> None:
    text = "cases:\n  - {name: é, with: {shelf: raer}, expect: forbid, reasons: [rare_lending]}\n"
    editor.replace(rules, "when shelf is rare", "when shelf is")
    cases = editor.open(library / "tests" / "a.yaml", text)
    editor.wait_for(cases, "case_refused")


def test_a_broken_test_file_is_told(editor: Editor, library: Path, rules: str) -> None:
    cases = editor.open(library / "tests" / "a.yaml", "cases:\n  - nom: é\n")
    editor.until(lambda: "unknown_key" in editor.codes(cases))
    (told,) = (one for one in editor.problems[cases] if one["code"] == "unknown_key")
    assert under(editor.texts[cases], told["range"]) == "nom"


def test_a_vocabulary_that_cannot_be_read_is_told_and_names_are_still_known(
    editor: Editor, library: Path, rules: str
) -> None:
    vocabulary = editor.open(library / "vocabulary.yaml")
    editor.type(vocabulary, "policy: [")
    editor.wait_for(vocabulary, "yaml_syntax")
    assert "rare" in editor.proposed(rules, "is rare", 3)


def test_a_rule_file_that_is_not_text_is_told_at_its_place_and_nothing_is_answered(
    editor: Editor, library: Path, rules: str
) -> None:
    latin = library / "rules" / "latin.hab"
    latin.write_bytes(b"# \xe9")
    editor.tell("textDocument/didSave", {"textDocument": {"uri": rules}})
    editor.wait_for(latin.as_uri(), "not_utf8")
    assert editor.answer("textDocument/hover", editor.at(rules, "shelf"))["result"] is None
    latin.unlink()
    editor.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": latin.as_uri(), "type": 3}]})
    editor.wait_for(latin.as_uri())


def test_a_test_file_that_is_not_text_is_told_and_stops_neither_answers_nor_proofs_but_renaming(
    editor: Editor, library: Path, rules: str
) -> None:
    latin = library / "tests" / "latin.yaml"
    latin.parent.mkdir(exist_ok=True)
    latin.write_bytes(b"cases: [] # \xe9")
    editor.type(rules, editor.texts[rules] + 'never "nobody reads": permit when action is read\n')
    editor.wait_for(latin.as_uri(), "not_utf8")
    editor.wait_for(rules, "invariant_fails")
    assert editor.answer("textDocument/hover", editor.at(rules, "shelf"))["result"] is not None
    assert "cannot be read" in editor.refused(rules, "when shelf", 6, "bookcase")


def test_rules_never_saved_have_their_sentences_read_and_their_layout(editor: Editor) -> None:
    uri = "untitled:Untitled-1"
    document = {"uri": uri, "languageId": "habilitation", "version": 1, "text": "permit x   whn y\n"}
    editor.tell("textDocument/didOpen", {"textDocument": document})
    editor.texts[uri], editor.versions[uri] = str(document["text"]), 1
    (told,) = editor.wait_for(uri, "syntax_error")
    assert under(editor.texts[uri], told["range"]) == "whn"
    editor.type(uri, "define quiet:   x is y\n")
    editor.wait_for(uri)
    asked = {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}}
    (edit,) = editor.ask("textDocument/formatting", asked)
    assert edit["newText"] == "define quiet: x is y\n"
    assert editor.ask("textDocument/hover", editor.at(uri, "quiet")) is None
    editor.type(uri, "permit\n")
    editor.wait_for(uri, "syntax_error")
    editor.close(uri)
    editor.wait_for(uri)


def test_a_text_never_saved_of_another_language_is_left_alone(editor: Editor, rules: str) -> None:
    uri = "untitled:Untitled-2"
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": "matrix: [\n"}
    editor.tell("textDocument/didOpen", {"textDocument": document})
    asked = {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}}
    assert editor.ask("textDocument/formatting", asked) == []
    editor.replace(rules, "when shelf is rare", "when shelv is rare")
    editor.wait_for(rules, "unknown_axis")
    assert uri not in editor.problems


def test_a_file_closed_without_saving_is_as_it_is_on_disk(editor: Editor, rules: str) -> None:
    editor.replace(rules, "when shelf is rare", "when shelv is rare")
    editor.wait_for(rules, "unknown_axis")
    editor.close(rules)
    editor.wait_for(rules)


def test_a_rule_file_of_no_policy_has_its_sentences_read(editor: Editor, tmp_path: Path) -> None:
    alone = editor.open(tmp_path / "alone.hab", "permit x whn y\n")
    (told,) = editor.wait_for(alone, "syntax_error")
    assert told["message"].endswith("did you mean `when`?")
    asked = editor.at(alone, "whn")
    for question in ("hover", "completion", "definition", "prepareRename", "documentSymbol"):
        assert not editor.ask(f"textDocument/{question}", asked)
    assert not editor.ask("textDocument/rename", {**asked, "newName": "z"})
    assert not editor.ask("textDocument/references", {**asked, "context": {"includeDeclaration": True}})
    editor.open(tmp_path / "notes.txt", "permit")
    editor.close(alone)


# --- hover ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "inside", "expected"),
    [
        ("shelf is rare", 0, ["**Shelf** · `shelf` · axis", "*Rayon*", "(3)", "`rare` Rare books"]),
        ("shelf is rare", 10, ["**Rare books** · `rare`", "Shelf (`shelf`)", "`rare_lending`"]),
        ("matrix access", 8, ["**Access to shelves**", "`post × shelf`", "`permitted` may read", "`reading`"]),
        ("is permitted", 4, ["**may read** · `permitted` · cell value"]),
        ("member and", 0, ["**Member** · `member` · fact", "Default: `false`"]),
        ("permit reading", 8, ["**permit** `reading`", "art. 1; Règlement", "Operation (1/2) Read (`read`)", "`sign`"]),
        ("oblige sign", 8, ["**Sign the register** · `sign` · obligation", "Ground: Règlement, art. 4"]),
        ("advise gloves", 8, ["**Wear gloves** · `gloves` · advice", "Named by: `reading`"]),
        ('"Règlement, art. 3"', 3, ["**Règlement, art. 3**", "Named by: `rare_lending`"]),
        ("for lend", 5, ["**Lend** · `lend` · value"]),
    ],
)
def test_a_name_says_what_it_stands_for(
    words: str, inside: int, expected: list[str], editor: Editor, rules: str
) -> None:
    card = editor.hovered(rules, words, inside)
    assert [part for part in expected if part not in card] == []


def test_a_value_tells_its_official_code_its_groups_and_that_it_is_deprecated(
    editor: Editor, library: Path, rules: str
) -> None:
    vocabulary = editor.open(library / "vocabulary.yaml")
    card = editor.hovered(vocabulary, "clerk: {", 2)
    assert "Official code: `30`, R (1.2.3)" in card
    assert "⚠ Deprecated code." in card
    assert "Groups: `staff`" in card
    assert "**Staff** · `staff` · group" in editor.hovered(vocabulary, "staff: {", 2)
    assert "closed on Sundays" in editor.hovered(vocabulary, "back: {", 2)
    assert editor.hovered(vocabulary, "systems:", 2) == ""


def test_a_condition_shows_its_text_its_comment_and_who_names_it(editor: Editor, rules: str) -> None:
    editor.type(rules, "# Worth a fortune.\ndefine dear: shelf is rare\n" + editor.texts[rules])
    editor.replace(rules, "when shelf is rare", "when dear")
    card = editor.hovered(rules, "when dear", 6)
    assert "define dear: shelf is rare" in card
    assert "Worth a fortune." in card
    assert "Named by: `rare_lending`" in card


def test_what_is_wrong_elsewhere_does_not_silence_the_cards(editor: Editor, rules: str) -> None:
    editor.replace(rules, "when member and", "when membre and")
    assert "**Rare books**" in editor.hovered(rules, "shelf is rare", 10)
    assert "**forbid** `rare_lending`" in editor.hovered(rules, "rare_lending", 3)
    assert editor.hovered(rules, "membre", 2) == ""


def test_a_rule_of_another_time_says_so(editor: Editor, rules: str) -> None:
    editor.replace(rules, "  for lend", "  applicable until 2024-06-01\n  for lend")
    assert "Not in force today." in editor.hovered(rules, "rare_lending", 3)


@pytest.mark.parametrize(
    ("clause", "days"),
    [
        ("applicable from 2024-06-01 until 2025-01-01", "Applicable: from 2024-06-01 until 2025-01-01 excluded"),
        ("applicable from 2024-06-01", "Applicable: from 2024-06-01\n"),
        ("applicable until 2025-01-01", "Applicable: until 2025-01-01 excluded"),
    ],
)
def test_a_rule_tells_its_days_and_that_the_last_is_excluded(
    clause: str, days: str, editor: Editor, rules: str
) -> None:
    editor.replace(rules, "  for lend", f"  {clause}\n  for lend")
    assert days in editor.hovered(rules, "rare_lending", 3)


def test_cards_speak_french_to_who_reads_french(library: Path) -> None:
    with server_here("fr") as french:
        french.start()
        uri = french.open(library / "rules" / "library.hab")
        assert "**Livres" not in french.hovered(uri, "shelf is rare", 10)
        assert "**Réserve précieuse** · `rare` · valeur" in french.hovered(uri, "shelf is rare", 10)


# --- the server itself ---------------------------------------------------------------------------


def test_a_fault_is_answered_and_the_server_lives_on(editor: Editor, rules: str) -> None:
    editor.raw(b"{not json")
    editor.raw(b'{"jsonrpc": "2.0", "id": 9000, "method": "textDocument/hover", "params": {"no": "place"}}')
    assert "error" in editor.answer("no/such/method", {})
    editor.tell("textDocument/didChange", {"textDocument": {"uri": "file:///nowhere", "version": 1}})
    for uri in ("untitled:1", "file://", "http://example.org/rules/a.hab", "::"):
        editor.answer("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 9, "character": 9}})
        document = {"uri": uri, "languageId": "habilitation", "version": 1, "text": "permit"}
        editor.tell("textDocument/didOpen", {"textDocument": document})
        editor.close(uri)
    assert "**Shelf**" in editor.hovered(rules, "shelf is rare", 0)


def test_an_editor_starts_the_verb_and_speaks_with_it(library: Path) -> None:
    with subprocess_server("--lang", "en") as editor:
        offered = {"general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]}}
        can = editor.start(capabilities=offered)
        assert can["positionEncoding"] == "utf-16"
        assert {"hoverProvider", "renameProvider", "definitionProvider", "codeActionProvider"} <= set(can)
        uri = editor.open(library / "rules" / "library.hab")
        editor.type(uri, editor.texts[uri] + 'never "é🚑": permit when action is read\n')
        (told,) = editor.wait_for(uri, "invariant_fails")
        assert under(editor.texts[uri], told["range"]) == '"é🚑"'
