"""The TextMate grammar colours what the rule language reads, in both languages: it is held to the table of keywords."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from habilitation import __version__, shipped
from habilitation.written.syntax import Language, keywords
from tests.rule_texts import SHIPPED

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "grammar"
GRAMMAR: Any = json.loads((FOLDER / "habilitation.tmLanguage.json").read_text("utf-8"))
EXTENSION: Any = json.loads((FOLDER / "package.json").read_text("utf-8"))
EDITORS = (ROOT / "docs" / "workbench" / "lsp.md").read_text("utf-8").partition("## Editors")[2]
KEYWORDS = sorted({(one, text) for one in Language for text in keywords(one).written.values()})


def scopes(line: str) -> list[tuple[str, str]]:
    """Each piece of a line with its scope, as an editor goes: the earliest match, of those the first pattern."""
    found, place = [], 0
    while place < len(line):
        matches = [(match, one["name"]) for one in GRAMMAR["patterns"] if (match := _match(one, line, place))]
        if not matches:
            break
        match, name = min(matches, key=lambda pair: pair[0].start())
        found.append((match.group(), name.removesuffix(".habilitation")))
        place = match.end()
    return found


def _match(pattern: Any, line: str, place: int) -> re.Match[str] | None:
    if "match" in pattern:
        return re.compile(pattern["match"]).search(line, place)
    inside = "|".join(inner["match"] for inner in pattern["patterns"])
    return re.compile(f"{pattern['begin']}(?:{inside}|.)*?(?:{pattern['end']})").search(line, place)


@pytest.mark.parametrize(("language", "text"), KEYWORDS, ids=[f"{one}-{text}" for one, text in KEYWORDS])
def test_every_keyword_is_one(language: Language, text: str) -> None:
    ((piece, scope),) = scopes(f"  {text} ")
    assert piece == text
    assert scope.startswith("keyword.")


def test_a_line_has_its_colours() -> None:
    assert scopes('  quand profession hors de {G15_60, 11488-4} et motif n’est pas "a \\" # b"  # note') == [
        ("quand", "keyword.other.clause"),
        ("profession", "variable.other"),
        ("hors de", "keyword.operator.logical"),
        ("{", "punctuation"),
        ("G15_60", "constant.other.code"),
        (",", "punctuation"),
        ("11488-4", "constant.other.code"),
        ("}", "punctuation"),
        ("et", "keyword.operator.logical"),
        ("motif", "variable.other"),
        ("n’est pas", "keyword.operator.logical"),
        ('"a \\" # b"', "string.quoted.double"),
        ("# note", "comment.line.number-sign"),
    ]


def test_dates_are_dates_and_names_that_begin_as_a_keyword_are_names() -> None:
    assert scopes("  applicable from 2024-01-01") == [
        ("applicable", "keyword.other.clause"),
        ("from", "keyword.other"),
        ("2024-01-01", "constant.numeric.date"),
    ]
    assert scopes("permit_all") == [("permit_all", "variable.other")]


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_all_that_the_shipped_rules_hold_has_a_colour(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        assert "".join(piece for piece, _ in scopes(line)).replace(" ", "") == line.replace(" ", "")


def test_the_folder_of_the_grammar_is_an_extension_of_vs_code_that_names_what_lies_in_it() -> None:
    (language,), (colours,) = EXTENSION["contributes"]["languages"], EXTENSION["contributes"]["grammars"]
    assert (FOLDER / language["configuration"]).is_file()
    assert json.loads((FOLDER / colours["path"]).read_text("utf-8")) == GRAMMAR
    assert (language["id"], colours["scopeName"]) == (colours["language"], GRAMMAR["scopeName"])
    assert language["extensions"] == [f".{ending}" for ending in GRAMMAR["fileTypes"]]


def test_the_extension_runs_no_code_and_is_of_this_version() -> None:
    assert not {"main", "browser", "scripts", "dependencies", "activationEvents"} & EXTENSION.keys()
    assert EXTENSION["version"] == __version__


def test_the_comment_and_the_brackets_of_an_editor_are_those_of_the_language() -> None:
    editing = json.loads((FOLDER / "language-configuration.json").read_text("utf-8"))
    assert scopes(f"{editing['comments']['lineComment']} note")[0][1] == "comment.line.number-sign"
    assert [scope for pair in editing["brackets"] for one in pair for _, scope in scopes(one)] == ["punctuation"] * 4


def test_the_settings_of_the_page_name_the_language_that_the_extension_registers() -> None:
    (language,) = EXTENSION["contributes"]["languages"]
    settings = json.loads(EDITORS.partition("```json\n")[2].partition("```")[0])
    assert language["id"] in settings["glspc.server.languageId"]
    assert f'scope = "{GRAMMAR["scopeName"]}"' in EDITORS


def test_the_line_of_the_page_finds_the_folder_where_habilitation_is_installed() -> None:
    (line,) = re.findall(r'`python -c "([^"]+)"`', EDITORS)
    ran = subprocess.run([sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(ran.stdout.strip()) == shipped.grammar().parent
    assert (shipped.grammar().parent / "package.json").is_file()
