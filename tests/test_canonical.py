"""Laying out a rule file: one way to write it, nothing lost, nothing said otherwise; done twice, nothing more."""

import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habilitation import shipped
from habilitation.authoring.canonical import canonical, rules
from habilitation.authorizer import Authorizer
from habilitation.compiled import artefact
from habilitation.compiled.tables import Tables
from habilitation.diagnostic import HabilitationError, PolicyError
from habilitation.source import Source
from habilitation.written.from_rules import read_rules
from habilitation.written.syntax import Item, Language, RuleFile, keywords
from tests.rule_texts import SHIPPED, between_items, mangled, rule_file, shipped_text

seeds = st.integers(0, 2**32)  # not the draws themselves: a file makes thousands, and shrinking them helps nobody
each_shipped = pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])


def laid(text: str) -> str:
    return canonical(Source("a.hab", text))


def read(text: str) -> RuleFile:
    file, found = read_rules(Source("a.hab", text))
    assert [one.render() for one in found] == []
    return file


def bare(file: RuleFile) -> list[Item]:
    """What the items say."""
    return [replace(item, comments=()) for item in file.items]


def comments(file: RuleFile) -> Counter[str]:
    return Counter(one.text for owner in (*file.items, file) for one in owner.comments)


def holds_to_its_promises(text: str) -> None:
    once = laid(text)
    before, after = read(text), read(once)
    assert bare(before) == bare(after)
    assert comments(before) == comments(after)
    assert laid(once) == once
    assert all(line == line.rstrip() for line in once.splitlines())


@each_shipped
def test_the_shipped_rules_are_laid_out(path: Path) -> None:
    assert laid(shipped_text(path)) == shipped_text(path)


@given(seeds)
@settings(max_examples=150, deadline=None)
def test_any_file_says_the_same_once_laid_out(seed: int) -> None:
    holds_to_its_promises(rule_file(Random(seed)))  # noqa: S311  # a draw of layouts, to be repeated


@each_shipped
@given(seeds)
@settings(max_examples=4, deadline=None)
def test_the_shipped_rules_come_back_from_any_layout(path: Path, seed: int) -> None:
    file = read(shipped_text(path))
    texts = [item.span.source.text[item.span.start : item.span.end] for item in file.items]
    random = Random(seed)  # noqa: S311  # as above
    text = "".join(mangled(item, random) + between_items(random) for item in texts)
    holds_to_its_promises(text)


# --- languages -----------------------------------------------------------------------------------


def translated(text: str, language: Language) -> str:
    return canonical(Source("a.hab", text), language)


@each_shipped
def test_the_shipped_rules_are_the_same_in_french_and_come_back(path: Path) -> None:
    french = translated(shipped_text(path), Language.FR)
    assert read(french).language is Language.FR
    assert bare(read(french)) == bare(read(shipped_text(path)))
    assert laid(french) == french
    assert translated(french, Language.EN) == shipped_text(path)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_any_file_is_the_same_in_either_language(seed: int) -> None:
    # `non` and `et` are facts there: names of an English file that French reserves.
    text = re.sub(r"\b(non|et)\b", "other", rule_file(Random(seed)))  # noqa: S311  # as above
    french = translated(text, Language.FR)
    assert bare(read(french)) == bare(read(text))
    assert comments(read(french)) == comments(read(text))
    assert laid(french) == french


def test_a_word_that_french_reserves_is_in_quotes_there_and_bare_in_english() -> None:
    french = translated("permit x\n  when a is non and b is hors\n", Language.FR)
    assert french == 'autoriser x\n  quand a est "non" et b est "hors"\n'
    assert translated(french, Language.EN) == "permit x\n  when a is non and b is hors\n"


@pytest.mark.parametrize("typed", ["s’abstenir", "s'abstenir"])
def test_either_apostrophe_is_read(typed: str) -> None:
    assert laid(f"{typed} x\n quand a n’est pas b") == "s'abstenir x\n  quand a n'est pas b\n"


def test_either_way_to_keep_an_accent_is_read() -> None:
    assert laid("de\u0301finir x: a") == "définir x: a\n"


def test_a_file_without_an_item_has_english_keywords() -> None:
    assert read("# rien\n").language is Language.EN


def without_places(tables: Tables) -> str:
    """All that the tables hold, but the digest of the texts and the places in them, which are those of another text."""
    content = artefact.body(replace(tables, digest="")).decode("utf-8")
    return re.sub(r'"(?:rules|matrices|vocabulary)[\w./]*:\d+', '"', content)


def test_the_shipped_policy_has_the_same_tables_in_french(tmp_path: Path) -> None:
    for kind, shelf in shipped.dmp_shelves().items():
        shutil.copytree(shelf, tmp_path / kind)
    shutil.move(tmp_path / "rules" / "vocabulary.yaml", tmp_path / "vocabulary.yaml")
    shutil.rmtree(tmp_path / "rules" / "tests")
    for path in (tmp_path / "rules").glob("*.hab"):
        path.write_text(translated(path.read_text("utf-8"), Language.FR), "utf-8")
    french, english = Authorizer.load(tmp_path).tables, Authorizer.dmp().tables
    assert french.digest != english.digest
    assert without_places(french) == without_places(english)


def test_the_page_of_the_language_has_every_keyword() -> None:
    page = (Path(__file__).parent.parent / "docs" / "rule-language.md").read_text("utf-8")
    english, french = keywords(Language.EN), keywords(Language.FR)
    pairs = [(english[word], french[word]) for word in english.written]
    assert [pair for pair in pairs if pair[0] != pair[1] and "`{}` | `{}`".format(*pair) not in page] == []


