"""Whether the header of a column is a name of ours, misspelt: to read the file without it would be to read it wrong.

Closer than `did_you_mean`, which only proposes: a run stops on this. `document_date` is no `document_state`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from habilitation.audit.intake.aliases import folded

_LONG = 8  # letters of a word in which two may be wrong
_SHORTEST = 4  # of a word in which one may be
_ALIAS_AT_LEAST = 6  # shorter ones (`du`, `site`, `fin`) are near too many words


def misspelt(source: str, names: Mapping[str, Collection[str]]) -> str:
    """The column that a header is a misspelling of, or nothing. `names`: of each column, its other names."""
    name = folded(source)
    if ours := next((ours for ours in names if _close(name, ours)), ""):
        return ours
    aliases = ((ours, alias) for ours, others in names.items() for alias in others if len(alias) >= _ALIAS_AT_LEAST)
    return next((ours for ours, alias in aliases if _close(name, alias) and not _another_word(name, alias)), "")


def _close(name: str, known: str) -> bool:
    """Whether all is the same but a letter, however it is cut in words; or each word is, but for a letter or two.

    >>> _close("valid_form", "valid_from"), _close("validfrom", "valid_from"), _close("document_date", "document_state")
    (True, True, False)
    """
    words, others = name.split("_"), known.split("_")
    if _nearly("".join(words), "".join(others), 1):
        return True
    pairs = zip(words, others, strict=False)
    return len(words) == len(others) and all(_nearly(*pair, 1 + (max(map(len, pair)) >= _LONG)) for pair in pairs)


def _nearly(word: str, other: str, wrong: int) -> bool:
    """Whether two words share their first letter, and all their letters but so many, in order."""
    longest = max(len(word), len(other))
    if word == other or longest < _SHORTEST or word[:1] != other[:1]:
        return word == other
    blocks = difflib.SequenceMatcher(None, word, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= longest - wrong


def _another_word(name: str, alias: str) -> bool:
    """Whether a French word is another by a letter put for one of its own: `marque` is no `masque`."""
    return len(name) == len(alias) < _LONG and sorted(name) != sorted(alias)
