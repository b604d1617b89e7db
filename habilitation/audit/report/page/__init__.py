"""The page of an audit: one file that opens offline, in French and in English."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import jinja2

from habilitation.audit.asked import Asked
from habilitation.audit.ledger import Ledger
from habilitation.audit.report.page import counted, first, pictures, shares
from habilitation.audit.report.page.counted import Lines
from habilitation.audit.report.page.words import Glossary, Words, cut, grouped, ratio
from habilitation.audit.report.unread import unread
from habilitation.authorizer import Authorizer

__all__ = ["Lines", "Run", "render"]

TEMPLATE = Path(__file__).parent / "template"

# Dimensions of the tally drawn as shares, and the axis whose values the keys are.
DIMENSIONS = (
    ("profession", Words("Profession", "Profession"), "profession"),
    ("unit", Words("Unité", "Unit"), ""),
    ("document_type", Words("Type de document", "Document type"), "document_type"),
    ("motive", Words("Motif déclaré", "Stated motive"), "motive"),
)


class Run(Protocol):
    """What the page says of the program that made it."""

    @property
    def policy(self) -> Authorizer: ...
    @property
    def versions(self) -> Mapping[str, str]: ...


def render(ledger: Ledger, asked: Asked, run: Run, counts: Iterable[Lines], unnamed: int = 0) -> str:
    """The whole page: the same text for the same tables. `counts`: one a log file, in the order of the page.

    Its size is bounded whatever the number of findings: lists stop at a number of lines, texts at a length. `unnamed`:
    findings on a record that no row of the facts is about.
    """
    words = Glossary(run.policy)
    with ledger.connection.cursor() as found:
        found.execute(first.FOUND)
        told = _told(found, words, tuple(counts))
    files = _environment()
    style, script = ((TEMPLATE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return files.get_template("page.html.j2").render(
        **told,
        asked=asked,
        unnamed=unnamed,
        words=words,
        run=run,
        style=style,
        script=script,
        content_policy=_content_policy(style, script),
    )


def _told(found: duckdb.DuckDBPyConnection, words: Glossary, counts: Sequence[Lines]) -> dict[str, Any]:
    """Everything the template reads, by the name it has there."""
    return {
        "count": counted.counted(found, counts),
        "rules": shares.rules(found, words),
        "dimensions": [shares.dimension(found, words, *which) for which in DIMENSIONS],
        "weekdays": shares.weekdays(found),
        "line": pictures.time_line(found),
        "hours": pictures.hours(found),
        "heat": pictures.heat(found),
        "cases": first.first_cases(found, words),
        "glass": first.broken_glass(found, words),
        "restrictions": first.over_restrictions(found, words),
        "missing": counted.missing_facts(found, words),
        "undecided": counted.undecided_rules(found, words),
        "rejects": counted.rejects(found),
        "unread": [one for one in unread(found, {log.file: log.read for log in counts}) if one.is_large],
        "rejected_rows": counted.rejected_rows(found),
    }


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"n": grouped, "brief": cut}
    environment.globals |= {
        "ratio": ratio,
        "weekday_names": shares.WEEKDAYS,
        "picture": pictures,
        "roles": counted.ROLES,
    }
    return environment


def _content_policy(style: str, script: str) -> str:
    """Nothing is fetched, and only the style and the script written here apply: no random nonce, so the same bytes."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
