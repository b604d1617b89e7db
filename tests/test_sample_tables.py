"""The synthetic hospital's log and tables: what is in them, in CSV as in Parquet, and the clock they are written by."""

import csv
import datetime
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from habilitation import Authorizer
from habilitation.sample import hospital, tables, write
from habilitation.sample.writing import CsvFile
from tests.naive_audit import GRAINS, PAST, instant, physical_lines, rows, table, unlike_the_definition

SHIPPED = Path(__file__).parent / "data" / "hospital"
PATIENTS, ACCESSES, SEED = 40, 600, 1
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def truth() -> Rows:
    return table(SHIPPED / "truth.parquet")


@pytest.fixture(scope="module")
def lines() -> dict[int, dict[str, str]]:
    return dict(physical_lines(SHIPPED / "log.csv"))


@pytest.fixture(scope="module")
def in_parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet")
    write(folder, patients=PATIENTS, accesses=ACCESSES, seed=SEED, log_format="parquet")
    return folder


# --- the log --------------------------------------------------------------------------------------------------------


def test_the_log_has_exactly_the_lines_asked(truth: Rows) -> None:
    assert [told["line"] for told in truth] == list(range(2, ACCESSES + 2))
    assert len((SHIPPED / "log.csv").read_text(encoding="utf-8").splitlines()) == ACCESSES + 1


def test_the_place_told_is_the_place_of_the_event(truth: Rows) -> None:
    physical = (SHIPPED / "log.csv").read_text(encoding="utf-8").splitlines()
    assert all(physical[told["line"] - 1].startswith(told["event_id"] + ",") for told in truth)
    assert {told["file"] for told in truth} == {"log.csv"}


def test_a_small_batch_and_a_large_one_make_logs_of_one_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dmp: Authorizer
) -> None:
    monkeypatch.setattr(hospital, "_AT_ONCE", 50)
    monkeypatch.setattr(tables, "AT_ONCE", 30)
    summary = write(tmp_path, patients=PATIENTS, accesses=ACCESSES, seed=SEED)
    assert summary.accesses == ACCESSES
    assert unlike_the_definition(tmp_path, dmp) == []
    for name in ("facts.csv", "documents.csv", "memberships.csv"):
        assert (tmp_path / name).read_bytes() == (SHIPPED / name).read_bytes()


def test_lines_follow_the_clock(lines: dict[int, dict[str, str]]) -> None:
    dated = [
        line for line in lines.values() if line["time"] and line["time_granularity"] in GRAINS and is_date(line["time"])
    ]
    begins = [instant(line["time"], PAST) for line in dated]
    ends = [begin + GRAINS[line["time_granularity"]] for begin, line in zip(begins, dated, strict=True)]
    assert all(earlier < end for earlier, end in zip(begins, ends[1:], strict=False))


def is_date(text: str) -> bool:
    try:
        return bool(datetime.datetime.fromisoformat(text))
    except ValueError:
        return False


def test_a_rounded_stamp_is_rounded_down(lines: dict[int, dict[str, str]]) -> None:
    rounded = Counter(line["time_granularity"] for line in lines.values())
    assert min(rounded[grain] for grain in ("1m", "10m", "1h")) >= 1
    for grain, minutes in (("1m", 1), ("10m", 10), ("1h", 60)):
        stamps = [line["time"] for line in lines.values() if line["time_granularity"] == grain]
        assert all(int(stamp[14:16]) % minutes == 0 and stamp[17:19] == "00" for stamp in stamps if is_date(stamp))


def test_the_server_repeats_the_request_of_the_client(truth: Rows, lines: dict[int, dict[str, str]]) -> None:
    seconds = [told["line"] for told in truth if told["duplicate"]]
    assert len(seconds) == ACCESSES // 50
    for place in seconds:
        client, server = lines[place - 1], lines[place]
        assert client["request_id"] == server["request_id"] != ""
        assert {name for name in client if client[name] != server[name]} <= {"event_id", "time"}
    requests = Counter(line["request_id"] for line in lines.values() if line["request_id"])
    assert sorted(requests.values())[-len(seconds) - 1 :] == [1, *[2] * len(seconds)]


