"""The dates that changed, in words."""

from __future__ import annotations

from collections.abc import Iterator

from habilitation.authoring.difference.dates import DateMove, Force
from habilitation.authoring.difference.stretches import bound
from habilitation.authoring.difference.whole import Difference
from habilitation.compiled.tables import Text

_WORDS = {
    "colon": Text("{} : {}", "{}: {}"),
    "edition": Text("`{}`, édition `{}`", "`{}`, edition `{}`"),
    "applicable": Text("applicable {} → {}", "applicable {} → {}"),
    "known": Text("connu {} → {}", "known {} → {}"),
    "edition added": Text("ajoutée, applicable {}, connue {}", "added, applicable {}, known {}"),
    "edition removed": Text("retirée, applicable {}, connue {}", "removed, applicable {}, known {}"),
    "from": Text("du {}", "from {}"),
    "since": Text("depuis le {}", "since {}"),
    "until": Text("jusqu'au {} exclu", "until {} excluded"),
    "always": Text("toujours", "always"),
}


def dates_in_words(found: Difference, lang: str) -> Iterator[str]:
    """A line a rule or an edition of a matrix that is in force otherwise."""
    for move in found.dates:
        yield _WORDS["colon"][lang].format(*_dated(move, lang))


def _dated(move: DateMove, lang: str) -> tuple[str, str]:
    name = _WORDS["edition"][lang].format(move.matrix, move.name) if move.matrix else f"`{move.name}`"
    old, new = (
        None if force is None else (_applicable(force, lang), _known(force, lang)) for force in (move.old, move.new)
    )
    if old is None or new is None:
        word, told = ("edition added", new) if old is None else ("edition removed", old)
        return name, _WORDS[word][lang].format(*(told or ()))
    changes = zip(("applicable", "known"), old, new, strict=True)
    return name, ", ".join(_WORDS[word][lang].format(was, is_now) for word, was, is_now in changes if was != is_now)


def _applicable(force: Force, lang: str) -> str:
    start, end = map(bound, force.applicable)
    days = [_WORDS[word][lang].format(day) for word, day in (("from", start), ("until", end)) if day]
    return " ".join(days) or _WORDS["always"][lang]


def _known(force: Force, lang: str) -> str:
    day = bound(force.known)
    return _WORDS["since"][lang].format(day) if day else _WORDS["always"][lang]
