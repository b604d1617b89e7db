"""A policy under the hands of its author: read again at each keystroke, only the text that changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from habilitation.authoring.cases.proofreading import proofread
from habilitation.authoring.cases.suite import case_files
from habilitation.authorizer import Authorizer
from habilitation.checked.from_written import check
from habilitation.checked.policy import Policy
from habilitation.checked.world import World
from habilitation.compiled.from_checked import tabulate
from habilitation.diagnostic import Diagnostic, PolicyError, Severity, sorted_once
from habilitation.editor.cells import Mark, marks_of
from habilitation.editor.homes import Home
from habilitation.editor.mentions import mentions_of
from habilitation.editor.things import Mentions
from habilitation.source import Source
from habilitation.written.from_folder import Kept, PolicyFiles, read_expected, read_policy
from habilitation.written.syntax import WrittenCases, WrittenPolicy


@dataclass(frozen=True)
class Reading:
    """A policy at one instant: its texts, what could be read of them, and what is wrong without proving anything."""

    files: PolicyFiles
    written: WrittenPolicy | None
    cases: tuple[WrittenCases, ...]
    policy: Policy | None
    found: tuple[Diagnostic, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing stands against compiling and proving it: a mistake in its tests does not."""
        tests = {source.name for source in (*self.files.cases, *self.files.expected)}
        unread = set(self.files.untested)
        errors = (one for one in self.found if one.severity is Severity.ERROR and one not in unread)
        return self.policy is not None and all(one.span and one.span.source.name in tests for one in errors)

    @property
    def whole(self) -> bool:
        """Whether every word of every file could be read, so that none is missed by a renaming."""
        if self.written is None or self.written.unread or self.files.untested:
            return False
        refused = any(file.refused for file in self.written.rules)
        return not refused and not any(one.code in _UNREAD for one in self.found)

    @cached_property
    def mentions(self) -> Mentions:
        """Where each name is declared and used."""
        if self.written is None:
            return Mentions(())
        return mentions_of(self.written, self.cases, read_expected(self.files), self.marks)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of the matrices and of their spreadsheets."""
        return tuple(marks_of(self.written)) if self.written is not None else ()

    @cached_property
    def compiled(self) -> Authorizer | None:
        """The policy, compiled; None while something is wrong with it."""
        try:
            return Authorizer(tabulate(self.policy)) if self.sound and self.policy is not None else None
        except PolicyError:  # too large: told by the proofs
            return None

    def source(self, name: str) -> Source | None:
        """The text of a file."""
        files = self.files
        return next((one for one in (*files.all(), *files.cases, *files.expected) if one.name == name), None)


_UNREAD = frozenset(
    ("syntax_error", "repeated_clause", "too_deep", "too_many", "yaml_syntax", "duplicate_key", "missing_key")
) | {"wrong_shape", "unknown_key", "alias_refused", "tag_refused"}


class Desk:
    """The readings of one policy, one after the other."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._kept, self._world = Kept(), World()
        self._last: Reading | None = None
        self.refused: tuple[Diagnostic, ...] = ()

    def read(self, unsaved: Mapping[str, str]) -> Reading | None:
        """The policy as it is now; None when its texts cannot even be gathered, and `refused` says why."""
        try:
            files = self.home.files(unsaved)
        except PolicyError as error:
            self.refused = error.diagnostics
            return None
        self.refused = ()
        if self._last is None or self._last.files != files:
            self._last = self._read(files, self._last)
        return self._last

    def _read(self, files: PolicyFiles, before: Reading | None) -> Reading:
        self._kept.start_again()
        now = reading_of(files, self._kept, self._world)
        if before is None:
            return now
        # While a file cannot be read, the words of the last time it could be still have a meaning.
        lost = _lost(before.cases, now.cases, files.cases)
        return replace(now, written=now.written or before.written, cases=(*now.cases, *lost))


def reading_of(files: PolicyFiles, kept: Kept | None = None, world: World | None = None) -> Reading:
    """The policy that some texts make; `kept` and `world` are what an earlier round read and resolved."""
    written, found = read_policy(files, kept)
    policy, more = check(written, world) if written is not None else (None, [])
    found += more
    tests = case_files(files, kept)
    mistakes = proofread(tests, policy, whole=all(one.severity is not Severity.ERROR for one in found))
    return Reading(files, written, tests.written, policy, sorted_once([*found, *mistakes]))


def _lost(before: Iterable[WrittenCases], now: Iterable[WrittenCases], files: Iterable[Source]) -> list[WrittenCases]:
    """The test files read before that are still there and cannot be read now."""
    unread = {source.name for source in files} - {_file(cases) for cases in now}
    return [cases for cases in before if _file(cases) in unread]


def _file(cases: WrittenCases) -> str:
    names = [*(one.name for one in cases.cases), *(one.name for one in cases.tables), *cases.facts]
    return names[0].span.source.name if names else ""
