"""The columns of the tables in, and of the batches that travel."""

from __future__ import annotations

import pyarrow as pa

from habilitation.authorizer import Authorizer

OUTCOMES = ("done", "refused", "failed")
DONE, REFUSED, FAILED = range(3)
ACTOR_KINDS = ("any", "structure", "unit", "professional")  # from the least to the most specific
PLACE = ("file", "line", "part")  # of an access, and of no other: a line of FHIR may tell of several
WHOEVER = len(ACTOR_KINDS)  # the kind of a rejected row whose actor cannot be read: anybody may be meant
CONTRADICTORY = -2  # the value of a fact on which rows disagree, or that a rejected row leaves in doubt
IN_DOUBT = ""  # the author of a document on whom its rows disagree, the actor that a rejected membership may be of
OPEN_START, OPEN_STOP = -(2**62), 2**62  # microseconds; no instant of a calendar is as far

# Columns of a log that are no axis of a policy.
TEXTS = (
    "event_id",
    "professional_id",
    "structure_id",
    "unit_id",
    "patient_id",
    "document_id",
    "request_id",
    "justification",
)
FEW = ("professional_id", "structure_id", "unit_id")  # texts of which a log has few different ones
CODED = pa.dictionary(pa.int32(), pa.string())
LOG_COLUMNS = (*TEXTS, "time", "time_granularity", "outcome")
REQUIRED = ("professional_id", "patient_id", "time")
FACT_COLUMNS = (
    "patient_id",
    "actor_kind",
    "actor_id",
    "fact",
    "value",
    "valid_from",
    "valid_to",
    "recorded_at",
)
DOUBTFUL = "doubtful"  # beside them: a row that stands for what was refused, of which its value is not known
MEMBERSHIP_COLUMNS = ("professional_id", "actor_kind", "actor_id", "valid_from", "valid_to")
DOCUMENT_COLUMNS = (
    "document_id",
    "patient_id",
    "author_id",
    "author_structure_id",
    "valid_from",
    "valid_to",
)


def axis_names(policy: Authorizer) -> tuple[str, ...]:
    """The axes of a policy, in its order."""
    return tuple(axis.name for axis in policy.tables.axes)


_AXIS = "axis_"  # no column of ours begins so


def column_of(axis: str) -> str:
    """The column of an axis beside those of ours: a policy may name its axes as it likes."""
    return _AXIS + axis


def axis_of(column: str) -> str:
    """The axis of such a column; any other column is itself."""
    return column.removeprefix(_AXIS)


def encoded(policy: Authorizer) -> pa.Schema:
    """A log once read: places, ids as texts, instants in microseconds (UTC), axes as ordinals (null: unstated).

    `part` numbers the accesses that one line tells of, from 0.
    People and places, of which there are few, are dictionaries of texts: they are counted without being compared.
    """
    return pa.schema(
        [
            ("file", pa.int32()),
            ("line", pa.int64()),
            ("part", pa.int32()),
            *((name, CODED if name in FEW else pa.string()) for name in TEXTS),
            ("t", pa.int64()),
            ("t_end", pa.int64()),
            ("outcome", pa.uint8()),
            *((column_of(name), pa.uint16()) for name in axis_names(policy)),
        ]
    )
