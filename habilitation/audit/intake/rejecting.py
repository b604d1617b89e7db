"""What is rejected from a batch, and from a file: each line once, with the first thing wrong with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.audit.intake.sentences import french
from habilitation.audit.ledger import REJECTS, Ledger

_TOGETHER = 10_000


class Faults:
    """Which rows of one batch are wrong, and why: the first fault of a row is kept.

    Those of a part of the row (its period, its actor) are found `within` those of the whole.
    """

    def __init__(self, rows: int, within: Faults | None = None) -> None:
        self.rows, self._within = rows, within
        self._of = np.zeros(rows, dtype=np.int32)
        self._kinds: list[tuple[str, str]] = []

    def add(self, wrong: Any, code: str, sentence: str) -> None:
        """The rows of a boolean mask have this fault."""
        if wrong.any():
            self._kinds.append((code, sentence))
            self._of[(self._of == 0) & wrong] = len(self._kinds)
            if self._within is not None:
                self._within.add(wrong, code, sentence)

    def add_each(self, kinds: Any, told: list[tuple[str, str]]) -> None:
        """Each row has the fault `told[kinds[row] - 1]`, or none when its kind is 0."""
        if told and kinds.any():
            fresh = (self._of == 0) & (kinds > 0)
            self._of[fresh] = kinds[fresh] + len(self._kinds)
            self._kinds += told
            if self._within is not None:
                self._within.add_each(kinds, told)

    @property
    def sound(self) -> Any:
        """The rows without a fault, as a boolean mask."""
        return self._of == 0

    def told(self, lines: Any) -> Any:
        """Line, code and sentence of each row with a fault, as an Arrow table; `lines` is the line of each row."""
        wrong = np.flatnonzero(self._of)
        kinds = pa.array(self._of[wrong] - 1)
        codes, sentences = zip(*self._kinds, strict=True)
        told = {"code": codes, "error": sentences, "error_fr": map(french, sentences)}
        taken = {name: pa.array(list(texts), pa.string()).take(kinds) for name, texts in told.items()}
        return pa.table({"line": lines.take(pa.array(wrong)), **taken})


class Rejects:
    """The rejects of one file, on their way to the ledger; `count` lines of which nothing could be read, so far."""

    def __init__(self, name: str, ledger: Ledger | None) -> None:
        self._name, self._ledger, self.count = name, ledger, 0
        self.held: list[tuple[int | None, str, str]] = []

    def __call__(self, line: int | None, code: str, sentence: str, *, again: bool = False) -> None:
        """Keep one. `again`: its line is counted already, as rejected or as read."""
        self.held.append((line, code, sentence))
        self.count += not again
        if len(self.held) >= _TOGETHER:
            self.flush()

    def all(self, told: Any, lines: int | None = None) -> None:
        """Keep those of `Faults.told`: `lines` rejected whole, when they are not as many."""
        self.count += told.num_rows if lines is None else lines
        if self._ledger is None:
            columns = (told.column(name).to_pylist() for name in ("line", "code", "error"))
            self.held += zip(*columns, strict=True)
            return
        self.flush()
        name = pa.array([self._name]).take(pa.array(np.zeros(told.num_rows, dtype=np.int32)))
        self._ledger.add("rejects", told.add_column(0, "file", name))

    def flush(self) -> None:
        """Hand over what is held; without a ledger, it stays here."""
        if self.held and self._ledger is not None:
            lines, codes, sentences = (list(column) for column in zip(*self.held, strict=True))
            columns = [[self._name] * len(lines), lines, codes, sentences, list(map(french, sentences))]
            self._ledger.add("rejects", pa.table(columns, schema=REJECTS))
            self.held.clear()
