"""Columns to ordinals: UNKNOWN for an unknown code; for a missing fact the default, or else the number of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.decided.many import Codes, Column
from habilitation.decided.request import Encoder
from habilitation.diagnostic import RequestError
from habilitation.vocabulary import MISSING, TRUTHS

UNKNOWN = -1
_SMALL = np.iinfo(np.int16).max
_UNHASHABLE = object()  # stands for what cannot be a key, and so is no code
_PANDAS_NULLS = ("NAType", "NaTType")  # by name: pandas need not be there


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """Reads the columns of one axis."""

    encoder: Encoder

    @property
    def missing(self) -> int:
        """The ordinal of a null."""
        axis = self.encoder.axis
        return axis.default if axis.default >= 0 else len(axis.values)

    def column(self, column: Codes) -> Column:
        """The same as `array`; one ordinal for a column of one value, as `numpy.broadcast_to` makes it."""
        if len(column) and column.strides == (0,) and not isinstance(column, np.ma.MaskedArray):
            only = int(self.array(column[:1].copy())[0])
            if only != UNKNOWN:
                return only
        return self.array(column)

    def array(self, column: Codes) -> Codes:
        """Ordinals of a numpy column: booleans, ordinals, or strings. None, NaN and what is masked are missing."""
        if isinstance(column, np.ma.MaskedArray):
            codes = self.array(column.data)
            kind = np.promote_types(codes.dtype, np.min_scalar_type(self.missing))
            return np.where(np.ma.getmaskarray(column), kind.type(self.missing), codes)
        if column.dtype == bool and self.encoder.axis.fact:
            return column.view(np.uint8)
        if column.dtype.kind == "u" or (column.dtype.kind == "i" and (self.encoder.axis.fact or not len(column))):
            return self.ordinals(column)
        if column.dtype.kind in "UOT":
            values = _as_keys(column.tolist())
            different = list(dict.fromkeys(values))
            numbers = {one: index for index, one in enumerate(different)}
            indices = np.fromiter((numbers[one] for one in values), np.int32, len(values))
            return self.translation(different).take(indices)
        if column.dtype.kind == "f" and np.isnan(column).all():  # a column of nothing, as pandas spells it
            return np.full(len(column), self.missing, np.int16)
        raise self.refusal(str(column.dtype))

    def ordinals(self, column: Codes) -> Codes:
        """Unsigned integers taken as ordinals; those past the values are unknown.

        Signed ones are refused: a reader of CSV makes them of official codes: 60 is a nurse, not the sixtieth value.
        """
        size = len(self.encoder.axis.values)
        if len(column) and (int(column.min()) < 0 or int(column.max()) >= size):
            known = (column >= 0) & (column < size)
            codes = np.full(len(column), UNKNOWN, np.int16 if size < _SMALL else np.int32)
            codes[known] = column[known]
            return codes
        # Numpy mixes signed and unsigned 64-bit integers into floats.
        return column.view(np.int64) if column.dtype == np.uint64 else column

    def translation(self, different: Sequence[Any]) -> NDArray[np.int16]:
        """The ordinal of each different value; one more entry, the last, is for nulls."""
        found = [self.missing if is_null(one) else self._known(one) for one in different]
        return np.array([*found, self.missing], np.int16)

    def _known(self, value: Any) -> int:
        if self.encoder.axis.fact and isinstance(value, str):
            value = TRUTHS.get(value, value)
        try:
            return self.encoder.known.get(value, UNKNOWN)
        except TypeError:
            return UNKNOWN

    def refusal(self, kind: str) -> RequestError:
        """The refusal of a column of another type."""
        name = self.encoder.axis.name
        way_out = "give official codes as text, ordinals as unsigned integers" if kind.startswith("int") else ""
        return RequestError("wrong_type", f"`{name}` takes strings, booleans or ordinals, not {kind}", name, way_out)


def is_null(value: Any) -> bool:
    """Whether a value of a column of objects stands for none: None, MISSING, NaN, and what pandas has for them."""
    if value is None or value is MISSING:
        return True
    return bool(value != value) if isinstance(value, float) else type(value).__name__ in _PANDAS_NULLS  # noqa: PLR0124  # NaN


def _as_keys(values: list[Any]) -> list[Any]:
    try:
        hash(tuple(values))
    except TypeError:
        return [one if _is_hashable(one) else _UNHASHABLE for one in values]
    return values


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
