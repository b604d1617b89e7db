"""What is wrong with the test files of a policy, found by reading them: no case is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from habilitation.authoring.cases.effects import unknown_effect
from habilitation.authoring.cases.suite import CaseFiles, shared
from habilitation.authoring.cases.tables import Spreadsheets, cells
from habilitation.authoring.cases.words import Words, words_of
from habilitation.checked.mistakes import MISTAKES_AT_MOST
from habilitation.checked.policy import Policy
from habilitation.diagnostic import Diagnostic, sorted_once
from habilitation.source import Word
from habilitation.written.syntax import WrittenCase, WrittenCases, WrittenMark, WrittenTable


def mistakes(files: CaseFiles, words: Words) -> tuple[Diagnostic, ...]:
    """Every mistake of form and of name, once, in reading order; past MISTAKES_AT_MOST the others wait."""
    found = dict.fromkeys(files.found)
    for one in (one for file in files.written for one in _of_file(file, files.spreadsheets, words)):
        found[one] = None
        if len(found) >= MISTAKES_AT_MOST:
            message = f"more than {MISTAKES_AT_MOST} mistakes in the tests: the others wait until these are gone"
            return (*sorted_once(found), Diagnostic("too_many", message))
    return sorted_once(found)


def proofread(files: CaseFiles, policy: Policy | None, *, whole: bool) -> tuple[Diagnostic, ...]:
    """The same, of a policy that may have mistakes of its own; `whole` when it has none, and no name is lost.

    None is a policy whose vocabulary cannot be read: only what cannot be read of its tests is told.
    """
    return files.found if policy is None else mistakes(files, words_of(policy, whole=whole))


def _of_file(file: WrittenCases, spreadsheets: Spreadsheets, words: Words) -> Iterator[Diagnostic]:
    for facts in file.facts.values():
        yield from _facts(facts, words)
    for case in file.cases:
        yield from _asked(file, case, words)
        yield from _expected(case, words)
    for table in file.tables:
        yield from _asked(file, table, words)
        for mark in table.marks.values():
            yield from _expected(mark, words)
        found: list[Diagnostic] = []
        for cell in cells(table, file.facts, spreadsheets, found):
            yield from _facts(cell.facts, words)
        yield from found
    yield from _repeated(case.name for case in file.cases)
    yield from _repeated(table.name for table in file.tables)


def _asked(file: WrittenCases, written: WrittenCase | WrittenTable, words: Words) -> Iterator[Diagnostic]:
    yield from shared(file, written)[1]
    yield from _facts(written.with_, words)


def _facts(facts: Mapping[Word, Word], words: Words) -> Iterator[Diagnostic]:
    for name, value in facts.items():
        stated = words.stated(name, value)
        if isinstance(stated, Diagnostic):
            yield stated


def _expected(written: WrittenCase | WrittenMark, words: Words) -> Iterator[Diagnostic]:
    yield from unknown_effect(written.expect)
    for found in words.misnamed(written).values():
        yield from found


def _repeated(names: Iterable[Word]) -> Iterator[Diagnostic]:
    """One name, one case: it is how a failure is found again."""
    seen: dict[str, Word] = {}
    for name in names:
        if name in seen:
            sentence = f"`{name}` is already written at {seen[name].span}"
            yield Diagnostic("repeated_name", sentence, name.span, "give each case a name of its own")
        seen.setdefault(str(name), name)
