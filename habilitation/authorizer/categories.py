"""Which axis of a policy says who asks, and which says for what: by its category, else by a usual name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from habilitation.compiled.tables import AxisTable, Tables
from habilitation.vocabulary import RESOURCE, SUBJECT

_NAMES = {SUBJECT: ("profession", "role"), RESOURCE: ("document_type",)}  # in a vocabulary that does not say it


def axis_about(category: str, axes: Iterable[AxisTable], read: Collection[str]) -> AxisTable | None:
    """The axis of a category, else of a usual name for it; None when none is, and never a fact.

    Of several, the first that a matrix is read by: their names are in `read`.
    """
    coded = [axis for axis in axes if not axis.fact]
    said = [axis for axis in coded if axis.category == category]
    found = said or [axis for axis in coded if axis.name in _NAMES.get(category, ())]
    return min(found, key=lambda axis: axis.name not in read, default=None)


def read_by_matrices(*policies: Tables) -> frozenset[str]:
    """The names of the axes that the matrices of some policies are read by."""
    return frozenset(
        policy.axes[given].name
        for policy in policies
        for matrix in policy.matrices
        for given in matrix.inputs
        if given >= 0
    )
