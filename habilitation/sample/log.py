"""The log and the truth beside it, written line by line in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.sample.clock import NEVER
from habilitation.sample.codes import (
    ACTIONS,
    CAPACITIES,
    CHANNELS,
    CONSULT,
    DONE,
    EXACT,
    GRAIN_SECONDS,
    GRAINS,
    JUSTIFICATIONS,
    MOTIVES,
    OUTCOMES,
    PROFILES,
    cells,
)
from habilitation.sample.draw import Draw, Ints, Truths
from habilitation.sample.lines import NO_TIME, NOTHING, SOUND, TRUNCATED, WRONG_DATE, Lines, joined, taken
from habilitation.sample.papers import Papers
from habilitation.sample.people import STRUCTURES, Staff
from habilitation.sample.scenarios import SCENARIOS
from habilitation.sample.tables import documents, patients, professionals, structures, units
from habilitation.sample.writing import CsvFile, File, ParquetFile, named, worded

_REQUESTS = 0.6  # of the lines carry the id of a request
_SERVER_LATER = 2  # seconds at most, excluded, between the client's line and the server's


@dataclass(slots=True)
class Log:
    """A log being written: what it needs to know of the hospital, and what it has written so far."""

    staff: Staff
    papers: Papers
    file: File
    truth: ParquetFile
    count: int = 0
    effects: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def write(self, draw: Draw, found: Lines, doubled: int) -> None:
        """Add lines in the order of time, `doubled` of them (of those that can be read) by client and server."""
        found = taken(found, np.argsort(found["t"], kind="stable"))
        found, second = _with_doubles(draw, found, doubled)
        n = len(second)
        if not n:
            return
        event = self.count + np.arange(n)
        # The server repeats the request of the line before it.
        request = np.where(_with_request(draw, second), event - second, NOTHING)
        self.file.write(self._columns(found, event, request), np.flatnonzero(found["flaw"] == TRUNCATED))
        self._tell(found, event, second)
        self.count += n

    def _columns(self, found: Lines, event: Ints, request: Ints) -> dict[str, Any]:
        structure = np.where(found["unit"] >= 0, self.staff.structure[found["unit"]], NOTHING)
        plain = structure == STRUCTURES - 1  # the third system leaves out what the contract has a default for
        action = np.where(plain & (found["action"] == CONSULT), NOTHING, found["action"])
        outcome = np.where(plain & (found["outcome"] == DONE), NOTHING, found["outcome"])
        return {
            "event_id": named("EVT-", 9, event),
            "time": self._stamps(found),
            "time_granularity": worded(GRAINS, found["grain"]),
            "professional_id": professionals(found["professional"]),
            "profession": worded(_PROFESSIONS, found["profile"]),
            "activity_genre": worded(_GENRES, found["profile"]),
            "specialty": worded(_SPECIALTIES, found["profile"]),
            "capacity": worded(CAPACITIES, found["capacity"]),
            "structure_id": structures(structure),
            "unit_id": units(found["unit"]),
            "patient_id": patients(found["patient"]),
            "document_id": documents(found["document"]),
            "document_type": worded(cells().types, self._types(found, structure)),
            "action": worded(ACTIONS, action),
            "motive": worded(MOTIVES, found["motive"]),
            "channel": worded(CHANNELS, found["channel"]),
            "outcome": worded(OUTCOMES, outcome),
            "request_id": named("REQ-", 9, request),
            "justification": worded(JUSTIFICATIONS, found["justification"]),
            "unable_to_express": self.file.truth(found["unable_to_express"]),
            "immediate_danger": self.file.truth(found["immediate_danger"]),
        }

    def _stamps(self, found: Lines) -> Any:
        """The instants rounded down, save where the text is no date."""
        flaw, grain = found["flaw"], GRAIN_SECONDS[found["grain"]]
        stamped = found["t"] - found["t"] % grain
        if isinstance(self.file, ParquetFile):
            return self.file.instant(np.where(flaw == SOUND, stamped, NEVER))
        texts = self.file.instant(np.where(flaw == NO_TIME, NEVER, stamped))
        return pa.compute.if_else(pa.array(flaw == WRONG_DATE), pa.scalar("2025-02-30T10:15:00+01:00"), texts)

    def _types(self, found: Lines, structure: Ints) -> Ints:
        """The type, where the log carries it: the second system writes it, the others leave it to the index."""
        listed = (structure == 1) & (found["document"] >= 0) & (found["document"] < len(self.papers))
        return np.where(listed, self.papers.type[np.where(listed, found["document"], 0)], found["type"])

    def _tell(self, found: Lines, event: Ints, second: Truths) -> None:
        scenario, outcome = found["scenario"], found["outcome"]
        first_line = 2 if isinstance(self.file, CsvFile) else 1  # the header of a CSV is its line 1
        effect = worded(_EFFECTS, scenario)
        kind = worded(_KINDS, scenario * len(OUTCOMES) + outcome)
        self.truth.write(
            {
                "file": pa.repeat(f"log.{self.file.suffix}", len(event)),
                "line": pa.array(event + first_line),
                "event_id": named("EVT-", 9, event),
                "scenario": worded(_NAMES, scenario),
                "effect": effect.fill_null(""),
                "rules": worded(_RULES, scenario).fill_null(""),
                "kind": kind.fill_null(""),
                "duplicate": pa.array(second),
            }
        )
        for told, counts in ((_EFFECTS, scenario), (_KINDS, scenario * len(OUTCOMES) + outcome)):
            counter = self.effects if told is _EFFECTS else self.kinds
            for number, many in zip(*np.unique(counts, return_counts=True), strict=True):
                counter[told[number]] += int(many)


_PROFESSIONS = tuple(profile.profession for profile in PROFILES)
_GENRES = tuple(profile.genre for profile in PROFILES)
_SPECIALTIES = tuple(profile.specialty for profile in PROFILES)
_NAMES = tuple(one.name for one in SCENARIOS)
_EFFECTS = tuple(one.effect for one in SCENARIOS)
_RULES = tuple(one.rules for one in SCENARIOS)
_KINDS = tuple(one.kind(outcome) for one in SCENARIOS for outcome in range(len(OUTCOMES)))


def _with_doubles(draw: Draw, found: Lines, doubled: int) -> tuple[Lines, Truths]:
    """The lines, some of them twice in a row, and which are the second of their pair."""
    sound = np.flatnonzero([SCENARIOS[number].effect != "" for number in found["scenario"]])
    times = np.ones(len(found["t"]), dtype=np.int64)
    times[sound[draw.distinct(doubled, len(sound))]] = 2
    which = np.repeat(np.arange(len(times)), times)
    second = np.append(False, which[1:] == which[:-1]) if len(which) else np.empty(0, dtype=bool)
    found = taken(found, which)
    exact = second & (found["grain"] == EXACT)
    found["t"] += np.where(exact, draw.below(_SERVER_LATER, len(which)), 0)
    return found, second


def _with_request(draw: Draw, second: Truths) -> Truths:
    """Both lines of a pair carry the request, and so do some others."""
    paired = second | np.append(second[1:], False)
    found: Truths = paired | (draw.uniform(len(second)) < _REQUESTS)
    return found


def merged(stretches: Iterable[tuple[int, Lines]], made: Lines) -> Iterator[Lines]:
    """The stretches of ordinary lines, each with the made lines that fall before its end; the last takes the rest."""
    made = taken(made, np.argsort(made["t"], kind="stable"))
    done = 0
    waiting: list[Lines] = []
    for end, found in stretches:
        if waiting:
            yield joined(waiting)
        until = int(np.searchsorted(made["t"], end))
        waiting = [found, taken(made, np.arange(done, until))]
        done = until
    yield joined([*waiting, taken(made, np.arange(done, len(made["t"])))])
