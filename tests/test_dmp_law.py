"""What the law says, a sentence a test, asked of the shipped policy as a record system would."""

from typing import Any

import pytest

from habilitation import Authorizer, Decision, Effect
from tests.sources import DAY

DMP = Authorizer.dmp().at(DAY)

# Who asks, and of what record. A report is of a type open to every professional named here.
READING = {"action": "consult", "document_type": "11488-4", "masked": False, "hidden_from_patient": False}
BY_CARD = {"capacity": "professional", "channel": "direct", "record_status": "active", "blocked": False}
NURSE = {**BY_CARD, "profession": "G15_60", "motive": "normal"}
DOCTOR = {**BY_CARD, "profession": "G15_10", "motive": "normal"}
TEAM = {"care_team": True, "initial_consent": True}
EVERY_GROUND = {**TEAM, "consent_this_time": True, "authorization": "valid"}
GLASS = {
    "motive": "bris_de_glace",
    "unable_to_express": True,
    "immediate_danger": True,
    "opposes_bris_de_glace": False,
}
REGULATION = {"motive": "centre_15", "opposes_centre_15": False}
DEPOSIT = {"action": "deposit", "masked": False, "hidden_from_patient": False, "secret_connection": False}
HOLDER = {"action": "consult", "capacity": "patient", "record_status": "active"}
PARENT = {"action": "consult", "capacity": "legal_representative", "record_status": "active"}

PROFESSIONS = [value.name for axis in DMP.tables.axes if axis.name == "profession" for value in axis.values]
TYPES = [value.name for axis in DMP.tables.axes if axis.name == "document_type" for value in axis.values]
ACTIONS = [value.name for axis in DMP.tables.axes if axis.name == "action" for value in axis.values]
MOTIVES = [value.name for axis in DMP.tables.axes if axis.name == "motive" for value in axis.values]


def ask(*bundles: dict[str, Any], **facts: Any) -> Decision:
    """The decision on bundles of facts, the later ones prevailing."""
    request: dict[str, Any] = {}
    for bundle in bundles:
        request |= bundle
    return DMP.decide({**request, **facts})


def rules(decision: Decision) -> set[str]:
    return {reason.rule for reason in decision.reasons}


# --- consent (CSP, art. R. 1111-46; L. 1110-4) ----------------------------------------------------


def test_a_member_of_the_team_reads_once_the_patient_has_consented() -> None:
    assert ask(NURSE, READING, TEAM)


def test_the_team_reads_nothing_before_the_initial_consent() -> None:
    decision = ask(NURSE, READING, care_team=True)
    assert decision.effect is Effect.DENY
    assert rules(decision) == {"no_initial_consent"}


def test_the_initial_consent_was_due_before_the_conseil_d_etat_said_so() -> None:
    request = {**NURSE, **READING, "care_team": True}
    assert DMP.at("2025-10-14").decide(request).effect is Effect.DENY


def test_outside_the_team_nothing_opens_without_consent() -> None:
    assert rules(ask(NURSE, READING)) == {"no_care_relationship"}


def test_outside_the_team_a_consent_for_this_time_opens() -> None:
    assert ask(NURSE, READING, consent_this_time=True)


def test_a_valid_authorisation_opens_and_an_expired_one_does_not() -> None:
    assert ask(NURSE, READING, authorization="valid")
    assert "expired_authorization" in rules(ask(NURSE, READING, authorization="expired"))


def test_an_expired_authorisation_takes_nothing_from_the_team() -> None:
    assert ask(NURSE, READING, TEAM, authorization="expired")


def test_consent_is_never_presumed_from_silence() -> None:
    for ground in ("care_team", "initial_consent"):
        assert ask(NURSE, READING, {ground: True}).effect is Effect.DENY


@pytest.mark.parametrize("motive", ["research", "other"])
def test_outside_the_legal_cases_nothing_opens_even_with_the_patient_s_agreement(motive: str) -> None:
    decision = ask(NURSE, READING, EVERY_GROUND, motive=motive)
    assert not decision
    assert decision.effect is Effect.NOT_APPLICABLE


@pytest.mark.parametrize("action", ["open_web_access", "list_professionals", "read_admin_data"])
def test_an_access_without_a_ground_is_not_settled_even_where_no_document_is_read(action: str) -> None:
    assert rules(ask(NURSE, action=action)) == {"access_without_ground"}
    assert ask(NURSE, TEAM, action=action)


def test_before_a_consent_for_this_time_the_person_is_told_what_it_covers() -> None:
    assert "inform_before_consent" in ask(NURSE, READING, consent_this_time=True).obligations


