"""The shipped DMP policy against the matrix of the Cnam (tests/data): every cell, column and decision."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from habilitation import Authorizer, Decision, Effect
from habilitation.authoring.check import opened
from habilitation.written.from_folder import read_cases
from tests.sources import DAY, axis, cells, named, rows

ROOT = Path(__file__).parent.parent


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


@pytest.fixture(scope="module")
def dmp() -> Authorizer:
    return Authorizer.dmp().at(DAY)


# --- the matrix of the Cnam ---------------------------------------------------------------------


def consultation_facts() -> Iterator[tuple[str, str, str]]:
    for row in rows("matrix-2024-09-25.csv"):
        for column in READERS:
            yield column, row["type_code"], row[column]


def test_the_source_has_2052_cells() -> None:
    facts = list(consultation_facts())
    assert len(facts) == 2052
    assert {mark for _, _, mark in facts} == {"O", "N"}


def test_every_cell_of_the_source_is_the_compiled_cell_and_no_other_is_covered(dmp: Authorizer) -> None:
    stated = {(column, code): {"O": "permitted", "N": "refused"}[mark] for column, code, mark in consultation_facts()}
    assert {where: value for where, (value, _) in cells(dmp, "consultation").items()} == stated


def test_the_spreadsheet_the_cases_are_read_from_is_the_source() -> None:
    ours, source = (ROOT / path / "matrix-2024-09-25.csv" for path in ("rules/dmp/tests", "tests/data"))
    assert ours.read_bytes() == source.read_bytes()


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
    assert set(named(axis("document_type").groups, "without_row").values) == set(WITHOUT_ROW)


def test_a_cell_names_its_edition_its_line_and_where_it_comes_from(dmp: Authorizer) -> None:
    cell = asked(dmp, "INFIRMIER", "PRESC-AAT").reasons[0].cell
    assert cell is not None
    assert (cell.matrix, cell.edition, cell.value) == ("consultation", "2024-09-25", "refused")
    assert cell.at == (("column", "INFIRMIER"), ("document_type", "PRESC-AAT"))
    assert dict(cell.provenance)["id"] == "M1"
    file, _, line = cell.place.partition(":")
    assert (ROOT / file).read_text("utf-8").splitlines()[int(line) - 1].strip().startswith("PRESC-AAT:")


def test_the_disputed_cell_is_permitted_and_carries_its_dispute(dmp: Authorizer) -> None:
    decision = asked(dmp, "MEDECIN", "ATTEST-RESID")
    assert decision
    assert "disputed_cell" in decision.advice
    disputes = [text for reason in decision.reasons for cell in reason.cells for text, _ in cell.disputes]
    assert any("attestation de résidence" in text.fr for text in disputes)


# --- its columns ----------------------------------------------------------------------------------


@cache
def columns_by_code() -> dict[str, set[str]]:
    """The columns each code of the source stands in: `10`, `role 316`, `GENR08`."""
    found: dict[str, set[str]] = {}
    for row in rows("matrix-columns.csv"):
        professions = re.findall(r"\b(\d+)\b", row["code_profession_CPS"])
        roles = [f"role {role}" for role in re.findall(r"\d+", row["code_role"])]
        for code in [*professions, *roles, *re.findall(r"GENR\d+", row["code_genre_activite"])]:
            found.setdefault(code, set()).add(row["profession_key"])
    return found


def expected_column(profession: str, genre: str, specialty: str) -> str:
    """The column the source gives a professional; interns follow the labels that name them ("internes")."""
    system, _, code = profession.partition("_")
    by_code = columns_by_code()
    if profession == "R291_99":
        return "".join(by_code.get(genre, ()))
    if system == "R85":
        return "".join(by_code.get(f"role {code}", ()))
    if system not in ("G15", "G16", "R94"):
        return ""
    labels = {row["profession_key"]: row["official_label"] for row in rows("matrix-columns.csv")}
    found = {one for one in by_code.get(code, ()) if system != "G16" or "internes" in labels[one]}
    if "PHARMACIEN_BIOLOGISTE" in found:
        found = {"PHARMACIEN_BIOLOGISTE" if specialty == "medical_biology" else "PHARMACIEN"}
    return "".join(found)


def test_the_readers_are_those_of_the_columns() -> None:
    assert [row["profession_key"] for row in rows("matrix-columns.csv")] == list(READERS)


def test_every_profession_genre_and_specialty_reads_the_column_of_the_source_or_none(dmp: Authorizer) -> None:
    compiled = {where: value for where, (value, _) in cells(dmp, "column").items()}
    sides = [[str(name) for name in axis(one).values] for one in ("profession", "activity_genre", "specialty")]
    expected = {where: column for where in itertools.product(*sides) if (column := expected_column(*where))}
    assert compiled == expected


def test_the_table_of_cases_gives_every_professional_the_marks_of_the_column_of_the_source() -> None:
    (table,) = [
        one for file in read_cases(opened(None))[0] for one in file.tables if one.name.endswith("each profession")
    ]
    source = {row["type_code"]: row for row in rows("matrix-2024-09-25.csv")}
    (block,) = table.blocks
    professionals = [str(name) for name in axis("profession").values if not name.startswith("A00_")]
    assert list(block.rows) == professionals
    for profession, marks in block.rows.items():
        column = expected_column(profession, "none", "none")
        expected = [source[code][column] if column else "none" for code in block.columns]
        assert marks.split() == expected, profession


def test_the_counts_of_the_source_are_those_of_the_cells() -> None:
    for row in rows("matrix-columns.csv"):
        marks = [mark for column, _, mark in consultation_facts() if column == row["profession_key"]]
        assert marks.count("O") == int(row["types_permitted_O"])
        assert marks.count("N") == int(row["types_denied_N"])
