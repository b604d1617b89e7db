"""Who may read which type, as the matrix of 25 September 2024 says it, and the words a log is written with."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np

from habilitation import shipped
from habilitation.sample.draw import Draw, Ints, Truths


@dataclass(frozen=True, slots=True)
class Profile:
    """What a professional's card says, and the column of the matrix its label names (empty: none does)."""

    profession: str
    column: str
    genre: str = ""
    specialty: str = ""


PROFILES = (
    Profile("G15_10", "MEDECIN"),
    Profile("G15_60", "INFIRMIER"),
    Profile("G16_10", "MEDECIN"),  # the label says "internes"
    Profile("G15_70", "MASSEUR_KINE"),
    Profile("G15_50", "SAGE_FEMME"),
    Profile("G15_40", "CHIRURGIEN_DENTISTE"),
    Profile("G15_91", "ORTHOPHONISTE"),
    Profile("G15_95", "ERGO_PSYCHOMOT_ORTHOPT_DIET"),
    Profile("G15_98", "MANIP_ERM"),
    Profile("G15_21", "PHARMACIEN_BIOLOGISTE", specialty="medical_biology"),
    Profile("R85_316", "PHARMACIEN"),  # préparateur en pharmacie hospitalière
    Profile("R94_41", "ASSISTANT_SOCIAL"),
    Profile("R291_99", "ROLE_SOIN_GENR11", genre="GENR11"),  # published, and reported as not in effect
    Profile("R85_313", ""),  # aide-soignant: no column
    Profile("R95_93", ""),  # psychologue: no column
    Profile("R85_331", ""),  # secrétaire: asks as staff of the structure
    Profile("A00_LOGICIEL_DUI", ""),  # a program
    Profile("G15_999", ""),  # no such code
)
(
    DOCTOR, NURSE, INTERN, PHYSIO, MIDWIFE, DENTIST, SPEECH, DIETITIAN, RADIOGRAPHER, BIOLOGIST, TECHNICIAN, SOCIAL,
    BY_ROLE, AIDE, PSYCHOLOGIST, SECRETARY, PROGRAM, NO_PROFILE,
) = range(len(PROFILES))  # fmt: skip

# Types of the national list that the edition of 25 September 2024 has no row for.
WITHOUT_ROW = ("34895-3", "51851-4", "56446-8", "68814-3", "PIECE-IDENTITE", "FICHE-CONTACTS")
# What a ward deposits, the most frequent first.
USUAL = (
    "11488-4", "11502-2", "34112-3", "57833-6", "18748-4", "11506-3", "34874-8", "15507-7", "PRESC-BIO", "60591-5",
    "18776-5", "57828-6", "77436-4", "80565-5", "PRESC-INF", "11490-0", "34133-9", "DOCPAT09",
)  # fmt: skip
BY_THE_PATIENT = ("EXPPAT_1", "EXPPAT_2", "DOCPAT02", "DOCPAT05", "DOCPAT09")

ACTIONS = ("consult", "search", "deposit", "read_all_traces")
CONSULT, SEARCH, DEPOSIT, READ_ALL_TRACES = range(len(ACTIONS))
MOTIVES = ("normal", "bris_de_glace", "centre_15", "insurance", "employment", "research", "other")
NORMAL, BRIS_DE_GLACE, CENTRE_15, INSURANCE, EMPLOYMENT, RESEARCH, OTHER = range(len(MOTIVES))
CHANNELS = ("direct", "air", "indirect")
DIRECT, AIR, INDIRECT = range(len(CHANNELS))
CAPACITIES = (
    "professional", "coordinating_physician", "occupational_physician", "structure_staff", "insurer", "employer",
)  # fmt: skip
PROFESSIONAL, COORDINATING, OCCUPATIONAL, STAFF, INSURER, EMPLOYER = range(len(CAPACITIES))
OUTCOMES = ("done", "refused", "failed", "abandonné")  # the last is no outcome
DONE, REFUSED, FAILED, NO_OUTCOME = range(len(OUTCOMES))
GRAINS = ("", "1m", "10m", "1h", "1 heure")  # the last is no granularity
GRAIN_SECONDS = np.array([1, 60, 600, 3600, 1], dtype=np.int64)
EXACT, TO_THE_MINUTE, TO_TEN_MINUTES, TO_THE_HOUR, NO_GRAIN = range(len(GRAINS))
JUSTIFICATIONS = (
    "Patient inconscient, arrêt cardiaque",
    "Détresse respiratoire : antécédents inconnus",
    "- coma, famille injoignable",
    'Trouvé inanimé sur la voie publique, dit "sans papiers"',
    "=AVC suspecté; traitement anticoagulant ?",
    "Choc anaphylactique",
    "+ hémorragie, transfusion urgente",
    "Appel au 15, malaise",
)


@dataclass(frozen=True, slots=True)
class Cells:
    """The matrix as read here: `permitted` and `refused` are (profiles, types), the types without a row last."""

    types: tuple[str, ...]
    permitted: Truths
    refused: Truths

    def number(self, *names: str) -> Ints:
        return np.array([self.types.index(name) for name in names], dtype=np.int64)

    def open_to(self, draw: Draw, profiles: Ints) -> Ints:
        """A type that the column of each profile may read."""
        return _one_of(draw, self.permitted[profiles])

    def closed_to(self, draw: Draw, profiles: Ints) -> Ints:
        """A type whose cell is blank in the column of each profile."""
        return _one_of(draw, self.refused[profiles])


def _one_of(draw: Draw, allowed: Truths) -> Ints:
    """The index of a true value of each row, each as likely. Every row has one."""
    wanted = 1 + draw.below(allowed.sum(axis=1))
    reached = np.cumsum(allowed, axis=1) >= wanted[:, None]
    found: Ints = np.argmax(reached, axis=1)
    return found


@cache
def cells() -> Cells:
    """The shipped matrix, read from its CSV: O opens, N does not."""
    path = shipped.dmp_shelves()["matrices"] / "consultation.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    marks = [[row.get(profile.column, "") for row in rows] + [""] * len(WITHOUT_ROW) for profile in PROFILES]
    types = (*(row["document_type"] for row in rows), *WITHOUT_ROW)
    return Cells(types, np.array(marks) == "O", np.array(marks) == "N")
