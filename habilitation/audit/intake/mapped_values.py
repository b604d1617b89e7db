"""The values that a mapping file writes, held to the policy: one that nothing reads would reject every line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.meanings import (
    Meanings,
    axis_meanings,
    fact_meanings,
    granularity_meanings,
    kind_meanings,
    outcome_meanings,
)
from habilitation.authorizer import Authorizer
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Word

_WORDS = {"outcome": outcome_meanings, "actor_kind": kind_meanings, "time_granularity": granularity_meanings}
_OWN_CODES = ("ambiguous_code", "bad_granularity")


class Held:
    """The values of the table of one role, held to a policy. `mapping`: what is said of that table."""

    def __init__(self, role: str, policy: Authorizer, mapping: TableMapping) -> None:
        self._role, self._policy, self._mapping = role, policy, mapping
        self._encoders = policy.answers.asked.encoders

    def constants(self, words: Mapping[Word, Word]) -> Iterator[Diagnostic]:
        """A constant is read as a cell is: by `values` and `system` first."""
        said = TableMapping(values=self._mapping.values, system=self._mapping.system)
        for name, word in words.items():
            yield from self._unread(word, self._readers(name, said))

    def values(self, words: Mapping[Word, Mapping[Word, Word]]) -> Iterator[Diagnostic]:
        """What a value is said to mean."""
        for name, said in words.items():
            readers = self._readers(name, TableMapping())
            for word in said.values():
                yield from self._unread(word, readers)

    def otherwise(self, words: Mapping[Word, Word]) -> Iterator[Diagnostic]:
        """What any other value is said to mean: only where values are of a list, which identifiers are not."""
        for name, word in words.items():
            readers = self._readers(name, TableMapping())
            if not readers:
                yield Diagnostic("wrong_shape", f"`{name}` holds any text: there are no other values", name.span)
            yield from self._unread(word, readers)

    def systems(self, words: Mapping[Word, Word]) -> Iterator[Diagnostic]:
        """A code system is one of those of the axis; that of identifiers is only written after them."""
        for name, word in words.items():
            axes = self._axes(name)
            spellings = (str(text) for one in self._encoders if one.axis.name in axes for text in one.known)
            known = {text.partition("^")[2] for text in spellings if "^" in text}
            if axes and word not in known:
                sentence = f"`{name}` has no code system `{word}`"
                yield Diagnostic("unknown_system", sentence, word.span, did_you_mean(word, sorted(known)))

    def _axes(self, name: str) -> list[str]:
        """The axes whose values stand in a column: of the values of facts, any."""
        names = [one.axis.name for one in self._encoders]
        if (self._role, name) == ("facts", "value"):
            fact = self._mapping.constants.get("fact", "")
            return [fact] if fact in names else names
        return [name] if name in names and self._role != "facts" else []

    def _readers(self, name: str, said: TableMapping) -> list[Meanings]:
        if name in _WORDS:
            return [_WORDS[name](said)]
        if (self._role, name) == ("facts", "fact"):
            return [fact_meanings(self._policy, said)]
        return [axis_meanings(self._policy, axis, said, name) for axis in self._axes(name)]

    def _unread(self, word: Word, readers: list[Meanings]) -> Iterator[Diagnostic]:
        """The refusal of a word that none of its readers reads."""
        refusals = [refusal for one in readers if (refusal := one.refusal(word)) is not None]
        if not readers or len(refusals) < len(readers):
            return
        if len(refusals) > 1:
            names = [value.name for one in self._encoders for value in one.axis.values]
            yield Diagnostic("unknown_value", f"no axis has a value `{word}`", word.span, did_you_mean(word, names))
            return
        (refusal,) = refusals
        code = refusal.code if refusal.code in _OWN_CODES else "unknown_value"
        yield Diagnostic(code, refusal.message, word.span, refusal.help)
