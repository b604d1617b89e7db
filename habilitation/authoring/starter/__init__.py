"""A policy to start from, in French and in English: one matrix, three rules, and tests that they pass.

Both say the same of the same hospital, which does not exist, and cite nothing but its regulation: no article of law is
an example. They ship as texts beside this file, so that `check` and its kin read here what an author will.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def folder(lang: str) -> Path:
    """Where the starter policy of a language stands: it is a policy folder like another."""
    return _HERE / lang


def files(lang: str) -> dict[str, bytes]:
    """The files of the starter policy, by their path inside it, in an order that does not depend on the disk."""
    start = folder(lang)
    found = (file for file in start.rglob("*") if file.is_file())
    return {file.relative_to(start).as_posix(): file.read_bytes() for file in sorted(found)}
