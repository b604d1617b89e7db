"""Opening a policy: from its texts, or from an artefact; and its editions, each opened once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habilitation.compiled import artefact
from habilitation.compiled.tables import Tables
from habilitation.decided.decision import Decision
from habilitation.decided.fast import Decide, unrolled
from habilitation.decided.one import Answers
from habilitation.diagnostic import ArtefactError, PolicyError, Severity
from habilitation.vocabulary import DISTANT_FUTURE

if TYPE_CHECKING:
    from habilitation.checked.policy import Policy
    from habilitation.diagnostic import Diagnostic
    from habilitation.written.from_folder import PolicyFiles
    from habilitation.written.syntax import WrittenPolicy


_LAST_DAY = DISTANT_FUTURE - datetime.timedelta(1)  # the end of a stretch is excluded


class Editions:
    """The editions of one policy, each opened once; shared by every view of the policy."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._opened: dict[int, Answers] = {}
        self._whole: dict[int, Decide] = {}

    def whole(self, answers: Answers) -> Decide:
        """`decide` of one edition with nothing fixed, written once."""
        if answers.number not in self._whole:

            def slow(*requests: Mapping[str, Any] | None) -> Decision:
                return answers.decide(answers.asked.ordinals(*requests, stated={}))

            self._whole[answers.number] = unrolled(answers, {}, slow)
        return self._whole[answers.number]

    def in_force(self, day: datetime.date, known_on: datetime.date | None) -> tuple[Answers, datetime.date]:
        """The edition in force on a day as known on another (None: as known now), and the day it may change."""
        law, ours = min(day, _LAST_DAY), min(known_on or _LAST_DAY, _LAST_DAY)
        stretch = next(
            stretch
            for stretch in self.tables.timeline
            if stretch.start <= law < stretch.end and stretch.known_start <= ours < stretch.known_end
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
    from habilitation.written.from_folder import read_policy  # noqa: PLC0415  # text readers only when text is read

    return _checked(*read_policy(files))


def _checked(written: WrittenPolicy | None, found: list[Diagnostic]) -> tuple[Policy | None, list[Diagnostic]]:
    from habilitation.checked.from_written import check  # noqa: PLC0415  # as above

    if written is None:
        return None, found
    policy, more = check(written)
    return policy, [*found, *more]


def usable(files: PolicyFiles) -> tuple[WrittenPolicy, Policy]:
    """A policy as written and as checked. Raises PolicyError with everything that forbids to answer by it."""
    from habilitation.written.from_folder import read_policy  # noqa: PLC0415  # as above

    written, unread = read_policy(files)
    policy, found = _checked(written, unread)
    # A spreadsheet that differs decides nothing: it stops `check`, not the answers, nor the command that writes it.
    errors = [one for one in found if one.severity is Severity.ERROR and one.code != "csv_differs"]
    if written is None or policy is None or errors:
        raise PolicyError(errors)
    return written, policy


def tabulated(files: PolicyFiles) -> Tables:
    from habilitation.compiled.from_checked import tabulate  # noqa: PLC0415  # as above

    return tabulate(usable(files)[1])