# --- layout --------------------------------------------------------------------------------------

TABLE = {
    "clauses in their order, one a line, after the head": (
        'forbid x unless b when a for consult en "E" because "L" fr "F"',
        'forbid x\n  for consult\n  when a\n  unless b\n  because "L"\n  fr "F"\n  en "E"\n',
    ),
    "a definition and its condition on one line": ("define  x :a or  b", "define x: a or b\n"),
    "an invariant on two": ('never "n": permit when a', 'never "n":\n  permit when a\n'),
    "dates, obligations and advice": (
        "permit x advise z,y oblige t known from 2024-01-01 applicable until 2025-01-01",
        "permit x\n  applicable until 2025-01-01\n  known from 2024-01-01\n  oblige t\n  advise z, y\n",
    ),
    "parentheses only where the sense needs them": (
        "define x: ((a) and (b or c)) or (not (d))",
        "define x: a and (b or c) or not d\n",
    ),
    "but those of an author's grouping": ("define x: (a or b) or c", "define x: (a or b) or c\n"),
    "quotes only where a word needs them": (
        'define x: p in {"nurse", "never", "a b", "11488-4"}',
        'define x: p in {nurse, "never", "a b", 11488-4}\n',
    ),
    "one blank line between items": ("permit x\n\n\n\npermit y\npermit z", "permit x\n\npermit y\n\npermit z\n"),
    "definitions that stand together": (
        "define a: b\ndefine c: d\n\ndefine e: f",
        "define a: b\ndefine c: d\n\ndefine e: f\n",
    ),
    "comments above their item, in their paragraphs": (
        "# file\n\n\n# of x\npermit x\n# the end\n",
        "# file\n\n# of x\npermit x\n\n# the end\n",
    ),
    "comments at the clause they stand at, wherever it goes": (
        'permit x  # head\n  fr "F"  # french\n  # about when\n  when a\n  # last\n',
        'permit x  # head\n  # about when\n  when a\n  fr "F"  # french\n  # last\n',
    ),
    "comments at the part they stand at": (
        "permit x\n  when a # of a\n and (b # of b\n or c)  # of c\n and # of d\n d",
        "permit x\n  when a  # of a\n    and (b  # of b\n        or c)  # of c\n    # of d\n    and d\n",
    ),
    "a line ends with one comment": (
        "permit x\n when (a # one\n ) # two\n\n # three\n",
        "permit x\n  # one\n  when a  # two\n  # three\n",
    ),
    "comments before what closes": (
        "permit x\n when (a\n # one\n )",
        "permit x\n  # one\n  when a\n",
    ),
    "nothing": ("\n\n", ""),
    "nothing but comments": ("  # one\n\n\n# two\n", "# one\n\n# two\n"),
}


@pytest.mark.parametrize(("text", "expected"), TABLE.values(), ids=list(TABLE))
def test_there_is_one_way_to_write(text: str, expected: str) -> None:
    assert laid(text) == expected
    assert laid(expected) == expected


def test_a_long_condition_is_cut_where_it_joins() -> None:
    names = [f"a_fact_with_a_long_name_{number}" for number in range(8)]
    text = f"permit x when {' and '.join(names)} and ({' or '.join(names)}) and p in {{{', '.join(names)}}}"
    assert laid(text).splitlines() == [
        "permit x",
        "  when a_fact_with_a_long_name_0 and a_fact_with_a_long_name_1 and a_fact_with_a_long_name_2",
        "    and a_fact_with_a_long_name_3 and a_fact_with_a_long_name_4 and a_fact_with_a_long_name_5",
        "    and a_fact_with_a_long_name_6 and a_fact_with_a_long_name_7",
        "    and (a_fact_with_a_long_name_0 or a_fact_with_a_long_name_1 or a_fact_with_a_long_name_2",
        "        or a_fact_with_a_long_name_3 or a_fact_with_a_long_name_4 or a_fact_with_a_long_name_5",
        "        or a_fact_with_a_long_name_6 or a_fact_with_a_long_name_7)",
        "    and p in {a_fact_with_a_long_name_0, a_fact_with_a_long_name_1, a_fact_with_a_long_name_2,",
        "      a_fact_with_a_long_name_3, a_fact_with_a_long_name_4, a_fact_with_a_long_name_5,",
        "      a_fact_with_a_long_name_6, a_fact_with_a_long_name_7}",
    ]


def test_alternatives_that_each_join_several_parts_have_a_line_each() -> None:
    part = "a_fact_with_a_long_name and another_fact_with_a_long_name"
    assert laid(f"define x: {part} or {part} or alone").splitlines() == [
        "define x:",
        f"  {part}",
        f"    or {part}",
        "    or alone",
    ]


def test_a_file_that_cannot_be_read_is_refused_with_all_its_mistakes() -> None:
    with pytest.raises(PolicyError) as refused:
        laid("permit x\n  whne a\n\nforbid y\n  when (")
    assert [one.span.line for one in refused.value.diagnostics if one.span] == [2, 5]


def test_a_layout_that_would_say_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_lines", lambda file, pieces, source: ["permit y"])
    with pytest.raises(HabilitationError, match="left as it is"):
        laid("permit x")
    monkeypatch.setattr(rules, "_lines", lambda file, pieces, source: ["permit x"])
    with pytest.raises(HabilitationError, match="left as it is"):
        laid("# a comment\npermit x")


def test_a_rule_keeps_how_its_tests_are_written() -> None:
    text = "permit x\n  when a is b and a in b and a in {b} and a in {b, c} and matrix m in b\n"
    assert laid(text) == text
