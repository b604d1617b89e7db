"""`lsp`: the language server that editors start; it speaks on the standard streams."""

from __future__ import annotations

from typing import Annotated

import typer

from habilitation import __version__
from habilitation.cli import screen
from habilitation.cli.extra import need_editor
from habilitation.cli.options import Lang, LangOption

CODES = "Exit codes: 0 the editor ended the session; 2 usage error, or the extra `lsp` is not installed."


AsJson = Annotated[bool, typer.Option("--json", help="Print what the server answers, as plain data, and end.")]


def lsp(lang: LangOption = Lang.FR, as_json: AsJson = False) -> None:
    """Serve an editor: diagnostics while you type, hover, completion, definitions, renaming.

    The editor starts it, and speaks the Language Server Protocol with it on the standard streams; no port is opened.
    """
    need_editor()
    from habilitation.editor.serving import METHODS, serve  # noqa: PLC0415  # pygls only when an editor asks

    if as_json:
        screen.write(screen.compact({"name": "habilitation", "version": __version__, "methods": METHODS}))
    else:
        serve(lang.value, __version__)
