"""Decisions by the column: the batch copy of the definition, in numpy, over the joint tables of one edition.

A block of rows at a time, so that memory stays bounded and columns stay in cache: codes of the groups, one look-up a
group in the words of the desk, intersections, then the outcome of each winning clause set from a table of those met.
Rows with facts missing whose may and must differ are answered once per different request, by the diagram.
Measured by `benchmarks/bench_table.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.decided.decision import Outcome
from habilitation.decided.many.board import Board, Codes, Column
from habilitation.decided.one import Answers
from habilitation.vocabulary import BEFORE_FIRST_EDITION, MISSING_FACT, NO_RULE, UNKNOWN_CODE, Effect

BLOCK = 65_536
EFFECT_NAMES = tuple(effect.value for effect in Effect)


class Ledger:
    """Reason codes: a number for each different set of rules met, and its name (`rule+rule`)."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.effects: list[int] = []
        self._numbers: dict[tuple[str, Effect], int] = {}

    def number(self, name: str, effect: Effect) -> int:
        """The code of a reason; a new one the first time."""
        key = (name, effect)
        if key not in self._numbers:
            self._numbers[key] = len(self.names)
            self.names.append(name)
            self.effects.append(EFFECT_NAMES.index(effect.value))
        return self._numbers[key]


class Batch:
    """One edition, deciding columns. Reason codes are those of `ledger`."""

    def __init__(self, answers: Answers, ledger: Ledger) -> None:
        self.answers, self.ledger = answers, ledger
        self._boards: dict[int, Board] = {}

    @cached_property
    def unknown(self) -> int:
        """Reason code of a row with a code the policy does not know."""
        return self.ledger.number(UNKNOWN_CODE, Effect.INDETERMINATE)

    def decide(self, columns: Sequence[Column], rows: int) -> NDArray[np.int32]:
        """The reason code of each row."""
        if self.answers.number < 0:
            before = self.ledger.number(BEFORE_FIRST_EDITION, Effect.INDETERMINATE)
            return np.full(rows, before, np.int32)
        found = np.empty(rows, np.int32)
        for start in range(0, rows, BLOCK):
            stop = min(start + BLOCK, rows)
            block = [one if isinstance(one, int) else one[start:stop] for one in columns]
            self._block(block, found[start:stop])
        return found

    def _block(self, columns: Sequence[Column], found: NDArray[np.int32]) -> None:
        plan = self.answers.plan
        cells: dict[int, Column] = {}
        for relay in plan.relays:
            offset = _packed([cells[~s] if s < 0 else columns[s] for s in relay.inputs], relay.shape)
            found_cells = self._relays[relay.matrix][offset]
            cells[relay.matrix] = int(found_cells) if isinstance(offset, int) else found_cells
        codes = [
            _packed([cells[~s] if s < 0 else columns[s] for s in group.symbols], group.sizes) for group in plan.groups
        ]
        some_missing = any(
            (one if isinstance(one, int) else int(one.max())) >= size
            for one, size in zip(columns, plan.sizes, strict=True)
        )
        actions = columns[plan.desk_axis] if plan.desk_axis >= 0 else 0
        if not isinstance(actions, int):
            first = int(actions[0])
            if (actions == first).all():
                actions = first
        if isinstance(actions, int):
            self._at_desk(actions, codes, found, some_missing)
            return
        for action in np.flatnonzero(np.bincount(actions)).tolist():
            where = np.flatnonzero(actions == action)
            part = np.empty(len(where), np.int32)
            self._at_desk(action, [one if isinstance(one, int) else one[where] for one in codes], part, some_missing)
            found[where] = part

    @cached_property
    def _relays(self) -> dict[int, Codes]:
        plan = self.answers.plan
        return {relay.matrix: np.array(relay.cells, _smallest(max(relay.cells))) for relay in plan.relays}

    def _at_desk(self, action: int, codes: Sequence[Column], found: NDArray[np.int32], some_missing: bool) -> None:
        axis = self.answers.plan.desk_axis
        if axis >= 0 and action >= self.answers.plan.sizes[axis]:  # the action itself is missing
            self._one_by_one(-1, codes, found, np.arange(len(found)))
            return
        if action not in self._boards:
            self._boards[action] = Board(self.answers.desk(action).desk, self.reason)
        board = self._boards[action]
        may = board.words(board.may, codes, len(found))
        found[:] = board.reasons(may)
        if some_missing and board.loose(codes):
            must = board.words(board.must, codes, len(found))
            differ = np.zeros(len(found), bool)
            for some, all_ in zip(may, must, strict=True):
                differ |= some != all_
            where = np.flatnonzero(differ)
            if len(where):
                self._one_by_one(action, codes, found, where)

    def _one_by_one(self, action: int, codes: Sequence[Column], found: NDArray[np.int32], where: Codes) -> None:
        """Rows that missing facts leave open: each different request is answered once."""
        if not codes:
            found[where] = self.reason(self.answers.judge(self.answers.plan.values(action, ())).outcome)
            return
        table = np.stack([np.full(len(where), one) if isinstance(one, int) else one[where] for one in codes], axis=1)
        requests, members = _distinct(table)
        reasons = np.empty(len(requests), np.int32)
        for index, request in enumerate(requests.tolist()):
            values = self.answers.plan.values(action, request)
            decision = self.answers.judge(values)
            reasons[index] = self.reason(decision.outcome)
        found[where] = reasons[members]

    def reason(self, outcome: Outcome) -> int:
        """The reason code of an outcome."""
        if outcome.missing:
            return self.ledger.number(MISSING_FACT, outcome.effect)
        names = (self.answers.tables.rules[rule].name for rule in outcome.rules)
        return self.ledger.number("+".join(names) or NO_RULE, outcome.effect)


def _packed(columns: Sequence[Column], sizes: Sequence[int]) -> Column:
    """One code of several columns, the first the most significant."""
    constant, stride = 0, 1
    terms: list[tuple[Codes, int]] = []
    for column, size in zip(reversed(columns), reversed(sizes), strict=True):
        if isinstance(column, int):
            constant += column * stride
        else:
            terms.append((column, stride))
        stride *= size
    if not terms:
        return constant
    kind = _smallest(stride)
    code = np.full(len(terms[0][0]), constant, kind)
    scratch = np.empty(len(code), kind)
    for column, factor in terms:
        np.multiply(column, kind(factor), out=scratch, dtype=kind, casting="unsafe")
        code += scratch
    return code


def _smallest(top: int) -> type[np.unsignedinteger[Any]]:
    """An unsigned type that holds every value up to `top`: a type too small would wrap."""
    return next(kind for kind in (np.uint8, np.uint16, np.uint32, np.uint64) if top <= np.iinfo(kind).max)


def _distinct(table: Codes) -> tuple[Codes, Codes]:
    """The different rows of a table of codes, and which of them each row is."""
    packed = np.ascontiguousarray(table.astype(np.uint32))
    rows = packed.view(np.dtype((np.void, packed.shape[1] * packed.itemsize))).ravel()
    _, first, members = np.unique(rows, return_index=True, return_inverse=True)
    return table[first], members


def axis_columns(answers: Answers, stated: Mapping[int, int], given: Mapping[int, Codes]) -> list[Column]:
    """A column an axis: what is given, else what the view states, else the default, else missing."""
    columns: list[Column] = []
    for axis, table in enumerate(answers.tables.axes):
        otherwise = table.default if table.default >= 0 else len(table.values)
        columns.append(given[axis] if axis in given else stated.get(axis, otherwise))
    return columns
