"""A desk as numpy tables: words of 64 clauses, and the reason code of each winning clause set met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.compiled.joint import Desk
from habilitation.decided.decision import Outcome
from habilitation.decided.many.known import KnownSets, distinct

Codes = NDArray[Any]
# A column of ordinals, or one ordinal for every row. An axis without a default has one more ordinal, its last: missing.
Column = Codes | int

_WORD = 64
_SETS_AT_MOST = 1 << 14  # clause sets remembered a desk
_ALL_ONES = (1 << _WORD) - 1


class Board:
    """The tables of one desk; `reason` gives the code of an outcome."""

    def __init__(self, desk: Desk, reason: Callable[[Outcome], int]) -> None:
        self.desk, self._reason = desk, reason
        self.width = max(1, -(-self.desk.every.bit_length() // _WORD))
        self._every = self._split(self.desk.every)
        self._masks = [self._split(mask) for mask in self.desk.masks]
        self.may = [self._columns(column) for column in self.desk.may]
        self.must = [self._columns(column) for column in self.desk.must]
        self._known = KnownSets(self.width, _SETS_AT_MOST)

    def _split(self, bits: int) -> list[np.uint64]:
        return [np.uint64(bits >> _WORD * word & _ALL_ONES) for word in range(self.width)]

    def _columns(self, column: tuple[int, ...] | None) -> list[NDArray[np.uint64]] | None:
        if column is None:
            return None
        return [
            np.array([bits >> _WORD * word & _ALL_ONES for bits in column], np.uint64) for word in range(self.width)
        ]

    def words(
        self, tables: Sequence[list[NDArray[np.uint64]] | None], codes: Sequence[Column], rows: int
    ) -> list[NDArray[np.uint64]]:
        """The clauses that hold, as words."""
        found: list[NDArray[np.uint64]] = []
        for word in range(self.width):
            live = np.full(rows, self._every[word], np.uint64)
            for table, code in zip(tables, codes, strict=True):
                if table is None:
                    continue
                if isinstance(code, int):
                    live &= table[word][code]
                else:
                    live &= table[word].take(code)
            found.append(live)
        return found

    def loose(self, codes: Sequence[Column]) -> bool:
        """Whether some code of the block leaves may and must different."""
        return any(
            loose is not None and bool(loose[code].any() if not isinstance(code, int) else loose[code])
            for loose, code in zip(self._loose, codes, strict=True)
        )

    @cached_property
    def _loose(self) -> list[NDArray[np.bool_] | None]:
        """For each group, the codes whose may and must differ; None when there are none."""
        loose: list[NDArray[np.bool_] | None] = []
        for some, all_ in zip(self.may, self.must, strict=True):
            if some is None or all_ is None:
                loose.append(None)
                continue
            differ = np.zeros(len(some[0]), bool)
            for word in range(self.width):
                differ |= some[word] != all_[word]
            loose.append(differ if differ.any() else None)
        return loose

    def reasons(self, live: list[NDArray[np.uint64]]) -> NDArray[np.int32]:
        """The reason code of each row, from the clauses that hold."""
        winners = self._winners(live)
        found, unmet = self._known.look_up(winners)
        if len(unmet):
            words = [word[unmet] for word in winners]
            first, members = distinct(words)
            keys = [word[first] for word in words]
            sets = zip(*(word.tolist() for word in keys), strict=True)
            codes = [self._reason(Outcome(*self.desk.outcome(_joined(parts)))) for parts in sets]
            self._known.add(keys, codes)
            found[unmet] = np.array(codes, np.int32)[members]
        return found

    def left_open(self, may: list[NDArray[np.uint64]], must: list[NDArray[np.uint64]]) -> Codes:
        """The rows where clauses of the first kind, by precedence, that may hold are not certain to."""
        forbid, abstain, permit = self._masks
        found = np.zeros(len(may[0]), bool)
        settled = np.zeros(len(may[0]), bool)
        for masks in (forbid, abstain, permit):
            for some, all_, mask in zip(may, must, masks, strict=True):
                if mask:
                    found |= ((some ^ all_) & mask != 0) & ~settled
            for some, mask in zip(may, masks, strict=True):
                if mask:
                    settled |= some & mask != 0
        return np.flatnonzero(found)

    def _winners(self, live: list[NDArray[np.uint64]]) -> list[NDArray[np.uint64]]:
        """The clauses of the first kind, by precedence, that has some."""
        forbid, abstain, permit = self._masks
        winners = [word & mask for word, mask in zip(live, permit, strict=True)]
        for masks in (abstain, forbid):
            kind = [word & mask for word, mask in zip(live, masks, strict=True)]
            some = kind[0] != 0
            for word in kind[1:]:
                some |= word != 0
            winners = [np.where(some, mine, theirs) for mine, theirs in zip(kind, winners, strict=True)]
        return winners


def _joined(words: Sequence[int]) -> int:
    return sum(word << _WORD * index for index, word in enumerate(words))
