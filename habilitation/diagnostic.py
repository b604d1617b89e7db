"""What we tell authors and callers: mistakes with a place, a sentence and, if we can, a way out."""

from __future__ import annotations

import difflib
import enum
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from habilitation.source import Span


class Severity(enum.Enum):
    """An error refuses the policy; a warning is shown and counted."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: stable code, sentence in the author's words, place, and a way out."""

    code: str
    message: str
    span: Span | None = None
    help: str = ""
    severity: Severity = Severity.ERROR

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sort key: by place, then by code and sentence, so that every run shows the same list."""
        if self.span is None:
            return "", 0, 0, self.code, self.message
        return self.span.source.name, self.span.start, self.span.end, self.code, self.message

    def render(self) -> str:
        """Plain text: place, sentence, the line with the culprit underlined, help, code."""
        mark = "" if self.severity is Severity.ERROR else "warning: "
        help_lines = [f"  help: {self.help}"] if self.help else []
        code_line = f"  code: {self.code}"
        if self.span is None:
            return "\n".join([f"{mark}{self.message}", *help_lines, code_line])
        line, column = self.span.line, self.span.column
        text = self.span.source.line(line)
        length = max(1, min(self.span.end - self.span.start, len(text) - column + 1))
        gutter = f"  {line} │ "
        under = " " * (len(gutter) - 2) + "│ " + _blank(text[: column - 1])
        carets = "^" * max(1, _width(text[column - 1 : column - 1 + length]))
        head = f"{self.span.source.name}:{line}:{column}: {mark}{self.message}"
        shown = text.replace("\t", " ")
        return "\n".join([head, f"{gutter}{shown}", f"{under}{carets}", *help_lines, code_line])

    def as_json(self) -> dict[str, Any]:
        """The same content as plain data; `line`, `column`, `end_column` count characters from 1."""
        place: dict[str, Any] = {"file": None, "line": None, "column": None, "end_line": None, "end_column": None}
        if self.span is not None:
            end_line, end_column = self.span.source.position(self.span.end)
            place = {
                "file": self.span.source.name,
                "line": self.span.line,
                "column": self.span.column,
                "end_line": end_line,
                "end_column": end_column,
            }
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            **place,
            "help": self.help or None,
        }


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(char) else 1 for char in text)


def _blank(text: str) -> str:
    return " " * _width(text)


def sorted_once(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Every different mistake once, in reading order."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda found: found.order))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Way out for a misspelt word, or nothing when no known word is close.

    >>> did_you_mean("profesion", ["profession", "motive"])
    'did you mean `profession`?'
    """
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean `{folded[close[0]]}`?" if close else ""


class HabilitationError(Exception):
    """Anything this package refuses, with its reason."""


class PolicyError(HabilitationError):
    """A policy that cannot be used; `diagnostics` lists all its mistakes, sorted."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sorted_once(diagnostics)
        super().__init__("\n".join(found.render() for found in self.diagnostics))

    def __reduce__(self) -> tuple[type[PolicyError], tuple[tuple[Diagnostic, ...]]]:
        return PolicyError, (self.diagnostics,)


class RequestError(HabilitationError, ValueError):
    """A request that names something the policy does not know; `code` is stable, `axis` may be empty."""

    def __init__(self, code: str, message: str, axis: str = "", help: str = "") -> None:
        self.code, self.message, self.axis, self.help = code, message, axis, help
        super().__init__(f"{message} ({help})" if help else message)

    def __reduce__(self) -> tuple[type[RequestError], tuple[str, str, str, str]]:
        return RequestError, (self.code, self.message, self.axis, self.help)

    def as_json(self) -> dict[str, Any]:
        """The refusal as plain data."""
        return {"code": self.code, "message": self.message, "axis": self.axis or None, "help": self.help or None}


class ArtefactError(HabilitationError):
    """A compiled policy that is truncated, altered, or written in another format."""
