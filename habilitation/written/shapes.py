"""The shapes of the YAML files, checked by pydantic (its only user): every key declared, scalars words."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Span, Word
from habilitation.written import limits
from habilitation.written.syntax.keys import (
    FORM,
    LASTING,
    NEEDED,
    Day,
    Lasting,
    OneOrMore,
    Says,
    Written,
    one_of,
    spelt,
)

__all__ = [
    "LASTING",
    "Day",
    "Lasting",
    "OneOrMore",
    "Says",
    "Written",
    "editor_schema",
    "json_schema",
    "one_of",
    "shaped",
    "spelt",
]

Shape = TypeVar("Shape")

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS = ["string", "number", "boolean", "null"]


class _Schema(GenerateJsonSchema):
    """JSON Schema in which a Word is a string; it feeds editors."""

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:  # noqa: ARG002  # pydantic's signature
        return {"type": "string"}


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def json_schema(shape: Any) -> dict[str, Any]:
    """JSON Schema of one of the shapes of `written.syntax`."""
    return _adapter(shape).json_schema(schema_generator=_Schema)


def editor_schema(shape: Any, title: str) -> dict[str, Any]:
    """The same for an editor, which knows YAML's own types: a text may look like a number, a day, or nothing."""
    schema: dict[str, Any] = _for_editor(json_schema(shape))
    return {"$schema": _DIALECT, **schema, "title": title}


def _for_editor(part: Any) -> Any:
    if isinstance(part, list):
        return [_for_editor(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "anyOf" in part:  # a key that may be left out, which `required` says
        (stated,) = (one for one in part["anyOf"] if one != {"type": "null"})
        return _for_editor({**stated, **{key: value for key, value in part.items() if key != "anyOf"}})
    if part.get("type") == "string" and "pattern" not in part:
        return {"type": _SCALARS, **_description(part)}
    # What pydantic entitles a key is the key again; a key may be called `title` too, and then is a schema.
    noise = {name for name in ("title", "default") if not (isinstance(part.get(name), dict) and part[name])}
    kept = {key: _for_editor(value) for key, value in part.items() if key not in {*noise, NEEDED, FORM}}
    needed = [key for key, value in part.get("properties", {}).items() if value.get(NEEDED)]
    required = {"required": [*part.get("required", []), *needed]} if needed else {}
    return {**kept, **required, **_description(part)}


def _description(part: dict[str, Any]) -> dict[str, str]:
    """What a key says, and how it is written."""
    said, form = part.get("description"), part.get(FORM)
    if not isinstance(said, str):
        return {}
    return {"description": f"{said} (`{form}`)" if isinstance(form, str) else said}


def shaped(shape: type[Shape], data: Any, whole: Span) -> tuple[Shape | None, list[Diagnostic]]:
    """`data` in its shape, or the ways in which it is not; `whole` is the place of last resort."""
    wanted: Any = shape
    try:
        value: Shape = _adapter(wanted).validate_python(data)
    except ValidationError as error:
        lines = error.errors(include_url=False, include_input=False, include_context=False)
        found = [_explained(line["type"], line["loc"], wanted, data, whole) for line in lines[: limits.MISTAKES]]
        if len(lines) > limits.MISTAKES:
            message = f"more than {limits.MISTAKES} mistakes in one file: the others wait until these are gone"
            found.append(Diagnostic("too_many", message, whole))
        return None, found
    return value, []


def _explained(kind: str, loc: tuple[Any, ...], shape: Any, data: Any, whole: Span) -> Diagnostic:
    path = [part for part in loc if part != "[key]"]
    key = str(path[-1]) if path else ""
    holder, span = _walk(data, path[:-1], whole)
    if kind == "unexpected_keyword_argument":
        word = next((name for name in holder if name == key), None)
        place = word.span if isinstance(word, Word) else span
        known = _keys(shape, path[:-1])
        way_out = did_you_mean(key, known) or "the keys here are " + ", ".join(f"`{name}`" for name in known)
        return Diagnostic("unknown_key", f"unknown key `{key}`", place, way_out)
    if kind in ("missing", "missing_argument"):
        form = _properties(shape, path[:-1])[key].get(FORM)
        return Diagnostic("missing_key", f"missing key `{key}`", span, f"write `{form}`" if form else "")
    _, place = _walk(data, path, whole)
    named = f"`{key}`" if path else "the file"
    return Diagnostic("wrong_shape", f"{named} should be {_wanted(kind)}", place)


def _wanted(kind: str) -> str:
    if kind == "is_instance_of":
        return "a text"
    return "a list" if kind.startswith("list") else "a mapping"


def _walk(data: Any, path: list[Any], span: Span) -> tuple[Any, Span]:
    """What is at the end of a path, and its place."""
    for part in path:
        data = data[part]
        span = getattr(data, "span", span)
    return data, span


def _keys(shape: Any, path: list[Any]) -> list[str]:
    """The keys declared at the end of a path."""
    return sorted(_properties(shape, path))


def _properties(shape: Any, path: list[Any]) -> dict[str, Any]:
    """The keys declared at the end of a path, with their schemas."""
    schema = json_schema(shape)
    named = schema.get("$defs", {})
    for part in path:
        inside = schema.get("properties", {}).get(part, schema.get("items", schema.get("additionalProperties")))
        schema = named[inside["$ref"].rpartition("/")[2]] if "$ref" in inside else inside
    properties: dict[str, Any] = schema["properties"]
    return properties
