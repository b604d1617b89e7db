"""Decisions by the column: the batch copy of the definition, in numpy, over the joint tables of one edition.

A block of rows at a time, so that memory stays bounded and columns stay in cache: codes of the groups, one look-up a
group in the words of the desk, intersections, then the outcome of each winning clause set from a table of those met.
Rows with facts missing whose may and must differ are answered once per different request, by the diagram.
Measured by `benchmarks/bench_table.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.decided.many.board import Board, Codes, Column
from habilitation.decided.many.ledger import Ledger
from habilitation.decided.many.openings import Openings
from habilitation.decided.many.states import KEPT_AT_MOST, MatrixStates
from habilitation.decided.one import Answers

BLOCK = 65_536
_REPEATED = 4  # rows a different request, from which on it is worth telling them apart first


class Batch:
    """One edition, deciding columns, for one thread at a time. Codes are those of `ledger`.

    What was worked out for a table serves the next.
    """

    def __init__(self, answers: Answers, ledger: Ledger) -> None:
        self.answers, self.ledger = answers, ledger
        self.reason = ledger.of(answers)
        self._boards: dict[int, Board] = {}
        if answers.number >= 0:
            self._forget()

    def _forget(self) -> None:
        """Remainders are numbered as they are met: their numbers and what was found by number go together."""
        self._openings: dict[int, Openings] = {}
        self._states = MatrixStates(self.answers)

    def decide(self, columns: Sequence[Column], rows: int) -> NDArray[np.int32]:
        """The reason code of each row."""
        if self.answers.number < 0:
            return np.full(rows, self.ledger.before_first_edition, np.int32)
        joint = Joint.of(columns, rows)
        if joint is None:
            return self._each(columns, rows)
        return joint.spread(self._each(joint.columns(columns), len(joint.different)))

    def _each(self, columns: Sequence[Column], rows: int) -> NDArray[np.int32]:
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
        partial = Partial(columns) if _some_missing(columns, plan.sizes) else None
        actions = columns[plan.desk_axis] if plan.desk_axis >= 0 else 0
        if not isinstance(actions, int):
            first = int(actions[0])
            if (actions == first).all():
                actions = first
        if isinstance(actions, int):
            self._at_desk(actions, codes, found, partial)
            return
        for action in np.flatnonzero(np.bincount(actions)).tolist():
            where = np.flatnonzero(actions == action)
            part = np.empty(len(where), np.int32)
            self._at_desk(action, _rows(codes, where), part, partial and partial.of(where))
            found[where] = part

    @cached_property
    def _relays(self) -> dict[int, Codes]:
        plan = self.answers.plan
        return {relay.matrix: np.array(relay.cells, _smallest(max(relay.cells))) for relay in plan.relays}

    def _at_desk(self, action: int, codes: Sequence[Column], found: NDArray[np.int32], partial: Partial | None) -> None:
        plan = self.answers.plan
        if partial and plan.desk_axis >= 0 and action >= plan.sizes[plan.desk_axis]:  # the action itself is missing
            found[:] = self._opening(-1).codes(partial.columns(np.arange(len(found))), len(found))
            return
        if action not in self._boards:
            self._boards[action] = Board(self.answers.desk(action).desk, self.reason)
        board = self._boards[action]
        may = board.words(board.may, codes, len(found))
        if partial is None or not board.loose(codes):
            found[:] = board.reasons(may)
            return
        where = board.left_open(may, board.words(board.must, codes, len(found)))
        for word in may:  # not an exact set: nothing to remember
            word[where] = 0
        found[:] = board.reasons(may)
        if len(where):
            found[where] = self._opening(action).codes(partial.columns(where), len(where))

    def _opening(self, action: int) -> Openings:
        if max(len(self._states), sum(map(len, self._openings.values()))) > KEPT_AT_MOST:
            self._forget()
        if action not in self._openings:
            self._openings[action] = Openings(self.answers, action, self._states, self.reason)
        return self._openings[action]


@dataclass(frozen=True, slots=True)
class Joint:
    """Requests that repeat: the columns that vary as one code a row, and the codes that come.

    Deciding what is different and spreading the answers: a log has a few hundred requests in as many million lines,
    and is decided seven times as fast.
    """

    codes: Codes
    sizes: tuple[int, ...]
    different: NDArray[np.intp]

    @classmethod
    def of(cls, columns: Sequence[Column], rows: int) -> Joint | None:
        """None when there may be nearly as many different requests as rows."""
        varying = [one for one in columns if not isinstance(one, int)]
        if not varying or not rows:
            return None
        sizes, product = [], _REPEATED
        for column in varying:
            sizes.append(int(column.max()) + 1)
            product *= sizes[-1]
            if product > rows:
                return None
        codes = _packed(varying, sizes)
        assert not isinstance(codes, int)
        return cls(codes, tuple(sizes), np.flatnonzero(np.bincount(codes)))

    def columns(self, columns: Sequence[Column]) -> list[Column]:
        """The columns of the different requests."""
        parts = iter(np.unravel_index(self.different, self.sizes))
        return [one if isinstance(one, int) else next(parts) for one in columns]

    def spread(self, answers: NDArray[np.int32]) -> NDArray[np.int32]:
        """The answer of each row, from those of the different requests."""
        by_code = np.zeros(int(self.different[-1]) + 1, np.int32)
        by_code[self.different] = answers
        return by_code.take(self.codes)


@dataclass(frozen=True, slots=True)
class Partial:
    """The rows of a block at one desk (None: all), where some fact is missing; columns are cut when they are needed."""

    block: Sequence[Column]
    rows: Codes | None = None

    def of(self, where: Codes) -> Partial:
        """Some of these rows."""
        return Partial(self.block, where if self.rows is None else self.rows[where])

    def columns(self, where: Codes) -> list[Column]:
        """The columns of some of these rows."""
        return _rows(self.block, where if self.rows is None else self.rows[where])


def _some_missing(columns: Sequence[Column], sizes: Sequence[int]) -> bool:
    return any(
        (one if isinstance(one, int) else int(one.max())) >= size for one, size in zip(columns, sizes, strict=True)
    )


def _rows(columns: Sequence[Column], where: Codes) -> list[Column]:
    return [one if isinstance(one, int) else one[where] for one in columns]


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


def axis_columns(answers: Answers, stated: Mapping[int, int], given: Mapping[int, Column]) -> list[Column]:
    """A column an axis: what is given, else what the view states, else the default, else missing."""
    columns: list[Column] = []
    for axis, table in enumerate(answers.tables.axes):
        otherwise = table.default if table.default >= 0 else len(table.values)
        columns.append(given[axis] if axis in given else stated.get(axis, otherwise))
    return columns
