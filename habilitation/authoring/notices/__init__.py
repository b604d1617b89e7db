"""Inside: what was found, as the places where a change is reviewed read it: SARIF, and the commands of GitHub."""

from __future__ import annotations

from collections.abc import Iterable

from habilitation.authoring.notices.github import github
from habilitation.authoring.notices.notice import Notice, notices
from habilitation.authoring.notices.sarif import sarif
from habilitation.diagnostic import Diagnostic

FORMATS = ("sarif", "github")

__all__ = ["FORMATS", "Notice", "github", "notices", "sarif", "shown"]


def shown(diagnostics: Iterable[Diagnostic], format_name: str, folder: str = "") -> str:
    """Diagnostics in one of FORMATS; the names of files are those of a policy in `folder`, as seen from the repository.

    Raises ValueError for another format.
    """
    found = notices(diagnostics, folder)
    if format_name == "sarif":
        return sarif(found)
    if format_name == "github":
        return github(found)
    raise ValueError(f"unknown format `{format_name}`: one of {', '.join(FORMATS)}")
