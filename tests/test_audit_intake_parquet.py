"""Parquet logs, and how inputs are found: globs, the standard input, formats, what is refused."""

import datetime
import io
import pickle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.intake.opening import inputs
from habilitation.audit.refusals import AuditError, InputError, MappingError, UsageError
from tests.intake_arrangement import HEADER, TIME, intake, line, read, written


def parquet(folder: Path, columns: dict[str, Any], group: int = 1000, name: str = "log.parquet") -> Path:
    path = folder / name
    pq.write_table(pa.table(columns), path, row_group_size=group, compression="none", use_dictionary=False)
    return path


def plain(rows: int = 3) -> dict[str, Any]:
    return {
        "time": [TIME] * rows,
        "professional_id": ["pro1"] * rows,
        "patient_id": [f"p{row}" for row in range(rows)],
        "profession": ["G15_60"] * rows,
    }


def test_a_column_of_the_file_may_be_named_as_ours_are(dmp: Authorizer, tmp_path: Path) -> None:
    mapping = tmp_path / "his.yaml"
    mapping.write_text("log:\n  columns: {event_id: line, request_id: part}\n", encoding="utf-8")
    path = parquet(tmp_path, {**plain(2), "line": ["e1", "e2"], "part": ["r1", "r2"]})
    rows = read(dmp, path, mapping=mapping).rows
    found = [(row["line"], row["part"], row["event_id"], row["request_id"]) for row in rows]
    assert found == [(1, 0, "e1", "r1"), (2, 0, "e2", "r2")]


@pytest.mark.parametrize("kind", [pa.time32("s"), pa.time64("us"), pa.duration("s")])
def test_an_hour_of_no_day_is_no_time(dmp: Authorizer, tmp_path: Path, kind: pa.DataType) -> None:
    found = read(dmp, parquet(tmp_path, {**plain(1), "time": pa.array([36_000], kind)}))
    assert found.rows == []
    assert found.rejects == [(1, "bad_time")]


def test_rows_are_numbered_from_one_and_typed_columns_are_understood(dmp: Authorizer, tmp_path: Path) -> None:
    columns = {
        **plain(),
        "time": pa.array([datetime.datetime.fromisoformat("2025-06-27T18:03")] * 3, pa.timestamp("ms")),
        "patient_id": pa.array([7, 8, 9], pa.int64()),
        "document_id": pa.array(["a", "", None], pa.large_string()),
        "masked": pa.array([True, None, False]),
        "document_type": pa.array(["11488-4", None, "11488-4"]).dictionary_encode(),
        "nested": pa.array([{"a": 1}] * 3),
    }
    found = read(dmp, parquet(tmp_path, columns), zone="Europe/Paris")
    assert found.column("line") == [1, 2, 3]
    assert found.column("patient_id") == ["7", "8", "9"]
    assert found.column("document_id") == ["a", None, None]
    assert found.column("masked") == [1, None, 0]
    assert found.column("document_type")[1] is None
    assert found.column("t")[0] == datetime.datetime(2025, 6, 27, 16, 3, tzinfo=datetime.UTC).timestamp() * 1e6
    assert {row["t_end"] - row["t"] for row in found.rows} == {1}  # typed: exact
    ((_, _, _, _, _, lines, not_read),) = found.inputs
    assert (lines, not_read) == (3, ["nested"])


def test_a_timestamp_without_a_zone_is_rejected(dmp: Authorizer, tmp_path: Path) -> None:
    columns = {**plain(1), "time": pa.array([datetime.datetime.fromisoformat("2025-06-27")], pa.timestamp("us"))}
    assert read(dmp, parquet(tmp_path, columns)).rejects == [(1, "no_zone")]


def test_texts_that_are_not_utf_8_are_rejected_row_by_row(dmp: Authorizer, tmp_path: Path) -> None:
    patients = pa.array([b"p0", b"\xff", None, "é".encode()]).cast(pa.binary())
    broken = pa.Array.from_buffers(pa.string(), 4, patients.buffers())
    jobs = pa.Array.from_buffers(pa.string(), 4, pa.array([b"", b"", b"", b"\xfe"]).buffers())
    found = read(dmp, parquet(tmp_path, {**plain(4), "patient_id": broken, "profession": jobs}))
    assert found.rejects == [(2, "bad_encoding"), (3, "missing_patient_id"), (4, "bad_encoding")]


def test_people_and_places_are_tidied_in_their_dictionary_and_one_that_is_not_utf_8_costs_its_rows(
    dmp: Authorizer, tmp_path: Path
) -> None:
    people = pa.array(["PRO-1", " PRO-1", "É-2\u00a0", "", None, "PRO-1"]).dictionary_encode()
    units = pa.array([b"UF-1", b"\xff", b"UF-1", b"UF-2", None, b"UF-2"]).cast(pa.binary())
    broken = pa.Array.from_buffers(pa.string(), 6, units.buffers())
    found = read(dmp, parquet(tmp_path, {**plain(6), "professional_id": people, "unit_id": broken}))
    assert found.rejects == [(2, "bad_encoding")]
    assert found.column("professional_id") == ["PRO-1", "É-2", None, None, "PRO-1"]
    assert found.column("unit_id") == ["UF-1", "UF-1", "UF-2", None, "UF-2"]
    assert found.column("structure_id") == [None] * 5


