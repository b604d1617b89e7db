"""Every mutant of a policy judged, on several processes, and the score: killed among those that are not equivalent."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import PurePath

from habilitation.authoring.cases import questions, read
from habilitation.authoring.cases.judging import Judge
from habilitation.authoring.check import examine
from habilitation.authoring.mutation.cells import cell_mutants
from habilitation.authoring.mutation.fate import Bench, Fate, Judged
from habilitation.authoring.mutation.mutant import Mutant, Operator
from habilitation.authoring.mutation.rules import definition_mutants, rule_mutants
from habilitation.authoring.mutation.sources import Sources
from habilitation.authorizer import checked
from habilitation.compiled.from_checked import tabulate
from habilitation.diagnostic import Diagnostic, PolicyError, RequestError, did_you_mean
from habilitation.source import Span
from habilitation.written.from_folder import PolicyFiles, read_policy

_FEW = 64  # mutants a process takes at once
_KILLED = (Fate.KILLED_BY_TEST, Fate.KILLED_BY_CHECK)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One mutant and its fate."""

    operator: Operator
    subject: str
    before: str
    after: str
    span: Span
    judged: Judged


@dataclass(frozen=True, slots=True)
class Score:
    """The outcomes in the order of the files, rules first, then definitions and matrices."""

    outcomes: tuple[Outcome, ...]

    def count(self, *fates: Fate) -> int:
        """How many mutants met one of these fates."""
        return sum(one.judged.fate in fates for one in self.outcomes)

    @property
    def killed(self) -> int:
        """Those that a case or `check` refuses."""
        return self.count(*_KILLED)

    @property
    def survivors(self) -> tuple[Outcome, ...]:
        """Those that nothing refuses, though some situation is answered otherwise."""
        return tuple(one for one in self.outcomes if one.judged.fate is Fate.SURVIVED)

    @property
    def score(self) -> float:
        """Killed among those that are not equivalent; 1 when there is none."""
        return self.killed / self._told_apart if self._told_apart else 1.0

    @property
    def percent(self) -> float:
        """The same, rounded down to a tenth: 100.0 is all of them."""
        return self.killed * 1000 // self._told_apart / 10 if self._told_apart else 100.0

    @property
    def _told_apart(self) -> int:
        return len(self.outcomes) - self.count(Fate.EQUIVALENT)


def score(files: PolicyFiles, only: str = "", jobs: int = 0, today: datetime.date | None = None) -> Score:
    """The fates of the mutants of a policy; `only` keeps those of one file, rule, definition or matrix.

    Raises PolicyError for a policy that `check` refuses or that fails its own tests; RequestError when `only` is the
    name of nothing that has a mutant.
    """
    day = today or datetime.date.today()  # noqa: DTZ011  # cases without a date are judged as a request would be now
    _refuse(files, day)
    mutants, bench = _opened(files, day)
    kept = [number for number, one in enumerate(mutants) if not only or _is_named(one, only)]
    if only and not kept:
        known = dict.fromkeys(name for one in mutants for name in _names(one))
        raise RequestError("no_mutant", f"no mutant of `{only}`", help=did_you_mean(only, known))
    parts = [kept[start : start + _FEW] for start in range(0, len(kept), _FEW)]
    processes = min(jobs or os.cpu_count() or 1, len(parts))
    if processes <= 1:
        return Score(tuple(one for part in parts for one in _judged(mutants, bench, part)))
    with ProcessPoolExecutor(processes, initializer=_open, initargs=(files, day)) as pool:
        return Score(tuple(one for found in pool.map(_judged_there, parts) for one in found))


def _refuse(files: PolicyFiles, today: datetime.date) -> None:
    examined = examine(files)
    if examined.tables is None or examined.errors:
        raise PolicyError(examined.errors)
    judge = Judge(examined.tables, today)
    failing = [one for one in questions(examined.tables, read(files)) if not judge.passes(one)]
    if failing:
        sentence = f"the case `{failing[0].case.name}` fails already, {len(failing)} in all"
        way_out = "mutants are judged by tests that pass: run `habilitation test`"
        raise PolicyError([Diagnostic("case_fails", sentence, failing[0].case.span, way_out)])


def _opened(files: PolicyFiles, today: datetime.date) -> tuple[tuple[Mutant, ...], Bench]:
    written, policy = read_policy(files)[0], checked(files)[0]
    assert written is not None
    assert policy is not None
    tables = tabulate(policy)
    mutants = tuple(_mutants(Sources(written, policy)))
    return mutants, Bench(policy, tables, questions(tables, read(files)), today)


def _mutants(sources: Sources) -> Iterator[Mutant]:
    yield from rule_mutants(sources)
    yield from definition_mutants(sources)
    yield from cell_mutants(sources)


def _is_named(mutant: Mutant, only: str) -> bool:
    """Whether `only` is one of its names, or the path of its file from wherever the policy is."""
    return only in _names(mutant) or PurePath(only).as_posix().endswith(f"/{mutant.span.source.name}")


def _names(mutant: Mutant) -> tuple[str, str, str]:
    """Its rule, definition or matrix, its file in the policy, and the file without its folder."""
    file = mutant.span.source.name
    return mutant.subject.split(" ")[0], file, file.rpartition("/")[2]


def _judged(mutants: Sequence[Mutant], bench: Bench, numbers: Sequence[int]) -> list[Outcome]:
    return [
        Outcome(one.operator, one.subject, one.before, one.after, one.span, bench.judge(one.policy()))
        for one in map(mutants.__getitem__, numbers)
    ]


# --- in another process ----------------------------------------------------------------------------

_there: list[tuple[tuple[Mutant, ...], Bench]] = []


def _open(files: PolicyFiles, today: datetime.date) -> None:
    _there[:] = [_opened(files, today)]


def _judged_there(numbers: Sequence[int]) -> list[Outcome]:
    return _judged(*_there[0], numbers)
