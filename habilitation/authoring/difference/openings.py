"""What opens, as notices where the change is written: a row of a matrix, a rule, or a definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from habilitation.authoring.difference.causes import changed_cell
from habilitation.authoring.difference.effects import OPENING
from habilitation.authoring.difference.naming import Naming
from habilitation.authoring.difference.rewritten import Rewritten
from habilitation.authoring.difference.sentences import Sentences
from habilitation.authoring.difference.whole import Difference, Found, Pair
from habilitation.authoring.figures import SITUATIONS, Countable
from habilitation.authoring.notices.notice import Notice, in_folder, shortened
from habilitation.compiled.tables import Text
from habilitation.diagnostic import Severity

CODE = "opens"

# What a reviewer reads beside a line; GitHub cuts what is much longer.
_SENTENCE, _REASON = 550, 300

_MORE = Countable(
    (" (et {} autre ouverture ici{}, {} en tout{})", " (et {} autres ouvertures ici{}, {} en tout{})"),
    (" (and {} more opening here{}, {} in all{})", " (and {} more openings here{}, {} in all{})"),
)
_FOR = Text(", pour {}", ", for {}")
_AND = Text(" ; ", "; ")
_NAMED = 3  # of those for whom a place opens something else
_PAIRS = Text(", sur {} paires d'éditions", ", over {} pairs of editions")


@dataclass(slots=True)
class _Place:
    """The openings of one place: the first, how many there are, of how many situations and pairs of editions."""

    pair: Pair
    first: Found
    openings: int = 0
    situations: int = 0
    pairs: set[int] = field(default_factory=set)
    others: list[tuple[Pair, Found]] = field(default_factory=list)


def openings(found: Difference, lang: str, folder: str = "") -> Iterator[Notice]:
    """A notice a place: the first opening there, and how many more there are.

    A place is the changed row of a matrix, else the changed rule, else the changed definition, else the rule that
    permits. Files are those of a policy in `folder`.
    """
    for place, one in _places(found).items():
        file, _, line = place.rpartition(":")
        sentences = Sentences(one.pair.frame, lang, known=one.pair.together.known)
        yield Notice(
            CODE,
            shortened(sentences.of(one.first), _SENTENCE) + _more(one, lang),
            shortened(sentences.reason(one.first.witness.new[0]), _REASON),
            Severity.WARNING,
            in_folder(file, folder),
            int(line),
            end_line=int(line),
        )


def _places(found: Difference) -> dict[str, _Place]:
    rewritten = Rewritten(found)
    places: dict[str, _Place] = {}
    for number, pair in enumerate(found.pairs):
        for one in pair.found:
            if one.change.way == OPENING:
                # A permit always has a rule for reason.
                place = changed_cell(pair, one) or rewritten.place(pair, one) or one.witness.new[0].source
                told = places.setdefault(place, _Place(pair, one))
                told.openings += 1
                told.others.append((pair, one))
                told.situations += one.block.situations
                told.pairs.add(number)
    return places


def _more(place: _Place, lang: str) -> str:
    """How many other openings a place has; nothing for none."""
    if place.openings == 1:
        return ""
    who = [_who(pair, found, lang) for pair, found in ((place.pair, place.first), *place.others)]
    others = [one for one in dict.fromkeys(who) if one and one != who[0]]
    named = _FOR[lang].format(_AND[lang].join([*others[:_NAMED], *["…"][: len(others) > _NAMED]])) if others else ""
    pairs = _PAIRS[lang].format(len(place.pairs)) if len(place.pairs) > 1 else ""
    return _MORE.of(place.openings - 1, lang, named, SITUATIONS.of(place.situations, lang), pairs)


def _who(pair: Pair, found: Found, lang: str) -> str:
    """Those who ask, of a sentence that speaks of some of them only."""
    subject, head = pair.frame.subject, found.block.head
    return Naming(pair.frame, lang).people(subject, head[subject]) if subject is not None and subject in head else ""
