"""What a name stands for, said where it is read: labels, official code, law, and who is concerned."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from habilitation.checked.policy import Axis, Period
from habilitation.editor.cells import Mark
from habilitation.editor.charts import cell_card, matrix_card
from habilitation.editor.readings import Reading
from habilitation.editor.said import Said
from habilitation.editor.sentences import say
from habilitation.editor.things import Kind, Thing
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST
from habilitation.written.syntax import WrittenDefinition, keywords_of


def card(reading: Reading, thing: Thing, lang: str, mark: Mark | None = None) -> str:
    """Markdown about a thing, or about the cell of a mark; nothing for one that the policy does not know."""
    tell = _CARDS.get(thing.kind)
    policy = reading.policy
    if tell is None or policy is None:
        return ""
    said = Said(reading, policy, lang)
    told = tell(said, thing) if mark is None else cell_card(said, thing, mark)
    return "\n\n".join(part for part in told if part)


def _axis(said: Said, thing: Thing) -> Iterator[str]:
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
    yield said.line("law", said.sources.get((axis.name, ""), ""))
    yield said.readers(axis.name)


def _value(said: Said, thing: Thing) -> Iterator[str]:
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
    yield said.line("law", said.sources.get((axis.name, value.name), ""))
    if said.in_force is not None:
        yield said.concerned(said.in_force.axis_bits[said.policy.axes.index(axis)], ordinal)
    yield said.readers(axis.name)


def _ordinal(axis: Axis | None, name: str) -> int | None:
    names = [value.name for value in axis.values] if axis is not None else []
    return names.index(name) if name in names else None


def _group(said: Said, thing: Thing) -> Iterator[str]:
    axis = said.axes.get(thing.owner)
    if axis is None or thing.name not in axis.groups:
        return
    members = sorted(axis.groups[thing.name])
    yield (
        said.head(thing.name, axis.group_labels[thing.name], "group") + f"  \n{axis.labels[said.lang]} (`{axis.name}`)"
    )
    shown = (f"`{axis.values[one].name}` {axis.values[one].labels[said.lang]}" for one in members)
    yield said.line("values", f"({len(members)}) {said.listed(shown)}")
    yield said.line("law", said.sources.get((axis.name, thing.name), ""))


def _rule(said: Said, thing: Thing) -> Iterator[str]:
    rule = next((one for one in said.policy.rules if one.name == thing.name), None)
    if rule is None:
        return
    effect = keywords_of(rule.span.source)[rule.effect.value]
    yield f"**{effect}** `{rule.name}`  \n{rule.message[said.lang]}"
    yield said.line("law", "; ".join(rule.citations))
    yield said.line("applicable", " ".join(_days(rule.applicable, said.lang)))
    number = said.policy.rules.index(rule)
    if said.in_force is not None:
        in_force = number in said.in_force.rules
        yield "\n".join(f"- {line}" for line in _who(said, number)) if in_force else say("not_in_force", said.lang)
    yield said.line("obligations", said.listed(f"`{name}`" for name in rule.obligations))
    yield said.line("advice", said.listed(f"`{name}`" for name in rule.advice))


def _days(applicable: Period, lang: str) -> Iterator[str]:
    """The bounds of a period, the end said to be excluded; an open one is not told."""
    if applicable.start != DISTANT_PAST:
        yield say("from", lang).format(applicable.start)
    if applicable.end != DISTANT_FUTURE:
        yield say("until", lang).format(applicable.end)


def _who(said: Said, rule: int) -> Iterator[str]:
    """For each enumeration that the rule restricts, the values it may hold for."""
    assert said.in_force is not None
    for axis, words in zip(said.policy.axes, said.in_force.axis_bits, strict=True):
        open_to = [value for value, left in zip(axis.values, said.bits(rule, words), strict=True) if left]
        if axis.fact or len(open_to) == len(axis.values):
            continue
        shown = said.listed(f"{value.labels[said.lang]} (`{value.name}`)" for value in open_to)
        yield f"{axis.labels[said.lang]} ({len(open_to)}/{len(axis.values)}) {shown}"


def _definition(said: Said, thing: Thing) -> Iterator[str]:
    items = [item for file in said.reading.written.rules for item in file.items] if said.reading.written else []
    for item in items:
        if isinstance(item, WrittenDefinition) and item.name == thing.name:
            text = item.span.source.text[item.span.start : item.span.end]
            yield f"```habilitation\n{text}\n```"
            yield "\n".join(comment.text.lstrip("# ") for comment in item.comments)
    yield said.users(thing)


def _notice(said: Said, thing: Thing) -> Iterator[str]:
    declared = said.policy.obligations if thing.kind is Kind.OBLIGATION else said.policy.advice
    if thing.name in declared:
        notice = declared[thing.name]
        yield said.head(thing.name, notice.labels, "obligation" if thing.kind is Kind.OBLIGATION else "advised")
        yield said.line("law", notice.source)
        yield said.users(thing)


def _system(said: Said, thing: Thing) -> Iterator[str]:
    systems = said.reading.written.vocabulary.systems if said.reading.written else {}
    known = {str(name): system for name, system in systems.items()}.get(thing.name)
    if known is not None:
        yield f"**{known.title or thing.name}** · `{thing.name}` · {say('system', said.lang)}"
        yield ", ".join(f"`{name}`" for name in (*known.oids, *([known.uri] if known.uri else [])))


def _facts(said: Said, thing: Thing) -> Iterator[str]:
    for file in said.reading.cases:
        for name, facts in file.facts.items():
            if (name, name.span.source.name) == (thing.name, thing.owner):
                yield f"`{name}` · {say('facts', said.lang)}"
                yield "\n".join(f"- {said.stated(str(axis), str(value))}" for axis, value in facts.items())


def _citation(said: Said, thing: Thing) -> Iterator[str]:
    yield f"**{thing.name}**"
    yield said.users(thing)


_CARDS: dict[Kind, Callable[[Said, Thing], Iterator[str]]] = {
    Kind.AXIS: _axis,
    Kind.VALUE: _value,
    Kind.GROUP: _group,
    Kind.RULE: _rule,
    Kind.DEFINITION: _definition,
    Kind.MATRIX: matrix_card,
    Kind.CELL: cell_card,
    Kind.OBLIGATION: _notice,
    Kind.ADVICE: _notice,
    Kind.SYSTEM: _system,
    Kind.FACTS: _facts,
    Kind.TEXT: _citation,
}
