"""A ledger as a run leaves it, fabricated: a hospital's access log, judged, without a log nor a run."""

import datetime
import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.ledger import INPUTS, REJECTS, REPORTED, TALLY, Ledger
from habilitation.audit.report import FileCounts

START = datetime.datetime(2025, 1, 6)  # noqa: DTZ001  # a local time, written below with its offset
DAYS = 181
PROFESSIONS = ("G15_10", "G15_60", "G15_70", "G15_21", "G15_50", "R95_93")
TYPES = ("11488-4", "11502-2", "34112-3", "57133-1", "18748-4", "60568-3")
UNITS = tuple(f"UF-{2000 + 17 * n}" for n in range(18))
DAYTIME = np.array([2, 1, 1, 1, 1, 2, 5, 16, 30, 34, 33, 28, 18, 22, 30, 29, 26, 20, 13, 9, 7, 6, 4, 3], float)

# What a line may be: how often, kind, effect, outcome, motive, rule, missing fact, and the facts looked at.
KINDS: tuple[tuple[float, str, str, str, str, str, str], ...] = (
    (0.905, "", "PERMIT", "done", "normal", "care_team_consultation", ""),
    (0.016, "", "DENY", "refused", "normal", "no_care_relationship", ""),
    (0.004, "", "PERMIT", "failed", "normal", "care_team_consultation", ""),
    (0.031, "not_justified", "DENY", "done", "normal", "no_care_relationship", ""),
    (0.008, "not_justified", "DENY", "done", "normal", "masked_document", ""),
    (0.004, "not_justified", "DENY", "done", "normal", "blocked_by_patient+no_care_relationship", ""),
    (0.0004, "not_justified", "DENY", "done", "bris_de_glace", "opposition_to_bris_de_glace", ""),
    (0.0008, "not_justified", "DENY", "done", "bris_de_glace", "bris_de_glace_without_its_conditions", ""),
    (0.0024, "permitted", "PERMIT", "done", "bris_de_glace", "bris_de_glace_consultation", ""),
    (0.005, "no_rule", "NOT_APPLICABLE", "done", "normal", "", ""),
    (0.006, "over_restriction", "PERMIT", "refused", "normal", "outside_team_consultation", ""),
    (0.011, "not_assessable", "INDETERMINATE", "done", "normal", "", "initial_consent"),
    (0.004, "not_assessable", "INDETERMINATE", "done", "normal", "", "masked+author"),
    (0.0024, "not_assessable", "INDETERMINATE", "done", "normal", "masked_by_own_structure", ""),
)
LOOKED_AT = {
    "no_care_relationship": (("care_team", "false", "complete", "", "2025-01-02T08:00:00+01:00"),
                             ("consent_this_time", "false", "complete", "", "")),
    "masked_document": (("masked", "true", "documents", "documents.csv:4127", "2025-02-11T09:30:00+01:00"),
                        ("author", "false", "documents", "documents.csv:4127", "")),
    "blocked_by_patient": (("blocked", "true", "facts", "facts.csv:80211", "2024-11-03T00:00:00+01:00"),),
    "opposition_to_bris_de_glace": (
        ("opposes_bris_de_glace", "true", "facts", "facts.csv:91", "2024-06-01T00:00:00+02:00"),),
    "bris_de_glace_without_its_conditions": (("immediate_danger", "false", "log", "", ""),),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """The run of a fabricated ledger, as far as the page asks."""

    policy: Authorizer
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Fabricated:
    """A ledger and what goes to the page with it."""

    ledger: Ledger
    asked: Asked
    run: Told
    counts: tuple[FileCounts, ...]


def asked(lang: str = "fr") -> Asked:
    return Asked(
        logs=("log-*.csv.gz",),
        complete=frozenset({"care_team", "consent_this_time", "blocked", "opposes_bris_de_glace"}),
        assume={"record_status": "active", "channel": "direct"},
        lag={"care_team": datetime.timedelta(days=7)},
        granularity=datetime.timedelta(minutes=10),
        lang=lang,
    )


def log_of(lines: int, seed: int = 3) -> list[dict[str, Any]]:
    """So many lines judged; the same for the same numbers."""
    return [line(number, *draw) for number, draw in enumerate(drawn(lines, seed))]


@contextmanager
def fabricated(folder: Path, policy: Authorizer, log: list[dict[str, Any]]) -> Iterator[Fabricated]:
    """The ledger of a log judged. Without a line, it is an empty audit."""
    counts = tuple(
        FileCounts(file, judged + unread + 5, judged, judged, rejected=unread, duplicates=5)
        for file, unread in (("log-2025-01.csv.gz", len(rejected())), ("log-2025-02.csv.gz", 0))
        for judged in [sum(one["file"] == file for one in log)]
    )
    with Ledger(folder) as ledger:
        fill(ledger, log)
        if log:
            ledger.add("rejects", pa.Table.from_pylist(rejected(), REJECTS))
        versions = {"habilitation": "0.1.0", "duckdb": "2.0.0", "pyarrow": "26.0.1", "python": "3.11"}
        yield Fabricated(ledger, asked(), Told(policy, versions), counts if log else ())


def fill(ledger: Ledger, log: list[dict[str, Any]]) -> None:
    """Report and tally lines as a run does."""
    if log:
        ledger.add("reported", pa.Table.from_pylist([one for one in log if one["kind"]], REPORTED))
    ledger.add("inputs", pa.Table.from_pylist(inputs(), INPUTS))
    keys: dict[tuple[str, str, str, str], int] = {}
    for one in log:
        moment = datetime.datetime.fromisoformat(one["time"])
        for dimension, key in (
            ("profession", one["profession"]),
            ("unit", one["unit_id"]),
            ("document_type", one["document_type"]),
            ("motive", one["motive"]),
            ("hour", str(moment.hour)),
            ("weekday", str(moment.isoweekday())),
            ("day", one["time"][:10]),
            ("edition", one["edition"]),
            ("file", one["file"]),
        ):
            place = (dimension, key, one["effect"], one["outcome"])
            keys[place] = keys.get(place, 0) + 1
    rows = [dict(zip(TALLY.names, (*place, n), strict=True)) for place, n in keys.items()]
    ledger.add("tally", pa.Table.from_pylist(rows, TALLY))


def drawn(lines: int, seed: int) -> Iterator[tuple[int, ...]]:
    """For each line: kind, day, hour, minute, professional, patient, document type. Findings keep later hours."""
    draw = np.random.default_rng(seed)
    chances = np.array([kind[0] for kind in KINDS])
    kinds = draw.choice(len(KINDS), lines, p=chances / chances.sum())
    days = draw.integers(0, DAYS, lines)
    days = np.where((days % 7 > 4) & (draw.random(lines) < 0.6), days - days % 7 + draw.integers(0, 5, lines), days)
    hours = draw.choice(24, lines, p=DAYTIME / DAYTIME.sum())
    late = np.array([bool(kind[1]) for kind in KINDS])[kinds] & (draw.random(lines) < 0.3)
    hours = np.where(late, (hours + 11) % 24, hours)
    people = np.minimum(draw.zipf(1.35, lines), 420)  # a few people do much
    patients = np.where(draw.random(lines) < 0.02, draw.integers(0, 6, lines), draw.integers(0, 9000, lines))
    columns = (kinds, days, hours, draw.integers(0, 60, lines), people, patients, draw.integers(0, len(TYPES), lines))
    return zip(*(column.tolist() for column in columns), strict=True)


def line(  # noqa: PLR0913, PLR0917  # one for each column drawn
    number: int, kind: int, day: int, hour: int, minute: int, person: int, patient: int, of: int
) -> dict[str, Any]:
    """A line as reported; of no kind when nobody would report it."""
    _, name, effect, outcome, motive, rules, missing = KINDS[kind]
    moment = START + datetime.timedelta(days=day, hours=hour, minutes=minute, seconds=number % 60)
    rounded = number % 9 == 0
    if rounded:
        moment = moment.replace(minute=minute // 10 * 10, second=0)
    offset = "+02:00" if moment.month > 3 else "+01:00"
    said = rule_words(rules)
    return {
        "kind": name, "break_glass": motive == "bris_de_glace", "file": f"log-2025-0{1 + (day > 90)}.csv.gz",
        "line": number + 2, "part": 0, "event_id": f"e-{100000 + number}", "time": moment.isoformat() + offset,
        "time_end": (moment + datetime.timedelta(minutes=10)).isoformat() + offset if rounded else "",
        "professional_id": f"8{10000000 + 7919 * person % 89999999}", "profession": PROFESSIONS[person % 6],
        "activity_genre": "", "specialty": "", "capacity": "professional", "structure_id": "GH-Nord",
        "unit_id": UNITS[person % len(UNITS)], "patient_id": f"ins-{250000 + 37 * patient}",
        "document_id": f"doc-{500000 + 11 * number}", "document_type": TYPES[of], "action": "consult", "motive": motive,
        "channel": "direct", "outcome": outcome, "effect": effect, "rules": rules, **said,
        "facts": json.dumps(facts(rules)), "missing": missing,
        "edition": "2024-09-25", "request_id": "",
        "justification": ("Patient inconscient, déchocage", "urgence", "")[number % 3] if motive != "normal" else "",
    }  # fmt: skip


def facts(rules: str) -> list[dict[str, str]]:
    looked = [fact for rule in rules.split("+") for fact in LOOKED_AT.get(rule, ())]
    looked += [("initial_consent", "true", "facts", "facts.csv:1204", "2024-03-02T00:00:00+01:00"),
               ("record_status", "active", "assumed", "", "")]  # fmt: skip
    names = ("axis", "value", "origin", "row", "from", "until")
    return [dict(zip(names, (*fact, ""), strict=True)) for fact in looked]


def rule_words(rules: str) -> dict[str, str]:
    """What a run would write of these rules."""
    if not rules:
        return dict.fromkeys(("citations", "message_fr", "message_en", "changes_fr", "changes_en"), "")
    found = [shipped_rules()[name] for name in rules.split("+")]
    return {
        "citations": "; ".join(dict.fromkeys(text for rule in found for text in rule.citations)),
        "message_fr": " ".join(rule.message.fr for rule in found),
        "message_en": " ".join(rule.message.en for rule in found),
        "changes_fr": "si équipe de soins | si consentement donné pour cette consultation",
        "changes_en": "if care team | if consent given for this consultation",
    }


@functools.cache
def shipped_rules() -> dict[str, Any]:
    return {rule.name: rule for rule in Authorizer.dmp().tables.rules}


def inputs() -> list[dict[str, Any]]:
    files = (
        ("log", "log-2025-01.csv.gz", 91_234_567, 20_012),
        ("log", "log-2025-02.csv.gz", 88_456_123, 20_012),
        ("facts", "facts.csv", 412_000_123, 5_012_345),
        ("memberships", "memberships.csv", 1_204_345, 8_123),
        ("documents", "documents.csv", 80_123_456, 1_204_456),
        ("mapping", "mapping.yaml", 812, 24),
    )
    return [
        {"number": number, "role": role, "name": name, "sha256": f"{number:02x}" * 32, "bytes": size, "lines": lines}
        for number, (role, name, size, lines) in enumerate(files)
    ]


def rejected() -> list[dict[str, Any]]:
    causes = (
        ("bad_time", 17, "`2025-13-02` is not a date"),
        ("unknown_code", 4, "`G15_999` is no value of `profession`"),
        ("truncated_line", 20011, "the last line ends in the middle of a field"),
        ("bad_time", 88, "`hier` is not a date"),
    )
    return [{"file": "log-2025-01.csv.gz", "line": line, "code": code, "error": error} for code, line, error in causes]
