"""Places of ours and of the protocol: the same letters, whatever they weigh in UTF-16."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position

from habilitation.editor.places import Ruler

# Accents in one and in two characters, an emoji outside the first plane, one of several characters, every end of line.
TEXTS = st.lists(st.sampled_from(["a", "é", "e\u0301", "🚑", "👩\u200d⚕️", "€", "\n", "\r\n", "\r", " "])).map("".join)


def in_units(text: str, offset: int) -> Position:
    """The definition, slowly: lines by the protocol's ends, columns by encoding."""
    before = text[:offset].replace("\r\n", "\n\0").replace("\r", "\n")
    line = before.rsplit("\n", 1)[-1].removeprefix("\0")
    return Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)


@given(TEXTS, st.data())
def test_a_place_is_counted_in_utf_16_and_comes_back(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if text[max(0, offset - 1) : offset + 1] == "\r\n":
        return  # no place is inside an end of line
    ruler = Ruler(text)
    assert ruler.position(offset) == in_units(text, offset)
    assert ruler.offset(ruler.position(offset)) == offset


@pytest.mark.parametrize(
    ("line", "character", "offset"),
    [(0, 0, 0), (0, 3, 3), (0, 4, 4), (0, 5, 4), (0, 6, 5), (0, 99, 5), (1, 2, 8), (1, 99, 8), (7, 0, 8)],
)
def test_a_place_past_a_line_is_its_end_and_one_inside_a_pair_its_start(line: int, character: int, offset: int) -> None:
    assert Ruler("été 🚑\nab").offset(Position(line, character)) == offset
