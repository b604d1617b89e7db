"""The shipped DMP policy as a whole: its proofs, its cases, what its rules rest on, the names others rely on."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from habilitation import Authorizer, Decision
from habilitation.authoring.cases import CaseResult, run_cases, run_suite
from habilitation.authoring.cases.coverage import measured
from habilitation.authoring.check import Examined, examine, opened
from habilitation.authoring.proofs import Proofs
from habilitation.compiled.settling import settle_holds

# The articles the policy may cite, by their place in the list of sources of docs/dmp-policy.md.
ARTICLES = {
    "A4": ["CSP L. 1110-4"],
    "A12": ["CSP L. 1110-12"],
    "D3": ["CSP D. 1110-3-1"],
    "A14": ["CSP L. 1111-14"],
    "A15": ["CSP L. 1111-15"],
    "A16": ["CSP L. 1111-16"],
    "A17": ["CSP L. 1111-17"],
    "A18": ["CSP L. 1111-18"],
    "A19": ["CSP L. 1111-19"],
    "R40–R43": ["CSP R. 1111-40", "CSP R. 1111-41", "CSP R. 1111-42", "CSP R. 1111-43"],
    "R46": ["CSP R. 1111-46"],
    "R47–R50": ["CSP R. 1111-47", "CSP R. 1111-48", "CSP R. 1111-49", "CSP R. 1111-50"],
    "R53": ["CSP R. 1111-53"],
    "T8": ["Code du travail L. 4624-8"],
}
# Everything else it may cite: how the citation begins.
OTHER_TEXTS = {
    "Arrêté du 26 octobre 2023, annexe": "AR",
    "CE, 15 oct. 2025, n° 490409": "CE",
    "Matrice d'habilitation du DMP (Cnam), 25 sept. 2024": "M1",
    "PDT-INF-526 v1.8": "M2",
    "PDT-INF-606 v1.3": "M3",
    "ANS, JDV_J07_XdsTypeCode_CISIS": "M4",
    "ANS, TRE_R85-RolePriseCharge": "ANS",
    "ANS, TRE_A00-ProducteurDocNonPS": "ANS",
    "PDT-INF-527 v1.7": "W",
    "IG PDSM4DMP": "IG",
    "Mon espace santé (application)": "MES",
    "SEL-MP-037, EX_": "EX",
    "SEL-MP-037, EX test": "EX",
    "Pôle Cap Neuro (source secondaire)": "S7",
}


@pytest.fixture(scope="module")
def dmp() -> Authorizer:
    return Authorizer.dmp()


@pytest.fixture(scope="module")
def examined() -> Examined:
    return examine(opened(None))


# --- proofs and cases -----------------------------------------------------------------------------


def test_the_policy_has_no_error_and_no_warning(examined: Examined) -> None:
    assert examined.diagnostics == ()


def test_at_least_fifteen_invariants_are_proved_over_the_whole_space_of_every_edition(examined: Examined) -> None:
    policy, tables = examined.policy, examined.tables
    assert policy is not None
    assert tables is not None
    assert len(policy.invariants) >= 15
    assert len(tables.editions) == 3
    for number in range(len(tables.editions)):
        proofs = Proofs(policy, tables, number)
        refuted = [
            invariant.sentence
            for index, invariant in enumerate(policy.invariants)
            if proofs.counterexample(index) is not None
        ]
        assert refuted == []


@pytest.fixture(scope="module")
def cases(dmp: Authorizer) -> list[CaseResult]:
    results, found = run_cases(dmp, opened(None))
    assert found == []
    return results


def test_every_case_of_the_policy_passes(cases: list[CaseResult]) -> None:
    failing = [one.render() for result in cases for one in result.differences]
    assert failing == []


def judged(cases: list[CaseResult]) -> Iterator[Decision]:
    return (result.decision for result in cases if result.decision is not None and result.decision.edition)


def decides(rule: str, decision: Decision) -> bool:
    return any(reason.rule == rule for reason in decision.reasons)


def may_hold(rule: int, decision: Decision) -> bool:
    """Whether the condition of a rule holds under some completion of what was asked."""
    answers = decision.answers
    mask = sum(1 << bit for bit, owner in enumerate(answers.reading.edition.clauses) if owner == rule)
    given = {axis: value for axis, value in enumerate(decision.values) if value >= 0}
    return bool(mask) and answers.effects.diagram(settle_holds, given, (mask,)) != ~0


def distance(one: Decision, other: Decision) -> int:
    """How many facts tell two questions apart, the edition that judges being one."""
    facts = sum(mine != theirs for mine, theirs in zip(one.values, other.values, strict=True))
    return facts + (one.edition != other.edition)


def test_every_rule_decides_a_case_and_a_case_two_facts_away_at_most_escapes_it(
    dmp: Authorizer, cases: list[CaseResult]
) -> None:
    # The cases written one by one: each cell of a table against each would take minutes, and tell nothing more.
    decisions = list(judged([result for result in cases if not result.case.table]))
    alone = []
    for number, rule in enumerate(dmp.tables.rules):
        deciding = [decision for decision in decisions if decides(rule.name, decision)]
        near = (
            other
            for decision in deciding
            for other in decisions
            if 0 < distance(decision, other) <= 2 and not may_hold(number, other)
        )
        if not deciding or next(near, None) is None:
            alone.append(rule.name)
    assert alone == []


def test_the_cases_see_everything_of_the_policy_that_can_be_seen() -> None:
    coverage = measured(run_suite(opened(None)))
    assert [f"{item.span}: {item.sentence}" for item in coverage.unseen] == []
    assert len(coverage.impossible) == 8
    page = (Path(__file__).parent.parent / "docs" / "workbench" / "test.md").read_text("utf-8")
    assert f"everything of it that can be seen: {coverage.total.total:,} places" in page


# --- what the rules rest on -----------------------------------------------------------------------


def article(citation: str) -> str:
    """`CSP, art. L. 1111-17, I et V` is the article `CSP L. 1111-17`; empty for what cites no article."""
    match = re.match(r"(CSP|Code du travail), art\. ([LRD]\. \d+(?:-\d+)+)(?:, |\Z)", citation)
    return f"{match[1]} {match[2]}" if match else ""


def test_every_citation_is_of_a_text_of_the_list(dmp: Authorizer) -> None:
    citations = {citation for rule in dmp.tables.rules for citation in rule.citations}
    articles = {article for listed in ARTICLES.values() for article in listed}
    strangers = [
        citation
        for citation in citations
        if article(citation) not in articles and not citation.startswith(tuple(OTHER_TEXTS))
    ]
    assert strangers == []


def test_every_citation_that_says_article_is_read_as_one(dmp: Authorizer) -> None:
    citations = {citation for rule in dmp.tables.rules for citation in rule.citations}
    assert [citation for citation in citations if "art." in citation and not article(citation)] == []


def test_every_rule_speaks_french_and_english_and_not_twice_the_same(dmp: Authorizer) -> None:
    notices = [*dmp.tables.obligations, *dmp.tables.advice]
    texts = [rule.message for rule in dmp.tables.rules] + [notice.text for notice in notices]
    assert [text for text in texts if not text.fr or not text.en or text.fr == text.en] == []


def test_a_message_is_a_sentence_with_its_full_stop(dmp: Authorizer) -> None:
    texts = [text for rule in dmp.tables.rules for text in (rule.message.fr, rule.message.en)]
    assert [text for text in texts if not (text[0].isupper() and text.endswith("."))] == []


def test_no_obligation_and_no_advice_is_declared_for_nothing(dmp: Authorizer) -> None:
    rules = dmp.tables.rules
    assert {name for rule in rules for name in rule.obligations} == {one.name for one in dmp.tables.obligations}
    assert {name for rule in rules for name in rule.advice} == {one.name for one in dmp.tables.advice}


def test_every_abstention_says_why_the_sources_do_not_settle_it(dmp: Authorizer) -> None:
    # Not covered, or not yet defined, says it all: there is no second source to set against the first.
    plain = {"type_without_row", "profession_without_column", "operation_not_covered", "air_not_yet_defined"}
    silent = {rule.name for rule in dmp.tables.rules if rule.effect.value == "abstain" and not rule.advice}
    assert silent == plain


def test_every_permit_is_to_be_traced_the_holder_s_own_too(dmp: Authorizer) -> None:
    permits = [rule for rule in dmp.tables.rules if rule.effect.value == "permit"]
    assert [rule.name for rule in permits if "trace" not in rule.obligations] == []


def test_every_permitted_search_says_that_the_metadata_follow_their_document(cases: list[CaseResult]) -> None:
    searches = [
        one for one in judged(cases) if one and any(reason.rule == "metadata_searched" for reason in one.reasons)
    ]
    assert searches
    assert all("metadata_follow_the_document" in one.advice for one in searches)


# --- names others rely on -------------------------------------------------------------------------

ACTIONS = [
    *("consult", "search", "find_reference", "deposit", "mask", "unmask", "show_to_patient", "archive"),
    *("unarchive", "delete", "declare_authorization", "remove_authorization", "list_professionals"),
    *("list_records", "find_without_ins", "read_admin_data", "open_web_access", "read_all_traces"),
]
CAPACITIES = [
    *("professional", "occupational_physician", "coordinating_physician", "structure_staff", "patient"),
    *("legal_representative", "insurer", "employer"),
]
# Values others rely on, and those this policy adds where the law or the matrices need them.
PINNED = {
    "action": (ACTIONS, ["authenticate", "test_existence", "resign_as_treating_physician"]),
    "capacity": (CAPACITIES, ["fire_service_doctor", "pmi_doctor"]),
    "activity_genre": (["none", "GENR08", "GENR09", "GENR10", "GENR11", "GENR12"], []),
    "specialty": (["none"], ["medical_biology"]),
    "motive": (["normal", "bris_de_glace", "centre_15", "insurance", "employment", "research", "other"], []),
    "channel": (["direct", "indirect", "air"], []),
    "record_status": (["active", "closed", "absent"], []),
    "authorization": (["valid", "expired", "none"], []),
    "document_state": (["current", "archived", "obsolete", "deleted"], []),
    "announcement": (["done", "under_two_weeks", "two_weeks_to_one_month", "over_one_month"], []),
}
FACTS_FALSE_BY_DEFAULT = [
    *("care_team", "initial_consent", "consent_this_time", "express_consent", "resident_agreement", "author"),
    *("treating_physician", "own_structure", "unable_to_express", "immediate_danger"),
    *("masked_open_in_emergency", "patient_objects_without_reason"),
]
FACTS_WITHOUT_DEFAULT = [
    *("blocked", "opposes_bris_de_glace", "opposes_centre_15", "masked", "hidden_from_patient"),
    *("hidden_from_representatives", "secret_connection"),
]
DEFAULTS = {
    **dict.fromkeys(["activity_genre", "specialty", "authorization"], "none"),
    "document_state": "current",
    **dict.fromkeys(FACTS_FALSE_BY_DEFAULT, "false"),
}


def test_the_axes_are_those_others_rely_on(dmp: Authorizer) -> None:
    facts = [*FACTS_FALSE_BY_DEFAULT, *FACTS_WITHOUT_DEFAULT]
    assert {axis.name for axis in dmp.tables.axes} == {*PINNED, *facts, "profession", "document_type"}
    assert {axis.name for axis in dmp.tables.axes if axis.fact} == set(facts)


@pytest.mark.parametrize("name", PINNED)
def test_the_values_of_an_axis_are_those_others_rely_on_and_those_we_add(name: str, dmp: Authorizer) -> None:
    relied_on, added = PINNED[name]
    (axis,) = (axis for axis in dmp.tables.axes if axis.name == name)
    assert {value.name for value in axis.values} == {*relied_on, *added}


def test_the_defaults_are_the_restrictive_values_and_the_other_axes_have_none(dmp: Authorizer) -> None:
    found = {axis.name: axis.values[axis.default].name for axis in dmp.tables.axes if axis.default >= 0}
    assert found == DEFAULTS


def test_no_explanation_may_suggest_another_motive_another_identity_or_another_document(dmp: Authorizer) -> None:
    kept = {axis.name for axis in dmp.tables.axes if not axis.counterfactual}
    assert kept == {
        *("action", "motive", "capacity", "channel", "profession", "document_type", "treating_physician"),
        *("author", "own_structure", "activity_genre", "specialty", "unable_to_express", "immediate_danger"),
        *("document_state", "secret_connection"),
    }


def test_the_policy_begins_on_25_september_2024_and_changes_on_8_july_2025(dmp: Authorizer) -> None:
    changes = {stretch.start for stretch in dmp.tables.timeline if stretch.edition >= 0}
    assert changes == {date(2024, 9, 25), date(2025, 7, 8)}
    assert [edition.id for edition in dmp.tables.editions] == [
        "2024-09-25",
        "2025-07-08",
        "2025-07-08@2024-09-25",
    ]
