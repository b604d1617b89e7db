"""What may be written next: in a rule, what the grammar accepts there; in YAML, what the key calls for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from lsprotocol import types

from habilitation.editor.proposals import Items, Proposals
from habilitation.editor.readings import Reading
from habilitation.editor.things import Kind
from habilitation.source import Source
from habilitation.vocabulary import ACTION
from habilitation.written.disk import kind_of
from habilitation.written.items import cut
from habilitation.written.syntax import EFFECT_WORDS, Language, keywords
from habilitation.written.unfinished import Begun, begun

_TEXT_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*("|\Z)|(#)')
_NOTICES = {"OBLIGE": Kind.OBLIGATION, "ADVISE": Kind.ADVICE}
_CLAUSES = frozenset({*_NOTICES, "FOR", "WHEN", "UNLESS", "BECAUSE", "FR", "EN", "APPLICABLE", "KNOWN", "COLON"})


def completed(reading: Reading, source: Source, offset: int, lang: str) -> list[types.CompletionItem]:
    """What may stand where the author is typing."""
    kind = kind_of(source.name)
    if kind == "rules":
        return list(_in_rule(Proposals(reading, source, offset, lang, "rules")))
    make = _YAML.get(kind)
    return list(make(Proposals(reading, source, offset, lang, "yaml"))) if make is not None else []


def _line_before(make: Proposals) -> str:
    return make.source.text[make.source.text.rfind("\n", 0, make.offset) + 1 : make.offset]


# --- rules ---------------------------------------------------------------------------------------


def _in_rule(make: Proposals) -> Items:
    line = _line_before(make)
    for found in _TEXT_OR_COMMENT.finditer(line):
        if found.group(2):
            return  # a comment
        if not found.group(1):
            opened = make.offset - len(line) + found.start()
            if _clause([kind for kind, _ in begun(make.source, opened).words]) == "BECAUSE":
                yield from make.citations(opened + 1)
            return
    so_far = begun(make.source, make.start)
    if "NAME" in so_far.accepted:
        yield from _names(make, so_far)
    languages = Language if not so_far.words and _begins(make) else (so_far.keywords.language,)
    for language in languages:
        words = keywords(language).terminals
        yield from make.keywords(words[terminal] for terminal in sorted(so_far.accepted) if terminal in words)


def _begins(make: Proposals) -> bool:
    """Whether nothing in the file says yet which language it is in."""
    pieces, _ = cut(make.source, [])
    return all(piece.start == make.start for piece in pieces)


def _names(make: Proposals, so_far: Begun) -> Items:
    """The policy's own names, where the grammar accepts one."""
    words = so_far.words
    kinds = [kind for kind, _ in words]
    subject, clause = _subject(kinds, _relations(so_far.keywords.language)), _clause(kinds)
    if subject is not None:
        of_matrix = kinds[subject - 1] == "MATRIX"
        yield from make.cells(words[subject][1]) if of_matrix else _members(make, words[subject][1], so_far)
    elif kinds[-1] == "MATRIX":
        yield from make.all_matrices()
    elif clause == "FOR":
        yield from make.values(ACTION)
    elif clause in _NOTICES:
        yield from make.notices(_NOTICES[clause])
    elif clause in ("WHEN", "UNLESS", "COLON"):
        yield from make.all_axes()
        yield from make.declared(Kind.DEFINITION)


def _members(make: Proposals, axis: str, so_far: Begun) -> Items:
    """What a test may name: a value after `is`, a group after `in`, both between braces."""
    if "LBRACE" not in so_far.accepted:
        yield from make.values(axis)
    if so_far.words[-1][0] in ("LBRACE", "COMMA") or "LBRACE" in so_far.accepted:
        yield from make.groups(axis)


@cache
def _relations(language: Language) -> frozenset[str]:
    """The words between an axis and its values: `is`, `not in`…, in the language of the file."""
    words = keywords(language)
    said = {part for name in ("is", "is not", "in", "not in") for part in words[name].split()}
    return frozenset(terminal for terminal, word in words.terminals.items() if word in said)


def _subject(kinds: Sequence[str], relations: frozenset[str]) -> int | None:
    """Where the axis or the matrix stands whose value is being written; None where a value cannot stand."""
    last = len(kinds) - 1
    if kinds[last] in ("LBRACE", "COMMA"):
        opened = max((at for at in range(last + 1) if kinds[at] == "LBRACE"), default=0)
        last = opened - 1 if "RBRACE" not in kinds[opened:] else -1
    at = last
    while at >= 0 and kinds[at] in relations:
        at -= 1
    return at if 0 <= at < last and kinds[at] == "NAME" else None


def _clause(kinds: Sequence[str]) -> str:
    """The clause being written, by its first word."""
    return next((kind for kind in reversed(kinds) if kind in _CLAUSES), "")


