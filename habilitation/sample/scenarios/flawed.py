"""Lines that no reader can read: kept apart with their place, never lost, never fatal."""

from __future__ import annotations

import numpy as np

from habilitation.sample.clock import END
from habilitation.sample.codes import NO_GRAIN, NO_OUTCOME, NO_PROFILE
from habilitation.sample.lines import NO_TIME, NOTHING, TRUNCATED, WRONG_DATE, Lines
from habilitation.sample.scenarios.case import UNREAD, Case, scenario


def _flawed(case: Case, **said: int) -> Lines:
    """An ordinary consultation, save for what is said."""
    return case.paper(case.team()) | {name: np.full(case.n, value) for name, value in said.items()}


@scenario(UNREAD, share=5)
def wrong_date(case: Case) -> Lines:
    """The 30th of February; in Parquet, which has dates and not texts, the cell is empty."""
    return _flawed(case, flaw=WRONG_DATE)


@scenario(UNREAD, share=5)
def no_time(case: Case) -> Lines:
    """No time at all."""
    return _flawed(case, flaw=NO_TIME)


@scenario(UNREAD, share=5)
def unknown_profession(case: Case) -> Lines:
    """A code that is in no terminology."""
    return _flawed(case, profile=NO_PROFILE)


@scenario(UNREAD, share=5)
def unknown_outcome(case: Case) -> Lines:
    """A word that is no outcome."""
    return _flawed(case, outcome=NO_OUTCOME)


@scenario(UNREAD, share=5)
def wrong_granularity(case: Case) -> Lines:
    """A word that is no granularity."""
    return _flawed(case, grain=NO_GRAIN)


@scenario(UNREAD, share=5)
def no_patient(case: Case) -> Lines:
    """No record is named."""
    return _flawed(case, patient=NOTHING)


@scenario(UNREAD, share=5)
def truncated(case: Case) -> Lines:
    """The line stops in the middle, and so does the log; in Parquet, where a row cannot, the time is missing."""
    found = _flawed(case, flaw=TRUNCATED)
    found["t"][-1] = END + 1  # after all the others
    return found


SCENARIOS = (wrong_date, no_time, unknown_profession, unknown_outcome, wrong_granularity, no_patient, truncated)
