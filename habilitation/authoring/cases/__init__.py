"""The tests of a policy, run: each case, written one by one or as a cell of a table, is asked and judged alone.

`read` gives every case of the test files with its place; `questions` puts them to the axes of a policy, once for all
policies of the same axes; `failing` and `run_cases` judge them, one quickly, the other with every difference told.
"""

from habilitation.authoring.cases.findings import failures, findings, first_failures, unseen
from habilitation.authoring.cases.judging import Judge, failing
from habilitation.authoring.cases.junit import junit as junit_xml
from habilitation.authoring.cases.questions import Question, questions
from habilitation.authoring.cases.running import CaseResult, Tested, run, run_cases, run_suite
from habilitation.authoring.cases.suite import Case, Expected, Suite, read
from habilitation.authoring.cases.telling import as_json, told

__all__ = [
    "Case",
    "CaseResult",
    "Expected",
    "Judge",
    "Question",
    "Suite",
    "Tested",
    "as_json",
    "failing",
    "failures",
    "findings",
    "first_failures",
    "junit_xml",
    "questions",
    "read",
    "run",
    "run_cases",
    "run_suite",
    "told",
    "unseen",
]