# --- the patient's refusals (L. 1111-19, R. 1111-49; IG PDSM4DMP) ---------------------------------


def test_a_blocked_professional_reads_nothing_with_or_without_authorisation() -> None:
    for authorization in ("valid", "expired", "none"):
        decision = ask(NURSE, READING, TEAM, blocked=True, authorization=authorization)
        assert rules(decision) == {"blocked_by_patient"}


def test_a_blocked_professional_may_still_deposit() -> None:
    assert ask(NURSE, DEPOSIT, blocked=True)


def test_whether_a_blocked_professional_may_break_the_glass_is_not_settled() -> None:
    decision = ask(DOCTOR, READING, GLASS, blocked=True)
    assert decision.effect is Effect.INDETERMINATE
    assert "blocking_and_emergency" in decision.advice


def test_a_masked_document_is_closed_to_the_team() -> None:
    assert rules(ask(NURSE, READING, EVERY_GROUND, masked=True)) == {"masked_document"}


def test_a_masked_document_stays_open_to_the_professional_who_deposited_it() -> None:
    assert ask(NURSE, READING, TEAM, masked=True, author=True)


def test_a_masked_document_is_open_to_the_treating_physician() -> None:
    assert ask(DOCTOR, READING, TEAM, masked=True, treating_physician=True)


def test_the_treating_physician_still_needs_a_ground_of_consent() -> None:
    assert ask(DOCTOR, READING, treating_physician=True).effect is Effect.DENY


def test_a_masked_document_stays_masked_even_in_an_emergency() -> None:
    for emergency in (GLASS, REGULATION):
        assert rules(ask(DOCTOR, READING, emergency, masked=True)) == {"masked_in_emergency"}


def test_a_masked_document_opens_in_an_emergency_if_the_patient_allowed_it() -> None:
    for emergency in (GLASS, REGULATION):
        assert ask(DOCTOR, READING, emergency, masked=True, masked_open_in_emergency=True)


def test_masking_hides_nothing_from_the_holder() -> None:
    assert ask(HOLDER, hidden_from_patient=False, masked=True)


# --- emergencies (L. 1111-17 I, R. 1111-48) -------------------------------------------------------


def test_the_glass_is_broken_for_a_person_unable_to_speak_and_in_danger() -> None:
    assert ask(DOCTOR, READING, GLASS)


@pytest.mark.parametrize("condition", ["unable_to_express", "immediate_danger"])
def test_one_condition_of_bris_de_glace_is_not_enough(condition: str) -> None:
    decision = ask(DOCTOR, READING, GLASS, {condition: False})
    assert rules(decision) == {"bris_de_glace_without_its_conditions"}


@pytest.mark.parametrize("action", ["find_reference", "open_web_access", "archive", "unarchive"])
def test_what_opens_with_the_glass_broken_needs_its_conditions_and_has_its_obligations(action: str) -> None:
    broken = {**DOCTOR, **GLASS, "action": action, "document_type": "11488-4"}
    assert {"justify", "inform_patient", "inform_treating_physician"} <= set(ask(broken).obligations)
    assert rules(ask(broken, unable_to_express=False)) == {"bris_de_glace_without_its_conditions"}


def test_an_opposition_to_bris_de_glace_is_always_obeyed() -> None:
    decision = ask(DOCTOR, READING, GLASS, EVERY_GROUND, opposes_bris_de_glace=True)
    assert rules(decision) == {"opposition_to_bris_de_glace"}


def test_an_opposition_nobody_looked_up_opens_nothing() -> None:
    decision = ask(DOCTOR, READING, GLASS, opposes_bris_de_glace=None)
    assert decision.effect is Effect.INDETERMINATE
    assert decision.missing == ("opposes_bris_de_glace",)


def test_the_two_oppositions_are_independent() -> None:
    assert ask(DOCTOR, READING, REGULATION, opposes_bris_de_glace=True)
    assert ask(DOCTOR, READING, GLASS, opposes_centre_15=True)


def test_an_opposition_to_regulation_is_obeyed() -> None:
    assert rules(ask(DOCTOR, READING, REGULATION, opposes_centre_15=True)) == {"opposition_to_regulation"}


def test_after_bris_de_glace_the_patient_and_the_treating_physician_are_told() -> None:
    obligations = ask(DOCTOR, READING, GLASS).obligations
    assert {"inform_patient", "inform_treating_physician", "justify", "trace"} <= set(obligations)
    assert "show_emergency_banner" in obligations


def test_the_regulating_doctor_needs_no_authorisation() -> None:
    assert ask(DOCTOR, READING, REGULATION, authorization="none")


