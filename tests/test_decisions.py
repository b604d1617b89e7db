"""What a decision says: effect, reasons, what was missing, obligations, advice; and how it behaves as a value."""

import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from habilitation import MISSING, Authorizer, Decision, Effect
from habilitation.vocabulary import ENGINE_REASONS
from tests.small_policies import axis, fact, opened, rule, world


def rules_of(decision: Decision) -> list[str]:
    return [reason.rule for reason in decision.reasons]


# --- the four effects ------------------------------------------------------------------------------

HOUSE = world(
    axis("action", "enter", "leave"),
    fact("invited"),
    fact("banned", default="true"),
    fact("doubtful", default="false"),
    obligations="  sign: {fr: Signer, en: Sign}\n  wipe: {fr: S'essuyer les pieds, en: Wipe one's feet}\n",
    advice="  knock: {fr: Frapper d'abord, en: Knock first}\n",
)
RULES = (
    rule("permit", "guests", "invited", "for enter", "oblige wipe, sign", "advise knock")
    + rule("permit", "anybody_leaves", "invited or not invited", "for leave", "oblige sign")
    + rule("forbid", "banned_guests", "banned", "for enter")
    + rule("abstain", "doubtful_guests", "doubtful", "for enter", "advise knock")
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Authorizer:
    return opened(tmp_path_factory.mktemp("house"), RULES, HOUSE)


@pytest.mark.parametrize(
    ("facts", "effect", "rules"),
    [
        ({"invited": True, "banned": False}, Effect.PERMIT, ["guests"]),
        ({"invited": True, "banned": True}, Effect.DENY, ["banned_guests"]),
        ({"invited": True, "banned": True, "doubtful": True}, Effect.DENY, ["banned_guests"]),
        ({"invited": True, "banned": False, "doubtful": True}, Effect.INDETERMINATE, ["doubtful_guests"]),
        ({"invited": False, "banned": False}, Effect.NOT_APPLICABLE, ["no_rule"]),
    ],
)
def test_forbid_prevails_over_abstain_over_permit_and_silence_permits_nothing(
    house: Authorizer, facts: Mapping[str, Any], effect: Effect, rules: list[str]
) -> None:
    decision = house.decide(facts, action="enter")
    assert (decision.effect, rules_of(decision)) == (effect, rules)
    assert bool(decision) is (effect is Effect.PERMIT)


def test_a_default_is_the_restrictive_value_and_is_part_of_what_was_judged(house: Authorizer) -> None:
    decision = house.decide(action="enter", invited=True)
    assert decision.effect is Effect.DENY
    assert decision.facts == {"action": "enter", "invited": True, "banned": True, "doubtful": False}
    assert house.decide(action="enter", invited=True, banned=None) == decision


def test_obligations_and_advice_are_those_of_the_reasons_once_each_sorted(house: Authorizer) -> None:
    decision = house.decide(action="enter", invited=True, banned=False)
    assert (decision.obligations, decision.advice) == (("sign", "wipe"), ("knock",))
    closed = house.decide(action="enter", invited=True, banned=True)
    assert (closed.obligations, closed.advice) == ((), ())


def test_every_rule_of_the_winning_kind_is_a_reason_in_the_order_of_the_policy(tmp_path: Path) -> None:
    rules = rule("forbid", "zeal", "banned or late") + rule("permit", "p", "late") + rule("forbid", "care", "late")
    policy = opened(tmp_path, rules, world(fact("banned"), fact("late")))
    assert rules_of(policy.decide(banned=True, late=True)) == ["zeal", "care"]
    assert rules_of(policy.decide(banned=True, late=False)) == ["zeal"]


# --- missing facts ---------------------------------------------------------------------------------


def test_a_missing_fact_that_matters_leaves_the_answer_open_and_is_named(patient: Authorizer) -> None:
    decision = patient.decide(document_type="11488-4")
    assert (decision.effect, decision.missing, rules_of(decision)) == (
        Effect.INDETERMINATE,
        ("masked",),
        ["missing_fact"],
    )
    assert "(masked)" in decision.reasons[0].message.fr
    assert "(masked)" in decision.reasons[0].message.en
    assert not decision
    assert "masked" not in decision.facts


def test_a_missing_fact_that_cannot_matter_does_not(dmp: Authorizer) -> None:
    decision = dmp.decide(action="consult", capacity="insurer")
    assert (decision.effect, decision.missing) == (Effect.DENY, ())


def test_what_is_missing_is_exactly_what_settles_the_answer(dmp: Authorizer) -> None:
    """Stated, whatever the values, the answer is never open again; and each of them alone can still change it."""
    request = {"action": "consult", "capacity": "professional", "profession": "G15_60", "channel": "direct"}
    request |= {"motive": "normal", "record_status": "active", "document_type": "11488-4"}
    team = {"care_team": True, "initial_consent": True}
    missing = dmp.decide(request, **team).missing
    assert missing == ("blocked", "masked")
    for values in ((True, True), (True, False), (False, True), (False, False)):
        assert dmp.decide(request, **team, **dict(zip(missing, values, strict=True))).missing == ()
    assert dmp.decide(request).missing == ()  # outside the team it is no, whatever these two are


def test_the_empty_request_is_open_and_names_what_matters(dmp: Authorizer, house: Authorizer) -> None:
    for nothing in (dmp.decide(), dmp.decide({}), dmp.decide(None), dmp.decide(action=MISSING), dmp.given().decide()):
        assert nothing.effect is Effect.INDETERMINATE
        assert {"action", "capacity"} <= set(nothing.missing)
        assert nothing == dmp.decide()
    assert house.decide().missing == ("action",)


def test_an_effect_may_be_sure_while_no_single_rule_is(tmp_path: Path) -> None:
    rules = rule("forbid", "by_day", "day", "for enter") + rule("forbid", "by_night", "not day", "for enter")
    policy = opened(tmp_path, rules, world(axis("action", "enter", "leave"), fact("day")))
    decision = policy.decide(action="enter")
    assert (decision.effect, decision.certain, decision.missing) == (Effect.DENY, False, ())
    assert rules_of(decision) == ["by_day", "by_night"]
    assert policy.decide(action="enter", day=True).certain
    assert str(policy.explain(decision, "en")).splitlines()[1] == "Depending on the missing facts, one of these rules:"
    assert str(policy.explain(decision, "fr")).splitlines()[1].endswith("l'une de ces règles :")


# --- cells -----------------------------------------------------------------------------------------


def test_a_reason_shows_the_cells_it_rests_on_with_their_edition_place_and_provenance(patient: Authorizer) -> None:
    (reason,) = patient.decide(document_type="PRESC-AAT", masked=False).reasons
    cell = reason.cell
    assert reason.rule == "refused_by_matrix"
    assert cell is reason.cells[0]
    assert cell is not None
    assert (cell.matrix, cell.edition, cell.value) == ("consultation", "2024-09-25", "refused")
    assert cell.at == (("column", "INFIRMIER"), ("document_type", "PRESC-AAT"))
    assert cell.place.startswith("matrices/dmp/consultation.yaml:")
    assert dict(cell.provenance)["title"]


def test_an_answer_that_rests_on_a_disputed_cell_says_so(dmp: Authorizer, patient: Authorizer) -> None:
    doctor = dmp.given({**patient.facts, "profession": "G15_10", "document_type": "ATTEST-RESID", "masked": False})
    decision = doctor.decide()
    assert decision.effect is Effect.PERMIT
    assert "disputed_cell" in decision.advice
    cells = [cell for reason in decision.reasons for cell in reason.cells if cell.disputes]
    assert cells
    assert "disputed_cell" not in patient.decide(document_type="11488-4", masked=False).advice
    explained = str(dmp.explain(decision, "en"))
    assert "Sources disagree on a cell of the matrix." in explained
    assert f"Sources disagree: {cells[0].disputes[0][0].en}" in explained


def test_a_matrix_whose_coordinates_are_not_known_shows_no_cell(tmp_path: Path) -> None:
    matrix = """
matrix: wing
fr: Aile
en: Wing
axes: [action, badge]
rows: badge
values: {open: {mark: O, fr: ouverte, en: open}}
notes: {"1": {fr: Sur rendez-vous, en: By appointment}}
editions:
  - {id: "1", applicable: {from: 2024-01-01}, known: {from: 2024-01-01}, provenance: {title: House rules},
     blocks: [{columns: [enter, leave], rows: {red: O(1) O, blue: O O}}]}
"""
    vocabulary = world(axis("action", "enter", "leave"), axis("badge", "red", "blue", "green"), fact("chief"))
    policy = opened(tmp_path, rule("permit", "r", "chief or matrix wing is open"), vocabulary, {"wing": matrix})
    permitted = policy.decide(action="enter", badge="red", chief=True)
    (shown,) = permitted.reasons
    assert shown.cell is not None
    assert shown.cell.footnote is not None
    assert (shown.cell.value, shown.cell.footnote.en) == ("open", "By appointment")
    assert "Footnote: By appointment" in str(
        policy.explain(policy.decide(action="enter", badge="red", chief=True), "en")
    )
    (hidden,) = policy.decide(action="enter", chief=True).reasons
    assert (hidden.cell, hidden.cells) == (None, ())
    (uncovered,) = policy.decide(action="enter", badge="green", chief=True).reasons
    assert uncovered.cell is not None
    assert uncovered.cell.value == "not covered"


# --- as plain data ---------------------------------------------------------------------------------

SCHEMA = {"effect", "permit", "reasons", "missing", "obligations", "advice", "edition", "policy"}
# The design's five, and the other cells a rule may have read.
REASON = {"rule", "citations", "message", "source", "cell", "cells"}
CELL = {"matrix", "edition", "at", "value", "source", "provenance", "footnote", "disputes"}


@pytest.mark.parametrize(
    ("facts", "effect", "permit"),
    [
        ({"document_type": "11488-4", "masked": False}, "PERMIT", True),
        ({"document_type": "11488-4", "masked": True}, "DENY", False),
        ({"document_type": "PRESC-AAT", "masked": False}, "DENY", False),
        ({"document_type": "E1762", "masked": False}, "INDETERMINATE", False),
        ({"document_type": "11488-4"}, "INDETERMINATE", False),
    ],
)
def test_a_decision_as_plain_data_has_the_keys_that_others_rely_on(
    patient: Authorizer, facts: Mapping[str, Any], effect: str, permit: bool
) -> None:
    decision = patient.decide(facts)
    data = decision.as_json("en")
    assert json.loads(json.dumps(data)) == data
    assert set(data) == SCHEMA
    assert (data["effect"], data["permit"]) == (effect, permit)
    assert data["missing"] == list(decision.missing)
    assert data["edition"] == decision.edition
    assert set(data["policy"]) == {"name", "digest"}
    assert data["reasons"]
    for shown, reason in zip(data["reasons"], decision.reasons, strict=True):
        assert set(shown) == REASON
        assert shown["message"] == reason.message.en
        assert shown["cell"] == (shown["cells"][0] if shown["cells"] else None)
        assert all(set(cell) == CELL for cell in shown["cells"])
        assert bool(shown["source"]) is (reason.rule not in ENGINE_REASONS)


def test_the_sentences_are_in_the_language_asked_for_and_the_rest_does_not_change(patient: Authorizer) -> None:
    decision = patient.decide(document_type="11488-4", masked=True)
    french, english = decision.as_json(), decision.as_json("en")
    assert french == decision.as_json("fr")
    assert french["reasons"][0]["message"] == "Document masqué aux professionnels par le patient."
    assert english["reasons"][0]["message"] == "The patient has masked this document from professionals."
    assert {key: french[key] for key in SCHEMA - {"reasons"}} == {key: english[key] for key in SCHEMA - {"reasons"}}


# --- as a value ------------------------------------------------------------------------------------


def test_two_decisions_are_equal_when_the_same_edition_answered_the_same_to_the_same(
    dmp: Authorizer, patient: Authorizer
) -> None:
    decision = patient.decide(document_type="11488-4", masked=False)
    same = dmp.decide({**patient.facts, "document_type": "11488-4", "masked": False})
    assert decision == same
    assert hash(decision) == hash(same)
    others = [
        patient.decide(document_type="11488-4", masked=True),  # another answer
        patient.decide(document_type="11502-2", masked=False),  # the same answer to another request
        patient.at("2024-10-01").decide(document_type="11488-4", masked=False),  # another edition
    ]
    assert decision not in others
    assert len({decision, same, *others}) == 4
    assert decision != "PERMIT"


def test_a_decision_of_another_policy_is_another_decision(tmp_path: Path) -> None:
    one, copy = opened(tmp_path / "one"), opened(tmp_path / "copy")
    other = opened(tmp_path / "other", rule("permit", "guests", "invited"))
    asked = {"action": "enter", "invited": True, "banned": False}
    assert one.decide(asked) == copy.decide(asked)
    assert one.decide(asked).effect is other.decide(asked).effect
    assert one.decide(asked) != other.decide(asked)


def test_a_decision_shows_its_effect_and_its_rules(patient: Authorizer) -> None:
    assert repr(patient.decide(document_type="11488-4", masked=True)) == "<Decision DENY: masked_document>"


def test_a_decision_travels_by_pickle(dmp: Authorizer, patient: Authorizer) -> None:
    for decision in (
        patient.decide(document_type="11488-4", masked=False),
        patient.decide(),
        dmp.decide(),
        dmp.at("1999-01-01").decide(action="consult"),
    ):
        copy = pickle.loads(pickle.dumps(decision))  # noqa: S301  # our own bytes
        assert copy == decision
        assert hash(copy) == hash(decision)
        assert copy.as_json() == decision.as_json()
        assert str(dmp.explain(copy)) == str(dmp.explain(decision))


@pytest.mark.parametrize("name", ["effect", "reasons", "missing", "edition", "anything"])
def test_a_decision_cannot_be_changed(patient: Authorizer, name: str) -> None:
    decision = patient.decide()
    with pytest.raises(AttributeError):
        setattr(decision, name, Effect.PERMIT)
