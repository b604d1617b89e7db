"""Columns to ordinals: UNKNOWN for an unknown code; for a missing fact the default, or else the number of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.decided.many import Codes
from habilitation.decided.request import Encoder
from habilitation.diagnostic import RequestError

UNKNOWN = -1
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """Reads the columns of one axis."""

    encoder: Encoder

    @property
    def missing(self) -> int:
        """The ordinal of a null."""
        axis = self.encoder.axis
        return axis.default if axis.default >= 0 else len(axis.values)

    def array(self, column: Codes) -> Codes:
        """Ordinals of a numpy column: booleans, ordinals, or strings (None and NaN are missing)."""
        if column.dtype == bool and self.encoder.axis.fact:
            return column.view(np.uint8)
        if column.dtype.kind in "iu":
            return self.ordinals(column)
        if column.dtype.kind in "UO":
            values = [None if _is_nan(one) else one for one in column.tolist()]
            different = list(dict.fromkeys(values))
            numbers = {one: index for index, one in enumerate(different)}
            indices = np.fromiter((numbers[one] for one in values), np.int32, len(values))
            return self.translation(different).take(indices)
        raise self.refusal(str(column.dtype))

    def ordinals(self, column: Codes) -> Codes:
        """Integers taken as ordinals; those past the values are unknown."""
        size = len(self.encoder.axis.values)
        if len(column) and (int(column.min()) < 0 or int(column.max()) >= size):
            return np.where((column >= 0) & (column < size), column, UNKNOWN).astype(np.int32)
        return column

    def translation(self, different: Sequence[Any]) -> NDArray[np.int16]:
        """The ordinal of each different value; one more entry, the last, is for nulls."""
        found = [self.missing if one is None else self._known(one) for one in different]
        return np.array([*found, self.missing], np.int16)

    def _known(self, value: Any) -> int:
        if self.encoder.axis.fact and isinstance(value, str):
            value = _TRUTHS.get(value, value)
        try:
            return self.encoder.known.get(value, UNKNOWN)
        except TypeError:
            return UNKNOWN

    def refusal(self, kind: str) -> RequestError:
        """The refusal of a column of another type."""
        name = self.encoder.axis.name
        return RequestError("wrong_type", f"`{name}` takes strings, booleans or ordinals, not {kind}", name)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and np.isnan(value)
