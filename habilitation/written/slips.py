"""What an author meant who wrote a rule as one writes elsewhere: other signs, no colon, no braces, accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from habilitation.written.syntax import Keywords, pattern

_SIGNS = {
    "==": "is",
    "=": "is",
    "!=": "is not",
    "<>": "is not",
    "≠": "is not",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
}
_ORDERS = "<>≤≥"
_NEGATIONS = ("no", "ne", "pas", "sans", "without")
_OPENS = "([{"
_WORD = re.compile(r"[\w\u0300-\u036f]+")
_LAST_WORD = re.compile(r"(\w+)\s+\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_ARTICLE = re.compile(r"(?<!\w)[lLdD]['’](?P<name>[\w\u0300-\u036f]+)")
_LISTED = "`habilitation show axes` lists those of the policy"
_SPELLING = "names are small letters without accents, digits and `_`"


@dataclass(frozen=True, slots=True)
class Slip:
    """Where it stands, what it is and what to write; `meant` is how a name would be spelt that must exist already."""

    start: int
    end: int
    message: str
    way_out: str
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where an item stops being read: at the text from `start` to `end`, after a word that ends at `read`."""

    text: str
    start: int
    end: int
    read: tuple[int, int]
    accepted: Collection[str]
    words: Keywords

    @property
    def here(self) -> str:
        """What cannot stand there."""
        return self.text[self.start : self.end]

    def slip(self, way_out: str, start: int | None = None, end: int | None = None) -> Slip:
        """Something unexpected, and what to write."""
        first, last = self.start if start is None else start, self.end if end is None else end
        return Slip(first, last, f"unexpected `{self.text[first:last]}`", way_out)


def read_before(error: Any) -> tuple[int, int]:
    """Where the last word starts and ends that the parser could read before it stopped."""
    read = error.interactive_parser.parser_state.value_stack
    place = getattr(read[-1], "meta", read[-1]) if read else None
    return (0, 0) if place is None else (place.start_pos, place.end_pos)


def slip(stop: Stop) -> Slip | None:
    """The slip that an author made there, if it is one that many make."""
    found = (
        find(stop)
        for find in (
            _sign,
            _no_colon,
            _several,
            _two_tests,
            _unnamed_matrix,
            _truth,
            _period,
            _article,
            _negation,
            _order,
            _spelling,
        )
    )
    return next((one for one in found if one is not None), None)


def _sign(stop: Stop) -> Slip | None:
    sign = next((one for one in _SIGNS if stop.text.startswith(one, stop.start)), None)
    if sign is None:
        return None
    if "COLON" in stop.accepted:
        return stop.slip("write `:`", end=stop.start + len(sign))
    keyword = _SIGNS[sign]
    if keyword.split()[0].upper() in stop.accepted:
        return stop.slip(f"write `{stop.words[keyword]}`", end=stop.start + len(sign))
    return None


def _no_colon(stop: Stop) -> Slip | None:
    if set(stop.accepted) == {"COLON"}:
        return Slip(*stop.read, "missing `:`", "write `:` after it")
    return None


def _several(stop: Stop) -> Slip | None:
    """Values in a row, or in other brackets, after a test that takes one."""
    if stop.here not in (",", *_OPENS):
        return None
    first_value = "" if stop.here in _OPENS else r"[^\s,]+\s*"
    tested = _tested(stop.words, rf"\s+{first_value}").search(stop.text, 0, stop.start)
    if tested is None:
        return None
    within = stop.words["not in" if tested.group("not") else "in"]
    first = tested.group(0).split()[-1] if stop.here == "," else "…"
    return stop.slip(f"several values stand in braces: `{within} {{{first}, …}}`")


def _tested(words: Keywords, following: str) -> re.Pattern[str]:
    """A keyword that tests, at the end of a text but for what follows it."""
    negated = "|".join(pattern_of(words[keyword]) for keyword in ("is not", "not in"))
    plain = "|".join(pattern_of(words[keyword]) for keyword in ("is", "in"))
    return re.compile(rf"(?<!\w)(?:(?P<not>{negated})|{plain}){following}\Z")


def pattern_of(keyword: str) -> str:
    """A regular expression of a keyword of one or several words."""
    return r"\s+".join(pattern(word) for word in keyword.split())


def _two_tests(stop: Stop) -> Slip | None:
    """One test written with the words of two: `is not in`, `is in`."""
    words = stop.words
    for twice, keyword in ((("is not", "in"), "not in"), (("is", "in"), "in"), (("is", "not in"), "not in")):
        both = re.compile(r"(?<!\w)" + r"\s+".join(pattern_of(words[one]) for one in twice) + r"(?!\w)")
        for found in both.finditer(stop.text):
            if found.start() <= stop.start < found.end():
                return stop.slip(f"write `{words[keyword]}`", *found.span())
    return None


