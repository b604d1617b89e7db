"""The words that name values: those of an axis, its groups, and the official codes of one system."""

from __future__ import annotations

import keyword
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from habilitation.checked.policy import Axis, Labels
from habilitation.diagnostic import Diagnostic, Severity, closest, did_you_mean
from habilitation.source import Span, Word
from habilitation.vocabulary import ENGINE_REASONS
from habilitation.written.syntax import KEYWORDS

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
# Words that the language, the front door and the audit already give a meaning to.
RESERVED = frozenset({"at", "known_on", "request", "self", "effect", "lang", *ENGINE_REASONS, *KEYWORDS})


@dataclass(frozen=True, slots=True)
class Naming:
    """An axis, with its words in order; a rule or a matrix names its values through this."""

    axis: Axis
    names: Mapping[str, int]
    codes: Mapping[str, list[int]]

    def values(self, word: Word, found: list[Diagnostic]) -> frozenset[int]:
        """The values a word names: a value, a group, or an official code of one system."""
        axis = self.axis
        if word not in self.names and word in axis.groups:
            return axis.groups[word]
        ordinals = [self.names[word]] if word in self.names else self.codes.get(word, [])
        if not ordinals:
            sentence = f"unknown value `{word}` of `{axis.name}`"
            found.append(Diagnostic("unknown_value", sentence, word.span, self._way_out(word)))
        elif len(ordinals) > 1:
            names = " or ".join(f"`{axis.values[ordinal].name}`" for ordinal in ordinals)
            sentence = f"`{word}` is a code of several systems"
            found.append(Diagnostic("ambiguous_code", sentence, word.span, f"write {names}"))
        elif (value := axis.values[ordinals[0]]).deprecated:
            sentence = f"`{word}` ({value.labels.fr}) is deprecated"
            found.append(Diagnostic("deprecated_code", sentence, word.span, value.note, Severity.WARNING))
        return frozenset(ordinals if len(ordinals) == 1 else ())

    def _way_out(self, word: Word) -> str:
        """The closest name, or else the name of the value whose label is close: authors write what they read."""
        labels = {label: value.name for value in self.axis.values for label in (value.labels.fr, value.labels.en)}
        meant = labels.get(closest(word, labels))
        return did_you_mean(word, [*self.names, *self.axis.groups]) or (f"did you mean `{meant}`?" if meant else "")

    def any_of(self, words: Iterable[Word], found: list[Diagnostic]) -> frozenset[int]:
        """The values some of the words name."""
        return frozenset().union(*(self.values(word, found) for word in words))


def naming(axis: Axis) -> Naming:
    """The words of an axis."""
    codes: dict[str, list[int]] = defaultdict(list)
    for ordinal, value in enumerate(axis.values):
        codes[value.code].append(ordinal)
    return Naming(axis, {value.name: ordinal for ordinal, value in enumerate(axis.values)}, dict(codes))


def labelled(fr: Word | None, en: Word | None, otherwise: str) -> Labels:
    """Both labels, each falling back on the other, then on a name."""
    return Labels(str(fr or en or otherwise), str(en or fr or otherwise))


def bad_name(word: Word, what: str) -> Iterator[Diagnostic]:
    """A name that the language, Python or the engine could take for something else."""
    if not _NAME.match(word):
        sentence = f"`{word}` cannot name {what}"
        way_out = "use small letters, digits and `_`, a letter first"
        yield Diagnostic("reserved_name", sentence, word.span, way_out)
    elif keyword.iskeyword(word) or word in RESERVED:
        sentence = f"`{word}` is reserved and cannot name {what}"
        yield Diagnostic("reserved_name", sentence, word.span, "choose another name")


def missing_translation(fr: Word | None, en: Word | None, what: str, span: Span) -> Iterator[Diagnostic]:
    """Both languages are required wherever a person reads the text."""
    for lang, text in (("fr", fr), ("en", en)):
        if not text:
            yield Diagnostic("missing_translation", f"{what} has no `{lang}` text", span, f"add `{lang}`")
