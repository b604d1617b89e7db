"""Decisions by the column, in numpy."""

from habilitation.decided.many.batch import Batch, axis_columns
from habilitation.decided.many.board import Board, Codes, Column
from habilitation.decided.many.ledger import EFFECT_NAMES, Ledger

__all__ = ["EFFECT_NAMES", "Batch", "Board", "Codes", "Column", "Ledger", "axis_columns"]
