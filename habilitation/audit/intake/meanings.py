"""The values of a column, each translated once however many rows bear it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.audit.intake.aliases import ACTOR_KINDS, OUTCOMES, TRUTHS, folded
from habilitation.audit.intake.mapping import TableMapping, granularity
from habilitation.audit.intake.sentences import said_of, say
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

    def __init__(self, read: Reading, mapping: TableMapping, column: str, system: str = "", way_out: str = "") -> None:
        self._read, self._said, self._system = read, mapping.values.get(column, {}), system
        self._otherwise, self._way_out = mapping.otherwise.get(column), way_out
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
        values: list[int] = []
        kinds: list[int] = []
        for text in words(column.dictionary):
            found = self.of(text) if text and not text.isspace() else nothing
            refused = not isinstance(found, int)
            values.append(nothing if isinstance(found, tuple) else found)
            if isinstance(found, tuple):
                told.append(found)
            kinds.append(len(told) if refused else 0)
        values, kinds = [*values, nothing], [*kinds, 0]
        codes = np.asarray(column.indices.fill_null(-1)) if column.null_count else np.asarray(column.indices)
        # A null is -1: the last of the values.
        numbers = np.array(values, dtype=np.int64).take(codes, mode="wrap")
        return numbers, np.array(kinds, dtype=np.int32).take(codes, mode="wrap") if told else None, told

    def _translated(self, text: str) -> int | Refusal:
        error = self.refusal(text)
        if error is None:
            return self._read(self._word(text))
        if self._otherwise is not None and error.code != "ambiguous_code":  # which the policy knows, twice
            return self._read(self._otherwise)
        # What two codes of one system have in common is the system: the nearest of them is no way out.
        if self._way_out and error.code == "unknown_code" and ("^" in self._word(text) or not error.help):
            return error.code, said_of(error, self._word(text), self._way_out)
        return error.code, said_of(error, self._word(text))

    def refusal(self, text: str) -> RequestError | UsageError | None:
        """Why a text that is neither empty nor read otherwise has no number, if it has none."""
        try:
            self._read(self._word(text))
        except (RequestError, UsageError) as error:
            return error
        return None

    def _word(self, text: str) -> str:
        """The text as the mapping file writes it for us."""
        word = text.strip()
        if word in self._said:
            return self._said[word]
        return f"{word}^{self._system}" if self._system and "^" not in word else word


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

    column = column or name
    axis, way_out = encoder.axis, ""
    if not axis.fact and axis.default >= 0:  # which is proved never to open
        way_out = say("otherwise", line=f"{column}: {axis.values[axis.default].name}")
    return Meanings(truth if axis.fact else code, mapping, column, mapping.system.get(column, ""), way_out)


def outcome_meanings(mapping: TableMapping) -> Meanings:
    """Outcomes by their place in `schema.OUTCOMES`."""
    return Meanings(_word("outcome", OUTCOMES, OUTCOME_ORDER), mapping, "outcome")


def kind_meanings(mapping: TableMapping) -> Meanings:
    """Kinds of actors by their place in `schema.ACTOR_KINDS`."""
    return Meanings(_word("actor_kind", ACTOR_KINDS, KIND_ORDER), mapping, "actor_kind")


def granularity_meanings(mapping: TableMapping) -> Meanings:
    """Microseconds of a granularity."""
    return Meanings(granularity, mapping, "time_granularity")


def fact_meanings(policy: Authorizer, mapping: TableMapping) -> Meanings:
    """Numbers of axes, by their names."""
    names = [encoder.axis.name for encoder in policy.answers.asked.encoders]

    def number(text: str) -> int:
        if text not in names:
            raise RequestError("unknown_fact", f"unknown fact `{text}`", text, did_you_mean(text, names))
        return names.index(text)

    return Meanings(number, mapping, "fact")


def _word(name: str, words: Mapping[str, str], order: tuple[str, ...]) -> Reading:
    def read(text: str) -> int:
        found = words.get(folded(text))
        if found is None:
            raise RequestError(f"unknown_{name}", f"unknown `{name}`: `{text}`", name, did_you_mean(text, words))
        return order.index(found)

    return read