def _unnamed_matrix(stop: Stop) -> Slip | None:
    words = stop.words
    before = _LAST_WORD.search(stop.text, 0, stop.start)
    tests = (words["is"], words["is not"].split()[0], words["in"])
    if before is None or before.group(1) != words["matrix"] or stop.here not in tests:
        return None
    return stop.slip(f"say which matrix: `{words['matrix']} NAME {words['is']} …`")


def _truth(stop: Stop) -> Slip | None:
    """`not` written for false, after a test."""
    words = stop.words
    if stop.here != words["not"] or "TEXT" not in stop.accepted:
        return None
    tested = re.search(rf"([a-z][a-z0-9_]*)\s+{pattern_of(words['is'])}\s+\Z", stop.text[: stop.start])
    if tested is None:
        return None
    return stop.slip(f'write `{words["not"]} {tested[1]}`, if that is a fact; `"{stop.here}"`, if it is a value')


def _period(stop: Stop) -> Slip | None:
    """Another word for `from`, where only a date may begin or end."""
    word = _WORD.match(stop.text, stop.start)
    if "FROM" not in stop.accepted or word is None:
        return None
    ways = [f"`{stop.words[one]} YYYY-MM-DD`" for one in ("from", "until") if one.upper() in stop.accepted]
    return stop.slip(f"write {' or '.join(ways)}", end=word.end())


def _article(stop: Stop) -> Slip | None:
    """A French article before a name: `l'auteur`."""
    found = next((one for one in _ARTICLE.finditer(stop.text) if one.start() <= stop.start < one.end()), None)
    if found is None or '"' in stop.text[stop.text.rfind("\n", 0, found.start()) + 1 : found.start()]:
        return None
    way_out = f"names have no article; {_LISTED}"
    return Slip(*found.span(), f"`{found[0]}` is no name", way_out, spelt(found["name"]))


def _negation(stop: Stop) -> Slip | None:
    """Another word for `not`, there or, taken for a fact, just before."""
    words = stop.words
    if stop.here in _NEGATIONS and _tested(words, r"\s+").search(stop.text, 0, stop.start):
        return stop.slip(f"did you mean `{words['is not']}`?")
    if stop.here in _NEGATIONS and "NOT" in stop.accepted:
        return stop.slip(f"did you mean `{words['not']}`?")
    before = _LAST_WORD.search(stop.text, 0, stop.start)
    if before is None or before.group(1) not in _NEGATIONS or not _NAME.match(stop.here):
        return None
    if _tested(words, r"\s+").search(stop.text, 0, before.start()):
        return stop.slip(f"did you mean `{words['is not']}`?", *before.span(1))
    return stop.slip(f"did you mean `{words['not']}`?", *before.span(1))


def _order(stop: Stop) -> Slip | None:
    if stop.here[:1] in _ORDERS and "IS" in stop.accepted:
        return stop.slip(f"values have no order: list them, `{stop.words['in']} {{…}}`")
    return None


def _spelling(stop: Stop) -> Slip | None:
    """A name with accents, capitals or hyphens: as the language spells it, or in quotes where it is a value."""
    start = stop.start
    while start and _WORD.match(stop.text[start - 1]):
        start -= 1
    found = _WORD.match(stop.text, start)
    end = max(stop.end, found.end() if found else stop.end)
    word = stop.text[start:end]
    name = spelt(word)
    named = "NAME" in stop.accepted or not (word.isascii() or "TEXT" in stop.accepted)
    if word and not word.isascii() and not named:
        return stop.slip('a text stands between double quotes ("…")', start, end)
    if not name or name == word or not named:
        return None
    value = word.isascii() or _tested(stop.words, r"\s+(?:\{[^}]*)?").search(stop.text, 0, start) is None
    quoted = "" if value else f'; a value may stand in quotes: `"{word}"`'
    if stop.text[:start].strip() in stop.words.openers:  # a name that is given, and not used
        return Slip(start, end, f"`{word}` is no name", f"did you mean `{name}`? {_SPELLING}")
    line = stop.text[stop.text.rfind("\n", 0, start) + 1 : start].split()
    conditional = len(line) > 0 and line[0] in {stop.words[one] for one in ("when", "unless", "and", "or")}
    listed = f"; {_LISTED}" if conditional and not quoted else ""
    return Slip(start, end, f"`{word}` is no name", f"{_SPELLING}{quoted}{listed}", name)


def spelt(word: str) -> str:
    """A word as a name: small letters without accents, digits and `_`; nothing where that makes no name.

    >>> spelt("Médecin-chef")
    'medecin_chef'
    """
    plain = unicodedata.normalize("NFKD", word.replace("œ", "oe").replace("æ", "ae"))
    name = re.sub(r"[-.]", "_", "".join(char for char in plain if not unicodedata.combining(char))).lower()
    return name if _NAME.match(name) else ""
