"""Inside: a log judged whole under two policies, and every access that they judge otherwise, none left out."""

from __future__ import annotations

from habilitation.audit.replay.counted import Example, Group, Judgement, Replay, Share
from habilitation.audit.replay.plain import plain, totals
from habilitation.audit.replay.replaying import replayed
from habilitation.audit.replay.sides import Named, Side, asked_of_both, held_at
from habilitation.audit.replay.telling import Teller

__all__ = [
    "Example",
    "Group",
    "Judgement",
    "Named",
    "Replay",
    "Share",
    "Side",
    "Teller",
    "asked_of_both",
    "held_at",
    "plain",
    "replayed",
    "totals",
]
