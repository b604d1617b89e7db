"""The flags of `audit`: what may be typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from habilitation.cli.options import POLICY_HELP, Lang

_PANEL_IN, _PANEL_DECLARED, _PANEL_OUT, _PANEL_ASKED = "Tables in", "Declarations", "Evidence out", "On suspicion"


def _several(flag: str, metavar: str, help: str, panel: str) -> Any:
    return typer.Option(flag, metavar=metavar, show_default=False, help=help, rich_help_panel=panel)


_one = _several

LogWords = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="AUDIT.YAML | LOG...",
        show_default=False,
        help="A file that says it all, or logs (globs; - is the standard input); then the options.",
    ),
]
FactsOption = Annotated[list[str] | None, _several("--facts", "FILE...", "What was true, when.", _PANEL_IN)]
MembershipsOption = Annotated[
    list[str] | None, _several("--memberships", "FILE...", "Who was in which unit or structure, when.", _PANEL_IN)
]
DocumentsOption = Annotated[
    list[str] | None, _several("--documents", "FILE...", "Types, authors and masking of documents.", _PANEL_IN)
]
MappingOption = Annotated[str | None, _one("--mapping", "FILE", "How other layouts become these columns.", _PANEL_IN)]
FormatOption = Annotated[
    str | None, _one("--format", "NAME", "csv, parquet or ndjson; told from the content by default.", _PANEL_IN)
]
CompleteOption = Annotated[
    list[str] | None, _several("--complete", "FACT...", "Facts of which no row means false.", _PANEL_DECLARED)
]
AssumeOption = Annotated[
    list[str] | None,
    _several("--assume", "AXIS=VALUE...", "The value of an axis where the log states none.", _PANEL_DECLARED),
]
LagOption = Annotated[
    list[str] | None,
    _several(
        "--lag-after-discharge",
        "7d",
        "How long the care team stays one after a stay (FACT=7d for another fact).",
        _PANEL_DECLARED,
    ),
]
ZoneOption = Annotated[
    str | None, _one("--zone", "ZONE", "Of times without an offset, such as Europe/Paris.", _PANEL_DECLARED)
]
GranularityOption = Annotated[
    str | None, _one("--granularity", "1h", "What times are rounded down to; exact by default.", _PANEL_DECLARED)
]
KnownOption = Annotated[
    str | None, _one("--known-on", "DATE", "Judge as known on that day; as known now by default.", _PANEL_DECLARED)
]
DeduplicateOption = Annotated[
    str | None, _one("--deduplicate", "HOW", "Judge once what is logged twice: request_id or gesture.", _PANEL_DECLARED)
]
OutOption = Annotated[str | None, _one("--out", "REPORT/", "The folder of the evidence.", _PANEL_OUT)]
PseudonymiseOption = Annotated[
    str | None, _one("--pseudonymise", "KEYFILE", "Keyed hashes in place of the ids of people.", _PANEL_OUT)
]
DialectOption = Annotated[
    str | None, _one("--csv-dialect", "NAME", "rfc4180 (the default), or excel-fr for a French Excel.", _PANEL_OUT)
]
PatientOption = Annotated[str | None, _one("--patient", "ID", "Who opened this record, on what ground.", _PANEL_ASKED)]
ProfessionalOption = Annotated[str | None, _one("--professional", "ID", "What this person opened.", _PANEL_ASKED)]
SinceOption = Annotated[str | None, _one("--since", "DATE", "From that day.", _PANEL_ASKED)]
UntilOption = Annotated[str | None, _one("--until", "DATE", "Before that day.", _PANEL_ASKED)]
ExplainOption = Annotated[
    bool, typer.Option("--explain-mapping", help="Show the first lines as understood, and judge nothing.")
]
JobsOption = Annotated[
    str | None, typer.Option("--jobs", metavar="N", help="Threads that read and join; by default the cores, 4 at most.")
]
LogOption = Annotated[
    list[str] | None,
    _several("--log", "LOG...", "Judge these accesses under both: logs, or an audit.yaml that says it all.", _PANEL_IN),
]
LogFormatOption = Annotated[
    str | None, _one("--log-format", "NAME", "csv, parquet or ndjson; told from the content by default.", _PANEL_IN)
]
ExamplesOption = Annotated[
    int, typer.Option("--examples", min=0, help="Accesses shown with each group.", rich_help_panel=_PANEL_OUT)
]
ChangedOption = Annotated[str | None, _one("--out", "DIR", "A folder for every access judged otherwise.", _PANEL_OUT)]
PolicyWord = Annotated[str | None, typer.Option("--policy", metavar="PATH", help=POLICY_HELP)]
LangWord = Annotated[
    Lang, typer.Option("--lang", envvar="HABILITATION_LANG", help="Language of the answers: French or English.")
]

_TABLES = ("--log", "--facts", "--memberships", "--documents")
_GREEDY = frozenset({*_TABLES, "--complete", "--assume", "--lag-after-discharge"})


class Greedy(TyperCommand):
    """A command of which some options take all words up to the next, as a shell spells `--facts facts/*.csv`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_repeated(args)))


def _repeated(args: Sequence[str]) -> Iterator[str]:
    """`--facts a b` as `--facts a --facts b`; `-` is a log, and ends the list."""
    flag, taken = "", False
    for word in args:
        if word.startswith("-"):
            flag = word if word in _GREEDY else ""
            taken = False
        elif flag and taken:
            yield flag
        else:
            taken = True
        yield word
