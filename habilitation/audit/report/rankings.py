"""The findings gathered by what they share, the most findings first."""

from __future__ import annotations

from collections.abc import Iterator

from habilitation.audit.report.spreadsheet import Table
from habilitation.audit.report.tables import FINDING

_MOST_FIRST = "findings DESC"
# As texts, local times of a night that has 2 o'clock twice are out of order: the instant comes first.
_INSTANT = "{'at': TRY_CAST(\"time\" AS TIMESTAMPTZ), 'said': \"time\"}"
_FIRST_LAST = (
    f"min({_INSTANT}) FILTER ({FINDING}).said AS first_finding, max({_INSTANT}) FILTER ({FINDING}).said AS last_finding"
)
_COUNTED = {
    "findings": FINDING,
    "not_justified": "kind = 'not_justified'",
    "no_rule": "kind = 'no_rule'",
    "over_restrictions": "kind = 'over_restriction'",
    "not_assessable": "kind = 'not_assessable'",
    "break_glass": "break_glass",
}
_COUNTS = ", ".join(f"count(*) FILTER ({condition}) AS {name}" for name, condition in _COUNTED.items())


def ranked(lang: str) -> Iterator[tuple[str, Table]]:
    """The tables of one rule, person, record or document type a row, each under its file's name."""
    yield "by_rule.csv", _by_rule(lang)
    yield "by_professional.csv", _by_tallied("professional", "professional_id", "patient_id", "patients")
    yield "by_patient.csv", _by_patient()
    yield "by_document_type.csv", _by_tallied("document_type", "document_type", "professional_id", "professionals")


def _by_rule(lang: str) -> Table:
    """A row a rule and kind; rules that decide together are one row, their names joined with `+`."""
    query = (
        "SELECT coalesce(rules, '') AS rule, kind, min(citations) AS citation, "  # noqa: S608  # constants
        f"min(message_{lang}) AS message, count(*) AS findings, {_distinct('professional_id', 'professionals')}, "
        f"{_distinct('patient_id', 'patients')}, {_FIRST_LAST} FROM reported WHERE {FINDING} GROUP BY ALL"
    )
    return Table(query, (_MOST_FIRST, "rule", "kind"))


def _by_patient() -> Table:
    """Only the records of which an access is reported: accesses that need nobody's eye are not counted by record."""
    query = (
        f"SELECT coalesce(patient_id, '') AS patient_id, {_COUNTS}, {_distinct('professional_id', 'professionals')}, "  # noqa: S608  # constants
        f"{_FIRST_LAST} FROM reported GROUP BY ALL"
    )
    return Table(query, (_MOST_FIRST, "patient_id"))


def _by_tallied(dimension: str, key: str, other: str, others: str) -> Table:
    """All that were seen in the logs, be it without a finding; `accesses` counts every line judged, done or not."""
    shown = ", ".join(f"coalesce({name}, 0) AS {name}" for name in (*_COUNTED, others))
    rate = "CAST(round(1000.0 * findings / nullif(accesses, 0), 1) AS DECIMAL(5, 1)) AS findings_per_1000"
    tallied = (
        f"SELECT coalesce(key, '') AS {key}, CAST(sum(n) AS BIGINT) AS accesses FROM tally "  # noqa: S608  # constants
        f"WHERE dimension = '{dimension}' GROUP BY ALL"
    )
    reported = (
        f"SELECT coalesce({key}, '') AS {key}, {_COUNTS}, {_distinct(other, others)}, {_FIRST_LAST} "  # noqa: S608  # constants
        "FROM reported GROUP BY ALL"
    )
    # A full join: were a key tallied under one spelling and reported under another, both would be seen.
    query = (
        f"SELECT {key}, coalesce(accesses, 0) AS accesses, {shown}, {rate}, first_finding, last_finding "  # noqa: S608  # constants
        f"FROM ({tallied}) FULL JOIN ({reported}) USING ({key})"
    )
    return Table(query, (_MOST_FIRST, key))


def _distinct(column: str, name: str) -> str:
    """How many people or records the findings are about; a line without one counts for none."""
    return f"count(DISTINCT nullif({column}, '')) FILTER ({FINDING}) AS {name}"
