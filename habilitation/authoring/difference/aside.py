"""What changes beside the sentences: other reasons, codes, cells and rules written otherwise, codes of one side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from habilitation.authoring.difference.effects import UNSTATED
from habilitation.authoring.difference.sentences import Sentences
from habilitation.authoring.difference.texts import Texts
from habilitation.authoring.difference.whole import Pair
from habilitation.authoring.difference.wordings_in_words import wordings_in_words
from habilitation.authoring.figures import SITUATIONS, Countable, grouped
from habilitation.compiled.tables import Text
from habilitation.vocabulary import NOT_COVERED, cell_name
from habilitation.written.syntax import Language, keywords

_WORDS = {
    "colon": Text("{} : {}", "{}: {}"),
    "unstated": Text("Reste fermé, inconnu d'un côté", "Stays closed, unknown to one side"),
    "unknown before": Text("{} avant, fermé maintenant : {} ({})", "{} before, closed now: {} ({})"),
    "unknown now": Text("fermé avant, {} maintenant : {} ({})", "closed before, {} now: {} ({})"),
    "reasons": Text("Même effet, autres raisons : {}", "Same effect, other reasons: {}"),
    "gained": Text("s'ajoute dans {}", "added in {}"),
    "lost": Text("disparaît de {}", "gone from {}"),
    "codes": Text("Vocabulaire", "Vocabulary"),
    "added axis": Text("`{}` : axe ajouté", "`{}`: axis added"),
    "removed axis": Text("`{}` : axe retiré", "`{}`: axis removed"),
    "added": Text("`{}` : ajouté {}", "`{}`: added {}"),
    "removed": Text("`{}` : retiré {}", "`{}`: removed {}"),
    "code": Text("`{}` : code `{}`, {} → {}", "`{}`: code `{}`, {} → {}"),
    "unknown": Text("inconnu", "unknown"),
    "default": Text("`{}` : par défaut {} → {}", "`{}`: default {} → {}"),
    "cells": Text("Cases de matrices", "Matrix cells"),
    "disputed": Text("contesté", "disputed"),
    "rules": Text("Règles", "Rules"),
    "effect": Text("effet", "effect"),
    "citations": Text("fondements", "citations"),
    "message": Text("phrases", "message"),
    "obligations": Text("obligations", "obligations"),
    "advice": Text("à savoir", "advice"),
    "sources": Text("Éditions et sources des matrices", "Editions and sources of matrices"),
    "rule added": Text("`{}` : règle ajoutée", "`{}`: rule added"),
    "rule removed": Text("`{}` : règle retirée", "`{}`: rule removed"),
    "file": Text(" ({})", " ({})"),
}
_CODES_MOVED = Countable(
    ("{} code lu autrement", "{} codes lus autrement"), ("{} code read otherwise", "{} codes read otherwise")
)
_MORE_CELLS = Countable(
    ("{} autre case (`--json` les dit toutes)", "{} autres cases (`--json` les dit toutes)"),
    ("{} more cell (`--json` tells them all)", "{} more cells (`--json` tells them all)"),
)
_CELLS = Countable(("{} case", "{} cases"), ("{} cell", "{} cells"))
_LISTED = 12  # cells of a matrix, or codes of an axis, told one by one; all of them are in the data


@dataclass(frozen=True, slots=True)
class Beside:
    """What changes without changing an effect: a title, and lines; whether it is never folded."""

    title: str
    lines: tuple[str, ...]
    in_sight: bool = False


class Aside:
    """One pair of editions, in one language."""

    def __init__(self, pair: Pair, sentences: Sentences, lang: str) -> None:
        self._pair, self._sentences, self._lang = pair, sentences, lang

    def told(self) -> Iterator[Beside]:
        """Each kind, where there is anything of it."""
        yield from (one for one in self._kinds() if one.lines)

    def _kinds(self) -> Iterator[Beside]:
        yield Beside(self._word("unstated"), tuple(self._unstated()))
        reasons, texts = self._pair.reasons, self._pair.texts
        moves = []
        for move in reasons.moves:
            counts = (("gained", move.gained), ("lost", move.lost))
            parts = [self._word(word).format(self._number(count)) for word, count in counts if count]
            moves.append(self._word("colon").format(f"`{move.rule}`", ", ".join(parts)))
        yield Beside(self._word("reasons").format(SITUATIONS.of(reasons.situations, self._lang)), tuple(moves))
        yield Beside(self._word("codes"), tuple(self._codes(texts)))
        yield Beside(self._word("cells"), tuple(self._cells(texts)))
        yield Beside(self._word("rules"), tuple(self._rules(texts)))
        yield Beside(self._word("sources"), tuple(wordings_in_words(texts.sources, self._lang)))

    def _unstated(self) -> Iterator[str]:
        """What is closed on both sides for a code that one does not know: counted, and not told one by one."""
        unstated = {change: count for change, count in self._pair.counts.items() if change.unstated}
        before = {change.new: count for change, count in unstated.items() if change.old == UNSTATED}
        now = {change.old: count for change, count in unstated.items() if change.new == UNSTATED}
        for word, counts in (("unknown before", before), ("unknown now", now)):
            effects = [f"{self._sentences.effect(effect)} {self._number(count)}" for effect, count in counts.items()]
            if effects:
                unknown, many = self._sentences.effect(UNSTATED), SITUATIONS.of(sum(counts.values()), self._lang)
                yield self._word(word).format(unknown, many, ", ".join(effects))

    def _codes(self, texts: Texts) -> Iterator[str]:
        for move in texts.codes:
            for word, values in (("added", move.added), ("removed", move.removed)):
                if values and move.whole:
                    yield self._word(f"{word} axis").format(move.axis)
                elif values:
                    yield self._word(word).format(move.axis, ", ".join(values))
            if len(move.codes) > _LISTED:
                yield self._word("colon").format(f"`{move.axis}`", _CODES_MOVED.of(len(move.codes), self._lang))
            for code in move.codes if len(move.codes) <= _LISTED else ():
                old, new = (value or self._word("unknown") for value in (code.old, code.new))
                yield self._word("code").format(move.axis, code.spellings[0], old, new)
            if move.default:
                yield self._word("default").format(move.axis, *(value or "–" for value in move.default))

    def _cells(self, texts: Texts) -> Iterator[str]:
        matrices = dict.fromkeys(move.matrix for move in texts.cells)
        for matrix in matrices:
            moves = [move for move in texts.cells if move.matrix == matrix]
            yield self._word("colon").format(f"`{matrix}`", _CELLS.of(len(moves), self._lang))
            for move in moves[:_LISTED]:
                at = ", ".join(value for _, value in move.at)
                sides = ((0, move.old, move.disputes_old), (1, move.new, move.disputes_new))
                was, becomes = (self._cell(side, matrix, value, disputes) for side, value, disputes in sides)
                change = f"{was} → {becomes}{self._place(move.place)}"
                yield self._word("colon").format(f"`{matrix}` [{at}]", change)
            if len(moves) > _LISTED:
                yield self._word("colon").format(f"`{matrix}`", _MORE_CELLS.of(len(moves) - _LISTED, self._lang))

    def _cell(self, side: int, matrix: str, value: str, disputes: tuple[str, ...]) -> str:
        """The label of the value of a cell, as one side has it."""
        tables = self._pair.frame.halves[side].tables
        texts = {
            name: text
            for one in tables.matrices
            if one.name == matrix
            for name, text in zip(one.values, one.value_texts, strict=True)
        }
        named = cell_name(value, self._lang) if value == NOT_COVERED else texts[value][self._lang]
        return f"{named} ({self._word('disputed')})" if disputes else named

    def _rules(self, texts: Texts) -> Iterator[str]:
        yield from map(self._word("rule added").format, texts.rules_added)
        yield from map(self._word("rule removed").format, texts.rules_removed)
        for move in texts.rules:
            old, new = (" / ".join(self._written(move.field, some)) or "–" for some in (move.old, move.new))
            situations = SITUATIONS.of(move.situations, self._lang)
            change = f"{old} → {new}, {situations}{self._place(move.place)}"
            yield self._word("colon").format(f"`{move.rule}` {self._word(move.field)}", change)

    def _written(self, field: str, texts: tuple[str, ...]) -> tuple[str, ...]:
        """What a rule says, its effect in the keywords of the language."""
        words = keywords(Language(self._lang))
        return tuple(words[text] for text in texts) if field == "effect" else texts

    def _place(self, place: str) -> str:
        return self._word("file").format(place) if place else ""

    def _number(self, number: int) -> str:
        return grouped(number, self._lang)

    def _word(self, word: str) -> str:
        return _WORDS[word][self._lang]
