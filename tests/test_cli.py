"""The verbs decide, explain, check and compile, as typed and as piped: what they print and how they end."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilitation import Authorizer
from habilitation.cli.main import app
from tests.command_line import LIBRARY, RULES, VOCABULARY, Ran, run, written

ROOT = Path(__file__).parent.parent
NURSE = ["action=consult", "capacity=professional", "profession=G15_60", "channel=direct", "motive=normal"]
PATIENT = ["record_status=active", "care_team", "initial_consent", "blocked=false", "document_type=11488-4"]
OPEN, MASKED = [*NURSE, *PATIENT, "masked=false"], [*NURSE, *PATIENT, "masked"]
ENGLISH = ("--lang", "en")
ESCAPE = "\x1b["


@pytest.fixture(scope="module")
def dmp(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The DMP policy, compiled: it opens in a few milliseconds."""
    file = tmp_path_factory.mktemp("compiled") / "dmp.hab"
    file.write_bytes(Authorizer.dmp().compile())
    return str(file)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("library"), LIBRARY)


# --- decide --------------------------------------------------------------------------------------


def test_a_permit_ends_with_0_and_says_why(dmp: str) -> None:
    ran = run("decide", *OPEN, "--policy", dmp)
    assert (ran.code, ran.err) == (0, "")
    head, reason, law, *rest = ran.out.splitlines()
    assert head == "PERMIT"
    assert reason.startswith("  care_team_consultation : Membre de l'équipe de soins")
    assert "CSP, art. R. 1111-46" in law
    assert "  obligations : trace" in rest


def test_a_refusal_ends_with_1_in_the_language_asked_for(dmp: str) -> None:
    ran = run("decide", *MASKED, "--policy", dmp, *ENGLISH)
    assert ran.code == 1
    assert ran.out.startswith("DENY\n  masked_document: The patient has masked this document from professionals.\n")


def test_missing_facts_are_named(dmp: str) -> None:
    ran = run("decide", *NURSE, *PATIENT, "--policy", dmp, *ENGLISH)
    assert ran.code == 1
    assert ran.out.startswith("INDETERMINATE\n")
    assert ran.out.endswith("  missing: masked\n")


def test_the_shipped_policy_is_the_one_by_default() -> None:
    assert run("decide", *OPEN).out.startswith("PERMIT\n")


def test_json_is_the_decision_as_data_on_one_line(dmp: str) -> None:
    ran = run("decide", "--json", *MASKED, "--policy", dmp, *ENGLISH)
    facts: dict[str, Any] = {"care_team": True, "initial_consent": True, "blocked": False, "masked": True}
    facts |= dict(word.split("=") for word in [*NURSE, "record_status=active", "document_type=11488-4"])
    assert ran.out.count("\n") == 1
    assert json.loads(ran.out) == Authorizer.load(dmp).decide(facts).as_json("en")
    assert ran.code == 1


def test_the_language_may_come_from_the_environment(dmp: str) -> None:
    assert "The patient has masked" in run("decide", *MASKED, "--policy", dmp, HABILITATION_LANG="en").out
    assert "masqué" in run("decide", *MASKED, "--policy", dmp, "--lang", "fr", HABILITATION_LANG="en").out


@pytest.mark.parametrize("truth", ["masked", "masked=true", "masked=yes", "masked=oui", "masked=OUI"])
def test_a_fact_is_stated_by_its_name_or_by_a_yes(truth: str, dmp: str) -> None:
    assert run("decide", *NURSE, *PATIENT, truth, "--policy", dmp).out.startswith("DENY")


@pytest.mark.parametrize("falsehood", ["masked=false", "masked=no", "masked=non", "masked=Non"])
def test_a_fact_is_denied_by_a_no(falsehood: str, dmp: str) -> None:
    assert run("decide", *NURSE, *PATIENT, falsehood, "--policy", dmp).out.startswith("PERMIT")


