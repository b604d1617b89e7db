"""A refusal as a sentence or as JSON, and the exit code that goes with it."""

from __future__ import annotations

import sys
from typing import Any

from habilitation.audit.refusals import AuditError
from habilitation.cli import screen
from habilitation.cli.options import Code
from habilitation.diagnostic import Diagnostic, HabilitationError, PolicyError, RequestError

Refusal = HabilitationError | OSError


def refuse(error: Refusal, *, as_json: bool) -> Code:
    """Say why, on the standard error (as JSON: on the standard output, where the answer would be)."""
    if as_json:
        screen.write(screen.compact({"error": _data(error)}))
    else:
        for found in _diagnostics(error):
            screen.write(screen.diagnostic(found, sys.stderr), sys.stderr)
    if isinstance(error, AuditError):
        return Code(error.exit_code)
    return Code.UNREADABLE if isinstance(error, OSError) else Code.INVALID


def _data(error: Refusal) -> dict[str, Any]:
    if isinstance(error, RequestError):
        return error.as_json()
    diagnostics = [found.as_json() for found in getattr(error, "diagnostics", ())]
    if isinstance(error, AuditError):
        if diagnostics:
            return {"code": error.code, "message": "what is asked cannot be used", "diagnostics": diagnostics}
        return error.as_json()
    if isinstance(error, PolicyError):
        return {"code": "invalid_policy", "message": "the policy cannot be used", "diagnostics": diagnostics}
    (found,) = _diagnostics(error)
    return {"code": found.code, "message": found.message}


def _diagnostics(error: Refusal) -> tuple[Diagnostic, ...]:
    if isinstance(error, PolicyError):
        return error.diagnostics
    if isinstance(error, AuditError) and hasattr(error, "diagnostics"):
        return tuple(error.diagnostics)
    if isinstance(error, (AuditError, RequestError)):
        return (Diagnostic(error.code, error.message, help=error.help),)
    if isinstance(error, OSError):
        sentence = f"`{error.filename}`: {error.strerror}" if error.filename else str(error.strerror or error)
        return (Diagnostic("unreadable_file", sentence),)
    return (Diagnostic("unreadable_policy", str(error)),)
