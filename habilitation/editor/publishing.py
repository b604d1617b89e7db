"""Our diagnostics in the protocol's form, and the ways out that an editor can take by itself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from lsprotocol import types

from habilitation.diagnostic import Diagnostic, Severity
from habilitation.editor.places import range_of, ruler
from habilitation.source import Span

SOURCE = "habilitation"
_SEVERITIES = {Severity.ERROR: types.DiagnosticSeverity.Error, Severity.WARNING: types.DiagnosticSeverity.Warning}
_TAGS = {
    "unused_definition": types.DiagnosticTag.Unnecessary,
    "deprecated_code": types.DiagnosticTag.Deprecated,
}
# `…` stands for what only the author knows.
_MEANT = re.compile(r"(?:did you mean|write|or) `([^`…]+)`")
_TOP = types.Range(types.Position(0, 0), types.Position(0, 0))


def by_file(found: Iterable[Diagnostic], otherwise: str) -> dict[str, list[types.Diagnostic]]:
    """What is wrong with each file; what has no place goes to the top of `otherwise`."""
    files: dict[str, list[types.Diagnostic]] = defaultdict(list)
    for one in found:
        files[one.span.source.name if one.span is not None else otherwise].append(published(one))
    return dict(files)


def published(one: Diagnostic) -> types.Diagnostic:
    """One mistake, its way out on a line of its own."""
    tag = _TAGS.get(one.code)
    return types.Diagnostic(
        range=range_of(_visible(one.span)) if one.span is not None else _TOP,
        message=f"{one.message}\n{one.help}" if one.help else one.message,
        severity=_SEVERITIES[one.severity],
        code=one.code,
        source=SOURCE,
        tags=[tag] if tag else None,
    )


def _visible(span: Span) -> Span:
    """An empty place, such as the end of an item, widened to the character before it: something must be underlined."""
    return Span(span.source, max(0, span.start - 1), span.end) if span.start == span.end else span


def fixes(uri: str, text: str, told: Iterable[types.Diagnostic]) -> Iterator[types.CodeAction]:
    """The corrections that the diagnostics propose word for word."""
    for one in told:
        if one.source != SOURCE:
            continue
        meant = _MEANT.findall(one.message.partition("\n")[2])
        for word in meant:
            yield types.CodeAction(
                title=f"`{word}`",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[one],
                is_preferred=len(meant) == 1,
                edit=types.WorkspaceEdit(changes={uri: [types.TextEdit(one.range, _quoted_as(text, one.range, word))]}),
            )


def _quoted_as(text: str, place: types.Range, word: str) -> str:
    """The word, between the quotes that stand there already."""
    first = text[ruler(text).offset(place.start) :][:1]
    return f"{first}{word}{first}" if first in ('"', "'") and not word.startswith(first) else word
