"""Written times to intervals of instants: formats, zones, hours that come twice or never, rounded stamps."""

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habilitation import Authorizer
from habilitation.audit.intake.instants import (
    A_DAY,
    ABSENT,
    AWARE,
    AWARE_TO_MINUTE,
    NAIVE,
    NAIVE_TO_MINUTE,
    TOO_EARLY,
    TOO_LATE,
    UNREADABLE,
    from_timestamps,
    written_instants,
)
from habilitation.audit.intake.mapping import granularity
from habilitation.audit.intake.zones import zone
from habilitation.audit.refusals import UsageError
from tests.intake_arrangement import line, read, written

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
# Naive on purpose: what a log without offsets holds.
NAIVELY = datetime.datetime.fromisoformat
SECOND, HOUR = 1_000_000, 3_600_000_000


def micros(text: str) -> int:
    return (datetime.datetime.fromisoformat(text) - EPOCH) // datetime.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "instant", "how"),
    [
        ("2025-06-27T18:03:04+02:00", "2025-06-27T16:03:04Z", AWARE),
        ("2025-06-27T18:03-07:00", "2025-06-28T01:03:00Z", AWARE_TO_MINUTE),
        ("2025-06-27 18:03:04.123456789z", "2025-06-27T18:03:04.123456Z", AWARE),
        ("2025-06-27t18:03:04,5+0530", "2025-06-27T12:33:04.5Z", AWARE),
        ("2025-06-27T18:03:04-02", "2025-06-27T20:03:04Z", AWARE),
        ("2024-02-29T23:59:60Z", "2024-03-01T00:00:00Z", AWARE),
        ("2025-06-27 18:03", "2025-06-27T18:03:00Z", NAIVE_TO_MINUTE),
        ("27/06/2025 18:03", "2025-06-27T18:03:00Z", NAIVE_TO_MINUTE),
        ("27/06/2025 18:03:04", "2025-06-27T18:03:04Z", NAIVE),
        ("27/06/2025", "2025-06-27T00:00:00Z", A_DAY),
        ("1900-01-01", "1900-01-01T00:00:00Z", A_DAY),
        ("2200-12-31T23:59:59Z", "2200-12-31T23:59:59Z", AWARE),
    ],
)
def test_a_written_time_is_read(text: str, instant: str, how: int) -> None:
    # Beside others, so that the way of the first row is not that of all.
    instants, kinds = written_instants(pa.array(["x" * len(text), None, text, text]))
    assert kinds.tolist() == [UNREADABLE, ABSENT, how, how]
    assert instants[2:].tolist() == [micros(instant)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-29 10:00",
        "2025-13-01 10:00",
        "2025-00-01 10:00",
        "2025-01-00 10:00",
        "2025-01-01 24:00",
        "2025-01-01 10:60",
        "2025-01-01 10:00:61",
        "2025-01-01T10:00:00+24:00",
        "2025-01-01T10:00:00+01:60",
        "2025-01-01T10:00:00.",
        "2025-01-01x10:00",
        "06/27/2025 18:03",
        "2025-1-1",
        "٢٠٢٥-٠١-٠١",
        "now",
        "2025-06-27T18:03:04.123456789123+02:00",
    ],
)
def test_what_is_no_time_is_told_so(text: str) -> None:
    assert written_instants(pa.array([text]))[1].tolist() == [UNREADABLE]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("1899-12-31", TOO_EARLY),
        ("01/01/0001 00:00", TOO_EARLY),
        ("2201-01-01T00:00:00Z", TOO_LATE),
        ("31/12/9999", TOO_LATE),
        ("9999-12-32", UNREADABLE),
    ],
)
def test_a_year_too_far_is_told_so(text: str, how: int) -> None:
    assert written_instants(pa.array([text]))[1].tolist() == [how]


@given(st.datetimes(NAIVELY("1900-01-01"), NAIVELY("2200-12-31")), st.integers(-1439, 1439))
def test_every_iso_time_is_read_as_python_reads_it(moment: datetime.datetime, offset: int) -> None:
    aware = moment.replace(tzinfo=datetime.timezone(datetime.timedelta(minutes=offset)))
    instants, how = written_instants(pa.array([aware.isoformat(), moment.isoformat(" ")]))
    assert how.tolist() == [AWARE, NAIVE]
    assert instants.tolist() == [micros(aware.isoformat()), micros(f"{moment.isoformat()}+00:00")]


