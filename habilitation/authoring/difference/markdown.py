"""A difference as Markdown, for a pull request: openings first and in sight, the rest folded."""

from __future__ import annotations

import html
from collections.abc import Iterator

from habilitation.authoring.difference.aside import Beside
from habilitation.authoring.difference.effects import OPENING
from habilitation.authoring.difference.telling import Entry, Section, Told, besides, heading, nothing, told
from habilitation.authoring.difference.whole import Difference
from habilitation.diagnostic import in_markdown, one_line

BYTES_AT_MOST = 900_000  # GitHub takes a summary of 1 MiB
_SIGN = "⚠ "
_CUT = {"fr": "… coupé : `--json` dit tout", "en": "… cut: `--json` tells all"}
_OPENS = {
    True: {"fr": f"{_SIGN}Des situations s'ouvrent.", "en": f"{_SIGN}Some situations open."},
    False: {"fr": "✓ Rien ne s'ouvre.", "en": "✓ Nothing opens."},
}


def markdown(found: Difference, lang: str) -> str:
    """The difference, cut with a word that says so where a summary could not hold it."""
    parts = [f"## {in_markdown(heading(found))}", _OPENS[found.opens][lang]]
    pairs = told(found, lang)
    parts += [part for pair in pairs for part in _pair(pair)] if pairs else [nothing(lang)]
    parts += map(_beside, besides(found, lang))
    text, left = [], BYTES_AT_MOST
    for part in parts:
        left -= len(part.encode("utf-8")) + 2
        if left < 0:
            text.append(_CUT[lang])
            break
        text.append(part)
    return "\n\n".join(text)


def _pair(pair: Told) -> Iterator[str]:
    yield f"### {in_markdown(pair.title)}"
    if pair.among:
        yield in_markdown(pair.among)
    yield in_markdown(pair.counts)
    if pair.everywhere:
        yield in_markdown(pair.everywhere)
    yield from map(in_markdown, pair.reach)
    for section in pair.sections:
        yield from _section(section)
    for beside in pair.beside:
        yield _beside(beside)


def _beside(beside: Beside) -> str:
    lines = "\n".join(f"- {in_markdown(line)}" for line in beside.lines)
    return f"### {in_markdown(beside.title)}\n\n{lines}" if beside.in_sight else _folded(beside.title, lines)


def _section(section: Section) -> Iterator[str]:
    if not section.entries:
        yield in_markdown(section.title)
        return
    entries = [_entry(number, entry) for number, entry in enumerate(section.entries, 1)]
    if section.way == OPENING:
        yield f"#### {in_markdown(section.title)}"
        yield from entries
    else:
        yield _folded(section.title, "\n".join(entries))


def _entry(number: int, entry: Entry) -> str:
    told = f"{number}. {in_markdown(entry.sentence)} _({entry.situations})_"
    if not entry.before:
        return told
    return f"{told}\n   <br><sub>{in_markdown(entry.before)}<br>{in_markdown(entry.after)}</sub>"


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{html.escape(one_line(title))}</summary>\n\n{body}\n\n</details>"
