"""The name that was meant by a word that is none: of those that the policy has, one that may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from habilitation.diagnostic import Diagnostic, did_you_mean, did_you_mean_labelled
from habilitation.source import Word
from habilitation.vocabulary import ACTION
from habilitation.written.slips import pattern_of
from habilitation.written.syntax import (
    Keywords,
    RuleFile,
    WrittenAxis,
    WrittenDefinition,
    WrittenGroup,
    WrittenNotice,
    WrittenValue,
    WrittenVocabulary,
    keywords_of,
    pattern,
)

_Named = Mapping[Word, WrittenAxis | WrittenValue | WrittenGroup | WrittenNotice]


def with_names(
    found: Iterable[Diagnostic], files: Iterable[RuleFile], vocabulary: WrittenVocabulary
) -> Iterator[Diagnostic]:
    """The mistakes of rule files; of a word that is no name, the way out begins with the name that it is like."""
    files = tuple(files)
    words = {word.span: word for file in files for word in file.misnamed}
    definitions = tuple(name for file in files for name in _defined(file)) if words else ()
    for one in found:
        meant = _meant(words[one.span], vocabulary, definitions) if one.span in words else ""
        yield replace(one, help=f"{meant} {one.help}") if meant else one


def _defined(file: RuleFile) -> Iterator[str]:
    yield from (str(item.name) for item in file.items if isinstance(item, WrittenDefinition))
    yield from file.refused


def _meant(word: Word, vocabulary: WrittenVocabulary, definitions: tuple[str, ...]) -> str:
    """Which name it may be; nothing where none that may stand there is like it."""
    place = _Place.of(word)
    named = place.named(vocabulary)
    labels = [(str(name), str(label)) for name, one in named.items() for label in (one.fr, one.en) if label]
    names = [*named, *(definitions if place.is_condition else ())]
    return did_you_mean(word, names) or did_you_mean_labelled(word, labels)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a word stands: its paragraph before it and after it, and its line; in the keywords of the file."""

    before: str
    line: str
    after: str
    words: Keywords

    @classmethod
    def of(cls, word: Word) -> _Place:
        span, text = word.span, word.span.source.text
        before = text[text.rfind("\n\n", 0, span.start) + 1 : span.start]
        after = text[span.end :].partition("\n\n")[0]
        return cls(before, before.rpartition("\n")[2], after, keywords_of(span.source))

    @property
    def is_condition(self) -> bool:
        """Whether a fact or a definition may stand there."""
        return not (self._tested() or self._listed() or self._is_tested() or self._is_matrix())

    def named(self, vocabulary: WrittenVocabulary) -> _Named:
        """What has a name and labels and may stand there."""
        axes = {str(name): axis for name, axis in vocabulary.axes.items()}
        if tested := self._tested():
            # The cells of a matrix are marks, and have their own table.
            return _values(None if tested["matrix"] else axes.get(tested["axis"]))
        if self._is_matrix():
            return {}
        match self._listed():
            case "for":
                return _values(axes.get(ACTION))
            case "oblige":
                return vocabulary.obligations
            case "advise":
                return vocabulary.advice
        return {name: axis for name, axis in vocabulary.axes.items() if bool(axis.fact) is not self._is_tested()}

    def _tested(self) -> re.Match[str] | None:
        """A test whose value is awaited."""
        matrix = rf"(?P<matrix>{pattern(self.words['matrix'])}\s+)?"
        return re.search(rf"{matrix}(?P<axis>\w+)\s+(?:{self._tests()})\s+(?:\{{[^}}]*)?\Z", self.before)

    def _is_matrix(self) -> bool:
        """Whether the name of a matrix is awaited: the vocabulary has none."""
        return re.search(rf"{pattern(self.words['matrix'])}\s+\Z", self.before) is not None

    def _is_tested(self) -> bool:
        """Whether the word is what is tested."""
        return re.match(rf"\s+(?:{self._tests()})(?!\w)", self.after) is not None

    def _tests(self) -> str:
        return "|".join(pattern_of(self.words[one]) for one in ("is not", "not in", "is", "in"))

    def _listed(self) -> str:
        """The clause of names that the line is, if it is one."""
        listed = ("for", "oblige", "advise")
        return next((one for one in listed if re.match(rf"\s*{pattern(self.words[one])}\s", self.line)), "")


def _values(axis: WrittenAxis | None) -> _Named:
    return {**axis.values, **axis.groups} if axis else {}
