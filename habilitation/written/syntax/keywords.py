"""The words of the rule language, in each of its languages: one table, `grammar/keywords.csv`."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from habilitation import shipped


class Language(enum.StrEnum):
    """A language of the keywords; a file is written in one."""

    EN = "en"
    FR = "fr"


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords of one language: how each is written, and the words that nothing else can be named by."""

    language: Language
    written: Mapping[str, str]
    reserved: frozenset[str]

    def __getitem__(self, word: str) -> str:
        """How a keyword, named as in English, is written here: one word or several."""
        return self.written[word]


@cache
def keywords(language: Language) -> Keywords:
    """The keywords of a language."""
    first, *rows = (line.split(",") for line in shipped.keywords().read_text("utf-8").splitlines())
    column = first.index(language)
    written = {row[0]: row[column] for row in rows}
    return Keywords(language, written, frozenset(part for text in written.values() for part in text.split()))
