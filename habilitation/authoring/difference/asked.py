"""What one types for a side of a comparison: a place, and its days after `@`; and what is wrong with a day.

`PLACE@DATE` is the edition in force that day, `PLACE@DATE@DATE` the same as known on the second day.
"""

from __future__ import annotations

import datetime
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from habilitation.diagnostic import RequestError
from habilitation.vocabulary import SHIPPED, as_date

NOTHING = "none"  # no policy: what a first one is compared with
_DATED = re.compile(r"(?P<place>.*?)(?:@(?P<at>\d{4}-\d\d-\d\d)?(?:@(?P<known_on>\d{4}-\d\d-\d\d))?)?", re.DOTALL)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Two revisions as git writes them; no name of git holds `..`, and a path has a `/` or a `.` beside it.
_RANGE = re.compile(r"(?P<old>(?:.*[^./])?)\.{2,3}(?P<new>(?:[^./].*)?)", re.DOTALL)
# What somebody would write for a day; a number of version, 1.2.3, is none.
_LIKE_A_DAY = re.compile(r"(?=.*(?:\d{4}|[-/]))\d{1,4}[-/.]\d{1,2}\b.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one typed, read but not opened."""

    word: str
    place: str
    at: datetime.date | None
    known_on: datetime.date | None


def asked(word: str) -> Asked:
    """A place and its days out of what one typed. Raises RequestError for a day that is none, or is not there."""
    found = _DATED.fullmatch(word)
    assert found is not None, "a text always matches: every part may be empty"
    at, known_on = (None if day is None else day_of(day) for day in found.group("at", "known_on"))
    read = Asked(word, found["place"], at, known_on)
    if word.endswith("@"):
        # As an empty word: a variable that nobody set.
        raise no_place(read) if not word.strip("@") else RequestError("invalid_date", f"no day after `@` in `{word}`")
    return read


def day_of(day: datetime.date | str) -> datetime.date:
    """The day of a text. Raises RequestError for what is no date."""
    try:
        return as_date(day)
    except ValueError as error:
        raise RequestError("invalid_date", str(error)) from None


def no_place(side: Asked) -> RequestError:
    """The refusal of a word that names no policy: empty, or a day alone."""
    if side.at is None and side.known_on is None:
        way_out = f"give a path, a revision or `{SHIPPED}`; `@YYYY-MM-DD` alone is another day of the first policy"
        return RequestError("unknown_policy", f"`{side.word}` names no policy", help=way_out)
    way_out = f"write the policy before the day: `POLICY{side.word}`, or `{SHIPPED}{side.word}`"
    return RequestError("unknown_policy", f"`{side.word}` is a day, of no policy", help=way_out)


def one_policy(word: str) -> str:
    """The word of a side as it is. Raises RequestError for two revisions in one word, as git writes them."""
    found = _RANGE.fullmatch(word)
    if found is None or not (found["old"] or found["new"]) or Path(word).exists():
        return word
    old, new = (shlex.quote(revision or "HEAD") for revision in found.groups())
    way_out = f"write `habilitation diff {old} {new}`"
    raise RequestError("unknown_policy", f"`{word}` is two revisions, and not one policy", help=way_out)


def misdated(side: Asked, beside: str) -> RequestError | None:
    """The refusal of a place that is a day written otherwise than `@YYYY-MM-DD`; `beside` is the other place."""
    if Path(side.place).exists():
        return None
    place, _, suffix = side.place.rpartition("@")
    if not place and _DAY.fullmatch(suffix):
        policy = SHIPPED if _DAY.fullmatch(beside) else beside
        way_out = f"did you mean `{policy}@{day_of(suffix)}`?"
        return RequestError("unknown_policy", f"`{side.place}` is a day, of no policy", help=way_out)
    if _LIKE_A_DAY.fullmatch(suffix):
        return RequestError("invalid_date", f"`{suffix}` is not a date: give @YYYY-MM-DD after the policy")
    return None
