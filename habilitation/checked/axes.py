"""From written axes to axes with ordinals: values, groups, defaults, codes of other lists."""

from __future__ import annotations

import keyword
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from habilitation.checked.policy import Axis, Labels, Notice, Value
from habilitation.diagnostic import Diagnostic, Severity, did_you_mean
from habilitation.source import Span, Word
from habilitation.vocabulary import ACTION, ENGINE_REASONS
from habilitation.written.syntax import WrittenAxis, WrittenNotice, WrittenValue, WrittenVocabulary, as_day

AXES_AT_MOST = 200
VALUES_AT_MOST = 20_000

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
# Words the front door and the audit already give a meaning to, beside the request.
RESERVED = frozenset({"at", "known_on", "request", "self", "effect", "lang", *ENGINE_REASONS})
_FACT_VALUES = ("false", "true")
_YES = {"true": True, "yes": True, "false": False, "no": False}


def labelled(fr: Word | None, en: Word | None, otherwise: str) -> Labels:
    """Both labels, each falling back on the other, then on a name."""
    return Labels(str(fr or en or otherwise), str(en or fr or otherwise))


def bad_name(word: Word, what: str) -> Iterator[Diagnostic]:
    """A name that the language, Python or the engine could take for something else."""
    if not _NAME.match(word):
        sentence = f"`{word}` cannot name {what}"
        yield Diagnostic("reserved_name", sentence, word.span, "use small letters, digits and `_`, a letter first")
    elif keyword.iskeyword(word) or word in RESERVED:
        yield Diagnostic("reserved_name", f"`{word}` is reserved and cannot name {what}", word.span)


def missing_translation(fr: Word | None, en: Word | None, what: str, span: Span) -> Iterator[Diagnostic]:
    """Both languages are required wherever a person reads the text."""
    for lang, text in (("fr", fr), ("en", en)):
        if not text:
            yield Diagnostic("missing_translation", f"{what} has no `{lang}` text", span, f"add `{lang}`")


def bad_day(word: Word | None) -> Iterator[Diagnostic]:
    """A date that is not one."""
    if word is not None and as_day(word) is None:
        yield Diagnostic("invalid_date", f"`{word}` is not a date", word.span, "write YYYY-MM-DD")


def yes_or_no(word: Word | None, otherwise: bool, found: list[Diagnostic]) -> bool:
    """A truth value written in YAML."""
    if word is None:
        return otherwise
    if word not in _YES:
        found.append(Diagnostic("wrong_shape", f"`{word}` should be `true` or `false`", word.span))
    return _YES.get(word, otherwise)


