"""The marks of a matrix under one another: nothing but blanks between them changes."""

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habilitation import shipped
from habilitation.authoring.canonical import matrices
from habilitation.authoring.canonical.files import laid_out
from habilitation.authoring.canonical.matrices import aligned
from habilitation.diagnostic import HabilitationError, PolicyError
from habilitation.source import Source
from habilitation.written.from_yaml import read_yaml
from habilitation.written.syntax import WrittenMatrix

SHIPPED = sorted(shipped.dmp_shelves()["matrices"].glob("*.yaml"))
HEAD = """\
matrix: m
axes: [a, b]
values:
  permitted: {mark: O}
editions:
  - id: e
    applicable: {from: 2024-01-01}
    known: {from: 2024-01-01}
    provenance: {title: t}
    blocks:
      - columns: [x, y, z]
"""
each_shipped = pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])


def laid(rows: str) -> str:
    text = aligned(Source("m.yaml", HEAD + rows))
    assert text.startswith(HEAD)
    assert aligned(Source("m.yaml", text)) == text
    return text.removeprefix(HEAD)


def said(text: str) -> Any:
    """The rows, with the marks of each; and the file, blanks aside."""
    matrix, found = read_yaml(Source("m.yaml", text), WrittenMatrix)
    assert matrix is not None, found
    blocks = [block for edition in matrix.editions for block in edition.blocks]
    rows = [{key: marks.split() for key, marks in block.rows.items()} for block in blocks]
    return rows, [re.sub(r"(?<=\S)\s+", " ", line.rstrip()) for line in text.split("\n")]


@each_shipped
def test_the_shipped_matrices_are_in_line(path: Path) -> None:
    assert laid_out(str(path), path.read_text("utf-8")) == path.read_text("utf-8")


@each_shipped
@given(seed=st.integers(0, 2**32))
@settings(max_examples=5, deadline=None)
def test_any_blanks_come_in_line_and_change_nothing_else(path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311  # a draw of blanks, to be repeated
    head, rows, text = path.read_text("utf-8").partition("    blocks:\n")
    blanked = re.sub(r"(?<=[^\s#-]) {1,9}(?=\S)", lambda _: " " * random.randint(1, 6), text)
    once = aligned(Source(path.name, head + rows + blanked))
    assert said(once) == said(head + rows + blanked)
    assert aligned(Source(path.name, once)) == once


def test_marks_names_of_columns_and_comments_come_in_line() -> None:
    rows = """\
        rows:
          # a block
          #   X Y Z
          one: O long(1) N # of one
          "longer": O  N N   # of the longer
          last:   O N O
"""
    assert (
        laid(rows)
        == """\
        rows:
          # a block
          #         X Y       Z
          one:      O long(1) N  # of one
          "longer": O N       N  # of the longer
          last:     O N       O
"""
    )


def test_the_gap_that_most_rows_leave_stays() -> None:
    rows = "        rows:\n          a: O   N N\n          b: O   N N\n          cc: O N N\n"
    assert laid(rows) == "        rows:\n          a:  O   N N\n          b:  O   N N\n          cc: O   N N\n"


@pytest.mark.parametrize(
    "rows",
    [
        "        rows: {a:  O N   N, b: O   N N}\n",
        '        rows:\n          a: "O   N N"\n          b: >-\n            O  N\n            N\n',
        "        rows:\n          a: O   N\n            N\n",
        "        rows:\n          a: O   N\n",
        "        rows: {}\n",
    ],
    ids=["on one line", "in quotes or folded", "on two lines", "ragged", "no row"],
)
def test_rows_that_do_not_stand_on_a_line_each_are_left_as_they_are(rows: str) -> None:
    assert laid(rows) == rows


def test_a_matrix_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(PolicyError, match="missing key `axes`"):
        aligned(Source("m.yaml", "matrix: m\n"))


def test_a_layout_that_would_say_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrices, "_in_line", lambda lines, columns: [(12, "        rows: {a: O O O}")])
    with pytest.raises(HabilitationError, match="left as it is"):
        laid("        rows: {a: O N N}\n")


def test_another_yaml_file_is_left_as_it_is() -> None:
    assert laid_out("vocabulary.yaml", "policy:   p\n") == "policy:   p\n"
