"""What the cases of a policy have not seen of it, by file and line, and the shares by file."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from habilitation.authoring.figures import tenths
from habilitation.cli import screen
from habilitation.cli.counted import counted
from habilitation.cli.options import Lang
from habilitation.cli.words import colon, word

if TYPE_CHECKING:
    from habilitation.authoring.cases.coverage import Coverage, Item

_OF_A_FILE = 20  # places shown of one file


def shown(coverage: Coverage, lang: Lang) -> Iterator[str]:
    """What is not seen, file after file, then a table of the shares and their total."""
    for file, items in itertools.groupby(coverage.unseen, key=lambda item: item.span.source.name):
        listed = list(items)
        lines = [_line(item, lang) for item in listed[:_OF_A_FILE]]
        if len(listed) > _OF_A_FILE:
            lines.append(f"{colon(file, lang)} {counted('more_places', len(listed) - _OF_A_FILE, lang)}")
        yield "\n".join(lines)
    if coverage.impossible:
        head = colon(word("impossible", lang), lang)
        yield "\n".join([head, *(f"  {_line(item, lang)}" for item in coverage.impossible)])
    shares = [*((one.file, one) for one in coverage.files), (word("whole", lang), coverage.total)]
    rows = [(name, f"{one.seen}/{one.total}", tenths(one.percent, lang)) for name, one in shares]
    yield screen.table((word("file", lang), word("seen", lang), "%"), rows)


def _line(item: Item, lang: Lang) -> str:
    span = item.span
    return f"{span.source.name}:{span.line}:{span.column}: {item.sentence(lang.value)}"


def data(coverage: Coverage, lang: Lang) -> dict[str, Any]:
    """The same as plain data, every place of it, its sentences in a language."""
    return {
        **coverage.total.as_json(),
        "files": [one.as_json() for one in coverage.files],
        "unseen": [item.as_json(lang.value) for item in coverage.unseen],
        "impossible": [item.as_json(lang.value) for item in coverage.impossible],
    }
