"""Reading logs and tables as the audit does: what is read, what is rejected, and the ledger left behind."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.intake import Intake, chunks, csv_header, opening
from habilitation.audit.ledger import Ledger
from habilitation.audit.schema import axis_of

HEADER = "time,professional_id,patient_id"
TIME = "2025-06-27T18:03:04+02:00"


@dataclass(frozen=True, slots=True)
class Read:
    """A log once read; `rejects` are (line, code)."""

    rows: list[dict[str, Any]]
    rejects: list[tuple[int | None, str]]
    sentences: list[str]
    inputs: list[tuple[Any, ...]]
    lines_read: int
    outside: int

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]


def by_axis(row: dict[str, Any]) -> dict[str, Any]:
    """A row of which the columns of axes are named as they are."""
    return {axis_of(name): value for name, value in row.items()}


def line(patient: str = "p1", time: str = TIME, who: str = "pro1") -> str:
    return f"{time},{who},{patient}"


@contextmanager
def intake(policy: Authorizer, folder: Path, asked: Asked) -> Iterator[Intake]:
    kept = folder / "ledger"
    kept.mkdir(exist_ok=True)
    with Ledger(kept) as ledger:
        yield Intake.open(asked, policy, ledger)


def read(policy: Authorizer, path: Path, **more: Any) -> Read:
    """One log, read whole; totals are checked on the way."""
    rows: list[dict[str, Any]] = []
    with intake(policy, path.parent, Asked(logs=(str(path),), **more)) as opened:
        (log,) = opened.logs()
        for batch in log.batches():
            rows += [by_axis(row) for row in batch.to_pylist()]
        found = opened.ledger.connection.execute("SELECT line, code, error FROM rejects").fetchall()
        inputs = opened.ledger.connection.execute("SELECT * FROM inputs").fetchall()
    assert log.lines_read == log.told + log.rejected + log.outside
    assert (log.told, log.rejected) == (len({row["line"] for row in rows}), len(found))
    assert log.fraction == pytest.approx(1.0)
    places = sorted(((number, code) for number, code, _ in found), key=lambda one: one[0] or 0)
    return Read(rows, places, [error for _, _, error in found], inputs, log.lines_read, log.outside)


def written(folder: Path, *lines: str, header: str = HEADER, name: str = "log.csv", end: str = "\n") -> Path:
    """A CSV of these lines."""
    path = folder / name
    path.write_bytes((end.join([header, *lines]) + end).encode())
    return path


def small_chunks(monkeypatch: pytest.MonkeyPatch, size: int = 64) -> None:
    """Read a few lines at a time, as if the file were long."""
    monkeypatch.setattr(opening, "PIECE", size)
    monkeypatch.setattr(opening, "_HEAD", size)
    monkeypatch.setattr(csv_header, "_HEAD", size)
    monkeypatch.setattr(chunks.Lines.take, "__defaults__", (size,))


def table(policy: Authorizer, folder: Path, role: str, path: Path, **more: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    """The rows of one table as dictionaries, and its rejects (line, code)."""
    log = written(folder, line(), name="some_log.csv")
    given: dict[str, Any] = {role: (str(path),), **more}
    with intake(policy, folder, Asked(logs=(str(log),), **given)) as opened:
        opened.load_tables()
        found: Any = opened.ledger.connection.table(role).order("line").to_arrow_table()
        rows = [by_axis(row) for row in found.to_pylist()]
        rejects = opened.ledger.connection.execute("SELECT line, code FROM rejects ORDER BY line").fetchall()
    return rows, rejects
