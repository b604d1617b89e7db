"""What others rely on: the names, their types, their sentences."""

import inspect
import tomllib
from pathlib import Path
from typing import Any

import pytest

import habilitation
from habilitation import Authorizer

ROOT = Path(__file__).parent.parent
NAMES = [name for name in habilitation.__all__ if name != "MISSING"]


def test_the_public_names_are_these() -> None:
    assert habilitation.__all__ == [
        "MISSING",
        "ArtefactError",
        "Authorizer",
        "CellView",
        "Change",
        "Decision",
        "Diagnostic",
        "Effect",
        "Explanation",
        "HabilitationError",
        "Outcome",
        "PolicyError",
        "Reason",
        "RequestError",
        "Severity",
    ]


def test_the_public_names_are_sorted_constants_first_as_linters_sort_them() -> None:
    assert habilitation.__all__ == sorted(habilitation.__all__, key=lambda name: (not name.isupper(), name))


def test_every_public_name_is_there() -> None:
    assert all(hasattr(habilitation, name) for name in habilitation.__all__)


def public_members(thing: type[Any]) -> list[tuple[str, Any]]:
    """Methods and properties written in the class, not those a dataclass or an enumeration brings."""
    ours = ((name, member) for name, member in vars(thing).items() if not name.startswith("_"))
    return [
        (name, getattr(member, "__func__", member))
        for name, member in ours
        if inspect.isroutine(member) or isinstance(member, property | classmethod | staticmethod)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_everything_public_has_a_sentence(name: str) -> None:
    thing = getattr(habilitation, name)
    silent = [inner for inner, member in public_members(thing) if not (member.__doc__ or "").strip()]
    # A dataclass without a docstring is given its signature as one.
    assert (thing.__doc__ or "").strip()
    assert not thing.__doc__.startswith(f"{name}(")
    assert silent == []


def test_deciding_has_a_sentence_although_the_function_is_generated() -> None:
    from habilitation.decided.fast import Decide  # noqa: PLC0415  # not public: reached through `Authorizer.decide`

    assert "RequestError" in (Decide.__call__.__doc__ or "")


def test_the_main_questions_are_where_the_design_says(dmp: Authorizer) -> None:
    asked = "at compile decide decide_table edition explain facts given permitted undecided"
    assert [name for name in asked.split() if not hasattr(dmp, name)] == []
    assert all(hasattr(Authorizer, name) for name in ("dmp", "load"))


def test_errors_are_of_one_family() -> None:
    family = (habilitation.PolicyError, habilitation.RequestError, habilitation.ArtefactError)
    assert all(issubclass(one, habilitation.HabilitationError) for one in family)
    assert issubclass(habilitation.RequestError, ValueError)


def test_the_package_says_that_it_is_typed_and_ships_saying_so() -> None:
    assert (ROOT / "habilitation" / "py.typed").is_file()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "habilitation" in project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
