"""Opening a policy: from its texts, or from an artefact; and its editions, each opened once."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from habilitation.compiled import artefact
from habilitation.compiled.tables import Tables
from habilitation.decided.one import Answers
from habilitation.diagnostic import ArtefactError, PolicyError, Severity

if TYPE_CHECKING:
    from habilitation.checked.policy import Policy
    from habilitation.diagnostic import Diagnostic
    from habilitation.written.from_folder import PolicyFiles


class Editions:
    """The editions of one policy, each opened once; shared by every view of the policy."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._opened: dict[int, Answers] = {}

    def in_force(self, day: datetime.date, known_on: datetime.date) -> tuple[Answers, datetime.date]:
        """The edition in force on a day as known on another, and the day on which it may change."""
        stretch = next(
            stretch
            for stretch in self.tables.timeline
            if stretch.start <= day < stretch.end and stretch.known_start <= known_on < stretch.known_end
        )
        if stretch.edition not in self._opened:
            self._opened[stretch.edition] = Answers(self.tables, stretch.edition)
        return self._opened[stretch.edition], stretch.end


def read_artefact(path: Path) -> Tables:
    try:
        return artefact.read(path.read_bytes())
    except OSError as error:
        raise ArtefactError(f"`{path}` cannot be read: {error.strerror}") from None


def checked(files: PolicyFiles) -> tuple[Policy | None, list[Diagnostic]]:
    """A policy read and checked, with everything found; None when it cannot even be read."""
    from habilitation.checked.from_written import check  # noqa: PLC0415  # text readers only when text is read
    from habilitation.written.from_folder import read_policy  # noqa: PLC0415  # as above

    written, found = read_policy(files)
    if written is None:
        return None, found
    policy, more = check(written)
    return policy, [*found, *more]


def tabulated(files: PolicyFiles) -> Tables:
    from habilitation.compiled.from_checked import tabulate  # noqa: PLC0415  # as above

    policy, found = checked(files)
    errors = [one for one in found if one.severity is Severity.ERROR]
    if policy is None or errors:
        raise PolicyError(errors)
    return tabulate(policy)
