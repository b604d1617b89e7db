"""`sample-hospital`: a synthetic hospital to audit, with the truth beside its log."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Literal

import typer

from habilitation.cli import screen
from habilitation.cli.extra import need_audit
from habilitation.cli.files import must_be_empty, writing
from habilitation.cli.options import JsonOption, Lang, LangOption
from habilitation.cli.watching import stoppable
from habilitation.cli.words import colon, word

CODES = (
    "Exit codes: 0 written; 2 usage error, a folder that is not empty or cannot be written; "
    "3 a folder that cannot be read; 130 interrupted."
)


class LogFormat(enum.StrEnum):
    """What the log is written as."""

    CSV = "csv"
    PARQUET = "parquet"


_NAMES: dict[LogFormat, Literal["csv", "parquet"]] = {LogFormat.CSV: "csv", LogFormat.PARQUET: "parquet"}

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty, or not there yet.")]
Patients = Annotated[int, typer.Option("--patients", metavar="N", min=20, help="How many patients.")]
Accesses = Annotated[int, typer.Option("--accesses", metavar="M", min=516, help="How many accesses.")]
Seed = Annotated[int, typer.Option("--seed", metavar="S", min=0, help="The same seed writes the same hospital.")]
_FORMAT_HELP = "What is written; Parquet past 200,000 accesses by default."
LogFormatOption = Annotated[LogFormat | None, typer.Option("--log-format", help=_FORMAT_HELP, show_default=False)]


def sample_hospital(
    folder: Folder,
    patients: Patients = 1_000,
    accesses: Accesses = 20_000,
    seed: Seed = 1,
    log_format: LogFormatOption = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Write a hospital to try an audit on.

    Nobody in it exists. Some accesses are not justified, of every kind; truth.parquet tells which.
    """
    need_audit()
    must_be_empty(folder)
    from habilitation import sample  # noqa: PLC0415  # numpy and pyarrow only when a hospital is written

    with stoppable(lang), writing(folder):
        sample.write(folder, patients=patients, accesses=accesses, seed=seed, log_format=_chosen(log_format))
    written = {
        str(file.relative_to(folder)): file.stat().st_size for file in sorted(folder.rglob("*")) if file.is_file()
    }
    if as_json:
        screen.write(screen.compact({"folder": str(folder), "files": written}))
        return
    screen.write(
        screen.table([word("file", lang), word("size", lang)], [[name, str(size)] for name, size in written.items()])
    )
    screen.write(f"{colon(word('next', lang), lang)} habilitation audit {folder / 'audit.yaml'}")


def _chosen(log_format: LogFormat | None) -> Literal["csv", "parquet"] | None:
    if log_format is None:
        return None
    return "csv" if log_format is LogFormat.CSV else "parquet"
