"""A case that kills a mutant, as YAML to paste under `cases:`; what it expects is left to its author."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from habilitation.authoring.mutation.witness import Witness

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]*\Z")


def case_yaml(witness: Witness, name: str) -> str:
    """The case, its lines indented as items of a list in a mapping.

    `expect` is empty, and `reasons` too where policy and mutant give one effect: the law is to fill them.
    """
    return "\n".join(f"  {line}" for line in _lines(witness, name))


def _lines(witness: Witness, name: str) -> Iterator[str]:
    yield f"- name: {json.dumps(name, ensure_ascii=False)}"
    facts = ", ".join(f"{_scalar(axis)}: {_scalar(value)}" for axis, value in witness.situation)
    yield f"  with: {{{facts}}}"
    for key, day in (("at", witness.at), ("known_on", witness.known_on)):
        if day is not None:
            yield f"  {key}: {day}"
    yield "  expect:"
    if witness.policy.effect is witness.mutant.effect:
        yield "  reasons:"


def _scalar(text: str) -> str:
    return text if _PLAIN.match(text) else json.dumps(text, ensure_ascii=False)
