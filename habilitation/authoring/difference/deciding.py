"""The rules that give the answers of a block: all of them, where an example has some."""

from __future__ import annotations

from habilitation.authoring.difference.blocks import Block, boxed
from habilitation.authoring.difference.effects import Compared
from habilitation.authoring.difference.frame import Frame
from habilitation.compiled.settling import FAILS


def deciding(compared: Compared, block: Block, effects: tuple[int, int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rules of each side that are a reason of its effect in some situation of a block."""
    frame = compared.frame
    root = frame.kept(block.condition, boxed(frame, block.head), 0)
    old, new = (
        tuple(name for name, rule in rules.items() if rule.effect == effect and _meet(frame, rule.where, root))
        for rules, effect in zip(compared.rules, effects, strict=True)
    )
    return old, new


def _meet(frame: Frame, one: int, other: int) -> bool:
    """Whether two diagrams of 1 and 0 are both 1 somewhere; stops at the first such place."""
    axes, below = frame.forest.axes, frame.forest.children
    stack, seen = [(one, other)], {(one, other)}
    while stack:
        pair = stack.pop()
        if FAILS in pair:
            continue
        if max(pair) < 0:
            return True
        line = min((axes[root] for root in pair if root >= 0), key=frame.places.__getitem__)
        width = len(frame.classes[line])
        columns = [below[root] if root >= 0 and axes[root] == line else (root,) * width for root in pair]
        fresh = set(zip(*columns, strict=True)) - seen
        seen |= fresh
        stack.extend(fresh)
    return False
