"""The verb sample-hospital: what it writes, where, and what to type next."""

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.command_line import run

ENGLISH = ("--lang", "en")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a sample was asked, in place of writing a large one."""
    kept: list[dict[str, Any]] = []

    def write(folder: Path, **numbers: Any) -> None:
        kept.append(numbers)
        (folder / "truth").mkdir(parents=True)
        (folder / "audit.yaml").write_text("log: log.csv\n", encoding="utf-8")
        (folder / "truth" / "truth.parquet").write_bytes(b"PAR1")

    module = ModuleType("habilitation.sample")
    vars(module).update(write=write)
    monkeypatch.setitem(sys.modules, "habilitation.sample", module)
    monkeypatch.setattr("habilitation.sample", module, raising=False)
    return kept


def test_what_was_written_is_listed_and_the_next_command_told(asked: list[dict[str, Any]], tmp_path: Path) -> None:
    folder = tmp_path / "hospital"
    ran = run("sample-hospital", str(folder), "--patients", "30", "--accesses", "600", "--seed", "7", *ENGLISH)
    assert (ran.code, ran.err) == (0, "")
    assert asked == [{"patients": 30, "accesses": 600, "seed": 7, "log_format": None}]
    assert [line.split() for line in ran.out.splitlines()] == [
        ["file", "bytes"],
        ["audit.yaml", "13"],
        ["truth/truth.parquet", "4"],
        ["Next:", "habilitation", "audit", str(folder / "audit.yaml")],
    ]


def test_an_empty_folder_is_filled_and_listed_as_data(asked: list[dict[str, Any]], tmp_path: Path) -> None:
    ran = run("sample-hospital", str(tmp_path), "--log-format", "parquet", "--json")
    assert asked[0]["log_format"] == "parquet"
    files = {"audit.yaml": 13, "truth/truth.parquet": 4}
    assert json.loads(ran.out) == {"folder": str(tmp_path), "files": files}


@pytest.mark.parametrize("there", ["kept.csv", ""])
def test_what_is_there_is_never_written_over(there: str, asked: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "kept.csv"
    file.write_text("kept", encoding="utf-8")
    ran = run("sample-hospital", str(tmp_path if there else file), *ENGLISH)
    assert (ran.code, ran.out, asked) == (2, "", [])
    assert "is not an empty folder" in ran.err
    assert file.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("words", [["--patients", "0"], ["--seed", "-1"], ["--log-format", "xls"], []])
def test_a_size_that_is_none_ends_with_2(words: list[str], asked: list[dict[str, Any]], tmp_path: Path) -> None:
    folder = [str(tmp_path)] if words else []
    assert run("sample-hospital", *folder, *words).code == 2
    assert asked == []


def test_a_person_who_stops_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def write(folder: Path, **numbers: Any) -> None:
        raise KeyboardInterrupt

    module = ModuleType("habilitation.sample")
    vars(module).update(write=write)
    monkeypatch.setitem(sys.modules, "habilitation.sample", module)
    monkeypatch.setattr("habilitation.sample", module, raising=False)
    ran = run("sample-hospital", str(tmp_path), *ENGLISH)
    assert (ran.code, ran.err) == (130, "Interrupted.\n")
