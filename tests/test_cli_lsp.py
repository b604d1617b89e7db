"""The verb that editors start."""

import json
from importlib.machinery import ModuleSpec
from importlib.util import find_spec

import pytest

from habilitation import __version__
from tests.command_line import run


def test_what_the_server_answers_is_printed_as_data() -> None:
    ran = run("lsp", "--json")
    said = json.loads(ran.out)
    assert (ran.code, said["name"], said["version"]) == (0, "habilitation", __version__)
    assert {"textDocument/hover", "textDocument/rename", "textDocument/formatting"} <= set(said["methods"])


def test_a_session_that_the_editor_abandons_ends() -> None:
    assert run("lsp", "--lang", "en", stdin=b"").code == 0


def test_what_is_not_installed_is_said_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> ModuleSpec | None:
        return None if name == "pygls" else find_spec(name)

    monkeypatch.setattr("habilitation.cli.extra.find_spec", absent)
    ran = run("lsp")
    assert ran.code == 2
    assert "this verb needs pygls: in a checkout, pip install '.[lsp]'" in ran.err
