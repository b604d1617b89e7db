"""What the readers of text make of each construct, and that nothing an author writes can break them."""

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilitation import shipped
from habilitation.authoring.check import examine, opened
from habilitation.diagnostic import Diagnostic, PolicyError, Severity, did_you_mean, sorted_once
from habilitation.source import Source, Span, Word
from habilitation.vocabulary import RuleEffect
from habilitation.written import limits
from habilitation.written.from_csv import read_csv
from habilitation.written.from_folder import digest, policy_files, read_cases, read_policy, shelf_files
from habilitation.written.from_rules import read_rules
from habilitation.written.from_yaml import read_yaml
from habilitation.written.shapes import json_schema
from habilitation.written.syntax import (
    And,
    CellTest,
    Condition,
    Item,
    Name,
    Not,
    Or,
    Test,
    WrittenCases,
    WrittenDefinition,
    WrittenInvariant,
    WrittenMatrix,
    WrittenRule,
    WrittenVocabulary,
    as_day,
)

WARD = Path(__file__).parent / "diagnostics" / "ward"


def items(text: str) -> tuple[Item, ...]:
    file, found = read_rules(Source("a.hab", text))
    assert [one.render() for one in found] == []
    return file.items


def rule(clauses: str) -> WrittenRule:
    (item,) = items(f"permit x\n  {clauses}")
    assert isinstance(item, WrittenRule)
    return item


def told(text: str) -> list[str]:
    return [one.message for one in read_rules(Source("a.hab", text))[1]]


def spelt(condition: Condition | None) -> str:  # noqa: PLR0911  # one answer a kind of condition
    """A condition with all its parentheses."""
    match condition:
        case Name(word):
            return word
        case Test(axis, values, negated):
            return f"{axis}{'≠' if negated else '='}{'|'.join(values)}"
        case CellTest(matrix, values, negated):
            return f"[{matrix}]{'≠' if negated else '='}{'|'.join(values) or 'none'}"
        case Not(part):
            return f"¬{spelt(part)}"
        case And(parts):
            return f"({' ∧ '.join(map(spelt, parts))})"
        case Or(parts):
            return f"({' ∨ '.join(map(spelt, parts))})"
    return "always"


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("masked", "masked"),
        ("motive is normal", "motive=normal"),
        ("motive is not normal", "motive≠normal"),
        ("profession in doctors", "profession=doctors"),
        ("profession not in doctors", "profession≠doctors"),
        ("profession in {G15_10, doctors}", "profession=G15_10|doctors"),
        ("profession in {G15_10, doctors,}", "profession=G15_10|doctors"),
        ("profession not in {\n    G15_10,\n    doctors\n  }", "profession≠G15_10|doctors"),
        ("matrix m is permitted", "[m]=permitted"),
        ("matrix m is not permitted", "[m]≠permitted"),
        ("matrix m in {a, b}", "[m]=a|b"),
        ("matrix m not in {a}", "[m]≠a"),
        ("matrix m in a", "[m]=a"),
        ("matrix m is not covered", "[m]=none"),
        ("matrix m is covered", "[m]≠none"),
        ("not a", "¬a"),
        ("not not a", "¬¬a"),
        ("a and b and c", "(a ∧ b ∧ c)"),
        ("a or b or c", "(a ∨ b ∨ c)"),
        ("a or b and c", "(a ∨ (b ∧ c))"),
        ("a and b or c", "((a ∧ b) ∨ c)"),
        ("(a or b) and c", "((a ∨ b) ∧ c)"),
        ("not a and b", "(¬a ∧ b)"),
        ("not (a and b)", "¬(a ∧ b)"),
        ("not a is b or c", "(¬a=b ∨ c)"),
        ("((a))", "a"),
        ("(a and b) and c", "((a ∧ b) ∧ c)"),
        ("type is 11488-4", "type=11488-4"),
        ("type is ATTEST-RESID", "type=ATTEST-RESID"),
        ("type is 012", "type=012"),
        ("type is 1.2.250", "type=1.2.250"),
        ("type is 2024-09-25", "type=2024-09-25"),
        ("type is 2024-09-25x", "type=2024-09-25x"),
        ("type is no", "type=no"),
        ("type is CODE_", "type=CODE_"),
        ('type is "été, à l\'œil"', "type=été, à l'œil"),
        ('type is "never"', "type=never"),
        ("a # and b\n  and c", "(a ∧ c)"),
        ("informed and notable or orange", "((informed ∧ notable) ∨ orange)"),
    ],
)
def test_each_form_of_condition_is_read(text: str, tree: str) -> None:
    assert spelt(rule(f"when {text}").when) == tree


