"""The parts that only the audit or an editor needs: said in one sentence when they are not installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from habilitation.diagnostic import RequestError

PARTS = ("duckdb", "jinja2", "msgspec", "pyarrow", "zstandard")  # of the extra `audit`
EDITOR_PARTS = ("lsprotocol", "pygls")  # of the extra `lsp`


def need_audit() -> None:
    """Raises RequestError, with the line that installs them, when a part is not there."""
    _need(PARTS, "audit")


def need_editor() -> None:
    """As `need_audit`, for the language server."""
    _need(EDITOR_PARTS, "lsp")


def _need(parts: Sequence[str], extra: str) -> None:
    absent = [part for part in parts if find_spec(part) is None]
    if absent:
        message = f"this verb needs {', '.join(absent)}: in a checkout, pip install '.[{extra}]'"
        raise RequestError("missing_extra", message)