@pytest.mark.parametrize(
    ("word", "code", "sentence", "way_out"),
    [
        ("motiv=normal", "unknown_axis", "unknown axis `motiv`", "did you mean `motive`?"),
        ("motive=norml", "unknown_code", "unknown `motive`: `norml`", "did you mean `normal`?"),
        ("motive=", "unknown_code", "unknown `motive`: ``", None),
        ("profession=10", "ambiguous_code", "a code of several systems", "write `G15_10` or `G16_10`"),
        ("motive", "wrong_type", "`motive` is not a fact", "write `motive=VALUE` (`habilitation show axis motive`)"),
        ("masked=perhaps", "wrong_type", "true or false, not `perhaps`", "write `masked=true` or `masked=false`"),
        ("masked=Faux", "wrong_type", "true or false, not `Faux`", "write `masked=false`"),
        ("masked=vrai", "wrong_type", "true or false, not `vrai`", "write `masked=true`"),
        ("not-masked", "unknown_axis", "unknown axis `not-masked`", "write `masked=false`"),
        ("not-a-fact", "unknown_axis", "unknown axis `not-a-fact`", "`habilitation show axes` lists them"),
        ("=normal", "unknown_axis", "unknown axis ``", "`habilitation show axes` lists them"),
        ("G15_60", "unknown_axis", "unknown axis `G15_60`", "did you mean `profession=G15_60`?"),
        ("sage-femme", "unknown_axis", "unknown axis `sage-femme`", "did you mean `profession=G15_50`?"),
        ("motif=normal", "unknown_axis", "unknown axis `motif`", "did you mean `motive`?"),
        ("blocked blocked=false", "already_given", "`blocked` is given twice", None),
    ],
)
def test_a_word_nobody_knows_ends_with_2_and_a_way_out(
    word: str, code: str, sentence: str, way_out: str | None, dmp: str
) -> None:
    ran = run("decide", *word.split(), "--policy", dmp)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err.splitlines()[0]
    assert ran.err.endswith(f"  code: {code}\n")
    as_data = run("decide", "--json", *word.split(), "--policy", dmp)
    assert (as_data.code, as_data.err) == (2, "")
    error = json.loads(as_data.out)["error"]
    assert error["code"] == code
    assert sentence in error["message"]
    if way_out:
        assert error["help"] == way_out
        assert f"  help: {way_out}\n" in ran.err


def test_the_edition_is_that_of_the_day(dmp: str) -> None:
    assert "before_first_edition" in run("decide", *OPEN, "--policy", dmp, "--at", "2020-01-01").out
    assert "before_first_edition" in run("decide", *OPEN, "--policy", dmp, "--known-on", "2020-01-01").out
    answer = run("decide", "--json", *OPEN, "--policy", dmp, "--at", "2025-01-01", "--known-on", "2025-01-01")
    assert json.loads(answer.out)["edition"] == "2024-09-25"
    assert run("decide", *OPEN, "--policy", dmp, "--at", "9999-12-31", "--known-on", "9999-12-31").code == 0


def test_a_date_that_is_none_ends_with_2(dmp: str) -> None:
    for option in ("--at", "--known-on"):
        ran = run("decide", *OPEN, "--policy", dmp, option, "2025-02-30")
        assert (ran.code, ran.out) == (2, "")
        assert "`2025-02-30` is not a date" in ran.err


def test_a_person_who_types_nothing_is_told_what_to_type(dmp: str) -> None:
    ran = run("decide", "--policy", dmp, typing=True)
    assert (ran.code, ran.out) == (2, "")
    assert "give a request" in ran.err


# --- explain -------------------------------------------------------------------------------------


def test_an_explanation_is_plain_when_piped(dmp: str) -> None:
    ran = run("explain", *MASKED, "--policy", dmp, *ENGLISH)
    assert ran.code == 1
    policy = Authorizer.load(dmp)
    decision = policy.decide(json.loads(_request(MASKED)))
    assert ran.out == f"{policy.explain(decision, 'en')}\n"


