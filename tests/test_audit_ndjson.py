"""AuditEvents out of files: every line is an access or is refused at its place, whatever the number of processes."""

import gzip
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilitation.audit.intake import fhir_agents, fhir_facts, json_chunks, ndjson
from habilitation.audit.intake.ndjson import SCHEMA, raw_batches
from habilitation.audit.intake.rejecting import Rejects

FILES = Path(__file__).parent / "data" / "fhir"
READ = json.loads((FILES / "read-r4.json").read_text("utf-8"))

Read = tuple[list[dict[str, Any]], list[tuple[int, str, str]]]


def line(**changes: Any) -> bytes:
    return json.dumps({**READ, **changes}, ensure_ascii=False).encode()


def read(path: Path, compression: str = "", jobs: int = 1) -> Read:
    refused: list[tuple[int, str, str]] = []
    batches = list(raw_batches(path, compression, jobs, lambda *one, again=False: refused.append(one)))
    assert all(batch.schema == SCHEMA for batch in batches)
    return [row for batch in batches for row in batch.to_pylist()], refused


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: bytes, end: bytes = b"\n") -> Path:
        path = tmp_path / "log.ndjson"
        path.write_bytes(b"\n".join(lines) + (end if lines else b""))
        return path

    return write


@pytest.fixture(autouse=True)
def worth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few bytes are worth several processes here."""
    monkeypatch.setattr(ndjson, "WORTH", 0)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pieces, lines and batches, so that few bytes meet every limit."""
    monkeypatch.setattr(json_chunks, "LINE", 3_000)
    monkeypatch.setattr(json_chunks, "SPAN", 5_000)
    monkeypatch.setattr(json_chunks, "DOCUMENT", 30_000)
    monkeypatch.setattr(ndjson, "BATCH", 3)


def lines_of(found: Read) -> list[int]:
    return [row["line"] for row in found[0]]


def codes(found: Read) -> list[tuple[int, str]]:
    return [(number, code) for number, code, _ in found[1]]


Files = Callable[..., Path]


def test_a_line_is_an_access_at_its_physical_line(file: Files) -> None:
    found = read(file(line(id="a"), b"", b"  \r", line(id="b") + b"\r", line(id="c"), end=b""))
    assert [(row["line"], row["event_id"]) for row in found[0]] == [(1, "a"), (4, "b"), (5, "c")]
    assert found[1] == []


def test_an_event_without_an_identifier_is_named_after_its_line(file: Files) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": {**READ, "id": None}}, {"resource": READ}]}
    found, _ = read(file(line(), line(id=None), json.dumps(bundle).encode()))
    assert [(row["line"], row["event_id"]) for row in found] == [
        (1, "lecture-1"),
        (2, "2"),
        (3, "3#1"),
        (3, "lecture-1#2"),
    ]


@pytest.mark.parametrize(
    ("bad", "code", "told"),
    [
        (b"{", "truncated_line", "the line ends in the middle of its JSON"),
        (b"time;patient", "invalid_json", "JSON is malformed: invalid character (byte 4)"),
        (line() + b"}", "invalid_json", None),
        (b"12", "wrong_type", "expected `object`, got `int`"),
        (b"{}", "wrong_resource", "an object without a `resourceType`, where an AuditEvent is read"),
        (b'{"resourceType": "Patient"}', "wrong_resource", "a resource `Patient`, where an AuditEvent is read"),
        (line(id=7), "wrong_type", "expected `str | null`, got `int` - at `$.id`"),
        (line(agent=[{}, {"who": {"reference": 1}}]), "wrong_type", None),
        (line(outcome=[]), "wrong_type", None),
        (line(subtype=[{"code": 1}]), "wrong_type", None),
        (line(entity=[{"role": {"code": "1"}, "what": {"reference": f"Patient/{one}"}} for one in "ab"]), None, None),
        (
            b'{"resourceType": "AuditEvent", "contained": ' + b"[" * 100_000,
            "invalid_json",
            "the objects are nested too deep",
        ),
        ('{"resourceType": "AuditEvent", "id": "été"}'.encode("latin-1"), "not_utf8", "the line is not in UTF-8"),
        (b" " * 2**20 + line(), "line_too_long", "a line of more than 1 MiB"),
        (b'{"resourceType": "Bundle", "entry": 1}', "wrong_type", None),
        (b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]}', "wrong_resource", None),
    ],
)
def test_a_bad_line_is_refused_between_good_ones(file: Files, bad: bytes, code: str | None, told: str | None) -> None:
    found = read(file(line(), bad, line()))
    assert lines_of(found) == [1, 3]
    ((number, given_code, sentence),) = found[1]
    assert (number, given_code) == (2, code or "several_patients")
    assert sentence == told or told is None
    assert sentence[0].islower() or sentence.startswith("JSON")
    assert not sentence.endswith(".")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"agent": [{}, {"who": {"reference": 1}}]}, "$.agent[1].who.reference"),
        ({"agent": [3]}, "$.agent[0]"),
        ({"agent": {}}, "$.agent"),
        ({"outcome": []}, "$.outcome"),
        ({"subtype": [{"code": 1}]}, "$.subtype[0].code"),
        ({"entity": [{"detail": [{"type": 1}]}]}, "$.entity[0].detail[0].type"),
        ({"entity": [{}, {"role": {"coding": [{"code": 4}]}}]}, "$.entity[1].role.coding[0].code"),
        ({"entity": [{"type": "1"}]}, "$.entity[0].type"),
    ],
)
def test_a_wrong_type_is_told_with_its_place_within_the_event(file: Files, changes: Any, place: str) -> None:
    _, ((_, code, told),) = read(file(line(**changes)))
    assert (code, told.rpartition(" - at ")[2]) == ("wrong_type", f"`{place}`")


