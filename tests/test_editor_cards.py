"""The cards of what stands in matrices, in spreadsheets and in cases."""

from pathlib import Path

import pytest

from tests.language_client import Editor
from tests.tested_library import NAMED_LIBRARY

FILES = {
    **NAMED_LIBRARY,
    "vocabulary.yaml": NAMED_LIBRARY["vocabulary.yaml"].replace("en: Rare books}", "en: Rare books, source: Annex 2}"),
}
LAW = "Ground: Règlement de 2025, P2, https://example.org/2025 (edition 2025-01-01)"
DISPUTE = "⚠ The sources disagree: The keeper doubts it. (Registre)"
CONCERNED = "Rules that may concern it: `reading`"


@pytest.mark.parametrize(
    ("file", "words", "inside", "expected", "absent"),
    [
        (
            "matrices/access.yaml",
            "permitted(1)",
            3,
            [
                *("**may read** · `permitted`", "*peut lire*", "Access to shelves (`access`)"),
                *("Custody (`custody`) × Rare books (`rare`)", "Footnote: On the premises", DISPUTE, LAW, CONCERNED),
            ],
            [],
        ),
        (
            "matrices/access.yaml",
            "rare: refused",
            7,
            ["**may not read**", "Public (`public`) × Rare books (`rare`)", LAW],
            ["Footnote", DISPUTE, CONCERNED],
        ),
        ("matrices/access.yaml", "            O", 12, ["Custody (`custody`) × Lost books (`lost`)", LAW], [DISPUTE]),
        ("matrices/access.yaml", "mark: O", 6, ["**may read** · `permitted`", CONCERNED], ["×", "Ground"]),
        (
            "matrices/access.yaml",
            "rare: refused",
            1,
            ["**Rare books**", "Ground: Annex 2", "Rules that may concern it: `rare_lending`", "matrices: `access`"],
            [],
        ),
        ("matrices/access.yaml", "[public,", 2, ["**Public** · `public` · cell value", "matrices: `access`"], ["×"]),
        ("matrices/access.yaml", "[post, shelf]", 2, ["**Post** · `post` · matrix", "matrices: `access`"], []),
        ("matrices/access.yaml", "{post: custody", 8, ["**Custody** · `custody` · cell value"], ["×"]),
        ("matrices/access.csv", "O(1)", 0, ["Custody (`custody`) × Rare books", "On the premises", DISPUTE, LAW], []),
        ("matrices/access.csv", "shelf;", 1, ["**Shelf** · `shelf` · axis", "matrices: `access`, `desks`"], []),
        ("matrices/access.csv", "public;", 1, ["**Public**"], []),
        ("matrices/desks.yaml", "served .", 1, ["Staff (`staff`) × Front (`front`) × Rare", "sources disagree"], []),
        ("matrices/desks.yaml", ". served", 3, ["Reader (`10`) × Back (`back`) × Rare books"], ["sources disagree"]),
        ("matrices/desks.yaml", "front/rare", 7, ["**Rare books**"], []),
        ("vocabulary.yaml", "system: R", 8, ["**Roles** · `R` · code system", "`1.2.3`, `https://example.org/r`"], []),
        (
            "tests/library.yaml",
            "given: [keeper_in",
            9,
            ["`keeper_in` · shared facts", "- Role (`role`): Keeper (`k"],
            [],
        ),
        ("tests/library.yaml", "with: {shelf", 8, ["**Shelf** · `shelf` · axis"], []),
        (
            "tests/library.yaml",
            "role: keeper",
            7,
            ["**Keeper**", "Official code: `20`", "matrices: `desks`, `post`"],
            [],
        ),
        ("tests/library.yaml", "reasons: [reading", 11, ["**permit** `reading`", "Règlement, art. 1"], []),
        ("tests/library.yaml", "[sign]", 2, ["**Sign the register**", "Ground: Règlement, art. 4"], []),
        ("tests/library.yaml", "columns: shelf", 10, ["**Shelf**"], []),
        ("tests/published.csv", "rare", 1, ["**Rare books**"], []),
        ("tests/published.csv", "keeper_in", 1, ["shared facts"], []),
    ],
)
def test_what_stands_in_a_file_of_the_policy_says_its_label_its_law_and_whom_it_concerns(
    file: str, words: str, inside: int, expected: list[str], absent: list[str], editor: Editor, library: Path
) -> None:
    uri = editor.open(library / file)
    card = editor.hovered(uri, words, inside)
    assert [part for part in expected if part not in card] == []
    assert [part for part in absent if part in card] == []


def test_a_row_written_with_escapes_does_not_take_one_cell_for_another(editor: Editor, library: Path) -> None:
    matrix = editor.open(library / "matrices" / "access.yaml")
    editor.replace(matrix, '"O permitted"', '"O\\x20permitted"')
    assert "×" not in editor.hovered(matrix, '"O', 1)


def test_what_is_wrong_with_a_matrix_leaves_its_cells_what_can_be_said(editor: Editor, library: Path) -> None:
    matrix = editor.open(library / "matrices" / "access.yaml")
    editor.replace(matrix, '[public, "custody"]', '[publi, "custody"]')
    card = editor.hovered(matrix, "rare: refused", 7)
    assert "Post (`publi`) × Rare books (`rare`)" in card
    assert CONCERNED not in card
    editor.replace(matrix, "axes: [post, shelf]", "axes: [post, shelv]")
    assert "×" not in editor.hovered(matrix, "rare: refused", 7)
    desks = editor.open(library / "matrices" / "desks.yaml")
    editor.replace(desks, "front/rare", "front")
    assert "×" not in editor.hovered(desks, "served .", 1)
