"""FHIR CareTeam and Consent resources to rows of facts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
from msgspec import Raw

from habilitation.audit.intake.fhir_care_teams import CARE_TEAM_FACTS, CareTeam, care_team_facts
from habilitation.audit.intake.fhir_consents import CONSENT_FACTS, Consent, consent_facts
from habilitation.audit.intake.fhir_shapes import Fact, Facts, Reference, Shape, doubts
from habilitation.audit.intake.json_chunks import Reject, chunks, is_blank, lines
from habilitation.audit.intake.json_lines import entries, kind_of, misplaced, sentence
from habilitation.audit.intake.opening import pieces
from habilitation.audit.intake.sentences import say
from habilitation.audit.schema import DOUBTFUL, FACT_COLUMNS

BATCH = 2**15  # rows of a batch, at most
SCHEMA = pa.schema(
    [("line", pa.int64()), *((name, pa.string()) for name in FACT_COLUMNS), (DOUBTFUL, pa.bool_())],
)
assert Fact._fields == (*FACT_COLUMNS, DOUBTFUL)

_care_team = msgspec.json.Decoder(CareTeam).decode
_consent = msgspec.json.Decoder(Consent).decode


class Whose(Shape):
    """Whose a resource is, read by itself when the rest cannot be."""

    patient: Raw = Raw()
    subject: Raw = Raw()


_whose = msgspec.json.Decoder(Whose).decode
_reference = msgspec.json.Decoder(Reference).decode
_MAY_SAY = {"CareTeam": CARE_TEAM_FACTS, "Consent": CONSENT_FACTS}


def rows(
    path: str | Path,
    compression: str,
    reject: Reject,
    known: Container[str],
    ended: Callable[[int], object] | None = None,
) -> Iterator[pa.RecordBatch]:
    """The facts of a file of CareTeams and Consents, columns of SCHEMA (texts), in the order of the file.

    NDJSON, Bundles, or one JSON document; `compression` is `gz`, `zst` or nothing. What is not a fact in force, or
    cannot be one, goes to `reject(line, code, sentence)`, and is a row in doubt for the facts that are `known`.
    `ended` is told the number of lines, after the last. Raises OSError when the file cannot be opened.
    """
    held: list[tuple[Any, ...]] = []
    for line, raw in _numbered(Path(path), compression, reject, ended):
        held += [(line, *fact) for fact in _resources(line, raw, reject) if not fact.doubtful or fact.fact in known]
        if len(held) >= BATCH:
            yield _batch(held)
            held = []
    if held:
        yield _batch(held)


def _numbered(
    path: Path, compression: str, reject: Reject, ended: Callable[[int], object] | None
) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that may be JSON, from 1."""
    before = 1

    def at_its_line(line: int, code: str, told: str) -> None:
        reject(before + line, code, told)

    with path.open("rb") as source:
        for chunk in chunks(pieces(source, compression)):
            split = chunk.split()
            for line, raw in lines(chunk, split, at_its_line):
                yield before + line, raw
            before += len(split)
    if ended is not None:
        ended(before - 1)


def _batch(held: list[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = zip(zip(*held, strict=True), SCHEMA, strict=True)
    return pa.RecordBatch.from_arrays([pa.array(column, field.type) for column, field in columns], schema=SCHEMA)


def _resources(line: int, raw: bytes, reject: Reject) -> list[Fact]:
    """The facts of a line: a resource, or a Bundle of them, or nothing when it is blank."""
    if is_blank(raw):
        return []
    try:
        resources = list(entries(raw)) if kind_of(raw) == "Bundle" else [("", raw)]
    except (msgspec.DecodeError, RecursionError) as error:
        reject(line, *sentence(error))
        return []
    facts = []
    for entry, resource in resources:
        found, problems = facts_of(resource)
        facts += found
        for code, told in problems:
            reject(line, code, say("entry", number=entry[1:], told=told) if entry else told)
    return facts


def facts_of(raw: bytes) -> Facts:
    """The facts of a resource, and what in it is none."""
    kind = ""
    try:
        kind = kind_of(raw)
        if kind == "CareTeam":
            return care_team_facts(_care_team(raw))
        if kind == "Consent":
            return consent_facts(_consent(raw))
    except (msgspec.DecodeError, RecursionError) as error:
        return doubts(_patient(raw), _MAY_SAY.get(kind, ()), (None, None)), [sentence(error)]
    return [], [misplaced(kind, "a_team_or_a_consent")]


def _patient(raw: bytes) -> str | None:
    """The patient of a resource that cannot be read whole, where that can be."""
    with contextlib.suppress(msgspec.DecodeError, RecursionError):
        whose = _whose(raw)
        return _reference(whose.patient or whose.subject).id
    return None
