"""Counts over all the lines judged, whatever their number."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from habilitation.audit.judgement import EFFECTS, Judged
from habilitation.audit.ledger import TALLY
from habilitation.audit.schema import OUTCOMES
from habilitation.authorizer import Authorizer
from habilitation.vocabulary import MISSING_FACT

_SQUARE = len(EFFECTS) * len(OUTCOMES)
_AXES = ("profession", "document_type", "motive")
_IDS = {"professional": "professional_id", "unit": "unit_id"}
_QUARTER = 900_000_000  # microseconds: every zone of today is a whole number of quarters of an hour from UTC
_MERGED_PAST = 1_000_000


class Tally:
    """Numbers of lines by dimension, key, effect and outcome."""

    def __init__(self, policy: Authorizer, files: Sequence[str], zone: str) -> None:
        self._axes = {axis.name: (number, axis.values) for number, axis in enumerate(policy.tables.axes)}
        self._files, self._zone = files, ZoneInfo(zone)
        self._numbers: dict[str, Counter[int]] = {}
        self._ids: dict[str, list[pa.Table]] = {name: [] for name in _IDS}
        self._waiting = 0

    def add(self, judged: Judged) -> None:
        """Count the lines of a batch."""
        square = judged.square.astype(np.int64)
        self._count("file", judged.batch.column("file").to_numpy(), square)
        self._count("rule", judged.reasons, square)
        self._count("edition", judged.editions, square)
        self._count("quarter", judged.batch.column("t").to_numpy() // _QUARTER, square)
        for name in _AXES:
            if name in self._axes:
                self._count(name, judged.known[self._axes[name][0]], square)
        for name, column in _IDS.items():
            self._count_ids(name, judged.batch.column(column), square)

    def _count(self, dimension: str, keys: NDArray[Any] | int, square: NDArray[np.int64]) -> None:
        found = self._numbers.setdefault(dimension, Counter())
        if not len(square):
            return
        least = keys if isinstance(keys, int) else int(keys.min())
        # One key for the whole batch: the file, and most often the edition.
        codes = square if isinstance(keys, int) or keys.max() == least else (keys - least) * _SQUARE + square
        counts = np.bincount(codes)
        for code in np.flatnonzero(counts).tolist():
            found[code + least * _SQUARE] += int(counts[code])

    def _count_ids(self, name: str, column: pa.Array, square: NDArray[np.int64]) -> None:
        if column.null_count == len(column):
            return
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        indices = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False).astype(np.int64)
        counts = np.bincount(indices * _SQUARE + square)
        codes = np.flatnonzero(counts)
        codes = codes[codes < len(coded.dictionary) * _SQUARE]
        rows = pa.table(
            {
                "key": coded.dictionary.take(pa.array(codes // _SQUARE)).cast(pa.string()),
                "square": codes % _SQUARE,
                "n": counts[codes],
            }
        )
        self._ids[name].append(rows)
        self._waiting += rows.num_rows
        if self._waiting > _MERGED_PAST:
            self._ids = {one: [_merged(tables)] if tables else [] for one, tables in self._ids.items()}
            self._waiting = 0

    def rows(self, reasons: Sequence[str], editions: Sequence[str]) -> pa.Table:
        """The counts as rows of the ledger; `reasons` and `editions` name the numbers of the judge."""
        found: Counter[tuple[str, str, int]] = Counter()
        names: Mapping[str, Sequence[str]] = {
            "file": self._files,
            "edition": editions,
            **{name: [value.name for value in self._axes[name][1]] for name in _AXES if name in self._axes},
        }
        for dimension, numbers in self._numbers.items():
            for code, n in numbers.items():
                key, square = divmod(code, _SQUARE)
                if dimension == "quarter":
                    for calendar, unit in self._units(key):
                        found[calendar, unit, square] += n
                elif dimension == "rule":
                    for rule in (reasons[key] if key >= 0 else MISSING_FACT).split("+"):
                        found[dimension, rule, square] += n
                else:
                    found[dimension, names[dimension][key] if key >= 0 else "", square] += n
        for name, tables in self._ids.items():
            for row in _merged(tables).to_pylist() if tables else ():
                found[name, row["key"], row["square"]] += row["n"]
        listed = [
            (dimension, key, EFFECTS[square // len(OUTCOMES)], OUTCOMES[square % len(OUTCOMES)], n)
            for (dimension, key, square), n in sorted(found.items())
        ]
        return pa.Table.from_pylist([dict(zip(TALLY.names, row, strict=True)) for row in listed], TALLY)

    def _units(self, quarter: int) -> list[tuple[str, str]]:
        """The hour, weekday and day of a quarter of an hour, in the zone of the audit."""
        local = datetime.datetime.fromtimestamp(quarter * 900, self._zone)
        return [("hour", str(local.hour)), ("weekday", str(local.isoweekday())), ("day", local.date().isoformat())]


def _merged(tables: Sequence[pa.Table]) -> pa.Table:
    found = pa.concat_tables(tables).group_by(["key", "square"]).aggregate([("n", "sum")])
    return found.rename_columns({"n_sum": "n"})
