"""A log and its tables, as large as asked, made by DuckDB: the shape of a hospital's, without its plausibility.

Accesses fall within the stays of the patient, by members of the unit; one in five hundred is by somebody else.
"""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import Any

import duckdb

from habilitation import shipped

# Types that the matrix opens to doctors and nurses, so that findings are those of the facts.
_TYPES = ["11488-4", "11490-0", "11502-2", "18748-4", "34112-3", "15507-7", "11369-6", "34874-8", "57833-6", "34133-9"]
_PROFESSIONS = ["G15_60", "G15_10"] * 4
_UNITS, _PEOPLE, _BEGINS = 200, 8_000, "TIMESTAMPTZ '2024-12-01 00:00:00+00'"
FACTS_OF_A_PATIENT = 8  # a consent, a status, five stays, a treating physician
COMPLETE = frozenset(
    [
        "care_team",
        "initial_consent",
        "blocked",
        "opposes_bris_de_glace",
        "opposes_centre_15",
        "consent_this_time",
        "authorization",
        "treating_physician",
        "author",
        "own_structure",
        "activity_genre",
        "specialty",
        "express_consent",
        "resident_agreement",
        "unable_to_express",
        "immediate_danger",
        "masked_open_in_emergency",
        "secret_connection",
        "patient_objects_without_reason",
        "hidden_from_patient",
        "hidden_from_representatives",
        "document_state",
        "masked",
    ]
)


def _days(number: str) -> str:
    return f"to_microseconds((86400000000 * ({number}))::BIGINT)"


def _padded(prefix: str, number: str, width: int) -> str:
    return f"'{prefix}' || lpad(({number})::VARCHAR, {width}, '0')"


def write_columns(path: Path, lines: int) -> Path:
    """A Parquet log whose lines carry every fact."""
    person = f"hash(i) % {_PEOPLE}"
    duckdb.sql(f"""
        COPY (SELECT 'E' || i AS event_id,
                     {_BEGINS} + to_microseconds((i * 365.0 * 86400e6 / {lines})::BIGINT) AS time,
                     {_padded("PRO-", person, 5)} AS professional_id,
                     {_PROFESSIONS}[1 + ({person} % 8)::INT] AS profession, 'UF-' || {person} % {_UNITS} AS unit_id,
                     {_padded("PAT-", "hash(i + 1) % 400000", 7)} AS patient_id,
                     {_padded("DOC-", "hash(i + 1) % 400000 * 10 + hash(i + 2) % 10", 8)} AS document_id,
                     {_TYPES}[1 + (hash(i + 2) % 10)::INT] AS document_type, 'consult' AS action, 'normal' AS motive,
                     'professional' AS capacity, 'direct' AS channel,
                     CASE WHEN hash(i + 4) % 1000 < 3 THEN 'refused' ELSE 'done' END AS outcome,
                     TRUE AS care_team, TRUE AS initial_consent, hash(i + 6) % 5000 = 0 AS blocked,
                     hash(i + 7) % 5000 = 0 AS masked, 'active' AS record_status
              FROM range({lines}) r(i)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 500000)
    """)  # noqa: S608  # constants of ours
    return path