@pytest.mark.parametrize(
    "text", ["permitx", "permit x\n  whenmasked", "permit x\n  when a andb", "permit x forconsult"]
)
def test_a_keyword_ends_where_its_word_ends(text: str) -> None:
    assert len(told(text)) == 1


# --- rules, definitions, invariants --------------------------------------------------------------


@pytest.mark.parametrize("effect", ["permit", "forbid", "abstain"])
def test_a_rule_has_an_effect_and_a_name_and_may_have_nothing_else(effect: str) -> None:
    (bare,) = items(f"{effect} a_rule_2")
    assert isinstance(bare, WrittenRule)
    assert (bare.effect, bare.name) == (RuleEffect(effect), "a_rule_2")
    assert (bare.actions, bare.when, bare.unless, bare.because, bare.fr, bare.en) == ((), None, None, (), None, None)
    assert (bare.applicable.start, bare.applicable.end, bare.known) == (None, None, None)
    assert (bare.oblige, bare.advise, bare.comments) == ((), (), ())


def test_every_clause_is_read_in_any_order() -> None:
    whole = rule(
        'en "en"\n  advise c\n  oblige a, b\n  known from 2024-09-26\n'
        '  applicable from 2024-09-25 until 2026-01-01\n  fr "fr"\n  because "x", "y, z"\n'
        "  unless b\n  when a\n  for consult, reading"
    )
    assert (whole.actions, spelt(whole.when), spelt(whole.unless)) == (("consult", "reading"), "a", "b")
    assert (whole.because, whole.fr, whole.en) == (("x", "y, z"), "fr", "en")
    assert (whole.applicable.start, whole.applicable.end, whole.known) == ("2024-09-25", "2026-01-01", "2024-09-26")
    assert (whole.oblige, whole.advise) == (("a", "b"), ("c",))


@pytest.mark.parametrize(
    ("clause", "start", "end"),
    [
        ("from 2024-09-25", "2024-09-25", None),
        ("until 2026-01-01", None, "2026-01-01"),
        ("from 2024-09-25 until 2026-01-01", "2024-09-25", "2026-01-01"),
    ],
)
def test_a_period_may_be_open_on_either_side(clause: str, start: str | None, end: str | None) -> None:
    period = rule(f"applicable {clause}").applicable
    assert (period.start, period.end) == (start, end)


def test_a_definition_names_a_condition() -> None:
    (item,) = items("define emergency: motive in {bris_de_glace, centre_15}")
    assert isinstance(item, WrittenDefinition)
    assert (item.name, spelt(item.condition)) == ("emergency", "motive=bris_de_glace|centre_15")


@pytest.mark.parametrize("word", ["never", "always"])
@pytest.mark.parametrize("effect", ["permit", "forbid", "abstain"])
def test_an_invariant_is_a_sentence_an_effect_and_a_condition(word: str, effect: str) -> None:
    (item,) = items(f'{word} "une opposition est « toujours » obéie":\n  {effect} when a and not b')
    assert isinstance(item, WrittenInvariant)
    assert (item.always, item.effect) == (word == "always", RuleEffect(effect))
    assert (item.sentence, spelt(item.condition)) == ("une opposition est « toujours » obéie", "(a ∧ ¬b)")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r'"un \"mot\""', 'un "mot"'),
        (r'"a \\ b"', r"a \ b"),
        (r'"\\\""', r"\""),
        ('"été 👩‍⚕️ e\u0301 \t# pas un commentaire"', "été 👩‍⚕️ e\u0301 \t# pas un commentaire"),
        ('""', ""),
    ],
)
def test_a_text_is_what_its_quotes_hold(written: str, text: str) -> None:
    assert rule(f"fr {written}").fr == text


