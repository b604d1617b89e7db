"""Decisions by the column, in numpy."""

from habilitation.decided.many.batch import EFFECT_NAMES, Batch, Ledger, axis_columns
from habilitation.decided.many.board import Board, Codes

__all__ = ["EFFECT_NAMES", "Batch", "Board", "Codes", "Ledger", "axis_columns"]
