"""A policy read as it is typed: what is known of it, whatever is missing."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from habilitation.checked.mistakes import MISTAKES_AT_MOST
from habilitation.editor.completion import completed
from habilitation.editor.homes import Home
from habilitation.editor.hover import card
from habilitation.editor.outline import outline
from habilitation.editor.proving import Work
from habilitation.editor.readings import Desk, Reading
from habilitation.editor.serving import connected
from habilitation.editor.things import Kind, Thing
from tests.command_line import LIBRARY, VOCABULARY, written
from tests.tested_library import CODE_LISTS


def read(folder: Path, **changed: str) -> Reading:
    files = {**LIBRARY, **{name.replace("__", "/").replace("_dot_", "."): text for name, text in changed.items()}}
    reading = Desk(Home(Path(written(folder, files)))).read({})
    assert reading is not None
    return reading


@pytest.mark.parametrize("kind", Kind)
def test_a_name_that_stands_for_nothing_has_no_card(kind: Kind, tmp_path: Path) -> None:
    reading = read(tmp_path)
    for owner in ("", "nowhere", "shelf", "access"):
        shown = card(reading, Thing(kind, "nothing", owner), "en")
        assert shown in ("", "**nothing**"), "a text of the law says itself"


def test_a_vocabulary_that_never_could_be_read_leaves_nothing_to_say_and_no_fault(tmp_path: Path) -> None:
    reading = read(tmp_path, vocabulary_dot_yaml="policy: [")
    rules, cases = reading.source("rules/library.hab"), reading.source("vocabulary.yaml")
    assert rules is not None
    assert cases is not None
    assert card(reading, Thing(Kind.RULE, "reading"), "en") == ""
    assert (outline(reading, rules), outline(reading, cases)) == ([], [])
    assert (reading.sound, reading.whole, reading.compiled) == (False, False, None)
    place = rules.text.index("sign")
    assert [one.label for one in completed(reading, rules, place, "en")] == []


def test_codes_of_other_lists_and_groups_are_mentions_too(tmp_path: Path) -> None:
    text = LIBRARY["rules/library.hab"] + "define ours: role in staff or role in nobody or nowhere is rare\n"
    reading = read(tmp_path, vocabulary_dot_yaml=VOCABULARY + CODE_LISTS, rules__library_dot_hab=text)
    mentions = reading.mentions
    assert [one.span.source.name for one in mentions.of(Thing(Kind.GROUP, "staff", "role"))] == [
        "rules/library.hab",
        "vocabulary.yaml",
    ]
    assert len(mentions.of(Thing(Kind.SYSTEM, "R"))) == 6
    assert mentions.of(Thing(Kind.VALUE, "rare", "nowhere")) == ()
    keeper = mentions.of(Thing(Kind.VALUE, "keeper", "role"))
    assert [one.span.line for one in keeper if one.span.source.name == "vocabulary.yaml"][-1] == len(
        (VOCABULARY + CODE_LISTS).split("\n")
    ) - 2


def test_a_spreadsheet_of_no_matrix_and_an_empty_one_name_nothing(tmp_path: Path) -> None:
    sheets = {"matrices__ghost_dot_csv": "shelf;public\nrare;N\n", "matrices__post_dot_csv": ""}
    reading = read(tmp_path, **sheets)
    files = {one.span.source.name for one in reading.mentions.of(Thing(Kind.VALUE, "rare", "shelf"))}
    assert "matrices/ghost.csv" not in files


def test_a_fault_of_ours_is_said_once_and_the_next_keystroke_starts_afresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    told: list[types.PublishDiagnosticsParams] = []

    async def typing() -> None:
        server = connected("en", "0")
        monkeypatch.setattr(server, "window_log_message", lambda params: said.append(params.message))
        monkeypatch.setattr(server, "text_document_publish_diagnostics", told.append)
        uri = (Path(written(tmp_path, LIBRARY)) / "rules" / "library.hab").as_uri()
        whole = server.session.read

        def faulty(_: Any) -> None:
            raise RuntimeError("a fault")

        for reader in (faulty, whole):
            monkeypatch.setattr(server.session, "read", reader)
            monkeypatch.setattr(server.prover, "found", lambda *_: None)
            server.changed(uri)
            await asyncio.wait_for(next(iter(server._waiting.values())), 30)

    asyncio.run(typing())
    assert said == ["RuntimeError: a fault"]
    assert [one.diagnostics for one in told] == []


class Slow:
    """A server on the library, whose prover notes what it is asked and answers once it is let."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[Work] = []
        self.server = connected("en", "0")
        self.begun, self.let = asyncio.Event(), threading.Event()
        self._loop = asyncio.get_running_loop()
        self._uri = (Path(written(folder, LIBRARY)) / "rules" / "library.hab").as_uri()
        monkeypatch.setattr("habilitation.editor.server.STILL", 0.0)
        monkeypatch.setattr(self.server, "text_document_publish_diagnostics", lambda _: None)
        monkeypatch.setattr(self.server.prover, "found", self._found)

    def _found(self, work: Work, files: object) -> None:
        self.asked.append(work)
        self._loop.call_soon_threadsafe(self.begun.set)
        self.let.wait(30)

    def changed(self) -> asyncio.Task[None]:
        self.server.changed(self._uri)
        (task,) = self.server._waiting.values()
        return task


def test_typing_while_the_cases_run_drops_what_they_find_and_the_proofs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def typing() -> list[Work]:
        slow = Slow(tmp_path, monkeypatch)
        first = slow.changed()
        await asyncio.wait_for(slow.begun.wait(), 30)
        second = slow.changed()
        slow.let.set()
        _, late = await asyncio.wait([first, second], timeout=30)
        assert (late, first.cancelled(), second.cancelled()) == (set(), True, False)
        return slow.asked

    assert asyncio.run(typing()) == [Work.CASES, Work.CASES, Work.PROOFS], "the first text is not proved"


def test_a_session_that_ends_while_the_cases_run_asks_for_no_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ending() -> list[Work]:
        slow = Slow(tmp_path, monkeypatch)
        task = slow.changed()
        await asyncio.wait_for(slow.begun.wait(), 30)
        slow.server.close()
        slow.let.set()
        await asyncio.wait([task], timeout=30)
        assert task.cancelled()
        return slow.asked

    assert asyncio.run(ending()) == [Work.CASES]


def test_what_is_wrong_with_the_axes_is_told_each_time_though_they_are_resolved_once(tmp_path: Path) -> None:
    vocabulary = VOCABULARY.replace("values: [keeper, clerk]", "values: [keeper, nobody]")
    written(tmp_path, {**LIBRARY, "vocabulary.yaml": vocabulary})
    desk = Desk(Home(tmp_path))
    for rules, codes in (("", ["unknown_value"]), ("define x: member\n", ["unused_definition", "unknown_value"])):
        unsaved = {"rules/library.hab": LIBRARY["rules/library.hab"] + rules}
        reading = desk.read(unsaved)
        assert reading is not None
        assert [one.code for one in reading.found] == codes


def test_axes_with_more_mistakes_than_are_counted_stop_the_reading(tmp_path: Path) -> None:
    many = ", ".join(f"nobody{number}" for number in range(MISTAKES_AT_MOST + 1))
    vocabulary = VOCABULARY.replace("values: [keeper, clerk]", f"values: [{many}]")
    reading = read(tmp_path, vocabulary_dot_yaml=vocabulary)
    codes = [one.code for one in reading.found]
    assert (reading.policy, codes.count("too_many"), codes.count("unknown_value")) == (None, 1, MISTAKES_AT_MOST)