def test_a_truncated_last_line_is_refused_and_the_others_are_read(file: Files) -> None:
    found = read(file(line(), line()[:-40], end=b""))
    assert (lines_of(found), codes(found)) == ([1], [(2, "truncated_line")])
    alone = read(file(line()[:-40], end=b""))
    assert (lines_of(alone), codes(alone)) == ([], [(1, "truncated_line")])


def test_an_empty_file_has_no_access(file: Files) -> None:
    assert read(file()) == ([], [])
    assert read(file(b"", b"  ")) == ([], [])


def test_a_mark_of_utf8_is_passed_over(file: Files) -> None:
    assert lines_of(read(file(b"\xef\xbb\xbf" + line(), line()))) == [1, 2]
    assert lines_of(read(file(b"\xef\xbb\xbf" + line(), line()), jobs=2)) == [1, 2]


# --- Bundles and documents --------------------------------------------------------------------------


def test_a_bundle_on_several_lines_is_one_document(file: Files) -> None:
    found = read(FILES / "traces-bundle.json")
    assert [(row["line"], row["event_id"], row["time"]) for row in found[0]] == [
        (1, "trace-1#1", "2026-01-07T09:30:00Z"),
        (1, "1#3", "2025-01-07T09:30:00Z"),
    ]
    assert found[1] == []
    assert read(FILES / "traces-bundle.json", jobs=2) == found


def test_a_bundle_on_a_line_is_its_accesses_and_what_is_wrong_in_it_is_told_by_entry(file: Files) -> None:
    resources = [READ, {"resourceType": "Patient"}, {**READ, "recorded": 1}, {**READ, "agent": [1]}, READ]
    entries = [*({"resource": one} for one in resources), {"fullUrl": "urn:uuid:1"}]
    found = read(file(line(), json.dumps({"resourceType": "Bundle", "entry": entries}).encode()))
    assert [(row["line"], row["event_id"]) for row in found[0]] == [
        (1, "lecture-1"),
        (2, "lecture-1#1"),
        (2, "lecture-1#5"),
    ]
    assert [(number, code, told.partition(":")[0]) for number, code, told in found[1]] == [
        (2, "wrong_resource", "entry 2"),
        (2, "wrong_type", "entry 3"),
        (2, "wrong_type", "entry 4"),
    ]


def test_one_resource_on_several_lines_is_one_document() -> None:
    found = read(FILES / "read-r4.json")
    assert (lines_of(found), found[1]) == ([1], [])


def test_a_document_too_long_for_a_line_is_read_and_one_too_long_for_memory_is_refused(
    file: Files, small: None
) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": READ}] * 5}
    assert lines_of(read(file(json.dumps(bundle).encode()))) == [1] * 5
    found = read(file(json.dumps({**bundle, "entry": bundle["entry"] * 5}, indent=1).encode()))  # type: ignore[operator]  # a list
    assert (lines_of(found), codes(found)) == ([], [(1, "broken_file")])
    assert "one JSON document of more than" in found[1][0][2]


def test_lines_whose_first_is_bad_are_still_lines(file: Files) -> None:
    found = read(file(line()[:-9], line(), line()))
    assert (lines_of(found), codes(found)) == ([2, 3], [(1, "truncated_line")])


