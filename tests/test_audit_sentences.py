"""Why a line is rejected, in the language of the report, from one catalogue."""

import ast
import csv
import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from habilitation import Authorizer
from habilitation.audit import run
from habilitation.audit.asked import Asked
from habilitation.audit.intake.catalogue import CATALOGUE
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.meanings import axis_meanings, fact_meanings, granularity_meanings, outcome_meanings
from habilitation.audit.intake.sentences import Sentence, any_of, french, said_of, say
from habilitation.audit.refusals import UsageError
from habilitation.diagnostic import RequestError
from tests.intake_arrangement import TIME, line, written

INTAKE = Path(__file__).parent.parent / "habilitation" / "audit" / "intake"
CONSENT = {"resourceType": "Consent", "status": "inactive", "patient": {"reference": "Patient/PAT-7"}}
BAD = [
    line(time="demain"),
    line(time="2025-06-27"),
    line(time="9025-06-27T18:03:04Z"),
    line(patient=""),
    "one,two",
    f'{TIME},pro1,"PAT-1',
    f"{TIME},p\0,PAT-1",
]
FRENCH = re.compile(r"\b(pas|une?|le|la|les|des|inconnu|vouliez|ce|est|en)\b|’")


# --- the catalogue -------------------------------------------------------------------------------


