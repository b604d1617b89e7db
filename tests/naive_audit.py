"""The definition of an audited access, line by line, in plain Python: slow, short, and sharing no code with the audit.

A fact holds on [from, to). Of the rows that hold, the most specific actor prevails (professional, unit, structure,
any), and of one actor the row recorded last. What is said of a unit or a structure is said of who belongs to it at that
instant; the memberships of these hospitals list everybody. `lag_after_discharge` extends the care team of units and
structures. What the log says prevails. An axis declared complete takes its default without a row, or false; an axis
nobody states is unknown, without its default.
"""

import csv
import datetime
import functools
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from habilitation import Authorizer, Effect

PARIS = ZoneInfo("Europe/Paris")
UTC = datetime.UTC
PAST, FUTURE = datetime.datetime(1900, 1, 1, tzinfo=UTC), datetime.datetime(2200, 1, 1, tzinfo=UTC)
LAG = datetime.timedelta(days=7)
SPECIFIC = {"any": 0, "structure": 1, "unit": 2, "professional": 3}
GRAINS = {"": datetime.timedelta(microseconds=1), "1m": datetime.timedelta(minutes=1)}
GRAINS |= {"10m": datetime.timedelta(minutes=10), "1h": datetime.timedelta(hours=1)}
OF_DOCUMENTS = ("document_type", "masked", "hidden_from_patient", "hidden_from_representatives", "document_state")
Row = dict[str, str]
Instant = datetime.datetime


def instant(text: str, empty: Instant) -> Instant:
    if not text:
        return empty
    found = datetime.datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=PARIS)).astimezone(UTC)


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def span(row: Row, lag: bool = False) -> tuple[Instant, Instant]:
    stop = instant(row["valid_to"], FUTURE)
    return instant(row["valid_from"], PAST), stop + LAG if lag and stop < FUTURE else stop


def lagging(row: Row) -> bool:
    return row["fact"] == "care_team" and row["actor_kind"] in {"unit", "structure"}


