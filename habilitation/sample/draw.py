"""Numbers drawn from a seed, the same on every machine."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Truths: TypeAlias = npt.NDArray[np.bool_]


class Draw:
    """A stream of draws; `path` tells streams of one seed apart.

    Only the raw bits of PCG64 are used: numpy promises that they never change, and does not promise it of the
    distributions of its generators. Nor is a logarithm or an exponential computed, which processors round differently.
    """

    def __init__(self, seed: int, *path: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, *path]))

    def uniform(self, n: int) -> Floats:
        """Numbers of [0, 1), float64 of shape (n,)."""
        raw: Any = self._bits.random_raw(n)
        found: Floats = (raw >> np.uint64(11)) * 2.0**-53
        return found

    def below(self, limits: Ints | int, n: int | None = None) -> Ints:
        """Integers from 0 to each limit, excluded; `n` of them when the limit is one number."""
        count = len(limits) if n is None and not isinstance(limits, int) else n
        assert count is not None
        found: Ints = (self.uniform(count) * limits).astype(np.int64)
        return found

    def between(self, first: Ints | int, last: Ints | int, n: int) -> Ints:
        """Integers from each `first` to each `last`, excluded; `first` where there is no room."""
        room = np.maximum(np.asarray(last) - np.asarray(first), 1)
        return np.asarray(first, dtype=np.int64) + self.below(np.broadcast_to(room, (n,)))

    def among(self, values: Ints, n: int) -> Ints:
        """One of the values, each as likely, n times."""
        return values[self.below(len(values), n)]

    def weighted(self, cumulative: Floats, n: int) -> Ints:
        """Indexes drawn by cumulative weights whose last is 1."""
        return np.searchsorted(cumulative, self.uniform(n), side="right").astype(np.int64)

    def distinct(self, count: int, limit: int) -> Ints:
        """Different integers from 0 to `limit`, excluded, in a drawn order."""
        return np.argsort(self.uniform(limit), kind="stable")[:count].astype(np.int64)


def cumulative(weights: npt.ArrayLike) -> Floats:
    """Cumulative weights, the last of them 1."""
    summed = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: Floats = summed / summed[-1]
    return found


def shared_out(total: int, weights: npt.ArrayLike) -> Ints:
    """`total` in whole parts, each within one of its share."""
    cuts = np.floor(cumulative(weights) * total + 0.5).astype(np.int64)
    return np.diff(cuts, prepend=0)
