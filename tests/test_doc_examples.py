"""The pages do not lie: every example of the documentation is read, checked or run."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import habilitation
from habilitation import Authorizer
from habilitation.authoring.cases import run_cases
from habilitation.authoring.check import examine, opened
from habilitation.source import Source
from tests.test_dmp import ARTICLES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
# Pages whose commands are run, and how many at least.
COMMANDS = [
    ("audit.md", 3),
    ("command-line.md", 10),
    ("tutorial.md", 20),
    ("tutoriel.md", 20),
    ("workbench/diff.md", 2),
    ("workbench/fmt.md", 2),
    ("workbench/past-accesses.md", 4),
    ("workbench/schema.md", 2),
    ("workbench/who.md", 2),
]
BLOCK = re.compile(r"^```(hab|yaml)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str, str]]:
    """Language, file name and text of each example of a page."""
    return BLOCK.findall((DOCS / page).read_text("utf-8"))


def test_every_rule_of_the_rule_language_page_is_read_and_proved_with_the_vocabulary_of_the_dmp() -> None:
    examples = [text for language, _, text in blocks("rule-language.md") if language == "hab"]
    assert len(examples) >= 6
    page = Source("docs/rule-language.md", "\n".join(examples))
    assert [one.render() for one in examine(replace(opened(None), rules=(page,), cases=())).diagnostics] == []


def test_the_policy_of_the_policy_folder_page_is_checked_and_its_cases_pass(tmp_path: Path) -> None:
    for _, name, text in blocks("policy-folder.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    files = opened(tmp_path)
    assert [one.render() for one in examine(files).diagnostics] == []
    results, found = run_cases(Authorizer.load(tmp_path), files)
    assert results
    assert found == []
    assert [one.render() for result in results for one in result.differences] == []


@pytest.mark.parametrize("page", ["python.md", "dmp-policy.md"])
def test_the_python_of_a_page_runs_as_written(page: str) -> None:
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, tried = doctest.testfile(str(DOCS / page), module_relative=False, optionflags=options)
    assert tried
    assert not failed


def test_the_python_page_names_everything_public() -> None:
    page = (DOCS / "python.md").read_text("utf-8")
    assert [name for name in habilitation.__all__ if not re.search(rf"`{name}\b", page)] == []


# --- the command line -----------------------------------------------------------------------------

SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:.*?<<END\n.*?^END|.*?))$\n(.*?)(?=^\$ |\Z)", re.MULTILINE | re.DOTALL)
# The command as a newcomer types it, from wherever this interpreter keeps the package.
TYPED = 'habilitation() { PYTHONPATH="$ROOT" "$PYTHON" -m habilitation "$@"; }\n'


def sessions(page: str) -> Iterator[tuple[str, str]]:
    """Each command of the page with what it prints."""
    for session in SESSION.findall((DOCS / page).read_text("utf-8")):
        yield from COMMAND.findall(session)


@pytest.mark.parametrize(("page", "at_least"), COMMANDS)
def test_the_commands_of_a_page_print_what_it_says(page: str, at_least: int, tmp_path: Path) -> None:
    place = {"ROOT": str(ROOT), "PYTHON": sys.executable, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    compared = doctest.OutputChecker()
    told = list(sessions(page))
    assert len(told) >= at_least
    for command, expected in told:
        run = ["bash", "-c", TYPED + command]
        got = subprocess.run(run, cwd=tmp_path, env=place, capture_output=True, text=True, check=False)
        assert not got.stderr, command
        same = compared.check_output(expected, got.stdout, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        assert same, f"{command}\n{got.stdout}"


# --- the page of the shipped policy ---------------------------------------------------------------


@pytest.fixture(scope="module")
def dmp_page() -> str:
    return (DOCS / "dmp-policy.md").read_text("utf-8")


def test_the_dmp_page_has_every_rule_with_its_effect_its_sources_and_its_sentence(dmp_page: str) -> None:
    stated = [
        f"| `{rule.name}` | {rule.effect.value} | {' ; '.join(rule.citations)} | {rule.message.en} |"
        for rule in Authorizer.dmp().tables.rules
    ]
    written = [line for line in dmp_page.splitlines() if re.match(r"\| `\w+` \| (permit|forbid|abstain) ", line)]
    assert sorted(written) == sorted(stated)


def test_the_dmp_page_has_every_invariant_in_order(dmp_page: str) -> None:
    policy = examine(opened(None)).policy
    assert policy is not None
    part = dmp_page.partition("## What is proved")[2].partition("\n## ")[0]
    assert re.findall(r"^- (.*)$", part, re.MULTILINE) == [one.sentence for one in policy.invariants]


def test_the_dmp_page_lists_every_abstention_among_what_is_not_settled(dmp_page: str) -> None:
    part = dmp_page.partition("## What the sources do not settle")[2].partition("\n## ")[0]
    abstentions = [rule.name for rule in Authorizer.dmp().tables.rules if rule.effect.value == "abstain"]
    assert [name for name in abstentions if f"`{name}`" not in part] == []


def test_the_dmp_page_lists_the_source_of_every_article_the_policy_may_cite(dmp_page: str) -> None:
    part = dmp_page.partition("## Sources")[2].partition("\n## ")[0]
    assert [source for source in ARTICLES if f"| {source} |" not in part] == []


def test_the_shipped_policy_can_be_copied_into_a_folder_of_one_s_own(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "matrices" / "dmp", tmp_path / "matrices")
    shutil.copytree(ROOT / "rules" / "dmp" / "tests", tmp_path / "tests")
    shutil.copy(ROOT / "rules" / "dmp" / "vocabulary.yaml", tmp_path)
    (tmp_path / "rules").mkdir()
    for file in (ROOT / "rules" / "dmp").glob("*.hab"):
        shutil.copy(file, tmp_path / "rules")
    assert examine(opened(tmp_path)).diagnostics == ()


# --- names of files -------------------------------------------------------------------------------

PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "tests" / "data" / "README.md", *sorted(DOCS.rglob("*.md"))]
PLACE = re.compile(r"`((?:habilitation|rules/dmp|matrices/dmp|grammar|tests|benchmarks|docs)/[\w./-]*\w/?)`")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_file_a_page_names_exists(page: Path) -> None:
    named = PLACE.findall(page.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []
