"""How far a long run is, on a terminal, beside what it prints; and how it ends when a person stops it."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import typer

from habilitation.cli import screen
from habilitation.cli.options import Lang
from habilitation.cli.words import word

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from habilitation.audit.course import Progress

Watch = Callable[["Progress"], None]
INTERRUPTED = 130  # 128 and the number of the signal, as shells have it
_OF_DUCKDB = "Query interrupted"  # what it makes of an interruption that comes while it works
_OFTEN = 0.1  # seconds between two pictures


@contextlib.contextmanager
def watched(lang: Lang) -> Iterator[Watch | None]:
    """What to tell of the progress of a run; None where nobody looks, so that nothing is drawn in a pipe or a file."""
    if not sys.stderr.isatty():
        yield None
        return
    with _bar(lang) as bar:
        yield _Watcher(bar, lang)


class _Watcher:
    """Draws what it is told; between two phases, what was counted so far stays."""

    def __init__(self, bar: Bar, lang: Lang) -> None:
        self._bar, self._lang = bar, lang
        self._task = bar.add_task("", total=None, lines="0", rate="0", findings="0")
        self._phase, self._since = "", 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.phase != self._phase:
            self._phase, self._since = progress.phase, time.monotonic()
        said: dict[str, Any] = {"description": word(progress.phase, self._lang)}
        spent = time.monotonic() - self._since
        if progress.fraction and spent > _OFTEN:
            said |= {"completed": progress.lines, "total": progress.lines / progress.fraction}
            said |= {"lines": _spaced(progress.lines), "rate": _spaced(round(progress.lines / spent))}
            said |= {"findings": _spaced(progress.findings)}
        self._bar.update(self._task, **said)


def _bar(lang: Lang) -> Bar:
    from rich.console import Console  # noqa: PLC0415  # rich only when a person reads
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415  # as above

    lines, findings = word("lines", lang), word("findings", lang)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn(f"{{task.fields[lines]}} {lines}"),
        TextColumn(f"{{task.fields[rate]}} {lines}/s"),
        TextColumn(f"{{task.fields[findings]}} {findings}"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr, highlight=False, emoji=False, markup=False),
        refresh_per_second=1 / _OFTEN,
        transient=True,
    )


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


@contextlib.contextmanager
def stoppable(lang: Lang, told: str = "interrupted") -> Iterator[None]:
    """A person who stops a run is told what became of it."""
    try:
        yield
    except (KeyboardInterrupt, RuntimeError) as stopped:
        if isinstance(stopped, RuntimeError) and str(stopped) != _OF_DUCKDB:
            raise
        screen.write(word(told, lang), sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
