"""The JSON Schemas of the YAML files: what is shipped is valid under them, what our readers refuse is not."""

import datetime
import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from habilitation import shipped
from habilitation.diagnostic import Severity
from habilitation.source import Source
from habilitation.written.disk import kind_of
from habilitation.written.from_yaml import read_yaml
from habilitation.written.shapes import json_schema
from habilitation.written.syntax import WrittenCases, WrittenMatrix, WrittenVocabulary
from tests.command_line import run
from tests.diagnostics.built import BUILT
from tests.test_diagnostics import CASES, told
from tests.test_diagnostics import written as policy_of

ROOT = Path(__file__).parent.parent
SHELVES = shipped.dmp_shelves()
STARTERS = ROOT / "habilitation" / "authoring" / "starter"
KINDS = ("vocabulary", "matrix", "cases", "audit", "mapping")
# What a file of a policy is called by its readers: the name of its schema, and its shape.
READ: dict[str, tuple[str, Any]] = {
    "vocabulary": ("vocabulary", WrittenVocabulary),
    "matrices": ("matrix", WrittenMatrix),
    "cases": ("cases", WrittenCases),
}
SMALL = [case for case in CASES if case.stem not in BUILT]  # the others are too large for an editor, or no texts
OF_SHAPE = {"unknown_key", "missing_key", "wrong_shape"}

SHIPPED = [
    ("vocabulary", SHELVES["rules"] / "vocabulary.yaml"),
    ("vocabulary", ROOT / "tests" / "diagnostics" / "ward" / "vocabulary.yaml"),
    ("audit", ROOT / "tests" / "data" / "hospital" / "audit.yaml"),
    *(("matrix", path) for path in sorted(SHELVES["matrices"].glob("*.yaml"))),
    *(("cases", path) for path in sorted((SHELVES["rules"] / "tests").glob("*.yaml"))),
    *(("vocabulary", path) for path in sorted(STARTERS.glob("*/vocabulary.yaml"))),
    *(("matrix", path) for path in sorted(STARTERS.glob("*/matrices/*.yaml"))),
    *(("cases", path) for path in sorted(STARTERS.glob("*/tests/*.yaml"))),
]


@cache
def schema(kind: str) -> Any:
    return json.loads(run("schema", kind).out)


@cache
def validator(kind: str) -> Any:
    return Draft202012Validator(schema(kind))


def wrong(kind: str, text: str) -> list[tuple[str, str]]:
    """Where a text breaks the schema of its kind, and the keyword that it breaks."""
    found = validator(kind).iter_errors(as_an_editor_reads(text))
    return sorted((one.json_path, str(one.validator)) for one in found)


