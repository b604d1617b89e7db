"""The words of the rule language, in each of its languages: one table, `grammar/keywords.csv`."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from habilitation import shipped
from habilitation.source import Source
from habilitation.vocabulary import RuleEffect

OPENERS = ("permit", "forbid", "abstain", "define", "never", "always")
ENDS = r"(?![\w.-])"  # what no word of the language is followed by
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class Language(enum.StrEnum):
    """A language of the keywords; a file is written in one."""

    EN = "en"
    FR = "fr"

    @property
    def other(self) -> Language:
        return Language.FR if self is Language.EN else Language.EN


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords of one language: how each is written, and the words that nothing else can be named by."""

    language: Language
    written: Mapping[str, str]  # by its name, which is how it is written in English; one word or several
    terminals: Mapping[str, str]  # each word, by its name in the grammar
    reserved: frozenset[str]

    def __getitem__(self, keyword: str) -> str:
        """How a keyword is written here."""
        return self.written[keyword]

    @property
    def openers(self) -> frozenset[str]:
        """The words that open an item."""
        return frozenset(self.written[word] for word in OPENERS)

    def meaning(self, word: str) -> str:
        """The keyword that a word is, or is a part of."""
        return next(keyword for keyword, text in self.written.items() if word in text.split())


def pattern(word: str) -> str:
    """A regular expression of a keyword, whichever apostrophe and whichever accents the keyboard gives."""
    if _NAME.match(word):
        return word
    forms = sorted({unicodedata.normalize(form, word) for form in ("NFC", "NFD")})
    return f"(?:{'|'.join(forms)})".replace("'", "['’]")


@cache
def keywords(language: Language) -> Keywords:
    """The keywords of a language."""
    first, *rows = (line.split(",") for line in shipped.keywords().read_text("utf-8").splitlines())
    column = first.index(language)
    written = {row[0]: row[column] for row in rows}
    # A word of a keyword of several is named by itself (`pas` is PAS), unless it is a keyword too (`is`, `not`).
    terminals = {name.upper(): text for name, text in written.items() if " " not in name}
    for text in written.values():
        extra = (word for word in text.split() if word not in terminals.values())
        terminals |= {re.sub(r"\W", "_", word).upper(): word for word in extra}
    return Keywords(language, written, terminals, frozenset(terminals.values()))


def language_of(source: Source) -> Language:
    """The language of a rule file: that of the first item opened in either."""
    first = _opener().search(source.text)
    return Language.FR if first is not None and first.group("fr") else Language.EN


def keywords_of(source: Source) -> Keywords:
    """The keywords of a rule file."""
    return keywords(language_of(source))


def opens_an_item(source: Source) -> bool:
    """Whether a line of a text begins as a rule, a definition or a promise does, in either language."""
    return _opener().search(source.text) is not None


@cache
def _opener() -> re.Pattern[str]:
    either = (f"(?P<{one}>{'|'.join(map(pattern, sorted(keywords(one).openers)))})" for one in Language)
    return re.compile(f"^(?:{'|'.join(either)}){ENDS}", re.MULTILINE)


# What a case expects where no rule decides: no rule is written so.
SILENT = {Language.EN: "silent", Language.FR: "silence"}
EFFECT_WORDS = tuple(
    word for one in Language for word in (*(keywords(one)[effect.value] for effect in RuleEffect), SILENT[one])
)
# Nothing is named by one of these, whatever the language of the file that names it.
KEYWORDS = keywords(Language.EN).reserved
