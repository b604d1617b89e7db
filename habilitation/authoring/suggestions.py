"""What a word that names nothing may have meant: values and groups of which a label has its words, or nearly.

A suggestion is told and never taken: what a word names is for `codes` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from habilitation.compiled.tables import AxisTable, Text
from habilitation.diagnostic import closest, folded
from habilitation.vocabulary import CATEGORIES

_SUGGESTED = 3  # values and groups named in a way out
_LABEL = 60  # characters of their labels: a way out is one sentence
# Words that tell no label from another.
_ARTICLES = frozenset({"a", "an", "d", "de", "des", "du", "l", "la", "le", "les", "the", "un", "une"})
_LINKS = frozenset({"au", "aux", "by", "en", "et", "for", "in", "of", "on", "ou", "or", "par", "pour", "to"})
_LITTLE = _ARTICLES | _LINKS
_STEM = 5  # letters that two words of one stem share, at least
_ENDING = 3  # letters of each that come after, at most
_SEVERAL = 2  # words that have initials
_LANGUAGES = ("fr", "en")
_QUESTIONS = CATEGORIES[:3]  # who asks, what for, to do what: rather than the circumstances

# Of each word of a label, the words that it reads as: itself and, of initials, what they stand for.
_Readings = Sequence[frozenset[str]]
_Rank = tuple[int, ...]  # the lowest is the nearest


@dataclass(frozen=True, slots=True)
class _Entry:
    """A value or a group of an axis, as it is told; its labels in both languages."""

    axis: AxisTable
    told: str
    labels: tuple[_Readings, ...]
    deprecated: bool = False


def told(axis: AxisTable, value: int) -> str:
    """A value by its name, its label and its axis."""
    return _told(axis, axis.values[value].name, axis.values[value].text)


def way_out(axes: Sequence[AxisTable], word: str) -> str:
    """The values and the groups that a word may have meant, and where codes are shown."""
    near = _having(axes, word) or _misspelt(axes, word)
    if not near and len(axes) != 1:
        return "`habilitation show axes` lists the axes, and `habilitation show axis NAME` their codes and groups"
    more = len(near) - _SUGGESTED
    named = [one for _, one in near[:_SUGGESTED]]
    named += [f"one of {more} more" if more > 1 else "one more"] if more > 0 else []
    suggested = [f"did you mean {' or '.join(named)}?"] if near else []
    axis = near[0][0] if near else axes[0]
    return " ".join([*suggested, f"`habilitation show axis {axis.name}` lists codes and groups"])


def _told(axis: AxisTable, name: str, text: Text) -> str:
    label = text.fr if len(text.fr) <= _LABEL else f"{text.fr[: _LABEL - 1].rstrip()}…"
    return f"`{name}` ({label}, {axis.name})"


# --- labels that have the words ---------------------------------------------------------------------


def _having(axes: Sequence[AxisTable], word: str) -> list[tuple[AxisTable, str]]:
    """What has the most of the words in its label, the nearest first; nothing that has fewer of them."""
    typed = _words(word)
    ranked = [(rank, entry) for axis in axes for entry in _entries(axis) if (rank := _rank(entry, typed))]
    ranked.sort(key=lambda found: found[0])
    return [(entry.axis, entry.told) for rank, entry in ranked if rank[0] == ranked[0][0][0]]


def _rank(entry: _Entry, typed: Sequence[str]) -> _Rank:
    """How near a value or a group is to the words typed; empty when it has none of them."""
    return min((rank for label in entry.labels if (rank := _label_rank(entry, label, typed))), default=())


def _label_rank(entry: _Entry, label: _Readings, typed: Sequence[str]) -> _Rank:
    """Most words first; then what is in use, what a question is about, words as they stand, and the shortest label."""
    had = [word for word in typed if any(_alike(word, one) for readings in label for one in readings)]
    if not had:
        return ()
    exact = sum(any(word in readings for readings in label) for word in had)
    beside = sum(not any(_alike(word, one) for word in had for one in readings) for readings in label)
    return -len(had), entry.deprecated, entry.axis.category not in _QUESTIONS, -exact, beside


def _alike(one: str, other: str) -> bool:
    """Whether two words are of one stem: the same but for an s, or for their last letters."""
    one, other = one.removesuffix("s"), other.removesuffix("s")
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return one == other or (stem >= _STEM and max(len(one), len(other)) - stem <= _ENDING)


def _words(text: str) -> list[str]:
    return [word for word in folded(text).split() if word not in _LITTLE]


def _entries(axis: AxisTable) -> Iterator[_Entry]:
    stands_for = [_initials(axis, lang) for lang in _LANGUAGES]

    def readings(text: Text) -> tuple[_Readings, ...]:
        return tuple(
            [frozenset({word, *long.get(word, ())}) for word in _words(text[lang])]
            for lang, long in zip(_LANGUAGES, stands_for, strict=True)
        )

    for name, text, _ in axis.groups:
        yield _Entry(axis, _told(axis, name, text), readings(text))
    for number, value in enumerate(axis.values):
        yield _Entry(axis, told(axis, number), readings(value.text), value.deprecated)


def _initials(axis: AxisTable, lang: str) -> dict[str, list[str]]:
    """Initials that stand for the label of a group in those of its values: `CR`, in the group `Compte rendu`."""
    found = {}
    for _, text, inside in axis.groups:
        words = _words(text[lang])
        short = "".join(word[0] for word in words)
        if len(words) >= _SEVERAL and any(short in _words(axis.values[value].text[lang]) for value in inside):
            found[short] = words
    return found


# --- what is nearly written so -----------------------------------------------------------------------


def _misspelt(axes: Sequence[AxisTable], word: str) -> list[tuple[AxisTable, str]]:
    """The code or the group, or else the label, that is most like a word."""
    written = {name: (axis, f"`{name}`") for axis in axes for name in _names(axis)}
    labels = {
        folded(value.text[lang]): (axis, told(axis, number))
        for axis in axes
        for number, value in enumerate(axis.values)
        for lang in _LANGUAGES
    }
    return [known[found] for known in (written, labels) if (found := closest(word, known))][:1]


def _names(axis: AxisTable) -> Iterator[str]:
    for value in axis.values:
        yield from (value.name, value.code)
    yield from (name for name, *_ in axis.groups)