def write_tables(folder: Path, lines: int, facts: int) -> Path:
    """A folder of Parquet: a log without facts, and the tables that tell them as of each access."""
    folder.mkdir(parents=True, exist_ok=True)
    patients = facts // FACTS_OF_A_PATIENT
    stay = _days("(i % 8 - 2) * 80 + hash(i // 8) % 40")
    end = _days("(i % 8 - 2) * 80 + hash(i // 8) % 40 + 30")
    actor = f"'UF-' || hash(i) % {_UNITS} ELSE {_padded('PRO-', f'hash(i) % {_PEOPLE}', 5)}"
    duckdb.sql(f"""
        COPY (SELECT {_padded("PAT-", "i // 8", 7)} AS patient_id,
                     CASE WHEN i % 8 < 2 THEN 'any' WHEN i % 8 < 7 THEN 'unit' ELSE 'professional' END AS actor_kind,
                     CASE WHEN i % 8 < 2 THEN '' WHEN i % 8 < 7 THEN {actor} END AS actor_id,
                     CASE i % 8 WHEN 0 THEN 'initial_consent' WHEN 1 THEN 'record_status'
                                WHEN 7 THEN 'treating_physician' ELSE 'care_team' END AS fact,
                     CASE WHEN i % 8 = 1 THEN 'active' ELSE 'true' END AS value,
                     CASE WHEN i % 8 < 2 THEN {_BEGINS} ELSE {_BEGINS} + {stay} END AS valid_from,
                     CASE WHEN i % 8 BETWEEN 2 AND 6 THEN {_BEGINS} + {end} END AS valid_to
              FROM range({patients * FACTS_OF_A_PATIENT}) r(i)) TO '{folder}/facts.parquet' (FORMAT parquet);
        COPY (SELECT {_padded("PRO-", "i", 5)} AS professional_id, 'unit' AS actor_kind,
                     'UF-' || i % {_UNITS} AS actor_id,
                     {_BEGINS} AS valid_from, NULL::TIMESTAMPTZ AS valid_to
              FROM range({_PEOPLE}) r(i)) TO '{folder}/memberships.parquet' (FORMAT parquet);
        COPY (SELECT {_padded("DOC-", "i // 2", 8)} AS document_id, {_padded("PAT-", "i // 2", 7)} AS patient_id,
                     {_TYPES}[1 + (hash(i // 2) % 10)::INT] AS document_type, 'PRO-00001' AS author_id,
                     'FIN-1' AS author_structure_id, (i % 2 = 1 AND hash(i) % 200 = 0) AS masked,
                     CASE WHEN i % 2 = 0 THEN {_BEGINS} ELSE {_BEGINS} + {_days("180")} END AS valid_from,
                     CASE WHEN i % 2 = 0 THEN {_BEGINS} + {_days("180")} END AS valid_to
              FROM range({2 * patients}) r(i)) TO '{folder}/documents.parquet' (FORMAT parquet);
        COPY (WITH drawn AS (SELECT i, (hash(i + 1) % {patients})::BIGINT AS p, (2 + hash(i + 9) % 5)::BIGINT AS k,
                                    hash(i + 3) AS h FROM range({lines}) r(i)),
              placed AS (SELECT *, hash(p * 8 + k) % {_UNITS} AS u FROM drawn),
              made AS (SELECT *, CASE WHEN h % 500 = 0 THEN h // 7 % {_PEOPLE} ELSE u + {_UNITS} * (h % 40) END AS q
                       FROM placed)
              SELECT 'E' || i AS event_id, {_BEGINS} + {_days("(k - 2) * 80 + (hash(p) % 40)::BIGINT")}
                                           + to_microseconds(((h % (30 * 86400)) * 1000000)::BIGINT) AS time,
                     {_padded("PRO-", "q", 5)} AS professional_id, {_PROFESSIONS}[1 + (q % 8)::INT] AS profession,
                     'UF-' || u AS unit_id, {_padded("PAT-", "p", 7)} AS patient_id,
                     {_padded("DOC-", "p", 8)} AS document_id, 'consult' AS action, 'normal' AS motive,
                     'professional' AS capacity, 'direct' AS channel, 'done' AS outcome
              FROM made) TO '{folder}/log.parquet' (FORMAT parquet, ROW_GROUP_SIZE 500000)
    """)  # noqa: S608  # as above
    return folder


def as_csv(parquet: Path, path: Path) -> Path:
    """The same log as CSV."""
    duckdb.sql(f"COPY (SELECT * FROM '{parquet}') TO '{path}' (FORMAT csv, HEADER)")  # noqa: S608  # as above
    return path


