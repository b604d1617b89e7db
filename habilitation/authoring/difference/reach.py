"""Whom and what the changes of a way reach: the first thing that whoever reviews them asks."""

from __future__ import annotations

from collections.abc import Mapping

from habilitation.authoring.difference.blocks import Box
from habilitation.authoring.difference.effects import WAYS, Compared
from habilitation.compiled.settling import FAILS
from habilitation.vocabulary import ACTION


def reach(compared: Compared) -> Mapping[str, Box]:
    """For each way, the values of each line of codes with which some situation changes so, where these are not all.

    Each line is looked at by itself: two values that are reached may not be together. Those who ask come first, then
    the action.
    """
    frame = compared.frame
    subject, action = frame.subject, next((at for at, line in enumerate(frame.lines) if line.name == ACTION), None)
    order = sorted(frame.heads, key=lambda line: (line != subject, line != action, frame.places[line]))
    found = {}
    for way in WAYS:
        moved = compared.moved(way)
        met = {line: frame.met(moved, line) & frame.asked(line) for line in order}
        if moved != FAILS:
            found[way] = {line: values for line, values in met.items() if values != frame.asked(line)}
    return found