def test_an_explanation_as_data_has_the_ways_out(dmp: str) -> None:
    ran = run("explain", "--json", *MASKED, "--policy", dmp)
    assert json.loads(ran.out)["changes"] == [[{"axis": "masked", "was": "true", "would_be": "false"}]]
    assert ran.code == 1


def test_an_explanation_is_framed_on_a_terminal(dmp: str) -> None:
    ran = run("explain", *OPEN, "--policy", dmp, *ENGLISH, terminal=True, COLUMNS="80")
    assert ran.code == 0
    assert ESCAPE in ran.out
    assert "╭─" in ran.out
    assert "Access permitted." in ran.out


@pytest.mark.parametrize("verb", ["decide", "explain"])
def test_no_color_means_no_escape(verb: str, dmp: str) -> None:
    assert ESCAPE in run(verb, *MASKED, "--policy", dmp, terminal=True).out
    assert ESCAPE not in run(verb, *MASKED, "--policy", dmp, terminal=True, NO_COLOR="1").out
    assert ESCAPE not in run(verb, *MASKED, "--policy", dmp).out


def _request(words: list[str]) -> str:
    truths = {"true": True, "false": False}
    pairs = [word.partition("=") for word in words]
    return json.dumps({name: truths.get(value, value) if equals else True for name, equals, value in pairs})


# --- policies that cannot be used ----------------------------------------------------------------


@pytest.mark.parametrize("verb", ["decide", "explain"])
def test_a_policy_that_is_not_there_ends_with_2(verb: str, tmp_path: Path) -> None:
    ran = run(verb, *OPEN, "--policy", str(tmp_path / "nowhere"))
    assert (ran.code, ran.out) == (2, "")
    assert "is not a policy folder" in ran.err


def test_a_policy_with_mistakes_shows_them_all(tmp_path: Path) -> None:
    rules = RULES.replace("is rare", "is raer").replace("member", "membre")
    folder = written(tmp_path, {**LIBRARY, "rules/library.hab": rules})
    ran = run("decide", "action=read", "--policy", folder)
    assert (ran.code, ran.out) == (2, "")
    assert "rules/library.hab:16:17: unknown value `raer`" in ran.err
    assert "help: did you mean `member`?" in ran.err
    error = json.loads(run("decide", "--json", "action=read", "--policy", folder).out)["error"]
    assert error["code"] == "invalid_policy"
    assert {found["code"] for found in error["diagnostics"]} >= {"unknown_value"}


def test_an_artefact_cut_short_is_refused(dmp: str, tmp_path: Path) -> None:
    cut = tmp_path / "cut.hab"
    cut.write_bytes(Path(dmp).read_bytes()[:-1])
    ran = run("decide", *OPEN, "--policy", str(cut))
    assert (ran.code, ran.out) == (2, "")
    assert "truncated or altered" in ran.err
    error = json.loads(run("decide", "--json", *OPEN, "--policy", str(cut)).out)["error"]
    assert error["code"] == "unreadable_policy"


# --- check ---------------------------------------------------------------------------------------


def test_the_shipped_policy_has_no_finding() -> None:
    ran = run("check", "--strict", *ENGLISH)
    assert (ran.code, ran.err) == (0, "")
    digest = Authorizer.dmp().policy["digest"]
    assert ran.out.startswith("dmp: ")
    assert ran.out.endswith(f" 0 errors, 0 warnings, digest {digest[:16]}\n")


def test_a_sound_policy_is_summed_up_in_one_line(library: str) -> None:
    ran = run("check", library)
    assert ran.code == 0
    assert ran.out.startswith(
        "library : 3 règles, 2 matrices, 3 éditions, 1/1 invariant prouvé, 0 erreur, 0 avertissement, empreinte "
    )
    assert ran.out.count("\n") == 1