def words_of(template: str) -> set[str]:
    return {name for _, name, *_ in Formatter().parse(template) if name}


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_two_languages_say_the_same_words(key: str) -> None:
    fr, en = CATALOGUE[key]
    assert words_of(fr) == words_of(en)
    # A word of a file is withheld under pseudonyms because it stands between backticks, in both languages.
    assert set(re.findall(r"`\{\w+\}`", fr)) == set(re.findall(r"`\{\w+\}`", en))
    assert not fr.endswith(".")
    assert not en.endswith(".")


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted(INTAKE.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield file.name, node


def test_no_reader_writes_a_sentence_of_its_own() -> None:
    takers = {"reject", "_reject", "add", "_refuse", "Unclear", "Inexpressible", "NoFact", "told"}
    for file, call in calls():
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name in takers and call.args:
            last = call.args[-1]
            spaced = isinstance(last, ast.Constant) and isinstance(last.value, str) and " " in last.value
            assert not spaced, f"{file}:{call.lineno}"
            assert not isinstance(last, ast.JoinedStr) or name in ("Inexpressible", "NoFact"), f"{file}:{call.lineno}"


def test_every_sentence_has_a_use() -> None:
    text = "".join(file.read_text("utf-8") for file in sorted(INTAKE.glob("*.py")) if file.name != "catalogue.py")
    of_the_policy = {"unknown_code", "unknown_code.truth", "ambiguous_code", "unknown_fact", "unknown_outcome"}
    of_the_policy |= {"unknown_actor_kind", "bad_granularity", "invalid_json", "wrong_type"}
    for key in set(CATALOGUE) - of_the_policy:
        used = f'"{key}"' in text or (key.startswith("beyond.") and f'"{key.removeprefix("beyond.")}"' in text)
        assert used or key.startswith("several_"), key


def test_a_sentence_within_another_is_in_its_language() -> None:
    told = say("entry", number=2, told=say("wrong_resource", kind="Patient", wanted=say("an_event")))
    assert told == "entry 2: a resource `Patient`, where an AuditEvent is read"
    assert told.fr == "entrée 2 : une ressource `Patient`, là où on lit un AuditEvent"


def test_a_sentence_crosses_processes_in_both_languages() -> None:
    again = pickle.loads(pickle.dumps(say("missing", name="time")))  # noqa: S301  # our own
    assert (again, again.fr) == ("no `time`", "pas de `time`")


def test_a_text_of_no_language_is_its_own_french() -> None:
    assert french("x") == "x"
    assert any_of(["`a`"]).fr == "`a`"
    assert any_of(["`a`", "`b`", "`c`"]).fr == "`a`, `b` ou `c`"


def test_what_the_policy_does_not_know_is_told_in_both_languages(dmp: Authorizer) -> None:
    mapping = TableMapping()
    told: dict[str, Any] = {
        "`profession` inconnu : `G15_6O` (vouliez-vous dire": axis_meanings(dmp, "profession", mapping).of("G15_6O"),
        "`masked` est vrai ou faux, pas `x`": axis_meanings(dmp, "masked", mapping).of("x"),
        "fait inconnu : `care_tem` (vouliez-vous dire `care_team` ?)": fact_meanings(dmp, mapping).of("care_tem"),
        "`outcome` inconnu : `zzz`": outcome_meanings(mapping).of("zzz"),
        "`x` n’est pas une granularité (écrivez `30s`, `1m`, `10m`, `1h` ou `1d`)": granularity_meanings(mapping).of(
            "x"
        ),
    }
    for beginning, (_, sentence) in told.items():
        assert isinstance(sentence, Sentence)
        assert sentence.fr.startswith(beginning)
        assert not FRENCH.search(sentence)


@pytest.mark.parametrize(
    ("error", "en", "fr"),
    [
        (RequestError("new", "a `x`"), "a `x`", "valeur refusée : a `x`"),
        (UsageError("new", "a", "say it"), "a (say it)", "valeur refusée : a (say it)"),
        (
            RequestError("ambiguous_code", "`60` is a code of several systems for `a`", "a", "write `b` or `c`"),
            "`60` is a code of several systems for `a` (write `b` or `c`)",
            "`60` est un code de plusieurs systèmes pour `a` (écrivez `b` ou `c`)",
        ),
    ],
)
def test_what_is_not_in_the_catalogue_is_quoted(error: Any, en: str, fr: str) -> None:
    told = said_of(error, "60")
    assert (told, told.fr) == (en, fr)
    assert told == str(error)


# --- the report ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("rejects")
    written(made, line(), *BAD)
    (made / "facts.ndjson").write_text(json.dumps(CONSENT) + "\n{\n" + json.dumps({"resourceType": "PAT-9"}))
    written(made, "PAT-1,care_tem", "PAT-1,blocked,PAT-3", header="patient_id,fact,value", name="facts.csv")
    (made / "key").write_text("0123456789abcdef0123456789abcdef")
    return made


def audited(dmp: Authorizer, folder: Path, lang: str, **more: Any) -> tuple[list[dict[str, str]], str]:
    facts = (str(folder / "facts.ndjson"), str(folder / "facts.csv"))
    out = folder / f"report-{lang}-{len(more)}"
    logs = (str(folder / "log.csv"),)
    run.audit(Asked(logs=logs, facts=facts, zone="Europe/Paris", lang=lang, out=out, **more), dmp)
    with (out / "rejects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), (out / "index.html").read_text("utf-8")


def test_rejects_are_in_the_language_of_the_report_and_the_page_has_both(dmp: Authorizer, folder: Path) -> None:
    (in_french, page), (in_english, _) = (audited(dmp, folder, lang) for lang in ("fr", "en"))
    assert list(in_french[0]) == ["file", "line", "code", "error"]
    assert sorted((one["line"], one["code"]) for one in in_french) == sorted(
        (one["line"], one["code"]) for one in in_english
    )
    assert len(in_french) == len(BAD) + 3 + 2
    assert all(FRENCH.search(one["error"]) for one in in_french)
    assert not any(FRENCH.search(one["error"]) for one in in_english)
    assert '<span lang="fr">pas de `patient_id`</span><span lang="en">no `patient_id`</span>' in page


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_under_pseudonyms_no_reject_quotes_a_file(dmp: Authorizer, folder: Path, lang: str) -> None:
    rows, page = audited(dmp, folder, lang, pseudonymise=folder / "key")
    errors = [one["error"] for one in rows]
    assert not any(re.search(r"PAT-|demain|inactive|care_tem", one) for one in (*errors, page))
    assert sum("`[withheld]`" in one for one in errors) > 3
    assert ("pas de `patient_id`" if lang == "fr" else "no `patient_id`") in errors
