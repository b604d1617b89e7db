"""The accesses that are reported, one by one, as people read them: where, when, who, whose record, what, why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.audit.report.slices import BY_PLACE
from habilitation.audit.report.spreadsheet import Table

FINDING = "kind IN ('not_justified', 'no_rule')"
_WHERE_WHEN_WHO = (
    "file || ':' || line AS place, kind, \"time\", time_end, professional_id, profession, patient_id, document_type,"
    ' document_id, "action"'
)
_REST = (
    "outcome, effect, break_glass, motive, channel, activity_genre, specialty, capacity, structure_id, unit_id,"
    " request_id, event_id, edition, file, line, part"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The few words that facts need around them to be read aloud. `origins`: where a fact comes from, if not a row."""

    since: str
    until: str
    origins: Mapping[str, str]


_ENDED = "; the last ended"
_STATED = "the log"
WORDS = {
    "fr": Words(
        since="depuis le",
        until="jusqu’au",
        origins={
            "no row, declared complete": "aucune ligne, table déclarée complète",
            f"no row, declared complete{_ENDED}": "aucune ligne, table déclarée complète, la dernière a pris fin",
            "unknown": "inconnu",
            f"unknown{_ENDED}": "inconnu, la dernière ligne a pris fin",
            "assumed": "supposé par déclaration",
            _STATED: "écrit dans le journal",
        },
    ),
    "en": Words(
        since="since",
        until="until",
        origins={
            # A semicolon parts two facts.
            f"no row, declared complete{_ENDED}": "no row, declared complete, the last ended",
            f"unknown{_ENDED}": "unknown, the last ended",
            "assumed": "assumed by declaration",
            _STATED: "stated by the log",
        },
    ),
}


def accesses(lang: str) -> Iterator[tuple[str, Table]]:
    """The tables of one access a row, of the table `slice`, each under its file's name; `lang` is fr or en."""
    facts = _facts_aloud(lang)
    rule = f"message_{lang} AS message, rules AS rule, citations AS citation"
    ways_out = f"changes_{lang} AS permitted_if"
    yield (
        "findings.csv",
        _where(FINDING, f"{rule}, {facts}, {ways_out}, justification"),
    )
    yield "over_restrictions.csv", _where("kind = 'over_restriction'", f"{rule}, {facts}, justification")
    yield "break_glass.csv", _where("break_glass", f"justification, {rule}, {facts}, {ways_out}")
    yield "not_assessable.csv", _where("kind = 'not_assessable'", f"missing, {rule}, {facts}, justification")


def _where(condition: str, why: str) -> Table:
    return Table(f"SELECT {_WHERE_WHEN_WHO}, {why}, {_REST} FROM slice WHERE {condition}", BY_PLACE)  # noqa: S608  # constants


def rejects(lang: str) -> Table:
    """Every reject, with why."""
    error = "coalesce(error_fr, error) AS error" if lang == "fr" else "error"
    return Table(f"SELECT file, line, code, {error} FROM rejects", ("file", "line NULLS FIRST", "code", "error"))  # noqa: S608  # constants


def _facts_aloud(lang: str) -> str:
    """`care_team=false (no row, declared complete); masked=true (documents.csv:12, since 2025-03-01T08:00+01:00)`."""
    words = WORDS[lang]
    cases = " ".join(f"WHEN '{code}' THEN '{sentence}'" for code, sentence in words.origins.items())
    origin = f"CASE f.origin {cases} ELSE nullif(f.origin, '') END"
    # A row that holds says more than how it was found. That the log said so must be read, row or not; and that the row
    # is only the last one that held.
    beside = f"f.origin = '{_STATED}' OR ends_with(f.origin, '{_ENDED}') OR coalesce(f.row, '') = ''"
    ground = f"CASE WHEN {beside} THEN {origin} END, nullif(f.row, '')"
    since = f"'{words.since} ' || nullif(f.\"from\", '')"
    until = f"'{words.until} ' || nullif(f.until, '')"
    details = f"coalesce(' (' || nullif(concat_ws(', ', {ground}, {since}, {until}), '') || ')', '')"
    fact = f"f.axis || '=' || coalesce(nullif(f.value, ''), '?') || {details}"
    return f"array_to_string([{fact} FOR f IN facts], '; ') AS facts"
