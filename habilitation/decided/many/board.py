"""A desk as numpy tables: words of 64 clauses, and the reason code of each winning clause set met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.compiled.joint import Desk
from habilitation.decided.decision import Outcome

Codes = NDArray[Any]
# A column of ordinals, or one ordinal for every row. An axis without a default has one more ordinal, its last: missing.
Column = Codes | int

_BITS_AT_MOST = 16  # slots of a table of clause sets: memory stays bounded however many sets are met
_WORD = 64
_ALL_ONES = (1 << _WORD) - 1
_MIXERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)


class Board:
    """The tables of one desk; `reason` gives the code of an outcome."""

    def __init__(self, desk: Desk, reason: Callable[[Outcome], int]) -> None:
        self.desk, self._reason = desk, reason
        self.width = max(1, -(-self.desk.every.bit_length() // _WORD))
        self._every = self._split(self.desk.every)
        self._masks = [self._split(mask) for mask in self.desk.masks]
        self.may = [self._columns(column) for column in self.desk.may]
        self.must = [self._columns(column) for column in self.desk.must]
        self._known = KnownSets(self.width)

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
        while len(unmet):
            sample = [word[unmet[0]] for word in winners]
            bits = sum(int(word) << _WORD * index for index, word in enumerate(sample))
            reason = self._reason(Outcome(*self.desk.outcome(bits)))
            self._known.add(tuple(int(word) for word in sample), reason)
            same = np.ones(len(unmet), bool)
            for word, value in zip(winners, sample, strict=True):
                same &= word[unmet] == value
            found[unmet[same]] = reason
            unmet = unmet[~same]
        return found

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


class KnownSets:
    """Reason codes by clause set: a hashed table, read a column at a time. Keys are compared whole.

    A larger table parts two keys that meet in one slot; once it may not grow, the later takes the earlier's place.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._entries: dict[tuple[int, ...], int] = {}
        self._resize(10)

    def _resize(self, bits: int) -> None:
        self._shift = np.uint64(_WORD - bits)
        self._keys = [np.zeros(1 << bits, np.uint64) for _ in range(self._width)]
        self._reasons = np.full(1 << bits, -1, np.int32)
        for key, reason in self._entries.items():
            slot = int(self._slots([np.array([part], np.uint64) for part in key])[0])
            if self._reasons[slot] >= 0 and bits < _BITS_AT_MOST:
                self._resize(bits + 1)
                return
            self._put(slot, key, reason)

    def _put(self, slot: int, key: tuple[int, ...], reason: int) -> None:
        for column, part in zip(self._keys, key, strict=True):
            column[slot] = part
        self._reasons[slot] = reason

    def _slots(self, words: Sequence[NDArray[np.uint64]]) -> NDArray[np.int64]:
        mixed = words[0] * np.uint64(_MIXERS[0])
        for index, word in enumerate(words[1:], 1):
            mixed = (mixed ^ mixed >> np.uint64(29)) + word * np.uint64(_MIXERS[index % len(_MIXERS)])
        return (mixed >> self._shift).astype(np.int64)

    def look_up(self, words: list[NDArray[np.uint64]]) -> tuple[NDArray[np.int32], Codes]:
        """The reason code of each row, and the rows whose clause set was not met yet."""
        slots = self._slots(words)
        reasons = self._reasons.take(slots)
        met = reasons >= 0
        for column, word in zip(self._keys, words, strict=True):
            met &= column.take(slots) == word
        return reasons, np.flatnonzero(~met)

    def add(self, key: tuple[int, ...], reason: int) -> None:
        """Remember a clause set."""
        self._entries[key] = reason
        slot = int(self._slots([np.array([part], np.uint64) for part in key])[0])
        if self._reasons[slot] >= 0 and (bits := _WORD - int(self._shift)) < _BITS_AT_MOST:
            self._resize(bits + 1)
        else:
            self._put(slot, key, reason)
