"""What a process takes, those that it starts included: time on the wall, time of processor, memory at its highest.

Read in /proc every few milliseconds (Linux): the children of a fork server are nobody's children when they end. Memory
that processes share is counted once for each, so that a peak is never told too low.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.02  # seconds
_TICK, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
_SESSION, _USER, _SYSTEM, _RESIDENT = 3, 11, 12, 21  # in /proc/PID/stat, after the name


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds on the wall and of processor, and MiB."""

    wall: float
    cpu: float
    peak: float


def taken(command: Sequence[str]) -> Taken:
    """Run a command in a session of its own. Raises CalledProcessError when it fails."""
    spent: dict[int, int] = {}
    peak, started = 0, time.perf_counter()
    with subprocess.Popen(command, start_new_session=True) as process:  # noqa: S603  # ours
        while process.poll() is None:
            resident = 0
            for pid, ticks, pages in _session(process.pid):
                spent[pid] = ticks
                resident += pages
            peak = max(peak, resident)
            time.sleep(_EVERY)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Taken(time.perf_counter() - started, sum(spent.values()) / _TICK, peak * _PAGE / 2**20)


def _session(leader: int) -> list[tuple[int, int, int]]:
    """The processes of a session: number, ticks of processor, pages in memory."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parts = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
        except OSError:  # it has just ended
            continue
        if int(parts[_SESSION]) == leader:
            found.append((int(folder.name), int(parts[_USER]) + int(parts[_SYSTEM]), int(parts[_RESIDENT])))
    return found