def test_a_damaged_row_group_costs_its_rows_and_no_other(dmp: Authorizer, tmp_path: Path) -> None:
    path = parquet(tmp_path, plain(30), group=10)
    metadata = pq.ParquetFile(path).metadata.row_group(1).column(2)
    data = bytearray(path.read_bytes())
    start = metadata.data_page_offset
    data[start : start + 20] = b"\xff" * 20
    path.write_bytes(data)
    found = read(dmp, path)
    assert found.column("line") == [*range(1, 11), *range(21, 31)]
    assert found.rejects == [(row, "damaged_rows") for row in range(11, 21)]
    assert "rows 11 to 20 cannot be read" in found.sentences[0]


def test_a_file_cut_short_is_refused(dmp: Authorizer, tmp_path: Path) -> None:
    path = parquet(tmp_path, plain())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="not a whole Parquet file"):
        read(dmp, path)


def test_row_groups_that_cannot_hold_the_patient_are_not_read(dmp: Authorizer, tmp_path: Path) -> None:
    found = read(dmp, parquet(tmp_path, plain(30), group=10), patient="p12")
    assert (found.column("line"), found.outside) == ([13], 29)


@pytest.mark.parametrize("nobody", [None, " "])
def test_rows_without_a_patient_are_told_whoever_is_asked_about(
    dmp: Authorizer, tmp_path: Path, nobody: str | None
) -> None:
    columns = plain(30)
    columns["patient_id"][25] = nobody
    found = read(dmp, parquet(tmp_path, columns, group=10), patient="p12")
    assert (found.column("line"), found.rejects, found.outside) == ([13], [(26, "missing_patient_id")], 28)
    assert read(dmp, tmp_path / "log.parquet", professional="pro2").rejects == []


def test_a_patient_renamed_by_the_mapping_file_is_still_found(dmp: Authorizer, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("log: {values: {patient_id: {p12: renamed}}}")
    found = read(dmp, parquet(tmp_path, plain(30), group=10), patient="renamed", mapping=mapping)
    assert found.column("line") == [13]


# --- which files ------------------------------------------------------------------------------------------------------


def test_a_glob_is_sorted_logs_come_first_and_files_are_numbered(dmp: Authorizer, tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        written(tmp_path, line(), name=name)
    facts = written(tmp_path, "p1,blocked", header="patient_id,fact", name="facts.txt")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("log: {}")
    asked = Asked(logs=(str(tmp_path / "*.csv"),), facts=(str(facts),), mapping=mapping)
    with intake(dmp, tmp_path, asked) as opened:
        opened.load_tables()
        for log in opened.logs():
            assert [batch.num_rows for batch in log.batches()] == [1]
        found = opened.ledger.connection.execute("SELECT number, role, name FROM inputs ORDER BY number").fetchall()
    names = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), str(facts), str(mapping)]
    assert found == list(zip(range(4), ("log", "log", "facts", "mapping"), names, strict=True))


def test_the_standard_input_is_a_log(dmp: Authorizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(f"{HEADER}\n{line()}\n".encode())))
    with intake(dmp, tmp_path, Asked(logs=("-",))) as opened:
        (log,) = opened.logs()
        assert [batch.num_rows for batch in log.batches()] == [1]
    assert log.name == "-"


def refused(folder: Path, **asked: Any) -> AuditError:
    with pytest.raises(AuditError) as found:
        inputs(Asked(**{"logs": (), **asked}), folder)
    return found.value


def test_what_cannot_be_an_input_is_refused(tmp_path: Path) -> None:
    path = str(written(tmp_path, line()))
    assert refused(tmp_path, logs=(str(tmp_path / "*.nothing"),)).code == "no_such_file"
    assert refused(tmp_path, logs=(str(tmp_path / "nothing.csv"),)).message.startswith("there is no file")
    assert refused(tmp_path, logs=(str(tmp_path),)).code == "a_folder"
    assert refused(tmp_path, logs=(path, path)).code == "given_twice"
    assert refused(tmp_path, logs=(path,), format="xml").code == "unknown_format"
    assert refused(tmp_path, facts=("-",)).code == "no_standard_input"


def test_a_format_that_is_said_prevails_over_the_content(tmp_path: Path) -> None:
    (found,) = inputs(Asked(logs=(str(written(tmp_path, line())),), format="ndjson"), tmp_path)
    assert found.format == "ndjson"


def test_a_parquet_file_compressed_again_is_refused(tmp_path: Path) -> None:
    import gzip  # noqa: PLC0415  # for this test alone

    path = parquet(tmp_path, plain())
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert refused(tmp_path, logs=(str(path),)).code == "compressed_parquet"


def test_refusals_cross_processes_and_are_plain_data() -> None:
    for error in (UsageError("a", "b", "c"), InputError("a", "b"), MappingError([])):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
        assert (type(again), again.as_json()) == (type(error), error.as_json())
    assert str(UsageError("a", "b", "c")) == "b (c)"


def test_audit_events_are_read_as_a_log(dmp: Authorizer, tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text('{"resourceType": "AuditEvent", "recorded": "2025-06-27T18:03:04Z"}\nbroken\n')
    found = read(dmp, path)
    assert found.rejects[-1][0] == 2
    assert found.lines_read == 2
