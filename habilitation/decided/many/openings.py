"""Rows that missing facts leave open, in numpy: each different remainder (see `decided.remainder`) is answered once.

Once the clauses that can still matter are known, and the missing axes that they look at, what is left of the request is
known, unless a matrix misses one of its inputs: then the state of the matrix is part of the key. Measured by
`benchmarks/bench_table.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, reduce
from operator import and_, or_

import numpy as np
from numpy.typing import NDArray

from habilitation.decided.decision import Outcome
from habilitation.decided.many.board import Codes, Column
from habilitation.decided.many.known import KnownSets, distinct, paired
from habilitation.decided.many.states import KEPT_AT_MOST, MatrixStates
from habilitation.decided.one import Answers
from habilitation.decided.request import UNSTATED

Mask = NDArray[np.uint64]
Look = list[Mask | None]  # the clauses that look at a symbol where it is not known; None: nowhere
_WORD = 64
_ALL_ONES = (1 << _WORD) - 1


class Symbol:
    """An axis or a matrix some clause looks at, in the words of a desk.

    By value or state: `may` are the clauses it leaves possible, `open` those that it leaves uncertain.
    """

    def __init__(self, index: int, column: Sequence[int], split: Callable[[int], tuple[int, ...]]) -> None:
        self.index = index
        self.column, self._split = column, split
        self.literals = split(~reduce(and_, column, -1))
        self._may: list[tuple[int, ...]] = []
        self._open: list[tuple[int, ...]] = []
        self._follow()

    def grow(self, reached: Sequence[Sequence[int]]) -> None:
        """Go on with the states met since: `reached` are the values that each may still turn out to be."""
        if len(reached) == len(self._may):
            return
        for values in reached[len(self._may) :]:
            bits = [self._split(self.column[value]) for value in values]
            may = [reduce(or_, parts) for parts in zip(*bits, strict=True)]
            must = [reduce(and_, parts) for parts in zip(*bits, strict=True)]
            self._may.append(tuple(may))
            self._open.append(tuple(some & ~all_ for some, all_ in zip(may, must, strict=True)))
        self._follow()

    def _follow(self) -> None:
        self.may = [np.array(word, np.uint64) for word in zip(*self._may, strict=True)]
        self.open = [np.array(word, np.uint64) for word in zip(*self._open, strict=True)]


class Openings:
    """One desk (-1: the action is missing), for rows with facts missing; `number` gives the code of an outcome."""

    def __init__(self, answers: Answers, action: int, states: MatrixStates, number: Callable[[Outcome], int]) -> None:
        self._answers, self._states, self._number = answers, states, number
        reading, edition = answers.reading, answers.reading.edition
        desk_axis = answers.plan.desk_axis  # -1: the policy has no action, and one desk
        alive = reading.every if min(action, desk_axis) < 0 else edition.axis_bits[desk_axis][action]
        self._clauses = [bit for bit in range(len(edition.clauses)) if alive >> bit & 1]
        self._width = max(1, -(-len(self._clauses) // _WORD))
        self._every = self._words(reading.every)
        self._masks = [self._words(mask) for mask in reading.masks]
        self._axes = [one for one in self._symbols(edition.axis_bits) if action < 0 or one.index != desk_axis]
        for axis in self._axes:
            values = range(answers.plan.sizes[axis.index])
            axis.grow([*([value] for value in values), values])
        self._matrices = list(self._symbols(edition.cell_bits))
        self._needed = states.needed(one.index for one in self._matrices)
        self._alone = self._words(self._that_are_alone())
        width = self._width + -(-len(self._axes) // _WORD) + -(-len(self._matrices) // 2)
        self._known = KnownSets(width, KEPT_AT_MOST)

    def __len__(self) -> int:
        return len(self._known)

    def _split(self, bits: int) -> tuple[int, ...]:
        """Clauses of the desk, numbered anew, as words."""
        own = sum(1 << new for new, old in enumerate(self._clauses) if bits >> old & 1)
        return tuple(own >> _WORD * word & _ALL_ONES for word in range(self._width))

    def _words(self, bits: int) -> list[np.uint64]:
        return [np.uint64(word) for word in self._split(bits)]

    def _symbols(self, columns: Sequence[Sequence[int]]) -> Iterator[Symbol]:
        split = cache(self._split)  # most values share their clauses
        symbols = (Symbol(index, column, split) for index, column in enumerate(columns))
        return (one for one in symbols if any(one.literals))

    def _that_are_alone(self) -> int:
        """The clauses that are all there is of their rule, and hold always only if each symbol they look at says so."""
        edition = self._answers.reading.edition
        owners = Counter(edition.clauses[bit] for bit in self._clauses)
        alone = sum(1 << bit for bit in self._clauses if owners[edition.clauses[bit]] == 1)
        for one in self._matrices:
            if self._states.tangled(one.index):
                alone &= reduce(and_, edition.cell_bits[one.index])
        return alone

    def codes(self, columns: Sequence[Column], rows: int) -> NDArray[np.int32]:
        """The code of each row; a value an axis, past the values where it is missing."""
        states = self._states.of(self._needed, columns, rows)
        for one in self._matrices:
            one.grow(self._states.reached(one.index))
        given: list[tuple[Symbol, Column]] = [(one, columns[one.index]) for one in self._axes]
        given += [(one, states[one.index]) for one in self._matrices]
        live = [np.full(rows, every) for every in self._every]
        looks = [self._narrow(symbol, column, live) for symbol, column in given]
        live = self._that_matter(live, looks)
        key = [*live, *self._left(live, looks, [states[one.index] for one in self._matrices])]
        found, unmet = self._known.look_up(key)
        if len(unmet):
            first, members = distinct([word[unmet] for word in key])
            fresh = unmet[first]
            codes = [self._number(self._answers.settled(values)) for values in self._requests(columns, fresh)]
            self._known.add([word[fresh] for word in key], codes)
            found[unmet] = np.array(codes, np.int32)[members]
        return found

    def _narrow(self, symbol: Symbol, column: Column, live: list[Mask]) -> Look:
        """Leave in `live` the clauses that a symbol leaves possible; those that look at it where it is not known."""
        known = len(symbol.column)
        some = column >= known if isinstance(column, int) else int(column.max()) >= known
        looks: Look = []
        for word, literals in enumerate(symbol.literals):
            if literals:
                live[word] &= symbol.may[word][column]
            open_ = symbol.open[word][column] if literals and some else None
            looks.append(np.full(len(live[word]), open_) if open_ is not None and open_.ndim == 0 else open_)
        return looks

    def _that_matter(self, live: Sequence[Mask], looks: Sequence[Look]) -> list[Mask]:
        """The clauses that can still change the answer.

        A kind that is certain leaves those after it no say. Its own answer is then the rules that always hold; one that
        has but one clause, which is open, does not.
        """
        open_ = [np.zeros_like(word) for word in live]
        for look in looks:
            for word, part in enumerate(look):
                if part is not None:
                    open_[word] |= part
        found = [np.zeros_like(word) for word in live]
        settled = np.zeros(len(live[0]), bool)
        for masks in self._masks:
            certain = settled.copy()
            for may, unsure, mask in zip(live, open_, masks, strict=True):
                certain |= may & ~unsure & mask != 0
            for word, (may, unsure, mask) in enumerate(zip(live, open_, masks, strict=True)):
                kept = np.where(certain, may & ~(unsure & self._alone[word]), may) & mask
                found[word] |= np.where(settled, np.uint64(0), kept)
            settled = certain
        return found

    def _left(self, live: Sequence[Mask], looks: Sequence[Look], states: Sequence[Codes]) -> list[Mask]:
        """What these clauses look at and is not known: a bit a missing axis, then the state of each matrix."""
        nowhere = np.zeros(len(live[0]), bool)
        looked_at = [
            reduce(
                np.logical_or,
                (word & part != 0 for word, part in zip(live, look, strict=True) if part is not None),
                nowhere,
            )
            for look in looks
        ]
        count = len(self._axes)
        missing = [np.zeros(len(nowhere), np.uint64) for _ in range(0, count, _WORD)]
        for place, rows in enumerate(looked_at[:count]):
            missing[place // _WORD] |= rows.astype(np.uint64) << np.uint64(place % _WORD)
        matrices = zip(looked_at[count:], states, strict=True)
        return [*missing, *paired([np.where(rows, state, 0) for rows, state in matrices])]

    def _requests(self, columns: Sequence[Column], rows: Codes) -> Iterator[tuple[int, ...]]:
        sides = ((np.full(len(rows), one) if isinstance(one, int) else one[rows]).tolist() for one in columns)
        sizes = self._answers.plan.sizes
        for values in zip(*sides, strict=True):
            yield tuple(value if value < size else UNSTATED for value, size in zip(values, sizes, strict=True))
