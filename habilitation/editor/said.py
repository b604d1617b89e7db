"""What the cards read, and how they say it: a policy, compiled where it can be, and the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from habilitation.checked.policy import Labels, Policy
from habilitation.compiled.tables import EditionTable
from habilitation.editor.readings import Reading
from habilitation.editor.sentences import say
from habilitation.editor.things import Thing
from habilitation.written.syntax import WrittenDefinition, WrittenRule

_SHOWN = 8  # names of a list; the others are counted


class Said:
    """A policy as the cards speak of it, in one language."""

    def __init__(self, reading: Reading, policy: Policy, lang: str) -> None:
        self.reading, self.policy, self.lang = reading, policy, lang
        self.axes = {axis.name: axis for axis in policy.axes}
        self.matrices = {matrix.name: matrix for matrix in policy.matrices}

    def head(self, name: str, labels: Labels, kind: str) -> str:
        """Both labels, the name, and what it is."""
        other = "en" if self.lang == "fr" else "fr"
        return f"**{labels[self.lang]}** · `{name}` · {say(kind, self.lang)}  \n*{labels[other]}*"

    def line(self, key: str, text: str) -> str:
        """A sentence and what it is about; nothing about nothing."""
        return f"{say(key, self.lang)} {text}" if text else ""

    def listed(self, names: Iterable[str]) -> str:
        """The first names of a list, and how many more there are."""
        every = list(names)
        more = f" {say('more', self.lang).format(len(every) - _SHOWN)}" if len(every) > _SHOWN else ""
        return ", ".join(every[:_SHOWN]) + more

    def users(self, thing: Thing) -> str:
        """The rules and the conditions that name a thing."""
        items = [item for file in self.reading.written.rules for item in file.items] if self.reading.written else []
        places = [one.span for one in self.reading.mentions.of(thing) if not one.declares]
        inside = {
            str(item.name): None
            for item in items
            if isinstance(item, WrittenRule | WrittenDefinition)
            for place in places
            if item.span.source is place.source and item.span.start <= place.start < item.span.end
        }
        return self.line("used_by", self.listed(f"`{name}`" for name in inside))

    def readers(self, name: str) -> str:
        """The matrices that an axis, or a matrix, is a coordinate of."""
        written = self.reading.written.matrices if self.reading.written else ()
        return self.line("read_by", self.listed(f"`{matrix.matrix}`" for matrix in written if name in matrix.axes))

    def stated(self, axis: str, value: str) -> str:
        """A fact of a case, with its labels."""
        known = self.axes.get(axis)
        labels = {one.name: one.labels[self.lang] for one in known.values} if known is not None else {}
        return f"{known.labels[self.lang] if known else axis} (`{axis}`): {labels.get(value, value)} (`{value}`)"

    @cached_property
    def sources(self) -> dict[tuple[str, str], str]:
        """Where an axis, and each of its values and groups, says that it comes from: by axis, then by name."""
        written = self.reading.written
        found: dict[tuple[str, str], str] = {}
        for name, axis in written.vocabulary.axes.items() if written is not None else ():
            found[str(name), ""] = str(axis.source or "")
            found |= {(str(name), str(value)): str(body.source or "") for value, body in axis.values.items()}
            found |= {(str(name), str(group)): str(body.source or "") for group, body in axis.groups.items()}
        return found

    # --- who is concerned -----------------------------------------------------------------------

    @cached_property
    def in_force(self) -> EditionTable | None:
        """The tables of today; None while the policy cannot be compiled, and before its first edition."""
        compiled = self.reading.compiled
        number = compiled.answers.number if compiled is not None else -1
        return compiled.tables.editions[number] if compiled is not None and number >= 0 else None

    def bits(self, rule: int, words: Iterable[int]) -> list[int]:
        """Of each value of an axis or of a matrix, the clauses of the rule that it leaves."""
        assert self.in_force is not None
        mask = sum(1 << bit for bit, owner in enumerate(self.in_force.clauses) if owner == rule)
        return [word & mask for word in words]

    def concerned(self, words: Iterable[int], value: int) -> str:
        """The rules in force that look at an axis or at a matrix, and may hold for this value of it."""
        found = self._concerned(list(words), value) if self.in_force is not None else ()
        return self.line("rules_concerned", self.listed(found))

    def _concerned(self, words: list[int], value: int) -> Iterator[str]:
        assert self.in_force is not None
        for rule in self.in_force.rules:
            bits = self.bits(rule, words)
            if len(set(bits)) > 1 and bits[value]:
                yield f"`{self.policy.rules[rule].name}`"
