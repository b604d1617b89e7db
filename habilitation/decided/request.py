"""From the facts of a caller to ordinals: what is accepted, and what is refused with a way out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from habilitation.compiled.tables import AxisTable
from habilitation.diagnostic import RequestError, did_you_mean, did_you_mean_labelled
from habilitation.vocabulary import MISSING

UNSTATED = -1  # the ordinal of a missing value
_OID = re.compile(r"\d+(\.\d+)+\Z")


@dataclass(frozen=True, slots=True)
class Encoder:
    """Reads the values of one axis. `known` maps every accepted spelling to its ordinal.

    Spellings: the name of a value; its official code when a single code system has it here; `code^OID` (or
    `code^urn:oid:OID`, `code^URI`); the codes of other lists mapped to the axis. A fact takes True and False, and what
    Python holds equal to them (1 and 0, the booleans of numpy), never a text.
    """

    axis: AxisTable
    known: Mapping[Any, int]
    ambiguous: Mapping[str, tuple[str, ...]]

    def ordinal(self, value: Any) -> int:
        """The ordinal of a value, or UNSTATED for None. Raises RequestError."""
        if value is None or value is MISSING:
            return UNSTATED
        if isinstance(value, Mapping):
            value = self._coded(value)
        try:
            return self.known[value]
        except (KeyError, TypeError):
            raise self._refusal(value) from None

    def _coded(self, value: Mapping[Any, Any]) -> str:
        if set(value) != {"system", "code"} or not all(isinstance(part, str) for part in value.values()):
            message = f"`{self.axis.name}` takes a code as {{'system': …, 'code': …}}, not {dict(value)!r}"
            raise RequestError("wrong_type", message, self.axis.name)
        return f"{value['code']}^{value['system']}"

    def _refusal(self, value: Any) -> RequestError:
        name = self.axis.name
        if self.axis.fact:
            message = f"`{name}` is a fact: it takes True or False, not {value!r}"
            return RequestError("wrong_type", message, name)
        if not isinstance(value, str):
            message = f"`{name}` takes a code as text, not {value!r}"
            return RequestError(
                "wrong_type", message, name, f"did you mean `{value}`?" if str(value) in self.known else ""
            )
        if value in self.ambiguous:
            ways = " or ".join(f"`{one}`" for one in self.ambiguous[value])
            message = f"`{value}` is a code of several systems for `{name}`"
            return RequestError("ambiguous_code", message, name, f"write {ways}")
        return RequestError(
            "unknown_code", f"unknown `{name}`: `{value}`", name, did_you_mean(value, map(str, self.known))
        )


def encoder(axis: AxisTable) -> Encoder:
    """The encoder of one axis."""
    if axis.fact:
        return Encoder(axis, {False: 0, True: 1}, {})
    bare: dict[str, set[int]] = defaultdict(set)
    known: dict[Any, int] = {}
    codes = [(value.code, value.systems, ordinal) for ordinal, value in enumerate(axis.values)]
    for code, systems, ordinal in [*codes, *axis.synonyms]:
        bare[code].add(ordinal)
        for system in systems:
            known[f"{code}^{system}"] = ordinal
            if _OID.match(system):
                known[f"{code}^urn:oid:{system}"] = ordinal
    known |= {code: next(iter(ordinals)) for code, ordinals in bare.items() if len(ordinals) == 1}
    known |= {value.name: ordinal for ordinal, value in enumerate(axis.values)}
    ambiguous = {
        code: tuple(axis.values[ordinal].name for ordinal in sorted(ordinals))
        for code, ordinals in bare.items()
        if len(ordinals) > 1 and code not in known
    }
    return Encoder(axis, known, ambiguous)


@dataclass(frozen=True, slots=True)
class Desired:
    """Reads whole requests against one vocabulary."""

    encoders: tuple[Encoder, ...]
    index: Mapping[str, int]
    defaults: tuple[int, ...]

    def ordinals(self, *requests: Mapping[str, Any] | None, stated: Mapping[int, int]) -> dict[int, int]:
        """{axis ordinal: value ordinal} of the facts of several requests, beside those already stated.

        Raises RequestError, also when two of them state a fact differently.
        """
        found = dict(stated)
        for request in requests:
            for axis, ordinal in self._read(request):
                if found.setdefault(axis, ordinal) != ordinal:
                    raise self._contradiction(axis, found[axis])
        return found

    def _read(self, request: Mapping[str, Any] | None) -> Iterator[tuple[int, int]]:
        if request is None:
            return
        if not isinstance(request, Mapping):
            raise RequestError("wrong_type", f"a request is a mapping from axes to values, not {request!r}")
        for name, value in request.items():
            axis = self.index.get(name)
            if axis is None:
                raise self.unknown_axis(name)
            ordinal = self.encoders[axis].ordinal(value)
            if ordinal != UNSTATED:
                yield axis, ordinal

    def _contradiction(self, axis: int, ordinal: int) -> RequestError:
        table = self.encoders[axis].axis
        given = bool(ordinal) if table.fact else table.values[ordinal].name
        return RequestError("already_given", f"`{table.name}` is already given as {given!r}", table.name)

    def unknown_axis(self, name: Any) -> RequestError:
        """The refusal of an axis nobody declared."""
        labels = [(one.axis.name, label) for one in self.encoders for label in (one.axis.text.fr, one.axis.text.en)]
        way_out = did_you_mean(str(name), self.index) or did_you_mean_labelled(str(name), labels)
        return RequestError("unknown_axis", f"unknown axis `{name}`", str(name), way_out)

    def values(self, stated: Mapping[int, int]) -> list[int]:
        """A value an axis: what is stated, else the restrictive default, else UNSTATED."""
        values = list(self.defaults)
        for axis, ordinal in stated.items():
            values[axis] = ordinal
        return values


def desired(axes: Iterable[AxisTable]) -> Desired:
    """The reader of requests of a policy with these axes."""
    encoders = tuple(map(encoder, axes))
    return Desired(
        encoders=encoders,
        index={one.axis.name: ordinal for ordinal, one in enumerate(encoders)},
        defaults=tuple(one.axis.default for one in encoders),
    )