def test_regulation_by_another_than_a_doctor_is_not_settled() -> None:
    assert ask(NURSE, READING, REGULATION).effect is Effect.INDETERMINATE


def test_the_glass_is_for_health_professionals() -> None:
    decision = ask(NURSE, GLASS, action="search", profession="R94_41")
    assert rules(decision) == {"bris_de_glace_by_other_professional"}


@pytest.mark.parametrize("emergency", [GLASS, REGULATION], ids=["bris_de_glace", "centre_15"])
@pytest.mark.parametrize("action", ["declare_authorization", "list_professionals", "mask", "unmask"])
def test_in_an_emergency_nobody_changes_who_sees_what(action: str, emergency: dict[str, Any]) -> None:
    assert ask(DOCTOR, emergency, action=action, author=True).effect is Effect.DENY


# --- particular actors (L. 1111-16 to L. 1111-18; functional rights) ------------------------------


def test_an_insurer_never_reads() -> None:
    for action in ACTIONS:
        for motive in MOTIVES:
            assert DMP.decide(action=action, capacity="insurer", motive=motive).effect is Effect.DENY


def test_an_employer_never_reads() -> None:
    for action in ACTIONS:
        assert DMP.decide(action=action, capacity="employer").effect is Effect.DENY


def test_a_doctor_opens_nothing_for_an_insurance_even_with_consent() -> None:
    assert "insurance" in rules(ask(DOCTOR, READING, EVERY_GROUND, motive="insurance"))


def test_the_coordinating_physician_reads_with_the_resident_s_agreement_only() -> None:
    coordinating = {**DOCTOR, "capacity": "coordinating_physician"}
    assert ask(coordinating, READING, resident_agreement=True)
    assert rules(ask(coordinating, READING, EVERY_GROUND)) == {"no_resident_agreement"}


def test_law_and_system_disagree_on_the_occupational_physician_and_the_answer_says_so() -> None:
    occupational = {**DOCTOR, "capacity": "occupational_physician", "express_consent": True}
    decision = ask(occupational, READING)
    assert decision.effect is Effect.INDETERMINATE
    assert "occupational_physician" in decision.advice


def test_an_occupational_physician_without_express_consent_is_refused() -> None:
    assert ask(DOCTOR, READING, EVERY_GROUND, capacity="occupational_physician").effect is Effect.DENY


@pytest.mark.parametrize("emergency", [GLASS, REGULATION], ids=["bris_de_glace", "centre_15"])
@pytest.mark.parametrize("action", ["consult", "mask", "archive", "open_web_access", "read_admin_data", "delete"])
def test_nothing_is_settled_for_an_occupational_physician_in_an_emergency(
    action: str, emergency: dict[str, Any]
) -> None:
    occupational = {**DOCTOR, **READING, **emergency, "capacity": "occupational_physician", "author": True}
    assert not ask(occupational, action=action, express_consent=True)


def test_a_code_that_names_no_professional_opens_nothing() -> None:
    for profession in (name for name in PROFESSIONS if name.startswith("A00_")):
        assert rules(ask(NURSE, DEPOSIT, profession=profession)) == {"not_a_professional"}


def test_in_air_the_user_is_authenticated_and_told() -> None:
    assert "air_user_authenticated" in ask(NURSE, READING, TEAM, channel="air").obligations
    assert "air_user_authenticated" not in ask(NURSE, READING, TEAM).obligations


def test_a_doctor_in_training_is_not_the_treating_physician() -> None:
    masked = {**DOCTOR, **READING, **TEAM, "profession": "G16_10", "masked": True, "treating_physician": True}
    assert rules(ask(masked)) == {"masked_document"}


def test_a_structure_certificate_deposits_and_never_consults() -> None:
    assert ask(NURSE, DEPOSIT, channel="indirect")
    assert "indirect_never_consults" in rules(ask(NURSE, READING, EVERY_GROUND, channel="indirect"))


def test_air_consults_and_never_deposits() -> None:
    assert ask(NURSE, READING, TEAM, channel="air")
    assert rules(ask(NURSE, DEPOSIT, channel="air")) == {"operation_refused"}


def test_air_is_not_settled_before_its_matrix() -> None:
    request = {**NURSE, **READING, **TEAM, "channel": "air"}
    assert DMP.at("2025-07-07").decide(request).effect is Effect.INDETERMINATE
    assert DMP.at("2025-07-08").decide(request)


def test_staff_without_a_professional_quality_never_consult() -> None:
    assert "staff_never_consults" in rules(ask(NURSE, READING, EVERY_GROUND, capacity="structure_staff"))


