"""The door to the shelves: the grammar and the DMP policy, in a checkout as in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_shelves"


def _shelf(*parts: str) -> Path:
    installed = _INSTALLED.joinpath(*parts)
    return installed if installed.exists() else _PACKAGE.parent.joinpath(*parts)


def grammar() -> Path:
    """Grammar of the rule language (Lark, LALR)."""
    return _shelf("grammar", "rules.lark")


def keywords() -> Path:
    """Words of the rule language: a row a keyword, a column a language."""
    return _shelf("grammar", "keywords.csv")


def dmp_shelves() -> dict[str, Path]:
    """Folders of the shipped DMP policy, by the part of a policy they hold."""
    return {"rules": _shelf("rules", "dmp"), "matrices": _shelf("matrices", "dmp")}
