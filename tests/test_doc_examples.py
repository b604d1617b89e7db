"""The pages do not lie: every example of the documentation is read, checked or run."""

import doctest
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.authoring.cases import run_cases
from habilitation.authoring.check import examine, opened
from habilitation.source import Source

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(hab|yaml)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str, str]]:
    """Language, file name and text of each example of a page."""
    return BLOCK.findall((DOCS / page).read_text("utf-8"))


def test_every_rule_of_the_rule_language_page_is_read_and_proved_with_the_vocabulary_of_the_dmp() -> None:
    examples = [text for language, _, text in blocks("rule-language.md") if language == "hab"]
    assert len(examples) >= 6
    page = Source("docs/rule-language.md", "\n".join(examples))
    assert [one.render() for one in examine(replace(opened(None), rules=(page,))).diagnostics] == []


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


@pytest.mark.parametrize("page", ["python.md"])
def test_the_python_of_a_page_runs_as_written(page: str) -> None:
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, tried = doctest.testfile(str(DOCS / page), module_relative=False, optionflags=options)
    assert tried
    assert not failed
