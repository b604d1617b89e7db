"""The test files of a policy to cases: each with the facts it states, its date, what it expects, and its place."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from habilitation.authoring.cases.effects import unknown_effect
from habilitation.authoring.cases.tables import Cell, Spreadsheets, cells
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Span, Word
from habilitation.written.from_folder import Kept, PolicyFiles, read_cases, read_expected
from habilitation.written.syntax import WrittenCase, WrittenCases, WrittenTable, as_day

Facts = Mapping[Word, Word]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case expects, in the author's words; None is what it says nothing of."""

    effect: Word
    reasons: Sequence[Word] | None = None
    missing: Sequence[Word] | None = None
    obligations: Sequence[Word] | None = None
    advice: Sequence[Word] | None = None

    def without(self, sides: Collection[str]) -> Expected:
        """The same, silent on some sides of the answer (`reasons`, `missing`, …)."""
        named = (("reasons", self.reasons), ("missing", self.missing), ("obligations", self.obligations))
        kept = (None if side in sides else words for side, words in (*named, ("advice", self.advice)))
        return Expected(self.effect, *kept)


@dataclass(frozen=True, slots=True)
class Case:
    """A situation and what the policy must answer.

    `table` is the name of the table it is a cell of, empty for a case written by itself. A case with something
    `wrong` cannot be asked. `at` and `known_on` are None where it states none: judged today, as known now.
    """

    name: str
    facts: Facts
    expected: Expected
    span: Span
    table: str = ""
    at: datetime.date | None = None
    known_on: datetime.date | None = None
    wrong: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Suite:
    """Every case of a policy, in the order of its files, and what is wrong with the files themselves."""

    cases: tuple[Case, ...]
    found: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """The test files of a policy as their author wrote them, and those that cannot be read."""

    written: tuple[WrittenCases, ...]
    spreadsheets: Spreadsheets
    found: tuple[Diagnostic, ...]


def case_files(files: PolicyFiles, kept: Kept | None = None) -> CaseFiles:
    """The test files of a policy; `kept` is what an earlier round read."""
    written, found = read_cases(files, kept)
    return CaseFiles(tuple(written), read_expected(files, kept), tuple(found))


def read(files: PolicyFiles) -> Suite:
    """The cases of the test files; a file that cannot be read is told, and the others are read."""
    return suite_of(case_files(files))


def suite_of(files: CaseFiles) -> Suite:
    """The same, of files that have been read."""
    found = list(files.found)
    cases = [case for file in files.written for case in _of_file(file, files.spreadsheets, found)]
    return Suite(tuple(cases), tuple(found))


def _of_file(file: WrittenCases, spreadsheets: Spreadsheets, found: list[Diagnostic]) -> Iterator[Case]:
    yield from (_case(file, case) for case in file.cases)
    for table in file.tables:
        facts, wrong = shared(file, table)
        for cell in cells(table, file.facts, spreadsheets, found):
            yield _of_cell(table, cell, {**facts, **cell.facts}, wrong)


def _case(file: WrittenCases, case: WrittenCase) -> Case:
    facts, wrong = shared(file, case)
    expected = Expected(case.expect, case.reasons, case.missing, case.obligations, case.advice)
    at, known_on = _day(case.at), _day(case.known_on)
    wrong += unknown_effect(case.expect)
    return Case(str(case.name), facts, expected, case.name.span, "", at, known_on, tuple(wrong))


def _of_cell(table: WrittenTable, cell: Cell, facts: Facts, wrong: Sequence[Diagnostic]) -> Case:
    mark = cell.mark
    expected = Expected(mark.expect, mark.reasons, mark.missing, mark.obligations, mark.advice)
    name = f"{table.name} [{cell.row} × {cell.column}]"
    at, known_on = _day(table.at), _day(table.known_on)
    return Case(name, facts, expected, cell.span, str(table.name), at, known_on, (*wrong, *unknown_effect(mark.expect)))


def shared(file: WrittenCases, written: WrittenCase | WrittenTable) -> tuple[dict[Word, Word], list[Diagnostic]]:
    """The facts of its bundles, then its own, and what is wrong with them and its dates."""
    facts: dict[Word, Word] = {}
    wrong: list[Diagnostic] = []
    for bundle in written.given:
        if bundle in file.facts:
            facts.update(file.facts[bundle])
        else:
            way_out = did_you_mean(bundle, file.facts)
            wrong.append(Diagnostic("unknown_facts", f"unknown facts `{bundle}`", bundle.span, way_out))
    facts.update(written.with_)
    wrong.extend(
        Diagnostic("invalid_date", f"`{day}` is not a date", day.span, "write YYYY-MM-DD")
        for day in (written.at, written.known_on)
        if day is not None and as_day(day) is None
    )
    return facts, wrong


def _day(word: Word | None) -> datetime.date | None:
    return None if word is None else as_day(word)
