"""The verbs, and the one place where a mistake of a user becomes a sentence and an exit code."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Literal

import typer

from habilitation.cli import asking, checking, compiling, showing
from habilitation.cli.refusing import refuse
from habilitation.diagnostic import HabilitationError

# Help is drawn on a terminal and plain when piped, as answers are.
_MARKUP: Literal["markdown"] | None = "markdown" if sys.stdout.isatty() else None

app = typer.Typer(
    name="habilitation",
    help="Who may open which health document, why, and by which text.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=_MARKUP,
)
app.command("decide", epilog=asking.CODES)(asking.decide)
app.command("explain", epilog=asking.CODES)(asking.explain)
app.command("check", epilog=checking.CODES)(checking.check)
app.command("compile", epilog=compiling.CODES)(compiling.compile_policy)
shown = typer.Typer(no_args_is_help=True, rich_markup_mode=_MARKUP)
shown.command("matrix", epilog=showing.CODES)(showing.show_matrix)
shown.command("rule", epilog=showing.CODES)(showing.show_rule)
shown.command("type", epilog=showing.CODES)(showing.show_type)
shown.command("axes", epilog=showing.CODES)(showing.show_axes)
shown.command("axis", epilog=showing.CODES)(showing.show_axis)
shown.command("policy", epilog=showing.CODES)(showing.show_policy)
app.add_typer(shown, name="show", help="Show a matrix, a rule, who may read a type.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line and end with its exit code; what a user gets wrong is never a traceback."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # JSON is UTF-8 whatever the locale; half a surrogate pair in a request is shown as an escape.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(typed, prog_name="habilitation")
    except (HabilitationError, OSError) as error:
        raise SystemExit(refuse(error, as_json="--json" in typed)) from None
