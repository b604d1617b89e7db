"""What stands for the rejected rows of a table: what they were about is not known, and no row would be taken for a no.

Each keeps what is sound of its row, and only what is unknown widens: an actor to anybody, a period to always. A row
whose person, record, fact or document cannot be read has no place: nothing stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habilitation.audit.schema import ACTOR_KINDS, CONTRADICTORY, IN_DOUBT, OPEN_STOP, WHOEVER

_PLACES = (ACTOR_KINDS.index("structure"), ACTOR_KINDS.index("unit"))
_AUTHORSHIP = ("author_id", "author_structure_id")

Sound = Mapping[str, Any]  # by part of the row, whether it is sound: a boolean mask
Doubts = Callable[[pa.Table, Sound], pa.Table]


def of_facts(rows: pa.Table, sound: Sound) -> pa.Table:
    """That fact of that patient is not known, of the actor that is named, or else of whoever it may be."""
    rows = _with(rows, "actor_kind", np.where(sound["actor"], rows.column("actor_kind"), WHOEVER))
    rows = _with(rows, "actor_id", pc.if_else(pa.array(sound["actor"]), rows.column("actor_id"), ""))
    rows = _with(rows, "value", CONTRADICTORY)
    # A date that cannot be read may be the last one.
    rows = _with(rows, "recorded", pc.if_else(pa.array(sound["recorded"]), rows.column("recorded"), OPEN_STOP))
    return rows.filter(pc.and_(rows.column("patient_id").is_valid(), pc.greater_equal(rows.column("axis"), 0)))


def of_memberships(rows: pa.Table, sound: Sound) -> pa.Table:  # noqa: ARG001  # a place without a kind is kept
    """Somebody may belong to the place that is named, or to any; of the kind that is named, or of both."""
    rows = _with(rows.filter(rows.column("professional_id").is_valid()), "value", CONTRADICTORY)
    named = np.isin(np.asarray(rows.column("actor_kind")), _PLACES)
    either = [_with(rows.filter(pa.array(~named)), "actor_kind", kind) for kind in _PLACES]
    return pa.concat_tables([rows.filter(pa.array(named)), *either])


def of_documents(rows: pa.Table, sound: Sound) -> pa.Table:
    """The document is as its row says where that is sound; nothing of it is known, if one cannot tell when it was."""
    undated = pa.array(~(sound["start"] & sound["stop"]))
    for name in rows.schema.names:
        said = rows.column(name)
        if name in _AUTHORSHIP:
            rows = _with(rows, name, pc.if_else(pc.and_(undated, said.is_valid()), IN_DOUBT, said))
        elif pa.types.is_int16(said.type):  # an axis
            doubt = pa.scalar(CONTRADICTORY, pa.int16())
            rows = _with(rows, name, pc.if_else(pc.and_(undated, said.is_valid()), doubt, said))
    return rows.filter(pc.and_(rows.column("document_id").is_valid(), rows.column("patient_id").is_valid()))


def _with(rows: pa.Table, name: str, values: Any) -> pa.Table:
    """The rows with another column of that name: values, or one for all."""
    number = rows.schema.get_field_index(name)
    field = rows.schema.field(number)
    values = np.full(rows.num_rows, values) if isinstance(values, int) else values
    column = pa.array(values, field.type) if isinstance(values, np.ndarray) else values.cast(field.type)
    return rows.set_column(number, field, column)
