"""Two files of answers joined access by access: the table of those judged otherwise, and how many there are in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from habilitation.audit.ledger import Ledger
from habilitation.audit.replay.dimensions import Dimension

CHANGED = "changed"
KINDS = ("opened", "closed", "otherwise", "reason")
# An access that one policy does not read: a code it does not know, or a line that is there a duplicate. What is not
# read opens nothing.
NOT_READ = "not_read"
_SHARED = ("patient_id", "professional_id", "outcome", "stamp")
_PLACE = ("file", "line", "part")
_SIDED = {"effect": "'INDETERMINATE'", "rules": f"'{NOT_READ}'", "missing": "''", "edition": "''"}
_KIND = """
    CASE WHEN new_effect = 'PERMIT' AND old_effect <> 'PERMIT' THEN 'opened'
         WHEN old_effect = 'PERMIT' AND new_effect <> 'PERMIT' THEN 'closed'
         WHEN old_effect <> new_effect THEN 'otherwise' ELSE 'reason' END
"""


@dataclass(frozen=True, slots=True)
class Read:
    """The accesses read under either policy: under the old alone, the new alone; those that neither policy settles.

    `first` and `last` are the instants of the first and of the last (microseconds, UTC), None without an access.
    """

    compared: int
    only_old: int
    only_new: int
    undecided: int
    first: int | None
    last: int | None


def compare(ledger: Ledger, old: Path, new: Path, files: Mapping[int, str], dimensions: Sequence[Dimension]) -> Read:
    """Fill the table `changed`, and count the accesses read."""
    tables = ledger.connection
    names = pa.table({"file": pa.array(files, pa.int32()), "name": pa.array(files.values(), pa.string())})
    tables.from_arrow(names).create("names")
    for name, path in (("old", old), ("new", new)):
        source = str(path).replace("'", "''")
        tables.execute(f"CREATE OR REPLACE VIEW {name}_answers AS SELECT * FROM read_parquet('{source}')")  # noqa: S608  # ours
    tables.execute(f"CREATE OR REPLACE TABLE {CHANGED} AS {_changed(dimensions)}")
    unread = _SIDED["effect"]
    query = f"""
        SELECT count(*), count(*) FILTER (n.line IS NULL), count(*) FILTER (o.line IS NULL),
               count(*) FILTER (coalesce(o.effect, {unread}) = {unread} AND coalesce(n.effect, {unread}) = {unread}),
               min(coalesce(n.stamp, o.stamp)), max(coalesce(n.stamp, o.stamp))
        FROM {_joined()}
    """  # noqa: S608  # names of ours
    (counted,) = tables.execute(query).fetchall()
    return Read(*counted)


def _joined() -> str:
    return "old_answers o FULL JOIN new_answers n USING (file, line, part)"


def _changed(dimensions: Sequence[Dimension]) -> str:
    shared = (*_SHARED, *(one.column for one in dimensions))
    columns = [f"coalesce(n.{name}, o.{name}) AS {name}" for name in shared]
    for side in ("old", "new"):
        columns += [f"coalesce({side[0]}.{name}, {unread}) AS {side}_{name}" for name, unread in _SIDED.items()]
    unlike = "n.effect IS DISTINCT FROM o.effect OR n.rules IS DISTINCT FROM o.rules"
    return f"""
        SELECT * REPLACE (names.name AS file), {_KIND} AS kind
        FROM (SELECT {", ".join((*_PLACE, *columns))} FROM {_joined()} WHERE {unlike}) JOIN names USING (file)
    """  # noqa: S608  # names of ours