def test_the_summary_as_data(library: str) -> None:
    ran = run("check", library, "--json")
    found = json.loads(ran.out)
    assert found["policy"] == Authorizer.load(library).policy
    assert found["diagnostics"] == []
    assert found["counts"] == {
        "rules": 3,
        "matrices": 2,
        "editions": 3,
        "invariants": 1,
        "invariants_proved": 1,
        "errors": 0,
        "warnings": 0,
    }


def test_a_policy_that_cannot_be_used_ends_with_2_and_places(tmp_path: Path) -> None:
    folder = written(tmp_path, {**LIBRARY, "rules/library.hab": RULES.replace("is rare", "is raer")})
    ran = run("check", folder, *ENGLISH)
    assert ran.code == 2
    assert "rules/library.hab:16:17: unknown value `raer`" in ran.out
    assert "\n  16 │   when shelf is raer\n     │                 ^^^^\n" in ran.out
    assert ran.out.endswith("\n\n3 errors, 0 warnings\n")
    as_data = run("check", folder, "--json")
    found = json.loads(as_data.out)
    assert (as_data.code, found["policy"]) == (2, None)
    assert found["counts"] == {"errors": 3, "warnings": 0}
    first = found["diagnostics"][0]
    assert (first["code"], first["file"], first["line"], first["column"]) == (
        "unknown_value",
        "rules/library.hab",
        16,
        17,
    )


def test_a_proof_that_fails_ends_with_1(tmp_path: Path) -> None:
    opened = RULES + 'never "anything is read":\n  permit when action is read\n'
    folder = written(tmp_path, {**LIBRARY, "rules/library.hab": opened})
    ran = run("check", folder, *ENGLISH)
    assert ran.code == 1
    assert "not true: never “anything is read”" in ran.out
    assert "1/2 invariants proved" in ran.out
    assert run("decide", "action=read", "role=reader", "desk=front", "shelf=open", "--policy", folder).code == 0


def test_a_warning_counts_only_when_strict(tmp_path: Path) -> None:
    folder = written(tmp_path, {**LIBRARY, "rules/library.hab": RULES + "define unused: member\n"})
    ran = run("check", folder, *ENGLISH)
    assert ran.code == 0
    assert ": warning: " in ran.out
    assert "0 errors, 1 warning," in ran.out
    assert run("check", folder, "--strict").code == 1


def test_diagnostics_are_coloured_on_a_terminal(tmp_path: Path) -> None:
    rules = RULES.replace("member", "membre") + "define unused: shelf is rare\n"
    folder = written(tmp_path, {**LIBRARY, "rules/library.hab": rules})
    plain, coloured = run("check", folder), run("check", folder, terminal=True)
    assert ESCAPE in coloured.out
    without = coloured.out
    for style in ("1;31", "1;33", "36", "2", "0"):
        without = without.replace(f"{ESCAPE}{style}m", "")
    assert without == plain.out


def test_a_folder_that_is_not_there_is_a_finding_of_check(tmp_path: Path) -> None:
    ran = run("check", str(tmp_path / "nowhere"))
    assert (ran.code, ran.err) == (2, "")
    assert "is not a policy folder" in ran.out
    assert json.loads(run("check", str(tmp_path / "nowhere"), "--json").out)["counts"] == {"errors": 1, "warnings": 0}


def test_the_certificate_goes_to_a_file_or_to_the_pipe(library: str, tmp_path: Path) -> None:
    file = tmp_path / "certificate.json"
    ran = run("check", library, "--certificate", str(file))
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    certificate = json.loads(file.read_text(encoding="utf-8"))
    assert certificate["agreed"] is True
    assert certificate["policy"] == Authorizer.load(library).policy
    assert list(certificate) == sorted(certificate)
    piped = run("check", library, "--certificate", "-")
    assert (piped.code, piped.out, piped.err) == (0, file.read_text(encoding="utf-8"), "")


def test_tables_that_disagree_with_the_definition_are_a_finding(library: str, tmp_path: Path) -> None:
    with mock.patch("habilitation.authoring.certificate.certificate", return_value={"agreed": False}):
        assert run("check", library, "--certificate", str(tmp_path / "certificate.json")).code == 1


