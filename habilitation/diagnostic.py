"""What we tell authors and callers: mistakes with a place, a sentence and, if we can, a way out."""

from __future__ import annotations

import difflib
import enum
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from habilitation.source import Span

_BEFORE, _AFTER = 120, 160  # characters of a line shown before and after the start of a mistake
_SENTENCE = 400
_CLOSE_AT_MOST = 80  # letters of a word worth a suggestion: to compare two takes the product of their lengths
_KNOWN_AT_MOST = 2_000  # words that one is compared to
# How alike two words are for one to be proposed. Past four letters, `metier` is no `motive` and `report` no `deposit`.
_SHORT, _ALIKE_SHORT, _ALIKE = 4, 0.6, 0.7

# Characters that make a text look like another: controls, false ends of line, changes of direction.
HIDES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_BLANKS = re.compile("[\t\n]")
# What Markdown reads as more than text: signs, the beginning of an item of a list, addresses. A name stays code.
_MARKUP = re.compile(r"[\\`*_\[\]#|~]")
_TAGS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ITEM = re.compile(r"^(\d{0,9})([-+.)])(?=\s|$)")
_ADDRESS = re.compile(r"@|:(?=//)|(?<=www)\.", re.IGNORECASE)
_NAME = re.compile(r"(`\w+(?:[.^:=@-]\w+)*`)", re.ASCII)
_COMBINE = frozenset({"Mn", "Me", "Cf"})


class Severity(enum.Enum):
    """An error refuses the policy; a warning is shown and counted."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: stable code, sentence in the author's words, place, and a way out."""

    code: str
    message: str
    span: Span | None = None
    help: str = ""
    severity: Severity = Severity.ERROR

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sort key: by place, then by code and sentence, so that every run shows the same list."""
        if self.span is None:
            return "", 0, 0, self.code, self.message
        return self.span.source.name, self.span.start, self.span.end, self.code, self.message

    def render(self) -> str:
        """Plain text: place, sentence, the line with the culprit underlined, help, code."""
        mark = "" if self.severity is Severity.ERROR else "warning: "
        head = f"{mark}{_cropped(self.message)}"
        way_out = [f"  help: {_cropped(self.help)}"] if self.help else []
        if self.span is not None:
            head = f"{self.span.source.name}:{self.span.line}:{self.span.column}: {head}"
        lines = [head, *_quoted(self.span), *way_out, f"  code: {self.code}"]
        return "\n".join(map(_printable, lines))

    def as_json(self) -> dict[str, Any]:
        """The same content as plain data; `line`, `column`, `end_column` count characters from 1."""
        place: dict[str, Any] = {
            "file": None,
            "line": None,
            "column": None,
            "end_line": None,
            "end_column": None,
        }
        if self.span is not None:
            end_line, end_column = self.span.source.position(self.span.end)
            place = {
                "file": self.span.source.name,
                "line": self.span.line,
                "column": self.span.column,
                "end_line": end_line,
                "end_column": end_column,
            }
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            **place,
            "help": self.help or None,
        }


def _quoted(span: Span | None) -> Iterator[str]:
    """The line of a place and, under it, carets where it is wrong; a long line is cut around the culprit.

    Nothing of a file without a text: an empty one, or one that cannot be read.
    """
    if span is None or not span.source.text:
        return
    number, start = span.line, span.column - 1
    text = span.source.line(number)
    first, last = max(0, start - _BEFORE), start + _AFTER
    before = ("…" if first else "") + text[first:start]
    culprit = text[start : min(start + span.end - span.start, last)]
    after = text[start + len(culprit) : last] + ("…" if last < len(text) else "")
    gutter = f"  {number} │ "
    yield f"{gutter}{before}{culprit}{after}"
    yield f"{'│ ':>{len(gutter)}}{' ' * _width(before)}{'^' * max(1, _width(culprit))}"


def _cropped(sentence: str) -> str:
    """A sentence that quotes a very long word, without its middle."""
    return sentence if len(sentence) <= _SENTENCE else f"{sentence[: _SENTENCE - 50]}…{sentence[-49:]}"


def one_line(text: str) -> str:
    r"""A text that stays on its line: what would move the cursor or turn the reading direction is shown as �.

    >>> one_line("a label\nin two")
    'a label in two'
    """
    return HIDES.sub("�", _BLANKS.sub(" ", text))


def in_markdown(text: str) -> str:
    r"""A text on a line of Markdown, where it says what it says: no tag, link, emphasis, item of a list, no one called.

    A name between backticks stays code.

    >>> print(in_markdown("`masked` hides <b>, @all"))
    `masked` hides &lt;b&gt;, &#64;all
    """
    parts = enumerate(_NAME.split(one_line(text).strip()))
    return _ITEM.sub(r"\1\\\2", "".join(part if number % 2 else _as_text(part) for number, part in parts))


def _as_text(text: str) -> str:
    # A forge takes `@somebody` for a call, and an address for a link, behind a backslash too.
    escaped = _MARKUP.sub(r"\\\g<0>", text.translate(_TAGS))
    return _ADDRESS.sub(lambda found: f"&#{ord(found[0])};", escaped)


def _printable(line: str) -> str:
    """What a terminal can show as it is: nothing that moves the cursor or turns the reading direction."""
    return "".join(map(_shown, line))


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    if char <= "\x1f":
        return chr(0x2400 + ord(char))  # ␀ to ␟, the pictures of control characters
    return "�" if HIDES.match(char) else char


def _width(text: str) -> int:
    """Columns a terminal gives to a text: two to an emoji, none to what combines with another."""
    columns, joined = 0, False
    for char in _printable(text):
        if not joined and unicodedata.category(char) not in _COMBINE and not "🏻" <= char <= "🏿":
            columns += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        joined = char == "\u200d"
    return columns


def sorted_once(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Every different mistake once, in reading order."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda found: found.order))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Way out for a misspelt word, or nothing when no known word is close.

    >>> did_you_mean("profesion", ["profession", "motive"])
    'did you mean `profession`?'
    >>> did_you_mean("metier", ["profession", "motive"])
    ''
    """
    close = closest(word, known)
    return f"did you mean `{close}`?" if close else ""


