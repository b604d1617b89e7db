"""The parts that only the audit needs: said in one sentence when they are not installed."""

from __future__ import annotations

from importlib.util import find_spec

from habilitation.diagnostic import RequestError

PARTS = ("duckdb", "jinja2", "msgspec", "pyarrow", "zstandard")  # of the extra `audit`


def need_audit() -> None:
    """Raises RequestError, with the line that installs them, when a part is not there."""
    absent = [part for part in PARTS if find_spec(part) is None]
    if absent:
        message = f"this verb needs {', '.join(absent)}: pip install 'habilitation[audit]'"
        raise RequestError("missing_extra", message)
