"""Questions about one person: what the answer rests on, under which names, and that it is the audit's own."""

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest

from habilitation.audit import run
from habilitation.audit.asked import Asked
from habilitation.audit.question import Heard
from habilitation.audit.refusals import InputError, UsageError
from habilitation.audit.report.pseudonyms import key_of
from tests.test_audit_run import asked, policy

HEAD = "time,professional_id,patient_id\n"
GOOD = "2025-03-01T08:00:00Z,w1,p1\n"
KNOWN = Heard(known=True, unread=0, unread_rows=0, nothing_read=False)


def heard(folder: Path, *lines: str, **more: Any) -> tuple[int, Heard]:
    """How many accesses are found, and what that rests on."""
    files = {
        "log.csv": HEAD + "".join(lines),
        "facts.csv": "patient_id,actor_kind,actor_id,fact\np8,professional,w8,care_team\np9,any,,nothing\n",
        "memberships.csv": "professional_id,actor_kind,actor_id\nw7,unit,u1\n",
        "documents.csv": "document_id,patient_id,author_id\nd1,p6,w6\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    tables: dict[str, Any] = {name: (str(folder / f"{name}.csv"),) for name in ("facts", "memberships", "documents")}
    told: list[Heard] = []
    question = Asked((str(folder / "log.csv"),), zone="UTC", **tables, **more)
    return len(list(run.accesses(question, policy(), None, told.append))), told[0]


@pytest.mark.parametrize(
    ("who", "found", "known"),
    [
        ({"patient": "p1"}, 1, True),
        ({"patient": "p1", "until": datetime.date(2025, 1, 1)}, 0, True),
        ({"patient": "p6"}, 0, True),
        ({"patient": "p8"}, 0, True),
        ({"patient": "w8"}, 0, False),
        ({"patient": "p9"}, 0, False),
        ({"professional": "w1"}, 1, True),
        ({"professional": "w6"}, 0, True),
        ({"professional": "w7"}, 0, True),
        ({"professional": "w8"}, 0, True),
        ({"professional": "p8"}, 0, False),
    ],
)
def test_a_person_is_known_by_any_line_or_row_that_could_be_read(
    tmp_path: Path, who: dict[str, Any], found: int, known: bool
) -> None:
    assert heard(tmp_path, GOOD, **who) == (found, dataclasses.replace(KNOWN, known=known, unread_rows=1))


def test_lines_that_could_be_of_the_person_are_told_when_they_cannot_be_read(tmp_path: Path) -> None:
    lines = [GOOD, "yesterday,w1,p1\n", "2025-03-01T08:00:00Z,w1,\n", "x,y\n", "yesterday,w2,p2\n"]
    found, told = heard(tmp_path, *lines, patient="p1")
    assert (found, told.unread, told.nothing_read) == (1, 3, False)


def test_that_nothing_could_be_read_is_told(tmp_path: Path) -> None:
    assert heard(tmp_path, "x,y\n", "x,y\n", patient="p1")[1].nothing_read
    with pytest.raises(InputError, match="has no line"):
        heard(tmp_path, patient="p1")
    assert not heard(tmp_path, GOOD, "x,y\n", patient="p2")[1].nothing_read


@pytest.mark.parametrize("who", [{"patient": "PAT-000018"}, {"professional": "PRO-00048"}])
def test_an_answer_bears_the_names_of_the_reports_and_no_other(tmp_path: Path, who: dict[str, Any]) -> None:
    file = tmp_path / "key"
    file.write_text("0123456789abcdef", "utf-8")
    plain = list(run.accesses(asked(**who), policy()))
    renamed = list(run.accesses(asked(**who, pseudonymise=file), policy()))
    assert plain
    key = key_of(file)
    for one, other in zip(plain, renamed, strict=True):
        assert other["patient_id"] == key.name("patient", one["patient_id"])
        assert other["professional_id"] == key.name("professional", one["professional_id"] or "")
        assert (other["line"], other["effect"], other["rules"]) == (one["line"], one["effect"], one["rules"])
    assert not [text for text in (str(one) for one in renamed) if "PAT-" in text or "PRO-" in text]


def test_a_key_that_is_too_short_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("short", "utf-8")
    with pytest.raises(UsageError, match="16 is the least"):
        list(run.accesses(Asked(("nowhere.csv",), patient="p1", pseudonymise=file), policy()))
