"""What a name stands for, said where it is read: labels, official code, law, and who is concerned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from habilitation.authorizer import Authorizer
from habilitation.checked.policy import Axis, Labels, Policy
from habilitation.compiled.tables import EditionTable, Tables
from habilitation.editor.readings import Reading
from habilitation.editor.sentences import say
from habilitation.editor.things import Kind, Thing
from habilitation.written.syntax import WrittenDefinition, WrittenRule

_SHOWN = 8  # names of a list; the others are counted


def card(reading: Reading, thing: Thing, lang: str) -> str:
    """Markdown about a thing; nothing for one that the policy does not know."""
    tell = _CARDS.get(thing.kind)
    policy = reading.policy
    if tell is None or policy is None:
        return ""
    return "\n\n".join(part for part in tell(_Said(reading, policy, lang), thing) if part)


class _Said:
    """What the cards read, and the language they speak."""

    def __init__(self, reading: Reading, policy: Policy, lang: str) -> None:
        self.reading, self.policy, self.lang = reading, policy, lang
        self.axes = {axis.name: axis for axis in policy.axes}

    def head(self, name: str, labels: Labels, kind: str) -> str:
        other = "en" if self.lang == "fr" else "fr"
        return f"**{labels[self.lang]}** · `{name}` · {say(kind, self.lang)}  \n*{labels[other]}*"

    def line(self, key: str, text: str) -> str:
        return f"{say(key, self.lang)} {text}" if text else ""

    def listed(self, names: Iterable[str]) -> str:
        every = list(names)
        more = f" {say('more', self.lang).format(len(every) - _SHOWN)}" if len(every) > _SHOWN else ""
        return ", ".join(every[:_SHOWN]) + more


def _axis(said: _Said, thing: Thing) -> Iterator[str]:
    axis = said.axes.get(thing.name)
    if axis is None:
        return
    yield said.head(axis.name, axis.labels, "fact" if axis.fact else "axis")
    if not axis.fact:
        shown = (f"`{value.name}` {value.labels[said.lang]}" for value in axis.values)
        yield said.line("values", f"({len(axis.values)}) {said.listed(shown)}")
        yield said.line("groups", said.listed(f"`{name}`" for name in axis.groups))
    if axis.default is not None:
        yield said.line("default", f"`{axis.values[axis.default].name}`")


def _value(said: _Said, thing: Thing) -> Iterator[str]:
    axis = said.axes.get(thing.owner)
    ordinal = _ordinal(axis, thing.name)
    if axis is None or ordinal is None:
        return
    value = axis.values[ordinal]
    yield said.head(value.name, value.labels, "value") + f"  \n{axis.labels[said.lang]} (`{axis.name}`)"
    if value.systems:
        yield said.line("code", f"`{value.code}`, {value.systems[-1]} ({value.systems[0]})")
    if value.deprecated:
        yield f"⚠ {say('deprecated', said.lang)} {value.note}"
    elif value.note:
        yield value.note
    yield said.line("groups", said.listed(f"`{name}`" for name, members in axis.groups.items() if ordinal in members))
    if said.reading.compiled is not None:
        number = said.policy.axes.index(axis)
        yield said.line("rules_concerned", said.listed(_concerned(said.reading.compiled, number, ordinal)))


def _ordinal(axis: Axis | None, name: str) -> int | None:
    names = [value.name for value in axis.values] if axis is not None else []
    return names.index(name) if name in names else None


def _concerned(compiled: Authorizer, axis: int, value: int) -> Iterator[str]:
    """The rules in force that look at the axis and may hold for this value."""
    edition = _in_force(compiled)
    if edition is None:
        return
    for rule in edition.rules:
        bits = _bits(edition, rule, axis)
        if len(set(bits)) > 1 and bits[value]:
            yield f"`{compiled.tables.rules[rule].name}`"


def _in_force(compiled: Authorizer) -> EditionTable | None:
    number = compiled.answers.number
    return compiled.tables.editions[number] if number >= 0 else None


def _bits(edition: EditionTable, rule: int, axis: int) -> list[int]:
    """Of each value of an axis, the clauses of the rule that it leaves."""
    mask = sum(1 << bit for bit, owner in enumerate(edition.clauses) if owner == rule)
    return [word & mask for word in edition.axis_bits[axis]]


def _group(said: _Said, thing: Thing) -> Iterator[str]:
    axis = said.axes.get(thing.owner)
    if axis is None or thing.name not in axis.groups:
        return
    members = sorted(axis.groups[thing.name])
    yield (
        said.head(thing.name, axis.group_labels[thing.name], "group") + f"  \n{axis.labels[said.lang]} (`{axis.name}`)"
    )
    shown = (f"`{axis.values[one].name}` {axis.values[one].labels[said.lang]}" for one in members)
    yield said.line("values", f"({len(members)}) {said.listed(shown)}")


def _rule(said: _Said, thing: Thing) -> Iterator[str]:
    rule = next((one for one in said.policy.rules if one.name == thing.name), None)
    if rule is None:
        return
    yield f"**{rule.effect.value}** `{rule.name}`  \n{rule.message[said.lang]}"
    yield said.line("law", "; ".join(rule.citations))
    compiled = said.reading.compiled
    edition = _in_force(compiled) if compiled is not None else None
    if compiled is not None and edition is not None:
        numbers = [number for number in edition.rules if compiled.tables.rules[number].name == rule.name]
        if not numbers:
            yield say("not_in_force", said.lang)
        for number in numbers:
            yield "\n".join(f"- {line}" for line in _who(said, compiled.tables, edition, number))
    yield said.line("obligations", said.listed(f"`{name}`" for name in rule.obligations))
    yield said.line("advice", said.listed(f"`{name}`" for name in rule.advice))


def _who(said: _Said, tables: Tables, edition: EditionTable, rule: int) -> Iterator[str]:
    """For each enumeration that the rule restricts, the values it may hold for."""
    for number, axis in enumerate(tables.axes):
        bits = _bits(edition, rule, number)
        open_to = [value for value, left in zip(axis.values, bits, strict=True) if left]
        if axis.fact or len(open_to) == len(axis.values):
            continue
        shown = said.listed(f"{value.text[said.lang]} (`{value.name}`)" for value in open_to)
        yield f"{axis.text[said.lang]} ({len(open_to)}/{len(axis.values)}) {shown}"


def _definition(said: _Said, thing: Thing) -> Iterator[str]:
    items = [item for file in said.reading.written.rules for item in file.items] if said.reading.written else []
    for item in items:
        if isinstance(item, WrittenDefinition) and item.name == thing.name:
            text = item.span.source.text[item.span.start : item.span.end]
            yield f"```habilitation\n{text}\n```"
            yield "\n".join(comment.text.lstrip("# ") for comment in item.comments)
    yield _users(said, thing)


def _users(said: _Said, thing: Thing) -> str:
    """The rules that name a thing."""
    items = [item for file in said.reading.written.rules for item in file.items] if said.reading.written else []
    places = [one.span for one in said.reading.mentions.of(thing) if not one.declares]
    inside = {
        str(item.name): None
        for item in items
        if isinstance(item, WrittenRule | WrittenDefinition)
        for place in places
        if item.span.source is place.source and item.span.start <= place.start < item.span.end
    }
    return said.line("used_by", said.listed(f"`{name}`" for name in inside))


def _matrix(said: _Said, thing: Thing) -> Iterator[str]:
    for matrix in said.policy.matrices:
        if matrix.name == thing.name:
            names = [
                said.policy.matrices[one.index].name if one.is_matrix else said.policy.axes[one.index].name
                for one in matrix.inputs
            ]
            yield said.head(matrix.name, matrix.labels, "matrix") + f"  \n`{' × '.join(names)}`"
            pairs = zip(matrix.values[1:], matrix.value_labels[1:], strict=True)
            yield said.line("values", said.listed(f"`{value}` {label[said.lang]}" for value, label in pairs))
            yield said.line("editions", said.listed(f"{one.id} ({len(one.cells)})" for one in matrix.editions))
            yield _users(said, thing)


def _cell(said: _Said, thing: Thing) -> Iterator[str]:
    for matrix in said.policy.matrices:
        if matrix.name == thing.owner and thing.name in matrix.values:
            label = matrix.value_labels[matrix.values.index(thing.name)]
            yield said.head(thing.name, label, "cell") + f"  \n{matrix.labels[said.lang]} (`{matrix.name}`)"


def _notice(said: _Said, thing: Thing) -> Iterator[str]:
    declared = said.policy.obligations if thing.kind is Kind.OBLIGATION else said.policy.advice
    if thing.name in declared:
        notice = declared[thing.name]
        yield said.head(thing.name, notice.labels, "obligation" if thing.kind is Kind.OBLIGATION else "advised")
        yield said.line("law", notice.source)
        yield _users(said, thing)


def _citation(said: _Said, thing: Thing) -> Iterator[str]:
    yield f"**{thing.name}**"
    yield _users(said, thing)


_CARDS: dict[Kind, Callable[[_Said, Thing], Iterator[str]]] = {
    Kind.AXIS: _axis,
    Kind.VALUE: _value,
    Kind.GROUP: _group,
    Kind.RULE: _rule,
    Kind.DEFINITION: _definition,
    Kind.MATRIX: _matrix,
    Kind.CELL: _cell,
    Kind.OBLIGATION: _notice,
    Kind.ADVICE: _notice,
    Kind.TEXT: _citation,
}
