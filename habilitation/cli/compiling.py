"""`compile`: a policy as one file, which a service opens without the text readers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from habilitation.cli import screen
from habilitation.cli.files import write_whole
from habilitation.cli.options import SAME_CODES, JsonOption, Lang, LangOption, policy_at
from habilitation.cli.words import colon, word

CODES = f"Exit codes: 0 written; {SAME_CODES}"

Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="Where the compiled policy goes; - is stdout.")
]
Folder = Annotated[
    Path | None, typer.Argument(metavar="PATH", show_default=False, help="A policy folder; the DMP policy by default.")
]


def compile_policy(
    output: Output, path: Folder = None, lang: LangOption = Lang.FR, as_json: JsonOption = False
) -> None:
    """Compile a policy into one file.

    The same bytes on every machine; "habilitation decide --policy FILE" opens it without the text readers.
    """
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
