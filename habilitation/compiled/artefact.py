"""Tables as one file and back: canonical JSON under a seal, the same bytes on every machine."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import hashlib
import json
import re
import types
import typing
from collections.abc import Callable
from typing import Any

from habilitation.compiled.soundness import sound
from habilitation.compiled.tables import FORMAT, Tables
from habilitation.diagnostic import ArtefactError

BYTES_AT_MOST = 256 * 1024 * 1024
_HEAD = re.compile(rb"habilitation compiled policy, format (\d{1,9}), sha256 ([0-9a-f]{64})\n")
_HEAD_AT_MOST = 128


def body(tables: Tables) -> bytes:
    """Canonical bytes of the tables; their SHA-256 is the digest of the tables."""
    return json.dumps(_plain(tables), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def digest(tables: Tables) -> str:
    """SHA-256 of the tables."""
    return hashlib.sha256(body(tables)).hexdigest()


def written(tables: Tables) -> bytes:
    """The artefact: a line with format and seal, then the tables."""
    content = body(tables)
    seal = hashlib.sha256(content).hexdigest()
    return f"habilitation compiled policy, format {FORMAT}, sha256 {seal}\n".encode("ascii") + content


def read(artefact: bytes) -> Tables:
    """The tables of an artefact. Raises ArtefactError when it is not one, is cut short, altered, or newer than us."""
    head = _HEAD.match(artefact[:_HEAD_AT_MOST])
    if head is None:
        raise ArtefactError("not a compiled policy (its first line is not ours)")
    if int(head[1]) != FORMAT:
        message = (
            f"compiled policy of format {int(head[1])}, where this version reads format {FORMAT}: compile it again"
        )
        raise ArtefactError(message)
    content = artefact[head.end() :]
    if len(content) > BYTES_AT_MOST:
        raise ArtefactError(f"compiled policy larger than {BYTES_AT_MOST} bytes")
    if hashlib.sha256(content).hexdigest() != head[2].decode("ascii"):
        raise ArtefactError("compiled policy truncated or altered (its seal does not match)")
    try:
        tables: Tables = _reader(Tables)(json.loads(content))
    except (ValueError, TypeError, RecursionError) as error:
        raise ArtefactError(f"compiled policy that does not hold tables: {error}") from None
    if not sound(tables):
        raise ArtefactError("compiled policy whose tables do not fit together")
    return tables


def _plain(thing: Any) -> Any:
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return [_plain(getattr(thing, one.name)) for one in dataclasses.fields(thing)]
    if isinstance(thing, tuple):
        return [_plain(part) for part in thing]
    if isinstance(thing, enum.Enum):
        return thing.value
    return thing.isoformat() if isinstance(thing, datetime.date) else thing


@functools.cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """How to read back what `_plain` wrote of a type."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        readers = [_reader(hints[one.name]) for one in dataclasses.fields(kind)]
        return lambda data: kind(*(read(part) for read, part in zip(readers, data, strict=True)))
    if isinstance(kind, types.GenericAlias) and kind.__origin__ is tuple:
        return _tuple_reader(kind.__args__)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind
    if kind is datetime.date:
        return datetime.date.fromisoformat
    return _Exactly(kind)


def _tuple_reader(parts: tuple[Any, ...]) -> Callable[[Any], Any]:
    if parts[-1] is not Ellipsis:
        readers = [_reader(part) for part in parts]
        return lambda data: tuple(read(part) for read, part in zip(readers, data, strict=True))
    inner = parts[0]
    if inner in (int, str):
        return functools.partial(_all_exactly, inner)
    read = _reader(inner)
    return lambda data: tuple([read(part) for part in data])


def _all_exactly(kind: type, data: Any) -> tuple[Any, ...]:
    if not isinstance(data, list) or not {type(part) for part in data} <= {kind}:
        raise TypeError(f"expected a list of {kind.__name__}")
    return tuple(data)


@dataclasses.dataclass(frozen=True, slots=True)
class _Exactly:
    kind: type

    def __call__(self, data: Any) -> Any:
        if type(data) is not self.kind:
            raise TypeError(f"expected {self.kind.__name__}")
        return data
