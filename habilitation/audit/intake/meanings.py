"""The values of a column, each translated once however many rows bear it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.audit.intake.aliases import ACTOR_KINDS, OUTCOMES, TRUTHS, folded
from habilitation.audit.intake.mapping import TableMapping, granularity
from habilitation.audit.intake.texts import words
from habilitation.audit.refusals import UsageError
from habilitation.audit.schema import ACTOR_KINDS as KIND_ORDER
from habilitation.audit.schema import OUTCOMES as OUTCOME_ORDER
from habilitation.authorizer import Authorizer
from habilitation.diagnostic import RequestError, did_you_mean

_SUGGESTIONS = 200  # unknown values of a column that are compared to the known ones: past that, it is another column
Refusal = tuple[str, str]  # code and sentence
Reading = Callable[[str], int]  # Raises RequestError, UsageError


class Meanings:
    """Texts of one column to numbers, or to the reason why not. Keeps what it has translated."""

    def __init__(self, read: Reading, said: Mapping[str, str], system: str = "") -> None:
        self._read, self._said, self._system = read, said, system
        self._known: dict[str, int | Refusal] = {}

    def of(self, text: str) -> int | Refusal:
        """The number of one text."""
        found = self._known.get(text)
        if found is None:
            found = self._translated(text)
            if len(self._known) < 1 << 16:  # a column of free text is not kept whole
                self._known[text] = found
        return found

    def numbers(self, column: Any, nothing: int) -> tuple[Any, Any, list[Refusal]]:
        """A number a row (int64; `nothing` for a null or a blank), its kind of refusal (0: none), and the refusals."""
        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).dictionary_encode()
        told: list[Refusal] = []
        values, kinds = [nothing], [0]
        for text in words(column.dictionary):
            found = self.of(text) if text and not text.isspace() else nothing
            refused = not isinstance(found, int)
            values.append(nothing if isinstance(found, tuple) else found)
            if isinstance(found, tuple):
                told.append(found)
            kinds.append(len(told) if refused else 0)
        codes = np.asarray(column.indices.fill_null(-1)) + 1  # 0 is a null
        return np.array(values, dtype=np.int64)[codes], np.array(kinds, dtype=np.int32)[codes] if told else None, told

    def _translated(self, text: str) -> int | Refusal:
        word = text.strip()
        word = self._said.get(word, word)
        if self._system and "^" not in word and text.strip() not in self._said:
            word = f"{word}^{self._system}"
        try:
            return self._read(word)
        except (RequestError, UsageError) as error:
            return error.code, str(error)


def axis_meanings(policy: Authorizer, name: str, mapping: TableMapping, column: str = "") -> Meanings:
    """Ordinals of the values of an axis; facts are also read in French, and as 0 and 1.

    `column` is the one they stand in, when it is not named as the axis.
    """
    encoder = next(one for one in policy.answers.asked.encoders if one.axis.name == name)
    unknown: set[str] = set()

    def truth(text: str) -> int:
        found = TRUTHS.get(folded(text))
        if found is None:
            raise RequestError("unknown_code", f"`{name}` is true or false, not `{text}`", name)
        return int(found)

    def code(text: str) -> int:
        if text not in encoder.known and text not in encoder.ambiguous and len(unknown) >= _SUGGESTIONS:
            raise RequestError("unknown_code", f"unknown `{name}`: `{text}`", name)
        try:
            return encoder.ordinal(text)
        except RequestError:
            unknown.add(text)
            raise

    said, system = mapping.values.get(column or name, {}), mapping.system.get(column or name, "")
    return Meanings(truth if encoder.axis.fact else code, said, system)


def outcome_meanings(mapping: TableMapping) -> Meanings:
    """Outcomes by their place in `schema.OUTCOMES`."""
    return Meanings(_word("outcome", OUTCOMES, OUTCOME_ORDER), mapping.values.get("outcome", {}))


def kind_meanings(mapping: TableMapping) -> Meanings:
    """Kinds of actors by their place in `schema.ACTOR_KINDS`."""
    return Meanings(_word("actor_kind", ACTOR_KINDS, KIND_ORDER), mapping.values.get("actor_kind", {}))


def granularity_meanings(mapping: TableMapping) -> Meanings:
    """Microseconds of a granularity."""
    return Meanings(granularity, mapping.values.get("time_granularity", {}))


def fact_meanings(policy: Authorizer, mapping: TableMapping) -> Meanings:
    """Numbers of axes, by their names."""
    names = [encoder.axis.name for encoder in policy.answers.asked.encoders]

    def number(text: str) -> int:
        if text not in names:
            raise RequestError("unknown_fact", f"unknown fact `{text}`", text, did_you_mean(text, names))
        return names.index(text)

    return Meanings(number, mapping.values.get("fact", {}))


def _word(name: str, words: Mapping[str, str], order: tuple[str, ...]) -> Reading:
    def read(text: str) -> int:
        found = words.get(folded(text))
        if found is None:
            raise RequestError(f"unknown_{name}", f"unknown `{name}`: `{text}`", name, did_you_mean(text, words))
        return order.index(found)

    return read
