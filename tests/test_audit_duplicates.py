"""One gesture logged twice is judged once, and nothing that would accuse is hidden by that."""

import functools
import tempfile
from pathlib import Path
from typing import Any

import pytest

from habilitation import Authorizer
from habilitation.audit import run
from habilitation.audit.asked import Asked
from tests.small_policies import axis, fact, opened, rule, world

HEAD = "time,time_granularity,professional_id,patient_id,document_id,action,motive,outcome,request_id,care_team\n"
RULES = rule("permit", "team", "care_team and motive is normal", "for consult, search")


@functools.cache
def policy() -> Authorizer:
    axes = axis("action", "consult", "search"), axis("motive", "normal", "glass"), fact("care_team")
    return opened(Path(tempfile.mkdtemp()), RULES, world(*axes))


def kept(folder: Path, how: str, *lines: str) -> list[int]:
    """The lines that are judged, numbered from 1."""
    (folder / "log.csv").write_text(HEAD + "".join(f"{line}\n" for line in lines), "utf-8")
    asked = Asked((str(folder / "log.csv"),), zone="UTC", deduplicate=how, patient="p1")
    return sorted(access["line"] - 1 for access in run.accesses(asked, policy()))


def line(time: str = "08:00:00", day: str = "01", **said: str) -> str:
    cells: dict[str, Any] = dict.fromkeys(HEAD.strip().split(","), "")
    cells |= {"time": f"2025-03-{day}T{time}Z", "professional_id": "w1", "patient_id": "p1", "document_id": "d1"}
    cells |= {"motive": "normal", "request_id": "r1"} | said
    return ",".join(cells.values())


@pytest.mark.parametrize(
    ("lines", "judged"),
    [
        pytest.param((line(), line("08:00:02")), [1], id="the server two seconds after the client"),
        pytest.param((line("08:00:02"), line()), [2], id="the client after the server, in the file"),
        pytest.param((line("08:59:59"), line("09:00:01")), [1], id="on both sides of the hour"),
        pytest.param((line(), line("08:20:00")), [1, 2], id="a request of that number later"),
        pytest.param((line(), line(day="31")), [1, 2], id="a request of that number weeks later"),
        pytest.param((line(), line(action="search")), [1, 2], id="another action"),
        pytest.param((line(), line(document_id="d2")), [1, 2], id="another document"),
        pytest.param((line(), line(professional_id="w2")), [1, 2], id="another person"),
        pytest.param((line(), line(motive="glass")), [1, 2], id="another motive"),
        pytest.param((line(outcome="refused"), line()), [2], id="done before refused"),
        pytest.param((line(professional_id=""), line()), [2], id="a server that does not know who"),
        pytest.param((line(professional_id="", motive=""), line()), [2], id="nor why"),
        pytest.param(
            (line(professional_id=""), line(), line(professional_id="w2")), [1, 2, 3], id="nobody knows which of two"
        ),
        pytest.param((line(motive=""), line(professional_id="")), [1, 2], id="each says what the other does not"),
        pytest.param((line(professional_id=""), line(outcome="refused")), [1, 2], id="done by nobody, refused to w1"),
        pytest.param((line(care_team="true"), line()), [1, 2], id="a fact that a table would tell otherwise"),
        pytest.param((line(time_granularity="1h"), line("08:05:00", motive="")), [1, 2], id="less rounded"),
        pytest.param((line(time_granularity="1h"), line("08:50:00")), [2], id="a client that rounds"),
        pytest.param((line(request_id=""), line(request_id="")), [1, 2], id="no request"),
    ],
)
def test_a_request_is_one_gesture_where_its_lines_say_the_same(
    tmp_path: Path, lines: tuple[str, ...], judged: list[int]
) -> None:
    assert kept(tmp_path, "request_id", *lines) == judged


def test_a_gesture_is_of_one_person_within_a_minute_of_the_clock(tmp_path: Path) -> None:
    lines = [
        line(request_id="a"),
        line("08:00:59", request_id="b"),
        line("08:01:00"),
        line(professional_id=""),
        line(professional_id=""),
        line("08:00:30", outcome="refused", motive=""),
    ]
    assert kept(tmp_path, "gesture", *lines) == [1, 3, 4, 5]
