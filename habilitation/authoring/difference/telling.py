"""A difference told to people: its parts, in order, as sentences; how they are set out is for others to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from habilitation.authoring.difference.aside import Aside, Beside
from habilitation.authoring.difference.dates_in_words import dates_in_words
from habilitation.authoring.difference.definitions import definitions, definitions_in_words
from habilitation.authoring.difference.effects import CLOSING, OPENING, OTHERWISE, WAYS
from habilitation.authoring.difference.guards_in_words import cases_in_words, counted_in_words, promises_in_words
from habilitation.authoring.difference.naming import Naming
from habilitation.authoring.difference.sentences import Sentences, as_known
from habilitation.authoring.difference.stretches import bound
from habilitation.authoring.difference.whole import Difference, Found, Pair
from habilitation.authoring.difference.wordings_in_words import wordings_in_words
from habilitation.authoring.figures import SITUATIONS, Countable, grouped
from habilitation.compiled.tables import Text
from habilitation.decided.decision import Reason

_SIGN = "⚠ "
_WORDS = {
    OPENING: Text(f"{_SIGN}S'ouvre", f"{_SIGN}Opens"),
    CLOSING: Text("Se ferme", "Closes"),
    OTHERWISE: Text("Reste fermé, autrement", "Stays closed, otherwise"),
    "none": Text("aucune édition", "no edition"),
    "from": Text("du {}", "from {}"),
    "until": Text("jusqu'au {} exclu", "until {} excluded"),
    "same": Text("Aucune situation ne change, sur {}", "No situation changes, of {}"),
    "dates": Text("Dates", "Dates"),
    "wordings": Text("Écrit autrement", "Written otherwise"),
    "promises": Text("Promesses", "Promises"),
    "definitions": Text("Définitions", "Definitions"),
    "cases": Text("Cas des tests", "Cases of the tests"),
    "nothing": Text("Aucune édition à comparer.", "No edition to compare."),
    "among": Text("Seulement — {}", "Only — {}"),
    "reach": Text("{}, axe par axe — {}", "{}, axis by axis — {}"),
    "apart": Text(" ; ", "; "),
    "everywhere": Text("Partout ci-dessous — {}", "Everywhere below — {}"),
    "colon": Text("{} : {}", "{}: {}"),
    "before": Text("avant : {} — {}", "before: {} — {}"),
    "after": Text("après : {} — {}", "after: {} — {}"),
    "as": Text("comme la phrase {} de « {} », {}, mot pour mot.", "as sentence {} of “{}”, {}, word for word."),
    "elsewhere": Text(" ; ailleurs : {}", "; elsewhere: {}"),
}
_CHANGED = Countable(
    ("{} situation change sur {}", "{} situations changent sur {}"),
    ("{} situation of {} changes", "{} situations of {} change"),
)
# What all the sentences of a pair share, a sentence, all its codes and its answers → its number, the editions.
_Before = dict[tuple[str, ...], tuple[int, str]]
_BLOCKS = Countable(("{} phrase", "{} phrases"), ("{} sentence", "{} sentences"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence, how many situations it holds, and an example of the old and of the new answer, with their reasons.

    Without the answers, where the sentence refers to the same one of an earlier pair.
    """

    sentence: str
    situations: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What opens, what closes, or what stays closed otherwise."""

    way: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A pair of editions: its title, the situations asked about, its counts, what its sentences share, and the rest.

    `reach` is a line for each way: whom and what it reaches.
    """

    title: str
    among: str
    counts: str
    everywhere: str
    reach: tuple[str, ...]
    sections: tuple[Section, ...]
    beside: tuple[Beside, ...]


def told(found: Difference, lang: str) -> tuple[Told, ...]:
    """Each pair of editions, in the order of time; only counts where only these were asked."""
    before: _Before = {}
    each = (_Telling(pair, lang, before) for pair in found.pairs)
    return tuple(one.counted() if found.counts_only else one.told() for one in each)


def besides(found: Difference, lang: str) -> tuple[Beside, ...]:
    """What the two policies promise and write otherwise, whatever the edition; only counts where these were asked."""
    in_words = counted_in_words if found.counts_only else promises_in_words
    promises = Beside(_WORDS["promises"][lang], tuple(in_words(found.guards, lang)), in_sight=True)
    if found.counts_only:
        return (promises,) if promises.lines else ()
    moves = definitions(found.old.written, found.new.written)
    every = (
        promises,
        Beside(_WORDS["definitions"][lang], tuple(definitions_in_words(moves, lang)), in_sight=True),
        Beside(_WORDS["cases"][lang], tuple(cases_in_words(found.guards, lang)), in_sight=True),
        Beside(_WORDS["dates"][lang], tuple(dates_in_words(found, lang))),
        Beside(_WORDS["wordings"][lang], tuple(wordings_in_words(found.wordings, lang))),
    )
    return tuple(beside for beside in every if beside.lines)


def nothing(lang: str) -> str:
    """What is said when no edition of one is ever in force with one of the other."""
    return _WORDS["nothing"][lang]


