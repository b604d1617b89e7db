"""Naive local times to instants, by the rules of a time zone as DuckDB carries them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import numpy as np

from habilitation.audit.refusals import UsageError

SECOND = 1_000_000  # microseconds
DAY = 86_400 * SECOND
# A zone is watched day by day over the years an access may bear, and minute by minute where its offset moves.
_OFFSETS = """SELECT epoch_us(moment), epoch_us(timezone($zone, moment)) - epoch_us(moment)
FROM (SELECT make_timestamptz(start + step * $step) AS moment
      FROM (SELECT unnest($starts) AS start), (SELECT unnest(range($steps)) AS step)) ORDER BY 1"""
_FIRST_DAY, _LAST_DAY = -25_569 * DAY, 84_372 * DAY  # 1899-12-30 and 2201-01-02


@dataclass(frozen=True, slots=True)
class Zone:
    """The offsets of a zone: from `starts[i]` (instants, microseconds) on, local time is UTC + `offsets[i]`.

    `local_ends[i]` is the local time at which offset `i` stops being used, `local_starts[i]` where it starts.
    """

    name: str
    starts: Any
    offsets: Any
    local_starts: Any
    local_ends: Any

    def instants(self, local: Any) -> tuple[Any, Any, Any]:
        """Earliest and latest instants of local times (int64 microseconds), and which of them never were.

        They differ in the hour that an autumn repeats; in the hour that a spring leaves out, there is none.
        """
        first = np.minimum(np.searchsorted(self.local_ends, local, side="right"), len(self.offsets) - 1)
        last = np.maximum(np.searchsorted(self.local_starts, local, side="right") - 1, 0)
        return local - self.offsets[first], local - self.offsets[last], first > last

    def local(self, instants: Any) -> Any:
        """Local times of instants, both in int64 microseconds."""
        return instants + self.offsets[np.searchsorted(self.starts, instants, side="right") - 1]


@cache
def zone(name: str) -> Zone:
    """The zone of that name (`Europe/Paris`, `UTC`). Raises UsageError."""
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as connection:
        _settle(connection, name)
        days = _offsets(connection, name, [_FIRST_DAY], DAY, (_LAST_DAY - _FIRST_DAY) // DAY)
        before_a_move = days[np.flatnonzero(np.diff(days[:, 1])), 0].tolist()
        fine = _offsets(connection, name, before_a_move, 60 * SECOND, 24 * 60 + 1)
        moves = fine[np.flatnonzero(np.diff(fine[:, 1], prepend=days[0, 1]))]
        starts, offsets = [-(2**62), *moves[:, 0].tolist()], [days[0, 1], *moves[:, 1].tolist()]
    start, offset = np.array(starts, dtype=np.int64), np.array(offsets, dtype=np.int64)
    ends = np.append(start[1:], np.int64(2**62))
    return Zone(name, start, offset, start + offset, ends + offset)


def _settle(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    found = connection.execute("SELECT count(*) FROM pg_timezone_names() WHERE name = ?", [name]).fetchone()
    if not found or not found[0]:
        raise UsageError("unknown_zone", f"unknown time zone `{name}`", "give a name such as `Europe/Paris` or `UTC`")


def _offsets(connection: duckdb.DuckDBPyConnection, name: str, starts: list[int], step: int, steps: int) -> Any:
    """Rows of (instant, offset), in microseconds: from each start, every `step`, `steps` times."""
    asked = {"zone": name, "starts": starts, "step": step, "steps": steps}
    columns = connection.execute(_OFFSETS, asked).fetchnumpy()
    return np.stack([np.asarray(column, dtype=np.int64) for column in columns.values()], axis=1)
