"""Resources in JSON: what they say they are, what a Bundle holds, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from habilitation.audit.intake.fhir_shapes import Shape
from habilitation.audit.intake.json_chunks import lowered
from habilitation.audit.intake.sentences import say

Refusal = tuple[int, str, str]


class Kind(Shape):
    """What a JSON object says it is."""

    resource_type: str = ""


class Search(Shape):
    """Why a search returned an entry: `match`, `include` or `outcome`."""

    mode: str | None = None


class Entry(Shape):
    """A resource in a Bundle."""

    resource: Raw = Raw()
    search: Search | None = None


class Bundle(Shape):
    """Resources together."""

    entry: list[Entry] | None = None


_kind = msgspec.json.Decoder(Kind).decode
_bundle = msgspec.json.Decoder(Bundle).decode


def kind_of(raw: bytes) -> str:
    """The `resourceType` of an object, or nothing. Raises msgspec.DecodeError for what is not JSON."""
    try:
        return _kind(raw).resource_type
    except msgspec.ValidationError:
        return ""


def entries(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The resources of a Bundle, each with its number as `#1`; those that a search only joined to them are left out."""
    for number, entry in enumerate(_bundle(raw).entry or (), start=1):
        joined = entry.search is not None and entry.search.mode in ("include", "outcome")
        if entry.resource and not joined:
            yield f"#{number}", bytes(entry.resource)


def sentence(error: Exception) -> tuple[str, str]:
    """Code and sentence of what msgspec refused, or of a nesting too deep."""
    if isinstance(error, RecursionError):
        return "invalid_json", say("invalid_json.deep")
    text = str(error)
    code = "wrong_type" if isinstance(error, msgspec.ValidationError) else "invalid_json"
    if text == "Input data was truncated":
        return "truncated_line", say("truncated_line")
    return code, say(code, detail=lowered(text))


def misplaced(kind: str, wanted: str) -> tuple[str, str]:
    """The refusal of a resource of another type; `wanted` is a key of the catalogue."""
    key = "wrong_resource" if kind else "wrong_resource.none"
    return "wrong_resource", say(key, kind=kind, wanted=say(wanted))
