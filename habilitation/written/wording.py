"""The grammar of `grammar/rules.lark` with the keywords of one language, from `grammar/keywords.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from habilitation import shipped
from habilitation.written.syntax import ENDS, Keywords, Language, keywords, pattern


def grammar(words: Keywords) -> str:
    """The grammar, its keywords as written in a language."""
    rules = shipped.grammar().read_text("utf-8")
    return "\n".join((rules, *_terminals(words), *_phrases(words), ""))


def _terminals(words: Keywords) -> Iterator[str]:
    """A terminal a word; one that is no name is sought before names, which would take its first letters."""
    for name, word in words.terminals.items():
        spelt = pattern(word)
        yield f'{name}: "{word}"' if spelt == word else f"{name}.3: /{spelt}{ENDS}/"


def _phrases(words: Keywords) -> Iterator[str]:
    """A rule a keyword of several words, which leaves no trace of its own in the tree."""
    named = {word: name for name, word in words.terminals.items()}
    for keyword, text in words.written.items():
        if " " in keyword:
            yield f"_{keyword.replace(' ', '_')}: {' '.join(named[word] for word in text.split())}"


def foreign(text: str, start: int, words: Keywords) -> tuple[str, int] | None:
    """The keyword that stands there in the other language and means nothing in this one, and where it ends."""
    found = _foreign(words.language).match(text, start)
    if found is None:
        return None
    other = keywords(words.language.other)
    word = next(word for word in other.reserved if re.fullmatch(pattern(word), found.group()))
    return other.meaning(word), found.end()


@cache
def _foreign(language: Language) -> re.Pattern[str]:
    others = keywords(language.other).reserved - keywords(language).reserved
    return re.compile(f"(?:{'|'.join(map(pattern, sorted(others)))}){ENDS}")