def test_every_word_knows_its_place() -> None:
    text = (
        "# é\n\npermit x  # 👩‍⚕️\n  when\te\u0301tat is a\n".replace("e\u0301tat", "etat")
        + '  because "é\u0301", "👩‍⚕️ b"\n'
    )
    (item,) = items(text)
    assert isinstance(item, WrittenRule)
    assert isinstance(item.when, Test)
    for word in (item.name, item.when.axis, *item.when.values):
        assert text[word.span.start : word.span.end] == word
    assert [text[word.span.start : word.span.end] for word in item.because] == ['"é\u0301"', '"👩‍⚕️ b"']
    assert (item.name.span.line, item.name.span.column) == (3, 8)
    assert str(item.name.span) == "a.hab:3"


# --- comments ------------------------------------------------------------------------------------


def test_comments_go_with_their_item() -> None:
    text = """
# head
# of the file

permit x  # beside x
  # inside x
  when a  # after a
# unindented, inside x
  because "# no comment"
  # last of x
# above y

define y: a  # beside y

# end
"""
    file, found = read_rules(Source("a.hab", text))
    assert found == []
    x, y = file.items
    inside = ["# beside x", "# inside x", "# after a", "# unindented, inside x", "# last of x"]
    assert [comment.text for comment in x.comments] == ["# head", "# of the file", *inside]
    assert [comment.text for comment in y.comments] == ["# above y", "# beside y"]
    assert [comment.text for comment in file.comments] == ["# end"]
    assert [comment.own_line for comment in x.comments] == [True, True, False, True, False, True, True]


def test_the_comments_of_an_item_that_cannot_be_read_are_kept_in_order() -> None:
    file, found = read_rules(Source("a.hab", "# one\npermit\n# two\ndefine a: b\n# three\nforbid\n# four"))
    assert len(found) == 2
    assert [comment.text for comment in file.items[0].comments] == ["# two"]
    assert [comment.text for comment in file.comments] == ["# one", "# three", "# four"]


@pytest.mark.parametrize("text", ["", "\n\n", "# a\n  # b", "   \n\t\n"])
def test_a_file_may_hold_no_item(text: str) -> None:
    file, found = read_rules(Source("a.hab", text))
    assert (file.items, found) == ((), [])
    assert len(file.comments) == text.count("#")


# --- items that cannot be read -------------------------------------------------------------------


def test_one_mistake_hides_none_in_the_other_items() -> None:
    file, found = read_rules(Source("a.hab", "permit a\n  zut\npermit b\npermit c\n  because 1\n"))
    assert [item.name for item in file.items if isinstance(item, WrittenRule)] == ["b"]
    assert [one.span.line for one in found if one.span] == [2, 5]


def test_the_names_of_definitions_that_cannot_be_read_are_kept() -> None:
    text = " define early: a\ndefine broken: and\ndefine fine: a\npermit x\n when\n define inside: b\n"
    file, found = read_rules(Source("a.hab", text))
    assert file.refused == ("early", "broken", "inside")
    assert len(found) == 3


@pytest.mark.parametrize("opening", ["defin team", "definir team", "team", "let  team "])
def test_a_definition_whose_keyword_is_misspelt_is_kept_by_its_name(opening: str) -> None:
    file, found = read_rules(Source("a.hab", f"# where: not here\n{opening}: a and b\ndefine fine: a\n"))
    assert (file.refused, len(found)) == (("team",), 1)


def test_a_file_of_which_something_could_not_be_read_is_not_whole() -> None:
    texts = ("define a: b\n", "define a:\n", "permit x\n  zut\n", " early\ndefine a: b\n", "define a: b\n(c)\n")
    assert [read_rules(Source("a.hab", text))[0].whole for text in texts] == [True, *[False] * 4]


