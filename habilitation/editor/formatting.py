"""A rule file in its canonical layout, as one edit; none while it cannot be read, and none where nothing changes."""

from __future__ import annotations

from lsprotocol.types import TextEdit

from habilitation.authoring.canonical import canonical
from habilitation.diagnostic import HabilitationError
from habilitation.editor.places import ruler
from habilitation.source import Source


def formatted(uri: str, text: str) -> list[TextEdit]:
    """The edit that lays a file out; the diagnostics say why when there is none."""
    read = text.replace("\r\n", "\n")
    if not uri.endswith(".hab"):
        return []
    try:
        laid_out = canonical(Source(uri.rpartition("/")[2], read))
    except HabilitationError:
        return []
    return [TextEdit(ruler(read).whole(), laid_out)] if laid_out != read else []
