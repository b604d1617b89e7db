"""What many tests ask: the shipped policy, opened once."""

import pytest
from hypothesis import settings

from habilitation import Authorizer

# No test is about time: a machine shared with others is slow when it is, and the first example of many reads tables.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def dmp() -> Authorizer:
    """The shipped DMP policy."""
    return Authorizer.dmp()


@pytest.fixture(scope="session")
def patient(dmp: Authorizer) -> Authorizer:
    """A nurse of the care team in front of a patient who has consented: what is left to ask is the document."""
    nurse = dmp.given(action="consult", capacity="professional", profession="G15_60", channel="direct", motive="normal")
    return nurse.given(record_status="active", care_team=True, initial_consent=True, blocked=False)
