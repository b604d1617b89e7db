"""The process that proves, and the policies that the editor finds."""

import multiprocessing
import threading
import time
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from habilitation.authoring.check import examine, opened
from habilitation.editor.homes import Home, home_of
from habilitation.editor.proving import Prover, Work, answer_until_hung_up
from habilitation.editor.readings import Desk
from habilitation.editor.session import Session
from habilitation.written.from_folder import PolicyFiles, policy_files
from tests.command_line import LIBRARY, written
from tests.language_client import PATIENCE, server_here

FALSE = 'never "nobody reads": permit when action is read\n'
REFUTED = {**LIBRARY, "rules/library.hab": LIBRARY["rules/library.hab"] + FALSE}


@pytest.fixture
def files(tmp_path: Path) -> PolicyFiles:
    return policy_files(Path(written(tmp_path, REFUTED)))


@pytest.fixture
def prover() -> Iterator[Prover]:
    prover = Prover()
    yield prover
    prover.close()


def test_the_process_finds_what_check_finds_and_is_kept(prover: Prover, files: PolicyFiles) -> None:
    found = prover.found(Work.PROOFS, files)
    assert found == examine(files).diagnostics != ()
    (process,) = multiprocessing.active_children()
    assert prover.found(Work.PROOFS, files) == found
    assert multiprocessing.active_children() == [process]


def test_a_process_that_was_killed_is_started_again(prover: Prover, files: PolicyFiles) -> None:
    prover.found(Work.PROOFS, files)
    (process,) = multiprocessing.active_children()
    process.kill()
    process.join()
    assert prover.found(Work.PROOFS, files) == examine(files).diagnostics


def test_who_waits_for_a_process_that_ends_has_no_answer(prover: Prover) -> None:
    answers: list[object] = []
    prover.found(Work.PROOFS, shipped := opened(None))  # the process is up
    waiting = threading.Thread(target=lambda: answers.append(prover.found(Work.PROOFS, shipped)))
    waiting.start()
    waiting.join(0.2)
    prover.close()
    waiting.join(PATIENCE)
    assert answers == [None]


def test_an_editor_that_leaves_while_the_process_starts_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, whole = threading.Event(), SpawnProcess.start

    def slowly(process: SpawnProcess) -> None:
        begun.set()
        time.sleep(0.3)
        whole(process)

    monkeypatch.setattr(SpawnProcess, "start", slowly)
    with server_here() as editor:
        editor.start()
        editor.open(Path(written(tmp_path, LIBRARY)) / "rules" / "library.hab")
        assert begun.wait(PATIENCE)
    assert multiprocessing.active_children() == []


def test_what_cannot_be_examined_has_no_answer_and_the_next_has_one(files: PolicyFiles) -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    answering = threading.Thread(target=answer_until_hung_up, args=(theirs,))
    answering.start()
    for work in Work:
        ours.send((work, "no policy"))
        assert ours.recv() is None
    ours.send((Work.PROOFS, files))
    assert ours.recv() == examine(files).diagnostics
    ours.close()
    answering.join(PATIENCE)
    theirs.close()
    assert not answering.is_alive()


# --- the policy of a file ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "home", "name"),
    [
        ("ward/rules/deep/a.hab", ("ward", ""), "rules/deep/a.hab"),
        ("ward/vocabulary.yaml", ("ward", ""), "vocabulary.yaml"),
        ("ward/tests/a.yaml", ("ward", ""), "tests/a.yaml"),
        ("ward/matrices/a.csv", ("ward", ""), "matrices/a.csv"),
        ("rules/dmp/a.hab", (".", "dmp"), "rules/dmp/a.hab"),
        ("rules/dmp/vocabulary.yaml", (".", "dmp"), "rules/dmp/vocabulary.yaml"),
        ("matrices/dmp/a.yaml", (".", "dmp"), "matrices/dmp/a.yaml"),
        ("ward/notes.md", None, ""),
        ("ward/other/a.hab", None, ""),
        ("matrices/other/a.yaml", None, ""),
        ("elsewhere/a.hab", None, ""),
    ],
)
def test_a_file_belongs_to_the_nearest_policy_that_has_a_place_for_it(
    file: str, home: tuple[str, str] | None, name: str, tmp_path: Path
) -> None:
    for vocabulary in ("ward", "rules/dmp"):
        (tmp_path / vocabulary).mkdir(parents=True)
        (tmp_path / vocabulary / "vocabulary.yaml").write_text("policy: x\n", encoding="utf-8")
    found = home_of(tmp_path / file)
    assert found == (None if home is None else Home(tmp_path / home[0], home[1]))
    assert found is None or found.name_of(tmp_path / file) == name


def test_shelves_are_read_as_the_shipped_policy_is() -> None:
    home = home_of(Path(__file__).parent.parent / "rules" / "dmp" / "masking.hab")
    assert home is not None
    assert home.files({}) == opened(None)
    reading = Desk(home).read({})
    assert reading is not None
    assert (reading.found, reading.sound, reading.whole) == ((), True, True)
    assert home.name_of(Path("/elsewhere/a.hab")) == ""


def test_what_is_not_saved_hides_the_disk_with_its_own_ends_of_line(tmp_path: Path) -> None:
    written(tmp_path, LIBRARY)
    session = Session()
    rules, fresh = (tmp_path / "rules" / name for name in ("library.hab", "new.hab"))
    session.open[rules.as_uri()] = 'never "é": permit when shelv is rare\r\n'
    session.open[fresh.as_uri()] = "# not on disk\r\n"
    session.open["untitled:1"] = "permit"
    desk = session.desk(fresh.as_uri())
    assert desk is not None
    reading = session.read(desk)
    assert reading is not None
    assert [one.code for one in reading.found] == ["unknown_axis"]
    texts = [source.text for source in reading.files.rules]
    assert texts == ['never "é": permit when shelv is rare\n', "# not on disk\n"]
    assert session.read(desk) is reading, "nothing changed: nothing is read again"
    assert session.desk("untitled:1") is None
    assert session.uri_of(desk.home, "rules/library.hab") == rules.as_uri()
