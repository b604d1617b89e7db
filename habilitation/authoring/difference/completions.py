"""What is answered to a request that leaves an axis out, where it has no default: what holds under every completion.

A copy of `meaning.decide`, over diagrams: one axis after the other, for what agrees over two axes agrees over each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from habilitation.authoring.difference.frame import Frame
from habilitation.authoring.difference.lines import ANY


def completed(frame: Frame, side: int, root: int, together: Callable[[int, int], int]) -> int:
    """The diagram where the answer to an axis left out is put together from those of all its values on a side."""
    for line in left_open(frame, side):
        root = _completed(frame, side, root, line, together, {})
    return root


def left_open(frame: Frame, side: int) -> tuple[int, ...]:
    """The lines that may be left out, for which a side has no default."""
    return tuple(number for number, line in enumerate(frame.lines) if any(pair[side] == ANY for pair in line.ordinals))


def _completed(
    frame: Frame, side: int, root: int, line: int, together: Callable[[int, int], int], memo: dict[int, int]
) -> int:
    axes, below = frame.forest.axes, frame.forest.children
    if root < 0 or frame.places[axes[root]] > frame.places[line]:
        return root
    if root not in memo:
        children = below[root]
        if axes[root] == line:
            ordinals = [frame.lines[line].ordinals[first][side] for first, *_ in frame.classes[line]]
            known = dict.fromkeys(child for child, ordinal in zip(children, ordinals, strict=True) if ordinal >= 0)
            answer = reduce(lambda one, other: frame.combined(together, one, other), known)
            pairs = zip(children, ordinals, strict=True)
            found = tuple(answer if ordinal == ANY else child for child, ordinal in pairs)
        else:
            found = tuple(_completed(frame, side, child, line, together, memo) for child in children)
        memo[root] = frame.forest.node(axes[root], found)
    return memo[root]
