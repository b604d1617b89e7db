"""People under another name: the same one in every output and every run that has the same key."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from habilitation.audit import schema
from habilitation.audit.asked import Asked
from habilitation.audit.ledger import REPORTED, Ledger
from habilitation.audit.refusals import UsageError
from habilitation.audit.report.counts import Run
from habilitation.audit.report.slices import FACT, FACTS

SHORTEST_KEY = 16  # bytes
DIGITS = 16
WITHHELD = "[withheld]"
PREFIXES = {"patient": "pat-", "professional": "pro-"}
_BATCH = 65_536
# An id as short as this is also a piece of ordinary words: within a text, only longer ones are looked for.
_TELLING = 4
_NAMES = pa.schema([("sort", pa.string()), ("id", pa.string()), ("name", pa.string())])
_IDS = "event_id", "document_id", "request_id"
# A practice may be numbered after the only person who works in it.
_PLACES = "structure_id", "unit_id"
_SENTENCES = "message_fr", "message_en", "changes_fr", "changes_en"


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A secret under which ids become names; it is never shown."""

    secret: bytes

    def name(self, sort: str, person: str) -> str:
        """`pat-` or `pro-` and 16 hexadecimal digits; nobody has no name."""
        if not person:
            return ""
        return PREFIXES[sort] + hmac.digest(self.secret, f"{sort}:{person}".encode(), "sha256").hex()[:DIGITS]


def key_of(file: Path) -> Key:
    """The bytes of a key file, without its last line ends, which editors add; UsageError under 16 bytes."""
    try:
        secret = file.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise UsageError("unreadable_key", f"`{file}` cannot be read: {error.strerror}") from None
    if len(secret) < SHORTEST_KEY:
        sentence = f"the key in `{file}` has {len(secret)} bytes, and {SHORTEST_KEY} is the least"
        raise UsageError("short_key", sentence, f"make one with `openssl rand -hex 32 > {file}`")
    return Key(secret)


def renamed(ledger: Ledger, key: Key) -> None:
    """Rename the people of the ledger, in place: of its tables for the report, none holds an id afterwards.

    What a person wrote is withheld, for it may name others; so are the words that a reject quotes. Names of files and
    places in them stay.
    """
    _name_everyone(ledger, key)
    tables = ledger.connection
    tables.execute(_reported())
    tables.execute(
        "CREATE OR REPLACE TABLE tally AS SELECT t.* REPLACE (CASE WHEN dimension = 'professional' "
        "THEN coalesce(p.name, '') WHEN dimension = 'unit' THEN coalesce(p.name, key) ELSE key END AS key) "
        "FROM tally t LEFT JOIN pseudonyms p ON p.sort = 'professional' AND p.id = t.key"
    )
    quote_nothing(ledger)
    tables.execute("DROP TABLE pseudonyms")


def quote_nothing(ledger: Ledger) -> None:
    """Withhold the words that a reject quotes, in place: they may name people."""
    ledger.connection.execute(f"UPDATE rejects SET error = {_silenced('error')}, error_fr = {_silenced('error_fr')}")  # noqa: S608  # names of columns


def _name_everyone(ledger: Ledger, key: Key) -> None:
    ledger.connection.execute("CREATE OR REPLACE TABLE pseudonyms (sort VARCHAR, id VARCHAR, name VARCHAR)")
    with ledger.connection.cursor() as cursor:
        people = cursor.sql(
            "SELECT DISTINCT 'patient' AS sort, patient_id AS id FROM reported WHERE patient_id <> '' UNION "
            "SELECT 'professional', professional_id FROM reported WHERE professional_id <> '' UNION "
            "SELECT 'professional', key FROM tally WHERE dimension = 'professional' AND key <> ''"
        ).to_arrow_reader(_BATCH)
        for batch in people:
            sorts, ids = (column.to_pylist() for column in batch.columns)
            names = [key.name(sort, person) for sort, person in zip(sorts, ids, strict=True)]
            ledger.add("pseudonyms", pa.table([sorts, ids, names], schema=_NAMES))


def _reported() -> str:
    changed = {
        "patient_id": "coalesce(patient.name, '')",
        "professional_id": "coalesce(professional.name, '')",
        "justification": f"CASE WHEN justification <> '' THEN '{WITHHELD}' ELSE justification END",
        "facts": f"CASE WHEN facts <> '' THEN {_facts()} ELSE facts END",
        **{name: _without(f"r.{name}", shortest=1) for name in _IDS},
        **{name: _without(f"r.{name}") for name in (*_PLACES, *_SENTENCES)},
    }
    columns = ", ".join(f"{expression} AS {name}" for name, expression in changed.items())
    return (
        f"CREATE OR REPLACE TABLE reported AS SELECT r.* REPLACE ({columns}) FROM reported r "  # noqa: S608  # names of ours
        "LEFT JOIN pseudonyms patient ON patient.sort = 'patient' AND patient.id = r.patient_id "
        "LEFT JOIN pseudonyms professional "
        "ON professional.sort = 'professional' AND professional.id = r.professional_id"
    )


def _without(text: str, shortest: int = _TELLING) -> str:
    """The text where the ids of the two people of its line gave way to their names."""
    for sort in PREFIXES:
        raw = f"CASE WHEN length(r.{sort}_id) >= {shortest} THEN r.{sort}_id ELSE '' END"  # an empty text is nowhere
        text = f"replace({text}, {raw}, coalesce({sort}.name, ''))"
    return text


def _facts() -> str:
    """Field by field: within JSON, an id may be written with escapes."""
    fields = {name: f'f."{name}"' for name in FACT}
    fields |= {name: _without(fields[name]) for name in ("value", "origin")}
    packed = ", ".join(f'"{name}" := {value}' for name, value in fields.items())
    return f"CAST(to_json([struct_pack({packed}) FOR f IN {FACTS}]) AS VARCHAR)"


def _silenced(sentence: str) -> str:
    """A sentence where what it quotes is withheld, but for the columns of our own tables.

    From the first quoted word to the last: a word may hold the quotation mark.
    """
    known = {*REPORTED.names, *schema.LOG_COLUMNS, *schema.FACT_COLUMNS}
    known |= {*schema.MEMBERSHIP_COLUMNS, *schema.DOCUMENT_COLUMNS}
    columns = "|".join(sorted(known))
    kept = f"regexp_replace({sentence}, '`({columns})`', chr(1) || '\\1' || chr(2), 'g')"
    withheld = f"regexp_replace({kept}, '(?s)`.*`|`.*$', '`{WITHHELD}`')"
    return f"replace(replace({withheld}, chr(1), '`'), chr(2), '`')"


def run_renamed(run: Run, asked: Asked, key: Key) -> tuple[Run, Asked]:
    """What was run and asked, where the person and the record that were asked about bear their names."""
    patient, professional = key.name("patient", asked.patient), key.name("professional", asked.professional)
    people = {asked.patient: patient, asked.professional: professional}
    named = replace(asked, patient=patient, professional=professional)
    return replace(run, options=_anywhere(run.options, people)), named


def _anywhere(value: Any, people: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for raw, name in people.items():
            if raw and (value == raw or len(raw) >= _TELLING):
                value = value.replace(raw, name)
        return value
    if isinstance(value, Mapping):
        return {key: _anywhere(inner, people) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_anywhere(inner, people) for inner in value]
    return value
