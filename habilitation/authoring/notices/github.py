"""Workflow commands of GitHub: one line a finding, shown on the line of the pull request it speaks of."""

from __future__ import annotations

from collections.abc import Iterable

from habilitation.authoring.notices.notice import Notice
from habilitation.diagnostic import HIDES

# A `%` first, so that what is put in place of the others is not read again.
_IN_MESSAGES = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_IN_PROPERTIES = (*_IN_MESSAGES, (":", "%3A"), (",", "%2C"))


def github(found: Iterable[Notice]) -> str:
    """A command a finding; nothing for none."""
    return "\n".join(map(_command, found))


def _command(notice: Notice) -> str:
    properties = {"file": notice.file, "line": notice.line, "endLine": notice.end_line, "col": notice.column}
    if notice.line and notice.line == notice.end_line:
        # An end column is only read on the line of the start.
        properties["endColumn"] = notice.end_column
    told = [f"{name}={_escaped(str(value), _IN_PROPERTIES)}" for name, value in properties.items() if value]
    told.append(f"title={_escaped(notice.code, _IN_PROPERTIES)}")
    message = f"{notice.message}\n{notice.help}" if notice.help else notice.message
    return f"::{notice.severity.value} {','.join(told)}::{_escaped(message, _IN_MESSAGES)}"


def _escaped(text: str, escapes: Iterable[tuple[str, str]]) -> str:
    for char, code in escapes:
        text = text.replace(char, code)
    # What a terminal would obey, of a policy that nobody has reviewed yet.
    return HIDES.sub("�", text)
