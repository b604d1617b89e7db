"""The verbs, and the one place where a mistake of a user becomes a sentence and an exit code."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from habilitation import __version__
from habilitation.cli import (
    asking,
    auditing,
    checking,
    comparing,
    compiling,
    editing,
    formatting,
    inverting,
    mutating,
    sampling,
    schemas,
    screen,
    showing,
    starting,
    testing,
)
from habilitation.cli.declaring import Greedy
from habilitation.cli.options import Code
from habilitation.cli.refusing import refuse
from habilitation.cli.verbs import Verbs
from habilitation.diagnostic import HabilitationError

# Help is drawn on a terminal and plain when piped, as answers are.
_MARKUP: Literal["markdown"] | None = "markdown" if sys.stdout.isatty() else None

app = typer.Typer(
    name="habilitation",
    cls=Verbs,
    help="Who may open which health document, why, and by which text.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=_MARKUP,
)


def _version(asked: bool) -> None:
    if asked:
        screen.write(f"habilitation {__version__}")
        raise typer.Exit


@app.callback()
def _every_verb(
    version: Annotated[  # read by its callback, before any verb
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version, and end.")
    ] = False,
) -> None:
    """Who may open which health document, why, and by which text."""


app.command("decide", epilog=asking.CODES)(asking.decide)
app.command("explain", epilog=asking.CODES)(asking.explain)
app.command("check", epilog=checking.CODES)(checking.check)
app.command("test", epilog=testing.CODES)(testing.run_tests)
app.command("fmt", epilog=formatting.CODES)(formatting.fmt)
app.command("diff", epilog=comparing.CODES, cls=Greedy)(comparing.diff)
app.command("schema", epilog=schemas.CODES)(schemas.schema)
app.command("audit", epilog=auditing.CODES, cls=Greedy)(auditing.audit)
app.command("sample-hospital", epilog=sampling.CODES)(sampling.sample_hospital)
app.command("new", epilog=starting.CODES)(starting.new_policy)
app.command("mutate", epilog=mutating.CODES)(mutating.mutate)
app.command("compile", epilog=compiling.CODES)(compiling.compile_policy)
app.command("who", epilog=inverting.CODES)(inverting.who)
app.command("lsp", epilog=editing.CODES)(editing.lsp)
shown = typer.Typer(cls=Verbs, no_args_is_help=True, rich_markup_mode=_MARKUP)
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
    except Exception:  # noqa: BLE001  # a mistake of ours: a script must not take Python's exit code, 1, for findings
        traceback.print_exc()
        raise SystemExit(Code.FAULT) from None
