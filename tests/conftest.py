"""What many tests ask: the shipped policy, opened once; an editor, and a small policy open in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from habilitation import Authorizer
from tests.command_line import LIBRARY, written

if TYPE_CHECKING:
    from tests.language_client import Editor

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


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """An editor and its server, the same for the tests of a file."""
    from tests.language_client import server_here  # noqa: PLC0415  # the server is long to load, and few tests ask it

    with server_here() as editor:
        editor.start()
        yield editor


@pytest.fixture
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The small policy, or the FILES that a file of tests has of its own, in a folder."""
    return Path(written(tmp_path, getattr(request.module, "FILES", LIBRARY)))


@pytest.fixture
def rules(editor: Editor, library: Path) -> str:
    """The rules of that policy, open, nothing wrong with them."""
    uri = editor.open(library / "rules" / "library.hab")
    editor.wait_for(uri)
    return uri
