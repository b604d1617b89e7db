"""The answers to every access under one policy, on disk, as few bytes an access as will do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from habilitation.audit.asof.standing import Ordinals
from habilitation.audit.judgement import EFFECTS, Judge, Judged
from habilitation.audit.kept import missing_of, named
from habilitation.audit.replay.dimensions import Dimension
from habilitation.audit.schema import CODED, OUTCOMES, PLACE
from habilitation.vocabulary import MISSING_FACT

_TOGETHER = 131_072  # rows of a group of the file: DuckDB reads it group by group


def _schema(dimensions: Sequence[Dimension]) -> pa.Schema:
    """An answer: the place of the access, who and whose, its dimensions, what was done, and what the policy says."""
    axes = [one.column for one in dimensions]
    coded = ("professional_id", *axes, "outcome", "effect", "rules", "missing", "edition")
    return pa.schema(
        [
            ("file", pa.int32()),
            ("line", pa.int64()),
            ("part", pa.int32()),
            ("stamp", pa.int64()),
            ("patient_id", pa.string()),
            *((name, CODED) for name in coded),
        ]
    )


class Answers:
    """Takes answers into a Parquet file, in any order; rules that hold together are in that of the alphabet.

    So that two policies that list the same rules in another order say the same.
    """

    def __init__(self, path: Path, judge: Judge, dimensions: Sequence[Dimension]) -> None:
        self._schema, self._dimensions = _schema(dimensions), dimensions
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd", compression_level=1)
        self._judge = judge
        self._axes = {axis.name: number for number, axis in enumerate(judge.policy.tables.axes)}
        self._rows: list[pa.Table] = []
        self._count = 0

    def add(self, judged: Judged) -> int:
        """Take the answers to a batch; none is a finding here."""
        batch = judged.batch
        stamped = "stamp" if "stamp" in batch.schema.names else "t"
        columns = {name: batch.column(name) for name in (*PLACE, "patient_id", "professional_id")}
        columns["stamp"] = batch.column(stamped)
        columns |= {one.column: self._values(one.axis, judged) for one in self._dimensions}
        columns["outcome"] = named(OUTCOMES, batch.column("outcome").to_numpy())
        columns["effect"] = named(EFFECTS, judged.effects)
        columns["rules"] = named((*map(_sorted, self._judge.reason_names), MISSING_FACT), judged.reasons)
        columns["missing"] = missing_of(self._judge, judged.missing, batch)
        columns["edition"] = named(self._judge.edition_names, judged.editions)
        schema = self._schema
        self._rows.append(pa.table([columns[name].cast(schema.field(name).type) for name in schema.names], schema))
        self._count += batch.num_rows
        if self._count >= _TOGETHER:
            self.flush()
        return 0

    def _values(self, name: str, judged: Judged) -> pa.Array:
        """The value of each line on an axis: null where it is not known, or where the policy has no such axis."""
        if name not in self._axes:
            return pa.nulls(judged.batch.num_rows, pa.string())
        number = self._axes[name]
        names = [value.name for value in self._judge.policy.tables.axes[number].values]
        return _coded(names, judged.known[number], judged.batch.num_rows)

    def flush(self) -> None:
        """Write what is held."""
        if self._count:
            table = pa.concat_tables(self._rows).unify_dictionaries()
            self._file.write_table(table.combine_chunks(), row_group_size=_TOGETHER)
            self._rows, self._count = [], 0

    def close(self) -> None:
        """The file is whole."""
        self.flush()
        self._file.close()


def _sorted(names: str) -> str:
    return "+".join(sorted(names.split("+")))


def _coded(names: Sequence[str], values: Ordinals | int, rows: int) -> pa.Array:
    ordinals = np.full(rows, values, np.int16) if isinstance(values, int) else values
    return pa.array(names, pa.string()).take(pa.array(ordinals, mask=ordinals < 0))
