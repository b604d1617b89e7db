"""The shipped DMP policy against the tables of its sources (tests/data): every cell, every column, every code."""

import csv
import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from habilitation import Authorizer, Decision, Effect
from habilitation.authoring.check import opened
from habilitation.compiled.tables import MatrixTable
from habilitation.written.from_yaml import read_yaml
from habilitation.written.syntax import WrittenVocabulary

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"
DAY = "2025-11-03"  # after every edition and decision the policy knows of
Row = dict[str, str]

NORMAL_CARE = {
    "action": "consult",
    "capacity": "professional",
    "channel": "direct",
    "motive": "normal",
    "record_status": "active",
    "care_team": True,
    "initial_consent": True,
    "blocked": False,
    "masked": False,
    "hidden_from_patient": False,
}

# Someone who reads each column of the Cnam matrix.
READERS = {
    "MEDECIN": {"profession": "G15_10"},
    "PHARMACIEN_BIOLOGISTE": {"profession": "G15_21", "specialty": "medical_biology"},
    "PHARMACIEN": {"profession": "G15_21"},
    "CHIRURGIEN_DENTISTE": {"profession": "G15_40"},
    "SAGE_FEMME": {"profession": "G15_50"},
    "INFIRMIER": {"profession": "G15_60"},
    "MASSEUR_KINE": {"profession": "G15_70"},
    "PEDICURE_PODOLOGUE": {"profession": "G15_80"},
    "ORTHOPHONISTE": {"profession": "G15_91"},
    "ERGO_PSYCHOMOT_ORTHOPT_DIET": {"profession": "G15_94"},
    "AUDIOPROTH_APPAREILLAGE": {"profession": "G15_26"},
    "OPTICIEN_LUNETIER": {"profession": "G15_28"},
    "MANIP_ERM": {"profession": "G15_98"},
    "ROLE_COORDINATION_GENR08": {"profession": "R291_99", "activity_genre": "GENR08"},
    "ASSISTANT_SOCIAL": {"profession": "R94_41"},
    "ROLE_ADMIN_GENR09": {"profession": "R291_99", "activity_genre": "GENR09"},
    "ROLE_VIE_SOCIALE_GENR10": {"profession": "R291_99", "activity_genre": "GENR10"},
    "ROLE_SOIN_GENR11": {"profession": "R291_99", "activity_genre": "GENR11"},
    "ROLE_ENCADREMENT_GENR12": {"profession": "R291_99", "activity_genre": "GENR12"},
}
BY_ROLE = [column for column in READERS if column.startswith("ROLE_")]

# The fifteen types of the national list that the edition of 25 September 2024 has no row for.
WITHOUT_ROW = [
    *("34876-3", "34895-3", "51851-4", "55751-2", "56446-8", "68814-3", "83963-9", "84067-8", "96163-1"),
    *("97694-4", "100967-9", "PIECE-IDENTITE", "FICHE-CONTACTS", "EXPORT_DUI", "FEUILLE-DE-STYLE"),
]

# The lines of the functional rights matrices: the matrix that holds them here, and the row.
LINES = {
    "S'authentifier sur le DMP": ("functional_rights", "authenticate"),
    "Tester l'existence du DMP et vérifier l'autorisation": ("functional_rights", "test_existence"),
    "Se déclarer autorisé": ("functional_rights", "declare_authorization"),
    "Supprimer sa propre autorisation": ("functional_rights", "remove_authorization"),
    "Se retirer du statut médecin traitant": ("functional_rights", "resign_as_treating_physician"),
    "Lister les DMP autorisés": ("functional_rights", "list_records"),
    "Rechercher un patient sans INS": ("functional_rights", "find_without_ins"),
    "Accès Web PS contextuel": ("functional_rights", "open_web_access"),
    "Consulter les données administratives": ("functional_rights", "read_admin_data"),
    "Lister les PS autorisés / bloqués": ("functional_rights", "list_professionals"),
    "Alimenter le DMP": ("functional_rights", "deposit"),
    "Alimenter par CPE": ("staff_deposit", ""),
    "Alimenter par CPE (secrétaires médicales du secteur libéral)": ("staff_deposit", ""),
    "Rechercher les métadonnées": ("functional_rights", "search"),
    "Rechercher la référence d'un document": ("functional_rights", "find_reference"),
    "Consulter un document non masqué aux PS": ("functional_rights", "consult"),
    "Consulter un document masqué aux PS": ("masked_consultation", ""),
    "Consulter un document non visible du patient / du représentant légal": ("hidden_consultation", ""),
    "Consulter un document archivé": ("state_consultation", "archived"),
    "Consulter un document obsolète": ("state_consultation", "obsolete"),
    "Consulter un document supprimé": ("state_consultation", "deleted"),
    "Masquer un document aux PS": ("functional_rights", "mask"),
    "Démasquer un document aux PS": ("functional_rights", "unmask"),
    "Rendre un document visible au patient": ("functional_rights", "show_to_patient"),
    "Archiver un document (*)": ("functional_rights", "archive"),
    "Désarchiver un document (*)": ("functional_rights", "unarchive"),
    "Supprimer un document (*)": ("functional_rights", "delete"),
}
MODES = {"normal": ("normal",), "regulation": ("centre_15",), "bris_de_glace": ("bris_de_glace",)}
# What a note of the source makes of `oui`: (6) and (8) own documents, (7) if the patient opened it, (9) the structure's.
BY_NOTE = {"6": "own", "7": "if_opened", "8": "own", "9": "structure"}


