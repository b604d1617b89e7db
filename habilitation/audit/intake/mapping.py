"""What is said of a table: how its columns and its values are named by ours, and how its file is written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from habilitation.audit.refusals import UsageError

DELIMITERS = (",", ";", "\t", "|")
NAMED_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
GRANULARITY = r"([1-9][0-9]{0,5}) ?(s|m|min|h|d|j)"
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "j": 86_400}
LONGEST = datetime.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What is said of one table: source columns by ours, our values by theirs, and how the file is written.

    `system`: by column, the code system of its values. `otherwise`: by column, how a value that nothing else tells is
    read. `ignore`: source columns that are not read. `granularity` in microseconds, 0 when nothing is said.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    system: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    encoding: str = ""
    delimiter: str = ""
    zone: str = ""
    granularity: int = 0


def delimiter(word: str) -> str:
    """The delimiter itself, for `tab` and other names."""
    return NAMED_DELIMITERS.get(word, word)


def granularity(text: str) -> int:
    """Microseconds of `30s`, `10m`, `1h`, `1d`. Raises UsageError.

    >>> granularity("10m")
    600000000
    """
    found = re.fullmatch(GRANULARITY, text.strip())
    length = datetime.timedelta(seconds=int(found[1]) * _UNITS[found[2]]) if found else LONGEST * 2
    if length > LONGEST:
        raise UsageError("bad_granularity", f"`{text}` is no granularity", "write `30s`, `1m`, `10m`, `1h` or `1d`")
    return length // datetime.timedelta(microseconds=1)
