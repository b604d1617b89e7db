"""A word that is no name: what is proposed in its place exists in the policy, and may stand there."""

from pathlib import Path

import pytest

from habilitation.authoring.check import examine, opened
from tests.small_policies import policy_folder

WARD = """policy: ward
fr: Service
en: Ward
axes:
  action: {fr: Opération, en: Operation, values: {consult: {fr: Consulter, en: Consult}}}
  metier:
    fr: Métier
    en: Job
    values: {infirmier: {fr: Infirmière, en: Nurse}, pharmacien: {fr: Pharmacien, en: Pharmacist}}
    groups: {soignants: {fr: Soignants, en: Carers, values: [infirmier]}}
  masked: {fact: true, fr: Masqué par le patient, en: Masked by the patient}
  equipe: {fact: true, fr: Équipe, en: Team}
obligations:
  tracer: {fr: Tracer, en: Trace, source: t}
advice:
  prevenir: {fr: Avertir le médecin, en: Warn, source: t}
"""
CARER = "définir soignant: equipe\n"
RULE = 'autoriser lecture\n  pour consult\n  quand soignant{}\n  fondement "t"\n  fr "t"\n  en "t"\n{}'


def way_out(ground: Path, text: str) -> str:
    (one,) = examine(opened(policy_folder(ground, text, WARD))).diagnostics
    assert one.message.endswith("is no name")
    return one.help.partition("?")[0] if "did you mean" in one.help else ""


@pytest.mark.parametrize(
    ("condition", "clause", "meant"),
    [
        (" et masqué", "", "masked"),
        (" et équipe", "", "equipe"),
        (" et l'équipe", "", "equipe"),
        (" et Soignant", "", "soignant"),
        (" et métier est pharmacien", "", "metier"),
        (" et métier", "", ""),
        (" et inventé", "", ""),
        (" et metier est infirmière", "", "infirmier"),
        (" et metier dans {pharmacien, infirmière}", "", "infirmier"),
        (" et metier dans Soignants", "", "soignants"),
        (" et metier est masqué", "", ""),
        (" et metier dans {pharmacien,\n    infirmière}", "", "infirmier"),
        (" et metier dans {pharmacien,\n    masqué}", "", ""),
        (" et metier est\n    infirmière", "", "infirmier"),
        (" et matrice métier est ouvert", "", ""),
        (" et\n    masqué", "", "masked"),
        (" et matrice annexe est masqué", "", ""),
        ("", "  obliger trâcer\n", "tracer"),
        ("", "  conseiller prévenir\n", "prevenir"),
        ("", "  conseiller masqué\n", ""),
    ],
)
def test_a_word_that_is_no_name_is_told_the_name_that_may_stand_there(
    condition: str, clause: str, meant: str, tmp_path: Path
) -> None:
    told = way_out(tmp_path, CARER + RULE.format(condition, clause))
    assert told == (f"did you mean `{meant}`" if meant else "")


def test_an_action_that_is_no_name_is_told_one_by_its_label(tmp_path: Path) -> None:
    text = CARER + RULE.format("", "").replace("pour consult", "pour Consulter")
    assert way_out(tmp_path, text) == "did you mean `consult`"


def test_a_name_that_is_given_is_spelt_as_one(tmp_path: Path) -> None:
    text = CARER + RULE.format("", "").replace("lecture", "Dépôt")
    assert way_out(tmp_path, text) == "did you mean `depot`"


def test_without_a_vocabulary_no_name_is_proposed(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path, CARER + RULE.format(" et masqué", ""), "policy: [")
    told = [one for one in examine(opened(folder)).diagnostics if one.message.endswith("is no name")]
    assert [one.help.startswith("names are small letters") for one in told] == [True]
