"""Each thing an editor may ask, answered by the room."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol

import pygls.protocol.json_rpc
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from habilitation.editor.completion import completed
from habilitation.editor.formatting import formatted
from habilitation.editor.hover import card
from habilitation.editor.outline import outline
from habilitation.editor.places import range_of
from habilitation.editor.publishing import fixes
from habilitation.editor.renaming import CannotRenameError, renameable, renamed
from habilitation.editor.server import Server
from habilitation.editor.session import Scene
from habilitation.editor.things import Mention, unquoted

_TRIGGERS = types.CompletionOptions(trigger_characters=[" ", "{", ",", ":", "[", '"'])
_FIXES = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])


class _At(Protocol):
    """What every question about a place says: the protocol's types do not share a parent."""

    text_document: types.TextDocumentIdentifier
    position: types.Position


def _named(server: Server, at: _At) -> tuple[Scene, Mention] | None:
    """The thing under the cursor."""
    scene = server.session.scene(at.text_document.uri, at.position)
    mention = scene.reading.mentions.at(scene.source.name, scene.offset) if scene is not None else None
    return (scene, mention) if scene is not None and mention is not None else None


def _location(server: Server, scene: Scene, mention: Mention) -> types.Location:
    place = unquoted(mention.span)
    return types.Location(server.session.uri_of(scene.home, place.source.name), range_of(place))


# --- what is open --------------------------------------------------------------------------------


def did_open(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    server.session.open[document.uri] = document.text
    server.session.languages[document.uri] = document.language_id
    server.changed(document.uri)


def did_change(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    uri = params.text_document.uri
    server.session.open[uri] = server.workspace.get_text_document(uri).source
    server.changed(uri)


def did_close(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    uri = params.text_document.uri
    server.session.open.pop(uri, None)
    server.changed(uri)
    server.session.languages.pop(uri, None)


def did_save(server: Server, params: types.DidSaveTextDocumentParams) -> None:
    server.changed(params.text_document.uri)


def watched(server: Server, params: types.DidChangeWatchedFilesParams) -> None:
    for change in params.changes:
        server.changed(change.uri)


def ended(server: Server, _: None) -> None:
    server.close()


# --- what is asked -------------------------------------------------------------------------------


def hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    named = _named(server, params)
    if named is None:
        return None
    reading, mention = named[0].reading, named[1]
    # Marks written with escapes share the place of their row: which one is meant cannot be told.
    told = mention.plain or mention.alias
    mark = next((one for one in reading.marks if one.span == mention.span), None) if told else None
    text = card(reading, mention.thing, server.lang, mark)
    if not text:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), range_of(unquoted(mention.span)))


def complete(server: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
    scene = server.session.scene(params.text_document.uri, params.position)
    return completed(scene.reading, scene.source, scene.offset, server.lang) if scene is not None else []


def definition(server: Server, params: types.DefinitionParams) -> types.Location | None:
    named = _named(server, params)
    declared = named[0].reading.mentions.declaration(named[1].thing) if named is not None else None
    return _location(server, named[0], declared) if named is not None and declared is not None else None


def references(server: Server, params: types.ReferenceParams) -> list[types.Location]:
    named = _named(server, params)
    if named is None:
        return []
    scene, mention = named
    wanted = params.context.include_declaration
    found = [one for one in scene.reading.mentions.of(mention.thing) if wanted or not one.declares]
    return [_location(server, scene, one) for one in found]


@contextmanager
def _refusals() -> Iterator[None]:
    """A renaming that is refused is an error of the protocol, with its reason."""
    try:
        yield
    except CannotRenameError as refused:
        raise JsonRpcInvalidParams(str(refused)) from None


def prepare_rename(server: Server, params: types.PrepareRenameParams) -> types.Range | None:
    named = _named(server, params)
    if named is None:
        return None
    with _refusals():
        return range_of(renameable(named[0].reading, named[1]))


def rename(server: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
    named = _named(server, params)
    if named is None:
        return None
    scene, mention = named
    with _refusals():
        places = renamed(scene.reading, mention, params.new_name)
    changes: dict[str, list[types.TextEdit]] = defaultdict(list)
    for place in places:
        uri = server.session.uri_of(scene.home, place.source.name)
        changes[uri].append(types.TextEdit(range_of(place), params.new_name))
    return types.WorkspaceEdit(changes=dict(changes))


def symbols(server: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    scene = server.session.scene(params.text_document.uri, types.Position(0, 0))
    return outline(scene.reading, scene.source) if scene is not None else []


def code_actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    text = server.session.open.get(uri, "").replace("\r\n", "\n")
    return list(fixes(uri, text, params.context.diagnostics))


def formatting(server: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    uri = params.text_document.uri
    return formatted(server.session.name_of(uri), server.session.open.get(uri, ""))


_FEATURES = (
    (types.TEXT_DOCUMENT_DID_OPEN, did_open, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, did_change, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, did_close, None),
    (types.TEXT_DOCUMENT_DID_SAVE, did_save, None),
    (types.SHUTDOWN, ended, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watched, None),
    (types.TEXT_DOCUMENT_HOVER, hover, None),
    (types.TEXT_DOCUMENT_COMPLETION, complete, _TRIGGERS),
    (types.TEXT_DOCUMENT_DEFINITION, definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, references, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename, None),
    (types.TEXT_DOCUMENT_RENAME, rename, types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, code_actions, _FIXES),
    (types.TEXT_DOCUMENT_FORMATTING, formatting, None),
)
METHODS = sorted(method for method, _, _ in _FEATURES)


def connected(lang: str, version: str) -> Server:
    """A server that answers."""
    server = Server(lang, version)
    for method, answer, options in _FEATURES:
        server.feature(method, options)(answer)
    return server


def _is_a_fault(record: logging.LogRecord) -> bool:
    """Whether a record of the protocol's is one: a renaming that is refused is an answer, and leaves no trace."""
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcInvalidParams)


def serve(lang: str, version: str, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
    """Speak with an editor until it ends. Standard streams only: no port is opened."""
    server = connected(lang, version)
    logging.getLogger(pygls.protocol.json_rpc.__name__).addFilter(_is_a_fault)
    try:
        server.start_io(stdin, stdout)
    finally:
        server.prover.close()
