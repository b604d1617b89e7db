"""The axes by which accesses are counted and shown: who asked, for what, by which action, and why."""

from __future__ import annotations

from dataclasses import dataclass

from habilitation.audit.schema import PLACE, column_of
from habilitation.authorizer import Authorizer
from habilitation.authorizer.categories import axis_about, read_by_matrices
from habilitation.vocabulary import ACTION, ENVIRONMENT, RESOURCE, SUBJECT

TOLD = ("citations", "message_fr", "message_en")
SIDED = tuple(f"{side}_{name}" for side in ("old", "new") for name in ("effect", "rules", *TOLD, "missing", "edition"))
_TAKEN = frozenset({"place", "kind", "time", "professional_id", "patient_id", "outcome", *SIDED, *PLACE})


@dataclass(frozen=True, slots=True)
class Dimension:
    """An axis and its category: what its values are about."""

    axis: str
    category: str

    @property
    def key(self) -> str:
        """Its name in what is written: that of the axis, unless another column has it."""
        return column_of(self.axis) if self.axis in _TAKEN else self.axis

    @property
    def column(self) -> str:
        """Its name in the tables of a comparison."""
        return column_of(self.axis)


def dimensions(old: Authorizer, new: Authorizer) -> tuple[Dimension, ...]:
    """Those of two policies: who asks and for what, as `diff` knows them, the axis `action`, and the axis `motive`.

    Without an axis `motive`, the one of the category `environment`. What neither policy has is left out.
    """
    named = {axis.name: axis for axis in new.tables.axes}
    axes = [*named.values(), *(axis for axis in old.tables.axes if axis.name not in named)]
    read, names = read_by_matrices(old.tables, new.tables), {axis.name for axis in axes}
    about = {category: axis_about(category, axes, read) for category in (SUBJECT, RESOURCE, ENVIRONMENT)}
    found = {category: axis.name for category, axis in about.items() if axis is not None}
    found |= {category: name for category, name in ((ACTION, ACTION), (ENVIRONMENT, "motive")) if name in names}
    ordered = {found[category]: category for category in (SUBJECT, RESOURCE, ACTION, ENVIRONMENT) if category in found}
    return tuple(Dimension(axis, category) for axis, category in ordered.items())
