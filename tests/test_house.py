"""The rooms of the house, the arrows between them, and where third parties live."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "habilitation"
FILES = sorted(HOUSE.rglob("*.py"))

GROUND_FLOOR = ("source", "diagnostic", "vocabulary", "shipped")
STATES = ("written", "checked", "compiled", "decided")

# A room may import itself and what stands here; an entry opens all that is below its name.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    # The ground floor goes downward only.
    "source": (),
    "diagnostic": ("source",),
    "vocabulary": ("source", "diagnostic"),
    "shipped": ("source", "diagnostic", "vocabulary"),
    "written": GROUND_FLOOR,
    "checked": (*GROUND_FLOOR, "written.syntax"),
    "compiled": (*GROUND_FLOOR, "checked"),
    # Data types and look-ups on them: an answer is read off the tables, and never compiles a policy.
    "decided": (
        *GROUND_FLOOR,
        "compiled.tables",
        "compiled.reading",
        "compiled.joint",
        "compiled.layout",
        "compiled.forest",
        "compiled.forcing",
        "compiled.settling",
        "compiled.diagram",
    ),
    "authorizer": (*GROUND_FLOOR, *STATES),
    "authoring": (*GROUND_FLOOR, *STATES, "authorizer"),
    # The audit's own files are YAML, and YAML has one reader.
    "audit": ("authorizer", "vocabulary", "diagnostic", "source", "written.from_yaml", "written.shapes"),
    # A policy as it is typed: read as `check` reads it, and proved by authoring.
    "editor": (*GROUND_FLOOR, *STATES, "authorizer", "authoring"),
    # A hospital to run on: it knows the shipped lists of codes, and nothing of the audit it is to test.
    "sample": ("shipped", "vocabulary", "diagnostic"),
    # The empty name is the package itself, for its version.
    "cli": ("", "authorizer", "authoring", "audit", "sample", "editor", "diagnostic", "vocabulary"),
    "__init__": (*GROUND_FLOOR, *STATES, "authorizer"),
    "__main__": ("cli",),
}

# One address each: the module, or the room, that may import it.
THIRD_PARTIES: dict[str, tuple[str, ...]] = {
    "lark": ("written.from_rules", "written.unfinished"),
    "yaml": ("written.from_yaml",),
    "pydantic": ("written.shapes",),
    "numpy": ("decided.many", "decided.columns", "authoring", "audit", "sample"),
    "pyarrow": ("decided.columns", "audit", "sample"),
    "duckdb": ("audit",),
    "msgspec": ("audit.intake",),
    "jinja2": ("audit.report",),
    "lsprotocol": ("editor",),
    "pygls": ("editor",),
    "zstandard": ("audit.intake",),
    "typer": ("cli",),
    "rich": ("cli",),
}
ALSO_CALLED = {"pyyaml": "yaml", "pydantic_core": "pydantic"}

NETWORK = ("ftplib", "http", "smtplib", "socket", "ssl", "urllib", "xmlrpc")
NAMELESS = re.compile(r"base|common|core|handlers?|helpers?|managers?|misc|utils?")

# About 200 lines is the wish; past 260 a file holds two ideas. Houses without a ceiling have rooms of 10 000.
CEILING = 260


@dataclass(frozen=True, slots=True)
class Import:
    module: str
    line: int
    for_types_only: bool


def room_name(file: Path) -> str:
    """The dotted name of a file inside the house: `written/from_yaml.py` is `written.from_yaml`."""
    parts = file.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def stands_under(module: str, door: str) -> bool:
    return module == door or module.startswith(f"{door}.")


def exists(module: str) -> bool:
    path = ROOT.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def modules_named(node: ast.stmt, package: list[str]) -> list[str]:
    """The modules a statement names: `from room import file` names the file, not the room."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    assert isinstance(node, ast.ImportFrom)
    start = package[: len(package) - node.level + 1] if node.level else []
    source = ".".join([*start, *([node.module] if node.module else [])])
    deeper = [f"{source}.{alias.name}" for alias in node.names]
    return [module if source.startswith("habilitation") and exists(module) else source for module in deeper]


