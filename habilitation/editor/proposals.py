"""The names of a policy as an editor proposes them: by name or by label, in place of the word being typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsprotocol import types

from habilitation.editor.places import ruler
from habilitation.editor.readings import Reading
from habilitation.editor.things import Kind
from habilitation.source import Source
from habilitation.written.syntax import WrittenAxis, WrittenMatrix, keywords_of

# Accents and apostrophes are of the keywords: `défi`, `s'abs`.
_WORD = {"rules": re.compile(r"[\w.'’-]*\Z"), "yaml": re.compile(r"[\w.-]*\Z")}
# What needs no quotes in a rule; in YAML nothing that we name does, but for what begins with a digit: `012`, `1:30`.
_BARE = {
    "rules": re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\Z"),
    "yaml": re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./-]*[A-Za-z0-9_])?\Z"),
}
_ITEM = types.CompletionItemKind
_SHAPES = {
    Kind.AXIS: _ITEM.Field,
    Kind.VALUE: _ITEM.EnumMember,
    Kind.GROUP: _ITEM.Enum,
    Kind.DEFINITION: _ITEM.Function,
    Kind.RULE: _ITEM.Class,
    Kind.MATRIX: _ITEM.Module,
    Kind.CELL: _ITEM.EnumMember,
    Kind.TEXT: _ITEM.Reference,
}
Items = Iterator[types.CompletionItem]


class Proposals:
    """Makes the proposals of one place; `start` is the first letter of the word being typed."""

    def __init__(self, reading: Reading, source: Source, offset: int, lang: str, language: str) -> None:
        self.reading, self.source, self.offset, self.lang = reading, source, offset, lang
        typed = _WORD[language].search(source.text, source.text.rfind("\n", 0, offset) + 1, offset)
        self.start = typed.start() if typed is not None else offset
        self._bare = _BARE[language]
        self._reserved = keywords_of(source).reserved if language == "rules" else frozenset()
        # Between quotes that the author has opened, no others are added.
        self._open = source.text[max(0, self.start - 1) : self.start] in ('"', "'")
        written = reading.written
        self.axes: dict[str, WrittenAxis] = {str(k): v for k, v in written.vocabulary.axes.items()} if written else {}
        self.matrices: dict[str, WrittenMatrix] = {str(m.matrix): m for m in written.matrices} if written else {}

    def item(self, name: str, kind: Kind, thing: object = None) -> types.CompletionItem:
        """One proposal; an author finds it by its name or by its label."""
        label = self._label(thing)
        bare = self._open or (self._bare.match(name) and name not in self._reserved)
        return types.CompletionItem(
            label=name,
            label_details=types.CompletionItemLabelDetails(description=label) if label else None,
            kind=_SHAPES.get(kind, _ITEM.Value),
            detail=label or kind.value,
            filter_text=f"{name} {label}".strip(),
            text_edit=self.edit(self.start, name if bare else f'"{name}"'),
        )

    def edit(self, start: int, text: str) -> types.TextEdit:
        """Put a text in place of what stands from `start` to the cursor."""
        return types.TextEdit(ruler(self.source.text).range(start, self.offset), text)

    def keywords(self, words: Iterable[str]) -> Items:
        """Words of the language, after the names."""
        for word in words:
            edit = self.edit(self.start, word)
            yield types.CompletionItem(label=word, kind=_ITEM.Keyword, sort_text=f"~{word}", text_edit=edit)

    def citations(self, start: int) -> Items:
        """The texts that the rules rest on."""
        for name in sorted({one.name for one in self.reading.mentions.all_of(Kind.TEXT)}):
            yield types.CompletionItem(label=name, kind=_ITEM.Reference, text_edit=self.edit(start, name))

    def declared(self, kind: Kind, owner: str | None = None) -> Items:
        """The names of a kind that need no label: rules, conditions, facts of a test."""
        return (self.item(name, kind) for name in self.reading.mentions.things(kind, owner))

    def all_axes(self) -> Items:
        """Axes and facts."""
        return (self.item(name, Kind.AXIS, axis) for name, axis in self.axes.items())

    def all_matrices(self) -> Items:
        """Matrices."""
        return (self.item(name, Kind.MATRIX, matrix) for name, matrix in self.matrices.items())

    def values(self, axis: str) -> Items:
        """The values of an axis, or the cells of a matrix that another one reads."""
        if axis in self.matrices and axis not in self.axes:
            yield from self.cells(axis)
        elif axis in self.axes and self.axes[axis].fact:
            yield from self.keywords(("true", "false"))
        elif axis in self.axes:
            yield from (self.item(str(name), Kind.VALUE, value) for name, value in self.axes[axis].values.items())

    def groups(self, axis: str) -> Items:
        """The groups of an axis."""
        known = self.axes[axis].groups if axis in self.axes else {}
        return (self.item(str(name), Kind.GROUP, group) for name, group in known.items())

    def cells(self, matrix: str) -> Items:
        """The values that the cells of a matrix may take."""
        known = self.matrices[matrix].values if matrix in self.matrices else {}
        return (self.item(str(name), Kind.CELL, cell) for name, cell in known.items())

    def marks(self) -> Items:
        """The marks of the matrix of this file, or the names of values that have none."""
        for matrix in self.matrices.values():
            if matrix.matrix.span.source.name == self.source.name:
                for name, cell in matrix.values.items():
                    yield self.item(str(cell.mark or name), Kind.CELL, cell)

    def notices(self, kind: Kind) -> Items:
        """Obligations, or advice."""
        if self.reading.written is None:
            return iter(())
        vocabulary = self.reading.written.vocabulary
        declared = vocabulary.obligations if kind is Kind.OBLIGATION else vocabulary.advice
        return (self.item(str(name), kind, notice) for name, notice in declared.items())

    def _label(self, thing: object) -> str:
        first, other = ("fr", "en") if self.lang == "fr" else ("en", "fr")
        return str(getattr(thing, first, None) or getattr(thing, other, None) or "")
