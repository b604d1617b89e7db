"""A word that names nothing is told what it may have meant, and nothing is taken for it."""

import re
from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.authoring.codes import find_values
from habilitation.diagnostic import RequestError
from tests.command_line import run
from tests.small_policies import opened, rule, world

SURGERY = world(
    """  stage:
    fr: Étape
    en: Stage
    values:
      s1: {fr: Biologie de garde, en: Laboratory on call}
""",
    """  role:
    fr: Métier
    en: Role
    category: subject
    values:
      r1: {fr: Infirmier, en: Nurse}
      r2: {fr: Infirmier de bloc opératoire, en: Theatre nurse}
      r3: {fr: Aide, en: Carer}
    groups:
      carers: {fr: Personnel de bloc, en: Theatre staff, values: [r2, r3]}
""",
    """  paper:
    fr: Document
    en: Document
    category: resource
    values:
      p1: {fr: "CR d'examens biologiques", en: Laboratory report}
      p2: {fr: CR de biologie déposé par le patient, en: Laboratory report deposited by the patient}
      p3: {fr: CR de biologie, en: Laboratory report of old, status: deprecated}
      p4: {fr: Lettre de sortie, en: Discharge letter}
      p5: {fr: "Lettre d'entrée", en: Admission letter}
      p6: {fr: "Lettre, CR de rien", en: Letter about nothing}
      p7: {fr: "Lettre d'un médecin à un médecin qui ne connaît pas encore ce patient et le verra demain", en: Long one}
    groups:
      reports: {fr: Compte rendu, en: Report, values: [p1, p2, p3]}
""",
)


@pytest.fixture(scope="module")
def surgery(tmp_path_factory: pytest.TempPathFactory) -> Authorizer:
    return opened(tmp_path_factory.mktemp("surgery"), rule("permit", "nurses", "role is r1"), SURGERY)


def way_out(policy: Authorizer, word: str) -> str:
    with pytest.raises(RequestError) as refused:
        find_values(policy, word)
    return refused.value.help


def suggested(policy: Authorizer, word: str) -> list[str]:
    """The names that are suggested, in their order."""
    return re.findall(r"`(\w+)` \(", way_out(policy, word))


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("infirmière", ["r1", "r2"]),
        ("l'infirmière du bloc", ["r2"]),
        ("INFIRMIERS", ["r1", "r2"]),
        ("nurses in theatre", ["r2"]),
        ("laboratory", ["p1", "p2", "s1"]),
        ("aides", ["r3"]),
        ("aidant", []),  # four letters are no stem
        ("biologisation", []),  # nor are all but the last six
        ("de la", []),
        ("", []),
    ],
)
def test_a_word_meets_the_words_of_labels_by_their_stem_little_words_aside(
    surgery: Authorizer, word: str, names: list[str]
) -> None:
    assert suggested(surgery, word) == names


def test_only_the_labels_of_most_words_are_suggested(surgery: Authorizer) -> None:
    assert suggested(surgery, "bloc") == ["carers", "r2"]
    assert suggested(surgery, "infirmier du bloc") == ["r2"]


def test_what_is_in_use_and_what_a_question_is_about_come_first(surgery: Authorizer) -> None:
    told = way_out(surgery, "biologie")
    assert re.findall(r"`(\w+)` \(", told) == ["p2", "p1", "s1"]
    assert told.endswith(", stage) or one more? `habilitation show axis paper` lists codes and groups")
    assert "or one of 5 more? " in way_out(surgery, "biologie lettre")


def test_initials_read_as_the_label_of_a_group_of_their_own(surgery: Authorizer) -> None:
    assert suggested(surgery, "compte rendu de biologie") == ["p2", "p1", "p3"]
    assert suggested(surgery, "CR de biologie médicale") == ["p2", "p1", "p3"]


def test_a_vocabulary_that_does_not_say_what_initials_are_has_them_read_as_they_stand(tmp_path: Path) -> None:
    unsaid = SURGERY.replace("fr: Compte rendu,", "fr: Texte,")
    policy = opened(tmp_path, rule("permit", "nurses", "role is r1"), unsaid)
    assert suggested(policy, "compte rendu d'examens") == ["p1"]
    assert suggested(policy, "compte rendu") == []


def test_a_long_label_is_cut(surgery: Authorizer) -> None:
    assert "`p7` (Lettre d'un médecin à un médecin qui ne connaît pas encore…, paper)" in way_out(surgery, "patiente")


def test_no_stem_is_taken_for_a_code(surgery: Authorizer, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no axis has the code `infirmiers`"):
        find_values(surgery, "infirmiers")
    assert find_values(surgery, "infirmier") == find_values(surgery, "r1")


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("biologie", "11502-2"),
        ("compte rendu de biologie", "11502-2"),
        ("compte rendu d'imagerie", "18748-4"),
        ("infirmière", "G15_60"),
        ("profession=infirmière", "G15_60"),
    ],
)
def test_the_shipped_vocabulary_is_found_in_the_words_of_a_doctor(word: str, code: str) -> None:
    ran = run("who", word)
    assert (ran.code, f"`{code}` (" in ran.err) == (2, True), ran.err


@pytest.mark.parametrize("verb", ["decide", "explain"])
def test_a_request_with_a_label_for_a_code_is_told_the_code_and_is_not_taken(verb: str) -> None:
    ran = run(verb, "profession=sage-femme", "action=consult")
    assert (ran.code, ran.out) == (2, "")
    assert "unknown `profession`: `sage-femme`\n  help: did you mean `G15_50` (Sage-Femme, profession)" in ran.err
    group = run(verb, "profession=health_professionals").err
    assert "`health_professionals` is a group of `profession`\n  help: give one of its codes" in group
    assert "help: did you mean `G15_96`?\n" in run(verb, "profession=G15_6").err
