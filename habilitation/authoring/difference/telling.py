"""A difference told to people: its parts, in order, as sentences; how they are set out is for others to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from habilitation.authoring.difference.effects import CLOSING, OPENING, OTHERWISE, WAYS
from habilitation.authoring.difference.sentences import Sentences
from habilitation.authoring.difference.stretches import bound
from habilitation.authoring.difference.texts import Texts
from habilitation.authoring.difference.whole import Difference, Pair
from habilitation.compiled.tables import Text
from habilitation.decided.decision import Reason

_WORDS = {
    OPENING: Text("⚠ S'ouvre", "⚠ Opens"),
    CLOSING: Text("Se ferme", "Closes"),
    OTHERWISE: Text("Reste fermé, autrement", "Stays closed, otherwise"),
    "none": Text("aucune édition", "no edition"),
    "from": Text("du {}", "from {}"),
    "until": Text("jusqu'au {} exclu", "until {} excluded"),
    "changed": Text("{} situations changent sur {}", "{} situations of {} change"),
    "same": Text("Aucune situation ne change, sur {}", "No situation changes, of {}"),
    "nothing": Text("Aucune édition à comparer.", "No edition to compare."),
    "everywhere": Text("Partout ci-dessous — {}", "Everywhere below — {}"),
    "situations": Text("{} situations", "{} situations"),
    "block": Text("1 phrase", "1 sentence"),
    "blocks": Text("{} phrases", "{} sentences"),
    "colon": Text("{} : {}", "{}: {}"),
    "reasons": Text("Même effet, autres raisons : {} situations", "Same effect, other reasons: {} situations"),
    "gained": Text("s'ajoute dans {}", "added in {}"),
    "lost": Text("disparaît de {}", "gone from {}"),
    "codes": Text("Vocabulaire", "Vocabulary"),
    "added axis": Text("`{}` : axe ajouté", "`{}`: axis added"),
    "removed axis": Text("`{}` : axe retiré", "`{}`: axis removed"),
    "added": Text("`{}` : ajouté {}", "`{}`: added {}"),
    "removed": Text("`{}` : retiré {}", "`{}`: removed {}"),
    "default": Text("`{}` : par défaut {} → {}", "`{}`: default {} → {}"),
    "cells": Text("Cases de matrices", "Matrix cells"),
    "cell": Text("`{}` : {} cases", "`{}`: {} cells"),
    "disputed": Text("contesté", "disputed"),
    "rules": Text("Règles", "Rules"),
    "rule added": Text("`{}` : règle ajoutée", "`{}`: rule added"),
    "rule removed": Text("`{}` : règle retirée", "`{}`: rule removed"),
    "before": Text("avant : {} — {}", "before: {} — {}"),
    "after": Text("après : {} — {}", "after: {} — {}"),
    "elsewhere": Text(" ; ailleurs : {}", "; elsewhere: {}"),
    "file": Text(" ({})", " ({})"),
}
_CELLS = 12  # cells of a matrix told one by one; all of them are in the data
_NARROW_SPACE = "\u202f"


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence, how many situations it holds, and an example of the old and of the new answer, with their reasons."""

    sentence: str
    situations: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Section:
    """What opens, what closes, or what stays closed otherwise."""

    way: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What changes without changing an effect: a title, and lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A pair of editions: its title, its counts, what all its sentences share, its sections, and the rest."""

    title: str
    counts: str
    everywhere: str
    sections: tuple[Section, ...]
    beside: tuple[Beside, ...]


def told(found: Difference, lang: str) -> tuple[Told, ...]:
    """Each pair of editions, in the order of time."""
    return tuple(_Telling(pair, lang).told() for pair in found.pairs)


def nothing(lang: str) -> str:
    """What is said when no edition of one is ever in force with one of the other."""
    return _WORDS["nothing"][lang]


class _Telling:
    """One pair of editions, in one language."""

    def __init__(self, pair: Pair, lang: str) -> None:
        self._pair, self._lang = pair, lang
        self._sentences = Sentences(pair.frame, lang, pair.found)

    def told(self) -> Told:
        everywhere = self._sentences.everywhere()
        return Told(
            title=self._title(),
            counts=self._counts(),
            everywhere=self._word("everywhere").format(everywhere) if everywhere else "",
            sections=tuple(self._sections()),
            beside=tuple(beside for beside in self._beside() if beside.lines),
        )

    def _title(self) -> str:
        old, new = (half.edition.id if half.edition else self._word("none") for half in self._pair.frame.halves)
        periods = []
        for start, end in self._pair.days:
            bounds = (("from", bound(start)), ("until", bound(end)))
            periods.append(" ".join(self._word(word).format(day) for word, day in bounds if day is not None))
        when = f" ({', '.join(periods)})" if any(periods) else ""
        return f"{old} → {new}{when}"

    def _counts(self) -> str:
        every = self._number(self._pair.frame.situations)
        if not self._pair.changed:
            return self._word("same").format(every) + "."
        counts = [f"{self._way(way)} {self._number(count)}" for way, count in self._by_way() if count]
        changed = self._word("changed").format(self._number(self._pair.changed), every)
        return self._word("colon").format(changed, ", ".join(counts)) + "."

    def _by_way(self) -> Iterator[tuple[str, int]]:
        for way in WAYS:
            yield way, sum(count for change, count in self._pair.counts.items() if change.way == way)

    def _sections(self) -> Iterator[Section]:
        for way, count in self._by_way():
            entries = tuple(self._entries(way))
            if entries:
                situations = self._word("situations").format(self._number(count))
                blocks = self._word("blocks" if len(entries) > 1 else "block").format(len(entries))
                yield Section(way, f"{self._way(way)} ({situations}, {blocks})", entries)

    def _entries(self, way: str) -> Iterator[Entry]:
        say = self._sentences
        for found in self._pair.found:
            if found.change.way == way:
                before = self._answer("before", found.change.old, found.witness.old, found.rules[0])
                after = self._answer("after", found.change.new, found.witness.new, found.rules[1])
                situations = self._word("situations").format(self._number(found.block.situations))
                yield Entry(say.of(found), situations, before, after)

    def _answer(self, word: str, effect: int, reasons: Sequence[Reason], rules: Sequence[str]) -> str:
        """An effect, the reasons of one situation, and the other rules that give it elsewhere in the sentence."""
        told = " + ".join(map(self._sentences.reason, reasons))
        given = {reason.rule for reason in reasons}
        others = ", ".join(f"`{rule}`" for rule in rules if rule not in given)
        elsewhere = self._word("elsewhere").format(others) if others else ""
        return self._word(word).format(self._sentences.effect(effect), told) + elsewhere

    def _beside(self) -> Iterator[Beside]:
        reasons, texts = self._pair.reasons, self._pair.texts
        moves = []
        for move in reasons.moves:
            counts = (("gained", move.gained), ("lost", move.lost))
            parts = [self._word(word).format(self._number(count)) for word, count in counts if count]
            moves.append(self._word("colon").format(f"`{move.rule}`", ", ".join(parts)))
        yield Beside(self._word("reasons").format(self._number(reasons.situations)), tuple(moves))
        yield Beside(self._word("codes"), tuple(self._codes(texts)))
        yield Beside(self._word("cells"), tuple(self._cells(texts)))
        yield Beside(self._word("rules"), tuple(self._rules(texts)))

    def _codes(self, texts: Texts) -> Iterator[str]:
        for move in texts.codes:
            for word, values in (("added", move.added), ("removed", move.removed)):
                if values and move.whole:
                    yield self._word(f"{word} axis").format(move.axis)
                elif values:
                    yield self._word(word).format(move.axis, ", ".join(values))
            if move.default:
                yield self._word("default").format(move.axis, *(value or "–" for value in move.default))

    def _cells(self, texts: Texts) -> Iterator[str]:
        matrices = dict.fromkeys(move.matrix for move in texts.cells)
        for matrix in matrices:
            moves = [move for move in texts.cells if move.matrix == matrix]
            yield self._word("cell").format(matrix, self._number(len(moves)))
            for move in moves if len(moves) <= _CELLS else ():
                at = ", ".join(value for _, value in move.at)
                change = f"{self._cell(move.old, move.disputes_old)} → {self._cell(move.new, move.disputes_new)}"
                change += self._place(move.place)
                yield self._word("colon").format(f"`{matrix}` [{at}]", change)

    def _cell(self, value: str, disputes: tuple[str, ...]) -> str:
        return f"{value} ({self._word('disputed')})" if disputes else value

    def _rules(self, texts: Texts) -> Iterator[str]:
        yield from map(self._word("rule added").format, texts.rules_added)
        yield from map(self._word("rule removed").format, texts.rules_removed)
        for move in texts.rules:
            old, new = (" / ".join(some) or "–" for some in (move.old, move.new))
            situations = self._word("situations").format(self._number(move.situations))
            change = f"{old} → {new}, {situations}{self._place(move.place)}"
            yield self._word("colon").format(f"`{move.rule}` {move.field}", change)

    def _place(self, place: str) -> str:
        return self._word("file").format(place) if place else ""

    def _way(self, way: str) -> str:
        return self._word(way)

    def _number(self, number: int) -> str:
        return f"{number:,}".replace(",", _NARROW_SPACE if self._lang == "fr" else ",")

    def _word(self, word: str) -> str:
        return _WORDS[word][self._lang]


def heading(found: Difference) -> str:
    """The two sides, as they were asked for."""
    return f"{found.old.asked} → {found.new.asked}"
