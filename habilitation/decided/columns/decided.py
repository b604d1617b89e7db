"""The answers to a table, as codes and their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.decided.many import EFFECT_NAMES, Ledger

COLUMNS = ("effect", "reason", "edition")


@dataclass(frozen=True, slots=True)
class DecidedTable:
    """The answers to a table, a row each.

    `effect`, `reason`, `edition` and `missing` are indices (uint8, then int32) in `effect_names`, `reason_names`,
    `edition_names` and `missing_names`. Several rules of a reason are joined with `+`, as are the missing axes that
    would settle the effect; 0 in `missing` is none. An empty edition name is before the first edition.
    """

    effect: NDArray[np.uint8]
    reason: NDArray[np.int32]
    edition: NDArray[np.int32]
    reason_names: tuple[str, ...]
    edition_names: tuple[str, ...]
    missing: NDArray[np.int32]
    missing_names: tuple[str, ...]
    effect_names: tuple[str, ...] = EFFECT_NAMES

    def __len__(self) -> int:
        return len(self.effect)

    def to_arrow(self, columns: Sequence[str] = COLUMNS) -> Any:
        """A pyarrow Table of dictionary-encoded string columns: those named, of effect, reason, edition, missing."""
        from habilitation.decided.columns import arrow  # noqa: PLC0415  # the `arrow` extra, only when asked for

        return arrow.table(
            {
                name: (getattr(self, name).astype(np.int32, copy=False), getattr(self, f"{name}_names"))
                for name in columns
            }
        )


def table(ledger: Ledger, codes: NDArray[np.int32], edition: NDArray[np.int32], names: Sequence[str]) -> DecidedTable:
    """The answers whose codes are those of a ledger."""
    with ledger.lock:
        reason_names, missing_names = tuple(ledger.reason_names), tuple(ledger.missing_names)
        effects, reasons = np.array(ledger.effects, np.uint8), np.array(ledger.reasons, np.int32)
        missing = np.array(ledger.missing, np.int32)
    return DecidedTable(
        effects.take(codes),
        reasons.take(codes),
        edition,
        reason_names,
        tuple(names),
        missing.take(codes),
        missing_names,
    )
