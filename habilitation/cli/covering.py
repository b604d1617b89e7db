"""What the cases of a policy have not seen of it, by file and line, and the shares by file."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from habilitation.cli import screen
from habilitation.cli.options import Lang
from habilitation.cli.words import colon, word

if TYPE_CHECKING:
    from habilitation.authoring.cases.coverage import Coverage, Item

_OF_A_FILE = 20  # places shown of one file


def shown(coverage: Coverage, lang: Lang) -> Iterator[str]:
    """What is not seen, file after file, then a table of the shares and their total."""
    for file, items in itertools.groupby(coverage.unseen, key=lambda item: item.span.source.name):
        listed = list(items)
        lines = [_line(item) for item in listed[:_OF_A_FILE]]
        if len(listed) > _OF_A_FILE:
            lines.append(f"{file}: {word('more_places', lang).format(len(listed) - _OF_A_FILE)}")
        yield "\n".join(lines)
    if coverage.impossible:
        head = colon(word("impossible", lang), lang)
        yield "\n".join([head, *(f"  {_line(item)}" for item in coverage.impossible)])
    rows = [(one.file, f"{one.seen}/{one.total}", f"{one.percent:.1f}") for one in coverage.files]
    total = coverage.total
    heads = (word("file", lang), word("seen", lang), "%")
    yield screen.table(heads, [*rows, (word("whole", lang), f"{total.seen}/{total.total}", f"{total.percent:.1f}")])


def _line(item: Item) -> str:
    return f"{item.span.source.name}:{item.span.line}: {item.sentence}"


def data(coverage: Coverage) -> dict[str, Any]:
    """The same as plain data, every place of it."""
    return {
        **coverage.total.as_json(),
        "files": [one.as_json() for one in coverage.files],
        "unseen": [item.as_json() for item in coverage.unseen],
        "impossible": [item.as_json() for item in coverage.impossible],
    }
