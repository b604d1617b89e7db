"""Who the sentences of `diff` are about."""

import json
import shutil
from pathlib import Path

import pytest

from habilitation import Authorizer
from tests.command_line import run
from tests.small_policies import axis, fact, policy_folder, rule, world
from tests.test_difference_told import ROOMS, only, told


@pytest.mark.parametrize(
    ("lang", "row", "sentence"),
    [
        ("en", "O N N N", "Medical secretary (secretary) can no longer: Consult (consult);"),
        ("en", "O O N O", "Nurse (nurse) can now: Consult (consult);"),
        ("en", "O O O O", "Nurse (nurse) and Pharmacist (pharmacist) can now: Consult (consult);"),
        ("fr", "O N N N", "Secrétaire médical (secretaire) ne peut plus : Consulter (consult) ;"),
        ("fr", "O O O O", "Infirmier (infirmier) et Pharmacien (pharmacien) peuvent désormais : Consulter (consult) ;"),
    ],
)
def test_the_sentences_of_a_new_policy_are_about_professions_though_its_matrix_has_types_for_rows(
    lang: str, row: str, sentence: str, tmp_path: Path
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    assert run("new", str(before), "--lang", lang).code == 0
    shutil.copytree(before, after)
    (matrix,) = (after / "matrices").glob("*.yaml")
    matrix.write_text(matrix.read_text("utf-8").replace("O N N O", row), "utf-8")
    text = run("diff", str(before), str(after), "--lang", lang).out
    assert f"  1. {sentence}" in text
    assert [word for word in ("Quiconque", "Anyone") if word in text] == []


def sentence(tmp_path: Path, vocabulary: str, when: str, lang: str = "en") -> str:
    """What is told when a policy that permits nothing comes to permit something."""
    old = str(policy_folder(tmp_path / "old", rule("permit", "none", "a and not a"), vocabulary))
    new = str(policy_folder(tmp_path / "new", rule("permit", "none", f"a and not a or {when}"), vocabulary))
    return str(only(json.loads(run("diff", old, new, "--json", "--lang", lang).out))["blocks"][0]["sentence"])


JOBS = ("porter", "cook", "gardener", "baker", "driver")


def test_who_asks_is_the_axis_of_the_category_subject_whatever_its_name(tmp_path: Path) -> None:
    vocabulary = world(axis("profession", "x", "y"), axis("job", *JOBS, category="subject"), fact("a"))
    assert sentence(tmp_path, vocabulary, "job is cook").startswith("Cook (en) (cook) can now: any operation")
    assert sentence(tmp_path, vocabulary, "profession is x").startswith("Anyone can now: any operation; profession")


def test_who_asks_is_said_before_the_condition_though_no_matrix_reads_it(tmp_path: Path) -> None:
    vocabulary = world(
        axis("role", "guest", "host"), axis("room", "hall", "attic"), axis("job", *JOBS, category="subject")
    )
    rooms = {"rooms": ROOMS.format("N")}
    old = str(policy_folder(tmp_path / "old", rule("permit", "one", "matrix rooms is shut"), vocabulary, rooms))
    new = str(
        policy_folder(tmp_path / "new", rule("permit", "one", "matrix rooms is shut or job is cook"), vocabulary, rooms)
    )
    (block,) = only(told(old, new)[1])["blocks"][:1]
    assert block["sentence"].startswith("Cook (en) (cook) can now: any operation; role")


def test_a_vocabulary_that_does_not_say_who_asks_has_sentences_about_nobody(tmp_path: Path) -> None:
    vocabulary = world(axis("action", "enter", "leave"), axis("kind", "note", "plan"), fact("a"))
    assert sentence(tmp_path, vocabulary, "kind is note and action is enter") == (
        "Now permitted: enter (en) (enter); kind (en): note (en) (note)."
    )
    old, new = str(tmp_path / "old"), str(tmp_path / "new")
    assert "  1. No longer permitted: enter" in run("diff", new, old, "--lang", "en").out
    assert "  1. Désormais permis : enter (fr) (enter) ;" in run("diff", old, new).out
    assert "  1. N'est plus permis : enter (fr) (enter) ;" in run("diff", new, old).out
    shut = str(policy_folder(tmp_path / "shut", rule("forbid", "all", "kind is note and action is enter"), vocabulary))
    assert "  1. Enter (fr) (enter), refusé et non plus sans règle ; kind (fr) : note" in run("diff", old, shut).out


def test_all_but_some_people_agree_and_a_sentence_begins_with_a_capital(tmp_path: Path) -> None:
    vocabulary = world(axis("job", *JOBS, category="subject"), fact("a"))
    assert sentence(tmp_path, vocabulary, "not job is cook", "fr") == (
        "Tous sauf cook (fr) (cook) peuvent désormais : toute opération. 1 autre valeur de « job (fr) » inchangée."
    )
    assert sentence(tmp_path, vocabulary, "not job is cook").startswith("All but cook (en) (cook) can now:")
    assert sentence(tmp_path, vocabulary, "job is cook", "fr").startswith("Cook (fr) (cook) peut désormais :")


def test_in_the_shipped_policy_professions_ask(dmp: Authorizer) -> None:
    assert [axis.name for axis in dmp.tables.axes if axis.category == "subject"] == ["profession"]
