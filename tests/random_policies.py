"""Small policies at random, as `check` would have left them: axes, matrices of matrices, rules, editions."""

import datetime

from hypothesis import strategies as st

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

_NOWHERE = Span(Source("random.hab", "x"), 0, 1)
_NO_TEXT = Labels("–", "–")
_DAYS = [datetime.date(2024, 1, 1), datetime.date(2025, 1, 1), datetime.date(2026, 1, 1)]


def _value(name: str) -> Value:
    return Value(name, name, (), _NO_TEXT, False, "", _NOWHERE)


@st.composite
def axes(draw: st.DrawFn, with_action: bool) -> tuple[Axis, ...]:
    count = draw(st.integers(2, 5))
    found = []
    for index in range(count):
        name = "action" if index == 0 and with_action else f"axis_{index}"
        fact = name != "action" and draw(st.booleans())
        size = 2 if fact else draw(st.integers(1, 3))
        names = ["false", "true"] if fact else [f"v{value}" for value in range(size)]
        default = draw(st.none() | st.integers(0, size - 1))
        category = "subject" if draw(st.booleans()) else ""
        values = tuple(map(_value, names))
        found.append(Axis(name, _NO_TEXT, values, {}, {}, default, fact, fact, (), _NOWHERE, category))
    return tuple(found)


@st.composite
def matrices(draw: st.DrawFn, over: tuple[Axis, ...]) -> tuple[Matrix, ...]:
    found: list[Matrix] = []
    for index in range(draw(st.integers(0, 3))):
        choices = [Input(False, axis) for axis in range(len(over))]
        choices += [Input(True, before) for before in range(len(found))]
        inputs = tuple(draw(st.lists(st.sampled_from(choices), min_size=2, max_size=3, unique=True)))
        values = ("not covered", *(f"c{value}" for value in range(draw(st.integers(1, 3)))))
        sizes = [len(found[one.index].values) if one.is_matrix else len(over[one.index].values) for one in inputs]
        editions = []
        for number in range(draw(st.integers(0, 2))):
            where = st.tuples(*(st.integers(0, size - 1) for size in sizes))
            cells = draw(st.dictionaries(where, st.integers(1, len(values) - 1), max_size=8))
            start = draw(st.sampled_from(_DAYS))
            known = _DAYS[number]
            editions.append(MatrixEdition(f"e{number}", Period(start), known, cells, {}, {}, (), {}, _NOWHERE))
        found.append(
            Matrix(
                f"matrix_{index}",
                _NO_TEXT,
                inputs,
                0,
                values,
                values,
                (_NO_TEXT,) * len(values),
                {},
                tuple(editions),
                _NOWHERE,
            )
        )
    return tuple(found)


def conditions(over: tuple[Axis, ...], tables: tuple[Matrix, ...]) -> st.SearchStrategy[Condition]:
    def literal(symbol: tuple[bool, int]) -> st.SearchStrategy[Condition]:
        is_matrix, index = symbol
        size = len(tables[index].values) if is_matrix else len(over[index].values)
        sets = st.frozensets(st.integers(0, size - 1), max_size=size)
        return sets.map(lambda values: Cell(index, values) if is_matrix else Is(index, values))

    symbols = [(False, index) for index in range(len(over))] + [(True, index) for index in range(len(tables))]
    leaves = st.sampled_from(symbols).flatmap(literal)
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            parts.map(Not),
            st.lists(parts, max_size=3).map(lambda some: And(tuple(some))),
            st.lists(parts, max_size=3).map(lambda some: Or(tuple(some))),
        ),
        max_leaves=6,
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    over = draw(axes(draw(st.booleans())))
    tables = draw(matrices(over))
    rules = []
    for index in range(draw(st.integers(0, 6))):
        period = Period(
            *sorted(draw(st.lists(st.sampled_from([DISTANT_PAST, *_DAYS]), min_size=2, max_size=2, unique=True)))
        )
        rules.append(
            Rule(
                name=f"rule_{index}",
                effect=draw(st.sampled_from(RuleEffect)),
                condition=draw(conditions(over, tables)),
                citations=("–",),
                message=_NO_TEXT,
                applicable=draw(st.sampled_from([Period(), period])),
                known=draw(st.sampled_from([DISTANT_PAST, *_DAYS])),
                obligations=(),
                advice=(),
                span=_NOWHERE,
            )
        )
    editions, stretches = timeline(tables, tuple(rules))
    return Policy("random", _NO_TEXT, over, tables, tuple(rules), (), {}, {}, editions, stretches, "0")