def as_an_editor_reads(text: str) -> Any:
    """YAML with its own types; a day is a text, a key always one."""

    def plain(data: Any) -> Any:
        if isinstance(data, dict):
            return {str(key): plain(value) for key, value in data.items()}
        if isinstance(data, list):
            return [plain(value) for value in data]
        return str(data) if isinstance(data, datetime.date) else data

    return plain(yaml.safe_load(text))


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_of_the_dialect_it_names(kind: str) -> None:
    whole = schema(kind)
    assert whole["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(whole)


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=[f"{kind}-{path.stem}" for kind, path in SHIPPED])
def test_what_is_shipped_is_valid(kind: str, path: Path) -> None:
    assert wrong(kind, path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (
            "vocabulary",
            "policy: p\naxes: {a: {fr: A, en: A, fact: true, lable: x}}",
            [("$.axes.a", "additionalProperties")],
        ),
        (
            "vocabulary",
            "policy: p\naxes: {a: {fr: A, fact: oui}}",
            [("$.axes.a", "required"), ("$.axes.a.fact", "enum")],
        ),
        (
            "vocabulary",
            "policy: p\naxes: {a: {fr: A, en: A, values: {b: {fr: B, en: B, status: old, from: 2000}}}}",
            [("$.axes.a.values.b.from", "type"), ("$.axes.a.values.b.status", "enum")],
        ),
        ("matrix", "matrix: m\nfr: M\nen: M\naxes: a\nvalues: {}", [("$", "required"), ("$.axes", "type")]),
        ("cases", "cases:\n  - {name: n, expect: refuser, with: {a: 1}}\n  - {name: n}", [("$.cases[1]", "required")]),
        ("cases", "cases: [{name: n, expect: permis}]", [("$.cases[0].expect", "enum")]),
        ("cases", "cases: [{name: n, expect: permit, at: 01/02/2026}]", [("$.cases[0].at", "pattern")]),
        ("audit", "logs: log.csv\nmaping: m.yaml", [("$", "additionalProperties")]),
        ("audit", "log: [a.csv]\nlang: de\njobs: 0", [("$.jobs", "minimum"), ("$.lang", "enum")]),
        ("audit", "log: a.csv\nlag_after_discharge: {team: 7}", [("$.lag_after_discharge.team", "type")]),
        ("mapping", "log: {columns: {at: [DATE, HEURE]}, ignore: X}", [("$.log.ignore", "type")]),
        ("mapping", "log: {granularity: an hour}", [("$.log.granularity", "pattern")]),
    ],
)
def test_what_our_readers_refuse_is_not(kind: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert wrong(kind, text) == expected


def files_of(folder: Path) -> Iterator[tuple[str, Any, Source]]:
    """The YAML files of a policy that have a shape: schema, shape, text."""
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        if kind_of(name) in READ:
            yield *READ[kind_of(name)], Source(name, path.read_text("utf-8", errors="replace"))


@pytest.mark.parametrize("side", ["good", "bad"])
@pytest.mark.parametrize("case", SMALL, ids=[case.stem for case in SMALL])
def test_a_schema_refuses_the_shapes_that_our_readers_refuse_and_nothing_that_is_accepted(
    case: Path, side: str, tmp_path: Path
) -> None:
    folder = policy_of(case, side, tmp_path)
    mistaken = {one.span.source.name for one in told(folder) if one.span is not None}
    for kind, shape, source in files_of(folder):
        codes = {one.code for one in read_yaml(source, shape)[1]}
        try:
            refused = bool(wrong(kind, source.text))
        except (yaml.YAMLError, TypeError):  # no YAML, or not that of an editor
            continue
        if codes and codes <= OF_SHAPE:
            assert refused, f"{source.name}: {codes}"
        assert not refused or source.name in mistaken


def spoilt(data: Any) -> Iterator[Any]:
    """The same with a key misspelt or left out, or a value of another shape, one at a time and anywhere."""
    if isinstance(data, list):
        for at, inside in enumerate(data):
            yield from ([*data[:at], other, *data[at + 1 :]] for other in (["x"], {"x": "x"}, *spoilt(inside)))
    if isinstance(data, dict):
        for key, inside in data.items():
            others = {name: value for name, value in data.items() if name != key}
            yield from (others, {**others, f"{key}_": inside})
            yield from ({**data, key: other} for other in ("x", ["x"], {"x": "x"}, *spoilt(inside)))


@pytest.mark.parametrize("path", sorted((STARTERS / "en").rglob("*.yaml")), ids=lambda path: path.stem)
def test_a_schema_and_our_readers_refuse_the_same_of_a_policy_that_is_spoilt_anywhere(
    path: Path, tmp_path: Path
) -> None:
    there = shutil.copytree(STARTERS / "en", tmp_path / "en") / path.relative_to(STARTERS / "en")
    kind, shape = READ[kind_of(path.relative_to(STARTERS / "en").as_posix())]
    refusals = set()
    for data in spoilt(as_an_editor_reads(path.read_text("utf-8"))):
        text = json.dumps(data)  # which is YAML
        misshapen = read_yaml(Source(path.name, text), shape)[0] is None
        refused = not validator(kind).is_valid(data)
        assert refused or not misshapen, text
        if refused and not misshapen:  # a word that `check` or `test` refuses later
            there.write_text(text, "utf-8")
            assert any(one.severity is Severity.ERROR for one in told(tmp_path / "en")), text
        refusals.add((misshapen, refused))
    assert refusals >= {(True, True), (False, False)}


def test_the_cases_hold_wrong_shapes_of_each_sort() -> None:
    texts = "".join(case.read_text("utf-8") for case in SMALL)
    assert {code for code in OF_SHAPE if f"  code: {code}\n" in texts} == OF_SHAPE


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_says_what_each_shape_is(kind: str) -> None:
    whole = schema(kind)
    assert whole["title"].startswith("habilitation: ")
    assert [name for name, one in whole.get("$defs", {}).items() if not one["description"]] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_says_what_it_is(kind: str) -> None:
    whole = schema(kind)
    shapes = [whole, *whole.get("$defs", {}).values()]
    keys = [(shape["description"], key, one) for shape in shapes for key, one in shape["properties"].items()]
    assert [(shape, key) for shape, key, one in keys if not one.get("description")] == []


@pytest.mark.parametrize("shape", [WrittenVocabulary, WrittenMatrix, WrittenCases])
def test_every_key_that_must_be_there_is_shown_written(shape: Any) -> None:
    whole = json_schema(shape)
    for one in [whole, *whole["$defs"].values()]:
        for key in one.get("required", []):
            assert one["properties"][key]["form"].startswith(f"{key}: ")


def test_both_languages_are_required_where_check_asks_for_them() -> None:
    shapes = {**schema("vocabulary")["$defs"], **schema("matrix")["$defs"], "WrittenMatrix": schema("matrix")}
    asked = {name for name, one in shapes.items() if {"fr", "en"} <= {*one.get("required", [])}}
    assert asked == {
        "WrittenAxis",
        "WrittenCellValue",
        "WrittenDispute",
        "WrittenGroup",
        "WrittenMatrix",
        "WrittenNotice",
        "WrittenValue",
    }


def test_a_key_called_title_is_kept() -> None:
    assert "title" in schema("matrix")["$defs"]["WrittenProvenance"]["properties"]
    assert "default" in schema("vocabulary")["$defs"]["WrittenAxis"]["properties"]


def test_every_schema_comes_under_its_name_when_none_is_asked() -> None:
    assert tuple(json.loads(run("schema").out)) == KINDS


def test_schemas_are_written_for_an_editor_the_same_each_time(tmp_path: Path) -> None:
    ran = run("schema", "--out", str(tmp_path / "schemas"), "--json")
    files = [Path(name) for name in json.loads(ran.out)["files"]]
    assert [path.name for path in files] == [f"{kind}.schema.json" for kind in KINDS]
    texts = [path.read_bytes() for path in files]
    assert json.loads(texts[1]) == schema("matrix")
    told = run("schema", "matrix", "--out", str(tmp_path / "schemas"), "--lang", "en").out
    assert told == f"file: {files[1].as_posix()}\n"
    assert [path.read_bytes() for path in files] == texts


def test_the_schemas_of_a_policy_need_no_extra_and_those_of_the_audit_say_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("habilitation.cli.extra.find_spec", lambda name: None)
    assert run("schema", "matrix").code == 0
    ran = run("schema", "mapping")
    assert ran.code == 2
    assert "pip install '.[audit]'" in ran.err
