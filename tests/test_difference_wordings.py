"""What changes no answer is told too: labels, obligations, sources and footnotes written otherwise."""

from pathlib import Path

import pytest

from tests.command_line import LIBRARY, run, written
from tests.small_policies import ENTRY, axis, fact, policy_folder, world
from tests.test_difference_told import changed, only, told


@pytest.fixture
def library(tmp_path: Path) -> str:
    return written(tmp_path / "library", LIBRARY)


def door(ground: Path, **sections: str) -> str:
    """A policy that owes and advises this."""
    vocabulary = world(axis("action", "enter", "leave"), fact("invited"), fact("banned"), **sections)
    return str(policy_folder(ground, ENTRY, vocabulary))


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        (
            "vocabulary",
            "en: Library",
            "en: Books",
            "policy `library`, label: Bibliothèque / Library → Bibliothèque / Books",
        ),
        ("vocabulary", "en: Shelf", "en: Row", "axis `shelf`, label: Rayon / Shelf → Rayon / Row"),
        ("vocabulary", "en: Keeper", "en: Boss", "value `role=keeper`, label: Gardien / Keeper → Gardien / Boss"),
        (
            "access",
            "en: Access to shelves",
            "en: Shelves",
            "matrix `access`, label: {} / Access to shelves → {} / Shelves",
        ),
        (
            "access",
            "en: may read",
            "en: reads",
            "cell value `access=permitted`, label: peut lire / may read → peut lire / reads",
        ),
        (
            "access",
            "en: On the premises",
            "en: Here",
            "footnote `access(1)`, label: Sur place / On the premises → Sur place / Here",
        ),
    ],
)
def test_a_label_written_otherwise_is_told_and_changes_no_situation(
    file: str, old: str, new: str, line: str, library: str, tmp_path: Path
) -> None:
    other = changed(tmp_path, **{file: (old, new)})
    ran = run("diff", library, other, "--lang", "en")
    assert ran.code == 0
    assert f"Written otherwise\n  - {line.replace('{}', 'Accès aux rayons')}" in ran.out
    code, found = told(library, other, "--at", "2025-06-01")
    assert (code, only(found)["changed"], len(found["wordings"])) == (0, "0", 1)


def test_another_source_of_an_edition_is_told_where_it_is_in_force(library: str, tmp_path: Path) -> None:
    other = changed(tmp_path, access=('title: "Règlement de 2025"', 'title: "Règlement de 2026"'))
    _, found = told(library, other, "--at", "2025-06-01")
    assert only(found)["texts"]["sources"] == [
        {
            "kind": "provenance",
            "name": "access@2025-01-01",
            "field": "title",
            "old": ["Règlement de 2025"],
            "new": ["Règlement de 2026"],
        }
    ]
    assert only(told(library, other, "--at", "2024-06-01")[1])["texts"]["sources"] == []
    text = run("diff", library, other).out
    assert "provenance `access@2025-01-01`, title : Règlement de 2025 → Règlement de 2026" in text


def test_a_footnote_that_a_cell_gains_or_loses_is_told(library: str, tmp_path: Path) -> None:
    other = changed(tmp_path, access=("rare: N O(1)", "rare: N(1) O"))
    text = run("diff", library, other, "--at", "2025-06-01", "--lang", "en").out
    assert "cell `access` [public, rare], footnote: – → 1" in text
    assert "cell `access` [custody, rare], footnote: 1 → –" in text


def test_another_edition_in_force_is_named(library: str) -> None:
    text = run("diff", f"{library}@2024-06-01", "@2025-06-01", "--lang", "en").out
    assert "matrix `access`, edition: 2024-01-01 → 2025-01-01" in text
    assert "provenance" not in text
    assert "Written otherwise" not in text


def test_editions_whose_names_hold_a_blank_are_told_as_any(library: str, tmp_path: Path) -> None:
    one, other = (tmp_path / name for name in ("one", "other"))
    for folder, edition in ((one, "2025 a"), (other, "2025 b")):
        folder.mkdir()
        changed(folder, access=('id: "2025-01-01"', f'id: "{edition}"'))
    text = run("diff", *(str(next(folder.iterdir())) for folder in (one, other)), "--lang", "en").out
    assert "matrix `access`, edition: 2025 a → 2025 b" in text
    assert "provenance" not in text


def test_an_obligation_an_advice_and_a_group_that_change_are_told(library: str, tmp_path: Path) -> None:
    sign = "  sign: {fr: Signer, en: Sign, source: Rule 1}\n"
    old = door(tmp_path / "old", obligations=sign)
    new = door(tmp_path / "new", obligations=sign.replace("1", "2"), advice="  knock: {fr: Frapper, en: Knock}\n")
    text = run("diff", old, new, "--lang", "en").out
    assert "obligation `sign`, source: Rule 1 → Rule 2" in text
    assert "advice `knock`, label: – → Frapper / Knock" in text
    other = changed(tmp_path, vocabulary=("values: [keeper, clerk]", "values: [keeper, reader]"))
    line = "group `role=staff`, values: keeper / clerk → reader / keeper"
    assert line in run("diff", library, other, "--lang", "en").out


def test_past_twelve_of_a_kind_they_are_counted(tmp_path: Path) -> None:
    many = "".join(f"  o{number}: {{fr: f{number}, en: e}}\n" for number in range(13))
    places = (door(tmp_path / name, obligations=many.replace("en: e", f"en: {name}")) for name in ("old", "new"))
    text = run("diff", *places).out
    assert "Écrit autrement\n  - obligation : 13 textes" in text


def test_a_summary_and_one_policy_have_none(library: str, tmp_path: Path) -> None:
    other = changed(tmp_path, vocabulary=("en: Shelf", "en: Row"))
    assert "Written otherwise" not in run("diff", library, other, "--summary", "--lang", "en").out
    assert "Écrit autrement" in run("diff", library, other, "--markdown").out
    assert told(library, library)[1]["wordings"] == []


def test_beside_no_policy_no_name_is_replaced_and_no_empty_text_is_told(tmp_path: Path) -> None:
    new = door(tmp_path / "new", obligations="  trace: {fr: Tracer, en: Log}\n")
    text = run("diff", "none", new, "--lang", "en").out
    assert text.endswith("Written otherwise\n  - obligation `trace`, label: – → Tracer / Log\n")
    assert "– → –" not in text
    assert "policy `" not in text
