"""What `test` finds, as diagnostics: mistakes in the test files, cases that fail, and what too few cases have not seen.

That something is unseen is no mistake of a text: its codes are in docs/workbench/test.md, the others in diagnostics.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from habilitation.authoring.cases.judging import Judge
from habilitation.authoring.cases.questions import questions
from habilitation.authoring.cases.running import DIFFERS, CaseResult, Tested, run
from habilitation.authoring.cases.suite import read
from habilitation.authoring.cases.telling import compared
from habilitation.authorizer.opening import tabulated
from habilitation.diagnostic import Diagnostic, Severity
from habilitation.written.from_folder import PolicyFiles

if TYPE_CHECKING:
    from habilitation.authoring.cases.coverage import Coverage

UNSEEN = "unseen"
TOO_LITTLE_SEEN = "too_little_seen"


def findings(tested: Tested) -> tuple[Diagnostic, ...]:
    """What is wrong with the test files, then one diagnostic for each case that fails, each once."""
    return (*tested.mistakes, *failures(tested.results))


def failures(results: Iterable[CaseResult]) -> Iterator[Diagnostic]:
    """The cases answered otherwise, each at the first word that is not as expected, with the difference as its help.

    Why a case cannot be asked is a mistake of its file, and told there. The sentence names no line, so that it stays
    the same when lines move.
    """
    for result in results:
        if result.decision is not None and result.differs:
            wrong = [one for one in result.differences if one.code == DIFFERS]
            sentences = "; ".join(one.message for one in wrong)
            difference = "\n".join(compared(result.case, result.decision, "en"))
            yield Diagnostic(DIFFERS, f"{result.case.name}: {sentences}", wrong[0].span, difference)


def first_failures(files: PolicyFiles, most: int) -> tuple[Diagnostic, ...]:
    """As `failures`, of the first `most` cases of a policy that differ, and how many more do, at the first of them.

    Sentences are made for those alone: a slip in a rule can fail every cell of a table. Raises PolicyError for a policy
    that cannot be used.
    """
    tables = tabulated(files)
    judge = Judge(tables)
    wrong = [one for one in questions(tables, read(files)) if judge.differs(one)]
    told = list(failures(run(tables, wrong[:most])))
    if len(wrong) > most:
        told.append(Diagnostic(DIFFERS, f"{len(wrong) - most} more cases fail", wrong[most].case.span))
    return tuple(told)


def unseen(coverage: Coverage, least: float) -> Iterator[Diagnostic]:
    """That less than `least` percent is seen, then a warning for each thing not seen; nothing when enough is."""
    percent = coverage.total.percent
    if percent >= least:
        return
    yield Diagnostic(TOO_LITTLE_SEEN, f"the cases see {percent:.1f} % of the policy, less than {least:g} %")
    for item in coverage.unseen:
        yield Diagnostic(UNSEEN, item.sentence("en"), item.span, severity=Severity.WARNING)
