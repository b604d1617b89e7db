"""`new`: a policy to start from, in a folder of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from habilitation.cli import screen
from habilitation.cli.files import must_be_empty, write_whole, writing
from habilitation.cli.options import JsonOption, Lang, LangOption
from habilitation.cli.words import colon, word

CODES = (
    "Exit codes: 0 written; 2 usage error, a folder that is not empty or cannot be written; "
    "3 a folder that cannot be read."
)

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A folder that is empty, or not there yet; `.git` does not count.")
]


def new_policy(folder: Folder, lang: LangOption = Lang.FR, as_json: JsonOption = False) -> None:
    """Write a policy to start from: one matrix, three rules, tests that pass.

    It is that of a hospital that does not exist, in the language of --lang: replace its words by yours.
    """
    must_be_empty(folder)
    from habilitation.authoring.starter import files  # noqa: PLC0415  # authoring only when a policy is authored

    written = files(lang.value)
    for name, content in written.items():
        file = folder / name
        with writing(folder):
            file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, content)
    if as_json:
        sizes = {name: len(content) for name, content in written.items()}
        screen.write(screen.compact({"folder": str(folder), "files": sizes}))
        return
    rows = [[name, str(len(content))] for name, content in written.items()]
    screen.write(screen.table([word("file", lang), word("size", lang)], rows))
    screen.write(f"{colon(word('next', lang), lang)} habilitation check {folder}")
