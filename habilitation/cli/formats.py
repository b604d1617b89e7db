"""The forms in which findings are told: to people, to programs, and where a change is reviewed."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer


class Format(enum.StrEnum):
    """A form of findings."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


STANDARD_OUTPUT = Path("-")
NOTICES = (Format.SARIF, Format.GITHUB)  # the findings alone, where a change is reviewed

FormatOption = Annotated[
    Format,
    typer.Option("--format", help="For people, for programs, as SARIF 2.1.0, or as GitHub's workflow commands."),
]


def refuse_two_on_the_standard_output(flag: str, file: Path | None, form: Format) -> None:
    """Raises BadParameter when what a flag writes and the findings as data would go to the same standard output."""
    if file == STANDARD_OUTPUT and form is not Format.TEXT:
        message = f"{flag} - and the findings as {form.value} go to the same standard output: give {flag} FILE"
        raise typer.BadParameter(message)