def did_you_mean_labelled(word: str, labels: Iterable[tuple[str, str]]) -> str:
    """Way out for a word that stands in a label, of (name, label) pairs, or nothing: people write what they read.

    >>> did_you_mean_labelled("masque", [("author", "Auteur"), ("masked", "Masqué par le patient")])
    'did you mean `masked`?'
    """
    words = set(folded(word.replace("_", " ")).split())
    meant = next((name for name, label in labels if words and words <= set(folded(label).split())), "")
    return f"did you mean `{meant}`?" if meant else ""


def folded(text: str) -> str:
    """Words in small letters, without accents, parted by single blanks.

    >>> folded("Chirurgien-dentiste, DIPLÔMÉ")
    'chirurgien dentiste diplome'
    """
    plain = (char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", "".join(plain)))


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that a misspelt one is most like, or nothing."""
    if len(word) > _CLOSE_AT_MOST:
        return ""
    among = itertools.islice(known, _KNOWN_AT_MOST)
    folded = {name.casefold(): name for name in among if len(name) <= _CLOSE_AT_MOST}
    cutoff = _ALIKE if len(word) > _SHORT else _ALIKE_SHORT
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return folded[close[0]] if close else ""


class HabilitationError(Exception):
    """Anything this package refuses, with its reason."""


class PolicyError(HabilitationError):
    """A policy that cannot be used; `diagnostics` lists all its mistakes, sorted."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sorted_once(diagnostics)
        super().__init__("\n".join(found.render() for found in self.diagnostics))

    def __reduce__(self) -> tuple[type[PolicyError], tuple[tuple[Diagnostic, ...]]]:
        return PolicyError, (self.diagnostics,)


class RequestError(HabilitationError, ValueError):
    """A request that names something the policy does not know; `code` is stable, `axis` may be empty."""

    def __init__(self, code: str, message: str, axis: str = "", help: str = "") -> None:
        self.code, self.message, self.axis, self.help = code, message, axis, help
        super().__init__(f"{message} ({help})" if help else message)

    def __reduce__(self) -> tuple[type[RequestError], tuple[str, str, str, str]]:
        return RequestError, (self.code, self.message, self.axis, self.help)

    def as_json(self) -> dict[str, Any]:
        """The refusal as plain data."""
        return {
            "code": self.code,
            "message": self.message,
            "axis": self.axis or None,
            "help": self.help or None,
        }


class ArtefactError(HabilitationError):
    """A compiled policy that is truncated, altered, or written in another format."""
