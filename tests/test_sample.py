"""The synthetic hospital: its truth is what the definition says, and the same numbers give the same bytes."""

import datetime
import re
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
import pytest

from habilitation import Authorizer
from habilitation.diagnostic import RequestError
from habilitation.sample import Summary, write
from habilitation.sample.clock import END, MIDNIGHTS, NEVER, START, paris, written
from habilitation.sample.codes import cells
from habilitation.sample.draw import Draw, shared_out
from habilitation.sample.scenarios import SCENARIOS
from habilitation.sample.scenarios.case import FEWEST, Case
from tests.naive_audit import physical_lines, rows, table, unlike_the_definition

SHIPPED = Path(__file__).parent / "data" / "hospital"
PATIENTS, ACCESSES, SEED = 40, 600, 1
FILES = ("LISEZMOI.md", "audit.yaml", "documents.csv", "facts.csv", "log.csv", "memberships.csv", "truth.parquet")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def truth() -> Rows:
    return table(SHIPPED / "truth.parquet")


@pytest.fixture(scope="module")
def lines() -> dict[int, dict[str, str]]:
    return dict(physical_lines(SHIPPED / "log.csv"))


# --- the truth ------------------------------------------------------------------------------------------------------


def test_the_truth_beside_the_hospital_is_what_the_definition_says_line_by_line(dmp: Authorizer) -> None:
    assert unlike_the_definition(SHIPPED, dmp) == []


@pytest.mark.parametrize(("patients", "accesses", "seed"), [(20, 516, 5), (21, 700, 6), (90, 2500, 7)])
def test_the_truth_of_other_hospitals_is_what_the_definition_says(
    patients: int, accesses: int, seed: int, tmp_path: Path, dmp: Authorizer
) -> None:
    write(tmp_path, patients=patients, accesses=accesses, seed=seed)
    assert unlike_the_definition(tmp_path, dmp) == []


def test_the_definition_would_see_a_wrong_truth(tmp_path: Path, dmp: Authorizer) -> None:
    write(tmp_path, patients=PATIENTS, accesses=ACCESSES, seed=SEED)
    facts = (tmp_path / "facts.csv").read_text(encoding="utf-8")
    (tmp_path / "facts.csv").write_text(facts.replace(",blocked,", ",opposes_centre_15,"), encoding="utf-8")
    assert {found["scenario"] for found in unlike_the_definition(tmp_path, dmp)} >= {
        "blocked",
        "blocked_in_an_emergency",
    }


def test_every_kind_of_access_has_a_few_lines_even_in_the_small_hospital(truth: Rows) -> None:
    counts = Counter(told["scenario"] for told in truth if not told["duplicate"])
    assert set(counts) == {one.name for one in SCENARIOS}
    assert all(counts[one.name] >= FEWEST for one in SCENARIOS)


def test_every_effect_and_every_kind_of_report_is_told(truth: Rows) -> None:
    assert {told["effect"] for told in truth} == {"PERMIT", "DENY", "INDETERMINATE", "NOT_APPLICABLE", ""}
    kinds = {"not_justified", "no_rule", "over_restriction", "not_assessable", "rejected", ""}
    assert {told["kind"] for told in truth} == kinds


def test_a_report_is_expected_by_effect_and_by_what_the_system_did(
    truth: Rows, lines: dict[int, dict[str, str]]
) -> None:
    reported = {("DENY", "done"): "not_justified", ("NOT_APPLICABLE", "done"): "no_rule"}
    reported |= {("PERMIT", "refused"): "over_restriction"}
    for told in truth:
        if told["effect"] in {"DENY", "PERMIT", "NOT_APPLICABLE"}:
            outcome = lines[told["line"]]["outcome"] or "done"
            assert told["kind"] == reported.get((told["effect"], outcome), "")
        else:
            assert told["kind"] == ("not_assessable" if told["effect"] else "rejected")


@pytest.mark.parametrize("one", SCENARIOS, ids=lambda one: one.name)
def test_every_rule_that_a_scenario_names_is_one_of_the_policy(one: Any, dmp: Authorizer) -> None:
    known = {rule.name for rule in dmp.tables.rules} | {"no_rule", "missing_fact", "before_first_edition"}
    assert set(one.rules.split("+")) - {""} <= known
    assert one.rules == "+".join(sorted(one.rules.split("+")))


def test_ordinary_lines_are_not_made_by_a_scenario(tmp_path: Path) -> None:
    nothing: Any = None
    with pytest.raises(AssertionError):
        SCENARIOS[0].make(Case(nothing, nothing, nothing, nothing, nothing, 1))


