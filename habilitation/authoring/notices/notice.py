"""One thing found, with its place as a program reads it: a file of the repository, lines and columns from 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from habilitation.diagnostic import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding; `file` is empty and lines are 0 where it has no place. `end_column` is after the last character."""

    code: str
    message: str
    help: str = ""
    severity: Severity = Severity.ERROR
    file: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


def notices(diagnostics: Iterable[Diagnostic], folder: str = "") -> tuple[Notice, ...]:
    """Diagnostics as notices, in their order."""
    return tuple(_notice(one, folder) for one in diagnostics)


def _notice(found: Diagnostic, folder: str) -> Notice:
    if found.span is None:
        return Notice(found.code, found.message, found.help, found.severity)
    end_line, end_column = found.span.source.position(found.span.end)
    place = in_folder(found.span.source.name, folder)
    return Notice(
        found.code,
        found.message,
        found.help,
        found.severity,
        place,
        found.span.line,
        found.span.column,
        end_line,
        end_column,
    )


def in_folder(name: str, folder: str) -> str:
    """The name of a file of a policy, seen from where the folder was named."""
    return PurePath(folder, name).as_posix() if folder else name


def shortened(text: str, characters: int) -> str:
    """As many of its words as fit in so many characters, and `…` for those left out.

    >>> shortened("who may read what", 12)
    'who may …'

    A word that would take half of them is cut.

    >>> shortened("who antidisestablishmentarianism", 12)
    'who antidi …'
    """
    if len(text) <= characters:
        return text
    words = text[: characters - 1].rpartition(" ")[0]
    return f"{words if len(words) > characters // 2 else text[: characters - 2]} …"
