"""A change as a sentence a doctor understands: who, can or can no longer do what, of which documents, when."""

from __future__ import annotations

from habilitation.authoring.difference.blocks import Box
from habilitation.authoring.difference.effects import CLOSING, NAMES, OPENING, Change
from habilitation.authoring.difference.frame import Frame
from habilitation.authoring.difference.naming import Naming
from habilitation.authoring.difference.unmoved import asking
from habilitation.authoring.difference.whole import Found
from habilitation.compiled.tables import Text
from habilitation.decided.decision import CellView, Reason
from habilitation.vocabulary import ACTION

_WAYS = 4  # ways of a condition told in a sentence; all of them are in the data
_EFFECTS = {
    "PERMIT": Text("permis", "permitted"),
    "DENY": Text("refusé", "denied"),
    "INDETERMINATE": Text("indéterminé", "undetermined"),
    "NOT_APPLICABLE": Text("sans règle", "without a rule"),
    "UNKNOWN": Text("code inconnu", "unknown code"),
}
_WORDS = {
    "more than one": Text("{} peuvent désormais : {}", "{} can now: {}"),
    "anyone": Text("Quiconque", "Anyone"),
    "anything": Text("toute opération", "any operation"),
    OPENING: Text("{} peut désormais : {}", "{} can now: {}"),
    CLOSING: Text("{} ne peut plus : {}", "{} can no longer: {}"),
    "otherwise": Text("{}, fermé avant comme après ({} → {}) : {}", "{}, closed before and after ({} → {}): {}"),
    "when": Text("quand {}", "when {}"),
    "one of": Text("l'une de ces conditions : {}", "one of these: {}"),
    "or": Text(" | ", " | "),
    "more": Text("{} autres façons", "{} other ways"),
    "unmoved": Text("{} autres valeurs de « {} » inchangées", "{} other values of “{}” unchanged"),
    "one unmoved": Text("1 autre valeur de « {} » inchangée", "1 other value of “{}” unchanged"),
    "cell": Text("case {} [{}] = {}", "cell {} [{}] = {}"),
}


class Sentences:
    """The sentences of one pair of editions, in one language."""

    def __init__(self, frame: Frame, lang: str) -> None:
        self._frame, self._lang = frame, lang
        self._naming = Naming(frame, lang)
        self._who = asking(frame)
        self._action = next((number for number, line in enumerate(frame.lines) if line.name == ACTION), None)

    def of(self, found: Found) -> str:
        """The sentence of a block."""
        parts = [self._verb(found.change, found.block.head), *self._rest(found.block.head)]
        ways = [way for way in found.block.ways if way]
        if ways:
            parts.append(self._word("when").format(self._condition(tuple(ways))))
        told = "; ".join(parts) if self._lang == "en" else " ; ".join(parts)
        return f"{told}.{self._alone(found)}"

    def effect(self, number: int) -> str:
        """An effect in a word."""
        return _EFFECTS[NAMES[number]][self._lang]

    def reason(self, reason: Reason) -> str:
        """Why, with the rule, its texts of law and its cells that tell."""
        law = f" ({', '.join(reason.citations)})" if reason.citations else ""
        cells = "".join(f" ; {self._cell(cell)}" for cell in reason.cells)
        return f"`{reason.rule}` {reason.message[self._lang]}{law}{cells}"

    def _cell(self, cell: CellView) -> str:
        at = ", ".join(value for _, value in cell.at)
        return self._word("cell").format(cell.matrix, at, cell.text[self._lang])

    def _verb(self, change: Change, head: Box) -> str:
        who = self._word("anyone")
        if self._who in head:
            who = self._naming.values(self._who, head[self._who])
        what = self._word("anything")
        if self._action in head:
            what = self._naming.values(self._action, head[self._action])
        if change.way in (OPENING, CLOSING):
            return self._word(change.way).format(who, what)
        return self._word("otherwise").format(who, self.effect(change.old), self.effect(change.new), what)

    def _rest(self, head: Box) -> list[str]:
        told = {line: values for line, values in head.items() if line not in (self._who, self._action)}
        return list(self._naming.facts(told))

    def _condition(self, ways: tuple[Box, ...]) -> str:
        """What all the ways ask, then the ways."""
        shared = {line: values for line, values in ways[0].items() if all(way.get(line) == values for way in ways)}
        told = list(self._naming.facts(shared))
        if len(ways) > 1:
            each = [", ".join(self._naming.facts(_without(way, shared))) for way in ways[:_WAYS]]
            if len(ways) > _WAYS:
                each.append(self._word("more").format(len(ways) - _WAYS))
            told.append(self._word("one of").format(self._word("or").join(each)))
        return ", ".join(told)

    def _alone(self, found: Found) -> str:
        if found.unmoved is None or not found.unmoved.values:
            return ""
        axis = self._naming.axis(found.unmoved.line)
        if found.unmoved.values == 1:
            return f" {self._word('one unmoved').format(axis)}."
        return f" {self._word('unmoved').format(found.unmoved.values, axis)}."

    def _word(self, word: str) -> str:
        return _WORDS[word][self._lang]


def _without(way: Box, shared: Box) -> dict[int, frozenset[int]]:
    return {line: values for line, values in way.items() if line not in shared}
