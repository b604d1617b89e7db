"""What the baseline knows: sets of codes, and the matrices as dicts of dicts, read once from `matrices/dmp`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

Request = Mapping[str, Any]
Answer = tuple[str, tuple[str, ...]]

_ROOT = Path(__file__).parent.parent


def _read(path: str) -> Any:
    # BaseLoader leaves every scalar a text: `no` is a mark, not False.
    return yaml.load((_ROOT / path).read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  # it builds texts only


_AXES = {name: list(axis.get("values", ())) for name, axis in _read("rules/dmp/vocabulary.yaml")["axes"].items()}
_KINDS = ["treating_physician", "doctor", "other_professional"]


def _nested(name: str, *sides: Sequence[str | None]) -> dict[Any, Any]:
    """`nested[a][b][c]` is the value of a cell, or None; AIR has matrices of its own, and actors of its own."""
    cells: dict[tuple[str, ...], str] = {}
    for path in [f"matrices/dmp/{name}.yaml", f"matrices/dmp/{name}_air.yaml"]:
        if (_ROOT / path).exists():
            cells |= _cells(_read(path), sides)
    nested: dict[Any, Any] = _dense(cells, sides, ())
    return nested


def _cells(matrix: Any, sides: Sequence[Sequence[str | None]]) -> dict[tuple[str, ...], str]:
    of_mark = {value["mark"]: name for name, value in matrix["values"].items()}
    down = matrix["axes"].index(matrix["rows"])
    across = [side for number, side in enumerate(sides) if number != down]
    found = {}
    for block in matrix["editions"][-1]["blocks"]:
        for row, marks in block["rows"].items():
            for column, mark in zip(block["columns"], marks.split(), strict=True):
                for where in _expanded(column.split("/"), across):
                    if mark != ".":
                        found[(*where[:down], row, *where[down:])] = of_mark[mark.partition("(")[0]]
    return found


def _expanded(column: Sequence[str], across: Sequence[Sequence[str | None]]) -> Iterator[tuple[Any, ...]]:
    return itertools.product(*(side if one == "*" else [one] for one, side in zip(column, across, strict=True)))


def _dense(cells: dict[tuple[str, ...], str], sides: Sequence[Sequence[str | None]], at: tuple[Any, ...]) -> Any:
    if len(at) == len(sides):
        return cells.get(at)
    return {one: _dense(cells, sides, (*at, one)) for one in sides[len(at)]}


def _values(name: str) -> list[str | None]:
    return [*_read(f"matrices/dmp/{name}.yaml")["values"], None]


_ACTORS = _values("actor")
_MOTIVES = _AXES["motive"]

COLUMNS = _nested("column", _AXES["profession"], _AXES["activity_genre"], _AXES["specialty"])
CONSULTATION = _nested("consultation", _values("column"), _AXES["document_type"])
ACTORS = _nested("actor", _AXES["capacity"], _AXES["channel"], _KINDS)
RIGHTS = _nested("functional_rights", _AXES["action"], _ACTORS, _MOTIVES)
STAFF_DEPOSIT = _nested("staff_deposit", _ACTORS, _MOTIVES)
MASKED = _nested("masked_consultation", _ACTORS, _MOTIVES)
HIDDEN = _nested("hidden_consultation", _ACTORS, _MOTIVES)
STATES = _nested("state_consultation", _AXES["document_state"], _ACTORS, _MOTIVES)

DOCTORS = frozenset({"G15_10", "G16_10"})
HEALTH_PROFESSIONALS = frozenset(code for code in COLUMNS if code.startswith(("G15_", "G16_"))) - {"G15_93"}
PRODUCERS = frozenset(code for code in COLUMNS if code.startswith("A00_"))
CODED_BY_ROLE = frozenset({"R85_313", "R85_314", "R85_315", "R85_316", "R85_317"})
FOREIGN_DIPLOMA = frozenset({"R85_364", "R85_376", "R85_377", "R85_378", "R85_379"})
TECHNICIANS = frozenset({"R85_316", "R85_317"})

OF_DOCTORS_ONLY = frozenset({"coordinating_physician", "occupational_physician", "fire_service_doctor", "pmi_doctor"})
CARERS = OF_DOCTORS_ONLY | {"professional", "structure_staff"}
GENERAL_RULE = frozenset({"professional", "pmi_doctor"})
IN_ANOTHER_CAPACITY = frozenset({"coordinating_physician", "pmi_doctor"})
TREATING = frozenset({"MEDECIN_TRAITANT", "AIR_MEDECIN_TRAITANT"})
CARE = frozenset({"normal", "bris_de_glace", "centre_15"})
BY_ROLE = frozenset(column for column in CONSULTATION if column and column.startswith("ROLE_"))

OFF_RECORD = frozenset({"authenticate", "test_existence", "list_records", "find_without_ins"})
MANAGEMENT = frozenset({"archive", "unarchive", "delete"})
# What a treating physician may do in regulation, where the functional rights have no column for him.
REGULATED = OFF_RECORD | {"open_web_access", "read_admin_data", "find_reference", "archive", "unarchive"}
PATIENTS_TYPES = frozenset(
    ["EXPPAT_1", "EXPPAT_2", "EXPPAT_3", "74465-6", *(f"DOCPAT{number:02}" for number in range(1, 11))]
)


def answer(effect: str, rules: list[str]) -> Answer:
    """An effect and its rules; silence when there are none."""
    if len(rules) == 1:
        return effect, (rules[0],)
    return (effect, tuple(sorted(rules))) if rules else ("NOT_APPLICABLE", ())


def kind(request: Request, profession: str) -> str:
    """How the functional rights see a professional; a doctor in training is never the treating physician."""
    if profession == "G15_10" and request.get("treating_physician"):
        return "treating_physician"
    return "doctor" if profession in DOCTORS else "other_professional"


def unqualified(request: Request, capacity: str, profession: str, found: list[str]) -> None:
    """What closes everything to who is no doctor, or no professional."""
    if capacity in OF_DOCTORS_ONLY:
        found.append("capacity_of_a_doctor")
    if profession in PRODUCERS and capacity != "structure_staff" and request["channel"] != "indirect":
        found.append("not_a_professional")
