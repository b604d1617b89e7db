"""What many tests ask: the shipped policy, opened once."""

import pytest

from habilitation import Authorizer


@pytest.fixture(scope="session")
def dmp() -> Authorizer:
    """The shipped DMP policy."""
    return Authorizer.dmp()


@pytest.fixture(scope="session")
def patient(dmp: Authorizer) -> Authorizer:
    """A nurse of the care team in front of a patient who has consented: what is left to ask is the document."""
    nurse = dmp.given(action="consult", capacity="professional", profession="G15_60", channel="direct", motive="normal")
    return nurse.given(record_status="active", care_team=True, initial_consent=True, blocked=False)
