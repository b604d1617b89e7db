"""What is compared: a folder, a compiled policy, a revision of git, or the shipped policy, with its dates."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from habilitation import shipped
from habilitation.authoring.difference.asked import NOTHING, Asked, asked, day_of, misdated, no_place
from habilitation.authoring.difference.promises import NOTHING_WRITTEN, Written, opened
from habilitation.authoring.difference.revision import Revision, repository_of, revision
from habilitation.authorizer import Authorizer
from habilitation.authorizer.opening import read_artefact
from habilitation.compiled import artefact
from habilitation.compiled.tables import StretchTable, Tables, Text
from habilitation.diagnostic import Diagnostic, PolicyError, RequestError
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST, SHIPPED
from habilitation.written.from_folder import policy_files, shelf_files

_Opened = tuple[Tables, Written | None]

# Without a vocabulary and without a day in force.
_NOTHING = Tables(
    name=NOTHING,
    text=Text("Aucune politique", "No policy"),
    axes=(),
    matrices=(),
    rules=(),
    obligations=(),
    advice=(),
    editions=(),
    timeline=(StretchTable(DISTANT_PAST, DISTANT_FUTURE, DISTANT_PAST, DISTANT_FUTURE, -1),),
    digest="",
)


class SideError(PolicyError):
    """One of the two policies cannot be used; `asked` is the word that names it, which each sentence repeats."""

    def __init__(self, asked: str, diagnostics: Iterable[Diagnostic]) -> None:
        self.asked = asked
        super().__init__([replace(one, message=f"in `{asked}`, {one.message}") for one in diagnostics])


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies: as it was asked for, its tables, and its dates; None where none was given."""

    asked: str
    tables: Tables
    at: datetime.date | None
    known_on: datetime.date | None
    written: Written | None = None  # of a policy in text

    def policy(self) -> Authorizer:
        """The policy at its dates; today's edition when it has none."""
        return Authorizer(self.tables, at=self.at, known_on=self.known_on)


def sides(
    old: str,
    new: str,
    *,
    at: datetime.date | str | None = None,
    known_on: datetime.date | str | None = None,
    alike: bool = True,
) -> tuple[Side, Side]:
    """The two policies opened; `at` and `known_on` are for a side that gives none itself.

    When `alike`, both have a day or neither has. A `new` that is a day alone, `@DATE` or `@@DATE`, is of `old`.
    Raises RequestError, PolicyError or ArtefactError.
    """
    one, other = asked(old), asked(new)
    if not one.place:
        raise no_place(one)
    if not other.place:
        # An empty word is a variable that nobody set, and not another day.
        if other.at is None and other.known_on is None:
            raise no_place(other)
        other = replace(other, place=one.place)
    law, ours = (None if day is None else day_of(day) for day in (at, known_on))
    one, other = (replace(side, at=side.at or law, known_on=side.known_on or ours) for side in (one, other))
    one, other = (_dated(side, beside) for side, beside in ((one, other), (other, one)))
    if alike and (one.at is None) is not (other.at is None):
        undated, dated = (one, other) if one.at is None else (other, one)
        if refusal := misdated(undated, dated.place):
            raise refusal
        way_out = "give a day on both sides, or on neither, which compares every edition in force together"
        raise RequestError("half_dated", f"`{undated.word}` has no day, the other side has one", help=way_out)
    opened_one = _opened(one, other.place)
    others = opened_one if one.place == other.place else _opened(other, one.place)
    before, after = (
        Side(side.word, tables, side.at, side.known_on, written)
        for side, (tables, written) in ((one, opened_one), (other, others))
    )
    return before, after


def _dated(side: Asked, beside: Asked) -> Asked:
    """No policy has no day of its own: it is that of the other side."""
    return replace(side, at=side.at or beside.at) if side.place == NOTHING else side


def _opened(side: Asked, beside: str) -> _Opened:
    """The tables of a place; a revision without a path has the policy where the other side has it."""
    try:
        if side.place == NOTHING:
            return _NOTHING, NOTHING_WRITTEN
        if side.place == SHIPPED:
            return opened(shelf_files(shipped.dmp_shelves()))
        if Path(side.place).exists():
            if _is_revision(side.place, beside):
                way_out = (
                    f"write `./{side.place}` for the path, `{side.place}^0` or `{side.place}:PATH` for the revision"
                )
                message = f"`{side.place}` is a path and a revision of git"
                raise RequestError("ambiguous_policy", message, help=way_out)
            path = Path(side.place)
            return (read_artefact(path), None) if path.is_file() else opened(policy_files(path))
        return _of_revision(side, beside)
    except PolicyError as error:
        raise SideError(side.word, error.diagnostics) from None


def _is_revision(place: str, beside: str) -> bool:
    """Whether a path is the name of a revision too, where one would be looked for; git takes neither then."""
    if place.startswith((".", "/")):
        return False
    try:
        return revision(repository_of(_home(beside)), place) is not None
    except RequestError:
        return False


def _of_revision(side: Asked, beside: str) -> _Opened:
    word, colon, path = side.place.partition(":")
    home, way_out = _home(beside), "give a path, REVISION, REVISION:path, or `dmp`"
    found = None
    try:
        found = revision(repository_of(home), word)
    except RequestError as error:
        way_out = error.message
    if found is None:
        message = f"`{side.place}` is no policy folder, no compiled policy and no revision of git"
        raise misdated(side, beside) or RequestError("unknown_policy", message, help=way_out)
    if not colon and beside == SHIPPED:
        inside = {shelf: _inside(folder, found.repository) for shelf, folder in shipped.dmp_shelves().items()}
        return opened(found.shelves(inside))
    if not colon and not Path(beside).exists():
        _, colon, path = beside.partition(":")
    return _at_path(found, path.strip("/") if colon else _inside(home, found.repository))


def _at_path(found: Revision, path: str) -> _Opened:
    path = "" if path == "." else path
    if found.is_file(path):
        return artefact.read(found.content(path)), None
    return opened(found.folder(path))


def _home(beside: str) -> Path:
    """Where the other side stands, on the disk; here, when it is a revision too."""
    if beside == SHIPPED:
        return next(iter(shipped.dmp_shelves().values()))
    return Path(beside) if beside and Path(beside).exists() else Path()


def _inside(place: Path, repository: Path) -> str:
    return place.resolve().relative_to(repository.resolve()).as_posix()