def test_there_is_no_certificate_of_a_policy_that_cannot_be_used(tmp_path: Path) -> None:
    folder = written(tmp_path, {**LIBRARY, "rules/library.hab": RULES.replace("is rare", "is raer")})
    assert run("check", folder, "--certificate", str(tmp_path / "certificate.json")).code == 2
    assert not (tmp_path / "certificate.json").exists()
    piped = run("check", folder, "--certificate", "-")
    assert (piped.code, piped.out) == (2, "")
    assert "unknown value `raer` of `shelf`" in piped.err


def test_a_certificate_that_cannot_be_written_ends_with_2(library: str, tmp_path: Path) -> None:
    ran = run("check", library, "--certificate", str(tmp_path / "nowhere" / "certificate.json"))
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be written" in ran.err


# --- compile -------------------------------------------------------------------------------------


def test_a_compiled_policy_answers_as_its_folder_does(library: str, tmp_path: Path) -> None:
    file = tmp_path / "library.hab"
    ran = run("compile", library, "-o", str(file), *ENGLISH)
    digests = Authorizer.load(library).policy
    assert ran.code == 0
    assert ran.out == (
        f"digest: {digests['digest']}\ndigest of the tables: {digests['tables']}\nbytes: {file.stat().st_size}\n"
    )
    request = ("--json", "action=read", "role=keeper", "desk=back", "shelf=rare")
    assert run("decide", *request, "--policy", str(file)) == run("decide", *request, "--policy", library)


def test_a_policy_whose_tests_have_a_mistake_answers_and_is_not_compiled(tmp_path: Path) -> None:
    cases = "cases:\n  - {name: x, with: {shelf: raer}, expect: silent}\n"
    library = written(tmp_path, {**LIBRARY, "tests/reading.yaml": cases})
    checked, ran = run("check", library, "--json"), run("compile", library, "-o", str(tmp_path / "library.hab"))
    assert (checked.code, ran.code, ran.out) == (1, 2, "")
    told = [one["code"] for one in json.loads(checked.out)["diagnostics"]]
    assert (told, "code: case_refused" in ran.err) == (["case_refused"], True)
    assert run("decide", "--policy", library, "action=read", "role=keeper", "desk=back", "shelf=open").code != 2