class _Telling:
    """One pair of editions, in one language; `before` are the sentences of earlier pairs, to which it adds its own."""

    def __init__(self, pair: Pair, lang: str, before: _Before) -> None:
        self._pair, self._lang, self._before = pair, lang, before
        self._found = [found for found in pair.found if not found.change.unstated]
        self._sentences = Sentences(pair.frame, lang, self._found, pair.together.known)

    def told(self) -> Told:
        everywhere = self._sentences.everywhere()
        return Told(
            title=self._title(),
            among=self._among(),
            counts=self._counts(),
            everywhere=self._word("everywhere").format(everywhere) if everywhere else "",
            reach=tuple(self._reach()),
            sections=tuple(self._sections()),
            beside=tuple(Aside(self._pair, self._sentences, self._lang).told()),
        )

    def counted(self) -> Told:
        """How many situations change from which effect to which."""
        reach = tuple(self._reach())
        return Told(self._title(), self._among(), self._counts(), "", reach, tuple(self._effects()), ())

    def _effects(self) -> Iterator[Section]:
        for way in WAYS:
            moves = [
                f"{self._sentences.effect(change.old)} → {self._sentences.effect(change.new)} {self._number(count)}"
                for change, count in self._pair.counts.items()
                if change.way == way
            ]
            if moves:
                yield Section(way, self._word("colon").format(self._way(way), ", ".join(moves)), ())

    def _among(self) -> str:
        asked = ", ".join(Naming(self._pair.frame, self._lang).facts(self._pair.frame.within))
        return self._word("among").format(asked) if asked else ""

    def _reach(self) -> Iterator[str]:
        """Whom and what each way reaches; where it has one sentence, the sentence says it."""
        naming = Naming(self._pair.frame, self._lang)
        for way, whole in self._pair.reach.items():
            box, sentences = self._sentences.apart(whole), sum(found.change.way == way for found in self._found)
            if box and sentences != 1:
                yield self._word("reach").format(self._way(way), self._word("apart").join(naming.facts(box)))

    def _editions(self) -> str:
        old, new = (half.edition.id if half.edition else self._word("none") for half in self._pair.frame.halves)
        return f"{old} → {new}"

    def _title(self) -> str:
        periods = []
        for start, end in self._pair.together.days:
            bounds = (("from", bound(start)), ("until", bound(end)))
            periods.append(" ".join(self._word(word).format(day) for word, day in bounds if day is not None))
        known = self._pair.together.known
        if known:
            periods.append(as_known(known, self._lang).lower())
        when = f" ({', '.join(filter(None, periods))})" if any(periods) else ""
        return f"{self._editions()}{when}"

    def _counts(self) -> str:
        every = self._number(self._pair.frame.situations)
        if not self._pair.changed:
            return self._word("same").format(every) + "."
        counts = [f"{self._way(way)} {self._number(count)}" for way, count in self._by_way() if count]
        changed = _CHANGED.of(self._pair.changed, self._lang, every)
        return self._word("colon").format(changed, ", ".join(counts)) + "."

    def _by_way(self) -> Iterator[tuple[str, int]]:
        for way in WAYS:
            yield way, sum(count for change, count in self._pair.counts.items() if change.way == way)

    def _sections(self) -> Iterator[Section]:
        for way in WAYS:
            entries = tuple(self._entries(way))
            if entries:
                count = sum(found.block.situations for found in self._found if found.change.way == way)
                situations = SITUATIONS.of(count, self._lang)
                blocks = _BLOCKS.of(len(entries), self._lang)
                yield Section(way, f"{self._way(way)} ({situations}, {blocks})", entries)

    def _entries(self, way: str) -> Iterator[Entry]:
        say, everywhere = self._sentences, self._sentences.everywhere()
        of_the_way = (found for found in self._found if found.change.way == way)
        for number, found in enumerate(of_the_way, 1):
            before = self._answer("before", found.change.old, found.witness.old, found.rules[0])
            after = self._answer("after", found.change.new, found.witness.new, found.rules[1])
            situations = SITUATIONS.of(found.block.situations, self._lang)
            alike = (everywhere, say.bare(found), *self._codes(found), before, after)
            if alike in self._before:
                first, editions = self._before[alike]
                same = self._word("as").format(first, self._way(way).removeprefix(_SIGN), editions)
                yield Entry(say.as_known(same), situations)
            else:
                self._before[alike] = (number, self._editions())
                yield Entry(say.of(found), situations, before, after)

    def _codes(self, found: Found) -> Iterator[str]:
        """All that a sentence speaks of, of which it may name a part only."""
        lines = self._pair.frame.lines
        for box in (found.block.head, *found.block.ways):
            asked = {lines[at].name: sorted(lines[at].word(one) or "" for one in values) for at, values in box.items()}
            yield repr(sorted(asked.items()))

    def _answer(self, word: str, effect: int, reasons: Sequence[Reason], rules: Sequence[str]) -> str:
        """An effect, the reasons of one situation, and the other rules that give it elsewhere in the sentence."""
        told = " + ".join(map(self._sentences.reason, reasons))
        given = {reason.rule for reason in reasons}
        others = ", ".join(f"`{rule}`" for rule in rules if rule not in given)
        elsewhere = self._word("elsewhere").format(others) if others else ""
        return self._word(word).format(self._sentences.effect(effect), told) + elsewhere

    def _way(self, way: str) -> str:
        return self._word(way)

    def _number(self, number: int) -> str:
        return grouped(number, self._lang)

    def _word(self, word: str) -> str:
        return _WORDS[word][self._lang]


def heading(found: Difference) -> str:
    """The two sides, as they were asked for."""
    return f"{found.old.asked} → {found.new.asked}"
