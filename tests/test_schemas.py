"""The JSON Schemas of the YAML files: what is shipped is valid under them, what our readers refuse is not."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from habilitation import shipped
from tests.command_line import run

ROOT = Path(__file__).parent.parent
SHELVES = shipped.dmp_shelves()
KINDS = ("vocabulary", "matrix", "cases", "audit", "mapping")
_TYPES: dict[str, Any] = {
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}

SHIPPED = [
    ("vocabulary", SHELVES["rules"] / "vocabulary.yaml"),
    ("vocabulary", ROOT / "tests" / "diagnostics" / "ward" / "vocabulary.yaml"),
    ("audit", ROOT / "tests" / "data" / "hospital" / "audit.yaml"),
    *(("matrix", path) for path in sorted(SHELVES["matrices"].glob("*.yaml"))),
    *(("cases", path) for path in sorted((SHELVES["rules"] / "tests").glob("*.yaml"))),
]


def schema(kind: str) -> Any:
    return json.loads(run("schema", kind).out)


def wrong(data: Any, part: Any, whole: Any, place: str = "") -> Iterator[str]:
    """Where data breaks a schema: the keywords that ours use, and no other is let by."""
    if "$ref" in part:
        yield from wrong(data, whole["$defs"][part["$ref"].rpartition("/")[2]], whole, place)
        return
    unknown = set(part) - {"$schema", "$defs", "title", "description", "type", "properties", "required"}
    assert unknown <= {"additionalProperties", "items"}
    types = part.get("type", [])
    wanted = tuple(_TYPES[name] for name in ([types] if isinstance(types, str) else types))
    if wanted and not isinstance(data, wanted):
        yield f"{place} is no {types}"
        return
    if isinstance(data, list):
        for index, one in enumerate(data):
            yield from wrong(one, part.get("items", {}), whole, f"{place}[{index}]")
    if isinstance(data, dict):
        yield from (f"{place}.{key} is missing" for key in part.get("required", []) if key not in data)
        for key, value in data.items():
            inner = part.get("properties", {}).get(key, part.get("additionalProperties", {}))
            if inner is False:
                yield f"{place}.{key} is unknown"
            elif inner is not True:
                yield from wrong(value, inner, whole, f"{place}.{key}")


def as_an_editor_reads(text: str) -> Any:
    """YAML with its own types; a day is a text, a key always one."""

    def plain(data: Any) -> Any:
        if isinstance(data, dict):
            return {str(key): plain(value) for key, value in data.items()}
        if isinstance(data, list):
            return [plain(value) for value in data]
        return str(data) if isinstance(data, datetime.date) else data

    return plain(yaml.safe_load(text))


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=[f"{kind}-{path.stem}" for kind, path in SHIPPED])
def test_what_is_shipped_is_valid(kind: str, path: Path) -> None:
    whole = schema(kind)
    assert list(wrong(as_an_editor_reads(path.read_text("utf-8")), whole, whole)) == []


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("vocabulary", "policy: p\naxes: {a: {fr: A, en: A, fact: true, lable: x}}", [".axes.a.lable is unknown"]),
        ("matrix", "matrix: m\naxes: a\nvalues: {}", [".editions is missing", ".axes is no array"]),
        (
            "cases",
            "cases:\n  - {name: n, expect: PERMIT, with: {a: 1}}\n  - {name: n}",
            [".cases[1].expect is missing"],
        ),
        ("audit", "logs: log.csv\nmaping: m.yaml", [".maping is unknown"]),
        ("mapping", "log: {columns: {at: [DATE, HEURE]}, ignore: X}", [".log.ignore is no array"]),
    ],
)
def test_what_our_readers_refuse_is_not(kind: str, text: str, expected: list[str]) -> None:
    whole = schema(kind)
    assert list(wrong(as_an_editor_reads(text), whole, whole)) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_names_its_dialect_and_says_what_each_shape_is(kind: str) -> None:
    whole = schema(kind)
    assert whole["$schema"].startswith("https://json-schema.org/draft/")
    assert whole["title"].startswith("habilitation: ")
    assert [name for name, one in whole.get("$defs", {}).items() if not one["description"]] == []


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
    assert "pip install 'habilitation[audit]'" in ran.err