# --- the same bytes -------------------------------------------------------------------------------------------------


def test_the_shipped_hospital_is_what_the_command_writes(tmp_path: Path) -> None:
    write(tmp_path, patients=PATIENTS, accesses=ACCESSES, seed=SEED)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(FILES)
    for name in FILES[:-1]:
        assert (tmp_path / name).read_bytes() == (SHIPPED / name).read_bytes(), name
    # A Parquet file says which pyarrow wrote it.
    assert pq.read_table(tmp_path / "truth.parquet").equals(pq.read_table(SHIPPED / "truth.parquet"))


def test_the_same_numbers_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for folder, seed in (("one", 3), ("same", 3), ("other", 4)):
        write(tmp_path / folder, patients=30, accesses=900, seed=seed, log_format="parquet")
    files = [file.name for file in (tmp_path / "one").iterdir()]
    alike = {
        name for name in files if (tmp_path / "one" / name).read_bytes() == (tmp_path / "same" / name).read_bytes()
    }
    assert alike == set(files)
    assert (tmp_path / "one" / "log.parquet").read_bytes() != (tmp_path / "other" / "log.parquet").read_bytes()


def test_the_shipped_hospital_stays_small() -> None:
    assert sum((SHIPPED / name).stat().st_size for name in FILES) < 300_000


def test_draws_never_change() -> None:
    assert Draw(7, 1).uniform(3).tolist() == [0.7701409510034741, 0.1119272443176843, 0.18909773329712753]
    assert Draw(7).below(1000, 4).tolist() == [625, 897, 775, 225]
    assert Draw(0, 2, 1).distinct(4, 10).tolist() == [9, 3, 4, 0]


def test_a_total_is_shared_out_whole() -> None:
    assert shared_out(10, [1, 1, 1]).tolist() == [3, 4, 3]
    assert shared_out(7, [0, 5]).tolist() == [0, 7]


# --- what is asked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patients", "accesses", "seed", "complaint"),
    [
        (19, 600, 1, "`19` patients are too few"),
        (20, 515, 1, "`515` accesses are too few"),
        (20, 600, -1, "the seed `-1` is below zero"),
    ],
)
def test_what_makes_no_hospital_is_refused(
    patients: int, accesses: int, seed: int, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(RequestError, match=re.escape(complaint)):
        write(tmp_path / "not there", patients=patients, accesses=accesses, seed=seed)
    assert not (tmp_path / "not there").exists()


def test_the_summary_counts_what_was_written(tmp_path: Path) -> None:
    summary = write(tmp_path / "new" / "folder", patients=30, accesses=700, seed=9)
    told = table(summary.folder / "truth.parquet")
    assert summary.effects == Counter(row["effect"] for row in told)
    assert summary.kinds == Counter(row["kind"] for row in told)
    for name in ("facts", "memberships", "documents"):
        assert getattr(summary, name) == len(rows(summary.folder / f"{name}.csv"))
    assert isinstance(summary, Summary)
    assert (summary.patients, summary.accesses) == (30, 700)
    assert summary.professionals == len({row["professional_id"] for row in rows(summary.folder / "memberships.csv")})


# --- the clock ------------------------------------------------------------------------------------------------------


def test_the_clock_is_that_of_paris() -> None:
    zone = ZoneInfo("Europe/Paris")
    changes = [paris(2024, 10, 27), paris(2025, 3, 30), paris(2019, 7, 1)]
    instants = np.concatenate([np.arange(START, END, 86_399), *(np.arange(at, at + 90_000, 611) for at in changes)])
    shown = [datetime.datetime.fromtimestamp(at, zone).isoformat() for at in instants.tolist()]
    assert written(instants).to_pylist() == shown
    assert written(np.array([NEVER, -NEVER, START])).to_pylist() == [None, None, "2024-10-01T00:00:00+02:00"]


def test_days_begin_at_midnight_in_paris() -> None:
    zone = ZoneInfo("Europe/Paris")
    days = [datetime.datetime(2024, 10, 1, tzinfo=zone) + datetime.timedelta(number) for number in range(366)]
    assert MIDNIGHTS.tolist() == [int(day.timestamp()) for day in days]


def test_the_matrix_read_here_has_the_cells_of_its_file() -> None:
    found = cells()
    assert found.permitted.shape == (18, 114)
    assert not (found.permitted & found.refused).any()
    assert int(found.permitted[0].sum()) == 108  # doctors have an X on every row
    assert int(found.permitted[1].sum()) == 78  # nurses
