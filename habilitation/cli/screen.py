"""Texts for people: colours, tables and panels on a terminal, plain text when piped; and JSON for programs.

Everything is made into text first, then written: what a screen shows and what a pipe carries are tested alike.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from habilitation.diagnostic import HIDES, Diagnostic, Severity, one_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

STYLES = {"PERMIT": "bold green", "DENY": "bold red", "INDETERMINATE": "bold yellow", "NOT_APPLICABLE": "bold yellow"}
# A policy or a log is untrusted: of what a terminal obeys, the styles given here are all that is written.
_NO_STYLE = re.compile(rf"(?!\x1b\[[0-9;]*m){HIDES.pattern}")
# The cell values of a matrix, in the order they are declared; `not covered` comes first.
_CELL_STYLES = ("dim", "green", "red", "yellow", "cyan", "magenta", "blue")


def write(text: str, stream: TextIO | None = None) -> None:
    """A text and an end of line, at once; what would move a cursor or turn the reading direction is shown as �."""
    out = stream or sys.stdout
    out.write((_NO_STYLE if on_terminal(stream) else HIDES).sub("�", text) + "\n")
    out.flush()


def compact(data: Any) -> str:
    """One line of JSON."""
    return _escaped(json.dumps(data, ensure_ascii=False, separators=(", ", ": ")))


def indented(data: Any) -> str:
    """JSON for people too."""
    return _escaped(json.dumps(data, ensure_ascii=False, indent=2))


def _escaped(text: str) -> str:
    """What a text would not show, in the escapes of JSON: the same data."""
    return HIDES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


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
    text = HIDES.sub("�", text)
    if not on_terminal(stream):
        return text
    from rich.text import Text  # noqa: PLC0415  # as above

    return _drawn(Text(text, style), stream, wrapped=False)


def wrapped(text: str, indent: int) -> str:
    """A text some blanks to the right, its next lines two more; cut between words on a terminal, whole when piped."""
    line = f"{' ' * indent}{one_line(text)}"
    if not on_terminal():
        return line
    import textwrap  # noqa: PLC0415  # as above

    under = " " * (indent + 2)
    width = _console(sys.stdout).width
    return textwrap.fill(line, width, subsequent_indent=under, break_long_words=False, break_on_hyphens=False)


def cell_style(ordinal: int) -> str:
    """The style of a cell value, by its ordinal."""
    return _CELL_STYLES[0] if ordinal == 0 else _CELL_STYLES[1 + (ordinal - 1) % (len(_CELL_STYLES) - 1)]


def panel(lines: Sequence[str], style: str) -> str:
    """The first line as a title over the others, framed on a terminal."""
    if not on_terminal():
        return "\n".join(lines)
    from rich.panel import Panel  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    title, *body = (HIDES.sub("�", line) for line in lines)
    border = style.removeprefix("bold ")
    shown = Panel(Text("\n".join(body)), title=Text(title, style), title_align="left", border_style=border)
    return _drawn(shown)


Cell = tuple[str, str]  # a text and its style


def table(heads: Sequence[str], rows: Iterable[Sequence[str | Cell]]) -> str:
    """Rows under heads: drawn on a terminal, aligned when piped."""
    pairs = [_pairs(row) for row in rows]
    if not on_terminal():
        return _aligned([list(heads), *([text for text, _ in row] for row in pairs)])
    return _drawn(_table(heads, pairs, gap=1))


def grid(heads: Sequence[str], rows: Iterable[Sequence[str | Cell]]) -> str:
    """A table of many small columns between a name and a label; cut in bands where the terminal is too narrow."""
    pairs = [_pairs(row) for row in rows]
    if not on_terminal():
        return _aligned([list(heads), *([text for text, _ in row] for row in pairs)])
    shown = [head.replace("/", "\n") for head in heads]
    widths = [
        max(map(len, [*head.split("\n"), *(row[column][0] for row in pairs)])) for column, head in enumerate(shown)
    ]
    room = _console(sys.stdout).width - widths[0] - 1
    bands = list(_bands(widths[1:-1], room))
    left = room - sum(width + 1 for width in widths[1:-1]) if len(bands) == 1 else 0
    drawn = []
    for band in bands:
        columns = [0, *(1 + column for column in band)]
        cut = [[row[column] for column in columns] for row in pairs]
        if left >= _LABEL_AT_LEAST:
            columns.append(len(heads) - 1)
            cut = [[*row, (_cropped(whole[-1][0], left), whole[-1][1])] for row, whole in zip(cut, pairs, strict=True)]
        drawn.append(_drawn(_table([shown[column] for column in columns], cut, gap=0)))
    return "\n".join(drawn)


def _cropped(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


_LABEL_AT_LEAST = 20


def _bands(widths: Sequence[int], room: int) -> Iterator[list[int]]:
    """The columns that fit beside the name, at least one at a time."""
    band: list[int] = []
    left = room
    for column, width in enumerate(widths):
        if band and width + 1 > left:
            yield band
            band, left = [], room
        band.append(column)
        left -= width + 1
    yield band


def _pairs(row: Sequence[str | Cell]) -> list[Cell]:
    pairs = (cell if isinstance(cell, tuple) else (cell, "") for cell in row)
    return [(one_line(text), style) for text, style in pairs]


def _table(heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, gap: int) -> RenderableType:
    from rich import box  # noqa: PLC0415  # as above
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, gap, 0, 0), collapse_padding=True)
    for head in heads:
        drawn.add_column(Text(head), overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(text, style) for text, style in row))
    return drawn


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