def test_a_condition_may_be_as_deep_as_the_limit_and_no_deeper() -> None:
    inside = limits.NESTING - 1
    assert spelt(rule(f"when {'(' * inside}a{')' * inside}").when) == "a"
    assert told(f"permit x\n when {'(' * (inside + 1)}a{')' * (inside + 1)}") == [
        "a condition nested more than 60 deep"
    ]
    assert told(f"permit x\n when {'not ' * (inside + 1)}a") == ["a condition nested more than 60 deep"]
    assert told(f"permit x\n when {'(' * 40_000}a{')' * 40_000}") == ["a condition nested more than 60 deep"]
    assert told(f"permit x\n when {'(' * 90_000}") == ["the rule stops too early"]


def test_the_end_of_a_text_without_an_end_is_the_end_of_its_line() -> None:
    file, found = read_rules(Source("a.hab", 'permit x\n  because "a\npermit y\n  because "b"'))
    assert [one.span.line for one in found if one.span] == [2]
    assert len(file.items) == 1


# --- YAML ----------------------------------------------------------------------------------------

VOCABULARY = """
policy: été
axes:
  "motif 👩‍⚕️":
    fr: 'l''accès'
    en: >-
      two
      lines
    fact: no
    values:
      012: {code: 1:30, from: 2024-09-25}
      ~: {fr: null}
"""


def test_every_scalar_of_yaml_is_a_text_with_its_place() -> None:
    source = Source("v.yaml", VOCABULARY)
    read, found = read_yaml(source, WrittenVocabulary)
    assert found == []
    assert read is not None
    ((name, axis),) = read.axes.items()
    assert (read.policy, name, axis.fr, axis.en, axis.fact) == ("été", "motif 👩‍⚕️", "l'accès", "two lines", "no")
    (first, second) = axis.values.items()
    assert (first[0], first[1].code, first[1].from_) == ("012", "1:30", "2024-09-25")
    assert (second[0], second[1].fr) == ("~", "null")
    assert VOCABULARY[name.span.start : name.span.end] == '"motif 👩‍⚕️"'
    assert first[1].code is not None
    assert (first[1].code.span.line, first[1].code.span.column) == (11, 19)


@pytest.mark.parametrize("depth", [100, 2_000, 100_000])
def test_yaml_nested_too_deep_is_said_so_whichever_limit_is_met_first(depth: int) -> None:
    _, found = read_yaml(Source("m.yaml", "[" * depth), WrittenMatrix)
    assert [(one.code, one.message) for one in found] == [("too_deep", "nested more than 60 deep")]


def test_yaml_words_say_where_they_are_after_a_copy() -> None:
    read, _ = read_yaml(Source("v.yaml", VOCABULARY), WrittenVocabulary)
    assert read is not None
    copied = pickle.loads(pickle.dumps(read.policy))  # noqa: S301  # our own bytes
    assert (copied, copied.span) == (read.policy, read.policy.span)


@pytest.mark.parametrize("shape", [WrittenVocabulary, WrittenMatrix, WrittenCases])
def test_every_shape_has_a_schema_whose_texts_are_strings(shape: type[object]) -> None:
    schema = json_schema(shape)
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert json.dumps(schema)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "missing_key", (1, 1)),
        ("# only a comment", "missing_key", (1, 1)),
        ("- a", "wrong_shape", (1, 1)),
        ("policy: p\naxes: {}\n---\npolicy: q\naxes: {}", "yaml_syntax", (3, 1)),
        ("policy: 'p\naxes: {}\n", "yaml_syntax", (1, 9)),
        ("é: {\n", "yaml_syntax", (1, 5)),
        ("policy: é\ufffe\naxes: {}", "yaml_syntax", (1, 10)),
        ("policy: \ud800", "yaml_syntax", (1, 9)),
        ("policy: &a !!str p\naxes: {}", "tag_refused", (1, 12)),
        ("policy: p\naxes: !!map {}", "tag_refused", (2, 7)),
        ("policy: p\naxes: &x\n  {}", "alias_refused", (2, 7)),
        ('policy: p\naxes: {"<<": {fr: a}, <<: {}}', "alias_refused", (2, 23)),
        ("policy: p\naxes: {}\nsystems:\n  a: {oids: 1}", "wrong_shape", (4, 13)),
        ("policy: p\naxes: {}\nsystems:\n  a: {oids: [[1]]}", "wrong_shape", (4, 14)),
        ("policy: p\naxes: {}\ncode_lists:\n  a: {codes: [{codes: 1, code: a, system: b}]}", "unknown_key", (4, 16)),
        ("policy: p\naxes:\n  a: !<x> {}", "tag_refused", (3, 6)),
        ("%YAML 7.0\n---\na: b", "yaml_syntax", (1, 1)),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(text: str, code: str, place: tuple[int, int]) -> None:
    read, found = read_yaml(Source("v.yaml", text), WrittenVocabulary)
    assert read is None
    told = {(one.code, (one.span.line, one.span.column)) for one in found if one.span}
    assert (code, place) in told