def test_what_cannot_be_read_is_told_as_rejected(truth: Rows) -> None:
    physical = (SHIPPED / "log.csv").read_text(encoding="utf-8")
    texts = physical.splitlines()
    flawed = defaultdict(list)
    for told in truth:
        if told["kind"] == "rejected":
            flawed[told["scenario"]].append(next(csv.reader([texts[told["line"] - 1]])))
    assert {cells[1] for cells in flawed["wrong_date"]} == {"2025-02-30T10:15:00+01:00"}
    assert {cells[1] for cells in flawed["no_time"]} == {""}
    assert {cells[4] for cells in flawed["unknown_profession"]} == {"G15_999"}
    assert {cells[16] for cells in flawed["unknown_outcome"]} == {"abandonné"}
    assert {cells[2] for cells in flawed["wrong_granularity"]} == {"1 heure"}
    assert {cells[10] for cells in flawed["no_patient"]} == {""}
    assert all(len(cells) == 4 for cells in flawed["truncated"])
    assert not physical.endswith("\n")  # the log itself stops in the middle of a line


def test_a_justification_keeps_its_commas_and_its_quotes(lines: dict[int, dict[str, str]]) -> None:
    told = {line["justification"] for line in lines.values()}
    assert any("," in text for text in told)
    assert any(text[:1] in {"=", "+", "-"} for text in told)


def test_quotes_are_doubled(tmp_path: Path) -> None:
    with CsvFile(tmp_path / "one.csv") as file:
        file.write({"text": pa.array(['dit "sans, papiers"', None, "x"])})
    assert (tmp_path / "one.csv").read_text(encoding="utf-8") == 'text\n"dit ""sans, papiers"""\n\nx\n'


# --- the tables -----------------------------------------------------------------------------------------------------