def rows(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def dmp() -> Authorizer:
    return Authorizer.dmp().at(DAY)


@cache
def vocabulary() -> WrittenVocabulary:
    written, found = read_yaml(opened(None).vocabulary[0], WrittenVocabulary)
    assert written is not None
    assert not found
    return written


def matrix(dmp: Authorizer, name: str) -> MatrixTable:
    return next(one for one in dmp.tables.matrices if one.name == name)


def cells(dmp: Authorizer, name: str) -> dict[tuple[str, ...], tuple[str, str]]:
    """The compiled cells that are covered, by the names of their coordinates: value and footnote."""
    table = matrix(dmp, name)
    (edition,) = table.editions
    sides = [
        [value.name for value in dmp.tables.axes[given].values]
        if given >= 0
        else dmp.tables.matrices[~given].values
        for given in table.inputs
    ]
    notes = dict(edition.footnotes)
    return {
        where: (table.values[value], notes.get(offset, ""))
        for offset, (where, value) in enumerate(zip(itertools.product(*sides), edition.cells, strict=True))
        if value
    }


# --- the matrix of the Cnam ---------------------------------------------------------------------


def consultation_facts() -> Iterator[tuple[str, str, str]]:
    for row in rows("matrix-2024-09-25.csv"):
        code = "CODE_PROCEDURE_VARIABLE" if "VARIABLE" in row["type_code"] else row["type_code"]
        for column in READERS:
            yield column, code, row[column]


def test_the_source_has_2052_cells() -> None:
    facts = list(consultation_facts())
    assert len(facts) == 2052
    assert {mark for _, _, mark in facts} == {"O", "N"}


def test_every_cell_of_the_source_is_the_compiled_cell_and_no_other_is_covered(dmp: Authorizer) -> None:
    stated = {(column, code): {"O": "permitted", "N": "refused"}[mark] for column, code, mark in consultation_facts()}
    assert {where: value for where, (value, _) in cells(dmp, "consultation").items()} == stated


def asked(dmp: Authorizer, column: str, document_type: str) -> Decision:
    return dmp.decide({**NORMAL_CARE, **READERS[column], "document_type": document_type})


def test_in_normal_care_every_cell_is_the_decision(dmp: Authorizer) -> None:
    wrong = []
    for column, code, mark in consultation_facts():
        decision = asked(dmp, column, code)
        rules = {reason.rule for reason in decision.reasons}
        if mark == "N":
            right = decision.effect is Effect.DENY and rules == {"refused_by_matrix"}
        elif column in BY_ROLE:
            right = decision.effect is Effect.INDETERMINATE and rules == {"column_not_switched_on"}
        else:
            right = bool(decision) and "care_team_consultation" in rules
        if not right:
            wrong.append((column, code, mark, decision))
    assert wrong == []


@pytest.mark.parametrize("column", READERS)
@pytest.mark.parametrize("document_type", WITHOUT_ROW)
def test_a_type_without_a_row_is_not_covered_which_is_not_a_refusal(
    dmp: Authorizer, column: str, document_type: str
) -> None:
    decision = asked(dmp, column, document_type)
    assert decision.effect is Effect.INDETERMINATE
    assert [reason.rule for reason in decision.reasons] == ["type_without_row"]


def test_the_group_without_row_names_these_fifteen_types() -> None:
    assert len(WITHOUT_ROW) == 15
    assert set(map(str, vocabulary().axes_named("document_type").groups_named("without_row"))) == set(WITHOUT_ROW)