MANY = [
    "2025-06-27 18+02:00",
    "2025-06-27 18:03Z",
    "2025-06-27 18:03",
    "2025-06-27T18:03+02",
    "2025-06-27T18:03:04.5+0200",
    "2025-06-27 18:03:60Z",
    "2025-06-27t18:03:04,25z",
    "1900-01-01 00:00:00+14:00",
    "2200-12-31 23:59:59-12:00",
    "2201-01-01 00:00:00+14:00",
    "2025-06-27 18:03:04",
    "2025-06-27",
    "",
]


@pytest.mark.parametrize("text", MANY)
@pytest.mark.parametrize("other", ["2025-06-27T18:03:04+02:00", "2025-06-27 18:03", "27/06/2025 18:03", None])
def test_a_time_is_read_the_same_whatever_stands_beside_it(text: str, other: str | None) -> None:
    together, how = written_instants(pa.array([other, text, None, "no time", text]))
    pair, kinds = written_instants(pa.array([text, text]))
    beside, beside_how = written_instants(pa.array([other, text], pa.string()))
    assert (together[1], how[1]) == (together[4], how[4]) == (pair[0], kinds[0]) == (beside[1], beside_how[1])


@pytest.mark.parametrize("name", ["Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "America/Cayenne", "UTC"])
@settings(deadline=None)  # a zone is read once, at the first example
@given(moment=st.datetimes(NAIVELY("1970-01-01"), NAIVELY("2024-12-31")))
def test_local_times_are_read_as_zoneinfo_reads_them(name: str, moment: datetime.datetime) -> None:
    moment = moment.replace(microsecond=0)
    local = np.array([micros(f"{moment.isoformat()}+00:00")])
    first, last, never = (one.tolist()[0] for one in zone(name).instants(local))
    readings = [moment.replace(tzinfo=ZoneInfo(name), fold=fold) for fold in (0, 1)]
    there = [one for one in readings if one.astimezone(datetime.UTC).astimezone(ZoneInfo(name)) == one]
    assert never == (not there)
    if there:
        assert [first, last] == [micros(there[0].isoformat()), micros(there[-1].isoformat())]
        assert zone(name).local(np.array([first, last])).tolist() == local.tolist() * 2


def test_a_naive_time_without_a_zone_is_rejected(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, line(time="2025-06-27 18:03"), line())
    assert read(dmp, path).rejects == [(2, "no_zone")]
    (found, _) = read(dmp, path, zone="Europe/Paris").rows
    assert (found["t"], found["t_end"]) == (micros("2025-06-27T16:03:00Z"), micros("2025-06-27T16:04:00Z"))


def test_an_hour_that_comes_twice_is_both_and_one_that_never_comes_is_rejected(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, line(time="2025-10-26 02:30"), line(time="2025-03-30 02:30"))
    found = read(dmp, path, zone="Europe/Paris", granularity=datetime.timedelta(minutes=10))
    assert found.rejects == [(3, "missing_hour")]
    (row,) = found.rows
    assert (row["t"], row["t_end"]) == (micros("2025-10-26T00:30:00Z"), micros("2025-10-26T01:40:00Z"))


def test_the_granularity_of_a_line_prevails_over_the_one_of_the_audit(dmp: Authorizer, tmp_path: Path) -> None:
    lines = [f"{line()},{word}" for word in ("1h", "30s", "", "soon")]
    path = written(tmp_path, *lines, header="time,professional_id,patient_id,time_granularity")
    found = read(dmp, path, granularity=datetime.timedelta(minutes=1))
    assert [row["t_end"] - row["t"] for row in found.rows] == [HOUR, 30 * SECOND, 60 * SECOND]
    assert found.rejects == [(5, "bad_granularity")]


@pytest.mark.parametrize(
    ("time", "granularity", "length"),
    [
        ("2025-06-27T18:03+02:00", "", 60 * SECOND),
        ("27/06/2025 18:03", "30s", 60 * SECOND),
        ("2025-06-27 18:03", "10m", 600 * SECOND),
        ("2025-06-27 18:03:00", "", 1),
        ("2025-06-27T18:03:00.000Z", "30s", 30 * SECOND),
    ],
)
def test_a_stamp_without_seconds_lasts_its_minute_or_what_it_is_rounded_to(
    dmp: Authorizer, tmp_path: Path, time: str, granularity: str, length: int
) -> None:
    header = "time,professional_id,patient_id,time_granularity"
    path = written(tmp_path, f"{line(time=time)},{granularity}", f"{line()},", header=header)
    rows = read(dmp, path, zone="Europe/Paris").rows
    assert [row["t_end"] - row["t"] for row in rows] == [length, 1]


def test_a_minute_that_comes_twice_is_both_and_one_that_never_comes_is_rejected(
    dmp: Authorizer, tmp_path: Path
) -> None:
    found = read(
        dmp, written(tmp_path, line(time="2025-10-26 02:30"), line(time="2025-03-30 02:30")), zone="Europe/Paris"
    )
    assert found.rejects == [(3, "missing_hour")]
    assert [row["t_end"] - row["t"] for row in found.rows] == [HOUR + 60 * SECOND]


def test_a_day_is_the_local_day_even_when_it_is_long(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, line(time="2025-10-25T22:00:00Z"), line(time="2025-06-27T10:00:00+02:00"))
    found = read(dmp, path, granularity=datetime.timedelta(days=1), zone="Europe/Paris")
    assert [(row["t_end"] - row["t"]) // HOUR for row in found.rows] == [25, 24]
    assert found.rows[1]["t"] == micros("2025-06-27T00:00:00+02:00")


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("Europe/Paris", "2025-06-26T22:00:00Z", "2025-06-28T00:00:00Z"),
        ("America/Cayenne", "2025-06-26T03:00:00Z", "2025-06-28T00:00:00Z"),
        ("UTC", "2025-06-27T00:00:00Z", "2025-06-28T00:00:00Z"),
    ],
)
def test_a_stamp_of_a_day_of_utc_is_that_day_and_the_local_one(
    dmp: Authorizer, tmp_path: Path, zone: str, start: str, end: str
) -> None:
    path = written(tmp_path, line(time="2025-06-27T00:00:00Z"))
    (row,) = read(dmp, path, granularity=datetime.timedelta(days=1), zone=zone).rows
    assert (row["t"], row["t_end"]) == (micros(start), micros(end))


@pytest.mark.parametrize(
    ("time", "code"),
    [("", "missing_time"), ("hier", "bad_time"), ("2025-06-27", "bad_time"), ("3025-06-27 10:00", "year_out_of_range")],
)
def test_a_line_without_a_readable_time_is_rejected(dmp: Authorizer, tmp_path: Path, time: str, code: str) -> None:
    assert read(dmp, written(tmp_path, line(time=time)), zone="UTC").rejects == [(2, code)]


def test_the_refusal_quotes_what_was_written(dmp: Authorizer, tmp_path: Path) -> None:
    (sentence,) = read(dmp, written(tmp_path, line(time="hier"))).sentences
    assert sentence.startswith("`hier` is no date-time: write ")


@pytest.mark.parametrize(("text", "length"), [("30s", 30), ("10m", 600), ("1 h", 3600), ("2j", 172_800)])
def test_a_granularity_is_a_number_and_a_unit(text: str, length: int) -> None:
    assert granularity(text) == length * SECOND


@pytest.mark.parametrize("text", ["", "0m", "1y", "h", "400d", "999999d", "-1h"])
def test_what_is_no_granularity_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no granularity"):
        granularity(text)


def test_a_zone_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="Europe/Pari"):
        zone("Europe/Pari")


def test_typed_columns_of_time_are_read_with_or_without_a_zone() -> None:
    moment, far = NAIVELY("2025-06-27T18:03:04"), NAIVELY("1850-01-01")
    instants, how = from_timestamps(pa.array([moment, None, far], pa.timestamp("us")))
    assert (how.tolist(), instants[0]) == ([NAIVE, ABSENT, TOO_EARLY], micros("2025-06-27T18:03:04Z"))
    instants, how = from_timestamps(pa.array([moment], pa.timestamp("ns", "Europe/Paris")))
    assert (how.tolist(), instants[0]) == ([AWARE], micros("2025-06-27T18:03:04Z"))
    instants, how = from_timestamps(pa.array([moment.date()], pa.date32()))
    assert (how.tolist(), instants[0]) == ([A_DAY], micros("2025-06-27T00:00:00Z"))
