"""The forms in which findings are told: to people, to programs, and where a change is reviewed."""

from __future__ import annotations

import enum
from typing import Annotated

import typer


class Format(enum.StrEnum):
    """A form of findings."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


NOTICES = (Format.SARIF, Format.GITHUB)  # the findings alone, where a change is reviewed

FormatOption = Annotated[
    Format,
    typer.Option("--format", help="For people, for programs, as SARIF 2.1.0, or as GitHub's workflow commands."),
]