def test_past_a_thousand_mistakes_of_shape_the_others_wait() -> None:
    text = "policy: p\naxes:\n" + "".join(f"  a{n}: 1\n" for n in range(1_001))
    _, found = read_yaml(Source("v.yaml", text), WrittenVocabulary)
    assert [one.code for one in found] == ["wrong_shape"] * limits.MISTAKES + ["too_many"]


# --- spreadsheets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a,b,c", ["a", "b", "c"]),
        ("a;b,c;d", ["a", "b,c", "d"]),
        (" a , b ", ["a", "b"]),
        ('"a","b ""c""", "d,e"', ["a", 'b "c"', "d,e"]),
        ("a,,", ["a", "", ""]),
        (",", ["", ""]),
        ('"never closed,b', ['"never closed', "b"]),
        ('"a"b,c', ['"a"b', "c"]),
        ("é👩‍⚕️,O(8)", ["é👩‍⚕️", "O(8)"]),
        ("", []),
    ],
)
def test_a_line_of_a_spreadsheet_is_cells_with_their_places(line: str, cells: list[str]) -> None:
    source = Source("matrices/m.csv", f"head\n{line}\n")
    name, (_, row, _) = read_csv(source)
    assert (name, list(row)) == ("m", cells)
    for cell in row:
        shown = source.text[cell.span.start : cell.span.end]
        assert shown.replace('""', '"') == cell


# --- folders -------------------------------------------------------------------------------------


