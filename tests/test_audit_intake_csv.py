"""CSV logs, clean and dirty: every line is read or rejected, at its place."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.intake import chunks, irregular
from habilitation.audit.intake.ahead import ahead
from habilitation.audit.intake.explaining import explained
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.opening import Input
from habilitation.audit.intake.reading import reading
from habilitation.audit.intake.rejecting import Rejects
from habilitation.audit.refusals import InputError
from tests.intake_arrangement import HEADER, TIME, intake, line, read, small_chunks, written


def test_a_clean_log_is_read_line_for_line(dmp: Authorizer, tmp_path: Path) -> None:
    found = read(dmp, written(tmp_path, line("p1"), line("p2")))
    assert found.column("line") == [2, 3]
    assert found.column("patient_id") == ["p1", "p2"]
    assert found.rejects == []


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("only,two", "wrong_columns"),
        ("a,b,c,d", "wrong_columns"),
        (line().replace("pro1", "p\0"), "zero_byte"),
        ('x,"a"b,c', "bad_quotes"),
        ('x,"never closed,c', "bad_quotes"),
        ("a\rb,c,d", "bad_quotes"),
        (line("p" * (1 << 20)), "line_too_long"),
    ],
)
def test_a_bad_line_is_rejected_alone_at_its_place(dmp: Authorizer, tmp_path: Path, bad: str, code: str) -> None:
    found = read(dmp, written(tmp_path, line("p1"), bad, line("p2"), line("p3")))
    assert found.rejects == [(3, code)]
    assert list(zip(found.column("line"), found.column("patient_id"), strict=True)) == [(2, "p1"), (4, "p2"), (5, "p3")]


def test_a_line_in_another_encoding_is_rejected_alone(dmp: Authorizer, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(
        b"\n".join([HEADER.encode(), line("é1").encode(), line("é2").encode("cp1252"), line("p3").encode()])
    )
    found = read(dmp, path)
    assert found.rejects == [(3, "bad_encoding")]
    assert found.column("patient_id") == ["é1", "p3"]
    (_, refused) = explained(Asked(logs=(str(path),)), dmp)[0]["lines"][:2]
    assert refused["error"].endswith(": write that of the file in a mapping file, `encoding: latin-1`, say")


def test_a_quoted_field_over_several_lines_does_not_move_the_lines_after_it(dmp: Authorizer, tmp_path: Path) -> None:
    header = HEADER + ",justification"
    told = line("p1") + ',"one\n\ntwo, ""three""\n"'
    found = read(dmp, written(tmp_path, told, line("p2") + ",x", header=header))
    assert found.column("line") == [2, 6]
    assert found.column("justification") == ['one\n\ntwo, "three"', "x"]


def test_blank_lines_are_no_records_but_count_as_lines(dmp: Authorizer, tmp_path: Path) -> None:
    found = read(dmp, written(tmp_path, line("p1"), "", "", line("p2"), "bad", ""))
    assert (found.column("line"), found.rejects, found.lines_read) == ([2, 5], [(6, "wrong_columns")], 3)


def test_a_quote_in_the_middle_of_a_field_is_a_letter(dmp: Authorizer, tmp_path: Path) -> None:
    found = read(dmp, written(tmp_path, line('5" p'), line("p2"), line('6" p')))
    assert found.column("patient_id") == ['5" p', "p2", '6" p']


def test_ends_of_line_of_windows_and_a_byte_order_mark_are_read(dmp: Authorizer, tmp_path: Path) -> None:
    found = read(dmp, written(tmp_path, line("p1"), line("p2"), header="\ufeff" + HEADER, end="\r\n"))
    assert (found.column("patient_id"), found.column("line"), found.rejects) == (["p1", "p2"], [2, 3], [])


def test_utf_16_is_told_by_its_mark(dmp: Authorizer, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(f"{HEADER}\n{line('é1')}\n{line('p2')}\n".encode("utf-16"))
    assert read(dmp, path).column("patient_id") == ["é1", "p2"]


def test_a_last_line_without_its_end_is_read_and_a_truncated_one_rejected(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, line("p1"))
    path.write_bytes(path.read_bytes() + line("p2").encode())
    assert read(dmp, path).column("patient_id") == ["p1", "p2"]
    path.write_bytes(path.read_bytes()[:-10])
    assert read(dmp, path).rejects == [(3, "wrong_columns")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_sense_of_the_header(
    dmp: Authorizer, tmp_path: Path, delimiter: str
) -> None:
    path = written(tmp_path, line("p1").replace(",", delimiter), header=HEADER.replace(",", delimiter))
    assert read(dmp, path).column("patient_id") == ["p1"]


def test_compression_is_told_by_the_content_and_members_follow_each_other(dmp: Authorizer, tmp_path: Path) -> None:
    data = written(tmp_path, line("p1"), line("p2")).read_bytes()
    packed = {
        "gzip.csv": gzip.compress(data[:50]) + gzip.compress(data[50:]),
        "zstd.csv": zstandard.compress(data[:50]) + zstandard.compress(data[50:]),
    }
    for name, content in packed.items():
        (tmp_path / name).write_bytes(content)
        assert read(dmp, tmp_path / name).column("patient_id") == ["p1", "p2"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_what_precedes_a_damage_is_read_and_the_damage_rejected(
    dmp: Authorizer, tmp_path: Path, pack: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(pack)
    monkeypatch.setattr("habilitation.audit.intake.opening.PIECE", 8192)
    lines = [line(f"p{number}-{hash(str(number))}") for number in range(50_000)]
    path = written(tmp_path, *lines)
    packed = pack(path.read_bytes())
    path.write_bytes(packed[: len(packed) * 2 // 3])
    found = read(dmp, path)
    assert len(found.rows) > 1000
    assert found.rejects == [(found.rows[-1]["line"] + 1, "damaged_file")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n", "empty_file"),
        (b"\xff\xfe\x0b\0\n\0", "empty_file"),
        (b"PK\x03\x04rest", "not_a_table"),
        (b"\xe9,b\n1,2\n", "bad_header"),
        (b"t\0i\0\n", "bad_header"),
        (b"a\rb\rc\n", "bad_header"),
        (b'"a,b\n', "bad_header"),
        (b"a,b\n1,2\n", "no_known_column"),
        (b"time,patient_id\n", "missing_column"),
        (b"time,patient_id,ipp,rpps\n", "two_columns"),
        (b"time,patient_id,patient_id,rpps\n", "two_columns"),
        (b"\x1f\x8brest", "unreadable"),
        (b"PAR1 no more", "unreadable"),
    ],
)
def test_what_is_no_log_is_refused_with_a_reason(dmp: Authorizer, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read(dmp, path)
    assert (refused.value.code, refused.value.exit_code) == (code, 3)


def test_a_header_alone_is_a_log_of_no_line(dmp: Authorizer, tmp_path: Path) -> None:
    found = read(dmp, written(tmp_path))
    assert (found.rows, found.rejects, found.lines_read) == ([], [], 0)


def test_the_manifest_has_digest_bytes_and_lines_of_the_file(dmp: Authorizer, tmp_path: Path) -> None:
    import hashlib  # noqa: PLC0415  # the oracle of this test alone

    path = written(tmp_path, line("p1"), "", line("p2"))
    ((number, role, name, digest, size, lines, _),) = read(dmp, path).inputs
    assert (number, role, name, lines) == (0, "log", str(path), 4)
    assert (digest, size) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


def test_only_the_lines_asked_for_are_given_and_the_others_are_outside(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, line("p1"), line("p2", who="pro2"), line("p1", who=""), "bad")
    found = read(dmp, path, patient="p1")
    assert (found.column("line"), found.outside, found.rejects) == ([2, 4], 1, [(5, "wrong_columns")])
    assert read(dmp, path, professional="pro2").column("line") == [3]


def test_a_period_is_of_days_of_the_zone_its_end_excluded(dmp: Authorizer, tmp_path: Path) -> None:
    import datetime  # noqa: PLC0415  # for this test alone

    times = ("2025-06-30T23:59:59+02:00", "2025-07-01T00:00:00+02:00", "2025-07-31T22:00:00Z")
    path = written(tmp_path, *(line(time=time) for time in times))
    found = read(dmp, path, since=datetime.date(2025, 7, 1), until=datetime.date(2025, 8, 1))
    assert (found.column("line"), found.outside) == ([3], 2)


def test_a_reader_that_is_left_early_ends_its_thread(dmp: Authorizer, tmp_path: Path) -> None:
    import threading  # noqa: PLC0415  # for this test alone

    before = threading.active_count()
    with intake(dmp, tmp_path, Asked(logs=(str(written(tmp_path, *[line()] * 50)),))) as opened:
        (log,) = opened.logs()
        batches = log.batches()
        assert next(batches).num_rows == 50
        batches.close()  # type: ignore[attr-defined]  # it is a generator
        assert threading.active_count() == before


def test_an_error_of_the_reader_comes_where_it_happened() -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise OSError("no disk")

    made = ahead(items())
    assert [next(made), next(made), next(made)] == [0, 1, 2]
    with pytest.raises(OSError, match="no disk"):
        next(made)


def test_a_line_too_long_for_a_chunk_is_passed_over_to_its_end(
    dmp: Authorizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch, 100)
    monkeypatch.setattr(chunks, "LINE_AT_MOST", 200)
    monkeypatch.setattr(irregular, "LINE_AT_MOST", 200)
    found = read(dmp, written(tmp_path, line("p1"), "x" * 1000, line("p2"), "y" * 1000))
    assert (found.column("line"), found.rejects) == ([2, 4], [(3, "line_too_long"), (5, "line_too_long")])
    assert read(dmp, written(tmp_path, line("p1"), line("p2"))).column("line") == [2, 3]


def test_a_quote_that_the_next_chunk_does_not_close_is_given_up(
    dmp: Authorizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch, 60)
    monkeypatch.setattr(irregular, "LINE_AT_MOST", 300)
    lines = [line(f"p{number}") for number in range(40)]
    found = read(dmp, written(tmp_path, f'{TIME},pro1,"open', *lines))
    assert found.rejects == [(2, "bad_quotes")]
    assert found.column("line") == list(range(3, 43))


def test_what_pyarrow_would_cut_otherwise_is_read_line_by_line(
    dmp: Authorizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habilitation.audit.intake.csv_lines._read", lambda *_, **__: (None, []))
    found = read(dmp, written(tmp_path, line("p1"), "a,b", 'x"y,"z', line("p2")))
    assert (found.column("line"), found.rejects) == ([2, 5], [(3, "wrong_columns"), (4, "bad_quotes")])


def test_accents_in_a_dirty_file_are_letters(dmp: Authorizer, tmp_path: Path) -> None:
    found = read(dmp, written(tmp_path, line("é"), '"', line("ü"), "", line(" ")))
    assert (found.column("patient_id"), found.rejects) == (["é", "ü", "\u2028"], [(3, "bad_quotes")])


# --- anything at all --------------------------------------------------------------------------------------------------

GOOD = st.integers(0, 9).map(lambda number: line(f"g{number}"))
DIRT = st.sampled_from(
    [
        "",
        "\r",
        "a",
        "a,b,c,d",
        '"',
        'a,"b',
        'a,"b"c,d',
        'a,b,"c""',
        '"a","b","c"',
        "a\rb",
        "\0",
        'x"y,z,t',
        "é,à,ü",
        "\udcff",
        '","',
        '"x"y","z',
        '""a"",b,c',
        f'{TIME},pro1,"p\n2"',
        f'{TIME},pro1,"p""',
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(GOOD, DIRT), max_size=30), st.sampled_from(["\n", "\r\n"]), st.integers(16, 400))
def test_no_line_is_lost_and_every_place_is_right(
    dmp: Authorizer, tmp_path: Path, lines: list[str], end: str, size: int
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes((end.join([HEADER, *lines]) + end).encode("utf-8", "surrogateescape"))
    with pytest.MonkeyPatch.context() as patch:
        small_chunks(patch, size)
        records, rejected = _records(dmp, path)
    places = [record["line"] for record in records]
    physical = path.read_bytes().split(b"\n")
    assert places == sorted(set(places))
    assert not set(places) & set(rejected)
    assert len(rejected) == len(set(rejected))
    for record in records:
        first = record["patient_id"].encode().partition(b"\n")[0].rstrip(b"\r")
        assert any(first in one.replace(b'""', b'"') for one in physical[record["line"] - 1 :][: _height(record)])
    covered = [record["line"] + more for record in records for more in range(_height(record))]
    assert len(covered) == len(set(covered))
    for number, content in enumerate(physical[1:], start=2):
        blank = not content.strip(b"\r")
        assert blank or (number in covered) != (number in rejected)


def _height(record: dict[str, Any]) -> int:
    """Physical lines of a record of the header's three columns."""
    return 1 + "".join(record[name] for name in HEADER.split(",")).count("\n")


def _records(policy: Authorizer, path: Path) -> tuple[list[dict[str, Any]], list[int | None]]:
    """The records of a CSV, and the lines rejected."""
    rejects = Rejects(path.name, None)
    opened = reading(Input(0, "log", path.name, path, "csv", ""), TableMapping(), policy, rejects)
    rows = [row for batch in opened.tables((), rejects) for row in batch.to_pylist()]
    opened.close()
    return rows, [line for line, _, _ in rejects.held]