# --- YAML ----------------------------------------------------------------------------------------

# A key, and what is being typed after it: a scalar, or an element of a list still open.
_AFTER_KEY = re.compile(r"([A-Za-z_][\w-]*)\s*:\s*(?:\[(?:[^\]\[]*,)?\s*)?[\"']?[A-Za-z0-9_.-]*\Z")
_AT_KEY = re.compile(r"(?:^\s+(?:- )?|[{,]\s*)[\"']?[A-Za-z0-9_.-]*\Z")
_IN_ROWS = re.compile(r"\brows:\s*\{[^{}]*\Z")
_MARKED = re.compile(r"\s+[^\s:]+:\s+[\"']?(?:\S+\s+)*[\w-]*\Z")  # a row, and the marks typed so far
_MATRIX_AXES = re.compile(r"^axes:\s*\[([^\]]*)\]", re.MULTILINE)
_MATRIX_ROWS = re.compile(r"^rows:\s*(\w+)", re.MULTILINE)
_AXIS_ABOVE = re.compile(r"^  ([a-z][a-z0-9_]*):", re.MULTILINE)


def _in_cases(make: Proposals) -> Items:
    key = _AFTER_KEY.search(_line_before(make))
    name = key.group(1) if key is not None else ""
    if name == "expect":
        yield from make.keywords(EFFECT_WORDS)
    elif name == "given":
        yield from make.declared(Kind.FACTS, make.source.name)
    elif name == "reasons":
        yield from make.declared(Kind.RULE)
    elif name == "missing":
        yield from make.all_axes()
    elif name in ("obligations", "advice"):
        yield from make.notices(Kind.OBLIGATION if name == "obligations" else Kind.ADVICE)
    elif name in ("rows", "columns"):
        yield from _heads_of_table(make, name) if "[" in _line_before(make) else make.all_axes()
    elif name:
        yield from make.values(name)
    elif _IN_ROWS.search(_line_before(make)):
        yield from _heads_of_table(make, "rows")
    elif _AT_KEY.search(_line_before(make)):
        yield from make.all_axes()


def _heads_of_table(make: Proposals, side: str) -> Items:
    """The heads of a table: values of the axis it names for them above or, without one, facts of the file."""
    above = make.source.text[make.source.text.rfind("- name:", 0, make.offset) : make.offset]
    stated = re.search(rf"^ +{side}: *(\w+)", above, re.MULTILINE)
    yield from make.values(stated.group(1)) if stated is not None else make.declared(Kind.FACTS, make.source.name)


def _in_matrix(make: Proposals) -> Items:
    line, text = _line_before(make), make.source.text
    key = _AFTER_KEY.search(line)
    axes = _MATRIX_AXES.search(text)
    sides = [side.strip() for side in axes.group(1).split(",")] if axes is not None else []
    stated = _MATRIX_ROWS.search(text)
    down = stated.group(1) if stated is not None else sides[0] if sides else ""
    if key is not None and key.group(1) == "axes":
        yield from (*make.all_axes(), *make.all_matrices())
    elif key is not None and key.group(1) == "rows":
        yield from make.keywords(sides)
    elif key is not None and key.group(1) == "columns":
        yield from _heads(make, [side for side in sides if side != down])
    elif _MARKED.match(line) and _under(make, "rows"):
        yield from make.marks()
    elif key is not None and key.group(1) in sides:
        yield from _heads(make, [key.group(1)])
    elif key is None and _AT_KEY.search(line):
        yield from _heads(make, [down])


def _heads(make: Proposals, axes: Sequence[str]) -> Items:
    """What a row or a column of a matrix may name: values and groups."""
    for axis in axes:
        yield from (*make.values(axis), *make.groups(axis))


def _under(make: Proposals, key: str) -> bool:
    """Whether the line being typed is in the block of a key."""
    *above, line = make.source.text[: make.offset].split("\n")
    indent = len(line) - len(line.lstrip())
    for before in reversed(above):
        said = before.strip()
        if said and not said.startswith("#") and len(before) - len(before.lstrip()) < indent:
            return said == f"{key}:"
    return False


def _in_vocabulary(make: Proposals) -> Items:
    key = _AFTER_KEY.search(_line_before(make))
    name = key.group(1) if key is not None else ""
    above: Iterator[str] = (found.group(1) for found in _AXIS_ABOVE.finditer(make.source.text, 0, make.offset))
    if name == "system":
        yield from make.declared(Kind.SYSTEM)
    elif name in ("values", "default", "replaced_by"):
        *_, axis = ("", *above)
        yield from make.values(axis)
    elif name == "axis":
        yield from make.all_axes()


_YAML = {"cases": _in_cases, "matrices": _in_matrix, "vocabulary": _in_vocabulary}
