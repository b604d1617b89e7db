"""What an audit refuses to start on: how it was asked, or what it was given to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from habilitation.diagnostic import Diagnostic, HabilitationError, sorted_once


class AuditError(HabilitationError):
    """An audit that cannot be run: `code` is stable, `help` may be empty, `exit_code` is what the command returns."""

    exit_code: ClassVar[int] = 2

    def __init__(self, code: str, message: str, help: str = "") -> None:
        self.code, self.message, self.help = code, message, help
        super().__init__(f"{message} ({help})" if help else message)

    def __reduce__(self) -> tuple[type[AuditError], tuple[str, str, str]]:
        return type(self), (self.code, self.message, self.help)

    def as_json(self) -> dict[str, Any]:
        """The refusal as plain data."""
        return {"code": self.code, "message": self.message, "help": self.help or None}


class UsageError(AuditError):
    """An audit asked for in a way that cannot be understood."""


class InputError(AuditError):
    """An input that cannot be read at all; a line that cannot be read is a reject, and stops nothing."""

    exit_code: ClassVar[int] = 3


class MappingError(UsageError):
    """A mapping file with mistakes: `diagnostics` lists them all, with their places."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sorted_once(diagnostics)
        super().__init__("bad_mapping", "\n".join(found.render() for found in self.diagnostics))

    def __reduce__(self) -> tuple[type[AuditError], Any]:
        return MappingError, (self.diagnostics,)
