"""Texts for people: colours, tables and panels on a terminal, plain text when piped; and JSON for programs.

Everything is made into text first, then written: what a screen shows and what a pipe carries are tested alike.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from habilitation.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

STYLES = {"PERMIT": "bold green", "DENY": "bold red", "INDETERMINATE": "bold yellow", "NOT_APPLICABLE": "bold yellow"}
# The cell values of a matrix, in the order they are declared; `not covered` comes first.
_CELL_STYLES = ("dim", "green", "red", "yellow", "cyan", "magenta", "blue")


def write(text: str, stream: TextIO | None = None) -> None:
    """A text and an end of line, at once."""
    out = stream or sys.stdout
    out.write(text + "\n")
    out.flush()


def compact(data: Any) -> str:
    """One line of JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(", ", ": "))


def on_terminal(stream: TextIO | None = None) -> bool:
    """Whether a person reads: a terminal, or colours asked for by FORCE_COLOR."""
    return (stream or sys.stdout).isatty() or bool(os.environ.get("FORCE_COLOR"))


def _console(stream: TextIO) -> Console:
    from rich.console import Console  # noqa: PLC0415  # rich only when a person reads

    return Console(
        file=stream,
        force_terminal=True,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        highlight=False,
        emoji=False,
        markup=False,
    )


def _drawn(renderable: RenderableType, stream: TextIO | None = None, *, wrapped: bool = True) -> str:
    console = _console(stream or sys.stdout)
    with console.capture() as capture:
        console.print(renderable, soft_wrap=not wrapped)
    return capture.get().rstrip("\n")


def styled(text: str, style: str, stream: TextIO | None = None) -> str:
    """A text in a style, on a terminal; long lines are left to the terminal."""
    if not on_terminal(stream):
        return text
    from rich.text import Text  # noqa: PLC0415  # as above

    return _drawn(Text(text, style), stream, wrapped=False)


def cell_style(ordinal: int) -> str:
    """The style of a cell value, by its ordinal."""
    return _CELL_STYLES[0] if ordinal == 0 else _CELL_STYLES[1 + (ordinal - 1) % (len(_CELL_STYLES) - 1)]


def panel(lines: Sequence[str], style: str) -> str:
    """The first line as a title over the others, framed on a terminal."""
    if not on_terminal():
        return "\n".join(lines)
    from rich.panel import Panel  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    title, *body = lines
    border = style.removeprefix("bold ")
    shown = Panel(Text("\n".join(body)), title=Text(title, style), title_align="left", border_style=border)
    return _drawn(shown)


Cell = tuple[str, str]  # a text and its style


def table(heads: Sequence[str], rows: Iterable[Sequence[str | Cell]], *, narrow: bool = False) -> str:
    """Rows under heads: drawn on a terminal, aligned when piped. In a narrow table, heads break at `/`."""
    pairs = [[cell if isinstance(cell, tuple) else (cell, "") for cell in row] for row in rows]
    if not on_terminal():
        return _aligned([list(heads), *([text for text, _ in row] for row in pairs)])
    from rich import box  # noqa: PLC0415  # as above
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0) if narrow else (0, 2, 0, 0))
    for head in heads:
        drawn.add_column(Text(head.replace("/", "\n") if narrow else head), overflow="fold")
    for row in pairs:
        drawn.add_row(*(Text(text, style) for text, style in row))
    return _drawn(drawn)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def diagnostic(found: Diagnostic, stream: TextIO | None = None) -> str:
    """A mistake with its place and its way out, coloured on a terminal."""
    head, *under = found.render().split("\n")
    bold = "bold yellow" if found.severity is Severity.WARNING else "bold red"
    lines = [styled(head, bold, stream), *(styled(line, _under_style(line), stream) for line in under)]
    return "\n".join(lines)


def _under_style(line: str) -> str:
    if line.startswith("  help: "):
        return "cyan"
    return "dim" if line.startswith("  code: ") else ""