def test_a_compiled_policy_is_written_where_a_link_leads(library: str, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(tmp_path / "first")
    for _ in range(2):
        assert run("compile", library, "-o", str(tmp_path / "current")).code == 0
        assert (tmp_path / "current").is_symlink()
        assert (tmp_path / "first").is_file()


def test_what_was_compiled_as_data(library: str, tmp_path: Path) -> None:
    file = tmp_path / "library.hab"
    ran = run("compile", library, "--output", str(file), "--json")
    policy = Authorizer.load(library).policy
    assert json.loads(ran.out) == {"policy": policy, "output": str(file), "bytes": file.stat().st_size}


def test_a_compiled_policy_may_go_to_the_pipe(library: str) -> None:
    ran = run("compile", library, "-o", "-")
    assert ran.code == 0
    assert ran.out.encode() == Authorizer.load(library).compile()
    assert "octets : " in ran.err


def test_the_shipped_policy_is_compiled_by_default(dmp: str, tmp_path: Path) -> None:
    assert run("compile", "-o", str(tmp_path / "dmp.hab")).code == 0
    assert (tmp_path / "dmp.hab").read_bytes() == Path(dmp).read_bytes()


def test_a_file_that_cannot_be_written_is_left_as_it_was(library: str, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    ran = run("compile", library, "-o", str(tmp_path / "taken"))
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be written" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    assert run("compile", library, "-o", str(tmp_path / "no" / "where"), "--json").code == 2


# --- usage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [["decide", "--colour"], ["decline"], ["compile"], ["decide", "--lang", "de"], ["show", "me"], ["check", "a", "b"]],
)
def test_a_mistyped_command_ends_with_2(words: list[str]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "Error" in ran.err


@pytest.mark.parametrize("verb", ["decide", "explain", "check", "compile", "show matrix", "show rule", "show type"])
def test_every_verb_documents_its_exit_codes(verb: str) -> None:
    ran = run(*verb.split(), "--help", COLUMNS="200")
    assert ran.code == 0
    codes = " ".join(ran.out.split()).partition("Exit codes: ")[2]
    assert codes.startswith("0 ")
    assert "; 2 usage error" in codes


def run_in_a_process(*words: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "habilitation", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60, **more)


def test_the_package_runs_as_a_module(dmp: str) -> None:
    ran = run_in_a_process("decide", *MASKED, "--policy", dmp)
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert ran.stdout.startswith(b"DENY\n")


def test_json_is_utf_8_whatever_the_locale(dmp: str) -> None:
    environ = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    ran = run_in_a_process("decide", "--json", *MASKED, "--policy", dmp, env=environ)
    assert "masqué" in json.loads(ran.stdout.decode("utf-8"))["reasons"][0]["message"]


def test_deciding_from_an_artefact_needs_no_text_reader(dmp: str) -> None:
    program = (
        "import sys\nfrom habilitation.cli.main import main\n"
        f"try: main(['decide', '--json', 'action=consult', '--policy', {dmp!r}])\n"
        "except SystemExit: print(*sys.modules, sep='\\n')"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"lark", "yaml", "numpy", "pyarrow", "rich", "habilitation.written"} & set(ran.stdout.split("\n"))


_WORDS = st.one_of(
    st.sampled_from(
        [*OPEN, "--json", "-", "--", "--at", "--known-on", "--lang", "en", "--policy", "=", "masked=", "at=1"]
    ),
    st.text(max_size=12),
)


@given(
    verb=st.sampled_from(["decide", "explain", "check", "show type", "show matrix", "show axis"]),
    words=st.lists(_WORDS, max_size=5),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_command_line_ends_in_a_traceback(verb: str, words: list[str], library: str) -> None:
    ran: Ran = run(*verb.split(), *(["--policy", library] if verb != "check" else [library]), *words)
    assert ran.code in (0, 1, 2, 3)


def test_garbage_in_the_vocabulary_is_a_sentence(tmp_path: Path) -> None:
    folder = written(tmp_path, {**LIBRARY, "vocabulary.yaml": VOCABULARY.replace("policy: library", "policy: [")})
    ran = run("decide", "action=read", "--policy", folder)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("vocabulary.yaml:")


# --- words in the wrong place ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "option", "way_out"),
    [
        (["--lang", "fr", "check"], "--lang", "habilitation check … --lang fr"),
        (["--lang=fr", "check", "x"], "--lang=fr", "habilitation check … --lang=fr"),
        (["show", "--policy", "x", "axes"], "--policy", "habilitation show axes … --policy x"),
    ],
)
def test_an_option_before_the_verb_is_told_where_it_goes(typed: list[str], option: str, way_out: str) -> None:
    ran = run(*typed)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"`{option}` stands before the verb\n  help: options come after it: `{way_out}`\n")


@pytest.mark.parametrize("typed", [["check", "--lang", "de"], ["show", "policy", "--lang", "de"]])
def test_a_choice_that_is_none_is_told_without_the_words_of_the_library(typed: list[str]) -> None:
    ran = run(*typed)
    assert (ran.code, ran.out) == (2, "")
    assert "'de' is not one of 'fr', 'en'" in ran.err
    assert "Value error" not in ran.err


def test_an_option_of_the_whole_and_a_verb_that_is_none_are_told_as_ever() -> None:
    assert run("--version", "check").code == 0
    assert "No such option: --lang" in run("--lang", "fr", "chek").err


def test_every_verb_is_registered_once() -> None:
    names = [command.name for command in app.registered_commands]
    assert len(names) == len({*names})
