"""The vocabulary of the shipped DMP policy against the terminologies of its sources (tests/data)."""

import pytest

from habilitation import Authorizer
from tests.sources import DAY, Row, axis, named, oids, rows, validity, vocabulary


@pytest.fixture(scope="module")
def dmp() -> Authorizer:
    return Authorizer.dmp().at(DAY)


SYSTEM_NAMES = {"LOINC": "LOINC", "TRE-A05-TypeDocComplementaire": "A05", "TRE-A12-NomenclatureASTM": "A12"}


def test_every_profession_has_its_code_its_oid_its_label_its_validity_and_its_status() -> None:
    facts = {}
    for row in rows("terminology/professions.csv"):
        name = f"{row['system_id'].split('-')[1]}_{row['code']}"
        period = (row["valid_from"], row["valid_to"])
        facts[name] = (row["code"], row["system_oid"], row["display"], *period, row["status"])
    assert len(facts) == 159
    written = {}
    for name, value in axis("profession").values.items():
        status = str(value.status or "active")
        written[str(name)] = (str(value.code), oids(value.system)[0], str(value.fr), *validity(value), status)
    assert written == facts


def test_the_groups_of_professions_are_those_of_the_terminologies() -> None:
    health = {
        f"{row['system_id'].split('-')[1]}_{row['code']}"
        for row in rows("terminology/professions.csv")
        if row["kind"] in ("profession de santé", "profession en formation")
    }
    groups = {str(name): set(group.values) for name, group in axis("profession").groups.items()}
    # Psychologists are no health professionals under R. 1110-2, whatever the list their deprecated code was in.
    assert groups["health_professionals"] == health - {"G15_93"}
    assert groups["doctors"] == {"G15_10", "G16_10"}
    assert groups["not_doctors"] == set(axis("profession").values) - groups["doctors"]


def label(row: Row) -> str:
    text = row["display"].removesuffix(" [libellé TRE_A04 2021, hors JDV actuels]")
    return text or f"Libellé non trouvé ({row['code']})"


def test_every_document_type_has_its_code_its_oid_its_label_and_its_validity() -> None:
    facts = {}
    for row in rows("terminology/document_types.csv"):
        of_a_value_set = "yes" in (row["in_JDV_J66_DMP"], row["in_JDV_J07_CISIS"])
        status = row["concept_status"] or ("active" if of_a_value_set else "deprecated")
        period = (row["valid_from"], row["valid_to"])
        facts[row["code"]] = (SYSTEM_NAMES[row["system_id"]], row["system_oid"], label(row), *period, status)
    assert len(facts) == 143
    written = {}
    for name, value in axis("document_type").values.items():
        if value.system is not None:
            status = str(value.status or "active")
            oid = "".join(oids(value.system)[:1])
            written[str(name)] = (str(value.system), oid, str(value.fr), *validity(value), status)
    assert written == facts


def test_the_row_of_the_matrix_that_is_no_code_is_the_only_value_without_a_system() -> None:
    without = [name for name, value in axis("document_type").values.items() if value.system is None]
    assert without == ["CODE_PROCEDURE_VARIABLE"]


def test_every_document_type_is_in_the_class_of_the_terminology() -> None:
    facts: dict[str, set[str]] = {"class_31": {"CODE_PROCEDURE_VARIABLE"}}
    for row in rows("terminology/document_types.csv"):
        code = row["class_code_cisis_X04"]
        if code:
            name = f"class_{code}" if code.isdigit() else "class_digital_signature"
            facts.setdefault(name, set()).add(row["code"])
    groups = {str(name): set(map(str, group.values)) for name, group in axis("document_type").groups.items()}
    assert {name: types for name, types in groups.items() if name != "without_row"} == facts


def test_every_access_mode_is_a_motive_with_both_its_oids(dmp: Authorizer) -> None:
    for row in rows("terminology/access_modes.csv"):
        value = named(axis("motive").values, row["code"])
        assert validity(value) == (row["valid_from"], row["valid_to"])
        both = [row["system_oid_nos_current"], row["system_oid_used_in_VIHF_implementations"]]
        assert oids(value.system) == both
        for oid in both:
            assert dmp.given(motive=f"{row['code']}^{oid}").facts == {"motive": row["code"]}
            assert dmp.given(motive={"system": oid, "code": row["code"]}).facts == {"motive": row["code"]}


def test_every_confidentiality_code_is_listed_with_its_oid() -> None:
    facts = {(row["system_oid"], row["code"]) for row in rows("terminology/confidentiality_visibility.csv")}
    codes = named(vocabulary().code_lists, "confidentiality").codes
    assert {(oids(one.system)[0], str(one.code)) for one in codes} == facts


def test_the_confidentiality_codes_that_hide_a_document_name_its_fact() -> None:
    codes = named(vocabulary().code_lists, "confidentiality").codes
    mapped = {str(one.code): str(one.axis) for one in codes if one.axis is not None}
    assert mapped == {
        "MASQUE_PS": "masked",
        "INVISIBLE_PATIENT": "hidden_from_patient",
        "NOPAT": "hidden_from_patient",
        "INVISIBLE_REPRESENTANTS_LEGAUX": "hidden_from_representatives",
    }


def test_every_hl7_purpose_of_use_is_listed_and_its_mapping_is_said_to_be_our_own(dmp: Authorizer) -> None:
    facts = rows("terminology/purpose_of_use_hl7.csv")
    listed = named(vocabulary().code_lists, "purpose_of_use")
    assert listed.mapping == "own"
    assert [str(one.code) for one in listed.codes] == [row["code"] for row in facts]
    assert {oids(one.system)[0] for one in listed.codes} == {row["system_oid"] for row in facts}
    ours = {str(one.code): str(one.value) for one in listed.codes if one.axis is not None}
    likenesses = {
        row["hl7_purposeofuse_candidate_NON_NORMATIVE"]: row["code"] for row in rows("terminology/access_modes.csv")
    }
    assert ours == {**likenesses, "HPAYMT": "insurance", "HRESCH": "research"}
    for code, motive in ours.items():
        assert dmp.given(motive=f"{code}^2.16.840.1.113883.5.8").facts == {"motive": motive}
