"""Days without accesses, exports that failed, files that were damaged: the run goes on, and its totals add up."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from habilitation import Authorizer
from habilitation.audit import run
from habilitation.audit.asked import Asked
from habilitation.audit.intake.explaining import explained
from habilitation.audit.intake.opening import EMPTY, inputs
from habilitation.audit.refusals import InputError
from tests.intake_arrangement import HEADER, line, read, small_chunks, written

BLANK = {
    "nothing.csv": b"",
    "blanks.csv": b" \n\t\r\n",
    "long.csv": b"\n" * 200_000,
    "mark.csv": b"\xef\xbb\xbf\r\n",
    "wide.csv": b"\xff\xfe\n\0",
    "nothing.csv.gz": gzip.compress(b""),
    "nothing.csv.zst": zstandard.compress(b""),
    "blanks.ndjson": b"\n\n",
}
NO_LINE = {"header.csv": f"{HEADER}\n".encode(), "header.csv.gz": gzip.compress(HEADER.encode())}
EVENT = {
    "resourceType": "AuditEvent",
    "recorded": "2025-06-27T18:03:04Z",
    "entity": [{"role": {"code": "1"}, "what": {"reference": "Patient/p1"}}],
}


def parquet_of_no_row(path: Path) -> None:
    pq.write_table(pa.table({name: pa.array([], pa.string()) for name in HEADER.split(",")}), path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of logs in which nobody did anything."""
    logs = tmp_path / "logs"
    logs.mkdir()
    for name, content in {**BLANK, **NO_LINE}.items():
        (logs / name).write_bytes(content)
    parquet_of_no_row(logs / "rows.parquet")
    return logs


def audited(dmp: Authorizer, folder: Path, **more: Any) -> dict[str, Any]:
    """The manifest of an audit of every file of the folder."""
    asked = Asked(logs=(str(folder / "*"),), zone="Europe/Paris", out=folder.parent / "report", **more)
    run.audit(asked, dmp)
    found: dict[str, Any] = json.loads((folder.parent / "report" / "manifest.json").read_text("utf-8"))
    return found


def test_empty_logs_beside_others_are_read_as_no_line(dmp: Authorizer, folder: Path) -> None:
    written(folder, line("p1"), line("p2"), name="a_day.csv")
    told = audited(dmp, folder)
    assert (told["counts"]["lines_read"], told["counts"]["judged"]) == (2, 2)
    assert {Path(one["file"]).name: one["read"] for one in told["counts"]["by_file"] if one["read"]} == {"a_day.csv": 2}
    assert len(told["counts"]["by_file"]) == len(told["inputs"]) == len(BLANK) + len(NO_LINE) + 2
    lines = {Path(one["name"]).name: one["lines"] for one in told["inputs"]}
    assert {lines[name] for name in BLANK} == {0}


def test_the_lines_of_json_are_counted_as_they_are_read_compressed_or_not(dmp: Authorizer, tmp_path: Path) -> None:
    events = b'{"resourceType": "AuditEvent"}\n' * 3 + b"\n"
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "plain.ndjson").write_bytes(events)
    (folder / "packed.ndjson.gz").write_bytes(gzip.compress(events))
    team = b'{"resourceType": "CareTeam"}\n' * 2
    (tmp_path / "teams.ndjson.gz").write_bytes(gzip.compress(team))
    told = audited(dmp, folder, facts=(str(tmp_path / "teams.ndjson.gz"),))
    assert [one["lines"] for one in told["inputs"]] == [4, 4, 2]


def test_the_format_that_is_said_does_not_fill_an_empty_log(dmp: Authorizer, folder: Path) -> None:
    (folder / "rows.parquet").unlink()
    written(folder, line(), name="a_day.csv")
    assert audited(dmp, folder, format="csv")["counts"]["lines_read"] == 1


@pytest.mark.parametrize("more", [{}, {"deduplicate": "request_id"}])
def test_logs_without_a_line_at_all_are_refused(dmp: Authorizer, folder: Path, more: dict[str, Any]) -> None:
    with pytest.raises(InputError) as refused:
        audited(dmp, folder, **more)
    assert (refused.value.code, refused.value.exit_code) == ("empty_file", 3)
    assert not (folder.parent / "report").exists()


