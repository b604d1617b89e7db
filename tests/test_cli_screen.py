"""Nothing that a policy says moves the cursor of a terminal, turns the reading direction, or starts a line."""

import json
import re
from pathlib import Path

import pytest

from habilitation.diagnostic import HIDES
from tests.command_line import run
from tests.small_policies import axis, fact, policy_folder, rule, world

# What a double-quoted text of YAML can hold: an escape sequence, a title of a window, a turn of direction, two lines.
EVIL = r"A\e[2J\e]0;x\aB\u202eC\nD"
SEEN = "A�[2J�]0;x�B�C"
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def evil(tmp_path: Path) -> tuple[str, str]:
    """A policy whose labels are not what they seem, and the same that permits more."""
    role = axis("role", "host", "guest").replace("host (en)", f'"{EVIL}"').replace("role (en)", f'"{EVIL}"')
    vocabulary = world(role, fact("a"), obligations=f'  trace: {{fr: t, en: "{EVIL}"}}\n')
    cases = "cases:\n  - {name: x, role: host, a: true, expect: DENY}\n"
    one, other = (
        str(policy_folder(tmp_path / name, rule("permit", "hosts", when, "oblige trace"), vocabulary, cases=cases))
        for name, when in (("old", "role is host and a"), ("new", "role is host"))
    )
    return one, other


def lines(*words: str, terminal: bool = False) -> list[str]:
    ran = run(*words, "--lang", "en", terminal=terminal)
    drawn = STYLE.sub("", ran.out + ran.err) if terminal else ran.out + ran.err
    assert not HIDES.search(drawn)
    return drawn.splitlines()


@pytest.mark.parametrize("terminal", [False, True])
def test_no_label_moves_the_cursor_in_a_difference(terminal: bool, evil: tuple[str, str]) -> None:
    said = lines("diff", *evil, terminal=terminal)
    assert any(f"{SEEN} D (host) can now: any operation" in line for line in said)
    assert not any(line.startswith("D") for line in said)


@pytest.mark.parametrize("form", ["github", "sarif", "markdown"])
def test_nor_in_the_forms_that_others_show(form: str, evil: tuple[str, str]) -> None:
    assert any(SEEN in line.replace("\\", "") for line in lines("diff", *evil, "--format", form))


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize(
    "words",
    [
        ("who", "host", "--policy"),
        ("show", "axis", "role", "--policy"),
        ("show", "axes", "--policy"),
        ("show", "rule", "hosts", "--policy"),
        ("explain", "role=host", "a", "--policy"),
        ("check",),
        ("test",),
        ("mutate",),
    ],
)
def test_nor_in_what_other_verbs_say(words: tuple[str, ...], terminal: bool, evil: tuple[str, str]) -> None:
    assert lines(*words, evil[0], terminal=terminal)


def test_data_has_the_text_whole_in_escapes(evil: tuple[str, str]) -> None:
    told = run("show", "axis", "role", "--policy", evil[0], "--json", "--lang", "en").out
    assert not HIDES.search(told)
    assert r"\u202e" in told
    label = "A\x1b[2J\x1b]0;x\x07B\u202eC\nD"
    assert label in _texts(json.loads(told))


def _texts(data: object) -> list[str]:
    """Every text of some data."""
    if isinstance(data, dict):
        return [text for value in data.values() for text in _texts(value)]
    if isinstance(data, list):
        return [text for value in data for text in _texts(value)]
    return [data] if isinstance(data, str) else []