@dataclass(frozen=True, slots=True)
class AxisReader:
    """Turns one vocabulary into axes; what is wrong goes to `found`."""

    written: WrittenVocabulary
    found: list[Diagnostic]

    def axes(self) -> tuple[Axis, ...]:
        """The axes, in the order of the vocabulary."""
        names = list(self.written.axes)
        if len(names) > AXES_AT_MOST:
            self.found.append(Diagnostic("too_many", f"more than {AXES_AT_MOST} axes", names[AXES_AT_MOST].span))
        synonyms = self._synonyms()
        return tuple(self._axis(name, axis, synonyms[name]) for name, axis in self.written.axes.items())

    def notices(self, written: Mapping[Word, WrittenNotice], what: str) -> dict[str, Notice]:
        """Obligations or advice."""
        notices = {}
        for name, notice in written.items():
            self.found.extend(bad_name(name, what))
            self.found.extend(missing_translation(notice.fr, notice.en, f"`{name}`", name.span))
            notices[str(name)] = Notice(labelled(notice.fr, notice.en, name), str(notice.source or ""))
        return notices

    def _systems(self, system: Word | None) -> tuple[str, ...]:
        if system is None:
            return ()
        if system not in self.written.systems:
            way_out = did_you_mean(system, self.written.systems)
            self.found.append(Diagnostic("unknown_system", f"unknown code system `{system}`", system.span, way_out))
            return ()
        known = self.written.systems[system]
        return (*map(str, known.oids), *([str(known.uri)] if known.uri else []), str(system))

    def _synonyms(self) -> Mapping[str, list[tuple[str, tuple[str, ...], Word]]]:
        by_axis: dict[str, list[tuple[str, tuple[str, ...], Word]]] = defaultdict(list)
        for codes in self.written.code_lists.values():
            for synonym in codes.codes:
                systems = self._systems(synonym.system)
                if synonym.axis is None or synonym.value is None:
                    continue
                if synonym.axis not in self.written.axes:
                    way_out = did_you_mean(synonym.axis, self.written.axes)
                    sentence = f"unknown axis `{synonym.axis}`"
                    self.found.append(Diagnostic("unknown_axis", sentence, synonym.axis.span, way_out))
                by_axis[synonym.axis].append((str(synonym.code), systems, synonym.value))
        return by_axis

    def _axis(
        self, name: Word, written: WrittenAxis, synonyms: Iterable[tuple[str, tuple[str, ...], Word]]
    ) -> Axis:
        self.found.extend(bad_name(name, "an axis"))
        self.found.extend(missing_translation(written.fr, written.en, f"the axis `{name}`", name.span))
        fact = yes_or_no(written.fact, False, self.found)
        values = self._facts(name, written) if fact else self._values(name, written)
        ordinals = {value.name: ordinal for ordinal, value in enumerate(values)}
        return Axis(
            name=str(name),
            labels=labelled(written.fr, written.en, name),
            values=values,
            groups={str(group): self._group(ordinals, body.values) for group, body in written.groups.items()},
            group_labels={str(group): labelled(body.fr, body.en, group) for group, body in written.groups.items()},
            default=None if written.default is None else self._ordinal(ordinals, written.default),
            fact=fact,
            counterfactual=yes_or_no(written.counterfactual, fact, self.found),
            synonyms=tuple(
                (code, systems, ordinal)
                for code, systems, value in synonyms
                if (ordinal := self._ordinal(ordinals, value)) is not None
            ),
            span=name.span,
        )

    def _facts(self, name: Word, written: WrittenAxis) -> tuple[Value, ...]:
        if written.values:
            self.found.append(Diagnostic("wrong_shape", f"the fact `{name}` has values of its own", name.span))
        sentences = {"false": Labels("non", "no"), "true": Labels("oui", "yes")}
        return tuple(Value(code, code, (), sentences[code], False, "", name.span) for code in _FACT_VALUES)

    def _values(self, name: Word, written: WrittenAxis) -> tuple[Value, ...]:
        if not written.values:
            self.found.append(Diagnostic("missing_key", f"the axis `{name}` has no values", name.span))
        if len(written.values) > VALUES_AT_MOST:
            self.found.append(Diagnostic("too_many", f"more than {VALUES_AT_MOST} values", name.span))
        for group in written.groups:
            if group in written.values:
                sentence = f"`{group}` names both a value and a group"
                self.found.append(Diagnostic("repeated_name", sentence, group.span))
        return tuple(self._value(code, value) for code, value in written.values.items())

    def _value(self, name: Word, written: WrittenValue) -> Value:
        self.found.extend(missing_translation(written.fr, written.en, f"`{name}`", name.span))
        self.found.extend(bad_day(written.from_))
        self.found.extend(bad_day(written.until))
        if written.status is not None and written.status not in ("active", "deprecated"):
            sentence = f"unknown status `{written.status}`"
            self.found.append(Diagnostic("unknown_value", sentence, written.status.span, "`active` or `deprecated`"))
        note = f"replaced by `{written.replaced_by}`" if written.replaced_by else str(written.note or "")
        return Value(
            name=str(name),
            code=str(written.code or name),
            systems=self._systems(written.system),
            labels=labelled(written.fr, written.en, name),
            deprecated=written.status == "deprecated",
            note=note,
            span=name.span,
        )

    def _group(self, ordinals: Mapping[str, int], words: Iterable[Word]) -> frozenset[int]:
        found = (self._ordinal(ordinals, word) for word in words)
        return frozenset(ordinal for ordinal in found if ordinal is not None)

    def _ordinal(self, ordinals: Mapping[str, int], word: Word) -> int | None:
        if word not in ordinals:
            way_out = did_you_mean(word, ordinals)
            self.found.append(Diagnostic("unknown_value", f"unknown value `{word}`", word.span, way_out))
        return ordinals.get(word)


def named_values(axis: Axis, word: Word, found: list[Diagnostic]) -> frozenset[int]:
    """The values a word of a rule or a matrix names: a value, a group, or an official code of one system."""
    ordinals = [ordinal for ordinal, value in enumerate(axis.values) if value.name == word]
    if not ordinals and word in axis.groups:
        return axis.groups[word]
    if not ordinals:
        ordinals = [ordinal for ordinal, value in enumerate(axis.values) if value.code == word]
    if len(ordinals) > 1:
        names = " or ".join(f"`{axis.values[ordinal].name}`" for ordinal in ordinals)
        sentence = f"`{word}` is a code of several systems"
        found.append(Diagnostic("ambiguous_code", sentence, word.span, f"write {names}"))
        return frozenset()
    if not ordinals:
        way_out = did_you_mean(word, [*(value.name for value in axis.values), *axis.groups])
        sentence = f"unknown value `{word}` of `{axis.name}`"
        found.append(Diagnostic("unknown_value", sentence, word.span, way_out))
        return frozenset()
    value = axis.values[ordinals[0]]
    if value.deprecated:
        sentence = f"`{word}` ({value.labels.fr}) is deprecated"
        found.append(Diagnostic("deprecated_code", sentence, word.span, value.note, Severity.WARNING))
    return frozenset(ordinals)


def no_action_axis(axes: tuple[Axis, ...], words: Iterable[Word]) -> Iterator[Diagnostic]:
    """`for` speaks of the axis `action`, which a vocabulary may lack."""
    if all(axis.name != ACTION for axis in axes):
        for word in words:
            sentence = "`for` needs an axis named `action`"
            yield Diagnostic("unknown_axis", sentence, word.span, "declare it in vocabulary.yaml")
