"""The recipe of a pull request runs as written, on a repository where a change opens something."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from habilitation.cli.main import app
from tests.small_policies import ENTRY, policy_folder, rule
from tests.test_difference_sides import committed, git

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "workbench" / "pull-request.md").read_text("utf-8")
BLOCKS: list[dict[str, Any]] = [
    yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
]
VERBS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # a group, which typer does not say
TYPED = 'habilitation() { PYTHONPATH="$ROOT" "$PYTHON" -m habilitation "$@"; }\n'
CASES = """
facts:
  guest: {action: enter, invited: true, banned: false}
cases:
  - {name: a guest enters, given: [guest], expect: permit}
"""


def scripts(blocks: list[dict[str, Any]]) -> list[str]:
    """What the recipes have a shell run: the steps of GitHub, the lines of GitLab."""
    actions, steps, gitlab = blocks
    jobs = [step["run"] for step in actions["jobs"]["policy"]["steps"] if "run" in step]
    more = [step["run"] for step in steps["steps"] if "run" in step]
    return [*jobs, *more, *gitlab["policy"]["script"]]


def verbs(script: str) -> list[str]:
    return re.findall(r"^\s*(?:- )?habilitation (\w+)", script, re.MULTILINE)


RUNNABLE = [script for script in scripts(BLOCKS) if verbs(script) and set(verbs(script)) <= VERBS]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository whose base branch is strict, and whose work in progress opens the door to everyone."""
    policy_folder(tmp_path / "policy", cases=CASES)
    git(tmp_path, "init", "-q")
    committed(tmp_path, tag="base")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "base")
    (tmp_path / ".git" / "FETCH_HEAD").write_text(git(tmp_path, "rev-parse", "base") + "\n", "utf-8")
    policy_folder(tmp_path / "policy", rules=ENTRY + rule("permit", "all", "not banned"), cases=CASES)
    committed(tmp_path, tag="change")
    return tmp_path


def ran(script: str, checkout: Path, **more: str) -> subprocess.CompletedProcess[str]:
    place = {
        "ROOT": str(ROOT),
        "PYTHON": sys.executable,
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "BASE": "origin/main",
        "GITHUB_STEP_SUMMARY": str(checkout / "summary.md"),
        **more,
    }
    shell = ["bash", "-e", "-c", TYPED + script]
    return subprocess.run(shell, cwd=checkout, env=place, capture_output=True, text=True, check=False)


def test_the_recipe_compares_and_checks() -> None:
    assert {verb for script in RUNNABLE for verb in verbs(script)} >= {"fmt", "check", "test", "mutate", "diff"}


@pytest.mark.parametrize("script", RUNNABLE, ids=[shlex.split(script)[1] for script in RUNNABLE])
def test_every_command_of_the_recipe_is_understood(script: str, checkout: Path) -> None:
    done = ran(script, checkout)
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == ""


def test_what_opens_is_in_the_summary_and_on_the_line_of_its_rule(checkout: Path) -> None:
    (step,) = [script for script in RUNNABLE if "GITHUB_STEP_SUMMARY" in script]
    done = ran(step, checkout)
    assert done.returncode == 0
    assert "#### ⚠ S'ouvre" in (checkout / "summary.md").read_text("utf-8")
    assert re.match(r"::warning file=policy/rules/all\.hab,line=\d+,endLine=\d+,title=opens::", done.stdout)


def test_a_case_that_fails_and_what_is_unseen_are_on_their_lines(checkout: Path) -> None:
    cases = CASES.replace("expect: permit", "expect: forbid")
    (checkout / "policy" / "tests" / "cases.yaml").write_text(cases, encoding="utf-8")
    (step,) = [script for script in RUNNABLE if "test policy" in script and "--format github" in script]
    done = ran(step, checkout)
    failing, short, *unseen = done.stdout.splitlines()
    assert done.returncode == 1
    assert failing.startswith("::error file=policy/tests/cases.yaml,line=5,")
    assert short.startswith("::error title=too_little_seen::")
    assert {line.partition(",")[0] for line in unseen} == {"::warning file=policy/rules/all.hab"}


def compared(checkout: Path, **place: str) -> subprocess.CompletedProcess[str]:
    (step,) = [script for script in RUNNABLE if "GITHUB_STEP_SUMMARY" in script]
    return ran(step, checkout, **place)


def base_is(checkout: Path, *words: str) -> None:
    """The base branch is what stands once git has run these words."""
    git(checkout, *words)
    commit = git(checkout, "commit-tree", git(checkout, "write-tree"), "-m", "base")
    git(checkout, "update-ref", "refs/remotes/origin/main", commit)


def test_a_first_policy_is_compared_with_none(checkout: Path) -> None:
    base_is(checkout, "rm", "-rq", "--cached", "policy")
    done = compared(checkout)
    assert (done.returncode, done.stderr) == (0, "")
    told = (checkout / "summary.md").read_text("utf-8")
    assert "## none → policy" in told
    assert "#### ⚠ S'ouvre" in told
    assert re.search(r"aucune politique avant, fermé maintenant : \d+ situations", told)


def test_a_policy_that_moved_fails_the_step_which_says_where_it_was(checkout: Path) -> None:
    base_is(checkout, "mv", "policy", "before")
    (checkout / "before").rename(checkout / "policy")
    done = compared(checkout)
    assert done.returncode == 1
    assert "help: it has `origin/main:before`; `none` in its place" in done.stderr
    assert compared(checkout, BASE="origin/main:before").returncode == 0
    assert "## origin/main:before → policy" in (checkout / "summary.md").read_text("utf-8")
    assert compared(checkout, BASE="none").returncode == 0
    assert "## none → policy" in (checkout / "summary.md").read_text("utf-8")


def test_a_base_that_is_not_there_or_cannot_be_used_fails_the_step(checkout: Path) -> None:
    policy_folder(checkout / "policy", rules=ENTRY.replace("invited", "invted"))
    base_is(checkout, "add", "-A")
    policy_folder(checkout / "policy")
    assert compared(checkout).returncode == 1
    git(checkout, "update-ref", "-d", "refs/remotes/origin/main")
    (checkout / "summary.md").unlink()
    assert compared(checkout).returncode == 1
    assert not (checkout / "summary.md").read_text("utf-8")


def test_nothing_of_a_pull_request_is_written_into_a_script() -> None:
    assert [script for script in scripts(BLOCKS) if "${{" in script] == []
