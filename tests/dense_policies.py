"""Policies drawn so that much stays open when facts are missing: matrices that share inputs and use each other."""

import itertools
import random

from habilitation.checked.policy import (
    And,
    Axis,
    Cell,
    Condition,
    Input,
    Is,
    Labels,
    Matrix,
    MatrixEdition,
    Not,
    Or,
    Period,
    Policy,
    Rule,
    Value,
)
from habilitation.checked.timeline import timeline
from habilitation.source import Source, Span
from habilitation.vocabulary import DISTANT_PAST, RuleEffect

_NOWHERE = Span(Source("dense.hab", "x"), 0, 1)
_NO_TEXT = Labels("–", "–")
_CELLS = ("not covered", "yes", "no", "perhaps")


def dense_policy(seed: int) -> Policy:
    """Four or five axes, three matrices, the later over the earlier, and rules that look at all of them."""
    draw = random.Random(seed)  # noqa: S311  # repeatable, not secret
    axes = tuple(_axis(draw, index, seed % 2 == 0) for index in range(draw.randint(4, 5)))
    matrices: list[Matrix] = []
    for _ in range(3):
        matrices.append(_matrix(draw, axes, matrices))
    rules = tuple(_rule(draw, axes, matrices, index) for index in range(draw.randint(4, 9)))
    editions, stretches = timeline(tuple(matrices), rules)
    return Policy("dense", _NO_TEXT, axes, tuple(matrices), rules, (), {}, {}, editions, stretches, "0")


def _axis(draw: random.Random, index: int, with_action: bool) -> Axis:
    name = "action" if with_action and index == 0 else f"axis_{index}"
    values = tuple(Value(f"v{one}", f"v{one}", (), _NO_TEXT, False, "", _NOWHERE) for one in range(draw.randint(2, 3)))
    default = draw.choice([None, None, 0])
    return Axis(name, _NO_TEXT, values, {}, {}, default, False, False, (), _NOWHERE, "subject" if index else "")


def _matrix(draw: random.Random, axes: tuple[Axis, ...], before: list[Matrix]) -> Matrix:
    index = len(before)
    choices = [Input(False, axis) for axis in range(len(axes))]
    inputs = draw.sample(choices, 2)
    if before and draw.random() < 0.7:
        inputs[draw.randrange(2)] = Input(True, draw.randrange(index))
    sizes = [len(_CELLS) if one.is_matrix else len(axes[one.index].values) for one in inputs]
    # Few different cells, so that some remainders are constant and some are alike.
    some = draw.sample(range(len(_CELLS)), 2)
    cells = {where: draw.choice(some) for where in itertools.product(*map(range, sizes))}
    cells = {where: cell for where, cell in cells.items() if cell}
    edition = MatrixEdition("e0", Period(), DISTANT_PAST, cells, {}, {}, (), {}, _NOWHERE)
    texts = (_NO_TEXT,) * len(_CELLS)
    return Matrix(f"matrix_{index}", _NO_TEXT, tuple(inputs), 0, _CELLS, _CELLS, texts, {}, (edition,), _NOWHERE)


def _rule(draw: random.Random, axes: tuple[Axis, ...], matrices: list[Matrix], index: int) -> Rule:
    def literal() -> Condition:
        if draw.random() < 0.5:
            axis = draw.randrange(len(axes))
            size = len(axes[axis].values)
            one: Condition = Is(axis, frozenset(draw.sample(range(size), draw.randint(1, size - 1))))
        else:
            one = Cell(draw.randrange(len(matrices)), frozenset(draw.sample(range(len(_CELLS)), draw.randint(1, 2))))
        return Not(one) if draw.random() < 0.2 else one

    def both() -> Condition:
        return And(tuple(literal() for _ in range(draw.randint(1, 3))))

    condition = both() if draw.random() < 0.6 else Or((both(), both()))
    return Rule(
        name=f"rule_{index}",
        effect=draw.choice(list(RuleEffect)),
        condition=condition,
        citations=("–",),
        message=_NO_TEXT,
        applicable=Period(),
        known=DISTANT_PAST,
        obligations=(),
        advice=(),
        span=_NOWHERE,
    )
