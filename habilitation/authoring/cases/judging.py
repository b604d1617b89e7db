"""Questions judged quickly: the answers of one policy's tables, and whether each is the expected one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from habilitation.authoring.cases.answering import Bits
from habilitation.authoring.cases.effects import EFFECTS
from habilitation.authoring.cases.questions import Question
from habilitation.authoring.cases.suite import Expected
from habilitation.authorizer.opening import Editions
from habilitation.compiled.tables import Tables
from habilitation.decided.decision import Decision
from habilitation.source import Word


class Judge:
    """The tables of a policy, answering questions: each edition is opened once, each day looked up once."""

    def __init__(self, tables: Tables, today: datetime.date | None = None) -> None:
        self._editions = Editions(tables)
        self._tables = tables
        self._today = today or datetime.date.today()  # noqa: DTZ011  # a case without a date is judged as a request would be now
        self._bits: dict[int, Bits] = {}
        self._days: dict[tuple[datetime.date | None, datetime.date | None], Bits] = {}

    def decision(self, question: Question) -> Decision:
        """The answer to a question that can be asked."""
        when = question.case.at, question.case.known_on
        if when not in self._days:
            answers = self._editions.in_force(when[0] or self._today, when[1])[0]
            self._days[when] = self._bits.setdefault(answers.number, Bits(answers))
        return self._days[when].decision(question.stated)

    def as_expected(self, decision: Decision, expected: Expected) -> bool:
        """Whether a decision has nothing a case did not expect; read off the ordinals, no sentence is made."""
        outcome = decision.outcome
        if outcome.effect is not EFFECTS[expected.effect]:
            return False
        rules = [self._tables.rules[rule] for rule in outcome.rules] if decision.edition else []
        return (
            (expected.reasons is None or _same(expected.reasons, {rule.name for rule in rules}))
            and (expected.missing is None or _same(expected.missing, decision.missing))
            and (expected.obligations is None or _same(expected.obligations, {o for r in rules for o in r.obligations}))
            and (expected.advice is None or set(map(str, expected.advice)) <= set(decision.advice))
        )

    def differs(self, question: Question) -> bool:
        """Whether a question can be asked, and is not answered as expected."""
        return not question.wrong and not self.as_expected(self.decision(question), question.case.expected)

    def passes(self, question: Question) -> bool:
        """Whether a question can be asked, names what there is, and is answered as expected."""
        return not (question.wrong or question.misnamed or self.differs(question))


def failing(tables: Tables, asked: Iterable[Question]) -> Iterator[Question]:
    """The questions these tables do not answer as expected, in order and as they are met.

    >>> from habilitation import Authorizer
    >>> from habilitation.authoring.check import opened
    >>> from habilitation.authoring.cases import questions, read
    >>> tables = Authorizer.dmp().tables
    >>> list(failing(tables, questions(tables, read(opened(None)))))
    []
    """
    judge = Judge(tables)
    return (question for question in asked if not judge.passes(question))


def _same(expected: Sequence[Word], got: Iterable[str]) -> bool:
    return set(map(str, expected)) == set(got)
