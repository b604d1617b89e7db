"""What a file holds, as an editor lists it."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from habilitation.editor.places import range_of
from habilitation.editor.readings import Reading
from habilitation.editor.things import Kind, unquoted
from habilitation.source import Source, Span, Word
from habilitation.written.syntax import Item, WrittenDefinition, WrittenRule, keywords_of

_SHAPES = {
    Kind.AXIS: types.SymbolKind.Enum,
    Kind.GROUP: types.SymbolKind.Array,
    Kind.MATRIX: types.SymbolKind.Module,
    Kind.OBLIGATION: types.SymbolKind.Event,
    Kind.ADVICE: types.SymbolKind.Event,
    Kind.FACTS: types.SymbolKind.Struct,
}


def outline(reading: Reading, source: Source) -> list[types.DocumentSymbol]:
    """The rules, conditions and invariants of a rule file; what a YAML file declares; the cases of a test file."""
    found = [*_items(reading, source), *_declared(reading, source), *_cases(reading, source)]
    return sorted(found, key=lambda one: (one.range.start.line, one.range.start.character))


def _items(reading: Reading, source: Source) -> Iterator[types.DocumentSymbol]:
    files = reading.written.rules if reading.written is not None else ()
    for item in (item for file in files for item in file.items):
        if item.span.source == source:
            yield _item(item)


def _item(item: Item) -> types.DocumentSymbol:
    written = keywords_of(item.span.source)
    if isinstance(item, WrittenRule):
        message = str(item.fr or item.en or "")
        return _symbol(item.name, types.SymbolKind.Class, item.span, f"{written[item.effect.value]} {message}".strip())
    if isinstance(item, WrittenDefinition):
        return _symbol(item.name, types.SymbolKind.Function, item.span, written["define"])
    kind = written["always" if item.always else "never"]
    return _symbol(item.sentence, types.SymbolKind.Property, item.span, kind)


def _declared(reading: Reading, source: Source) -> Iterator[types.DocumentSymbol]:
    for one in reading.mentions.declared_in(source.name):
        if one.thing.kind in _SHAPES:
            word = Word(one.thing.name, one.span)
            yield _symbol(word, _SHAPES[one.thing.kind], one.span, one.thing.kind.value)


def _cases(reading: Reading, source: Source) -> Iterator[types.DocumentSymbol]:
    for file in reading.cases:
        for case in file.cases:
            if case.name.span.source == source:
                yield _symbol(case.name, types.SymbolKind.Method, case.name.span, str(case.expect))
        for table in file.tables:
            if table.name.span.source == source:
                yield _symbol(table.name, types.SymbolKind.Array, table.name.span, "table")


def _symbol(word: Word, kind: types.SymbolKind, whole: Span, detail: str) -> types.DocumentSymbol:
    chosen = range_of(unquoted(word.span))
    return types.DocumentSymbol(str(word) or "?", kind, range_of(whole), chosen, detail=detail)
