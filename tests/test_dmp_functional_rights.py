"""The shipped DMP policy against the functional rights matrices (tests/data): every right, what it opens."""

import re
from collections.abc import Iterator

import pytest

from habilitation import Authorizer, Decision
from habilitation.authoring.check import opened
from habilitation.written.from_folder import read_cases
from habilitation.written.syntax import WrittenTable
from tests.sources import DAY, Row, axis, cells, matrix, rows

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
# What a note of the source makes of `oui`: (6) and (8) own documents, (7) if the patient allowed it, (9) the
# structure's.
BY_NOTE = {"6": "own", "7": "if_opened", "8": "own", "9": "structure"}


@pytest.fixture(scope="module")
def dmp() -> Authorizer:
    return Authorizer.dmp().at(DAY)


def functional_facts() -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """Matrix, coordinates, value and footnote of each cell; `sans objet` is every motive."""
    motives = tuple(map(str, axis("motive").values))
    for row in rows("functional-rights.csv"):
        air = row["regime"] == "AIR"
        name, line = LINES[row["action"]]
        actor, _, mode = row["actor/mode"].partition("/")
        value, note = read_right(row["value"])
        starred = "*" if "(*)" in row["action"] and value != "no" else ""
        for motive in MODES.get(mode, motives):
            where = (*([line] if line else []), ("AIR_" if air else "") + actor, motive)
            yield name + ("_air" if air else ""), where, value, note + starred


def read_right(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"(oui|non)(?:\((\d)\))?", text)
    assert match
    note = match[2] or ""
    return ("no" if match[1] == "non" else BY_NOTE.get(note, "yes")), note


FUNCTIONAL = sorted({name + air for name, _ in LINES.values() for air in ("", "_air")})


def test_the_sources_have_537_functional_rights() -> None:
    assert len(rows("functional-rights.csv")) == 537


@pytest.mark.parametrize("name", FUNCTIONAL)
def test_every_functional_right_is_the_compiled_cell_and_no_other_is_covered(name: str, dmp: Authorizer) -> None:
    stated = {where: (value, note) for of, where, value, note in functional_facts() if of == name}
    assert cells(dmp, name) == stated


def test_every_footnote_of_a_functional_right_has_its_sentence(dmp: Authorizer) -> None:
    for name in FUNCTIONAL:
        table = matrix(dmp, name)
        assert {note for _, note in cells(dmp, name).values() if note} <= {note for note, _ in table.notes}


# The asker of each column, and all that a patient can give.
ASKERS: dict[str, dict[str, str | bool]] = {
    "PS_NON_MEDECIN": {"capacity": "professional", "profession": "G15_60"},
    "MEDECIN_NON_MT": {"capacity": "professional", "profession": "G15_10"},
    "MEDECIN_DU_TRAVAIL": {
        "capacity": "occupational_physician",
        "profession": "G15_10",
        "express_consent": True,
    },
    "MEDECIN_TRAITANT": {"capacity": "professional", "profession": "G15_10", "treating_physician": True},
    "CPE_NON_PS": {"capacity": "structure_staff", "profession": "G15_60"},
    "PE_NON_PS": {"capacity": "structure_staff", "profession": "G15_60"},
    "INDIRECTE_CERTIF_ES": {"capacity": "professional", "profession": "G15_60"},
}
EVERYTHING_OPEN: dict[str, str | bool] = {
    "record_status": "active",
    "document_type": "11488-4",
    **dict.fromkeys(["care_team", "initial_consent", "author", "own_structure"], True),
    **dict.fromkeys(["unable_to_express", "immediate_danger", "masked_open_in_emergency"], True),
    **dict.fromkeys(["blocked", "opposes_centre_15", "opposes_bris_de_glace", "secret_connection"], False),
    **dict.fromkeys(["masked", "hidden_from_patient", "hidden_from_representatives"], False),
}
OF_A_DOCUMENT: dict[str, dict[str, str | bool]] = {
    "masked_consultation": {"action": "consult", "masked": True},
    "hidden_consultation": {"action": "consult", "hidden_from_patient": True},
}


def with_everything_open(dmp: Authorizer, row: Row) -> Decision:
    name, line = LINES[row["action"]]
    actor, _, mode = row["actor/mode"].partition("/")
    indirect = "indirect" if actor == "INDIRECTE_CERTIF_ES" else "direct"
    request = {**EVERYTHING_OPEN, **ASKERS[actor], "motive": MODES.get(mode, ("normal",))[0]}
    request["channel"] = "air" if row["regime"] == "AIR" else indirect
    if name == "state_consultation":
        request |= {"action": "consult", "document_state": line}
    else:
        request |= OF_A_DOCUMENT.get(name, {"action": line or "deposit"})
    return dmp.decide(request)


def test_what_the_system_refuses_is_never_permitted_whatever_the_patient_gives(dmp: Authorizer) -> None:
    # A deposit has two lines, TD2.1 and TD2.2: it is refused where both are.
    open_deposits = {
        (row["regime"], row["actor/mode"])
        for row in rows("functional-rights.csv")
        if row["transaction"].startswith("TD2") and row["value"] != "non"
    }
    refused = [
        row
        for row in rows("functional-rights.csv")
        if row["value"] == "non"
        and not (row["transaction"].startswith("TD2") and (row["regime"], row["actor/mode"]) in open_deposits)
    ]
    assert [row for row in refused if with_everything_open(dmp, row)] == []


def test_what_the_system_opens_is_permitted_save_regulation_to_others_than_doctors(dmp: Authorizer) -> None:
    # A conflict: the law names the regulating doctor, the system has a column for the other professionals.
    closed = {
        (row["actor/mode"], reason.rule)
        for row in rows("functional-rights.csv")
        if row["value"] != "non" and not (decision := with_everything_open(dmp, row))
        for reason in decision.reasons
    }
    assert closed == {("PS_NON_MEDECIN/regulation", "regulation_by_non_doctor")}


# --- the tables of cases shipped beside the policy -------------------------------------------------


def marks_of(table: WrittenTable) -> dict[tuple[str, str], str]:
    """The marks of a table of cases, without the `?` of what the sources dispute."""
    return {
        (str(row), str(column)): mark.rstrip("?")
        for block in table.blocks
        for row, marks in block.rows.items()
        for column, mark in zip(block.columns, marks.split(), strict=True)
    }


def stated_rights(regime: str) -> dict[tuple[str, str], str]:
    """The values of the source, by operation and column; the two lines of a deposit are one, open where either is."""
    stated: dict[tuple[str, str], str] = {}
    for row in rows("functional-rights.csv"):
        if row["regime"] == regime:
            name, line = LINES[row["action"]]
            kinds = {"masked_consultation": "consult_masked", "hidden_consultation": "consult_hidden"}
            kind = f"consult_{line}" if name == "state_consultation" else kinds.get(name, line or "deposit")
            where = kind, row["actor/mode"].replace("regulation", "centre_15")
            if where not in stated or row["value"] != "non":
                stated[where] = row["value"]
    return stated


def test_the_tables_of_cases_have_the_values_of_the_source_and_no_other() -> None:
    files, _ = read_cases(opened(None))
    tables = [table for file in files for table in file.tables if table.name.startswith("functional rights")]
    assert len(tables) == 4
    for table in tables:
        regime = "AIR" if "in AIR" in table.name else "DIRECTE_ET_INDIRECTE"
        assert marks_of(table) == stated_rights(regime)
