"""What to tell the author of a rule that cannot be read: a sentence, and what could stand there instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from habilitation.diagnostic import did_you_mean
from habilitation.written.syntax import Keywords, Language

# What an author would call a terminal of the grammar; one that is not here is shown as the keyword it is.
_TERMINALS = {
    "NAME": "a name (small letters, digits and `_`)",
    "CODE": "a code",
    "DATE": "a date (YYYY-MM-DD)",
    "TEXT": 'a text in double quotes ("…")',
    "COLON": "`:`",
    "COMMA": "`,`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "$END": "the end of the item",
}
_CLAUSES = frozenset(
    ("FOR", "WHEN", "UNLESS", "BECAUSE", "FR", "EN", "APPLICABLE", "KNOWN", "OBLIGE", "ADVISE"),
)
_MEANT = {
    "allow": "permit",
    "deny": "forbid",
    "if": "when",
    "except": "unless",
    "def": "define",
    "permettre": "permit",
    "interdire": "forbid",
    "si": "when",
}
_NAMES = {Language.EN: "English", Language.FR: "French"}
_BAD_ESCAPE = re.compile(r'"(?:[^"\\\n]|\\["\\])*(\\[^"\\])')
_QUOTES = "'‘’“”„«»`"

Words = tuple[str, str]  # the sentence and the way out


def of_foreign(word: str, keyword: str, words: Keywords) -> Words:
    """A keyword of the other language."""
    message = f"`{word}` is {_NAMES[words.language.other]}, in a file whose keywords are {_NAMES[words.language]}"
    return message, f"write `{words[keyword]}`: a file keeps to one language"


def of_character(char: str, accepted: Collection[str], words: Keywords) -> Words:
    """A character that starts no word of the language."""
    if char in _QUOTES:
        return f"unexpected character `{char}`", 'a text stands between straight double quotes ("…")'
    if not char.isprintable() or char.isspace():
        return (
            f"unexpected character {unicodedata.name(char, f'U+{ord(char):04X}')}",
            "remove it, or use a plain space",
        )
    return f"unexpected character `{char}`", _expected(accepted, words)


def bad_escape(text: str, start: int) -> int | None:
    """Where a backslash escapes something that needs no escape, in the text in quotes that starts there."""
    match = _BAD_ESCAPE.match(text, start)
    return match.start(1) if match else None


def of_unreadable(text: str, start: int, accepted: Collection[str], words: Keywords) -> tuple[str, str, int, int]:
    """A character that starts no word, or a text in quotes that cannot be read: with its place, what it is."""
    if text[start] != '"':
        return *of_character(text[start], accepted, words), start, start + 1
    escape = bad_escape(text, start)
    if escape is None:
        return "a text that does not end on its line", 'close it with `"`', start, start + 1
    return "a `\\` before what needs none", '`\\` stands before `"` and `\\` only', escape, escape + 2


def of_word(word: str, opens_its_line: bool, accepted: Collection[str], words: Keywords) -> Words:
    """A word that cannot stand there."""
    message = f"unexpected `{word}`"
    if word in words.openers and opens_its_line:
        return message, "start it at the first column, if it opens an item"
    if word in words.reserved and "NAME" in accepted:
        way_out = f'write `"{word}"`, if it is a value' if "TEXT" in accepted else "choose another name"
        return f"`{word}` is a word of the language", way_out
    keywords = {words.terminals[name] for name in accepted if name not in _TERMINALS}
    meant = words.written.get(_MEANT.get(word, ""), "")
    close = f"did you mean `{meant}`?" if meant in keywords else did_you_mean(word, sorted(keywords))
    return message, close or _expected(accepted, words)


def of_end(opener: str, accepted: Collection[str], words: Keywords) -> Words:
    """An item that stops before it is whole."""
    kinds = {"define": "definition", "never": "invariant", "always": "invariant"}
    what = {words[keyword]: kind for keyword, kind in kinds.items()}.get(opener, "rule")
    return f"the {what} stops too early", _expected(accepted, words)


def _expected(accepted: Collection[str], words: Keywords) -> str:
    """Everything that could stand there; the many ways to go on with a rule are one."""
    clauses = _CLAUSES & set(accepted)
    many = len(clauses) > 1  # where only one can come, as in an invariant, it has its own name
    shown = {
        _TERMINALS.get(name) or f"`{words.terminals[name]}`" for name in accepted if not (many and name in clauses)
    }
    if many:
        some = ", ".join(f"`{words[clause]}`" for clause in ("when", "unless", "because", "fr", "en"))
        shown.add(f"a clause ({some}, …)")
    *others, last = sorted(shown)
    return "expected " + (f"{', '.join(others)} or {last}" if others else last)
