"""The lines worth showing, kept with all that was known of them until their evidence is put together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from habilitation.audit.asof.standing import Ordinals
from habilitation.audit.judgement import EFFECTS, KINDS, LATER, PERMIT, WITHOUT_PROFESSIONAL, Judge, Judged, kinds
from habilitation.audit.ledger import Held, Ledger
from habilitation.audit.schema import OUTCOMES, PLACE, TEXTS
from habilitation.audit.tally import Tally
from habilitation.vocabulary import MISSING_FACT

TABLE = "kept"
BREAK_GLASS = "bris_de_glace"
FINDINGS = ("not_justified", "no_rule")
_PERMITTED = KINDS.index("permitted")


def schema(axes: int) -> pa.Schema:
    """The kept lines: places and texts, the decisive instant, the stamp, the answer, what was known and from where."""
    return pa.schema(
        [
            ("file", pa.int32()),
            ("line", pa.int64()),
            ("part", pa.int32()),
            *((name, pa.string()) for name in TEXTS),
            ("t", pa.int64()),
            ("stamp", pa.int64()),
            ("stamp_end", pa.int64()),
            *((name, pa.string()) for name in ("outcome", "kind", "effect", "rules", "missing", "edition")),
            ("break_glass", pa.bool_()),
            ("known", pa.binary(2 * axes)),
            ("origins", pa.binary(axes)),
        ]
    )


class Keeper:
    """Picks out of judged batches the lines that the report shows."""

    def __init__(self, judge: Judge, every: bool = False) -> None:
        self._judge, self._every = judge, every
        names = judge.standing.names
        self.axes = len(names)
        self._motive = names.index("motive") if "motive" in names else -1
        values = judge.policy.tables.axes[self._motive].values if self._motive >= 0 else ()
        self._break_glass = next((i for i, value in enumerate(values) if value.name == BREAK_GLASS), -2)

    def __call__(self, judged: Judged) -> pa.Table | None:
        """The lines kept, or None when there is none."""
        outcomes = judged.batch.column("outcome").to_numpy()
        kind = kinds(judged)
        broken = self._broken(judged)
        where = np.flatnonzero((kind > 0) | broken | self._every)
        if not len(where):
            return None
        kind[(kind == 0) & (judged.effects == PERMIT)] = _PERMITTED
        kept = judged.batch.take(pa.array(where))
        columns = {name: kept.column(name) for name in (*PLACE, "t")}
        columns |= {name: kept.column(name).cast(pa.string()) for name in TEXTS}
        has_stamp = "stamp" in kept.schema.names
        columns["stamp"] = kept.column("stamp" if has_stamp else "t")
        columns["stamp_end"] = kept.column("stamp_end" if has_stamp else "t_end")
        columns["outcome"] = named(OUTCOMES, outcomes[where])
        columns["kind"] = named(KINDS, kind[where])
        columns["effect"] = named(EFFECTS, judged.effects[where])
        columns["rules"] = named((*self._judge.reason_names, MISSING_FACT), judged.reasons[where])
        columns["missing"] = missing_of(self._judge, judged.missing[where], kept)
        columns["edition"] = named(self._judge.edition_names, judged.editions[where])
        columns["break_glass"] = pa.array(broken[where])
        columns["known"] = _packed([_at(values, where) for values in judged.known], np.int16)
        columns["origins"] = _packed(self._judge.standing.origins(kept), np.uint8)
        return pa.table(columns).select(schema(len(judged.known)).names).cast(schema(len(judged.known)))

    def _broken(self, judged: Judged) -> NDArray[np.bool_]:
        motives = judged.known[self._motive] if self._motive >= 0 else -1
        return np.broadcast_to(np.asarray(motives == self._break_glass), (judged.batch.num_rows,))


class Kept:
    """Takes answers: counts them all, and fills the table `kept` of the ledger with those worth showing."""

    def __init__(self, ledger: Ledger, keeper: Keeper, tally: Tally) -> None:
        self._keeper, self.tally = keeper, tally
        self._held = Held(ledger, TABLE)
        ledger.connection.from_arrow(schema(keeper.axes).empty_table()).create(TABLE)

    def add(self, judged: Judged) -> int:
        """Take the answers to a batch; how many of them are findings."""
        self.tally.add(judged)
        found = self._keeper(judged)
        if found is None:
            return 0
        self._held.add(found)
        return pc.sum(pc.is_in(found.column("kind"), pa.array(FINDINGS))).as_py() or 0

    def flush(self) -> None:
        """Add what is held to the table."""
        self._held.flush()


def _at(values: Ordinals | int, where: NDArray[np.intp]) -> NDArray[np.int16]:
    return np.full(len(where), values, np.int16) if isinstance(values, int) else values[where]


def missing_of(judge: Judge, numbers: NDArray[np.int32], lines: pa.RecordBatch) -> pa.Array:
    """What is missing to settle the answer to each line."""
    missing = named(judge.missing_names, numbers)
    missing = pc.if_else(pa.array(judge.later(lines)), LATER, missing)
    return pc.if_else(lines.column("professional_id").is_null(), WITHOUT_PROFESSIONAL, missing)


def named(names: Sequence[str], numbers: NDArray[np.generic]) -> pa.Array:
    """The names of numbers; -1 is the last."""
    last = len(names) - 1
    return pa.array(list(names), pa.string()).take(pa.array(np.where(numbers == -1, last, numbers)))


def _packed(columns: Sequence[NDArray[np.generic]], kind: type[np.generic]) -> pa.Array:
    """The columns of each line as one value of a fixed number of bytes."""
    table = np.ascontiguousarray(np.stack(columns, axis=1).astype(kind))
    width = table.shape[1] * table.itemsize
    return pa.Array.from_buffers(pa.binary(width), len(table), [None, pa.py_buffer(table)])


def unpacked(column: pa.Array, kind: type[np.generic]) -> NDArray[np.generic]:
    """The table of numbers that was packed, a row a line."""
    rows = len(column)
    found = np.frombuffer(b"".join(column.to_pylist()), kind)
    return found.reshape(rows, -1)