# An AuditEvent as BALP writes it: server, client, person, organisation; patient, document, request. `{…}` are SQL.
_EVENT = """
{{"resourceType":"AuditEvent","id":"{event_id}","type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-event-type",
"code":"rest","display":"RESTful Operation"}},"subtype":[{{"system":"http://hl7.org/fhir/restful-interaction","code":"read"}}],
"action":"R","period":{{"start":"{start}","end":"{start}"}},"recorded":"{start}","outcome":"{outcome}","agent":[
{{"type":{{"coding":[{{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110153"}}]}},
"who":{{"reference":"Device/serveur-dpi"}},"requestor":false,"network":{{"address":"http://dpi.example.org/fhir","type":"5"}}}},
{{"type":{{"coding":[{{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110152"}}]}},
"who":{{"display":"poste-12.example.org"}},"requestor":false,"network":{{"address":"192.0.2.12","type":"2"}}}},
{{"type":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}}]}},
"requestor":true,"who":{{"identifier":{{"system":"urn:oid:1.2.250.1.71.4.2.1","value":"{professional_id}"}},
"display":"Camille Essai"}},"role":[{{"coding":[{{"system":"urn:oid:1.2.250.1.71.1.2.7","code":"{profession}"}}]}}],
"location":{{"reference":"Location/{unit_id}"}},"purposeOfUse":[{{"coding":[
{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}}]}}]}},
{{"type":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleClass","code":"PROV"}}]}},
"requestor":false,"who":{{"identifier":{{"system":"urn:oid:1.2.250.1.71.4.2.2","value":"1750000018"}}}}}}],
"source":{{"observer":{{"reference":"Device/serveur-dpi"}}}},"entity":[{{"what":{{"reference":"Patient/{patient_id}"}},
"type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"1"}},
"role":{{"system":"http://terminology.hl7.org/CodeSystem/object-role","code":"1"}}}},
{{"what":{{"reference":"https://dpi.example.org/fhir/DocumentReference/{document_id}/_history/3"}},
"type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"2"}},
"role":{{"system":"http://terminology.hl7.org/CodeSystem/object-role","code":"4"}},
"detail":[{{"type":"document_type","valueString":"{document_type}"}}]}},
{{"what":{{"identifier":{{"value":"d3b0c442-98fc-{event_id}"}}}},"type":
{{"system":"https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType","code":"XrequestId"}}}}]}}
"""
_SAID_BY_SQL = {
    "start": "strftime(time AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ')",
    "outcome": "CASE outcome WHEN 'done' THEN '0' ELSE '8' END",
    "profession": "split_part(profession, '_', 2)",
}


def as_ndjson(parquet: Path, path: Path) -> Path:
    """The same log as AuditEvents, one a line, of about 2 kB; what an AuditEvent does not say is left out."""
    named = ("event_id", "professional_id", "unit_id", "patient_id", "document_id", "document_type")
    parts = {name: f"' || {_SAID_BY_SQL.get(name, name)} || '" for name in (*named, *_SAID_BY_SQL)}
    event = _EVENT.replace("\n", "").format(**parts)
    lines: Any = duckdb.execute(f"SELECT '{event}' FROM '{parquet}'")  # noqa: S608  # as above
    with path.open("w", encoding="utf-8") as file:
        while some := lines.fetchmany(16_384):
            file.writelines(f"{line}\n" for (line,) in some)
    return path


# --- a policy of many editions --------------------------------------------------------------------

_DATED = "hidden_consultation.yaml"  # a small matrix, whose one edition is repeated
_EDITION, _SINCE = '  - id: "2024-09-25"\n    applicable: {from: 2024-09-25}', datetime.date(2024, 12, 1)


def write_policy(folder: Path, editions: int) -> Path:
    """The DMP policy as a folder, one matrix of which has so many editions within the year of the log."""
    shelves = shipped.dmp_shelves()
    shutil.copytree(shelves["rules"], folder / "rules", ignore=shutil.ignore_patterns("*.yaml", "tests"))
    shutil.copytree(shelves["matrices"], folder / "matrices")
    shutil.copy(shelves["rules"] / "vocabulary.yaml", folder)
    dated = folder / "matrices" / _DATED
    head, edition = dated.read_text(encoding="utf-8").split(_EDITION)
    days = [_SINCE + datetime.timedelta(days=365 * number // editions) for number in range(1, editions)]
    starts = [datetime.date(2024, 9, 25), *days]
    ends = [f", until: {day}" for day in days] + [""]
    blocks = [
        f'  - id: "{start}"\n    applicable: {{from: {start}{end}}}{edition}'
        for start, end in zip(starts, ends, strict=True)
    ]
    dated.write_text(head + "".join(blocks), encoding="utf-8")
    return folder
