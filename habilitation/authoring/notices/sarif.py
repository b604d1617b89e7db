"""SARIF 2.1.0, the format of static analysis results: a run, its rules, a result a finding."""

from __future__ import annotations

import hashlib
import json
import string
from collections import Counter
from collections.abc import Sequence
from typing import Any

from habilitation.authoring.notices.notice import Notice
from habilitation.diagnostic import HIDES

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_PLAIN = frozenset((string.ascii_letters + string.digits + "-._~/").encode("ascii"))


def sarif(found: Sequence[Notice]) -> str:
    """The findings as one SARIF log; the same text for the same findings."""
    codes = list(dict.fromkeys(notice.code for notice in found))
    driver = {
        "name": "habilitation",
        "rules": [{"id": code, "name": code, "shortDescription": {"text": code.replace("_", " ")}} for code in codes],
    }
    told = _told_before(found)
    run = {
        "tool": {"driver": driver},
        # Columns count characters, not UTF-16 units.
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code), before) for one, before in zip(found, told, strict=True)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _told_before(found: Sequence[Notice]) -> list[int]:
    """How many findings before each say the same of the same file."""
    seen: Counter[tuple[str, str, str]] = Counter()
    times = []
    for notice in found:
        said = notice.code, notice.file, notice.message
        times.append(seen[said])
        seen[said] += 1
    return times


def _result(notice: Notice, rule: int, before: int) -> dict[str, Any]:
    return {
        "ruleId": notice.code,
        "ruleIndex": rule,
        "level": notice.severity.value,
        "message": {"text": HIDES.sub("�", _sentence(notice))},
        "locations": [_location(notice)] if notice.file else [],
        # What stays when lines move: the finding is then known to be the same.
        "partialFingerprints": {"finding/v1": _fingerprint(notice, before)},
    }


def _sentence(notice: Notice) -> str:
    """The sentence and its way out on one line; what takes several stands under it."""
    if "\n" in notice.help:
        return f"{notice.message}\n{notice.help}"
    return f"{notice.message} ({notice.help})" if notice.help else notice.message


def _location(notice: Notice) -> dict[str, Any]:
    region = {
        "startLine": notice.line,
        "startColumn": notice.column,
        "endLine": notice.end_line,
        "endColumn": notice.end_column,
    }
    known = {name: number for name, number in region.items() if number}
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(notice.file)}}
    return {"physicalLocation": {**place, "region": known} if known else place}


def _fingerprint(notice: Notice, before: int) -> str:
    told = "\0".join((notice.code, notice.file, notice.message, *([str(before)] if before else [])))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _uri(path: str) -> str:
    """A relative URI: every byte that could mean something in one is written in hexadecimal."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in path.encode("utf-8", "surrogatepass"))
