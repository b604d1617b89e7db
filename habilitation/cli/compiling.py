"""`compile`: a policy as one file, which a service opens without the text readers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from habilitation.cli import screen
from habilitation.cli.files import write_whole
from habilitation.cli.options import FolderArgument, JsonOption, Lang, LangOption, policy_at
from habilitation.cli.words import colon, word
from habilitation.diagnostic import PolicyError

CODES = "Exit codes: 0 written; 2 usage error, invalid policy, or a file that cannot be written."

Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="Where the compiled policy goes; - is stdout.")
]


def compile_policy(
    output: Output, path: FolderArgument = None, lang: LangOption = Lang.FR, as_json: JsonOption = False
) -> None:
    """Compile a policy into one file.

    Only of a policy that "habilitation check" accepts. The same bytes on every machine; "habilitation decide --policy
    FILE" opens it without the text readers.
    """
    if path is None or path.is_dir():
        from habilitation.authoring.check import examine, opened  # noqa: PLC0415  # the text readers, for a text only

        examined = examine(opened(path))
        if examined.errors:
            raise PolicyError(examined.errors)
    policy = policy_at(path)
    content = policy.compile()
    write_whole(output, content)
    digests, size = policy.policy, len(content)
    if as_json:
        text = screen.compact({"policy": digests, "output": str(output), "bytes": size})
    else:
        shown = [("digest", digests["digest"]), ("tables", digests["tables"]), ("size", str(size))]
        text = "\n".join(f"{colon(word(key, lang), lang)} {value}" for key, value in shown)
    # What goes to a pipe is the policy; what is said of it goes beside.
    screen.write(text, sys.stderr if str(output) == "-" else None)
