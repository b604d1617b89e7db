"""Columns of texts as numpy sees them, and as we keep them: without spaces around, empty is null."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_NO_BREAK = 0xA0  # the last byte of a no-break space
_BLANKS = np.zeros(256, dtype=bool)
_BLANKS[[ord(" "), ord("\t"), ord("\r"), ord("\n"), _NO_BREAK]] = True


def plain(column: Any) -> Any:
    """A column of strings, whatever its dictionary or the width of its offsets."""
    return column if column.type == pa.string() else column.cast(pa.string())


def bounds(texts: Any) -> tuple[Any, Any, Any]:
    """Start and length of each text of a string array (a null has none) in its bytes."""
    _, offsets, data = texts.buffers()
    if offsets is None or data is None:
        nothing = np.zeros(len(texts), dtype=np.int64)
        return nothing, nothing, np.zeros(0, dtype=np.uint8)
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    lengths = np.diff(ends)
    if texts.null_count:
        lengths[np.asarray(texts.is_null())] = 0
    return ends[:-1], lengths, np.frombuffer(data, dtype=np.uint8)


def tidy(texts: Any) -> Any:
    """The texts without blanks around them; what is empty then is null."""
    if _is_tidy(texts):
        return texts
    starts, lengths, data = bounds(texts)
    some = np.flatnonzero(lengths)
    if len(some) and (_BLANKS[data[starts[some]]].any() or _BLANKS[data[starts[some] + lengths[some] - 1]].any()):
        texts = pc.utf8_trim_whitespace(texts)
        lengths = bounds(texts)[1]
    empty = lengths == 0
    if int(np.count_nonzero(empty)) > texts.null_count:
        return pc.if_else(pa.array(empty), pa.scalar(None, pa.string()), texts)
    return texts


def is_sound(texts: Any) -> bool:
    """Whether all texts are ASCII, tidy and there: told at a glance of identifiers."""
    ends, letters = _parts(texts)
    return ends is not None and not texts.null_count and _is_dense(ends, letters)


def _is_dense(ends: Any, letters: Any) -> bool:
    """Whether no text is empty, and no letter is a blank, a control or no ASCII."""
    # As signed bytes, all that is past ASCII is negative: one look at the least of them.
    return bool(letters.view(np.int8).min() > ord(" ")) and not (ends[:-1] == ends[1:]).any()


def _parts(texts: Any) -> tuple[Any, Any]:
    """The bounds and the bytes of a string array that has some, not of what it is a slice of; else None twice."""
    _, offsets, data = texts.buffers()
    if offsets is None or data is None or not len(texts):
        return None, None
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]
    return (ends - ends[0] if ends[0] else ends, letters) if len(letters) else (None, None)


def _is_tidy(texts: Any) -> bool:
    """Whether no text is empty, or begins or ends with a blank: most columns are so, and are told at a glance."""
    ends, letters = _parts(texts)
    if ends is None or texts.null_count:
        return False
    if _is_dense(ends, letters):
        return True
    if (ends[:-1] == ends[1:]).any():
        return False
    last = letters[ends[1:] - 1]
    return not ((letters[ends[:-1]] <= ord(" ")).any() or (last <= ord(" ")).any() or (last == _NO_BREAK).any())


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8: told by pyarrow, which does not make a text of them."""
    if data.isascii():
        return True
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int32))
    text = pa.Array.from_buffers(pa.binary(), 1, [None, offsets, pa.py_buffer(data)])
    try:
        text.cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def is_ascii(texts: Any) -> bool:
    """Whether the bytes of a string array are all ASCII."""
    _, letters = _parts(texts)
    return letters is None or bool(letters.view(np.int8).min() >= 0)


def words(texts: Any) -> list[str | None]:
    """The texts as Python has them. One that is not UTF-8 may be left in a dictionary, of which no row is."""
    try:
        found: list[str | None] = texts.to_pylist()
    except UnicodeDecodeError:
        found = [
            None if text is None else text.decode("utf-8", "replace") for text in texts.cast(pa.binary()).to_pylist()
        ]
    return found