# --- compression, pieces, processes -----------------------------------------------------------------


def many() -> list[bytes]:
    good = [line(id=f"e{number}", outcomeDesc="é" * (number % 7)) for number in range(30)]
    bad = [b"", b"{", b"\xff", b'{"resourceType": "Patient"}', b"x" * 4_000, line(id=1), b"y" * 20_000, b" "]
    return [one for pair in zip(good, bad * 4, strict=False) for one in pair]


def compressed(compression: str, data: bytes) -> bytes:
    if compression == "gz":
        return gzip.compress(data[:5_000]) + gzip.compress(data[5_000:])
    return zstandard.compress(data[:5_000]) + zstandard.compress(data[5_000:])


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_compressed_lines_are_the_same_lines(tmp_path: Path, small: None, compression: str) -> None:
    plain, packed = tmp_path / "log", tmp_path / "packed"
    plain.write_bytes(b"\n".join(many()))
    packed.write_bytes(compressed(compression, plain.read_bytes()))
    found = read(plain)
    assert read(packed, compression) == found
    assert len(found[0]) == 30
    assert len(lines_of(found) + codes(found)) == sum(1 for one in many() if one.strip())


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_a_compressed_file_cut_short_gives_what_precedes(tmp_path: Path, compression: str) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(compressed(compression, b"".join(line(id=str(n)) + b"\n" for n in range(20)))[:-30])
    rows, refused = read(packed, compression)
    assert [row["line"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows
    assert [(number, code) for number, code, _ in refused] == [(len(rows) + 1, "broken_file")]


def test_a_damaged_document_is_refused_once(tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress((FILES / "traces-bundle.json").read_bytes())[:-20])
    rows, refused = read(packed, "gz")
    assert (rows, [(number, code) for number, code, _ in refused]) == ([], [(1, "broken_file")])


def test_spans_of_a_file_hold_whole_lines_once_each(tmp_path: Path, small: None) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\n".join(many()))
    spans = list(json_chunks.spans(path))
    assert len(spans) > 3
    assert b"".join(piece for span in spans for piece in span.pieces()) == path.read_bytes()
    cut = [ndjson.read(chunk) for span in spans for chunk in json_chunks.cut(span.pieces())]
    assert sum(one.lines for one in cut) == len(many())
    rows = pa.concat_tables([pa.Table.from_batches([one.batch]) for one in cut])
    assert rows.column("event_id").to_pylist() == [row["event_id"] for row in read(path)[0]]


@pytest.mark.parametrize("compression", ["", "gz"])
def test_several_processes_find_the_same_in_the_same_order(tmp_path: Path, compression: str) -> None:
    lines = [*many(), b"z" * (2**20 + 1), *(line(id=f"f{n}") for n in range(4_000)), line()[:-3]]
    path = tmp_path / "log"
    data = b"\n".join(lines)
    path.write_bytes(compressed(compression, data) if compression else data)
    one, two = read(path, compression), read(path, compression, jobs=2)
    assert two == one
    assert len(one[0]) == 4_030
    assert one[1][-1][:2] == (len(lines), "truncated_line")


def test_a_small_file_is_read_without_other_processes(file: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "WORTH", 2**24)
    monkeypatch.setattr(ndjson, "_in_processes", None)
    assert lines_of(read(file(line(), line()), jobs=2)) == [1, 2]


def test_a_reading_that_is_given_up_leaves_no_process(tmp_path: Path, small: None) -> None:
    path = tmp_path / "log"
    path.write_bytes((line() + b"\n") * 200)
    batches: Iterator[Any] = raw_batches(path, "", 2, Rejects("log", None))
    assert next(batches).num_rows
    assert multiprocessing.active_children()
    batches.close()  # type: ignore[attr-defined]  # a generator
    assert not multiprocessing.active_children()


def test_a_process_of_the_pool_reads_as_this_one_does(tmp_path: Path, small: None) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\n".join(many()))
    (span,) = [json_chunks.Span(path, 0, path.stat().st_size)]
    here = [ndjson.read(chunk) for chunk in json_chunks.cut(span.pieces())]
    sent = ndjson._read_apart(span)
    assert [(refused, count) for _, refused, count in sent] == [(one.refused, one.lines) for one in here]
    assert [pa.ipc.open_stream(stream).read_next_batch() for stream, _, _ in sent] == [one.batch for one in here]


def test_a_process_of_the_pool_leaves_interruptions_to_its_parent_and_ends_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended, settled = threading.Event(), []
    parent = SimpleNamespace(join=lambda: None)
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: parent)
    monkeypatch.setattr(signal, "signal", lambda *how: settled.append(how))
    monkeypatch.setattr(os, "_exit", lambda _: ended.set())
    ndjson._settle()
    assert ended.wait(5)
    assert settled == [(signal.SIGINT, signal.SIG_IGN)]


INTERRUPTED = """
import os, sys
from habilitation.audit.intake import ndjson
from habilitation.audit.intake.ndjson import raw_batches
ndjson.BATCH = 100
if __name__ == "__main__":
    for batch in raw_batches(sys.argv[1], "", 2, print):
        print(os.getpgid(0), flush=True)
        sys.stdin.readline()
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interruption_ends_every_process(tmp_path: Path, how: signal.Signals) -> None:
    path, script = tmp_path / "log", tmp_path / "reading.py"
    path.write_bytes((line() + b"\n") * 15_000)
    script.write_text(INTERRUPTED, "utf-8")
    command = [sys.executable, str(script), str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, process_group=0
    ) as run:
        assert run.stdout is not None
        group = int(run.stdout.readline())
        assert len(in_group(group)) >= 3
        run.send_signal(how)
        run.wait(20)
        until = time.monotonic() + 20
        while in_group(group) and time.monotonic() < until:
            time.sleep(0.05)
        assert in_group(group) == []


def in_group(group: int) -> list[str]:
    """The processes of a group, as /proc tells them, without those that have ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text("utf-8").rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_group) == group and state != "Z":
            found.append(stat.parent.name)
    return found


