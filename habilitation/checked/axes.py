"""From written axes to axes with ordinals: values, groups, defaults, codes of other lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from habilitation.checked.dates import bad_day
from habilitation.checked.naming import bad_name, labelled, missing_translation
from habilitation.checked.policy import Axis, Labels, Notice, Value
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Word
from habilitation.vocabulary import ACTION, CATEGORIES, TRUTHS, write_truth
from habilitation.written.syntax import (
    WrittenAxis,
    WrittenGroup,
    WrittenNotice,
    WrittenValue,
    WrittenVocabulary,
    as_day,
    keywords_of,
)

AXES_AT_MOST = 200
VALUES_AT_MOST = 20_000

_FACT_VALUES = ("false", "true")
_YES = {**TRUTHS, "yes": True, "no": False}

# A code, the ways to name its system, and the name of the value it stands for.
_Code = tuple[Word, tuple[str, ...], Word]


def yes_or_no(word: Word | None, otherwise: bool, found: list[Diagnostic]) -> bool:
    """A truth value written in YAML."""
    if word is None:
        return otherwise
    if word not in _YES:
        found.append(Diagnostic("wrong_shape", f"`{word}` should be `true` or `false`", word.span, write_truth(word)))
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
            self._tell("too_many", f"more than {AXES_AT_MOST} axes", names[AXES_AT_MOST])
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

    def _tell(self, code: str, message: str, word: Word, way_out: str = "") -> None:
        self.found.append(Diagnostic(code, message, word.span, way_out))

    def _systems(self, system: Word | None) -> tuple[str, ...]:
        if system is None:
            return ()
        if system not in self.written.systems:
            way_out = did_you_mean(system, self.written.systems)
            self._tell("unknown_system", f"unknown code system `{system}`", system, way_out)
            return ()
        known = self.written.systems[system]
        return (*map(str, known.oids), *([str(known.uri)] if known.uri else []), str(system))

    def _synonyms(self) -> Mapping[str, list[_Code]]:
        by_axis: dict[str, list[_Code]] = defaultdict(list)
        for codes in self.written.code_lists.values():
            for synonym in codes.codes:
                systems = self._systems(synonym.system)
                if synonym.axis is None or synonym.value is None:
                    continue
                if synonym.axis not in self.written.axes:
                    way_out = did_you_mean(synonym.axis, self.written.axes)
                    self._tell("unknown_axis", f"unknown axis `{synonym.axis}`", synonym.axis, way_out)
                by_axis[synonym.axis].append((synonym.code, systems, synonym.value))
        return by_axis

    def _axis(self, name: Word, written: WrittenAxis, synonyms: Iterable[_Code]) -> Axis:
        self.found.extend(bad_name(name, "an axis"))
        self.found.extend(missing_translation(written.fr, written.en, f"the axis `{name}`", name.span))
        # A word that is neither true nor false was meant to make a fact, unless values are given.
        fact = yes_or_no(written.fact, written.fact is not None and not written.values, self.found)
        values = self._facts(name, written) if fact else self._values(name, written)
        ordinals = {value.name: ordinal for ordinal, value in enumerate(values)}
        known = [
            (code, systems, ordinal)
            for code, systems, value in synonyms
            if (ordinal := self._ordinal(ordinals, value)) is not None
        ]
        self._repeated_codes(name, values, known)
        return Axis(
            name=str(name),
            labels=labelled(written.fr, written.en, name),
            values=values,
            groups={str(group): self._group(group, ordinals, body) for group, body in written.groups.items()},
            group_labels={str(group): labelled(body.fr, body.en, group) for group, body in written.groups.items()},
            default=None if written.default is None else self._default(ordinals, written.default, fact=fact),
            fact=fact,
            counterfactual=yes_or_no(written.counterfactual, fact, self.found),
            synonyms=tuple((str(code), systems, ordinal) for code, systems, ordinal in known),
            span=name.span,
            category=self._category(written),
        )

    def _category(self, written: WrittenAxis) -> str:
        word = written.category
        if word is not None and word not in CATEGORIES:
            ways = ", ".join(f"`{category}`" for category in CATEGORIES)
            self._tell("unknown_value", f"unknown category `{word}`", word, f"one of {ways}")
        return str(word or "")

    def _facts(self, name: Word, written: WrittenAxis) -> tuple[Value, ...]:
        if written.values:
            self._tell("wrong_shape", f"the fact `{name}` has values of its own", name, "remove `fact` or `values`")
        sentences = {"false": Labels("non", "no"), "true": Labels("oui", "yes")}
        return tuple(Value(code, code, (), sentences[code], False, "", name.span) for code in _FACT_VALUES)

    def _values(self, name: Word, written: WrittenAxis) -> tuple[Value, ...]:
        if not written.values:
            self._tell("missing_key", f"the axis `{name}` has no values", name, "add `values`, or `fact: true`")
        if len(written.values) > VALUES_AT_MOST:
            self._tell("too_many", f"more than {VALUES_AT_MOST} values", name)
        for group in written.groups:
            if group in written.values:
                self._tell("repeated_name", f"`{group}` names both a value and a group", group)
        return tuple(self._value(code, value, written.values) for code, value in written.values.items())

    def _value(self, name: Word, written: WrittenValue, others: Mapping[Word, WrittenValue]) -> Value:
        self.found.extend(missing_translation(written.fr, written.en, f"`{name}`", name.span))
        self._validity(written)
        if written.status is not None and written.status not in ("active", "deprecated"):
            self._tell(
                "unknown_value", f"unknown status `{written.status}`", written.status, "`active` or `deprecated`"
            )
        if written.replaced_by is not None:
            self._ordinal({str(other): 0 for other in others}, written.replaced_by)
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

    def _validity(self, written: WrittenValue) -> None:
        """The dates of a code in its terminology, which may give one day for both."""
        self.found.extend(bad_day(written.from_))
        self.found.extend(bad_day(written.until))
        start, end = (as_day(word) if word else None for word in (written.from_, written.until))
        if start and end and written.until and end < start:
            self._tell("empty_period", f"`{end}` is before `{start}`", written.until)

    def _repeated_codes(
        self, axis: Word, values: Iterable[Value], synonyms: Iterable[tuple[Word, tuple[str, ...], int]]
    ) -> None:
        """One code of one system stands for one value of an axis; a second one would silently take its place."""
        seen: dict[tuple[str, str], int] = {}
        own = ((Word(value.code, value.span), value.systems, number) for number, value in enumerate(values))
        for code, systems, ordinal in (*own, *synonyms):
            if any(seen.setdefault((str(code), system), ordinal) != ordinal for system in systems):
                sentence = f"the code `{code}` of `{systems[-1]}` stands for two values of `{axis}`"
                self._tell("repeated_code", sentence, code, "keep it for one of them")

    def _group(self, name: Word, ordinals: Mapping[str, int], written: WrittenGroup) -> frozenset[int]:
        self.found.extend(bad_name(name, "a group"))
        self.found.extend(missing_translation(written.fr, written.en, f"the group `{name}`", name.span))
        found = (self._ordinal(ordinals, word) for word in written.values)
        return frozenset(ordinal for ordinal in found if ordinal is not None)

    def _default(self, ordinals: Mapping[str, int], word: Word, *, fact: bool) -> int | None:
        if fact and word not in ordinals:
            self._tell("unknown_value", f"a fact is true or false, not `{word}`", word, write_truth(word))
            return None
        return self._ordinal(ordinals, word)

    def _ordinal(self, ordinals: Mapping[str, int], word: Word) -> int | None:
        if word not in ordinals:
            self._tell("unknown_value", f"unknown value `{word}`", word, did_you_mean(word, ordinals))
        return ordinals.get(word)


def no_action_axis(axes: tuple[Axis, ...], words: Iterable[Word]) -> Iterator[Diagnostic]:
    """`for` speaks of the axis `action`, which a vocabulary may lack."""
    if all(axis.name != ACTION for axis in axes):
        for word in words:
            sentence = f"`{keywords_of(word.span.source)['for']}` needs an axis named `action`"
            yield Diagnostic("unknown_axis", sentence, word.span, "declare it in vocabulary.yaml")
