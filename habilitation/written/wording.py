"""The grammar of `grammar/rules.lark` with the keywords of one language, from `grammar/keywords.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from habilitation import shipped
from habilitation.source import Source
from habilitation.written.syntax import Keywords, Language, keywords, pattern

_ENDS = r"(?![\w.-])"


def grammar(words: Keywords) -> str:
    """The grammar, its keywords as written in a language."""
    rules = shipped.grammar().read_text("utf-8")
    return "\n".join((rules, *_terminals(words), *_phrases(words), ""))


def _terminals(words: Keywords) -> Iterator[str]:
    """A terminal a word; one that is no name is sought before names, which would take its first letters."""
    for name, word in words.terminals.items():
        spelt = pattern(word)
        yield f'{name}: "{word}"' if spelt == word else f"{name}.3: /{spelt}{_ENDS}/"


def _phrases(words: Keywords) -> Iterator[str]:
    """A rule a keyword of several words, which leaves no trace of its own in the tree."""
    named = {word: name for name, word in words.terminals.items()}
    for keyword, text in words.written.items():
        if " " in keyword:
            yield f"_{keyword.replace(' ', '_')}: {' '.join(named[word] for word in text.split())}"


def language_of(source: Source) -> Language:
    """The language of a file: that of the first item opened in either."""
    first = _opener().search(source.text)
    return Language.FR if first is not None and first.group("fr") else Language.EN


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
    return re.compile(f"(?:{'|'.join(map(pattern, sorted(others)))}){_ENDS}")


@cache
def _opener() -> re.Pattern[str]:
    either = (f"(?P<{one}>{'|'.join(map(pattern, sorted(keywords(one).openers)))})" for one in Language)
    return re.compile(f"^(?:{'|'.join(either)}){_ENDS}", re.MULTILINE)
