"""The pages do not lie by omission: every command is in them, and every link leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from habilitation import __version__
from habilitation.cli.main import app
from habilitation.cli.options import Code

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
ELSEWHERE = re.compile(r"^(https?:|mailto:|#)")


def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """A command and, for a group, the commands inside it, by what one types."""
    inside = getattr(command, "commands", {})
    if not inside:
        yield name, command
    for verb, inner in inside.items():
        yield from walk(f"{name} {verb}", inner)


COMMAND_LINE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
COMMANDS = dict(walk("habilitation", typer.main.get_command(app)))


def links(page: Path) -> list[str]:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    found = [inline or reference for inline, reference in LINK.findall(prose)]
    return [link for link in found if not ELSEWHERE.match(link)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_named_in_the_pages(command: str) -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert re.search(rf"\b{re.escape(command)}\b", pages)


def test_the_page_of_the_command_line_has_one_row_for_every_command() -> None:
    table = COMMAND_LINE.partition("\n## ")[0]
    heads = re.findall(r"^\| (`habilitation .*?) \|", table, re.MULTILINE)
    assert sorted(name for head in heads for name in re.findall(r"`(.*?)`", head)) == sorted(COMMANDS)


def test_the_page_of_the_command_line_has_one_row_for_every_exit_code() -> None:
    codes = re.findall(r"^\| (\d+) \|", COMMAND_LINE, re.MULTILINE)
    assert len(codes) == len(set(codes))
    assert {str(code.value) for code in Code} <= set(codes)


def test_the_page_of_the_command_line_has_one_section_for_every_verb() -> None:
    verbs = {name.split()[1] for name in COMMANDS}
    told = re.findall(r"^## ([a-z-]+)$", COMMAND_LINE, re.MULTILINE)
    assert sorted(told) == sorted(verbs)


def test_the_first_page_names_every_verb_of_the_workbench_and_leads_to_all_the_others() -> None:
    workbench = (ROOT / "docs" / "workbench.md").read_text(encoding="utf-8")
    first = (ROOT / "README.md").read_text(encoding="utf-8")
    verbs = re.findall(r"^\| (\[`habilitation \w+`\])", workbench, re.MULTILINE)
    assert len(verbs) > 1
    assert [verb for verb in verbs if verb not in first] == []
    assert "(docs/command-line.md)" in first


@pytest.mark.parametrize("page", ["CHANGELOG.md", "docs/command-line.md", "docs/workbench.md"])
def test_nothing_is_said_twice(page: str) -> None:
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    heads = [found[0] for line in lines if (found := re.match(r"- \*\*.*?\*\*|\| \[?`.*?`", line))]
    assert sorted(heads) == sorted(set(heads))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    assert (COMMANDS[command].help or "").strip()


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_keeps_the_marks_of_a_merge(page: Path) -> None:
    assert re.findall(r"^(?:<<<<<<<|=======|>>>>>>>)(?: .*)?$", page.read_text(encoding="utf-8"), re.MULTILINE) == []


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    lost = [link for link in links(page) if not (page.parent / link.partition("#")[0]).exists()]
    assert lost == []


def test_the_changelog_has_a_heading_for_what_is_being_written() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[?([^\]\s]+)", changelog, re.MULTILINE)
    assert {"Unreleased", __version__} & set(headings)
