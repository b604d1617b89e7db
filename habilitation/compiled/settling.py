"""When an answer is settled: from the kinds of rule that are certain, and those that are still possible."""

from __future__ import annotations

from collections.abc import Callable

from habilitation.vocabulary import PRECEDENCE, SILENCE

# Certain kinds and possible kinds, as sets of bits -> an answer (from 0), or ~relevant kinds when not settled.
Settle = Callable[[int, int], int]

# INVARIANT (answers): the effects in order of precedence, then silence.
EFFECTS = (*(effect for _, effect in PRECEDENCE), SILENCE)
DENY, INDETERMINATE, PERMIT, NOT_APPLICABLE = range(4)
# Roots of `settle_holds`: a condition that holds everywhere, and one that holds nowhere.
HOLDS, FAILS = ~1, ~0
_FORBID, _ABSTAIN, _PERMIT = 1, 2, 4


def settle_effect(certain: int, possible: int) -> int:
    """The effect (an index of EFFECTS) once it is settled; kinds are those of PRECEDENCE."""
    if certain & _FORBID:
        return DENY
    if not possible & _FORBID:
        if certain & _ABSTAIN:
            return INDETERMINATE
        if not possible & _ABSTAIN:
            if certain & _PERMIT:
                return PERMIT
            if not possible & _PERMIT:
                return NOT_APPLICABLE
    return ~(_FORBID | _ABSTAIN) if certain & _ABSTAIN else ~(_FORBID | _ABSTAIN | _PERMIT)


def settle_holds(certain: int, possible: int) -> int:
    """Whether the only kind has a clause that holds: 1 or 0."""
    if certain & 1:
        return 1
    return ~1 if possible & 1 else 0


def settle_decides(certain: int, possible: int) -> int:
    """Whether the second kind has a clause that holds where the first, which prevails over it, has none: 1 or 0."""
    if certain & 1 or not possible & 2:
        return 0
    return 1 if certain & 2 and not possible & 1 else ~3
