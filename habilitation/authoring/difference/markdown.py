"""A difference as Markdown, for a pull request: openings first and in sight, the rest folded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from habilitation.authoring.difference.aside import Beside
from habilitation.authoring.difference.effects import OPENING
from habilitation.authoring.difference.telling import Section, Told, besides, heading, nothing, told
from habilitation.authoring.difference.whole import Difference

BYTES_AT_MOST = 900_000  # GitHub takes a summary of 1 MiB
_SIGN = "⚠ "
# What a policy says stays text: no tag, no link, no emphasis, no line of a table.
_SPECIAL = re.compile(r"[\\<>\[\]*_|#&]")
_CUT = {"fr": "… coupé : `--json` dit tout", "en": "… cut: `--json` tells all"}
_OPENS = {
    True: {"fr": f"{_SIGN}Des situations s'ouvrent.", "en": f"{_SIGN}Some situations open."},
    False: {"fr": "✓ Rien ne s'ouvre.", "en": "✓ Nothing opens."},
}


def markdown(found: Difference, lang: str) -> str:
    """The difference, cut with a word that says so where a summary could not hold it."""
    parts = [f"## {_plain(heading(found))}", _OPENS[found.opens][lang]]
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
    yield f"### {_plain(pair.title)}"
    if pair.among:
        yield _plain(pair.among)
    yield _plain(pair.counts)
    if pair.everywhere:
        yield _plain(pair.everywhere)
    for section in pair.sections:
        yield from _section(section)
    for beside in pair.beside:
        yield _beside(beside)


def _beside(beside: Beside) -> str:
    return _folded(beside.title, "\n".join(f"- {_plain(line)}" for line in beside.lines))


def _section(section: Section) -> Iterator[str]:
    if not section.entries:
        yield _plain(section.title)
        return
    entries = [
        f"- {_plain(entry.sentence)} _({entry.situations})_"
        f"\n  <br><sub>{_plain(entry.before)}<br>{_plain(entry.after)}</sub>"
        for entry in section.entries
    ]
    if section.way == OPENING:
        yield f"#### {_plain(section.title)}"
        yield from entries
    else:
        yield _folded(section.title, "\n".join(entries))


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{_html(title)}</summary>\n\n{body}\n\n</details>"


def _plain(text: str) -> str:
    """A text as it is, code between backticks left alone."""
    parts = re.split(r"(`[^`\n]*`)", text.replace("\n", " "))
    return "".join(
        part if part.startswith("`") and part.endswith("`") and len(part) > 1 else _escaped(part) for part in parts
    )


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found[0]}" if found[0] not in "<>&" else _html(found[0]), text)


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
