"""Promises and cases that one side has, in words, as data and as notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from habilitation.authoring.canonical.pieces import on_one_line
from habilitation.authoring.difference.promises import Guards, Promise, PromiseMove
from habilitation.authoring.difference.whole import Difference
from habilitation.authoring.figures import Countable
from habilitation.authoring.notices.notice import Notice, in_folder, shortened
from habilitation.compiled.tables import Text
from habilitation.diagnostic import Diagnostic, Severity
from habilitation.written.syntax import Language

_NOTICE = 900  # characters; GitHub cuts what is much longer
_LISTED = 12  # names of cases told one by one; all of them are in the data
_WORDS = {
    "apart": Text(
        "non comparées : une politique compilée ne garde ni promesse ni cas",
        "not compared: a compiled policy keeps neither promises nor cases",
    ),
    "removed": Text("retirée : {}", "removed: {}"),
    "added": Text("ajoutée : {}", "added: {}"),
    "changed": Text("changée : {} → {}", "changed: {} → {}"),
    "means": Text(
        "changée, sans être écrite autrement : {} ; une définition ou un groupe qu'elle nomme dit autre chose",
        "changed, though written the same: {}; a definition or a group that it names says something else",
    ),
    "unread": Text("non comparés, un fichier de tests n'est pas lu : {}", "not compared, a test file is not read: {}"),
    "file": Text(" ({})", " ({})"),
    "case": Text("retiré : {}", "removed: {}"),
}
_COUNTED = {
    "removed": Countable(
        ("{} promesse retirée", "{} promesses retirées"), ("{} promise removed", "{} promises removed")
    ),
    "changed": Countable(
        ("{} promesse changée", "{} promesses changées"), ("{} promise changed", "{} promises changed")
    ),
    "added": Countable(("{} promesse ajoutée", "{} promesses ajoutées"), ("{} promise added", "{} promises added")),
}
_CASES_REMOVED = Countable(("{} cas retiré", "{} cas retirés"), ("{} case removed", "{} cases removed"))
_CASES_ADDED = Countable(("{} cas ajouté", "{} cas ajoutés"), ("{} case added", "{} cases added"))


def promises_in_words(guards: Guards, lang: str) -> Iterator[str]:
    """A line a promise: those removed first, then those that changed."""
    if not guards.compared:
        yield _WORDS["apart"][lang]
    for move in guards.promises:
        place = _WORDS["file"][lang].format(f"{move.new.file}:{move.new.line}") if move.new else ""
        yield _told(move, lang) + place


def cases_in_words(guards: Guards, lang: str) -> Iterator[str]:
    """How many cases only one side has, and the names of those removed, unless they are many; or what is not read."""
    yield from map(_WORDS["unread"][lang].format, map(_at, guards.unread))
    for counted, names in ((_CASES_REMOVED, guards.cases_removed), (_CASES_ADDED, guards.cases_added)):
        if names:
            yield counted.of(len(names), lang)
    if len(guards.cases_removed) <= _LISTED:
        yield from map(_WORDS["case"][lang].format, guards.cases_removed)


def counted_in_words(guards: Guards, lang: str) -> Iterator[str]:
    """How many promises, by what became of them."""
    if not guards.compared:
        yield _WORDS["apart"][lang]
    kinds = [_kind(move) for move in guards.promises]
    for kind in dict.fromkeys(kinds):
        yield _COUNTED[kind].of(kinds.count(kind), lang)


def guards_as_data(guards: Guards) -> dict[str, Any]:
    """Promises as written in English keywords, and the names of the cases."""
    moves = [{"kind": _kind(move), "old": _plain(move.old), "new": _plain(move.new)} for move in guards.promises]
    cases = {"added": list(guards.cases_added), "removed": list(guards.cases_removed)}
    unread = [_at(one) for one in guards.unread]
    return {"guards_compared": guards.compared, "promises": moves, "cases": cases, "cases_unread": unread}


def _at(one: Diagnostic) -> str:
    return f"{one.span}: {one.message}" if one.span else one.message


def broken(found: Difference, lang: str, folder: str = "") -> Iterator[Notice]:
    """A warning a promise that is removed or changed, on its line in the new side; on no line when it is gone.

    Files are those of a policy in `folder`.
    """
    kept = {source.name for source in found.new.written.files.rules} if found.new.written else set()
    for move in found.guards.promises:
        if move.old is None:
            continue
        at = move.new or move.old
        file, line = (in_folder(at.file, folder) if at.file in kept else "", at.line if move.new else 0)
        message = shortened(_told(move, lang), _NOTICE)
        yield Notice(f"promise_{_kind(move)}", message, "", Severity.WARNING, file, line, end_line=line)


def _kind(move: PromiseMove) -> str:
    if move.old is None:
        return "added"
    return "removed" if move.new is None else "changed"


def _told(move: PromiseMove, lang: str) -> str:
    kind = _kind(move)
    texts = [_text(one, lang) for one in (move.old, move.new) if one is not None]
    if kind == "changed" and texts[0] == texts[1]:
        kind, texts = "means", texts[:1]
    return _WORDS[kind][lang].format(*texts)


def _text(promise: Promise, lang: str) -> str:
    """A promise on one line, in the keywords of a language."""
    return on_one_line(promise.item, Language(lang))


def _plain(promise: Promise | None) -> dict[str, Any] | None:
    if promise is None:
        return None
    return {
        "kind": "always" if promise.item.always else "never",
        "sentence": promise.sentence,
        "text": _text(promise, "en"),
        "meaning": promise.meaning,
        "file": promise.file,
        "line": promise.line,
    }
