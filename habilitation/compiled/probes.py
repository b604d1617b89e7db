"""An edition with more clauses: those of conditions to ask about, such as the invariants'."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from habilitation.checked.policy import Condition, Policy
from habilitation.compiled.clauses import CLAUSES_AT_MOST, TooManyClausesError, clauses_of
from habilitation.compiled.from_checked import clause_bits, symbol_sizes
from habilitation.compiled.tables import EditionTable, Tables
from habilitation.diagnostic import Diagnostic, PolicyError


def with_probes(policy: Policy, tables: Tables, number: int, conditions: Sequence[Condition]) -> EditionTable:
    """An edition with more clauses, those of conditions to ask about; their rules are numbered past the last.

    Raises PolicyError for a condition too tangled to distribute.
    """
    edition, sizes = tables.editions[number], symbol_sizes(policy)
    found: list[Diagnostic] = []
    in_force = []
    for offset, condition in enumerate(conditions):
        try:
            in_force += [(len(tables.rules) + offset, clause) for clause in clauses_of(condition, sizes)]
        except TooManyClausesError:
            message = f"an invariant makes more than {CLAUSES_AT_MOST} clauses"
            found.append(Diagnostic("compiled_too_large", message, help="split it"))
    if found:
        raise PolicyError(found)
    shift = len(edition.clauses)

    def extended(kind: str, columns: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
        more = [clause_bits((kind, index), len(column), in_force) for index, column in enumerate(columns)]
        return tuple(
            tuple(bits | probe << shift for bits, probe in zip(column, probes, strict=True))
            for column, probes in zip(columns, more, strict=True)
        )

    return dataclasses.replace(
        edition,
        clauses=(*edition.clauses, *(rule for rule, _ in in_force)),
        axis_bits=extended("axis", edition.axis_bits),
        cell_bits=extended("matrix", edition.cell_bits),
    )
