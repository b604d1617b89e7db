"""A rule file or a matrix laid out as `fmt` does, as one edit; none while it cannot be read, or if nothing changes."""

from __future__ import annotations

from lsprotocol.types import TextEdit

from habilitation.authoring.canonical.files import laid_out
from habilitation.diagnostic import HabilitationError
from habilitation.editor.places import ruler

_LAID_OUT = (".hab", ".yaml", ".yml")


def formatted(name: str, text: str) -> list[TextEdit]:
    """The edit that lays a file out, by the kind its name tells; the diagnostics say why when there is none."""
    if not name.lower().endswith(_LAID_OUT):
        return []
    read = text.replace("\r\n", "\n")
    try:
        canonical = laid_out(name, read)
    except HabilitationError:
        return []
    return [TextEdit(ruler(read).whole(), canonical)] if canonical != read else []
