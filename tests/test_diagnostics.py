"""Every diagnostic has its good and its bad case, and its paragraph; what an author reads is exact to the character."""

import ast
import contextlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from habilitation.audit.from_yaml import read
from habilitation.audit.in_words import WordsError, settled
from habilitation.audit.intake.from_mapping import read_mapping
from habilitation.audit.refusals import MappingError
from habilitation.authoring.cases import run_cases
from habilitation.authoring.check import examine, opened
from habilitation.authorizer import Authorizer
from habilitation.cli.options import Code
from habilitation.diagnostic import Diagnostic, PolicyError, Severity, sorted_once
from tests.command_line import run
from tests.diagnostics.built import BUILT

ROOT = Path(__file__).parent.parent
CASES = sorted((ROOT / "tests" / "diagnostics").glob("*.case"))
WARD = ROOT / "tests" / "diagnostics" / "ward"
PAGE = ROOT / "docs" / "diagnostics.md"
ACCEPT = bool(os.environ.get("HABILITATION_ACCEPT"))

_SECTION = re.compile(r"^=== (good|bad|expected)(?: (\S+))?( \+)?\n", re.MULTILINE)
_HEADING = re.compile(r"^## (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A file of the good or of the bad policy (added to the file of the ward, or in its place), or what is expected."""

    kind: str
    file: str
    added: bool
    text: str


def sections(case: Path) -> list[Section]:
    parts = _SECTION.split(case.read_text(encoding="utf-8"))[1:]
    return [Section(parts[i], parts[i + 1] or "", bool(parts[i + 2]), parts[i + 3]) for i in range(0, len(parts), 4)]


def code_of(case: Path) -> str:
    """`too_many.axes.case` is a case of `too_many`."""
    return case.name.split(".")[0]


def written(case: Path, kind: str, folder: Path) -> Path:
    """The policy of the ward, with what the case changes in it."""
    for file in WARD.rglob("*.*"):
        (folder / file.relative_to(WARD)).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.relative_to(WARD)).write_bytes(file.read_bytes())
    for section in sections(case):
        if section.kind == kind:
            path = folder / section.file
            path.parent.mkdir(exist_ok=True)
            kept = path.read_text(encoding="utf-8") if section.added else ""
            path.write_text(kept + section.text.rstrip("\n") + "\n", encoding="utf-8")
    if case.stem in BUILT:
        BUILT[case.stem](folder, kind)
    return folder


def told(folder: Path) -> tuple[Diagnostic, ...]:
    """What `check`, then `test`, tell the author of a policy; `decide`, of one that is compiled; `audit`, of a log."""
    if (folder / "audit.yaml").exists():
        return audit_told(folder)
    compiled = folder / "ward.habilitation"
    if compiled.exists():
        answer = json.loads(run("decide", "--policy", str(compiled), "--json", "action=consult").out)
        return (Diagnostic(answer["error"]["code"], answer["error"]["message"]),) if "error" in answer else ()
    try:
        with contextlib.chdir(folder):  # the path of a policy is in some ways out
            examined = examine(opened("."))
        if examined.errors:
            return examined.diagnostics
        results, found = run_cases(Authorizer.load(folder), opened(folder))
    except PolicyError as error:
        return error.diagnostics
    return sorted_once([*examined.diagnostics, *found, *(one for result in results for one in result.differences)])


def audit_told(folder: Path) -> tuple[Diagnostic, ...]:
    """What `audit` tells of its own file and of its mapping, held to the policy beside them."""
    words, found = read("audit.yaml", (folder / "audit.yaml").read_text(encoding="utf-8"), folder)
    if words is None:
        return sorted_once(found)
    policy = Authorizer.load(folder)
    try:
        asked = settled(words, policy, found)
    except WordsError as error:
        return error.diagnostics
    if asked.mapping is None:
        return ()
    with contextlib.chdir(folder):
        try:
            read_mapping(asked.mapping.relative_to(folder), policy)
        except MappingError as error:
            return error.diagnostics
    return ()


def shown(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "".join(f"{found.render()}\n" for found in diagnostics)


each_case = pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])


@each_case
def test_a_bad_policy_is_told_all_that_is_wrong_in_order(case: Path, tmp_path: Path) -> None:
    got = shown(told(written(case, "bad", tmp_path)))
    whole = case.read_text(encoding="utf-8")
    if ACCEPT:
        case.write_text(whole.partition("=== expected\n")[0] + "=== expected\n" + got, encoding="utf-8")
    else:
        assert got == whole.partition("=== expected\n")[2]


