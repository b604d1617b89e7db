"""Why something is rejected, said in French and in English from one catalogue."""

from __future__ import annotations

import re
from typing import Self

from habilitation.audit.intake.catalogue import CATALOGUE
from habilitation.audit.refusals import UsageError
from habilitation.diagnostic import RequestError

_QUOTED = re.compile("`[^`]*`")
_WAYS_OUT = {"did you mean ": "did_you_mean", "write ": "write"}


class Sentence(str):
    """A sentence in English, which has its French beside it: it goes wherever a text does, to other processes too."""

    __slots__ = ("fr",)
    fr: str

    def __new__(cls, en: str, fr: str) -> Self:
        made = super().__new__(cls, en)
        made.fr = fr
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # what a copy is made from: both
        return str(self), self.fr


def french(sentence: str) -> str:
    """The French of a sentence; a text of no language is itself."""
    return sentence.fr if isinstance(sentence, Sentence) else sentence


def say(key: str, **words: str | int) -> Sentence:
    """A sentence of the catalogue about these words, each in its language if it has one.

    >>> say("missing", name="time").fr
    'pas de `time`'
    """
    fr, en = CATALOGUE[key]
    in_french = {name: french(word) if isinstance(word, str) else word for name, word in words.items()}
    return Sentence(en.format(**words), fr.format(**in_french))


def said_of(error: RequestError | UsageError, text: str, way_out: str = "") -> Sentence:
    """Why a text has no meaning, as the policy or the mapping says it: their words are in English alone.

    `way_out` stands in the place of theirs.
    """
    name = error.axis if isinstance(error, RequestError) else ""
    variants = (key for key in CATALOGUE if key.partition(".")[0] == error.code)
    ours = (say(key, name=name, text=text) for key in variants)
    told = next((one for one in ours if one == error.message), say("refused", detail=error.message))
    way_out = way_out or (_way_out(error.help) if error.help else "")
    return say("with_a_way_out", told=told, way_out=way_out) if way_out else told


def _way_out(help: str) -> Sentence:
    """Ways out are a verb and what is quoted."""
    for start, key in _WAYS_OUT.items():
        quoted = _QUOTED.findall(help)
        if help.startswith(start) and quoted:
            return Sentence(help, say(key, words=any_of(quoted)).fr)
    return Sentence(help, help)


def any_of(words: list[str]) -> Sentence:
    """`a`, `b` or `c`."""
    *others, last = words
    return say("any_of", others=", ".join(others), last=last) if others else Sentence(last, last)
