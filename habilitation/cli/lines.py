"""Requests as JSON Lines: one flat object a line, each line bounded, and what is wrong with one said in its place."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NoReturn

from habilitation.diagnostic import RequestError

LINE_BYTES = 1024 * 1024


def numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their number from 1; one too long is cut, at more than LINE_BYTES."""
    number = 0
    while line := stream.readline(LINE_BYTES + 1):
        number += 1
        rest = line
        while len(rest) > LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_BYTES + 1)
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if line.strip():
            yield number, line


def request(line: bytes) -> dict[str, Any]:
    """The request of one line. Raises RequestError for a line that holds none."""
    line = line.rstrip(b"\r\n")
    if len(line) > LINE_BYTES:
        raise RequestError("line_too_long", f"a line of more than {LINE_BYTES} bytes")
    try:
        found = _READER.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RequestError("not_utf8", f"not UTF-8 (byte {error.start + 1})") from None
    except RecursionError:
        raise RequestError("nested_too_deep", "nested too deep") from None
    except json.JSONDecodeError as error:
        raise RequestError("not_json", f"not JSON: {error.msg} (column {error.colno})") from None
    except RequestError:
        raise
    except ValueError:  # a number of thousands of digits
        raise RequestError("not_json", "not JSON: a number too large") from None
    if not isinstance(found, dict):
        message = f"a request is a JSON object, not {_KINDS.get(type(found), 'null')}"
        raise RequestError("not_an_object", message, help='write {"axis": "value", …}')
    return found


_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "a truth value"}


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RequestError("repeated_key", f"`{twice}` is given twice", twice)
    return found


def _not_a_number(name: str) -> NoReturn:
    raise RequestError("not_json", f"not JSON: `{name}`")


_READER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_not_a_number)
