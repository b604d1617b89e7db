"""Codes by key, read a column at a time: what was worked out once for rows that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = Sequence[NDArray[np.uint64]]  # keys, a word a column
_WORD = 64
_FIRST_BITS = 8
_SPARSE = 8  # slots a key: few rows need a second look
_MIXERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)


class KnownSets:
    """A hashed table with linear probing. Keys are compared whole; each has one code (from 0).

    One that would hold more than `at_most` keys is emptied: memory stays bounded however many are met.
    """

    def __init__(self, width: int, at_most: int) -> None:
        self._width, self._at_most = width, at_most
        self._empty(_FIRST_BITS)

    def __len__(self) -> int:
        return self._count

    def _empty(self, bits: int) -> None:
        self._count, self._last = 0, (1 << bits) - 1
        self._shift = np.uint64(_WORD - bits)
        self._keys = [np.zeros(1 << bits, np.uint64) for _ in range(self._width)]
        self._codes = np.full(1 << bits, -1, np.int32)

    def _slots(self, words: Words) -> NDArray[np.int64]:
        mixed = words[0] * np.uint64(_MIXERS[0])
        for index, word in enumerate(words[1:], 1):
            mixed = (mixed ^ mixed >> np.uint64(29)) + word * np.uint64(_MIXERS[index % len(_MIXERS)])
        return (mixed >> self._shift).astype(np.int64)

    def look_up(self, words: Words) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
        """The code of each row, and the rows whose key was not met yet (their code means nothing)."""
        slots = self._slots(words)
        codes = self._codes.take(slots)
        left = np.flatnonzero(~self._met(slots, codes, words))
        unmet = [left[:0]]
        slots = slots[left]
        found = codes[left]
        while len(left):
            unmet.append(left[found < 0])
            left, slots = left[found >= 0], slots[found >= 0] + 1 & self._last
            found = self._codes.take(slots)
            met = self._met(slots, found, [word[left] for word in words])
            codes[left[met]] = found[met]
            left, slots, found = left[~met], slots[~met], found[~met]
        return codes, np.concatenate(unmet)

    def _met(self, slots: NDArray[np.int64], codes: NDArray[np.int32], words: Words) -> NDArray[np.bool_]:
        met: NDArray[np.bool_] = codes >= 0
        for column, word in zip(self._keys, words, strict=True):
            met &= column.take(slots) == word
        return met

    def add(self, words: Words, codes: Sequence[int]) -> None:
        """Remember keys that are all different and were not met yet."""
        if self._count + len(codes) > self._at_most:
            self._empty(_FIRST_BITS)
        if (self._count + len(codes)) * _SPARSE > len(self._codes):
            kept = np.flatnonzero(self._codes >= 0)
            old, known = [column[kept] for column in self._keys], self._codes[kept]
            self._empty(((len(kept) + len(codes)) * _SPARSE - 1).bit_length())
            self._put(old, known)
        self._put(words, np.array(codes, np.int32))

    def _put(self, words: Words, codes: NDArray[np.int32]) -> None:
        self._count += len(codes)
        slots, left = self._slots(words), np.arange(len(codes))
        while len(left):
            free = left[self._codes[slots[left]] < 0]
            taken, which = np.unique(slots[free], return_index=True)
            placed = free[which]
            for column, word in zip(self._keys, words, strict=True):
                column[taken] = word[placed]
            self._codes[taken] = codes[placed]
            left = np.setdiff1d(left, placed, assume_unique=True)
            slots[left] = slots[left] + 1 & self._last


def distinct(words: Words) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first row of each different key, and which of them each row has."""
    order = np.lexsort(tuple(words))
    changes = np.zeros(len(order), bool)
    changes[:1] = True
    for word in words:
        inorder = word[order]
        changes[1:] |= inorder[1:] != inorder[:-1]
    members = np.empty(len(order), np.intp)
    members[order] = np.cumsum(changes) - 1
    return order[changes], members


def paired(columns: Sequence[NDArray[Any]]) -> list[NDArray[np.uint64]]:
    """Columns of numbers below 2 ** 32, two a word."""
    words = []
    for first, *second in (columns[index : index + 2] for index in range(0, len(columns), 2)):
        word = first.astype(np.uint64)
        words.append(word | second[0].astype(np.uint64) << np.uint64(32) if second else word)
    return words
