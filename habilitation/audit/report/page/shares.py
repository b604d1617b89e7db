"""Findings by what they have in common, beside the share of all accesses that had it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from habilitation.audit.report.page.words import Glossary, Words, cut, same

ROWS_AT_MOST = 12
RULES_AT_MOST = 30
NAME = 80
WEEKDAYS = (
    Words("lundi", "Monday"),
    Words("mardi", "Tuesday"),
    Words("mercredi", "Wednesday"),
    Words("jeudi", "Thursday"),
    Words("vendredi", "Friday"),
    Words("samedi", "Saturday"),
    Words("dimanche", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one key has of the findings and of all accesses judged."""

    label: Words
    code: str
    findings: int
    accesses: int


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to part the accesses. `others` is what is not in `rows`; `scale` is the largest share drawn, of 1."""

    name: str
    title: Words
    rows: tuple[Share, ...]
    others: Share | None
    findings: int
    accesses: int

    @property
    def scale(self) -> float:
        shown = (*self.rows, self.others) if self.others else self.rows
        return max((max(n / whole for n, whole in self._parts(row)) for row in shown), default=1.0)

    def bar(self, row: Share) -> str:
        """The length of the bar of findings, of 100 for the longest thing drawn."""
        return self._length(*self._parts(row)[0])

    def mark(self, row: Share) -> str:
        """The place of the mark of all accesses, on the scale of the bars."""
        return self._length(*self._parts(row)[1])

    def _parts(self, row: Share) -> tuple[tuple[int, int], tuple[int, int]]:
        # Where there is nothing to divide, every part is 0 of 1.
        return (row.findings, self.findings or 1), (row.accesses, self.accesses or 1)

    def _length(self, n: int, whole: int) -> str:
        return f"{100 * n / whole / self.scale:.1f}" if n else "0"


@dataclass(frozen=True, slots=True)
class RuleShare:
    """A rule that findings went against, with its law; the one without a name: no rule permitted these accesses."""

    name: str
    message: Words
    citations: tuple[str, ...]
    findings: int
    people: int
    records: int
    width: str


FINDING = "sum(n) FILTER (outcome = 'done' AND effect IN ('DENY', 'NOT_APPLICABLE'))"
BY_KEY = (
    f"SELECT coalesce(key, ''), coalesce({FINDING}, 0)::BIGINT AS findings, sum(n)::BIGINT AS accesses FROM tally "  # noqa: S608  # a constant of ours
    "WHERE dimension = ? GROUP BY 1 ORDER BY findings DESC, accesses DESC, 1 LIMIT ?"
)
TOTALS = f"SELECT coalesce({FINDING}, 0)::BIGINT, coalesce(sum(n), 0)::BIGINT FROM tally WHERE dimension = ?"  # noqa: S608  # as above


BY_RULE = """
SELECT name, count(*) AS n, count(DISTINCT professional_id), count(DISTINCT patient_id), min(citations)
FROM (
    SELECT unnest(string_split(if(kind = 'no_rule', '', coalesce(rules, '')), '+')) AS name, professional_id,
           patient_id, citations
    FROM found
) GROUP BY name ORDER BY n DESC, name LIMIT ?
"""


def dimension(found: duckdb.DuckDBPyConnection, words: Glossary, name: str, title: Words, axis: str = "") -> Dimension:
    """The keys with most findings, and the others together. `axis`: the axis whose values the keys are."""
    rows = found.execute(BY_KEY, [name, ROWS_AT_MOST]).fetchall()
    findings, accesses = found.execute(TOTALS, [name]).fetchall()[0]
    shares = tuple(Share(words.value(axis, key) if axis or not key else same(cut(key, NAME)), cut(key, NAME), *n)
                   for key, *n in rows)  # fmt: skip
    left = Share(
        Words("tous les autres", "all others"),
        "",
        findings - sum(share.findings for share in shares),
        accesses - sum(share.accesses for share in shares),
    )
    return Dimension(name, title, shares, left if left.accesses else None, findings, accesses)


def weekdays(found: duckdb.DuckDBPyConnection) -> Dimension:
    """The seven days in their order, those without an access too."""
    rows = {key: (findings, accesses) for key, findings, accesses in found.execute(BY_KEY, ["weekday", 7]).fetchall()}
    days = [Share(day, str(number), *rows.get(str(number), (0, 0))) for number, day in enumerate(WEEKDAYS, 1)]
    findings, accesses = found.execute(TOTALS, ["weekday"]).fetchall()[0]
    return Dimension("weekday", Words("Jour de la semaine", "Weekday"), tuple(days), None, findings, accesses)


def rules(found: duckdb.DuckDBPyConnection, words: Glossary) -> tuple[RuleShare, ...]:
    """The rules, from the most findings to the fewest; an access two rules refuse counts under both."""
    rows = found.execute(BY_RULE, [RULES_AT_MOST]).fetchall()
    largest = max((row[1] for row in rows), default=1)
    return tuple(
        RuleShare(
            cut(name, NAME),
            words.rule(name),
            words.citations(name) or ((cut(cited, 4 * NAME),) if cited and name else ()),
            n,
            people,
            records,
            f"{100 * n / largest:.1f}",
        )
        for name, n, people, records, cited in rows
    )