@pytest.mark.parametrize("profession", PROFESSIONS)
def test_no_profession_reads_a_type_its_column_refuses_or_does_not_have(profession: str) -> None:
    reader = DMP.given({**NURSE, **EVERY_GROUND, "profession": profession, "action": "consult"})
    seen = reader.given(masked=False, hidden_from_patient=False)
    for decision in (seen.decide(document_type=document_type) for document_type in TYPES):
        cell = next((cell for r in decision.reasons for cell in r.cells if cell.matrix == "consultation"), None)
        assert not decision or (cell is not None and cell.value == "permitted")


# --- writing, withholding, minors (L. 1111-15, R. 1111-47, R. 1111-50, R. 1111-53) ----------------


def test_depositing_needs_no_authorisation_and_no_team() -> None:
    assert ask(NURSE, DEPOSIT)


def test_an_objection_without_a_legitimate_reason_is_set_aside_once_access_was_authorised() -> None:
    assert "deposit_despite_objection" in rules(ask(NURSE, DEPOSIT, TEAM, patient_objects_without_reason=True))
    assert "deposit_despite_objection" not in rules(ask(NURSE, DEPOSIT, patient_objects_without_reason=True))


def test_a_deposit_says_that_an_objection_with_a_legitimate_reason_stands() -> None:
    assert "legitimate_objection" in ask(NURSE, DEPOSIT).advice


def test_the_deposit_of_another_than_a_health_professional_is_not_settled() -> None:
    for profession in ("R95_93", "G15_93", "R85_303", "R85_316"):
        assert rules(ask(NURSE, DEPOSIT, profession=profession)) == {"deposit_by_other_professional"}


def test_nobody_deletes_the_document_of_another() -> None:
    deletion = {"action": "delete", "document_type": "11488-4"}
    assert ask(DOCTOR, deletion, author=True)
    assert ask(DOCTOR, deletion, treating_physician=True).effect is Effect.DENY


def test_a_withheld_result_opens_to_the_patient_at_one_month() -> None:
    withheld = {**HOLDER, "hidden_from_patient": True}
    assert ask(withheld, announcement="under_two_weeks").effect is Effect.DENY
    assert "see_a_professional" in ask(withheld, announcement="two_weeks_to_one_month").advice
    assert ask(withheld, announcement="over_one_month")


def test_a_professional_reads_a_withheld_result_with_a_warning() -> None:
    decision = ask(NURSE, READING, TEAM, hidden_from_patient=True)
    assert decision
    assert "not_yet_announced" in decision.advice


def test_what_a_minor_keeps_from_the_parents_is_closed_to_them_and_open_to_the_minor() -> None:
    secret = {"hidden_from_patient": False, "hidden_from_representatives": True}
    assert rules(ask(PARENT, secret)) == {"not_for_representatives"}
    assert ask(HOLDER, secret)


def test_in_a_secret_connection_only_what_the_parents_cannot_see_is_deposited() -> None:
    secret = {**NURSE, **DEPOSIT, "secret_connection": True}
    assert rules(ask(secret, hidden_from_representatives=False)) == {"secret_connection_deposit"}
    assert ask(secret, hidden_from_representatives=True)


def test_all_the_traces_are_for_the_treating_physician_and_the_holder() -> None:
    assert ask(DOCTOR, TEAM, action="read_all_traces", treating_physician=True)
    assert rules(ask(DOCTOR, action="read_all_traces", treating_physician=True)) == {"access_without_ground"}
    assert ask(HOLDER, action="read_all_traces")
    assert rules(ask(DOCTOR, action="read_all_traces")) == {"traces_of_others"}
    assert not ask(DOCTOR, GLASS, action="read_all_traces", treating_physician=True)


def test_a_closed_or_absent_record_opens_to_nobody() -> None:
    for status in ("closed", "absent"):
        assert "record_not_active" in rules(ask(DOCTOR, READING, GLASS, record_status=status))
        assert not ask(HOLDER, hidden_from_patient=False, record_status=status)


def test_whether_the_holder_still_reads_a_closed_record_is_not_settled() -> None:
    decision = ask(HOLDER, hidden_from_patient=False, record_status="closed")
    assert decision.effect is Effect.INDETERMINATE
    assert rules(decision) == {"closed_record_of_the_holder"}


def test_every_access_is_traced() -> None:
    holder = ask(HOLDER, hidden_from_patient=False)
    for permitted in (ask(NURSE, READING, TEAM), ask(DOCTOR, READING, GLASS), ask(NURSE, DEPOSIT), holder):
        assert "trace" in permitted.obligations
