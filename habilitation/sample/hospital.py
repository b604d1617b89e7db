"""A hospital group written into a folder: its tables, its log, the truth, and the audit ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from habilitation.diagnostic import RequestError
from habilitation.sample.draw import Draw
from habilitation.sample.facts import recorded
from habilitation.sample.leaflet import leaflet, settings
from habilitation.sample.lines import Lines, joined
from habilitation.sample.log import Log, merged
from habilitation.sample.papers import Drawer, deposited
from habilitation.sample.patients import FEWEST as FEWEST_PATIENTS
from habilitation.sample.patients import Patients, admitted
from habilitation.sample.people import Staff, hired
from habilitation.sample.relations import Relations, related
from habilitation.sample.scenarios import SCENARIOS, Case
from habilitation.sample.scenarios.case import FEWEST
from habilitation.sample.tables import write_documents, write_facts, write_memberships
from habilitation.sample.traffic import Traffic, at_work
from habilitation.sample.writing import CsvFile, File, ParquetFile

_DOUBLED = 0.02  # of the lines are the server's copy of a line of the client
_CSV_AT_MOST = 200_000  # accesses; past that, Parquet unless asked
_AT_ONCE = 131_072  # lines in memory
_PER_SHARE = 100_000
_TABLES = ("memberships", "facts", "documents", "log")
_MADE = sum(one.share > 0 for one in SCENARIOS)
FEWEST_ACCESSES = 2 * FEWEST * _MADE


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written: rows of each table, and lines of the log by expected effect and by expected report."""

    folder: Path
    log: Path
    professionals: int
    patients: int
    memberships: int
    facts: int
    documents: int
    accesses: int
    effects: Mapping[str, int]
    kinds: Mapping[str, int]


def write(
    folder: Path, *, patients: int, accesses: int, seed: int, log_format: Literal["csv", "parquet"] | None = None
) -> Summary:
    """Write a hospital of that many patients and lines of log; the same three numbers give the same bytes.

    Tables and log are CSV up to 200 000 accesses, Parquet past that, unless `log_format` says otherwise. Files of the
    same names are replaced. Raises RequestError for too few patients or accesses, or a seed below zero; OSError.
    """
    _refuse(patients, accesses, seed)
    folder.mkdir(parents=True, exist_ok=True)
    suffix = log_format or ("csv" if accesses <= _CSV_AT_MOST else "parquet")
    staff = hired(patients)
    everybody = admitted(Draw(seed, 0), patients, staff)
    relations = related(Draw(seed, 1), staff, everybody)
    papers = deposited(Draw(seed, 2), staff, everybody)
    drawer = Drawer(len(papers))
    made = _made(seed, accesses, (staff, everybody, relations, drawer))
    papers = drawer.added_to(papers)
    with ExitStack() as files:
        tables = {name: files.enter_context(_opened(folder, name, suffix)) for name in _TABLES}
        truth = files.enter_context(ParquetFile(folder / "truth.parquet"))
        rows = (
            write_memberships(tables["memberships"], staff),
            sum(write_facts(tables["facts"], rows) for rows in recorded(Draw(seed, 3), everybody, relations)),
            write_documents(tables["documents"], papers),
        )
        log = Log(staff, papers, tables["log"], truth)
        _fill(log, at_work(staff, everybody, papers), made, seed, accesses)
    (folder / "audit.yaml").write_text(settings(suffix), encoding="utf-8", newline="\n")
    (folder / "LISEZMOI.md").write_text(leaflet(patients, accesses, seed), encoding="utf-8", newline="\n")
    return _told(folder, log, patients, rows)


def _opened(folder: Path, name: str, suffix: str) -> File:
    path = folder / f"{name}.{suffix}"
    return CsvFile(path) if suffix == "csv" else ParquetFile(path)


def _told(folder: Path, log: Log, patients: int, rows: tuple[int, int, int]) -> Summary:
    return Summary(
        folder=folder,
        log=folder / f"log.{log.file.suffix}",
        professionals=len(log.staff.profile),
        patients=patients,
        memberships=rows[0],
        facts=rows[1],
        documents=rows[2],
        accesses=log.count,
        effects=dict(log.effects),
        kinds=dict(log.kinds),
    )


def _refuse(patients: int, accesses: int, seed: int) -> None:
    for what, said, least in (("patients", patients, FEWEST_PATIENTS), ("accesses", accesses, FEWEST_ACCESSES)):
        if said < least:
            way_out = f"ask for {least} or more: every kind of access has a few"
            raise RequestError("too_few", f"`{said}` {what} are too few for a hospital", help=way_out)
    if seed < 0:
        raise RequestError("negative_seed", f"the seed `{seed}` is below zero")


def _made(seed: int, accesses: int, hospital: tuple[Staff, Patients, Relations, Drawer]) -> Lines:
    """The lines of every scenario, each drawn from a stream of its own."""
    parts = []
    for number, one in enumerate(SCENARIOS):
        if one.share:
            n = max(FEWEST, round(accesses * one.share / _PER_SHARE))
            found = one.make(Case(*hospital, Draw(seed, 4, number), n))
            found["scenario"] = np.full(n, number)
            parts.append(found)
    return joined(parts)


def _fill(log: Log, traffic: Traffic, made: Lines, seed: int, accesses: int) -> None:
    """Exactly `accesses` lines: those made, the ordinary ones, and some of both twice."""
    doubled = int(accesses * _DOUBLED)
    ordinary = accesses - doubled - len(made["t"])
    # A draw a stretch, so that no stretch depends on how the others went.
    stretches = merged(traffic.stretches(seed, ordinary, _AT_ONCE), made)
    single = accesses - doubled
    told = 0
    for number, found in enumerate(stretches):
        told += len(found["t"])
        # Due by now, of what was not done yet: the lines of a stretch may all be unreadable, and none of them doubled.
        log.write(Draw(seed, 6, number), found, doubled * told // single - (log.count - (told - len(found["t"]))))
