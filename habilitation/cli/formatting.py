"""`fmt`: rule files and matrices in one layout, in place, or only told."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from habilitation.cli import screen
from habilitation.cli.files import read_exactly, write_whole
from habilitation.cli.options import Code, JsonOption, Lang, LangOption
from habilitation.cli.words import colon, word
from habilitation.diagnostic import Diagnostic, PolicyError

CODES = (
    "Exit codes: 0 laid out, or nothing to lay out; 1 with --check or --diff, something would change; 2 usage error, "
    "or a file that cannot be parsed, which is left as it is; 3 unreadable input."
)

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PATH]...", show_default=False, help="Policy folders or files; - is a rule file on stdin."),
]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 when something would change.")]
Diff = Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change, line by line.")]
Keywords = Annotated[
    Lang | None,
    typer.Option("--keywords", help="Translate the keywords of rule files; names and texts stay as they are."),
]


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is and as it is laid out: the same where it cannot be parsed, with what is wrong in it."""

    path: Path
    before: str
    after: str
    found: tuple[Diagnostic, ...] = ()

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class _Run:
    files: list[_File] = field(default_factory=list)

    @property
    def found(self) -> list[Diagnostic]:
        return [one for file in self.files for one in file.found]

    @property
    def changed(self) -> list[_File]:
        return [file for file in self.files if file.changes]


def fmt(
    paths: Paths = None,
    check: Check = False,
    diff: Diff = False,
    keywords: Keywords = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Lay out rule files and matrices in one way, comments kept.

    What they say does not change, and is compared before anything is written. Without a path, the files of the current
    folder.
    """
    run = _Run([_laid(path, keywords) for path in _files(paths or [Path()])])
    piped = any(str(file.path) == "-" for file in run.files) and not (check or diff)
    if not (check or diff):
        for file in run.files:
            _write(file)
    told = _data(run) if as_json else "\n".join(_told(run, lang, diff=diff, written=not check))
    if told:
        # What goes to a pipe is the file; what is said of it goes beside.
        screen.write(told, sys.stderr if piped else None)
    if run.found:
        raise typer.Exit(Code.INVALID)
    raise typer.Exit(Code.FINDINGS if run.changed and (check or diff) else Code.FINE)


def _files(paths: list[Path]) -> list[Path]:
    from habilitation.authoring.canonical.files import files_of  # noqa: PLC0415  # the text readers, here only

    return list(dict.fromkeys(file for path in paths for file in files_of(path)))


def _laid(path: Path, keywords: Lang | None) -> _File:
    from habilitation.authoring.canonical.files import laid_out  # noqa: PLC0415  # as above

    text = read_exactly(path)
    try:
        return _File(path, text, laid_out(path.as_posix(), text, keywords or ""))
    except PolicyError as error:
        return _File(path, text, text, error.diagnostics)


def _write(file: _File) -> None:
    piped = str(file.path) == "-"
    if file.changes or (piped and not file.found):
        write_whole(file.path, file.after.encode("utf-8"))


def _told(run: _Run, lang: Lang, *, diff: bool, written: bool) -> Iterator[str]:
    yield from (f"{screen.diagnostic(one)}\n" for one in run.found)
    if diff:
        yield from (_differences(file, lang) for file in run.changed)
        return
    said = "laid_out" if written else "to_lay_out"
    named = (file.path.as_posix() for file in run.changed if not (written and str(file.path) == "-"))
    yield from (f"{colon(word(said, lang), lang)} {name}" for name in named)


def _differences(file: _File, lang: Lang) -> str:
    """The lines that change, then what changes of the bytes alone, which no line shows."""
    name = file.path.as_posix()
    before = file.before.removeprefix("\ufeff")
    plain = before.replace("\r\n", "\n")
    lines = list(difflib.unified_diff(plain.splitlines(), file.after.splitlines(), name, name, lineterm=""))
    bytes_alone = {
        "no_mark": before != file.before,
        "ends_of_line": plain != before,
        "last_line": plain[-1:] not in ("", "\n"),
    }
    told = [f"\\ {word(key, lang)}" for key, changes in bytes_alone.items() if changes]
    return "\n".join([*(lines or [f"--- {name}", f"+++ {name}"]), *told])


def _data(run: _Run) -> str:
    data: dict[str, Any] = {
        "files": [{"file": file.path.as_posix(), "changed": file.changes} for file in run.files],
        "diagnostics": [one.as_json() for one in run.found],
    }
    return screen.compact(data)
