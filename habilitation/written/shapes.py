"""The shapes of the YAML files, checked by pydantic (its only user): every key declared, every scalar a text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Span, Word

Shape = TypeVar("Shape")


class _Schema(GenerateJsonSchema):
    """JSON Schema in which a Word is a string; it feeds editors."""

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:  # noqa: ARG002  # pydantic's signature
        return {"type": "string"}


@cache
def _adapter(shape: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def json_schema(shape: type[Any]) -> dict[str, Any]:
    """JSON Schema of one of the shapes of `written.syntax`."""
    return _adapter(shape).json_schema(schema_generator=_Schema)


def shaped(shape: type[Shape], data: Any, whole: Span) -> tuple[Shape | None, list[Diagnostic]]:
    """`data` in its shape, or every way in which it is not; `whole` is the place of last resort."""
    try:
        value: Shape = _adapter(shape).validate_python(data)
    except ValidationError as error:
        return None, list(_explained(error, shape, data, whole))
    return value, []


def _explained(error: ValidationError, shape: type[Any], data: Any, whole: Span) -> Iterator[Diagnostic]:
    for line in error.errors(include_url=False, include_input=False, include_context=False):
        path = [part for part in line["loc"] if part != "[key]"]
        key = str(path[-1]) if path else ""
        holder, span = _walk(data, path[:-1], whole)
        match line["type"]:
            case "unexpected_keyword_argument" | "extra_forbidden":
                word = next((name for name in holder if name == key), None)
                place = word.span if isinstance(word, Word) else span
                yield Diagnostic(
                    "unknown_key", f"unknown key `{key}`", place, did_you_mean(key, _keys(shape))
                )
            case "missing" | "missing_argument":
                yield Diagnostic("missing_key", f"missing key `{key}`", span)
            case kind:
                _, place = _walk(data, path, whole)
                yield Diagnostic("wrong_shape", f"`{key}` should be {_wanted(kind)}", place)


def _wanted(kind: str) -> str:
    if kind == "is_instance_of":
        return "a text"
    return "a list" if kind.startswith("list") else "a mapping"


def _walk(data: Any, path: list[Any], span: Span) -> tuple[Any, Span]:
    """The deepest thing on the path that exists, and its place."""
    for part in path:
        inside = isinstance(data, (dict, list)) and (
            part in data if isinstance(data, dict) else part < len(data)
        )
        if not inside:
            break
        data = data[part]
        span = getattr(data, "span", span)
    return data, span


@cache
def _keys(shape: type[Any]) -> tuple[str, ...]:
    schema = json_schema(shape)
    definitions = [schema, *schema.get("$defs", {}).values()]
    return tuple(sorted({name for part in definitions for name in part.get("properties", {})}))
