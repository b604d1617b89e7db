"""Evidence out: the tables, the page and the manifest of an audit, the same bytes for the same inputs."""

from __future__ import annotations

from pathlib import Path

from habilitation.audit.asked import Asked
from habilitation.audit.ledger import Ledger
from habilitation.audit.report import folder, manifest, page, pseudonyms
from habilitation.audit.report.counts import Counts, FileCounts, Run, Summary, Unbalanced, counted
from habilitation.audit.report.manifest import versions
from habilitation.audit.report.parquet import Findings
from habilitation.audit.report.rankings import ranked
from habilitation.audit.report.slices import sliced
from habilitation.audit.report.spreadsheet import Spreadsheet
from habilitation.audit.report.tables import accesses, rejects

__all__ = ["Counts", "FileCounts", "Run", "Summary", "Unbalanced", "key_of", "ready", "renamed", "versions", "write"]


def ready(asked: Asked) -> None:
    """Raises UsageError if the report could not be written after hours of work: its folder, its key."""
    folder.claimed(asked.out)
    key_of(asked)


def key_of(asked: Asked) -> pseudonyms.Key | None:
    """The key under which people bear other names, if one is asked for; UsageError when it is too short."""
    return pseudonyms.key_of(asked.pseudonymise) if asked.pseudonymise else None


def renamed(ledger: Ledger, asked: Asked) -> None:
    """Give the people of the ledger the names of the reports, if that is asked for."""
    if key := key_of(asked):
        pseudonyms.renamed(ledger, key)


def write(ledger: Ledger, asked: Asked, facts: Run) -> Summary:
    """Write the report of a run in `asked.out`, whole or not at all.

    Under `asked.pseudonymise`, the people of the ledger are renamed in place first. Raises UsageError on a folder that
    is not a report and on a key that is too short, Unbalanced if a line of the logs is not accounted for.
    """
    out = folder.claimed(asked.out)
    counts = counted(ledger.connection, facts)
    if key := key_of(asked):
        pseudonyms.renamed(ledger, key)
        facts, asked = pseudonyms.run_renamed(facts, asked, key)
    with folder.replaced(out) as beside:
        rows = _tables(ledger, asked, beside)
        text = page.render(ledger, asked, facts, facts.files, counts.unnamed)
        (beside / "index.html").write_text(text, encoding="utf-8", newline="\n")
        manifest.write(beside, ledger.connection, facts, counts, rows)
    return Summary(out, counts, (facts.finished - facts.started).total_seconds())


def _tables(ledger: Ledger, asked: Asked, beside: Path) -> dict[str, int]:
    """The tables as files; the rows of each."""
    tables = ledger.connection
    by_access, by_share = dict(accesses(asked.lang)), dict(ranked(asked.lang)) | {"rejects.csv": rejects(asked.lang)}
    sheets = {name: Spreadsheet(tables, beside / name, asked.dialect) for name in (*by_access, *by_share)}
    with Findings(beside / "findings.parquet") as findings:
        for _ in sliced(tables):
            findings.add(tables)
            for name, table in by_access.items():
                sheets[name].add(table)
    for name, table in by_share.items():
        sheets[name].add(table)
    return {"findings.parquet": findings.rows, **{name: sheet.rows for name, sheet in sheets.items()}}
