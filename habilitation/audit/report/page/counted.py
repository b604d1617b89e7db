"""What was audited and what came out, counted over the whole log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import duckdb

from habilitation.audit.report.page.words import Glossary, Words, same

EFFECTS = ("PERMIT", "DENY", "NOT_APPLICABLE", "INDETERMINATE")
OUTCOMES = ("done", "refused", "failed")
LINES = ("file", "read", "judged", "rejected", "duplicates", "outside")
FILES_AT_MOST = 30
EDITIONS_AT_MOST = 20
CODES_AT_MOST = 40
ROLES = {
    "log": Words("journal", "log"),
    "facts": Words("faits", "facts"),
    "memberships": Words("appartenances", "memberships"),
    "documents": Words("documents", "documents"),
    "mapping": Words("correspondance", "mapping"),
}
FACTS_AT_MOST = 40


class Lines(Protocol):
    """The records of one log file: `read` = `judged` + `rejected` + `duplicates` + `outside` (the questions)."""

    @property
    def file(self) -> str: ...
    @property
    def read(self) -> int: ...
    @property
    def judged(self) -> int: ...
    @property
    def rejected(self) -> int: ...
    @property
    def duplicates(self) -> int: ...
    @property
    def outside(self) -> int: ...


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log file, or all of them."""

    file: str
    read: int
    judged: int
    rejected: int
    duplicates: int
    outside: int


@dataclass(frozen=True, slots=True)
class Input:
    """A file read beside the logs. `lines` counts its records; `bytes` its size on disk."""

    role: str
    name: str
    sha256: str
    bytes: int
    lines: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of the whole audit. `square[effect][outcome]` counts accesses judged, each once."""

    logs: tuple[LogFile, ...]
    logs_left: int
    inputs: tuple[Input, ...]
    inputs_left: int
    whole: LogFile
    first_day: str
    last_day: str
    editions: tuple[tuple[str, int], ...]
    square: dict[str, dict[str, int]]
    by_kind: dict[str, int]
    glass: dict[str, int]

    @property
    def accesses(self) -> int:
        return sum(sum(outcomes.values()) for outcomes in self.square.values())

    @property
    def findings(self) -> int:
        return self.square["DENY"]["done"] + self.square["NOT_APPLICABLE"]["done"]

    @property
    def over_restrictions(self) -> int:
        return self.square["PERMIT"]["refused"]

    @property
    def not_assessable(self) -> int:
        return sum(self.square["INDETERMINATE"].values())


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact whose absence leaves lines unjudged, and the table that would settle them."""

    name: str
    fact: Words
    lines: int
    table: Words


@dataclass(frozen=True, slots=True)
class Reject:
    """Lines refused for one reason, with the first of them."""

    code: str
    lines: int
    example: str
    error: Words


def counted(found: duckdb.DuckDBPyConnection, logs: Iterable[Lines]) -> Counted:
    files = [LogFile(*(getattr(log, name) for name in LINES)) for log in logs]
    whole = LogFile("", *(sum(getattr(file, name) for file in files) for name in LINES[1:]))
    first, last = found.execute("SELECT min(key), max(key) FROM tally WHERE dimension = 'day'").fetchall()[0]
    inputs = found.execute(
        "SELECT role, name, coalesce(sha256, ''), coalesce(bytes, 0), coalesce(lines, 0) FROM inputs "
        "ORDER BY role <> 'log', role, number, name LIMIT ?",
        [FILES_AT_MOST],
    ).fetchall()
    return Counted(
        tuple(files[:FILES_AT_MOST]),
        len(files[FILES_AT_MOST:]),
        tuple(Input(*row) for row in inputs),
        found.execute("SELECT count(*) FROM inputs").fetchall()[0][0] - len(inputs),
        whole,
        first or "",
        last or "",
        tuple(_editions(found)),
        _square(found),
        dict(found.execute("SELECT kind, count(*) FROM reported GROUP BY kind ORDER BY kind").fetchall()),
        dict(found.execute("SELECT kind, count(*) FROM reported WHERE break_glass GROUP BY kind").fetchall()),
    )


