"""A change as a sentence a doctor understands: who, can or can no longer do what, of which documents, when."""

from __future__ import annotations

from collections.abc import Sequence

from habilitation.authoring.difference.blocks import Box
from habilitation.authoring.difference.effects import CLOSING, NAMES, OPENING, OTHERWISE, UNSTATED, Change
from habilitation.authoring.difference.frame import Frame
from habilitation.authoring.difference.naming import Naming
from habilitation.authoring.difference.stretches import Days, bound
from habilitation.authoring.difference.whole import Found
from habilitation.authoring.figures import Countable
from habilitation.compiled.tables import Text
from habilitation.decided.decision import CellView, Reason
from habilitation.vocabulary import ACTION

_ALIKE = 2  # sentences, at least, for what they share to be said apart
_WAYS = 4  # ways of a condition told in a sentence; all of them are in the data
_EFFECTS = {
    "PERMIT": Text("permis", "permitted"),
    "DENY": Text("refusé", "denied"),
    "INDETERMINATE": Text("indéterminé", "undetermined"),
    "NOT_APPLICABLE": Text("sans règle", "without a rule"),
    "UNKNOWN": Text("code inconnu", "unknown code"),
}
_WORDS = {
    "anyone": Text("Quiconque", "Anyone"),
    "anything": Text("toute opération", "any operation"),
    OPENING: Text("{} peut désormais : {}", "{} can now: {}"),
    CLOSING: Text("{} ne peut plus : {}", "{} can no longer: {}"),
    f"{OPENING}s": Text("{} peuvent désormais : {}", "{} can now: {}"),
    f"{CLOSING}s": Text("{} ne peuvent plus : {}", "{} can no longer: {}"),
    f"{OPENING} of nobody": Text("désormais permis : {}", "now permitted: {}"),
    f"{CLOSING} of nobody": Text("n'est plus permis : {}", "no longer permitted: {}"),
    OTHERWISE: Text("{} : {}, {} et non plus {}", "{}: {}, {} and no longer {}"),
    f"{OTHERWISE} of nobody": Text("{}, {} et non plus {}", "{}, {} and no longer {}"),
    "no policy": Text("aucune politique", "no policy"),
    "when": Text("quand {}", "when {}"),
    "one of": Text("l'une de ces conditions : {}", "one of these: {}"),
    "or": Text(" | ", " | "),
    "more": Text("{} autres façons", "{} other ways"),
    "as known": Text("Tel que connu {}", "As known {}"),
    "known": Text("du {} au {} exclu", "from {} until {} excluded"),
    "known before": Text("avant le {}", "before {}"),
    "or known": Text(" ou ", " or "),
    "cell": Text("case {} [{}] = {}", "cell {} [{}] = {}"),
}
_UNMOVED = Countable(
    ("{} autre valeur de « {} » inchangée", "{} autres valeurs de « {} » inchangées"),
    ("{} other value of “{}” unchanged", "{} other values of “{}” unchanged"),
)