class NaiveAudit:
    """A hospital read whole, and each of its lines judged alone."""

    def __init__(self, folder: Path, policy: Authorizer) -> None:
        self.settings = yaml.safe_load((folder / "audit.yaml").read_text(encoding="utf-8"))
        self.policy, self.axes = policy.without_defaults(), policy.tables.axes
        self.facts, self.members, self.documents = (
            grouped(rows(folder / self.settings[name]), key)
            for name, key in (("facts", "patient_id"), ("memberships", "professional_id"), ("documents", "document_id"))
        )

    def judged(self, line: Row) -> tuple[Effect, tuple[str, ...]]:
        """PERMIT if some instant of the interval is permitted, else what the first instant says; and its rules."""
        first = instant(line["time"], PAST)
        answers = [
            self.at(line, moment) for moment in self.moments(line, first, first + GRAINS[line["time_granularity"]])
        ]
        return next((answer for answer in answers if answer[0] is Effect.PERMIT), answers[0])

    def moments(self, line: Row, first: Instant, end: Instant) -> list[Instant]:
        """The first instant, and every later one of the interval at which something changes."""
        spans = [span(row, lagging(row)) for row in self.facts[line["patient_id"]]]
        spans += [span(row) for row in self.members[line["professional_id"]]]
        spans += [span(row) for row in self.documents[line["document_id"]]]
        return sorted({first, *(edge for pair in spans for edge in pair if first < edge < end)})

    def at(self, line: Row, moment: Instant) -> tuple[Effect, tuple[str, ...]]:
        policy = self.in_force(moment.astimezone(PARIS).date())
        facts = {axis.name for axis in self.axes if axis.fact}
        known = {**self.assembled(line, moment), **self.stated(line)}
        decision = policy.decide({name: text == "true" if name in facts else text for name, text in known.items()})
        return decision.effect, tuple(sorted(reason.rule for reason in decision.reasons))

    @functools.cache  # noqa: B019  # lives as long as the test
    def in_force(self, day: datetime.date) -> Authorizer:
        return self.policy.at(day)

    def stated(self, line: Row) -> dict[str, str]:
        axes = {axis.name for axis in self.axes}
        return {name: text for name, text in line.items() if name in axes and text}

    def assembled(self, line: Row, moment: Instant) -> dict[str, str]:
        found: dict[str, str] = {"action": "consult", **self.settings["assume"]}
        if line["professional_id"]:
            found |= self.restrictive()
        found |= self.of_the_patient(line, moment)
        found |= self.of_the_document(line, moment)
        return found

    def restrictive(self) -> dict[str, str]:
        """The axes declared complete: what no row means."""
        default = {axis.name: "false" if axis.fact else axis.values[axis.default].name for axis in self.axes}
        return {name: default[name] for name in self.settings["complete"]}

    def belongs(self, line: Row, moment: Instant) -> set[tuple[str, str]]:
        held = [row for row in self.members[line["professional_id"]] if within(moment, span(row))]
        return {(row["actor_kind"], row["actor_id"]) for row in held}

    def of_the_patient(self, line: Row, moment: Instant) -> dict[str, str]:
        who = {("any", ""), *self.belongs(line, moment)}
        if line["professional_id"]:
            who.add(("professional", line["professional_id"]))
        ranked: defaultdict[str, list[tuple[int, Instant, str]]] = defaultdict(list)
        for row in self.facts[line["patient_id"]]:
            kind, actor = row["actor_kind"], row["actor_id"]
            if (kind, actor) in who and within(moment, span(row, lagging(row))):
                recorded = instant(row["recorded_at"], PAST)
                ranked[row["fact"]].append((SPECIFIC[kind], recorded, row["value"] or "true"))
        return {fact: prevailing(said) for fact, said in ranked.items()}

    def of_the_document(self, line: Row, moment: Instant) -> dict[str, str]:
        held = [row for row in self.documents[line["document_id"]] if within(moment, span(row))]
        if not held:
            return {}
        (row,) = held
        assert row["patient_id"] == line["patient_id"]
        found = {name: row[name] for name in OF_DOCUMENTS}
        if line["professional_id"]:
            found["author"] = json.dumps(row["author_id"] == line["professional_id"])
            found["own_structure"] = json.dumps(("structure", row["author_structure_id"]) in self.belongs(line, moment))
        return found


def prevailing(said: list[tuple[int, Instant, str]]) -> str:
    """The value of the most specific actor, recorded last; nothing here is said twice differently."""
    best = max(said)[:2]
    (value,) = {text for *rank, text in said if tuple(rank) == best}
    return value


def within(moment: Instant, held: tuple[Instant, Instant]) -> bool:
    return held[0] <= moment < held[1]


def grouped(found: list[Row], key: str) -> Mapping[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found:
        groups[row[key]].append(row)
    return groups


def physical_lines(path: Path) -> Iterator[tuple[int, Row]]:
    """The lines that have all their columns, with their number; no cell of these files holds a line break."""
    lines = path.read_text(encoding="utf-8").splitlines()
    header = next(csv.reader(lines))
    for number, cells in enumerate(csv.reader(lines[1:]), start=2):
        if len(cells) == len(header):
            yield number, dict(zip(header, cells, strict=True))


def table(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq  # noqa: PLC0415

    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def unlike_the_definition(folder: Path, policy: Authorizer) -> list[dict[str, Any]]:
    """The lines of a sample whose truth is not what is said here of them."""
    audit, log = NaiveAudit(folder, policy), dict(physical_lines(folder / "log.csv"))
    found = []
    for told in table(folder / "truth.parquet"):
        if told["kind"] != "rejected":
            effect, rules = audit.judged(log[told["line"]])
            if effect.value != told["effect"] or told["rules"] not in {"", "+".join(rules)}:
                found.append({**told, "judged": (effect, rules)})
    return found
