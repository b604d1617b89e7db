"""What every verb takes and returns: languages, shared options, exit codes."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from habilitation.authorizer import Authorizer
from habilitation.cli.here import VOCABULARY, policy_named
from habilitation.vocabulary import SHIPPED


class Lang(enum.StrEnum):
    """A language of the answers."""

    FR = "fr"
    EN = "en"


class Code(enum.IntEnum):
    """What a command returns to the shell."""

    FINE = 0
    FINDINGS = 1  # or refused: anything else than a permit
    INVALID = 2  # usage, or a policy that cannot be used
    UNREADABLE = 3  # input
    FAULT = 70  # a mistake of the program, as sysexits.h numbers it


LangOption = Annotated[
    Lang, typer.Option("--lang", envvar="HABILITATION_LANG", help="Language of the answers: French or English.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Plain data, for programs.")]


_OTHERWISE = f"without one, the current folder if it holds {VOCABULARY}, else the DMP policy, which `{SHIPPED}` names."
POLICY_HELP = f"A policy folder or a compiled policy; {_OTHERWISE}"
PolicyOption = Annotated[Path | None, typer.Option("--policy", metavar="PATH", callback=policy_named, help=POLICY_HELP)]
FolderArgument = Annotated[
    Path | None,
    typer.Argument(metavar="PATH", show_default=False, callback=policy_named, help=f"A policy folder; {_OTHERWISE}"),
]
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="DATE", help="Judge by the edition in force that day; today by default.")
]
KnownOnOption = Annotated[
    str | None, typer.Option("--known-on", metavar="DATE", help="As known on that day; as known now by default.")
]

SAME_CODES = "2 usage error or invalid policy; 3 unreadable input."


def is_typed(context: typer.Context, name: str) -> bool:
    """Whether an option was typed, were it as its default or its variable of the environment says."""
    return getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"


def policy_at(path: Path | None) -> Authorizer:
    """The policy of a folder or of an artefact, or the shipped DMP policy: what `policy_named` gave."""
    return Authorizer.dmp() if path is None else Authorizer.load(path)
