"""What is typed to the words of its author: a mistake is shown in the flag as one in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from habilitation.audit.from_yaml import DISCHARGE
from habilitation.audit.in_words import InWords
from habilitation.audit.refusals import UsageError
from habilitation.source import Source, Span, Word

PLACE = "command line"
_BARE = "logs"  # the words without a flag


def typed(said: Mapping[str, str | list[str] | None]) -> InWords:
    """The words typed, by the name of their flag (`lag_after_discharge` for `--lag-after-discharge`).

    Raises UsageError for an axis assumed twice.
    """
    words: dict[str, Any] = {name: _word(name, text) for name, text in said.items() if isinstance(text, str)}
    lists = {name: [_word(name, text) for text in texts] for name, texts in said.items() if isinstance(texts, list)}
    assumed, lags = lists.pop("assume", []), lists.pop("lag_after_discharge", [])
    words |= {name: tuple(texts) for name, texts in lists.items()}
    words["complete"] = tuple(part for word in lists.get("complete", ()) for part in _parts(word))
    return InWords(
        **words,
        assume=_once(_cut(word, "true") for word in assumed),
        lag=_once(_lag(word) for word in lags),
    )


def _word(name: str, text: str) -> Word:
    line = text if name == _BARE else f"--{name.replace('_', '-')} {text}"
    return Word(text, Span(Source(PLACE, line), len(line) - len(text), len(line)))


def _piece(word: Word, start: int, end: int) -> Word:
    return Word(word[start:end], Span(word.span.source, word.span.start + start, word.span.start + end))


def _parts(word: Word) -> Iterator[Word]:
    """`care_team,blocked` is two words."""
    start = 0
    for part in word.split(","):
        if part:
            yield _piece(word, start, start + len(part))
        start += len(part) + 1


def _cut(word: Word, otherwise: str) -> tuple[Word, Word]:
    """`axis=value`; of a word alone, what it means otherwise."""
    name, equals, _ = word.partition("=")
    value = _piece(word, len(name) + 1, len(word)) if equals else Word(otherwise, word.span)
    return _piece(word, 0, len(name)), value


def _lag(word: Word) -> tuple[Word, Word]:
    return _cut(word, "") if "=" in word else (Word(DISCHARGE, word.span), word)


def _once(pairs: Iterator[tuple[Word, Word]]) -> dict[Word, Word]:
    found: dict[Word, Word] = {}
    for name, value in pairs:
        if name in found:
            raise UsageError("already_given", f"`{name}` is given twice", f"keep one of `{found[name]}` and `{value}`")
        found[name] = value
    return found
