"""The accesses to one record or of one person: a table on a terminal, a line each when piped, JSON lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from habilitation.authorizer import Authorizer
from habilitation.cli import screen
from habilitation.cli.options import Lang
from habilitation.cli.words import word
from habilitation.diagnostic import HIDES

if TYPE_CHECKING:
    from habilitation.audit.question import Heard

Access = Mapping[str, Any]
_MOVES = re.compile(f"{HIDES.pattern}|[\t\n]")  # a log is untrusted: nothing of it moves the cursor or starts a line
_UNJUSTIFIED = ("DENY", "NOT_APPLICABLE")
_LABELLED = ("profession", "document_type", "motive", "action")


def unjustified(access: Access) -> bool:
    """Whether it took place though a rule forbids it, or none permits it."""
    return access["outcome"] == "done" and access["effect"] in _UNJUSTIFIED


def listed(accesses: Iterable[Access], lang: Lang, *, as_json: bool) -> tuple[int, int]:
    """Write each access on a line, as it comes; how many there are, and how many are unjustified."""
    shown = found = 0
    for access in accesses:
        shown += 1
        found += unjustified(access)
        screen.write(screen.compact(dict(access)) if as_json else _line(access, lang))
    return shown, found


def drawn(accesses: Sequence[Access], policy: Authorizer, lang: Lang, *, of_person: bool) -> tuple[int, int]:
    """Draw the accesses under one another, and count them; how many there are, and how many are unjustified."""
    found = sum(map(unjustified, accesses))
    if not accesses:
        screen.write(word("no_access", lang))
        return 0, 0
    labels = _labels(policy, lang)
    heads = [word(name, lang) for name in ("time", "whose" if of_person else "who", "what", "motive", "effect", "law")]
    rows = [list(_row(access, labels, lang, of_person=of_person)) for access in accesses]
    screen.write(screen.table(heads, rows))
    counts = f"{len(accesses)} {word('accesses', lang)}, {found} {word('not_justified', lang)}"
    screen.write(screen.styled(counts, "bold red" if found else "bold green"))
    return len(accesses), found


def caveats(heard: Heard, *, found: bool, pseudonym: bool, lang: Lang) -> Iterator[str]:
    """What an answer leaves open: an unknown identifier, which is not repeated, or lines that could not be read."""
    if heard.nothing_read:
        yield word("nothing_read", lang)
    elif not heard.known:
        yield word("unknown_person", lang)
    elif not found:
        yield word("known_person", lang)
    if not heard.known and pseudonym:
        yield word("by_identifier", lang)
    if heard.unread:
        yield word("unread", lang).format(heard.unread)
    if heard.unread_rows:
        yield word("unread_rows", lang).format(heard.unread_rows)


def _labels(policy: Authorizer, lang: Lang) -> dict[tuple[str, str], str]:
    """What people call a code, by its axis."""
    axes = [axis for axis in policy.tables.axes if axis.name in _LABELLED]
    return {(axis.name, value.name): value.text[lang.value] for axis in axes for value in axis.values}


def _row(
    access: Access, labels: Mapping[tuple[str, str], str], lang: Lang, *, of_person: bool
) -> Iterator[str | screen.Cell]:
    def called(axis: str) -> str:
        return labels.get((axis, access[axis] or ""), access[axis] or "")

    def shown(*parts: str | None) -> str:
        return _MOVES.sub("�", " ".join(part for part in parts if part))

    unit = access["unit_id"] or access["structure_id"]
    yield shown(access["time"])
    yield (
        shown(access["patient_id"])
        if of_person
        else shown(access["professional_id"] or "?", called("profession"), unit)
    )
    yield shown(called("action"), called("document_type"), access["document_id"])
    yield shown(called("motive"))
    style = screen.STYLES[access["effect"]] if access["outcome"] == "done" else "dim"
    outcome = "" if access["outcome"] == "done" else f" × {access['outcome']}"
    yield access["effect"] + outcome, style
    yield _ground(access, lang)


def _line(access: Access, lang: Lang) -> str:
    who = _joined(access["professional_id"] or "?", access["profession"], access["unit_id"] or access["structure_id"])
    what = _joined(access["action"], access["document_type"], access["document_id"])
    parts = [access["time"], who, access["patient_id"], what, access["motive"], access["outcome"], access["effect"]]
    place = f"{access['file']}:{access['line']}"
    return _MOVES.sub("�", "  ".join([*(part or "-" for part in parts), f"{_ground(access, lang)} [{place}]"]))


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _ground(access: Access, lang: Lang) -> str:
    """The sentence of the rules, what they rest on, and the facts that are missing."""
    law = f" ({access['citations']})" if access["citations"] else ""
    missing = f" [{access['missing'].replace('+', ', ')}]" if access["missing"] else ""
    return f"{access[f'message_{lang.value}']}{missing}{law}"
