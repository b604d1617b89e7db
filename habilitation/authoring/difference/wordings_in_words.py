"""What is written otherwise, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from habilitation.authoring.difference.wordings import Wording
from habilitation.authoring.figures import grouped
from habilitation.compiled.tables import Text

_LISTED = 12  # of a kind, told one by one; all of them are in the data
_WORDS = {
    "policy": Text("politique", "policy"),
    "axis": Text("axe", "axis"),
    "value": Text("valeur", "value"),
    "group": Text("groupe", "group"),
    "obligation": Text("obligation", "obligation"),
    "advice": Text("conseil", "advice"),
    "matrix": Text("matrice", "matrix"),
    "cell value": Text("valeur de case", "cell value"),
    "footnote": Text("note", "footnote"),
    "cell": Text("case", "cell"),
    "provenance": Text("provenance", "provenance"),
    "label": Text("libellé", "label"),
    "category": Text("catégorie", "category"),
    "note": Text("remarque", "note"),
    "source": Text("source", "source"),
    "values": Text("valeurs", "values"),
    "mark": Text("marque", "mark"),
    "edition": Text("édition", "edition"),
}
_LINE = Text("{} {}, {} : {} → {}", "{} {}, {}: {} → {}")
_COUNTED = Text("{} : {} textes", "{}: {} texts")


def wordings_in_words(moves: Sequence[Wording], lang: str) -> Iterator[str]:
    """A line a text, or a line for all those of a kind when they are many."""
    for kind in dict.fromkeys(move.kind for move in moves):
        alike = [move for move in moves if move.kind == kind]
        if len(alike) > _LISTED:
            yield _COUNTED[lang].format(_WORDS[kind][lang], grouped(len(alike), lang))
        for move in alike if len(alike) <= _LISTED else ():
            field = _WORDS[move.field][lang] if move.field in _WORDS else move.field
            said = (" / ".join(filter(None, text or ())) or "–" for text in (move.old, move.new))
            yield _LINE[lang].format(_WORDS[kind][lang], f"`{move.name}` {move.at}".rstrip(), field, *said)