class Sentences:
    """The sentences of one pair of editions, in one language; what all of `together` say is said once, apart.

    `known` is when the editions were known to be so, where they no longer are.
    """

    def __init__(self, frame: Frame, lang: str, together: Sequence[Found] = (), known: Sequence[Days] = ()) -> None:
        self._frame, self._lang = frame, lang
        self._naming = Naming(frame, lang)
        self._who = frame.subject
        self._action = next((number for number, line in enumerate(frame.lines) if line.name == ACTION), None)
        self._as_known = f"{as_known(known, lang)}{' : ' if lang == 'fr' else ': '}" if known else ""
        self._shared = _shared(together, (self._who, self._action))

    def of(self, found: Found) -> str:
        """The sentence of a block."""
        return self.as_known(self.bare(found))

    def apart(self, box: Box) -> Box:
        """What a box asks beside what all the sentences do."""
        return self._own(box)

    def as_known(self, told: str) -> str:
        """What is told, after when the editions were known to be so."""
        return f"{self._as_known}{told}" if self._as_known else f"{told[0].upper()}{told[1:]}"

    def bare(self, found: Found) -> str:
        """The sentence of a block, without when the editions were known to be so."""
        parts = [self._verb(found.change, found.block.head), *self._rest(found.block.head)]
        ways = tuple(self._own(way) for way in found.block.ways)
        if all(ways):
            parts.append(self._word("when").format(self._condition(ways)))
        told = "; ".join(parts) if self._lang == "en" else " ; ".join(parts)
        return f"{told[0].upper()}{told[1:]}.{self._alone(found)}"

    def everywhere(self) -> str:
        """What all the sentences share; nothing when they share nothing."""
        return ", ".join(self._naming.facts(self._narrower(self._shared)))

    def effect(self, number: int) -> str:
        """An effect in a word; of a situation that one side cannot state, why."""
        if number == UNSTATED and any(half.is_nothing for half in self._frame.halves):
            return self._word("no policy")
        return _EFFECTS[NAMES[number]][self._lang]

    def reason(self, reason: Reason) -> str:
        """Why, with the rule, its texts of law and its cells that tell."""
        law = f" ({', '.join(reason.citations)})" if reason.citations else ""
        semicolon = "; " if self._lang == "en" else " ; "
        cells = "".join(f"{semicolon}{self._cell(cell)}" for cell in reason.cells)
        return f"`{reason.rule}` {reason.message[self._lang]}{law}{cells}"

    def _cell(self, cell: CellView) -> str:
        at = ", ".join(value for _, value in cell.at)
        return self._word("cell").format(cell.matrix, at, cell.text[self._lang])

    def _verb(self, change: Change, head: Box) -> str:
        what = self._word("anything")
        if self._action is not None and self._action in head:
            what = self._naming.values(self._action, head[self._action])
        effects = [self.effect(change.new), self.effect(change.old)] if change.way == OTHERWISE else []
        if self._who is None:
            return self._word(f"{change.way} of nobody").format(what, *effects)
        who, several = self._word("anyone"), ""
        if self._who in head:
            who = self._naming.people(self._who, head[self._who])
            several = "s" if len(head[self._who]) > 1 and not effects else ""
        return self._word(f"{change.way}{several}").format(who, what, *effects)

    def _rest(self, head: Box) -> list[str]:
        apart = {self._who, self._action}
        return list(self._naming.facts({line: values for line, values in self._own(head).items() if line not in apart}))

    def _own(self, box: Box) -> Box:
        """What a block asks beside what all of them do."""
        return self._narrower(_without(box, self._shared))

    def _narrower(self, box: Box) -> Box:
        """What is asked more than of every situation compared."""
        return {line: values for line, values in box.items() if values != self._frame.within.get(line)}

    def _condition(self, ways: Sequence[Box]) -> str:
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
        return f" {_UNMOVED.of(found.unmoved.values, self._lang, axis)}."

    def _word(self, word: str) -> str:
        return _WORDS[word][self._lang]


def as_known(known: Sequence[Days], lang: str) -> str:
    """When something was known, that is known otherwise since."""
    told = []
    for start, end in known:
        days = [day for day in (bound(start), bound(end)) if day is not None]
        told.append(_WORDS["known" if len(days) > 1 else "known before"][lang].format(*days))
    return _WORDS["as known"][lang].format(_WORDS["or known"][lang].join(told))


def _without(way: Box, shared: Box) -> dict[int, frozenset[int]]:
    return {line: values for line, values in way.items() if line not in shared}


def _shared(together: Sequence[Found], apart: Sequence[int | None]) -> Box:
    """What every block asks, of its head or in every way of its condition, some lines aside."""
    if len(together) < _ALIKE:
        return {}
    first, *others = [{**found.block.head, **way} for found in together for way in found.block.ways]
    return {
        line: values
        for line, values in first.items()
        if line not in apart and all(box.get(line) == values for box in others)
    }