def folder(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def test_files_are_sorted_by_what_they_hold(tmp_path: Path) -> None:
    names = {
        "vocabulary.yaml": "v",
        "matrices/b.yaml": "m",
        "matrices/deep/a.yml": "m",
        "matrices/a.csv": "s",
        "matrices/README.md": "",
        "rules/a.hab": "r",
        "rules/B.HAB": "r",
        "rules/.hidden.hab": "no",
        "rules/.git/a.hab": "no",
        "rules/notes.yaml": "no",
        "tests/a.yaml": "c",
        "tests/a.txt": "no",
        "elsewhere/a.hab": "no",
    }
    files = policy_files(folder(tmp_path, {**names}))
    assert [source.name for source in files.vocabulary] == ["vocabulary.yaml"]
    assert [source.name for source in files.matrices] == ["matrices/b.yaml", "matrices/deep/a.yml"]
    assert [source.name for source in files.spreadsheets] == ["matrices/a.csv"]
    assert [source.name for source in files.rules] == ["rules/B.HAB", "rules/a.hab"]
    assert [source.name for source in files.cases] == ["tests/a.yaml"]


def test_a_policy_without_matrices_rules_or_tests_is_read(tmp_path: Path) -> None:
    files = policy_files(folder(tmp_path, {"vocabulary.yaml": "policy: p\naxes: {}"}))
    assert files.all() == files.vocabulary
    assert [one.code for one in examine(files).errors] == ["no_rule"]


def test_what_is_not_a_folder_is_not_a_policy(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", folder(tmp_path, {"a": ""}) / "a", Path("\0")):
        with pytest.raises(PolicyError, match="is not a policy folder"):
            policy_files(path)


def test_a_link_to_a_file_is_the_file(tmp_path: Path) -> None:
    (folder(tmp_path, {"vocabulary.yaml": "v", "real/a.hab": "r", "rules/b.hab": ""}) / "rules" / "a.hab").symlink_to(
        tmp_path / "real" / "a.hab"
    )
    assert [source.text for source in policy_files(tmp_path).rules] == ["r", ""]


def test_the_digest_depends_on_names_and_texts_alone(tmp_path: Path) -> None:
    names = {"vocabulary.yaml": "v\n", "rules/été.hab": "r\n", "tests/a.yaml": "t"}
    one = digest(policy_files(folder(tmp_path / "one", {**names})))
    windows = {"vocabulary.yaml": b"\xef\xbb\xbfv\r\n", "rules/e\u0301te\u0301.hab": b"r\r\n", "tests/a.yaml": b"u"}
    assert digest(policy_files(folder(tmp_path / "two", {**windows}))) == one
    assert digest(policy_files(folder(tmp_path / "three", {**names, "rules/été.hab": "s"}))) != one
    assert digest(policy_files(folder(tmp_path / "four", {"vocabulary.yaml": "v\n", "rules/ete.hab": "r\n"}))) != one


def test_the_shelves_of_the_dmp_are_named_as_in_the_repository() -> None:
    names = [source.name for source in shelf_files(shipped.dmp_shelves()).all()]
    assert {"rules/dmp/vocabulary.yaml", "rules/dmp/masking.hab", "matrices/dmp/consultation.yaml"} <= {*names}


def test_what_cannot_be_read_is_named_so_that_its_users_are_not_blamed(tmp_path: Path) -> None:
    broken = {
        "vocabulary.yaml": (WARD / "vocabulary.yaml").read_text("utf-8"),
        "matrices/m.yaml": "matrix: consultation\naxes: [\n",
        "matrices/sheet.yaml": "[",
        "matrices/sheet.csv": "a,b\n",
        "matrices/next.yaml": "matrix: next\nfr: a\nen: a\naxes: [consultation, action]\nvalues: {}\neditions: []",
        "rules/r.hab": "define a: and\npermit x\n  when a and matrix consultation is permitted and matrix sheet is b\n"
        '  because "b"\n  fr "c"\n  en "d"\n',
    }
    found = examine(opened(folder(tmp_path, {**broken}))).diagnostics
    assert [(one.code, one.span.source.name) for one in found if one.span] == [
        ("yaml_syntax", "matrices/m.yaml"),
        ("yaml_syntax", "matrices/sheet.yaml"),
        ("syntax_error", "rules/r.hab"),
    ]


def test_without_a_vocabulary_that_can_be_read_the_mistakes_of_the_other_files_are_told_all_the_same(
    tmp_path: Path,
) -> None:
    files = policy_files(folder(tmp_path, {"vocabulary.yaml": "[", "rules/a.hab": "zut", "matrices/m.yaml": "a: ["}))
    written, found = read_policy(files)
    assert written is None
    assert sorted(one.code for one in found) == ["syntax_error", "yaml_syntax", "yaml_syntax"]


def test_cases_are_read_file_by_file(tmp_path: Path) -> None:
    case = "cases: [{name: a, expect: permit, with: {b: c}, reasons: []}]"
    files = policy_files(folder(tmp_path, {"vocabulary.yaml": "v", "tests/a.yaml": case, "tests/b.yaml": "facts: 1"}))
    (read,), found = read_cases(files)
    assert (read.cases[0].with_, read.cases[0].reasons, read.cases[0].missing) == ({"b": "c"}, [], None)
    assert [one.code for one in found] == ["wrong_shape"]


@pytest.mark.parametrize(
    ("word", "date"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2023-02-29", None),
        ("20240229", None),
        ("2024-W09-4", None),
        ("２024-01-01", None),
    ],
)
def test_a_day_has_one_spelling(word: str, date: str | None) -> None:
    day = as_day(word)
    assert (day.isoformat() if day else None) == date


# --- what authors are shown ----------------------------------------------------------------------


def shown(line: str, culprit: str, way_out: str = "") -> list[str]:
    source = Source("a.hab", f"first\n{line}\nlast")
    start = source.text.index(culprit)
    return Diagnostic("a_code", "a sentence", Span(source, start, start + len(culprit)), way_out).render().splitlines()


@pytest.mark.parametrize(
    ("before", "culprit", "blanks", "carets"),
    [
        ("when ", "motiv", 5, 5),
        ("é à ", "ça", 4, 2),
        ("e\u0301 ", "a\u0300b", 2, 2),
        ("\t", "x", 1, 1),
        ("👩‍⚕️ ", "x", 3, 1),
        ("", "👩🏽‍⚕️", 0, 2),
        ("日本 ", "x", 5, 1),
        ("\u200e", "x", 0, 1),
        ("a\u202eb ", "x", 4, 1),
    ],
)
def test_carets_stand_under_the_culprit_whatever_stands_before(
    before: str, culprit: str, blanks: int, carets: int
) -> None:
    head, _, under, code = shown(f"{before}{culprit} after", culprit)
    assert head == f"a.hab:2:{len(before) + 1}: a sentence"
    assert under == "    │ " + " " * blanks + "^" * carets
    assert code == "  code: a_code"


def test_a_control_character_is_shown_as_its_picture_and_moves_no_cursor() -> None:
    rendered = "\n".join(shown("a\x1b[2J\x07\u2028x\u202e\x7f", "x", "\x1b[31m"))
    assert not any(char in rendered for char in "\x1b\x07\u2028\u202e\x7f")
    assert "a␛[2J␇�x��" in rendered


def test_a_long_line_is_cut_around_the_culprit() -> None:
    _, quoted, under, _ = shown("a" * 5_000_000 + "bad" + "c" * 5_000_000, "bad")
    assert quoted == "  2 │ …" + "a" * 120 + "bad" + "c" * 157 + "…"
    assert under == "    │ " + " " * 121 + "^^^"


def test_a_long_sentence_is_cut_in_its_middle() -> None:
    rendered = Diagnostic("a_code", "unknown `" + "x" * 1_000_000 + "`").render()
    assert len(rendered) < 500
    assert rendered.startswith("unknown `xxx")
    assert rendered.endswith("xxx`\n  code: a_code")


def test_a_place_over_several_lines_is_underlined_on_its_first() -> None:
    source = Source("a.hab", "permit\n  x\n")
    _, _, under, _ = Diagnostic("a_code", "a", Span(source, 3, 10)).render().splitlines()
    assert under == "    │    ^^^"


def test_a_place_at_the_end_of_a_text_has_a_caret() -> None:
    source = Source("a.hab", "a\n")
    assert Diagnostic("a_code", "a", Span(source, 2, 2)).render() == "a.hab:2:1: a\n  2 │ \n    │ ^\n  code: a_code"


def test_a_diagnostic_as_data_says_the_same() -> None:
    source = Source("a.hab", "é\n👩‍⚕️ x\n")
    assert Diagnostic("a_code", "a", Span(source, 6, 7), "b", Severity.WARNING).as_json() == {
        "code": "a_code",
        "severity": "warning",
        "message": "a",
        "file": "a.hab",
        "line": 2,
        "column": 5,
        "end_line": 2,
        "end_column": 6,
        "help": "b",
    }
    nowhere = Diagnostic("a_code", "a").as_json()
    assert {nowhere[key] for key in ("file", "line", "column", "end_line", "end_column", "help")} == {None}
    assert nowhere["severity"] == "error"


def test_diagnostics_are_told_once_in_the_order_of_the_text() -> None:
    one, two = (Source(name, "abc") for name in "ab")
    spans = [None, Span(one, 0, 1), Span(one, 0, 2), Span(one, 1, 2), Span(two, 0, 1)]
    wanted = [Diagnostic(code, "m", span) for span in spans for code in ("a", "b")]
    assert list(sorted_once(reversed([*wanted, *wanted]))) == wanted
    error = PolicyError(reversed(wanted))
    assert error.diagnostics == tuple(wanted)
    assert pickle.loads(pickle.dumps(error)).diagnostics == error.diagnostics  # noqa: S301  # our own bytes


@pytest.mark.parametrize(
    ("word", "help_"),
    [
        ("profesion", "did you mean `profession`?"),
        ("PROFESSION", "did you mean `profession`?"),
        ("zzz", ""),
        ("profession" * 100_000, ""),
    ],
)
def test_a_close_word_is_suggested(word: str, help_: str) -> None:
    assert did_you_mean(word, ["profession", "motive", "p" * 100_000]) == help_


# --- nothing an author writes breaks the readers -------------------------------------------------

SHIPPED = shelf_files(shipped.dmp_shelves())
quick = settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
NASTY = [
    '"',
    "\\",
    "{",
    "}",
    "[",
    "(",
    ")",
    ":",
    "#",
    "\n",
    "\t",
    "\0",
    "\r",
    "&a",
    "*a",
    "!!x",
    "<<",
    "- ",
    "? ",
    "%",
    "|",
    ">",
]
NASTY += [
    "é",
    "e\u0301",
    "👩‍⚕️",
    "\u202e",
    "\ufeff",
    "\u2028",
    "\x85",
    "\xa0",
    "not ",
    "define ",
    "permit ",
    "when ",
    "  ",
    "",
]
snippets = st.one_of(st.sampled_from(NASTY), st.text(max_size=8))


@st.composite
def mutated(draw: st.DrawFn, sources: tuple[Source, ...]) -> tuple[str, str]:
    """The name and the text of a shipped file, with some pieces replaced, repeated or lost."""
    source = draw(st.sampled_from(sources))
    text = source.text
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + draw(snippets) * draw(st.sampled_from([1, 1, 2, 100])) + text[end:]
    return source.name, text


def assert_sound(found: list[Diagnostic]) -> None:
    for one in found:
        assert one.render().isprintable() or "\n" in one.render()
        assert json.dumps(one.as_json())
        if one.span is not None:
            assert 0 <= one.span.start <= one.span.end <= len(one.span.source.text) + 1


def test_where_one_clause_alone_can_come_it_is_named() -> None:
    _, found = read_rules(Source("r.hab", 'never "x":\n  permit\\ when masked\n'))
    assert [(one.code, one.help) for one in found] == [("syntax_error", "expected `when`")]


@quick
@given(mutated(SHIPPED.rules))
def test_no_text_breaks_the_reader_of_rules(changed: tuple[str, str]) -> None:
    file, found = read_rules(Source(*changed))
    assert_sound(found)
    assert all(isinstance(item.comments, tuple) for item in file.items)


@quick
@given(mutated(SHIPPED.matrices))
def test_no_text_breaks_the_reader_of_matrices(changed: tuple[str, str]) -> None:
    read, found = read_yaml(Source(*changed), WrittenMatrix)
    assert_sound(found)
    assert (read is None) == bool(found)


@settings(quick, max_examples=8)
@given(mutated(SHIPPED.vocabulary))
def test_no_text_breaks_the_reader_of_vocabularies(changed: tuple[str, str]) -> None:
    read, found = read_yaml(Source(*changed), WrittenVocabulary)
    assert_sound(found)
    assert (read is None) == bool(found)


@quick
@given(mutated(SHIPPED.spreadsheets))
def test_no_text_breaks_the_reader_of_spreadsheets(changed: tuple[str, str]) -> None:
    _, rows = read_csv(Source(*changed))
    assert all(isinstance(cell, Word) for row in rows for cell in row)


@quick
@given(st.text(max_size=200))
def test_no_text_at_all_breaks_either_reader(text: str) -> None:
    assert_sound(read_rules(Source("a.hab", text))[1])
    assert_sound(read_yaml(Source("a.yaml", text), WrittenVocabulary)[1])


SMALL = policy_files(WARD)


@st.composite
def mutated_wards(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of the ward, with some bytes changed."""
    name, text = draw(mutated(SMALL.all()))
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(data)))
        data[place : place + 1] = draw(st.binary(max_size=3))
    return name, bytes(data)


@settings(quick, max_examples=150)
@given(mutated_wards())
def test_no_bytes_break_a_check(tmp_path_factory: pytest.TempPathFactory, changed: tuple[str, bytes]) -> None:
    root = tmp_path_factory.mktemp("ward", numbered=True)
    for source in SMALL.all():
        folder(root, {source.name: source.text})
    folder(root, {changed[0]: changed[1]})
    try:
        found = examine(opened(root)).diagnostics
    except PolicyError as error:
        found = error.diagnostics
    assert_sound([*found])