def imports(file: Path) -> Iterator[Import]:
    """Every import of a file, at its top, inside its functions, and for types only."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    package = list(file.relative_to(ROOT).parent.parts)
    guards = [n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)]
    guarded = {inner for guard in guards for statement in guard.body for inner in ast.walk(statement)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in dict.fromkeys(modules_named(node, package)):
                yield Import(module, node.lineno, node in guarded)


def wrong_arrows(file: Path) -> Iterator[str]:
    here = room_name(file)
    room = here.split(".")[0]
    open_doors = (room, *MAY_IMPORT.get(room, ()))
    for found in imports(file):
        top, _, there = found.module.partition(".")
        if top == "habilitation" and not any(stands_under(there, door) for door in open_doors):
            yield f"{file.relative_to(ROOT)}:{found.line}: `{here}` may not import `{found.module}`"


def strangers(file: Path) -> Iterator[str]:
    here = room_name(file)
    for found in imports(file):
        top = found.module.split(".")[0]
        at_home = top == "habilitation" or top in sys.stdlib_module_names or found.for_types_only
        addresses = THIRD_PARTIES.get(ALSO_CALLED.get(top, top), ())
        if not at_home and not any(stands_under(here, address) for address in addresses):
            yield f"{file.relative_to(ROOT)}:{found.line}: `{top}` does not live in `{here}`"


def each_file(argument: str = "file") -> pytest.MarkDecorator:
    return pytest.mark.parametrize(argument, FILES, ids=[room_name(file) for file in FILES])


@each_file()
def test_every_file_stands_in_a_room(file: Path) -> None:
    assert room_name(file).split(".")[0] in MAY_IMPORT


@each_file()
def test_every_arrow_goes_the_way_of_the_table(file: Path) -> None:
    assert list(wrong_arrows(file)) == []


@each_file()
def test_third_parties_live_at_one_address(file: Path) -> None:
    assert list(strangers(file)) == []


@each_file()
def test_no_arrow_is_hidden_in_a_string(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert "importlib.import_module" not in source
    assert "__import__(" not in source


@each_file()
def test_nothing_reaches_for_the_network(file: Path) -> None:
    reaching = [i for i in imports(file) if any(stands_under(i.module, way) for way in NETWORK)]
    assert reaching == []


@each_file()
def test_no_file_is_past_the_ceiling(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= CEILING


@each_file()
def test_every_room_has_a_name_of_its_own(file: Path) -> None:
    assert not [name for name in room_name(file).split(".") if NAMELESS.fullmatch(name)]


def test_every_dependency_has_an_address_and_every_address_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["arrow"], *extras["audit"], *extras["lsp"]]
    names = [requirement.split(">=")[0] for requirement in declared]
    # tzdata is data: zoneinfo finds it by itself.
    assert {ALSO_CALLED.get(name, name) for name in names} - {"tzdata"} == set(THIRD_PARTIES)


def loaded_by(program: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds once it has run the program."""
    shown = f"import sys\n{program}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", shown], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("third_party", sorted(THIRD_PARTIES))
def test_importing_habilitation_loads_no_third_party(third_party: str, after_import: set[str]) -> None:
    assert third_party not in after_import


@pytest.fixture(scope="module")
def after_import() -> set[str]:
    return loaded_by("import habilitation")


# The walk itself is walked: a test that sees no wrong arrow would pass on any house.


@pytest.mark.parametrize(
    ("file", "source", "complaint"),
    [
        ("decided/one.py", "from habilitation.compiled.from_checked import table", "compiled.from_checked"),
        ("decided/one.py", "from habilitation.compiled import from_checked", "compiled.from_checked"),
        ("decided/one.py", "from ..compiled import from_checked", "compiled.from_checked"),
        ("decided/one.py", "def late():\n    import habilitation.cli.main", "cli.main"),
        ("checked/meaning.py", "import habilitation", "habilitation"),
        ("source.py", "from habilitation.diagnostic import Diagnostic", "diagnostic"),
        ("audit/log.py", "if TYPE_CHECKING:\n    from habilitation.checked import policy", "checked"),
    ],
)
def test_a_wrong_arrow_is_seen(
    file: str, source: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = build(tmp_path, monkeypatch, {file: source, "compiled/from_checked.py": ""}) / file
    (found,) = wrong_arrows(written)
    assert found.endswith(f"{complaint}`")


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("decided/one.py", "from habilitation.compiled.tables import Tables\nfrom .many import rows"),
        ("authorizer.py", "from habilitation.compiled import from_checked"),
        ("written/__init__.py", "from . import syntax"),
        ("cli/main.py", "from habilitation.audit import report"),
    ],
)
def test_a_right_arrow_is_left_alone(file: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = {"written/syntax.py": "", "compiled/from_checked.py": "", "audit/report.py": ""}
    assert list(wrong_arrows(build(tmp_path, monkeypatch, {**others, file: source}) / file)) == []


@pytest.mark.parametrize(
    ("file", "source", "seen"),
    [
        ("checked/policy.py", "import yaml", 1),
        ("written/from_yaml.py", "import yaml", 0),
        ("written/from_yaml.py", "import requests", 1),
        ("decided/one.py", "def late():\n    import numpy as np", 1),
        ("authorizer.py", "if TYPE_CHECKING:\n    import pyarrow as pa", 0),
    ],
)
def test_a_third_party_away_from_home_is_seen_unless_it_is_only_a_type(
    file: str, source: str, seen: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(list(strangers(build(tmp_path, monkeypatch, {file: source}) / file))) == seen


def build(ground: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> Path:
    """A small house of these files, in place of ours until the test ends."""
    house = ground / "habilitation"
    for name, source in files.items():
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text(source, encoding="utf-8")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", ground)
    monkeypatch.setattr(sys.modules[__name__], "HOUSE", house)
    return house
