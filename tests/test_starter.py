"""The policy that authors start from: proved, tested, the same in both languages, and written over nothing."""

import itertools
import json
import re
from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.authoring.cases import run_cases
from habilitation.authoring.check import examine, opened
from habilitation.authoring.starter import files, folder
from habilitation.compiled.tables import Tables
from tests.command_line import run, written

LANGUAGES = ["fr", "en"]
each_language = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture(params=LANGUAGES)
def started(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder that `new` has filled."""
    there = tmp_path / "politique" / "mine"
    assert run("new", str(there), "--lang", request.param).code == 0
    return there


def test_nothing_is_found_wrong_with_it_and_its_promise_is_proved(started: Path) -> None:
    examined = examine(opened(started))
    assert examined.diagnostics == ()
    assert examined.policy is not None
    assert len(examined.policy.invariants) == 1


def test_it_has_one_matrix_and_three_rules(started: Path) -> None:
    tables = Authorizer.load(started).tables
    assert (len(tables.matrices), len(tables.rules)) == (1, 3)


# A rule that permits all to a care team, as one may add to either.
OPEN = {
    "fr": 'autoriser ouvert\n  pour consult\n  quand care_team\n  fondement "x"\n  fr "Oui."\n  en "Yes."\n',
    "en": 'permit open\n  for consult\n  when care_team\n  because "x"\n  fr "Oui."\n  en "Yes."\n',
}


@each_language
def test_a_type_that_its_annex_does_not_speak_of_stays_closed_whatever_else_permits_it(
    lang: str, tmp_path: Path
) -> None:
    assert run("new", str(tmp_path), "--lang", lang).code == 0
    vocabulary = tmp_path / "vocabulary.yaml"
    one, two = "      prescription: {", "      biology: {fr: Biologie, en: Biology}\n"
    vocabulary.write_text(vocabulary.read_text("utf-8").replace(one, f"{two}{one}"), "utf-8")
    (tmp_path / "rules" / "open.hab").write_text(OPEN[lang], "utf-8")
    policy = Authorizer.load(tmp_path).at("2025-06-01")
    asked = {"action": "consult", "profession": {"fr": "medecin", "en": "physician"}[lang], "care_team": True}
    effects = {
        kind: policy.decide(**asked, motive="normal", masked=False, document_type=kind).effect.value
        for kind in ("prescription", "biology")
    }
    assert effects == {"prescription": "PERMIT", "biology": "DENY"}


def test_its_tests_pass_and_each_of_its_rules_decides_one(started: Path) -> None:
    policy = Authorizer.load(started)
    results, found = run_cases(policy, opened(started))
    assert found == []
    assert [one.render() for result in results for one in result.differences] == []
    decided = {reason.rule for result in results if result.decision is not None for reason in result.decision.reasons}
    assert {rule.name for rule in policy.tables.rules} <= decided


def test_its_tests_have_a_date_each_and_pass_on_any_day(started: Path) -> None:
    text = "\n".join(file.read_text("utf-8") for file in (started / "tests").glob("*.yaml"))
    assert text.count("- name:") == text.count("    at: ") > 0


def test_its_tests_see_all_of_it(started: Path) -> None:
    assert run("test", str(started), "--coverage", "--fail-under", "100").code == 0


def test_its_tests_and_its_promise_notice_any_change(started: Path) -> None:
    assert run("mutate", str(started), "--jobs", "1").code == 0


def test_it_is_laid_out_as_every_policy_is(started: Path) -> None:
    assert run("fmt", "--check", str(started)).code == 0


def test_its_rules_are_in_the_words_of_its_language() -> None:
    french, english = (next((folder(lang) / "rules").glob("*.hab")).read_text("utf-8") for lang in LANGUAGES)
    assert "\nautoriser lecture_equipe_de_soins\n  pour consult\n  quand care_team et " in french
    assert "\npermit care_team_reading\n  for consult\n  when care_team and " in english


def test_it_cites_its_own_regulation_and_no_law(started: Path) -> None:
    cited = [citation for rule in Authorizer.load(started).tables.rules for citation in rule.citations]
    assert [
        one for one in cited if not re.match(r"(House regulation|Règlement intérieur) \((example|exemple)\), ", one)
    ] == []


def situations(tables: Tables) -> list[dict[str, str | bool | None]]:
    """Every request on the values of a policy, each axis left out included, in the order of its axes."""
    choices: list[list[str | bool | None]] = [
        [None, *((False, True) if axis.fact else (value.name for value in axis.values))] for axis in tables.axes
    ]
    names = [axis.name for axis in tables.axes]
    return [dict(zip(names, chosen, strict=True)) for chosen in itertools.product(*choices)]


def test_both_languages_answer_alike_in_every_situation() -> None:
    french, english = (Authorizer.load(folder(lang)) for lang in LANGUAGES)
    assert [axis.name for axis in french.tables.axes] == [axis.name for axis in english.tables.axes]
    numbers = [{rule.name: number for number, rule in enumerate(policy.tables.rules)} for policy in (french, english)]
    for mine, theirs in zip(situations(french.tables), situations(english.tables), strict=True):
        answers = [
            policy.decide({name: value for name, value in asked.items() if value is not None})
            for policy, asked in ((french, mine), (english, theirs))
        ]
        assert answers[0].effect is answers[1].effect
        assert answers[0].missing == answers[1].missing
        assert answers[0].obligations == answers[1].obligations
        told = [
            {places.get(reason.rule) for reason in one.reasons} for places, one in zip(numbers, answers, strict=True)
        ]
        assert told[0] == told[1]


@each_language
def test_what_is_written_is_listed_and_the_next_command_told(lang: str, tmp_path: Path) -> None:
    there = tmp_path / "mine"
    ran = run("new", str(there), "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    head, *rows, following = [line.split() for line in ran.out.splitlines()]
    assert head == (["fichier", "octets"] if lang == "fr" else ["file", "bytes"])
    assert dict(rows) == {name: str((there / name).stat().st_size) for name in files(lang)}
    assert following[-3:] == ["habilitation", "check", str(there)]


def test_an_empty_folder_is_filled_and_listed_as_data(tmp_path: Path) -> None:
    ran = run("new", str(tmp_path), "--json", "--lang", "en")
    sizes = {name: len(content) for name, content in files("en").items()}
    assert json.loads(ran.out) == {"folder": str(tmp_path), "files": sizes}
    assert {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()} == {*sizes}


@pytest.mark.parametrize("there", ["kept.yaml", ""])
def test_what_is_there_is_never_written_over(there: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.yaml"
    file.write_text("kept", encoding="utf-8")
    ran = run("new", str(tmp_path if there else file), "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert "is not an empty folder" in ran.err
    assert [(one.name, one.read_text("utf-8")) for one in tmp_path.iterdir()] == [("kept.yaml", "kept")]


def test_a_new_repository_is_filled_what_git_keeps_there_left_alone(tmp_path: Path) -> None:
    kept = written(tmp_path, {".git/HEAD": "ref: refs/heads/main\n", ".gitignore": "*.pyc\n"})
    assert run("new", kept, "--lang", "en").code == 0
    assert run("check", kept, "--strict").code == 0
    assert (tmp_path / ".git" / "HEAD").read_text("utf-8") == "ref: refs/heads/main\n"


def test_a_folder_that_cannot_be_made_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = run("new", str(tmp_path / "file" / "mine"), "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert "mine" in ran.err or "file" in ran.err


@each_language
def test_a_person_may_ask_it_at_once(lang: str) -> None:
    policy = Authorizer.load(folder(lang))
    code, kind = {"fr": ("INF", "prescription"), "en": ("NUR", "prescription")}[lang]
    asked = {"action": "consult", "profession": code, "motive": "normal", "care_team": True, "masked": False}
    assert policy.decide({**asked, "document_type": kind})


def test_its_tests_expect_in_the_words_of_its_language() -> None:
    words = {"fr": {"autoriser", "refuser", "s'abstenir", "silence"}, "en": {"permit", "forbid", "abstain", "silent"}}
    for lang in LANGUAGES:
        texts = "\n".join(content.decode("utf-8") for name, content in files(lang).items() if name.startswith("tests/"))
        assert set(re.findall(r"expect: ([\w']+)", texts)) == words[lang]