def test_what_is_remembered_of_agents_is_bounded(file: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_agents, "_REMEMBERED", 4)
    lines = [line(agent=[{"requestor": True, "who": {"reference": f"Practitioner/{n}"}}]) for n in range(10)]
    rows, _ = read(file(*lines))
    assert [row["professional_id"] for row in rows] == [str(n) for n in range(10)]
    assert len(fhir_agents._known) <= 4


# --- facts in files ---------------------------------------------------------------------------------


def test_facts_are_read_from_lines_bundles_and_documents(file: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_facts, "BATCH", 4)
    team, consent = (
        json.loads((FILES / f"{name}.json").read_text()) for name in ("care-team", "dissent-except-break-glass")
    )
    bundle = {"resourceType": "Bundle", "entry": [{"resource": consent}, {"resource": {"resourceType": "Patient"}}]}
    path = file(json.dumps(team).encode(), b"", b"{", json.dumps(bundle).encode(), b"\xff")
    refused: list[tuple[int, str, str]] = []
    batches = list(fhir_facts.rows(path, "", lambda *one, again=False: refused.append(one), frozenset()))
    assert [batch.schema for batch in batches] == [fhir_facts.SCHEMA] * 2
    assert [number for batch in batches for number in batch.column("line").to_pylist()] == [1] * 5 + [4] * 3
    assert [(number, code) for number, code, _ in refused] == [
        (1, "care_team_not_expressible"),
        (1, "care_team_not_expressible"),
        (3, "truncated_line"),
        (4, "consent_not_expressible"),
        (4, "wrong_resource"),
        (5, "not_utf8"),
    ]
    assert refused[3][2] == "entry 1: exception 1 has an actor that is a `Group`"
    whole = list(fhir_facts.rows(FILES / "care-team.json", "", print, frozenset()))
    assert [batch.num_rows for batch in whole] == [5]
    assert list(fhir_facts.rows(file(b'{"resourceType": "Bundle", "entry": 1}'), "", print, frozenset())) == []


# --- anything at all --------------------------------------------------------------------------------

SCRAP = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([line(), line()[:-5], b"{}", b"[]", b"null", b'{"resourceType":"Bundle"}', b'"\\ud800"', b"\x00"]),
    st.text(max_size=20).map(lambda text: json.dumps({"resourceType": "AuditEvent", "id": text}).encode()),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SCRAP, max_size=6), st.booleans())
def test_each_line_that_is_not_blank_is_an_access_or_is_refused(file: Files, scraps: list[bytes], ended: bool) -> None:
    lines = [b"{}", b"{}", *(one.replace(b"\n", b"") for one in scraps)]
    found = read(file(*lines, end=b"\n" if ended else b""))
    told = [*lines_of(found), *(number for number, _ in codes(found))]
    events = [number for number, one in enumerate(lines, start=1) if one.strip() and b"Bundle" not in one]
    assert sorted(told) == events
