"""What the verbs say to a French reader: French words, agreements, numbers; and the keywords of the file they quote."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from habilitation.authoring.figures import grouped, tenths
from habilitation.cli.counted import counted
from habilitation.cli.options import Lang
from tests.command_line import run

SITUATION = (
    "action=consult, profession=infirmier, motive=normal, care_team=true, document_type=prescription, masked=false"
)
ENGLISH = re.compile(
    r"\b(the|is|are|not|no|when|unless|for|matrix|covered|case that|reads|seen|matter|decided|dropped|instead|removed"
    r"|added|killed|survives|expected|got|none|day|reasons|effect|missing|whatever|from|until|forbid|permit|abstain)\b"
)
CASES = """cases:
  - name: un infirmier
    with: {action: consult, profession: infirmier, motive: normal, care_team: true,
           document_type: prescription, masked: false}
    at: 2025-06-01
    known_on: 2025-06-02
    expect: permit
"""


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """The French starter, of which one rule more reads where the matrix has no cell."""
    folder = tmp_path / "base"
    assert run("new", str(folder)).code == 0
    for file in (folder / "tests").iterdir():
        file.unlink()
    (folder / "tests" / "cas.yaml").write_text(CASES, "utf-8")
    return folder


def rewritten(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def uncovered(starter: Path) -> Path:
    """The same, where a cell is blank and a rule looks for such cells."""
    rewritten(starter / "matrices" / "lecture.yaml", "fiche_admission: O O N O", "fiche_admission: . O N O")
    rule = starter / "rules" / "lecture.hab"
    rewritten(rule, "sauf author\n", "sauf author ou matrice lecture n'est pas couverte\n  connu depuis 2025-01-01\n")
    rewritten(rule, "masked et non author", "masked et non author et matrice lecture est couverte")
    return starter


def failing(folder: Path) -> Path:
    named = {
        "reasons": "masque_par_le_patient",
        "missing": "author",
        "obligations": "justify",
        "advice": "disputed_cell",
    }
    more = "".join(f"    {side}: [{name}]\n" for side, name in named.items())
    rewritten(folder / "tests" / "cas.yaml", "expect: permit\n", "expect: forbid\n" + more)
    return folder


SPOKEN: dict[str, Callable[[Path], list[str]]] = {
    "coverage": lambda folder: ["test", str(folder), "--coverage"],
    "a failing case": lambda folder: ["test", str(failing(folder))],
    "mutants": lambda folder: ["mutate", str(folder), "--jobs", "1"],
    "who may": lambda folder: ["who", "--policy", str(folder), "prescription"],
    "what separates": lambda folder: ["who", "--policy", str(folder), "medecin", "infirmier"],
    "a matrix": lambda folder: ["show", "matrix", "lecture", "--policy", str(folder)],
}


@pytest.mark.parametrize("asked", SPOKEN)
def test_a_french_reader_is_told_no_english(uncovered: Path, asked: str) -> None:
    ran = run(*SPOKEN[asked](uncovered))
    assert ran.err == ""
    assert ran.out
    # Keys of YAML are what they are.
    assert ENGLISH.findall(re.sub(r"\{.*?\}|^ +reasons:$", "", ran.out, flags=re.MULTILINE)) == []


def test_a_failing_case_is_a_difference_with_its_legend(starter: Path) -> None:
    assert run("test", str(failing(starter))).out.splitlines()[1:-3] == [
        f"  situation   {SITUATION}",
        "  jour        le 2025-06-01, à ce qu'on en savait le 2025-06-02",
        "- effet       DENY",
        "+ effet       PERMIT",
        "- règles      masque_par_le_patient",
        "+ règles      lecture_equipe_de_soins",
        "- il manque   author",
        "+ il manque   rien",
        "- obligations justify",
        "+ obligations trace",
        "- à savoir    disputed_cell",
        "+ à savoir    rien",
        "  décidé par  lecture_equipe_de_soins (rules/lecture.hab:4)",
        "                lecture 2025-01-01 [infirmier × prescription] : ouvert, matrices/lecture.yaml:20",
        "",
    ]
    assert run("test", str(starter)).out.splitlines()[-3] == "- ce qui est attendu, + ce qui est répondu"


def test_coverage_quotes_a_clause_as_it_is_written(uncovered: Path) -> None:
    told = run("test", str(uncovered), "--coverage", "--lang", "en").out
    assert "`matrice lecture n'est pas couverte` is never seen to matter when true" in told
    told = run("test", str(uncovered), "--coverage").out
    assert "aucun cas ne montre que `matrice lecture n'est pas couverte` compte s'il est vrai" in told


def test_a_mutant_is_told_in_the_keywords_of_the_file_it_changes(uncovered: Path) -> None:
    told = run("mutate", str(uncovered), "--jobs", "1", "--list", "--lang", "en").out
    for words in (
        "`refuser` instead of `autoriser`",
        "`s'abstenir` instead of `autoriser`",
        "`deposit` added to `pour consult`",
        "`non care_team` instead of `care_team`",
        "`motive n'est pas normal` instead of `motive est normal`",
        "`matrice lecture est couverte` instead of `matrice lecture n'est pas couverte`",
        "`connu depuis 2025-01-02` instead of `connu depuis 2025-01-01`",
        "`applicable: {from: 2025-01-02}` instead of `applicable: {from: 2025-01-01}`",
        "`known: {from: 2025-01-01}` dropped from",
        "`not covered` instead of `ouvert`",
    ):
        assert words in told
    assert "`non couvert` au lieu de `ouvert`" in run("mutate", str(uncovered), "--jobs", "1").out


def test_a_difference_names_what_a_rule_says_and_a_cell_that_is_not_there(starter: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert run("new", str(other)).code == 0
    rewritten(other / "matrices" / "lecture.yaml", "fiche_admission: O O N O", "fiche_admission: . O N O")
    rewritten(other / "rules" / "lecture.hab", "refuser masque", "s'abstenir masque")
    told = run("diff", str(starter), str(other)).out
    assert "- `lecture` : 1 case\n" in told
    assert "[medecin, fiche_admission] : ouvert → non couvert (" in told
    assert "`masque_par_le_patient` effet : refuser → s'abstenir, 0 situation (" in told


def test_an_answer_names_a_cell_that_is_not_there(uncovered: Path) -> None:
    said = ["action=consult", "profession=medecin", "document_type=fiche_admission", "masked", "author=false"]
    rewritten(uncovered / "rules" / "lecture.hab", "masked\n  sauf author ou", "masked et")
    told = run("explain", *said, "care_team", "motive=normal", "--policy", str(uncovered))
    assert "(profession medecin, document_type fiche_admission) = non couvert [" in told.out


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [
        (0, "0 erreur", "0 errors"),
        (1, "1 erreur", "1 error"),
        (2, "2 erreurs", "2 errors"),
        (1200, "1\u202f200 erreurs", "1,200 errors"),
    ],
)
def test_what_is_counted_agrees_with_its_number(number: int, french: str, english: str) -> None:
    assert (counted("errors", number, Lang.FR), counted("errors", number, Lang.EN)) == (french, english)


def test_numbers_are_written_as_a_reader_writes_them() -> None:
    assert (grouped(169869312, "fr"), grouped(169869312, "en")) == ("169\u202f869\u202f312", "169,869,312")
    assert (tenths(89.3, "fr"), tenths(89.3, "en")) == ("89,3", "89.3")


def test_a_policy_is_summed_up_in_agreement(starter: Path) -> None:
    assert run("check", str(starter)).out.startswith(
        "hospital : 3 règles, 1 matrice, 1 édition, 1/1 invariant prouvé, 0 erreur, 0 avertissement, "
    )
    assert (
        run("test", str(starter), "--coverage")
        .out.splitlines()[-1]
        .startswith("hospital : 1 cas (0 cellule de tableau), 1 réussi, 0 échoué, ")
    )
    assert re.search(r"\d survivants ; score \d+,\d %\n\Z", run("mutate", str(starter), "--jobs", "1").out)


def test_a_promise_that_fails_is_named_as_its_file_names_it(starter: Path) -> None:
    rewritten(starter / "rules" / "lecture.hab", "masked et non author", "care_team")
    assert "not true: jamais “un document masqué s'ouvre à un autre que son auteur”" in run("check", str(starter)).out
