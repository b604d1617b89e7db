"""Columns in and columns out: Arrow tables and streams, frames through the Arrow interface, dicts of numpy columns."""

from habilitation.decided.columns.decided import DecidedTable
from habilitation.decided.columns.decider import Decider

__all__ = ["DecidedTable", "Decider"]
