"""The baseline: the DMP rules of the edition in force, written by hand as ifs over dicts, without `habilitation`.

It does what a careful engineer would: the matrices are dicts of dicts read once, the action and the capacity choose a
short function, a kind of rule that is not needed is not looked at, and all the rules of the winning kind are named.
It takes a dict with every fact that its ifs reach, trusts the codes in it (the engine refuses unknown ones), and
knows neither missing facts, nor dates, nor sentences. `tests/test_if_chain.py` holds it to the engine's answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.if_chain_matrices import ACTORS, COLUMNS, CONSULTATION, HIDDEN, MASKED, RIGHTS, STAFF_DEPOSIT, STATES

Request = Mapping[str, Any]
Answer = tuple[str, tuple[str, ...]]

EDITION = "2025-07-08"

DOCTORS = frozenset({"G15_10", "G16_10"})
CODED_BY_ROLE = frozenset({"R85_313", "R85_314", "R85_315", "R85_316", "R85_317"})
TECHNICIANS = frozenset({"R85_316", "R85_317"})
OF_DOCTORS_ONLY = frozenset({"coordinating_physician", "occupational_physician", "fire_service_doctor", "pmi_doctor"})
CARERS = OF_DOCTORS_ONLY | {"professional", "structure_staff"}
GENERAL_RULE = frozenset({"professional", "pmi_doctor"})
TREATING = frozenset({"MEDECIN_TRAITANT", "AIR_MEDECIN_TRAITANT"})
EMERGENCY = frozenset({"bris_de_glace", "centre_15"})
CARE = EMERGENCY | {"normal"}
BY_ROLE = frozenset(
    {
        "ROLE_COORDINATION_GENR08",
        "ROLE_ADMIN_GENR09",
        "ROLE_VIE_SOCIALE_GENR10",
        "ROLE_SOIN_GENR11",
        "ROLE_ENCADREMENT_GENR12",
    }
)
OFF_RECORD = frozenset({"authenticate", "test_existence", "list_records", "find_without_ins"})
# What a treating physician may do in regulation, where the functional rights have no column for him.
REGULATED = OFF_RECORD | {"open_web_access", "read_admin_data", "search", "find_reference", "consult"}
REGULATED |= {"archive", "unarchive"}
PATIENTS_TYPES = frozenset({*(f"DOCPAT0{number}" for number in range(1, 10))})