@each_case
def test_a_case_shows_the_mistake_it_is_named_after(case: Path) -> None:
    assert f"  code: {code_of(case)}\n" in case.read_text(encoding="utf-8")


@each_case
def test_the_good_policy_is_told_nothing_of_the_kind_and_no_error(case: Path, tmp_path: Path) -> None:
    found = told(written(case, "good", tmp_path))
    wrong = [one.render() for one in found if one.code == code_of(case) or one.severity is Severity.ERROR]
    assert wrong == []


# --- three names, one mistake --------------------------------------------------------------------


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def tellers(tree: ast.Module) -> Iterator[str]:
    """`Diagnostic`, and the functions that pass it a code they were given."""
    yield "Diagnostic"
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or all(arg.arg != "code" for arg in function.args.args):
            continue
        if any(called(node) == "Diagnostic" for node in ast.walk(function) if isinstance(node, ast.Call)):
            yield function.name


def codes(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = set(tellers(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in names and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


# The codes of rejects and of refusals to start are those of lines and runs, not of a text.
NOT_OF_A_TEXT = ("rejecting.py", "refusals.py")
FILES = [file for file in (ROOT / "habilitation").rglob("*.py") if file.name not in NOT_OF_A_TEXT]
CODES = sorted({code for file in FILES for code in codes(file)})
MISTAKES, _, REFUSED = PAGE.read_text(encoding="utf-8").partition("# What is refused before")
PARAGRAPHS = dict(re.findall(r"^## (\S+)\n(.*?)(?=^#|\Z)", MISTAKES, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_case_and_a_paragraph(code: str) -> None:
    assert code in {code_of(case) for case in CASES}
    assert code in PARAGRAPHS


@pytest.mark.parametrize("code", PARAGRAPHS)
def test_every_paragraph_is_of_a_code_and_says_what_to_avoid_what_to_prefer_and_why(code: str) -> None:
    assert code in CODES
    assert re.findall(r"^\*\*(\w+)\*\*", PARAGRAPHS[code], re.MULTILINE) == ["Avoid", "Prefer", "Why"]


@each_case
def test_every_case_is_of_a_code(case: Path) -> None:
    assert code_of(case) in CODES


@pytest.mark.parametrize("code", PARAGRAPHS)
def test_what_a_paragraph_avoids_and_prefers_is_in_its_cases(code: str) -> None:
    avoided, preferred = re.split(r"^\*\*Prefer\*\*", PARAGRAPHS[code], maxsplit=1, flags=re.MULTILINE)
    for part, kind in ((avoided, "bad"), (preferred, "good")):
        quoted = re.findall(r"^```\w*\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
        own = [section for case in CASES if code_of(case) == code for section in sections(case)]
        lines = {line.strip() for section in own if section.kind == kind for line in section.text.splitlines()}
        assert {line.strip() for text in quoted for line in text.splitlines()} <= lines


# --- refusals ------------------------------------------------------------------------------------

REFUSALS = {
    "Requests and commands": ("RequestError",),
    "Audits": ("UsageError", "InputError", "AuditError"),
}
# What is read there of a log is a reject, with its line.
OF_A_LINE = ("meanings.py",)
# `unknown_{what}`, for each kind of thing that `show` looks for by its name.
NAMED = ("axis", "matrix", "rule")


def refused(file: Path, errors: tuple[str, ...]) -> Iterator[str]:
    """The codes that a file gives to these errors: as their first argument, or in the class of one of them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and any(
            isinstance(base, ast.Name) and base.id in errors for base in node.bases
        ):
            calls = [call for call in ast.walk(node) if isinstance(call, ast.Call) and called(call) == "__init__"]
            yield from (str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant))
        elif isinstance(node, ast.Call) and called(node) in errors and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)
            elif isinstance(first, ast.JoinedStr):
                yield from (f"unknown_{what}" for what in NAMED)


@pytest.mark.parametrize("part", REFUSALS)
def test_every_code_of_a_refusal_has_one_row_and_every_row_is_of_a_code(part: str) -> None:
    files = [file for file in (ROOT / "habilitation").rglob("*.py") if file.name not in OF_A_LINE]
    given = {code for file in files for code in refused(file, REFUSALS[part])}
    table = REFUSED.partition(f"## {part}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == sorted(given)


def test_the_page_says_how_a_mistake_of_the_program_ends() -> None:
    assert f"ends with {Code.FAULT.value}" in REFUSED
