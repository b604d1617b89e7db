"""Lines of a log as columns of numbers, before they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from habilitation.sample.codes import CONSULT, DIRECT, DONE, EXACT, NORMAL, PROFESSIONAL
from habilitation.sample.draw import Ints, Truths

NOTHING = -1  # said nowhere in the line
SOUND, WRONG_DATE, NO_TIME, TRUNCATED = range(4)  # what is wrong with the text of a line

# A column a field, arrays of one length. `t` is the true instant; what is stamped is rounded down by `grain`.
Lines: TypeAlias = dict[str, Ints]

_UNSAID = {
    "grain": EXACT,
    "capacity": PROFESSIONAL,
    "document": NOTHING,
    "type": NOTHING,
    "action": CONSULT,
    "motive": NORMAL,
    "channel": DIRECT,
    "outcome": DONE,
    "justification": NOTHING,
    "unable_to_express": NOTHING,
    "immediate_danger": NOTHING,
    "flaw": SOUND,
    "scenario": NOTHING,
}


def lines(t: Ints, *, professional: Ints, profile: Ints, unit: Ints, patient: Ints, **said: Ints | int) -> Lines:
    """Lines of these accesses; a column not said has the usual value."""
    found = {"t": t, "professional": professional, "profile": profile, "unit": unit, "patient": patient}
    for name, usual in _UNSAID.items():
        found[name] = np.broadcast_to(np.asarray(said.pop(name, usual), dtype=np.int64), t.shape).copy()
    assert not said, said
    return found


def joined(parts: Sequence[Lines]) -> Lines:
    """The lines of all the parts, one after the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def taken(found: Lines, which: Ints | Truths) -> Lines:
    """The lines of these indexes, or of the true ones."""
    return {name: column[which] for name, column in found.items()}
