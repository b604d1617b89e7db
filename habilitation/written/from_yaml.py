"""Text to words: YAML files, with a place for every value (the only user of yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar

import yaml

from habilitation.diagnostic import HIDES, Diagnostic
from habilitation.source import Source, Span, Word
from habilitation.written import limits
from habilitation.written.shapes import shaped

Shape = TypeVar("Shape")

# libyaml when it is there: it reads ten times faster and gives the same nodes and places.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ANCHOR_OR_TAG = (yaml.events.ScalarEvent, yaml.events.CollectionStartEvent)
_DEFAULT_TAGS = (None, "!")
_TAG = re.compile(r"!\S*")
# PyYAML from 6.0.4 has a limit of its own, of 1,000, which it may meet before ours: it reads ahead.
_LIBRARY_TOO_DEEP = "exceeded maximum nesting depth"
_SENTENCES = {"but found another document": "a second document in one file"}
_TAB = "tab character"
# Of what libyaml and PyYAML say; a sentence of theirs that changes loses its way out.
_WAYS_OUT = {
    "mapping values are not allowed in this context": "quote a text that holds `: `, or start the key on its own line",
    "mapping values are not allowed here": "quote a text that holds `: `, or start the key on its own line",
    "could not find expected ':'": "write `key: value`",
    "did not find expected key": "keys of one mapping start at the same column; quote a text that holds quotes",
    "did not find expected '-' indicator": "the `-` of one list start at the same column, and the keys after each too",
    "did not find expected ',' or ']'": "separate the parts by commas, close with `]`; quote a text that holds `: `",
    "did not find expected ',' or '}'": "separate the parts by commas, close with `}`; quote a text that holds `: `",
    "found character that cannot start any token": "quote a text that begins so",
    "found unexpected end of stream": "close it with the quote that opened it",
}


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
            span = _span(event, source)
            found.extend(_refused(event, span))
            count += isinstance(event, yaml.events.NodeEvent)
            depth += isinstance(event, yaml.events.CollectionStartEvent)
            depth -= isinstance(event, yaml.events.CollectionEndEvent)
            if depth > limits.NESTING:
                return [*found, _too_deep(span)]
            if count > limits.NODES:
                return [*found, Diagnostic("too_many", f"more than {limits.NODES} values in one file", span)]
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        found.append(_broken(error, source))
    return found


def _too_deep(span: Span) -> Diagnostic:
    return Diagnostic("too_deep", f"nested more than {limits.NESTING} deep", span)


def _refused(event: Any, span: Span) -> Iterator[Diagnostic]:
    if isinstance(event, yaml.events.AliasEvent):
        yield Diagnostic("alias_refused", f"the alias `*{event.anchor}` is refused", span, "write the value out")
    elif isinstance(event, _ANCHOR_OR_TAG):
        if event.anchor is not None:
            yield Diagnostic("alias_refused", f"the anchor `&{event.anchor}` is refused", span, "write the value out")
        if event.tag not in _DEFAULT_TAGS:
            tag = _TAG.search(span.source.text, span.start)
            assert tag is not None
            place, way_out = Span(span.source, *tag.span()), "remove it: every value is a text"
            yield Diagnostic("tag_refused", f"the tag `{tag.group()}` is refused", place, way_out)


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
        refusal = _refused_key(key, key_node, mapping, source)
        if refusal is None:
            mapping[key] = _plain(value_node, source, found)
        else:
            found.append(refusal)
    return mapping


def _refused_key(key: Any, node: Any, mapping: _Mapping, source: Source) -> Diagnostic | None:
    if not isinstance(key, Word):
        return Diagnostic("wrong_shape", "a key should be a text", _span(node, source))
    if key == "<<" and not node.style:
        return Diagnostic("alias_refused", "the merge key `<<` is refused", key.span, "write the values out")
    if key in mapping:
        return Diagnostic("duplicate_key", f"`{key}` is already given", key.span, "keep one of them")
    return None


def _span(thing: Any, source: Source) -> Span:
    # INVARIANT (marks are characters): PyYAML and libyaml count code points from the start of the text given.
    start: int = thing.start_mark.index
    end: int = thing.end_mark.index
    if isinstance(thing, (yaml.MappingNode, yaml.SequenceNode)):
        # A block ends where the next token starts, lines below: underline its first line only.
        line_end = source.text.find("\n", start)
        end = end if line_end < 0 else min(end, max(line_end, start + 1))
    return Span(source, start, max(end, start))


def _broken(error: yaml.YAMLError | UnicodeEncodeError, source: Source) -> Diagnostic:
    if isinstance(error, (yaml.reader.ReaderError, UnicodeEncodeError)):
        refused = HIDES.search(source.text)
        start, sentence = refused.start() if refused else 0, "a control character"
    else:
        assert isinstance(error, yaml.MarkedYAMLError)
        sentence = _SENTENCES.get(str(error.problem), str(error.problem))
        # What never ends is shown where it starts.
        ends_early = error.context_mark is not None and sentence.endswith("end of stream")
        mark = error.context_mark if ends_early else error.problem_mark
        start = mark.index if mark is not None else 0
    start = min(start, max(len(source.text) - 1, 0))
    if sentence == _LIBRARY_TOO_DEEP:
        return _too_deep(Span(source, start, start + 1))
    if source.text[start : start + 1] == "\t" or _TAB in sentence:
        tab = source.text.find("\t", start)
        place = Span(source, tab, tab + 1) if tab >= 0 else Span(source, start, start + 1)
        return Diagnostic("yaml_syntax", "not YAML: a tab where a line begins", place, "indent with spaces")
    return Diagnostic(
        "yaml_syntax", f"not YAML: {sentence}", Span(source, start, start + 1), _WAYS_OUT.get(sentence, "")
    )