@pytest.mark.parametrize("name", BLANK)
def test_logs_that_are_all_blank_are_refused_before_any_table_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BLANK[name])
    with pytest.raises(InputError, match="is empty"):
        inputs(Asked(logs=(str(tmp_path / name),)), tmp_path)


@pytest.mark.parametrize("role", ["facts", "memberships", "documents"])
def test_a_table_of_no_byte_is_refused_for_its_export_may_have_failed(tmp_path: Path, role: str) -> None:
    (tmp_path / "table.csv").write_bytes(b"")
    more: dict[str, Any] = {role: (str(tmp_path / "table.csv"),)}
    with pytest.raises(InputError, match="is empty"):
        inputs(Asked(logs=(str(written(tmp_path, line())),), **more), tmp_path)


def test_a_table_of_a_header_alone_is_a_table_of_no_row(dmp: Authorizer, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    written(logs, line())
    facts = written(tmp_path, header="patient_id,fact", name="facts.csv")
    told = audited(dmp, logs, facts=(str(facts),))
    assert [one["lines"] for one in told["inputs"] if one["role"] == "facts"] == [1]


def test_what_follows_many_blank_lines_is_read(dmp: Authorizer, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"\n" * 200_000 + f"{HEADER}\n{line('p1')}\n".encode())
    assert read(dmp, path).column("line") == [200_002]


def test_an_empty_log_is_explained_as_such(dmp: Authorizer, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    logs = (str(tmp_path / "empty.csv"), str(written(tmp_path, line())))
    empty, _ = explained(Asked(logs=logs, zone="UTC"), dmp)
    assert (empty["format"], empty["columns"], empty["missing"], empty["lines"]) == (EMPTY, [], [], [])


# --- damages -------------------------------------------------------------------------------------


def cut_short(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda data: cut_short(gzip.compress(data)),
    "zst": lambda data: cut_short(zstandard.compress(data)),
    "zeros": lambda data: data + b"\0" * 5_000,
    "zeros and a line": lambda data: data + b"\0" * 5_000 + b"\n" + data.splitlines()[-1] + b"\n",
}


@pytest.mark.parametrize("how", PACKED)
@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_a_damaged_log_gives_what_can_be_read_and_the_run_goes_on(
    dmp: Authorizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, kind: str
) -> None:
    small_chunks(monkeypatch, 4096)
    logs = tmp_path / "logs"
    logs.mkdir()
    events = [json.dumps({**EVENT, "id": f"{number}-{number * 2_654_435_761 % 2**32}"}) for number in range(6_000)]
    rows = [HEADER, *(line(f"p{number}-{number * 2_654_435_761 % 2**32}") for number in range(6_000))]
    whole = "".join(f"{one}\n" for one in (rows if kind == "csv" else events)).encode()
    (logs / "a").write_bytes(PACKED[how](whole))
    written(logs, line(), name="b.csv")
    told = audited(dmp, logs)
    damaged, sound = told["counts"]["by_file"]
    assert damaged["rejected"] == 1
    assert damaged["read"] == damaged["judged"] + 1 > 100
    assert (sound["read"], sound["judged"]) == (1, 1)
    assert set(told["counts"]["rejects_by_code"]) <= {"damaged_file", "broken_file", "zero_byte", "invalid_json"}


def test_a_broken_row_group_of_a_log_leaves_the_totals_whole(dmp: Authorizer, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    columns = {name: [f"{name}{number}" for number in range(30)] for name in ("professional_id", "patient_id")}
    pq.write_table(
        pa.table({**columns, "time": ["2025-06-27T18:03:04Z"] * 30}),
        logs / "log.parquet",
        row_group_size=10,
        compression="none",
    )
    start = pq.ParquetFile(logs / "log.parquet").metadata.row_group(1).column(0).data_page_offset
    data = bytearray((logs / "log.parquet").read_bytes())
    data[start : start + 20] = b"\xff" * 20
    (logs / "log.parquet").write_bytes(data)
    counts = audited(dmp, logs)["counts"]
    assert (counts["lines_read"], counts["judged"], counts["rejects_by_code"]) == (30, 20, {"damaged_rows": 10})