CONTRACT = {
    "log.csv": """event_id time time_granularity professional_id profession activity_genre specialty capacity
        structure_id unit_id patient_id document_id document_type action motive channel outcome request_id justification
        unable_to_express immediate_danger""",
    "facts.csv": "patient_id actor_kind actor_id fact value valid_from valid_to recorded_at",
    "memberships.csv": "professional_id actor_kind actor_id valid_from valid_to",
    "documents.csv": """document_id patient_id document_type author_id author_structure_id masked hidden_from_patient
        hidden_from_representatives document_state valid_from valid_to""",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_the_columns_are_those_of_the_contract(name: str) -> None:
    header = (SHIPPED / name).read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == CONTRACT[name].split()


def test_every_id_looks_synthetic() -> None:
    shapes = {"professional_id": "PRO-[0-9]{5}", "unit_id": "UF-[0-9]{4}", "structure_id": "FIN-[0-9]{4}"}
    shapes |= {"patient_id": "PAT-[0-9]{6}", "document_id": "DOC-[0-9]{7,9}", "request_id": "REQ-[0-9]{9}"}
    found = [row for name in CONTRACT for row in rows(SHIPPED / name)]
    for column, shape in shapes.items():
        said = {row[column] for row in found if row.get(column)}
        assert said
        assert all(re.fullmatch(shape, text) for text in said)


def test_the_audit_is_ready_to_run_and_speaks_of_axes_of_the_policy(dmp: Authorizer) -> None:
    settings = yaml.safe_load((SHIPPED / "audit.yaml").read_text(encoding="utf-8"))
    axes = {axis.name for axis in dmp.tables.axes}
    assert {*settings["complete"], *settings["assume"]} <= axes
    assert {row["fact"] for row in rows(SHIPPED / "facts.csv")} - {"record_status"} <= set(settings["complete"])
    assert all((SHIPPED / settings[name]).is_file() for name in ("log", "facts", "memberships", "documents"))
    assert (settings["zone"], settings["lag_after_discharge"], settings["out"]) == ("Europe/Paris", "7d", "report")


def test_the_page_beside_the_tables_says_that_nobody_exists() -> None:
    page = (SHIPPED / "LISEZMOI.md").read_text(encoding="utf-8")
    assert "Rien ici n'est réel" in page
    assert "Nothing here is real" in page
    assert f"--patients {PATIENTS} --accesses {ACCESSES} --seed {SEED}" in page


def test_the_tables_hold_what_an_audit_has_to_cope_with() -> None:
    facts, members = rows(SHIPPED / "facts.csv"), rows(SHIPPED / "memberships.csv")
    assert {row["actor_kind"] for row in facts} == {"any", "structure", "unit", "professional"}
    assert any(row["recorded_at"] > row["valid_from"] for row in facts)  # recorded late
    assert any(row["value"] == "" for row in facts)
    assert any(row["valid_to"] == "" and row["fact"] == "care_team" and row["actor_kind"] == "unit" for row in facts)
    units = defaultdict(list)
    for row in members:
        if row["actor_kind"] == "unit":
            units[row["professional_id"]].append(row)
    assert any(len(held) > 1 and not any(row["valid_to"] for row in held) for held in units.values())  # two at once
    assert any(len(held) == 3 and held[0]["valid_to"] == held[1]["valid_from"] for held in units.values())  # rotating
    assert any(held[-1]["valid_to"] for held in units.values())  # left
    states = Counter(row["document_id"] for row in rows(SHIPPED / "documents.csv"))
    assert max(states.values()) == 3  # open, masked, open again


def test_background_accesses_keep_to_the_hours_of_the_wards(tmp_path: Path) -> None:
    write(tmp_path, patients=500, accesses=20_000, seed=2)
    hours = Counter(int(row["time"][11:13]) for row in rows(tmp_path / "log.csv") if is_date(row["time"] or ""))
    days = Counter(
        datetime.date.fromisoformat(row["time"][:10]).weekday()
        for row in rows(tmp_path / "log.csv")
        if is_date(row["time"] or "")
    )
    assert hours[10] > 2 * hours[3] > 0
    assert days[1] > 1.3 * days[6] > 0


# --- in Parquet -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["log", "facts", "memberships", "documents"])
def test_parquet_holds_what_csv_holds(name: str, in_parquet: Path) -> None:
    columns = table(in_parquet / f"{name}.parquet")
    texts = rows(SHIPPED / f"{name}.csv")
    assert len(columns) == len(texts)
    for column, text in zip(columns, texts, strict=True):
        if None not in text.values() and is_date(text.get("time", "2025-01-01")):  # what cannot be read is not alike
            assert {key: as_text(value) for key, value in column.items()} == {key: as_utc(text[key]) for key in text}


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value.isoformat() if isinstance(value, datetime.datetime) else str(value)


def as_utc(text: str) -> str:
    stamp = re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}(\+\d\d:\d\d)?", text)
    return instant(text, PAST).isoformat() if stamp else text


def test_the_truth_counts_rows_from_one_in_parquet(in_parquet: Path, truth: Rows) -> None:
    told = table(in_parquet / "truth.parquet")
    assert [{**row, "file": "log.csv", "line": row["line"] + 1} for row in told] == truth
    assert (in_parquet / "audit.yaml").read_text(encoding="utf-8").count(".parquet") == 4


def test_many_accesses_are_written_in_parquet_unless_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hospital, "_CSV_AT_MOST", 800)
    for accesses, suffix in ((800, "csv"), (801, "parquet")):
        assert write(tmp_path, patients=30, accesses=accesses, seed=1).log.suffix == f".{suffix}"
    assert write(tmp_path, patients=30, accesses=801, seed=1, log_format="csv").log.suffix == ".csv"
