"""Text to words: YAML files, with a place for every value (the only user of yaml)."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import yaml

from habilitation.diagnostic import Diagnostic
from habilitation.source import Source, Span, Word
from habilitation.written import limits
from habilitation.written.shapes import shaped

Shape = TypeVar("Shape")

# libyaml when it is there: it reads ten times faster and gives the same nodes and places.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ANCHOR_OR_TAG = (yaml.events.ScalarEvent, yaml.events.CollectionStartEvent)
_DEFAULT_TAGS = (None, "!")
# libyaml says so and PyYAML does not; one sentence for both.
_DETAILS = re.compile(r"^(while \w+ .*, )?")


class _Mapping(dict[Word, Any]):
    span: Span


class _Sequence(list[Any]):
    span: Span


def read_yaml(source: Source, shape: type[Shape]) -> tuple[Shape | None, list[Diagnostic]]:
    """The file in its shape, or what is wrong with it; scalars stay texts, duplicate keys are errors."""
    whole = Span(source, 0, min(1, len(source.text)))
    found = _refused_features(source)
    if found:
        return None, found
    try:
        node = yaml.compose(source.text, Loader=_LOADER)
    except yaml.YAMLError as error:
        return None, [_broken(error, source)]
    if node is None:
        return None, [Diagnostic("missing_key", "the file is empty", whole)]
    data = _plain(node, source, found)
    value, misshapen = shaped(shape, data, getattr(data, "span", whole))
    found.extend(misshapen)
    return (None if found else value), found


def _refused_features(source: Source) -> list[Diagnostic]:
    """Aliases, anchors, tags, depth and size, seen on events so that nothing is built before they are."""
    found: list[Diagnostic] = []
    depth = count = 0
    try:
        for event in yaml.parse(source.text, Loader=_LOADER):
            count += isinstance(event, yaml.events.NodeEvent)
            span = _span(event, source)
            if isinstance(event, yaml.events.AliasEvent):
                found.append(
                    Diagnostic("alias_refused", f"alias `*{event.anchor}`", span, "write the value out")
                )
            elif isinstance(event, _ANCHOR_OR_TAG):
                found.extend(_marks(event, span))
            depth += isinstance(event, yaml.events.CollectionStartEvent)
            depth -= isinstance(event, yaml.events.CollectionEndEvent)
            if depth > limits.NESTING:
                return [*found, Diagnostic("too_deep", f"nested more than {limits.NESTING} deep", span)]
            if count > limits.NODES:
                return [*found, Diagnostic("too_many", f"more than {limits.NODES} values in one file", span)]
    except yaml.YAMLError as error:
        found.append(_broken(error, source))
    return found


def _marks(event: Any, span: Span) -> list[Diagnostic]:
    found = []
    if event.anchor is not None:
        found.append(Diagnostic("alias_refused", f"anchor `&{event.anchor}`", span, "write the value out"))
    if event.tag not in _DEFAULT_TAGS:
        found.append(Diagnostic("tag_refused", f"tag `{event.tag}`", span, "every value is a text"))
    return found


def _plain(node: yaml.Node, source: Source, found: list[Diagnostic]) -> Any:
    span = _span(node, source)
    if isinstance(node, yaml.ScalarNode):
        return Word(node.value, span)
    if isinstance(node, yaml.SequenceNode):
        sequence = _Sequence(_plain(part, source, found) for part in node.value)
        sequence.span = span
        return sequence
    assert isinstance(node, yaml.MappingNode)
    mapping = _Mapping()
    mapping.span = span
    for key_node, value_node in node.value:
        key = _plain(key_node, source, found)
        if not isinstance(key, Word):
            found.append(Diagnostic("wrong_shape", "a key should be a text", _span(key_node, source)))
        elif key in mapping:
            found.append(
                Diagnostic("duplicate_key", f"`{key}` is already given", key.span, "keep one of them")
            )
        else:
            mapping[key] = _plain(value_node, source, found)
    return mapping


def _span(thing: Any, source: Source) -> Span:
    # INVARIANT (marks are characters): PyYAML and libyaml count code points from the start of the text given.
    end: int = thing.end_mark.index
    start: int = thing.start_mark.index
    if isinstance(thing, (yaml.MappingNode, yaml.SequenceNode)):
        # A block ends where the next token starts, lines below: underline its first line only.
        end = min(end, start + max(1, len(source.text[start:].split("\n", 1)[0])))
    return Span(source, start, max(end, start))


def _broken(error: yaml.YAMLError, source: Source) -> Diagnostic:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    start = min(mark.index if mark is not None else 0, max(len(source.text) - 1, 0))
    sentence = _DETAILS.sub("", str(problem))
    return Diagnostic("yaml_syntax", f"not YAML: {sentence}", Span(source, start, start + 1))
