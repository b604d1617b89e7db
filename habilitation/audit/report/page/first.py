"""The accesses to look at first, ranked and grouped; and the other lists of lines, each up to a bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from habilitation.audit.report.page.access import Access, access
from habilitation.audit.report.page.words import Glossary, Words

ACCESSES_AT_MOST = 150
GLASS_AT_MOST = 60
RESTRICTIONS_AT_MOST = 40

# Findings, each marked when the glass was broken: against what the patient had said, or not.
FOUND = """
CREATE TEMP VIEW found AS SELECT *, CASE
    WHEN NOT break_glass THEN ''
    WHEN regexp_matches(facts, '"axis": ?"(opposes_[a-z0-9_]+|blocked)", ?"value": ?"?true"?[,}]') THEN 'opposed'
    ELSE 'break_glass' END AS mark
FROM reported WHERE kind IN ('not_justified', 'no_rule')
"""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One reason to look first: how its cases are found, in order, how many of them, and how many lines of each."""

    why: Words
    mark: str
    cases: str
    cases_at_most: int
    lines_at_most: int


@dataclass(frozen=True, slots=True)
class Case:
    """Accesses that belong together. `professional` or `patient` is empty when the case spans several.

    `accesses`, `records` and `people` count the whole log; `shown` are those of its lines that no case before shows.
    """

    number: int
    why: Words
    professional: str
    patient: str
    accesses: int
    records: int
    people: int
    first: str
    last: str
    shown: tuple[Access, ...]


SUMMED = "count(*) AS n, count(DISTINCT patient_id) AS records, count(DISTINCT professional_id) AS people, "
SPAN = "min(left(time, 10)), max(left(time, 10)) FROM found "
BY_PROFESSIONAL = "SELECT professional_id AS who, '' AS whose, " + SUMMED + SPAN
BY_PAIR = "SELECT professional_id AS who, patient_id AS whose, " + SUMMED + SPAN
BY_RECORD = "SELECT '' AS who, patient_id AS whose, " + SUMMED + SPAN
ALL = "SELECT '' AS who, '' AS whose, " + SUMMED + SPAN

RANKINGS = (
    Ranking(
        Words("Bris de glace malgré l'opposition du patient", "Break-the-glass despite the patient's objection"),
        "opposed",
        BY_PROFESSIONAL + "WHERE mark = 'opposed' GROUP BY 1 ORDER BY n DESC, who LIMIT ?",
        6,
        5,
    ),
    Ranking(
        Words("Autre bris de glace non justifié par les règles", "Other break-the-glass not justified by the rules"),
        "break_glass",
        BY_PROFESSIONAL + "WHERE mark = 'break_glass' GROUP BY 1 ORDER BY n DESC, who LIMIT ?",
        5,
        4,
    ),
    Ranking(
        Words("Beaucoup de dossiers ouverts par une personne", "Many records opened by one person"),
        "",
        BY_PROFESSIONAL + "WHERE professional_id <> '' GROUP BY 1 HAVING records >= 3 "
        "ORDER BY records DESC, n DESC, who LIMIT ?",
        8,
        5,
    ),
    Ranking(
        Words("Un dossier rouvert plusieurs fois par une personne", "One record reopened several times by one person"),
        "",
        BY_PAIR + "WHERE professional_id <> '' GROUP BY 1, 2 HAVING n >= 3 ORDER BY n DESC, who, whose LIMIT ?",
        7,
        5,
    ),
    Ranking(
        Words("Un dossier ouvert par plusieurs personnes", "One record opened by several people"),
        "",
        BY_RECORD + "GROUP BY 2 HAVING people >= 3 ORDER BY people DESC, n DESC, whose LIMIT ?",
        5,
        4,
    ),
)
THE_REST = Ranking(Words("Les autres, par date", "The others, by date"), "", ALL, 1, ACCESSES_AT_MOST)

LINES = """
SELECT * FROM found WHERE (? = '' OR mark = ?) AND (? = '' OR professional_id = ?) AND (? = '' OR patient_id = ?)
ORDER BY time, file, line, part LIMIT ?
"""


def first_cases(found: duckdb.DuckDBPyConnection, words: Glossary) -> tuple[Case, ...]:
    """The cases in order of ranking. An access is shown once; when all findings fit in the page, all are shown."""
    total = found.execute("SELECT count(*) FROM found").fetchall()[0][0]
    cases: list[Case] = []
    seen: set[tuple[str, int, int]] = set()
    for ranking in (*RANKINGS, THE_REST) if total <= ACCESSES_AT_MOST else RANKINGS:
        parameters = [ranking.cases_at_most] if ranking.cases.endswith("LIMIT ?") else []
        for who, whose, n, records, people, first, last in found.execute(ranking.cases, parameters).fetchall():
            asked = [ranking.mark] * 2 + [who] * 2 + [whose] * 2 + [ranking.lines_at_most + len(seen)]
            lines = [
                row for row in dictionaries(found, LINES, asked) if (row["file"], row["line"], row["part"]) not in seen
            ]
            lines = lines[: ranking.lines_at_most]
            seen.update((row["file"], row["line"], row["part"]) for row in lines)
            shown = tuple(access(row, words) for row in lines)
            if shown:
                cases.append(
                    Case(len(cases) + 1, ranking.why, who or "", whose or "", n, records, people, first, last, shown)
                )
    return tuple(cases)


def broken_glass(found: duckdb.DuckDBPyConnection, words: Glossary) -> tuple[Access, ...]:
    """The breakings of the glass, those not justified before those not assessable, then by date; up to a bound."""
    query = (
        "SELECT * FROM reported WHERE break_glass ORDER BY CASE kind WHEN 'not_justified' THEN 0 WHEN 'no_rule' THEN 0 "
        "WHEN 'not_assessable' THEN 1 ELSE 2 END, time, file, line, part LIMIT ?"
    )
    return tuple(access(row, words) for row in dictionaries(found, query, [GLASS_AT_MOST]))


def over_restrictions(found: duckdb.DuckDBPyConnection, words: Glossary) -> tuple[Access, ...]:
    """The first accesses refused although the rules permit them, by unit then date; up to a bound."""
    query = (
        "SELECT * FROM reported WHERE kind = 'over_restriction' "
        "ORDER BY coalesce(unit_id, ''), time, file, line, part LIMIT ?"
    )
    return tuple(access(row, words) for row in dictionaries(found, query, [RESTRICTIONS_AT_MOST]))


def dictionaries(found: duckdb.DuckDBPyConnection, query: str, parameters: list[Any]) -> list[dict[str, Any]]:
    answer = found.execute(query, parameters)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