def _editions(found: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    return found.execute(
        "SELECT key, sum(n)::BIGINT FROM tally WHERE dimension = 'edition' GROUP BY key ORDER BY key LIMIT ?",
        [EDITIONS_AT_MOST],
    ).fetchall()


def _square(found: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    # An access is of one file: this dimension counts each once.
    cells = found.execute(
        "SELECT effect, outcome, sum(n)::BIGINT FROM tally WHERE dimension = 'file' GROUP BY effect, outcome"
    ).fetchall()
    square = {effect: dict.fromkeys(OUTCOMES, 0) for effect in EFFECTS}
    for effect, outcome, lines in cells:
        square[effect][outcome] = lines
    return square


# What settles a missing fact: the log says the circumstances, the documents table their state, facts the rest.
OF_THE_LOG = frozenset(
    {"professional_id", "profession", "activity_genre", "specialty", "capacity", "motive", "channel", "action"}
    | {"purpose_of_use", "vihf_authentication", "secret_connection"}
)
OF_DOCUMENTS = frozenset(
    {"document_type", "document_state", "masked", "hidden_from_patient", "hidden_from_representatives"}
    | {"author", "own_structure", "announcement", "confidentiality"}
)


def table_of(axis: str) -> Words:
    """The table of the contract that states an axis."""
    if axis == "known_on":
        return Words("aucune : auditer à une date plus récente", "none: audit as known on a later day")
    if axis in OF_THE_LOG:
        return Words("le journal d'accès (colonne à remplir)", "the access log (a column to fill)")
    if axis in OF_DOCUMENTS:
        return Words("la table des documents", "the documents table")
    return Words(
        "la table des faits et celle des appartenances, ou une colonne du journal",
        "the facts table and that of memberships, or a column of the log",
    )


def missing_facts(found: duckdb.DuckDBPyConnection, words: Glossary) -> tuple[Missing, ...]:
    """The facts missed, from the most lines to the fewest; a line that misses two counts under both."""
    rows = found.execute(
        "SELECT name, count(*) AS lines FROM (SELECT unnest(string_split(missing, '+')) AS name FROM reported "
        "WHERE kind = 'not_assessable' AND missing <> '') GROUP BY name ORDER BY lines DESC, name LIMIT ?",
        [FACTS_AT_MOST],
    ).fetchall()
    return tuple(Missing(name, words.axis(name), lines, table_of(name)) for name, lines in rows)


def undecided_rules(found: duckdb.DuckDBPyConnection, words: Glossary) -> tuple[Missing, ...]:
    """The rules that abstain although no fact is missing (a line may have two): a person, or the law, can settle."""
    rows = found.execute(
        "SELECT name, count(*) AS lines FROM (SELECT unnest(string_split(coalesce(rules, ''), '+')) AS name "
        "FROM reported WHERE kind = 'not_assessable' AND coalesce(missing, '') = '') "
        "GROUP BY name ORDER BY lines DESC, name LIMIT ?",
        [FACTS_AT_MOST],
    ).fetchall()
    return tuple(Missing(rules, words.rule(rules), lines, same("")) for rules, lines in rows)


def rejects(found: duckdb.DuckDBPyConnection) -> tuple[Reject, ...]:
    """The reasons lines were rejected for, from the most lines to the fewest, each with its first line."""
    rows = found.execute(
        "SELECT code, count(*) AS lines, arg_min(file || coalesce(':' || line, ''), (file, coalesce(line, 0), error)), "
        "arg_min(coalesce(error_fr, error), (file, coalesce(line, 0), error)), "
        "arg_min(error, (file, coalesce(line, 0), error)) FROM rejects GROUP BY code ORDER BY lines DESC, code LIMIT ?",
        [CODES_AT_MOST],
    ).fetchall()
    return tuple(Reject(code, lines, first, Words(fr, en)) for code, lines, first, fr, en in rows)


def rejected_rows(found: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The rejected rows of each kind of table, but those of logs: what they would have said is not known."""
    rows = found.execute(
        "SELECT role, count(*) FROM rejects JOIN (SELECT DISTINCT name, role FROM inputs) ON name = file "
        "WHERE role IN ('facts', 'memberships', 'documents') GROUP BY role ORDER BY role"
    ).fetchall()
    return dict(rows)
